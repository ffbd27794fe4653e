"""How deep headings are: bookmarks, then numbers, then styles, the same through a whole file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from statistics import median, median_low

from parsers.pdf.bookmarks import bookmark
from parsers.pdf.candidates import Candidate
from parsers.pdf.numbering import Family, Number
from parsers.pdf.page import OutlineItem
from parsers.pdf.styles import Style

MAX_LEVEL = 6
_LATIN = frozenset({Family.ROMAN, Family.LETTER, Family.DECIMAL})
_OUTER = (Family.PART, Family.CHAPTER, Family.SECTION, Family.ARTICLE)
_HAN = (Family.HAN, Family.HAN_IN_BRACKETS)

Key = tuple[Family, int]
"""A kind of number: its family, and its parts (2 for 1.1)."""


def levels(
    found: Sequence[Candidate], outline: Mapping[str, Sequence[OutlineItem]], base: int
) -> list[int]:
    """Level 1..6 of each heading, the same style at the same level through the whole file.

    A bookmark's depth wins, then the depth of its own section number, then its style: ranked by
    size and weight, tied to the depths that numbered headings of a style have. `base` is the level
    of the outermost headings.
    """
    marked = [bookmark(c.text, c.page, outline) for c in found]
    top = min((depth for depth in marked if depth is not None), default=1)
    own = number_depths([c.number for c in found], [c.style for c in found])
    known = [
        depth - top + 1 if depth is not None else own_depth
        for depth, own_depth in zip(marked, own, strict=True)
    ]
    by_style: dict[Style, list[int]] = {}
    for candidate, depth in zip(found, known, strict=True):
        by_style.setdefault(candidate.style, []).extend([] if depth is None else [depth])
    depths = _style_depths(by_style)
    return [
        min(MAX_LEVEL, base - 1 + (depths[c.style] if depth is None else depth))
        for c, depth in zip(found, known, strict=True)
    ]


def number_depths(numbers: Sequence[Number | None], styles: Sequence[Style]) -> list[int | None]:
    """Depth of each heading by its own number, None without one.

    Decimal numbers say how they nest. The families nest as they are used: parts around chapters
    around sections, 一、 around （一） around 1.; Roman, letter and plain numbers by size, else by
    which comes first, and as equals where they are set alike (an appendix A behind a section 7).
    """
    seen: dict[Key, list[int]] = {}
    for index, number in enumerate(numbers):
        if number is not None:
            seen.setdefault((number.family, number.parts), []).append(index)
    depth = _key_depths(seen, styles)
    return [None if n is None else depth[n.family, n.parts] for n in numbers]


def _key_depths(seen: Mapping[Key, Sequence[int]], styles: Sequence[Style]) -> dict[Key, int]:
    depth: dict[Key, int] = {}
    level = 0
    for family in (*_OUTER, *_HAN):
        if (family, 1) in seen:
            level += 1
            depth[family, 1] = level
    latin = [key for key in seen if key[0] in _LATIN and key[1] == 1]
    size = {key: median(styles[i].size for i in seen[key]) for key in latin}
    ordered = sorted(latin, key=lambda key: (-size[key], seen[key][0]))
    last: Key | None = None
    for key in ordered:
        if last is None or _usual(seen[last], styles) != _usual(seen[key], styles):
            level += 1
        depth[key] = level
        last = key
    for key in sorted(key for key in seen if key[1] > 1):
        outer = depth.get((Family.DECIMAL, 1))
        if outer is None:
            outer = 1 if (Family.SECTION, 1) not in seen else depth[Family.SECTION, 1]
        depth[key] = outer + key[1] - 1
    if (Family.IN_BRACKETS, 1) in seen:
        depth[Family.IN_BRACKETS, 1] = max(depth.values(), default=0) + 1
    return depth


def _usual(indices: Sequence[int], styles: Sequence[Style]) -> Style:
    """The style that most of the headings have."""
    own = [styles[index] for index in indices]
    return max(own, key=lambda style: (own.count(style), style))


def _style_depths(by_style: Mapping[Style, Sequence[int]]) -> dict[Style, int]:
    """Depth of each style, larger and bolder styles outside; known depths are kept."""
    ordered = sorted(by_style, key=_prominence)
    depths: dict[Style, int] = {}
    anchored = any(chain.from_iterable(by_style.values()))
    last = 0
    for index, style in enumerate(ordered):
        if by_style[style]:
            last = median_low(by_style[style])
        else:
            later = [median_low(by_style[s]) for s in ordered[index + 1 :] if by_style[s]]
            last = min([last + 1, *later]) if anchored else index + 1
        depths[style] = max(1, last)
    return depths


def _prominence(style: Style) -> tuple[float, bool, bool, bool]:
    return -style.size, not style.caps, not style.bold, style.italic
