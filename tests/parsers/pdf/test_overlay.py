"""What the overlay shows of a page, and that nothing on a page can break it."""

from __future__ import annotations

import io
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from parsers.base import ParseOptions
from parsers.pdf import overlay
from parsers.pdf.legend import CELL, COLOURS, REFUSED, SPAN, Colour, legend
from parsers.pdf.marks import MAX_NOTES, marks
from parsers.pdf.overlay import MAX_SIDE, PAD, PANEL, drawn, overlays
from parsers.pdf.panel import MAX_LABEL, entries, letters, shown
from parsers.pdf.parser import open_reader
from parsers.pdf.trace import Layer, Note, Trace
from schemas.document import Cell, Element, ElementKind, Table
from schemas.errors import ParseError
from schemas.geometry import BBox
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source
from tests.parsers.pdf.made import HAN, LOREM, column, pdf, text

HEADING = Element(ElementKind.HEADING, "1 Rain", 1, BBox(50, 40, 120, 60), level=1)
BODY = Element(ElementKind.PARAGRAPH, "It rained.", 1, BBox(50, 80, 150, 120))
FOOT = Element(ElementKind.PAGE_FOOTER, "7", 1, BBox(90, 180, 110, 190))
FAR = 1e9
HOSTILE = [
    BBox(math.nan, 0, 10, 10), BBox(0, math.inf, 10, -math.inf), BBox(150, 120, 50, 80),
    BBox(FAR, FAR, 2 * FAR, 2 * FAR), BBox(-FAR, -FAR, FAR, FAR), BBox(20, 20, 20, 20),
    BBox(-30, -30, -20, -20),
]  # fmt: skip


def kind(box: BBox | None, why: str) -> Note:
    assert box is not None
    return Note(1, Layer.KIND, box, why)


def page(width: int = 200, height: int = 200) -> NDArray[np.uint8]:
    return np.full((2 * height, 2 * width, 3), 255, dtype=np.uint8)


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def colour_at(image: Image.Image, x: float, y: float) -> Colour:
    """The colour at a point of a page that was drawn with two pixels a point."""
    found = image.getpixel((PAD + round(2 * x), PAD + round(2 * y)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def alike(first: Colour, second: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) <= 48


def halves(start: int, end: int) -> list[float]:
    """Every pixel between two points."""
    return [half / 2 for half in range(2 * start, 2 * end)]


def source(data: bytes) -> Source:
    return Source("made.pdf", sha256_hex(data), MediaType.PDF, len(data))


def pictures(data: bytes, **options: Any) -> list[tuple[int, bytes | ParseError]]:
    chosen = ParseOptions(**{"ocr": "never", "pdf_profile": "fast", **options})
    return list(overlays(source(data), data, chosen))


def test_frames_have_the_colours_of_their_kinds() -> None:
    seen = marks([], [HEADING, BODY, FOOT])
    image = picture(drawn(page(), seen, 200))
    assert image.width == 400 + 2 * PAD + PANEL
    assert image.height > 400 + 2 * PAD
    assert alike(colour_at(image, 90, 60), COLOURS[ElementKind.HEADING])
    assert alike(colour_at(image, 150, 100), COLOURS[ElementKind.PARAGRAPH])
    assert alike(colour_at(image, 100, 180), (174, 174, 174)), "furniture is grey and pale"
    assert min(colour_at(image, 180, 20)) >= 250, "no frame, no colour"
    red, green, blue = colour_at(image, 100, 100)
    assert 255 > blue > green > red > 200, "the inside is tinted, and the text stays legible"


def test_discs_stand_beside_their_boxes_and_a_path_joins_them() -> None:
    image = picture(drawn(page(), marks([], [HEADING, BODY]), 200))
    beside = {colour_at(image, 50 - 7, y) for y in range(41, 47)}
    assert any(alike(found, COLOURS[ElementKind.HEADING]) for found in beside)
    between = {colour_at(image, x, 70) for x in halves(40, 48)}
    assert any(max(found) < 235 for found in between), "the path from 1 to 2"


def test_tables_show_cells_and_spans_and_what_was_refused_is_dashed() -> None:
    box = BBox(20, 20, 120, 80)
    cells = (
        Cell(0, 0, "both", col_span=2, bbox=BBox(60, 22, 80, 28)),
        Cell(1, 0, "a", bbox=BBox(22, 50, 50, 60)), Cell(1, 1, "b", bbox=BBox(90, 50, 118, 60)),
    )  # fmt: skip
    table = Element(ElementKind.TABLE, "", 1, box, table=Table(2, 2, cells))
    refused = Note(1, Layer.NO_TABLE, BBox(20, 120, 180, 180), "refused: prose")
    seen = marks([Note(1, Layer.TABLE, box, "drawn by lines"), refused], [table])
    assert seen.order[0].reason == "2 rows, 2 columns, 1 spans; drawn by lines"
    assert seen.spans == (BBox(22, 22, 118, 28),)
    image = picture(drawn(page(), seen, 200))
    assert alike(colour_at(image, 22, 55), CELL)
    assert alike(colour_at(image, 22, 25), SPAN)
    edge = [alike(colour_at(image, x, 119.5), REFUSED) for x in halves(30, 170)]
    assert 0.4 < sum(edge) / len(edge) < 0.8
    assert sum(a != b for a, b in pairwise(edge)) > 20
    assert [sign.name for sign in legend(seen)] == [
        "table", "cell", "cell that spans", "refused as a table",
    ]  # fmt: skip


def test_cells_of_a_turned_page_are_not_drawn_where_they_are_not() -> None:
    places = BBox(30, 30, 50, 40), BBox(300, 300, 320, 310)
    cells = tuple(Cell(0, col, "a", bbox=box) for col, box in enumerate(places))
    table = Element(ElementKind.TABLE, "", 1, BBox(20, 20, 120, 80), table=Table(1, 2, cells))
    assert marks([], [table]).cells == ()


def test_order_is_the_document_s_and_parts_of_earlier_elements_keep_their_place() -> None:
    note = Element(ElementKind.FOOTNOTE, "1 A note.", 1, BBox(50, 150, 150, 160))
    rest, behind = BBox(120, 20, 190, 60), BBox(120, 70, 190, 90)
    told = [
        kind(rest, "paragraph"), kind(HEADING.bbox, "heading 1: bold (4.0)"),
        kind(note.bbox, "footnote"), kind(behind, "list item - at depth 0"),
        kind(BODY.bbox, "paragraph"),
    ]  # fmt: skip
    order = marks(told, [HEADING, BODY, note, FOOT]).order
    assert [(mark.kind.value, mark.reason) for mark in order] == [
        ("paragraph", "goes on"), ("heading", "1: bold (4.0)"),
        ("list_item", "- at depth 0, goes on"), ("paragraph", ""), ("footnote", ""),
    ]  # fmt: skip


def test_a_model_is_quoted_where_it_differs() -> None:
    model = [
        Note(1, Layer.MODEL, BBox(50, 40, 120, 60), "section-header"),
        Note(1, Layer.MODEL, BBox(49, 79, 152, 121), "table"),
    ]
    order = marks(model, [HEADING, BODY]).order
    assert [mark.reason for mark in order] == ["", "the model says table"]


@pytest.mark.parametrize("layer", list(Layer))
def test_hostile_notes_are_drawn_or_left_out(layer: Layer) -> None:
    notes = [Note(1, layer, box, "表格：\n\x00<b>不是表格</b>" * 99) for box in HOSTILE]
    found = [Element(ElementKind.PARAGRAPH, "x", 1, box) for box in HOSTILE]
    image = picture(drawn(page(), marks(notes, found), 200, ["第一页"]))
    assert image.width == 400 + 2 * PAD + PANEL
    on_top = {Layer.GRID: COLOURS[ElementKind.TABLE], Layer.CELL: CELL}
    expected = on_top.get(layer, COLOURS[ElementKind.PARAGRAPH])
    assert alike(colour_at(image, 150, 100), expected), "an inverted box is put right"


def test_thousands_of_boxes_are_counted_and_bounded() -> None:
    boxes = [BBox(x, y, x + 1, y + 1) for x in range(100) for y in range(80)]
    notes = [Note(1, layer, box, "n") for layer in Layer for box in boxes]
    seen = marks(notes, [Element(ElementKind.PARAGRAPH, "", 1, box) for box in boxes])
    assert seen.left_out == len(Layer) * (len(boxes) - MAX_NOTES)
    assert len(seen.order) <= 2 * MAX_NOTES
    image = picture(drawn(page(), seen, 200))
    assert image.height < 1000
    listed = entries(seen, [], 40)
    assert sum(len(entry.lines) for entry in listed) <= 40
    assert listed[-1].lines == (f"... and {1 + len(seen.order) + MAX_NOTES - 39} more",)


def test_words_of_the_panel_are_short_plain_and_named() -> None:
    seen = marks([Note(1, Layer.NO_TABLE, BBox(0, 0, 9, 9), "refused: prose")], [HEADING])
    listed = entries(seen, ["page 1 of 1"], 50)
    assert [(e.disc, e.name, e.lines) for e in listed] == [
        ("", "", ("page 1 of 1",)), ("1", "heading", ("",)), ("a", "no table", ("prose",)),
    ]  # fmt: skip
    assert shown("第一章\tRain\n") == "??? Rain"
    assert len(shown("x" * 10_000)) == MAX_LABEL
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["a", "z", "aa", "zz", "aaa"]


def test_the_same_marks_give_the_same_bytes_without_a_time() -> None:
    seen = marks([kind(BODY.bbox, "paragraph")], [HEADING, BODY, FOOT])
    png = drawn(page(), seen, 200)
    assert png == drawn(page(), seen, 200)
    assert not any(chunk in png for chunk in (b"tIME", b"tEXt", b"iTXt"))


def two_pages(font: str, words: str, head: str) -> bytes:
    def first(at: Any) -> None:
        text(at, 60, 80, head, 18, font)
        column(at, 60, 120, 380, words, font)

    def second(at: Any) -> None:
        column(at, 60, 120, 380, words, font)

    return pdf(first, second)


@pytest.mark.parametrize(
    ("font", "words", "head"),
    [("helv", LOREM, "1 The Mill"), ("china-s", HAN, "第一章 语料工厂")],
    ids=["en", "zh"],
)
@pytest.mark.parametrize("engine", ["pymupdf", "pdfium"])
def test_every_page_of_a_file_is_drawn(font: str, words: str, head: str, engine: str) -> None:
    data = two_pages(font, words * 3, head)
    found = pictures(data, pdf_engine=engine)
    assert [number for number, _ in found] == [1, 2]
    for _, png in found:
        assert isinstance(png, bytes)
        image = picture(png)
        wide, high = round(595 * overlay.DPI / 72), round(842 * overlay.DPI / 72)
        assert abs(image.width - wide - 2 * PAD - PANEL) <= 1
        assert high + 2 * PAD < image.height < high + 2 * PAD + 80
        blue = np.abs(np.asarray(image, dtype=int) - COLOURS[ElementKind.PARAGRAPH]).max(axis=2)
        assert (blue < 48).sum() > 500, "the frame of the paragraph"
    assert pictures(data, pdf_engine=engine) == found


def test_a_page_that_fails_is_a_value_and_the_others_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Half:
        def __init__(self, inner: Any) -> None:
            self.inner = inner
            self.close = inner.close

        def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
            if number == 1:
                raise ParseError(Reason.PARSE_FAILED, "rendering failed", page=1)
            made: NDArray[np.uint8] = self.inner.render(number, dpi)
            return made

    monkeypatch.setattr(overlay, "open_reader", lambda *args: Half(open_reader(*args)))
    (_, failed), (_, png) = pictures(two_pages("helv", LOREM * 3, "1 The Mill"))
    assert str(failed) == "page 1: rendering failed"
    assert isinstance(png, bytes)


def test_a_poster_is_drawn_small() -> None:
    data = pdf(lambda at: text(at, 900, 900, "A poster", 300), width=14400, height=7200)
    ((_, png),) = pictures(data)
    assert isinstance(png, bytes)
    image = picture(png)
    assert image.width <= MAX_SIDE + 2 * PAD + PANEL
    assert image.height < MAX_SIDE


def test_nothing_of_a_file_without_text() -> None:
    with pytest.raises(ParseError) as caught:
        pictures(pdf(lambda at: None))
    assert caught.value.reason is Reason.NO_TEXT


def test_notes_of_a_page_are_turned_as_that_page_was() -> None:
    trace = Trace()
    trace.begin(1, 90, (200, 100))
    trace.begin(2, 0, (100, 200))
    for trace.page in (1, 2, 3):
        trace.note(Layer.KIND, BBox(0, 0, 10, 20), "paragraph")
    assert [note.bbox for note in trace.notes] == [
        BBox(80, 0, 100, 10), BBox(0, 0, 10, 20), BBox(0, 0, 10, 20),
    ]  # fmt: skip


def test_the_readme_s_picture_is_one_of_ours_and_light() -> None:
    path = Path(__file__).parents[3] / "docs" / "overlay.png"
    data = path.read_bytes()
    assert len(data) < 250_000
    assert abs(picture(data).width - 595 * overlay.DPI / 72 - 2 * PAD - PANEL) <= 2
    readme = (path.parents[1] / "README.md").read_text("utf-8")
    assert "--overlay pages" in readme
    assert "](docs/overlay.png)" in readme
