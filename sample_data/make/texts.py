"""The texts of the samples, and the small markup they are written in.

`# ` to `### ` begin headings, `{{name}}` stands for a table or figure, `- ` and `1. ` begin list
items, blank lines part paragraphs; lines of a Latin paragraph are joined with a space.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "texts"


class Block(NamedTuple):
    """A piece of a text: kind is heading, slot, bullet, number, code or paragraph.

    `mark` is a heading's level, a numbered item's number or a code block's language.
    """

    kind: str
    text: str
    mark: str = ""


def read(name: str) -> str:
    """The text file `name` of the `texts` folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """Rows of a tab-separated text file."""
    return [line.split("\t") for line in read(name).splitlines()]


def blocks(name: str) -> list[Block]:
    """Pieces of the text file `name` in order."""
    found: list[Block] = []
    for piece in re.split(r"\n\s*\n(?! )", read(name).strip()):
        if re.match(r"(-|\d+\.) ", piece):
            found += [_block(item) for item in re.split(r"\n(?=(?:-|\d+\.) )", piece)]
        else:
            found.append(_block(piece))
    return found


def _block(piece: str) -> Block:
    joined = " ".join(line.strip() for line in piece.splitlines())
    if heading := re.match(r"(#+) (.*)", joined):
        return Block("heading", heading[2], str(len(heading[1])))
    if slot := re.fullmatch(r"\{\{(\w+)\}\}", joined):
        return Block("slot", slot[1])
    if joined.startswith("- "):
        return Block("bullet", joined[2:])
    if number := re.match(r"(\d+)\. (.*)", joined):
        return Block("number", number[2], number[1])
    return Block("paragraph", joined)
