"""Evidence: where in a document a sample's answer stands, checked by our own code.

No model's word is taken for it: a quote is located here, cut to the chunks it lies in, and checked
again from its offsets before a row is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import LCSseq

from dataflow.sft.wording import contains, names, negations, numbers, tokens
from schemas.ids import sha256_hex
from schemas.records import Reason

Span = tuple[int, int]

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?!\d)|\n|$)|[^\n]")
_MARKS = frozenset("*_`#>|\\~[]()\"'“”‘’「」『』")
_MIN_QUOTE = 4
_DIACRITICS = ("\u0300", "\u036f")


@dataclass(frozen=True)
class ChunkSpan:
    """A chunk as evidence needs it; offsets in code points of the document's text."""

    chunk_id: str
    doc_id: str
    char_start: int
    char_end: int
    text: str
    page: int | None = None
    heading_path: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the chunk's text in UTF-8."""
        return sha256_hex(self.text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote: `document.text[char_start:char_end] == quote`, inside one chunk; page 1-based."""

    doc_id: str
    chunk_id: str
    page: int | None
    char_start: int
    char_end: int
    quote: str
    chunk_sha256: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a candidate is rejected: the reason, and the value that broke the threshold."""

    reason: Reason
    detail: str
    value: float | None = None
    threshold: float | None = None


def cite(
    spans: Iterable[Span],
    text: str,
    chunks: Sequence[ChunkSpan],
    pages: Mapping[int, int] | None = None,
) -> list[Evidence]:
    """Evidence for the spans, each cut where its chunk ends; [] unless chunks cover all of them.

    `chunks` are one document's. White space between chunks need not be covered. `pages` maps the
    start of a span to its page; elsewhere the chunk's first page is taken.
    """
    found: list[Evidence] = []
    for start, end in spans:
        position = start
        while position < end:
            around = [c for c in chunks if c.char_start <= position < c.char_end]
            if around:
                chunk = max(around, key=lambda c: (c.char_end, c.chunk_id))
                stop = min(end, chunk.char_end)
                found.append(_evidence(chunk, text, position, stop, (pages or {}).get(start)))
                position = stop
            elif text[position : position + 1].isspace():
                position += 1
            else:
                return []
    return [item for item in found if item.quote.strip()]


def _evidence(chunk: ChunkSpan, text: str, start: int, end: int, page: int | None) -> Evidence:
    known = chunk.page if page is None else page
    return Evidence(chunk.doc_id, chunk.chunk_id, known, start, end, text[start:end], chunk.sha256)


def verify(
    evidence: Sequence[Evidence],
    text: str,
    chunks: Mapping[str, ChunkSpan],
    answer: str,
    threshold: float = 0.8,
) -> Fault | None:
    """The fault of the evidence for `answer`, None when there is none.

    Checked are, of each quote: its place in `text` (the whole document), its chunk (`chunks` by
    id) and the chunk's hash; of all together: that they support the answer.
    """
    if not evidence:
        return Fault(Reason.EVIDENCE_MISSING, "no place of the document was found for the answer")
    for item in evidence:
        chunk = chunks.get(item.chunk_id)
        if chunk is None or chunk.doc_id != item.doc_id:
            return Fault(Reason.EVIDENCE_MISSING, f"there is no chunk {item.chunk_id}")
        if not 0 <= item.char_start < item.char_end <= len(text):
            return Fault(Reason.EVIDENCE_MISSING, "the quote lies outside of the document")
        if text[item.char_start : item.char_end] != item.quote:
            return Fault(Reason.EVIDENCE_MISSING, "the quote is not what stands at its offsets")
        if not chunk.char_start <= item.char_start < item.char_end <= chunk.char_end:
            return Fault(Reason.EVIDENCE_MISSING, "the quote lies outside of its chunk")
        stands = text[chunk.char_start : chunk.char_end]
        if stands != chunk.text or item.chunk_sha256 != chunk.sha256:
            return Fault(Reason.EVIDENCE_MISSING, "the chunk is not what the document holds now")
    score = support(answer, quoted(evidence))
    if score < threshold:
        detail = "the quote does not hold what the answer says"
        return Fault(Reason.EVIDENCE_UNSUPPORTED, detail, score, threshold)
    return None


def quoted(evidence: Sequence[Evidence]) -> str:
    """The quotes as one text; pieces that a chunk's end cut apart are joined again."""
    parts: list[str] = []
    end = -1
    for item in evidence:
        parts.append(item.quote if item.char_start == end or end < 0 else f"\n{item.quote}")
        end = item.char_end
    return "".join(parts)


def support(answer: str, quote: str) -> float:
    """How far `quote` holds `answer`, 0..1; 1 when the answer's tokens stand in it as one run.

    Else the worst over the answer's sentences of the share of its tokens that one sentence of the
    quote has in the same order. It is 0 when a number or a name of the answer is not in the
    quote, or when one of the two sentences denies more often than the other.

    >>> support("Paris", "The capital is Paris."), support("1999", "Founded in 1998.")
    (1.0, 0.0)
    """
    said, given = tokens(answer), tokens(quote)
    if contains(given, said):
        return 1.0
    if not numbers(answer) <= numbers(quote) or not names(answer) <= set(given):
        return 0.0
    sentences = [tokens(sentence) for sentence in split_sentences(quote)]
    scores = [
        max((_agreement(tokens(claim), sentence) for sentence in sentences), default=0.0)
        for claim in split_sentences(answer)
        if tokens(claim)
    ]
    return min(scores, default=0.0)


def _agreement(said: tuple[str, ...], given: tuple[str, ...]) -> float:
    if contains(given, said):
        return 1.0
    if negations(said) != negations(given):
        return 0.0
    return float(LCSseq.similarity(said, given)) / len(said)


def split_sentences(text: str) -> list[str]:
    """Rough sentences: up to an end mark that is not inside a number, or a line's end."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def locate(quote: str, text: str) -> Span | None:
    """Where `quote` stands in `text`: exactly, or but for case, spaces, quotes and Markdown marks.

    None when it is nowhere or has fewer than 4 characters that count. Offsets a model gives are
    never used.

    >>> locate("the “Big”  idea", "So: The *big* idea.")
    (4, 18)
    """
    quote = quote.strip()
    folded, origin = _folded(text)
    wanted, _ = _folded(quote)
    if len(wanted) < _MIN_QUOTE and not (wanted and text.strip() == quote):
        return None
    exact = text.find(quote)
    if exact >= 0:
        return exact, exact + len(quote)
    found = folded.find(wanted)
    if found < 0:
        return None
    return origin[found], origin[found + len(wanted) - 1] + 1


def _folded(text: str) -> tuple[str, list[int]]:
    """The characters that count, and the index in `text` that each came from."""
    parts: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        if character.isspace() or character in _MARKS:
            continue
        for piece in unicodedata.normalize("NFKD", character).casefold():
            if _DIACRITICS[0] <= piece <= _DIACRITICS[1] or piece.isspace():
                continue
            parts.append(piece)
            origin.append(index)
    return "".join(parts), origin
