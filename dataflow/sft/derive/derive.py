"""What is derived from one accepted sample."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import ChunkSpan
from dataflow.sft.blocks import Manuscript
from dataflow.sft.derive.preferences import preference
from dataflow.sft.derive.queries import queries
from dataflow.sft.derive.rag_questions import answerable, unanswerable
from dataflow.sft.drafts import EVALSET, INTO_SFT, PREFERENCE, QUERY, Draft


def derive(
    draft: Draft,
    document: Manuscript,
    chunks: Sequence[ChunkSpan],
    others: Sequence[Draft],
    seed: int,
    methods: frozenset[str],
) -> list[Draft]:
    """Drafts for other data sets by `methods`; `others` are the document's accepted ones.

    Each has the sample's id as its `parent`. Nothing comes of a sample without evidence, or of one
    that is for another data set.
    """
    if draft.into != INTO_SFT or not draft.spans:
        return []
    found: list[Draft | None] = []
    if PREFERENCE in methods:
        found.append(preference(draft, document, others, seed))
    if QUERY in methods:
        found += queries(draft, document, chunks, others, seed)
    if EVALSET in methods:
        found.append(answerable(draft, document, seed))
        found.append(unanswerable(draft, document, others, seed))
    return [one for one in found if one is not None]
