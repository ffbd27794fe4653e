"""Which chunks of a document a model is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import ChunkSpan
from dataflow.evidence.wording import tokens
from dataflow.sft.passage_kinds import shares_of
from schemas.ids import content_id

MIN_CHUNK = 30
"""Words, numbers and Han characters below which a chunk holds too little to ask about."""

_PROSE, _OTHER, _LISTING = range(3)
_HALF = 0.5


def chosen_chunks(chunks: Sequence[ChunkSpan], n: int, method: str, seed: int) -> list[ChunkSpan]:
    """At most `n` of a document's chunks, in its order, spread over all of it.

    Chunks that are at least half prose come first, then those of tables and short items; lists of
    references, contents and links are only taken where the document has nothing else. What can be
    chosen is cut into `n` stretches of equal length, and a hash of method and seed chooses in each.
    """
    ordered = sorted(chunks, key=lambda c: (c.char_start, c.char_end, c.chunk_id))
    classes: dict[int, list[ChunkSpan]] = {_PROSE: [], _OTHER: [], _LISTING: []}
    for chunk in ordered:
        if len(tokens(chunk.text)) >= MIN_CHUNK:
            classes[_class_of(chunk)].append(chunk)
    prose, other = classes[_PROSE], classes[_OTHER]
    if not prose and not other:
        return _spread(classes[_LISTING], n, method, seed)
    found = _spread(prose, n, method, seed)
    found += _spread(other, n - len(found), method, seed)
    return sorted(found, key=lambda c: (c.char_start, c.char_end, c.chunk_id))


def _class_of(chunk: ChunkSpan) -> int:
    shares = shares_of(chunk.text)
    if shares.prose >= _HALF:
        return _PROSE
    return _LISTING if shares.listing >= _HALF else _OTHER


def _spread(chunks: Sequence[ChunkSpan], n: int, method: str, seed: int) -> list[ChunkSpan]:
    """One of each of `n` stretches of `chunks`; all when there are no more than `n`."""
    if len(chunks) <= n:
        return list(chunks)
    return [
        min(
            chunks[place * len(chunks) // n : (place + 1) * len(chunks) // n],
            key=lambda c: content_id("chunk", seed, method, c.chunk_id),
        )
        for place in range(n)
    ]
