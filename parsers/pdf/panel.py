"""The words beside a page in the overlay: one entry for each number on the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parsers.pdf.marks import Marks
from schemas.document import ElementKind

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
