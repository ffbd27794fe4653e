"""Which chunks of a document a model is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import ChunkSpan
from dataflow.evidence.wording import tokens
from schemas.ids import content_id

_MIN_CHUNK = 30


def chosen_chunks(chunks: Sequence[ChunkSpan], n: int, method: str, seed: int) -> list[ChunkSpan]:
    """At most `n` of a document's chunks, in its order; which ones is decided by a hash.

    Chunks below 30 tokens are left out.
    """
    long = [chunk for chunk in chunks if len(tokens(chunk.text)) >= _MIN_CHUNK]
    ranked = sorted(long, key=lambda c: content_id("chunk", seed, method, c.chunk_id))
    return sorted(ranked[:n], key=lambda c: (c.char_start, c.char_end, c.chunk_id))
