"""The words beside a page in the overlay: one entry for each number on the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from parsers.pdf.legend import COLOURS, INK, REFUSED, Colour
from parsers.pdf.marks import Marks
from schemas.document import ElementKind

LINE = 15
TYPE = 11
GAP = 3
INDENT = 22
"""Pixels: height of a line and of its type, white between entries, where the words begin."""
WRAP = 50
"""Characters of a line; at 11 pixels the font's letters are some 5.7 pixels wide."""
MAX_LABEL = 150
"""Characters of a reason that are shown."""


class Entry(NamedTuple):
    """A few lines of the panel; `disc` is what stands in the disc, '' for none.

    `kind` is None for a refused table and for words about the page. `name` begins the first line.
    """

    lines: tuple[str, ...]
    disc: str = ""
    kind: ElementKind | None = None
    name: str = ""


def shown(text: str) -> str:
    r"""`text` as it can be drawn: printable ASCII on one line, of bounded length.

    >>> shown("list item 一、 at\ndepth 0")
    'list item ?? at depth 0'
    """
    flat = " ".join(text[: 4 * MAX_LABEL].split())
    plain = "".join(char if " " <= char <= "~" else "?" for char in flat)
    return plain if len(plain) <= MAX_LABEL else plain[: MAX_LABEL - 3] + "..."


def letters(index: int) -> str:
    """A name for the refused candidate at 0-based `index`.

    >>> letters(0), letters(25), letters(26)
    ('a', 'z', 'aa')
    """
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(ord("a") + digit) + name
    return name


def entries(seen: Marks, facts: Sequence[str], room: int) -> list[Entry]:
    """Entries of at most `room` lines in all; the last one counts those that are left out."""
    listed: list[Entry] = []
    left = room - 1
    for entry in _all(seen, facts):
        left -= len(entry.lines)
        if left < 0:
            break
        listed.append(entry)
    total = len(facts) + (seen.left_out > 0) + len(seen.order) + len(seen.refused)
    missing = total - len(listed)
    if missing:
        listed.append(Entry((f"... and {missing} more",)))
    return listed


def _all(seen: Marks, facts: Sequence[str]) -> Iterator[Entry]:
    for fact in facts:
        yield Entry(_wrapped(fact, WRAP + 6))
    if seen.left_out:
        yield Entry((f"{seen.left_out} boxes are not drawn",))
    for number, mark in enumerate(seen.order, 1):
        name = mark.kind.value.replace("_", " ")
        yield Entry(_wrapped(mark.reason, WRAP, name), str(number), mark.kind, name)
    for index, (_, reason) in enumerate(seen.refused):
        text = reason.removeprefix("refused: ")
        yield Entry(_wrapped(text, WRAP, "no table"), letters(index), None, "no table")


def _wrapped(text: str, width: int, name: str = "") -> tuple[str, ...]:
    """`text` in lines, the first of them shorter by `name`, which stands before it."""
    indent = " " * (len(name) + 1) if name else ""
    lines = textwrap.wrap(shown(text), width, initial_indent=indent) or [""]
    return tuple(line.strip() for line in lines)


def height_of(listed: Sequence[Entry]) -> int:
    """Pixels that the entries take."""
    return sum(len(entry.lines) * LINE + GAP for entry in listed) + LINE


def write(canvas: Any, font: Any, listed: Sequence[Entry]) -> list[tuple[str, Colour, int]]:
    """The discs: words, colour, and y of the middle in pixels; draws the words twice as large.

    Small type comes out uneven otherwise; who calls makes the picture half as large.
    """
    discs, y = [], 0
    for entry in listed:
        colour = REFUSED if entry.kind is None else COLOURS[entry.kind]
        x = 2 * INDENT if entry.disc else 0
        ahead = font.getlength(f"{entry.name}  ") if entry.name else 0
        if entry.disc:
            discs.append((entry.disc, colour, y + LINE // 2))
            canvas.text((x, 2 * y), entry.name, colour, font, stroke_width=0.6)
        for line in entry.lines:
            canvas.text((x + ahead, 2 * y), line, INK, font)
            y, ahead = y + LINE, 0
        y += GAP
    return discs
