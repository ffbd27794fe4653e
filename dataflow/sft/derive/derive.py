"""What is derived from one accepted sample."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import ChunkSpan
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import Draft


def derive(
    draft: Draft,
    document: Manuscript,
    chunks: Sequence[ChunkSpan],
    others: Sequence[Draft],
    seed: int,
    methods: frozenset[str],
) -> list[Draft]:
    """Drafts for other data sets by `methods`; `others` are the document's accepted ones."""
    return []
