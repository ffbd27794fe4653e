from __future__ import annotations

from collections.abc import Callable

import pytest

from parsers.pdf.furniture import FurnitureFinder
from parsers.pdf.page import ModelRegion, PageContent, RegionKind
from tests.parsers.pdf.typeset import HEIGHT, WIDTH, Setter, prose, table

LANGUAGES = pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
Furnish = Callable[[Setter, int], None]


def pages(count: int, furnish: Furnish, *, han: bool = False, top: float = 100) -> list[Setter]:
    """Pages of prose, each with what `furnish` sets on it."""
    found = []
    for number in range(1, count + 1):
        page = Setter()
        page.paragraph(60, top, 470, prose(f"第{'一二三四五六七八九十'[number - 1]}段" if han
                                           else f"Part{number}", 1000))  # fmt: skip
        furnish(page, number)
        found.append(page)
    return found


def furniture(made: list[Setter]) -> list[list[str]]:
    """The furniture of each page, the page's head first."""
    contents = [page.page(number) for number, page in enumerate(made, start=1)]
    return [[row.text for row in rows] for rows in FurnitureFinder(len(made)).feed(contents)]


@LANGUAGES
def test_running_heads_of_even_and_odd_pages(han: bool) -> None:
    heads = ("第三章 石磨", "磨坊手册") if han else ("Chapter 3 Stones", "The Mill Handbook")

    def furnish(page: Setter, number: int) -> None:
        page.line(200, 40, heads[number % 2], 9)

    assert furniture(pages(6, furnish, han=han)) == [[heads[n % 2]] for n in range(1, 7)]


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "- {} -",
        "Page {} of 10",
        "{} / 10",
        "第 {} 页",
        "第 {} 页 共 10 页",
        "第{}页",
        "— {} —",
    ],
)
@pytest.mark.parametrize("y", [40, 800])
def test_page_numbers(form: str, y: float) -> None:
    def furnish(page: Setter, number: int) -> None:
        page.line(280, y, form.format(number))

    assert furniture(pages(4, furnish)) == [[form.format(n)] for n in range(1, 5)]


def test_roman_page_numbers() -> None:
    def furnish(page: Setter, number: int) -> None:
        page.line(290, 800, ("i", "ii", "iii", "iv")[number - 1])

    assert furniture(pages(4, furnish)) == [["i"], ["ii"], ["iii"], ["iv"]]


@LANGUAGES
def test_a_page_number_beside_a_changing_text(han: bool) -> None:
    names = ("谷物", "面粉", "石磨", "水轮") if han else ("Grain", "Flour", "Stones", "Wheel")

    def furnish(page: Setter, number: int) -> None:
        page.line(60, 40, names[number - 1], 9)
        page.right(530, 40, str(number + 16), 9)

    assert furniture(pages(4, furnish, han=han)) == [
        [f"{name} {number + 17}"] for number, name in enumerate(names)
    ]


@LANGUAGES
def test_two_rows_of_furniture(han: bool) -> None:
    rows = ("磨坊学报", "第三卷") if han else ("Journal of Mills", "Volume three")

    def furnish(page: Setter, number: int) -> None:
        page.line(60, 30, rows[0], 9)
        page.line(60, 42, rows[1], 9)

    assert furniture(pages(4, furnish, han=han)) == [list(rows)] * 4


@LANGUAGES
def test_a_single_page_gives_up_its_number_and_small_print_only(han: bool) -> None:
    first = "关于磨坊的说明" if han else "A note on the mill"
    small = "磨坊协会 河边路" if han else "Association of Mills, River Road"

    def furnish(page: Setter, number: int) -> None:
        page.line(60, 60, first)
        page.line(60, 800, small, 7)

    assert furniture(pages(1, furnish, han=han)) == [[small]]


def test_numbers_of_chapters_are_no_page_numbers() -> None:
    def furnish(page: Setter, number: int) -> None:
        page.line(60, 76, f"{number} {('Grain', 'Flour', 'Stones', 'Wheel')[number - 1]}", 16)

    assert furniture(pages(4, furnish, top=110)) == [[]] * 4


def test_numbers_of_chinese_chapters_are_none_either() -> None:
    def furnish(page: Setter, number: int) -> None:
        page.line(
            60,
            76,
            f"第{'一二三四'[number - 1]}章 {('谷物', '面粉', '石磨', '水轮')[number - 1]}",
            16,
        )

    assert furniture(pages(4, furnish, han=True, top=110)) == [[]] * 4


@LANGUAGES
def test_the_repeated_header_of_a_table_stays(han: bool) -> None:
    header = (
        ["地区", "去年", "今年", "变化"] if han else ["Region", "Last year", "This year", "Change"]
    )
    made = []
    for number in range(3):
        page = Setter()
        rows = [header] + [
            [f"{'北' if han else 'N'}{number}{row}", str(row * 31), str(row * 37), str(row)]
            for row in range(10, 45)
        ]
        table(page, (60, 250, 380, 500), 60, rows)
        made.append(page)
    assert furniture(made) == [[]] * 3


@LANGUAGES
@pytest.mark.parametrize("mark", ["1", "*", "①"])
def test_footnotes_stay(han: bool, mark: str) -> None:
    def furnish(page: Setter, number: int) -> None:
        note = f"见第{number}本账本" if han else f"See book {number} of the accounts"
        page.line(60, 780, f"{mark} {note}", 8)

    assert furniture(pages(3, furnish, han=han)) == [[]] * 3


@LANGUAGES
def test_one_note_a_page_numbered_like_the_pages_stays(han: bool) -> None:
    names = ("谷物", "面粉", "石磨", "水轮") if han else ("grain", "flour", "stones", "wheels")

    def furnish(page: Setter, number: int) -> None:
        page.line(60, 780, f"{number} {'关于' if han else 'More on '}{names[number - 1]}", 8)

    assert furniture(pages(4, furnish, han=han)) == [[]] * 4


@LANGUAGES
@pytest.mark.parametrize("form", ["{}", "3-{}", "{} |"])
def test_a_page_number_before_the_name_of_the_book(han: bool, form: str) -> None:
    name = "磨坊手册" if han else "The Mill Handbook"

    def furnish(page: Setter, number: int) -> None:
        page.line(60, 780, f"{form.format(number)} {name}", 8)

    assert furniture(pages(4, furnish, han=han)) == [
        [f"{form.format(n)} {name}"] for n in range(1, 5)
    ]


def test_the_last_line_of_a_full_page_stays() -> None:
    def furnish(page: Setter, number: int) -> None:
        page.paragraph(60, 500, 470, prose(f"Second{number}", 2300 + 9 * number))

    made = pages(4, furnish)
    assert max(word.bbox.y1 for word in made[0].words) > 0.92 * HEIGHT
    assert furniture(made) == [[]] * 4


def test_what_a_layout_model_calls_a_foot() -> None:
    page = Setter()
    page.paragraph(60, 100, 470, prose("Alpha", 600))
    page.line(60, 790, "Printed by the river")
    box = page.words[-1].bbox
    region = ModelRegion(RegionKind.PAGE_FOOTER, box._replace(x0=50, y0=780, y1=810))
    content = PageContent(1, WIDTH, HEIGHT, words=tuple(page.words), model=(region,))
    assert [[row.text for row in rows] for rows in FurnitureFinder(1).feed([content])] == [
        ["Printed by the river"]
    ]


def test_furniture_of_earlier_batches_is_remembered() -> None:
    def furnish(page: Setter, number: int) -> None:
        page.line(200, 40, "The Mill Handbook", 9)

    contents = [page.page(n) for n, page in enumerate(pages(8, furnish), start=1)]
    finder = FurnitureFinder(8)
    assert all(finder.feed(contents[:7]))
    assert [row.text for row in finder.feed(contents[7:])[0]] == ["The Mill Handbook"]
