"""Queries and the chunk that answers each, for training retrievers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dataflow.evidence.spans import ChunkSpan
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, INTO_RETRIEVAL, QUERY, Draft
from dataflow.sft.rules.phrasing import RULES_VERSION, Phrasing
from dataflow.sft.rules.place import PHRASINGS, heading_of, title_of
from schemas.ids import content_id

ASKED = frozenset(
    {"definition", "purpose", "place", "person", "number", "date", "frequency", "comparison",
     "abbreviation", "faq", "lookup", "find_row", "list", "steps", "qa", "max", "min", "sum",
     "mean", "count", "difference", "ratio", "rank", "filter", "higher"}
)  # fmt: skip
"""Tasks whose instruction is a question on what a text holds, as somebody would search for it."""
_LEAST_CHUNK = 20
_PHRASES = 3
_MOST_WORDS = 3
_MOST_HAN = 6
_BREAK = re.compile(r"[^\w\s'’-]+|\d+")


def queries(
    draft: Draft,
    document: Manuscript,
    chunks: Sequence[ChunkSpan],
    others: Sequence[Draft],
    seed: int,
) -> Iterator[Draft]:
    """The sample's question for the chunk that holds its answer; keywords and heading, once.

    Keywords and the heading are said of each chunk once, with the first sample in it.
    """
    chunk = _holding(draft, chunks)
    phrasing = PHRASINGS.get(draft.lang)
    if chunk is None or phrasing is None or len(tokens(chunk.text)) < _LEAST_CHUNK:
        return
    if draft.task in ASKED and not draft.input and not draft.history:
        yield _query(draft, "question", draft.instruction, chunk)
    here = [draft, *(other for other in others if _holding(other, chunks) == chunk)]
    if min(here, key=lambda one: one.sample_id) is not draft:
        return
    keywords = key_phrases(chunk.text, document.text, phrasing, seed)
    if keywords:
        yield _query(draft, "keywords", " ".join(keywords), chunk)
    heading = heading_of(chunk.heading_path[-1], phrasing) if chunk.heading_path else ""
    title = title_of(document, phrasing)
    if heading and heading != title and title:
        yield _query(draft, "heading", f"{title} {heading}", chunk)


def _holding(draft: Draft, chunks: Sequence[ChunkSpan]) -> ChunkSpan | None:
    """The first chunk that holds all of the sample's evidence."""
    start, end = min(a for a, _ in draft.spans), max(b for _, b in draft.spans)
    for chunk in chunks:
        if chunk.char_start <= start and end <= chunk.char_end:
            return chunk
    return None


def _query(draft: Draft, task: str, query: str, chunk: ChunkSpan) -> Draft:
    return replace(
        draft, method=QUERY, into=INTO_RETRIEVAL, task=task, instruction=query, input="",
        output=chunk.text, spans=((chunk.char_start, chunk.char_end),), history=(),
        parent=draft.sample_id, claim=None, computed=None,
        prompt_id=f"rules.{draft.lang}.query_{task}/{RULES_VERSION}",
        written=draft.written and task == "question" and draft.method != BACK_TRANSLATION,
    )  # fmt: skip


def key_phrases(text: str, document: str, phrasing: Phrasing, seed: int) -> list[str]:
    """Up to three phrases of the text that say what it is about, in their order; [] for fewer.

    Phrases are what stands between stop words and punctuation (RAKE, Rose et al. 2010); they count
    by how often they stand here and how seldom elsewhere in the document.
    """
    found = Counter(_phrases(plain(text), phrasing))
    whole = document.casefold()
    scored = sorted(
        found,
        key=lambda one: (
            -found[one] * len(one) / max(whole.count(one.casefold()), 1), content_id(seed, one)
        ),
    )[:_PHRASES]  # fmt: skip
    if len(scored) < _PHRASES:
        return []
    return sorted(scored, key=plain(text).casefold().find)


def _phrases(text: str, phrasing: Phrasing) -> Iterator[str]:
    for piece in _BREAK.split(text):
        if phrasing.lang == "zh":
            for part in re.split(f"[{''.join(sorted(phrasing.stop))}A-Za-z\\s]", piece):
                if 2 <= len(part) <= _MOST_HAN:
                    yield part
            continue
        run: list[str] = []
        for word in [*piece.casefold().split(), ""]:
            if word and word not in phrasing.stop and len(word) > 1:
                run.append(word)
                continue
            if 2 <= len(run) <= _MOST_WORDS:
                yield " ".join(run)
            run = []
