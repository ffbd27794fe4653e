"""Queries and the chunk that answers each, for training retrievers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dataflow.evidence.spans import ChunkSpan
from dataflow.evidence.wording import tokens
from dataflow.sft.blocks import Manuscript
from dataflow.sft.derive.alone import alone, leaning
from dataflow.sft.derive.heading_questions import heading_question
from dataflow.sft.derive.terms import key_terms
from dataflow.sft.drafts import BACK_TRANSLATION, INTO_RETRIEVAL, QUERY, Draft
from dataflow.sft.rules.phrasing import RULES_VERSION
from dataflow.sft.rules.place import PHRASINGS, brief, heading_of, title_of

ASKED = frozenset(
    {"definition", "purpose", "place", "person", "number", "date", "frequency", "comparison",
     "abbreviation", "name", "faq", "lookup", "find_row", "list", "steps", "qa", "max", "min",
     "sum", "mean", "count", "difference", "ratio", "rank", "filter", "higher"}
)  # fmt: skip
"""Tasks whose instruction is a question on what a text holds, as somebody would search for it."""
_LEAST_CHUNK = 20


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
    title = brief(title_of(document, phrasing))
    asked = draft.instruction
    if draft.input:
        asked = alone(asked, title, phrasing, seed)
    if draft.task in ASKED and asked and not draft.history and not leaning(asked):
        yield _query(draft, "question", asked, chunk)
    here = [draft, *(other for other in others if _holding(other, chunks) == chunk)]
    if min(here, key=lambda one: one.sample_id) is not draft:
        return
    titles = " ".join((document.title, *chunk.heading_path))
    texts = [one.text for one in chunks]
    keywords = key_terms(chunk.text, document.text, texts, titles, draft.lang, seed)
    if keywords:
        yield _query(draft, "keywords", " ".join(keywords), chunk)
    heading = heading_of(chunk.heading_path[-1], phrasing) if chunk.heading_path else ""
    if heading and heading != title and title:
        join = " " if draft.lang == "zh" else ": "
        yield _query(draft, "heading", f"{title.rstrip('?')}{join}{heading}", chunk)
    if not any(one.task in ASKED for one in here):
        asked = heading_question(chunk.text, heading, title, phrasing, seed)
        if asked:
            yield _query(draft, "question", asked, chunk)


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
