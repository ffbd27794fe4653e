"""Where a quote stands in a text; offsets that a model gives are never used."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from dataflow.evidence.align import aligned
from dataflow.evidence.spans import Span

_MARKS = frozenset("*_`#>|\\~[]()\"'“”‘’「」『』")
_MIN_QUOTE = 4
_DIACRITICS = ("\u0300", "\u036f")


def locate(quote: str, text: str) -> Span | None:
    """Where `quote` stands in `text`: exactly, folded, or with small errors (`aligned`).

    Folded means but for case, spaces, quotes and Markdown marks. None when it is nowhere or has
    fewer than 4 characters that count. What is stored is always what stands there.

    >>> locate("the “Big”  idea", "So: The *big* idea.")
    (4, 18)
    """
    quote = quote.strip()
    wanted, _ = _folded(quote)
    if len(wanted) < _MIN_QUOTE and not (wanted and text.strip() == quote):
        return None
    exact = text.find(quote)
    if exact >= 0:
        return exact, exact + len(quote)
    folded, origin = _folded(text)
    found = folded.find(wanted)
    if found >= 0:
        return origin[found], origin[found + len(wanted) - 1] + 1
    return aligned(quote, text)


@lru_cache(maxsize=16)
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
