"""Quotes and the chunks they lie in: what a sample carries as its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from schemas.ids import sha256_hex
from schemas.records import Reason

Span = tuple[int, int]
"""First character and one past the last, in code points of a document's text."""


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
    start of a span to its page; for what lies in later chunks, and elsewhere, the chunk's first
    page is taken.
    """
    found: list[Evidence] = []
    for start, end in spans:
        position = start
        while position < end:
            around = [c for c in chunks if c.char_start <= position < c.char_end]
            if around:
                chunk = max(around, key=lambda c: (c.char_end, c.chunk_id))
                stop = min(end, chunk.char_end)
                found.append(_evidence(chunk, text, position, stop, (pages or {}).get(position)))
                position = stop
            elif text[position : position + 1].isspace():
                position += 1
            else:
                return []
    return [item for item in found if item.quote.strip()]


def _evidence(chunk: ChunkSpan, text: str, start: int, end: int, page: int | None) -> Evidence:
    known = chunk.page if page is None else page
    return Evidence(chunk.doc_id, chunk.chunk_id, known, start, end, text[start:end], chunk.sha256)


def quoted(evidence: Sequence[Evidence]) -> str:
    """The quotes as one text; pieces that a chunk's end cut apart are joined again."""
    parts: list[str] = []
    end = -1
    for item in evidence:
        parts.append(item.quote if item.char_start == end or end < 0 else f"\n{item.quote}")
        end = item.char_end
    return "".join(parts)
