"""Blocks of code: lines with their indents, joined over gaps and page turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.pdf.blocks import Block
from parsers.pdf.lines import Line
from schemas.document import OUT_OF_FLOW, Element, ElementKind
from schemas.geometry import union

CHAR_WIDTH = 0.6
"""Width of a character of a monospaced font, in font sizes."""
MAX_GAP = 30.0
"""Points of white inside a listing."""
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|--|;|%|<!--|\$|>)")


def is_code(block: Block) -> bool:
    """Whether a block is a listing: all lines monospaced; with Han text, only as comments."""
    if block.mono:
        return True
    lines = block.lines
    mono = sum(line.mono for line in lines)
    return mono > 0 and all(line.mono or _COMMENT.match(line.text) for line in lines)


def code_text(block: Block) -> str:
    """Lines of code with their indents as spaces and one empty line for a wide gap."""
    left = min(line.bbox.x0 for line in block.lines)
    made: list[str] = []
    previous: Line | None = None
    for line in block.lines:
        if previous is not None and line.bbox.y1 - previous.bbox.y1 > 1.9 * line.size:
            made.append("")
        indent = round((line.bbox.x0 - left) / (CHAR_WIDTH * line.size))
        made.append(" " * max(0, indent) + line.text)
        previous = line
    return "\n".join(made)


def merged_code(found: Sequence[Element], size: float) -> list[Element]:
    """Elements with neighbouring code blocks made one, also over a page turn.

    `size` is the font size of the file's text, in points.
    """
    merged: list[Element] = []
    open_at: int | None = None
    for element in found:
        if element.kind is ElementKind.CODE and open_at is not None:
            last = merged[open_at]
            text = _continued(last, element, size)
            if text is not None:
                box = last.bbox
                if last.page == element.page and box is not None and element.bbox is not None:
                    box = union((box, element.bbox))
                merged[open_at] = replace(last, text=text, bbox=box)
                continue
        merged.append(element)
        if element.kind is ElementKind.CODE:
            open_at = len(merged) - 1
        elif element.kind not in OUT_OF_FLOW:
            open_at = None
    return merged


def _continued(last: Element, element: Element, size: float) -> str | None:
    """The text of two pieces of one listing; None when they are two listings."""
    if last.bbox is None or element.bbox is None:
        return None
    if last.page == element.page:
        gap = element.bbox.y0 - last.bbox.y1
        if not -2 <= gap < MAX_GAP:
            return None
        between = "\n\n" if gap > 0.9 * size else "\n"
    elif last.page is not None and element.page == last.page + 1:
        between = "\n"
    else:
        return None
    shift = round((element.bbox.x0 - last.bbox.x0) / (CHAR_WIDTH * size))
    if shift >= 0:
        return last.text + between + _moved(element.text, shift)
    return _moved(last.text, -shift) + between + element.text


def _moved(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else line for line in text.split("\n"))
