"""What a reader of the code and a newcomer found: text that went away, and work without bounds."""

from __future__ import annotations

from typing import Any

import pytest

from dataflow.render import render
from parsers.base import ParseOptions
from parsers.pdf.continued import continued
from parsers.pdf.front import front_matter
from parsers.pdf.joining import joined
from parsers.pdf.page import MAX_PATHS, MAX_PIECES, PageContent, Path, Ruling, Word, bounded
from parsers.pdf.parser import PdfParser
from parsers.pdf.scanned import bearings
from schemas.document import Cell, Document, Element, ElementKind, IssueCode, ParseStatus, Table
from schemas.geometry import BBox
from schemas.ids import sha256_hex
from schemas.source import MediaType, Source
from tests.parsers.pdf.made import LOREM, column, pdf, text


def parsed(data: bytes, **options: Any) -> Document:
    source = Source("a.pdf", sha256_hex(data), MediaType.PDF, len(data))
    return PdfParser().parse(source, data, ParseOptions(ocr="never", **options))


def table(page: int, rows: list[list[str]], header: bool = True) -> Element:
    cells = tuple(
        Cell(r, c, value, header=header and r == 0, bbox=BBox(50 + 90 * c, 50, 120 + 90 * c, 60))
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    )
    return Element(ElementKind.TABLE, "", page=page, table=Table(len(rows), len(rows[0]), cells))


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        (ElementKind.HEADING, "4.2 Discontinued operations", True),
        (ElementKind.PARAGRAPH, "The plant in Graz was discontinued in May.", True),
        (ElementKind.HEADING, "Continued", True),
        (ElementKind.PARAGRAPH, "Table 3 (continued)", False),
        (ElementKind.PARAGRAPH, "continued on next page", False),
        (ElementKind.CAPTION, "Table 3. Rain by month (continued)", False),
        (ElementKind.PARAGRAPH, "续表 3", False),
        (ElementKind.PARAGRAPH, "（续表）", False),
        (ElementKind.PARAGRAPH, "工程已于五月停止，续建方案另行公布。", True),
    ],
)
def test_only_a_notice_goes_between_parts_of_a_table(
    kind: ElementKind, said: str, kept: bool
) -> None:
    head = ["Item", "2023", "2022"]
    found = continued(
        [
            table(1, [head, ["Tea", "1", "2"]]), Element(kind, said, page=2),
            table(2, [head, ["Rice", "3", "4"]]),
        ]
    )  # fmt: skip
    assert (said in [element.text for element in found]) is kept


def test_equal_data_rows_of_tables_without_headers_both_stay() -> None:
    first = table(1, [["Mon", "8", "8"], ["Tue", "7", "7"]], header=False)
    second = table(2, [["Mon", "8", "8"], ["Wed", "6", "6"]], header=False)
    made = continued([first, second])
    texts = [cell.text for one in made if one.table for cell in one.table.cells]
    assert texts.count("Mon") == 2


def test_labels_are_kept_with_their_figure_and_out_of_the_text() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 100, 480, LOREM)
        for x in range(3):
            page.draw_rect((120 + 60 * x, 300 - 30 * x, 150 + 60 * x, 360), fill=(0.2, 0.4, 0.7))
        page.draw_line((110, 360), (300, 360))
        page.draw_line((110, 200), (110, 360))
        text(page, 125, 374, "March")
        column(page, 50, 500, 480, LOREM)

    document = parsed(pdf(draw), pdf_profile="fast")
    figures = [e for e in document.elements if e.kind is ElementKind.FIGURE]
    assert [figure.text for figure in figures] == ["March"]
    assert "March" not in render(document).text


@pytest.mark.parametrize("y", [60, 100])
@pytest.mark.parametrize("profile", ["fast", "best"])
def test_the_first_line_of_a_letter_is_no_running_head(y: int, profile: str) -> None:
    def draw(page: Any) -> None:
        text(page, 72, y, "Dear Madam, thank you for your letter of 3 May.", 11)
        column(page, 72, y + 40, 450, LOREM)

    assert "Dear Madam" in render(parsed(pdf(draw), pdf_profile=profile)).text


def test_a_file_that_was_cut_off_says_so() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 100, 480, LOREM)

    data = pdf(draw, draw, draw)
    document = parsed(data[: len(data) - 400])
    assert IssueCode.REPAIRED in {issue.code for issue in document.issues}
    assert document.status is ParseStatus.PARTIAL
    assert parsed(data).status is ParseStatus.WHOLE


def test_a_box_to_tick_stays_in_the_text() -> None:
    item = Element(ElementKind.LIST_ITEM, "Physician", level=0, marker="☐")
    source = Source("a.pdf", "0" * 64, MediaType.PDF, 1)
    assert render(Document(source, (item,))).text == "- ☐ Physician"


def test_shapes_end_at_the_page_and_are_not_endless() -> None:
    far = BBox(10, -1e7, 70, 1e7)
    content = PageContent(
        1, 600, 800, images=(far, BBox(-50, -50, -10, -10)), paths=(Path(far, True),),
        rulings=(Ruling(True, 100, -1e9, 1e9), Ruling(False, 5000, 0, 10)),
    )  # fmt: skip
    cut = bounded(content)
    assert cut.images == (BBox(10, 0, 70, 800),)
    assert cut.paths == (Path(BBox(10, 0, 70, 800), True),)
    assert cut.rulings == (Ruling(True, 100, 0, 600),)
    many = PageContent(1, 600, 800, rulings=(Ruling(True, 100, 0, 9),) * (MAX_PIECES + 1))
    assert bounded(many).rulings == ()
    assert bounded(many).n_paths > MAX_PATHS


@pytest.mark.timeout(20)
def test_names_and_lines_without_end_are_read_in_linear_time() -> None:
    title = Element(ElementKind.TITLE, "On Tea", page=1)
    names = Element(ElementKind.PARAGRAPH, "语" * 280 + "。字", page=1)
    assert "authors" not in front_matter([title, names], {})
    assert joined("a" * 100_000, "b").endswith("a b")


def test_typed_pages_have_no_gutters_between_their_words() -> None:
    def line(y: float) -> list[Word]:
        return [Word("word", BBox(x, y, x + 30, y + 10), 10.0) for x in range(50, 450, 41)]

    page = [word for row in range(20) for word in line(100 + 15 * row)]
    wider = bearings(page)
    assert wider[1].bbox.x0 - wider[0].bbox.x1 == pytest.approx(6.0)
    assert bearings(page[:20]) == page[:20]
