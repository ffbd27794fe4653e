"""What PyMuPDF says of a page -> runs, lines, shapes: its dictionaries in, no library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parsers.pdf.info import font_style
from parsers.pdf.page import THIN, Path, Ruling, box_rulings, line_rulings
from parsers.pdf.runs import Run, Style, advance
from parsers.pdf.shapes import is_paper, is_side
from schemas.geometry import BBox

_TURN = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}
_ITALIC, _MONO, _BOLD = 2, 8, 16
_STRUCK_TWICE, _FILLED, _STROKED = 8, 16, 32
_VERTICAL_RISE = 0.88
"""Font sizes between the point that vertical writing hangs a character from and its baseline, by
the default of /DW2; MuPDF puts the character's box below its baseline."""


def text_runs(text: Any) -> Iterator[Run]:
    """Runs of a `rawdict`, in content order."""
    for block in text["blocks"]:
        for line in block.get("lines", ()):
            x, y = line["dir"]
            turn = _TURN.get((round(x), round(y)), 0)
            for span in line["spans"]:
                yield from _span_runs(span, turn, vertical=line["wmode"] == 1)


def _span_runs(span: Any, turn: int, *, vertical: bool) -> Iterator[Run]:
    """Runs of a span: text that rises or falls within it is cut there."""
    style, run = _style(span), None
    for char in span["chars"]:
        box, (x, y) = char["bbox"], char["origin"]
        start, end = advance(box[0], box[1], box[2], box[3], turn)
        base = y if turn in (0, 180) else x
        if vertical:
            base = (box[0] + box[2]) / 2 - 0.3 * style.size
            start, end = (along - _VERTICAL_RISE * style.size for along in (start, end))
        if run is None or abs(base - run.base) > 0.05 * style.size:
            if run is not None:
                yield run
            run = Run(style, turn, base, [], [], [])
        run.chars.append(char["c"])
        run.starts.append(start)
        run.ends.append(end)
    if run is not None:
        yield run


def _style(span: Any) -> Style:
    """How a span is drawn, by the font's flags and its name."""
    flags, drawn = int(span["flags"]), int(span["char_flags"])
    font = span["font"]
    if font.startswith("Type3 ("):
        font = "Type3"  # browsers make a font of each character, which is no change of style
    bold, italic, mono = font_style(font)
    strong = drawn & _STRUCK_TWICE or (drawn & _FILLED and drawn & _STROKED)
    return Style(
        font=font, size=round(float(span["size"]), 3),
        bold=bold or bool(flags & _BOLD or strong),
        italic=italic or bool(flags & _ITALIC), mono=mono or bool(flags & _MONO),
        color=int(span["color"]),
        hidden=span["alpha"] == 0 or not drawn & (_FILLED | _STROKED),
    )  # fmt: skip


def drawn_rulings(drawings: list[Any]) -> Iterator[Ruling]:
    """Axis-parallel lines of the page's drawings."""
    for drawing in drawings:
        curved = any(_is_curved(item) for item in drawing["items"])
        for item in drawing["items"]:
            if item[0] == "l":
                (x0, y0), (x1, y1) = item[1], item[2]
                lines = line_rulings(x0, y0, x1, y1)
                yield from (line for line in lines if not curved or is_side(line))
            elif item[0] == "re":
                yield from box_rulings(_sorted(item[1]))


def drawn_paths(drawings: list[Any]) -> Iterator[Path]:
    """Shapes of the page's drawings that are no lines: white fills are paper and left out."""
    for drawing in drawings:
        if any(_is_curved(item) for item in drawing["items"]):
            yield Path(BBox(*drawing["rect"]), curved=True)
        elif is_painted(drawing):
            for item in drawing["items"]:
                if item[0] == "re" and _is_wide(_sorted(item[1])):
                    yield Path(_sorted(item[1]), curved=False)


def is_painted(drawing: Any) -> bool:
    """Whether a drawing is filled, and not with white."""
    fill = drawing.get("fill")
    if fill is None:
        return False
    red, green, blue = fill if len(fill) == 3 else fill[:1] * 3
    return not is_paper(round(red * 255) << 16 | round(green * 255) << 8 | round(blue * 255))


def _is_curved(item: Any) -> bool:
    if item[0] == "l":
        (x0, y0), (x1, y1) = item[1], item[2]
        return bool(min(abs(x0 - x1), abs(y0 - y1)) > 0.5)
    return item[0] in ("c", "qu")


def _is_wide(box: BBox) -> bool:
    return min(box.width, box.height) > THIN


def _sorted(box: Any) -> BBox:
    x0, y0, x1, y1 = box[:4]
    return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
