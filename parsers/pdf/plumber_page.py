"""What pdfplumber says of a page -> words, lines, shapes: its objects in, no library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import Any

from parsers.pdf.glyphs import words
from parsers.pdf.info import check_size, font_style
from parsers.pdf.page import (
    MAX_PATHS,
    THIN,
    Link,
    PageContent,
    Path,
    Ruling,
    box_rulings,
    line_rulings,
    turn_box,
)
from parsers.pdf.runs import Run, Style, advance
from parsers.pdf.shapes import around, is_paper, is_side
from parsers.pdf.visible import seen_words, visible_runs
from schemas.geometry import BBox

_PLAIN_SPACES = ("DeviceGray", "DeviceRGB", "DeviceCMYK", "CalGray", "CalRGB", "ICCBased", None)
_UPRIGHT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _frame(page: Any) -> BBox:
    """The crop box, as displayed, in pdfplumber's coordinates.

    pdfplumber turns its objects with /Rotate and leaves the crop box unturned (0.11.10), so it is
    computed here from the boxes in the file.
    """
    media, crop = (_sorted_box(box) for box in (page.page_obj.mediabox, page.page_obj.cropbox))
    crop = BBox(
        max(media.x0, crop.x0), max(media.y0, crop.y0),
        min(media.x1, crop.x1), min(media.y1, crop.y1),
    )  # fmt: skip
    if crop.width <= 0 or crop.height <= 0:
        crop = media
    from_top = BBox(
        crop.x0 - media.x0, media.y1 - crop.y1, crop.x1 - media.x0, media.y1 - crop.y0
    )  # fmt: skip
    shown = turn_box(from_top, int(page.rotation), media.width, media.height)
    left, top = float(page.mediabox[0]), float(page.mediabox[1])
    return BBox(shown.x0 + left, shown.y0 + top, shown.x1 + left, shown.y1 + top)


def _sorted_box(raw: Any) -> BBox:
    x0, y0, x1, y1 = (float(value) for value in raw)
    return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _box(found: Any, frame: BBox) -> BBox:
    return BBox(
        found["x0"] - frame.x0, found["top"] - frame.y0,
        found["x1"] - frame.x0, found["bottom"] - frame.y0,
    )  # fmt: skip


def page_rulings(page: Any) -> tuple[Ruling, ...]:
    """Lines and edges of a page; thin rectangles count once."""
    frame = _frame(page)
    if _count(page) > MAX_PATHS:
        return ()
    found: list[Ruling] = []
    for rect in page.rects:
        found += box_rulings(_box(rect, frame))
    for line in page.objects.get("line", ()):
        found += line_rulings(*_box(line, frame))
    for edge in page.curve_edges:
        found += [ruling for ruling in line_rulings(*_box(edge, frame)) if is_side(ruling)]
    return tuple(found)


def _count(page: Any) -> int:
    """Number of lines, rectangles and curves."""
    return sum(len(page.objects.get(kind, ())) for kind in ("line", "rect", "curve"))


def page_content(page: Any, number: int) -> PageContent:
    """Everything on a page; raises ParseError for one without a size."""
    frame = _frame(page)
    check_size(frame.width, frame.height, number)
    images = tuple(_box(image, frame) for image in page.images)
    few = _count(page) <= MAX_PATHS
    fills = [
        _box(shape, frame) for shape in (*page.rects, *page.curves)
        if _painted(shape) or (shape.get("fill") and _single(shape))
    ]  # fmt: skip
    runs = visible_runs(_runs(page, frame), images, fills if few else None)
    return PageContent(
        number=number, width=frame.width, height=frame.height,
        words=tuple(seen_words(words(runs), frame.width, frame.height)),
        rulings=page_rulings(page), images=images,
        links=tuple(
            Link(_box(link, frame), link["uri"]) for link in page.hyperlinks if link.get("uri")
        ),
        paths=tuple(_paths(page, frame)) if few else (), n_paths=_count(page),
    )  # fmt: skip


def _paths(page: Any, frame: BBox) -> Iterator[Path]:
    """Shapes that are no lines: curves, slanted lines, and areas filled with a colour."""
    for curve in page.curves:
        points = [point for piece in curve["path"] for point in piece[1:]]
        sides = [(x0 - x1, y0 - y1) for (x0, y0), (x1, y1) in pairwise(points)]
        box = around([(x - frame.x0, y - frame.y0) for x, y in points])
        if any(min(abs(dx), abs(dy)) > 0.5 for dx, dy in sides):
            yield Path(box, curved=True)
        elif _painted(curve) and min(box.width, box.height) > THIN:
            yield Path(box, curved=False)
    for line in page.objects.get("line", ()):
        box = _box(line, frame)
        if min(box.width, box.height) > 0.5:
            yield Path(box, curved=True)
    for rect in page.rects:
        box = _box(rect, frame)
        if _painted(rect) and min(box.width, box.height) > THIN:
            yield Path(box, curved=False)


def _painted(shape: Any) -> bool:
    return bool(shape.get("fill")) and not is_paper(_color(shape))


def _single(shape: Any) -> bool:
    """Whether a fill has one part: grey or an ink, which pdfplumber does not tell for shapes."""
    raw = shape.get("non_stroking_color")
    return not isinstance(raw, tuple | list) or len(raw) == 1


def _color(drawn: Any) -> int:
    """0xRRGGBB that something is filled with: grey, RGB or CMYK; black for inks and patterns."""
    raw = drawn.get("non_stroking_color")
    if drawn.get("ncs") not in _PLAIN_SPACES:
        return 0  # a single 1.0 is no white there but all of an ink
    parts = raw if isinstance(raw, tuple | list) else (raw,)
    values = [min(1.0, max(0.0, float(v))) for v in parts if isinstance(v, int | float)]
    if len(values) == 4:
        values = [(1 - value) * (1 - values[3]) for value in values[:3]]
    elif len(values) == 1:
        values *= 3
    if len(values) != 3:
        return 0
    red, green, blue = (round(value * 255) for value in values)
    return red << 16 | green << 8 | blue


def _runs(page: Any, frame: BBox) -> Iterator[Run]:
    """Runs of a page as displayed, in content order: neighbours of one style and line together."""
    drops, left = _drops(page.chars), float(page.mediabox[0])
    run: Run | None = None
    for char in page.chars:
        style, turn, base, (start, end) = _placed(char, frame, drops, left)
        if (
            run is None or run.style != style or run.turn != turn
            or abs(run.base - base) > 0.02 * style.size
        ):  # fmt: skip
            if run is not None:
                yield run
            run = Run(style, turn, base, [], [], [])
        run.chars.append("\ufffd" if char["text"].startswith("(cid:") else char["text"])
        run.starts.append(start)
        run.ends.append(end)
    if run is not None:
        yield run


def _placed(
    char: Any, frame: BBox, drops: dict[str, float], left: float
) -> tuple[Style, int, float, tuple[float, float]]:
    """Style, reading direction, baseline and advance of a character."""
    box, turn = _box(char, frame), _turn(char.get("matrix") or _UPRIGHT)
    size = box.width if turn in (90, 270) else box.height
    bold, italic, mono = font_style(char["fontname"])
    color = _color(char)
    style = Style(char["fontname"].split("+")[-1], round(size, 2), bold, italic, mono, color)
    start, end = advance(*box, turn=turn)
    if _is_vertical(char, left):
        shift = 0.12 * size  # pdfminer hangs the character that much too high
        return style, 90, box.x0 + 0.2 * size, (box.y0 + shift, box.y1 + shift)
    drop = drops.get(char["fontname"], 0.2) * size
    base = {0: box.y1 - drop, 90: box.x0 + drop, 180: box.y0 + drop, 270: box.x1 - drop}[turn]
    return style, turn, base, (start, end)


def _is_vertical(char: Any, left: float) -> bool:
    """Whether a character is written downwards: it then stands astride its point.

    `left` is where the media box begins: boxes are moved by it, matrices are not.
    """
    matrix = char.get("matrix") or _UPRIGHT
    upright = abs(matrix[1]) < 1e-6 < matrix[0]
    return bool(upright and matrix[4] - (char["x0"] - left) > 0.3 * char["height"] > 0)


def _drops(chars: Iterable[Any]) -> dict[str, float]:
    """Font sizes between box and baseline of each font, by the upright characters set in it.

    The median, so that raised characters stand out: their boxes are raised and their matrices not.
    """
    found: dict[str, list[float]] = {}
    for char in chars:
        matrix = char.get("matrix") or _UPRIGHT
        if abs(matrix[1]) < 1e-6 < matrix[0] and char["height"] > 0:
            drop = (matrix[5] - char["y0"]) / char["height"]
            if 0 <= drop <= 0.6:
                found.setdefault(char["fontname"], []).append(drop)
    return {font: median(drops) for font, drops in found.items()}


def _turn(matrix: Any) -> int:
    """Reading direction of a character by its text matrix (y upwards)."""
    if abs(matrix[1]) > abs(matrix[0]):
        return 270 if matrix[1] > 0 else 90
    return 0 if matrix[0] >= 0 else 180
