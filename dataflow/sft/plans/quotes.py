"""Where the quote of a reply stands: as a whole, or sentence by sentence."""

from __future__ import annotations

from dataflow.evidence.locate import locate
from dataflow.evidence.spans import ChunkSpan, Span
from dataflow.text.sentence_ends import split_sentences

_MOST = 6
"""Sentences of a quote that are looked for; a longer one is no quote but a copy."""


def located(quote: str, chunk: ChunkSpan) -> tuple[Span, ...]:
    """Places in the document of a quote of `chunk`, in order; () when any part is nowhere.

    Models leave out a sentence between two that they need, so the parts may stand apart.
    """
    whole = locate(quote, chunk.text)
    if whole is not None:
        found = {whole}
    else:
        parts = split_sentences(quote)
        places = [locate(part, chunk.text) for part in parts[: _MOST + 1]]
        found = {place for place in places if place is not None}
        if None in places or not 2 <= len(parts) <= _MOST:
            return ()
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple((chunk.char_start + start, chunk.char_start + end) for start, end in joined)
