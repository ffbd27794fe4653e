from __future__ import annotations

import pytest

from parsers.pdf.columns import Gutters
from tests.parsers.pdf.typeset import Setter, laid_out, prose, read, said, table

LANGUAGES = pytest.mark.parametrize(
    "leads", [("Alpha", "Bravo", "Carol", "Delta"), ("甲文", "乙文", "丙文", "丁文")],
    ids=["en", "zh"],
)  # fmt: skip


@LANGUAGES
def test_two_columns(leads: tuple[str, ...]) -> None:
    page = Setter()
    left, right = prose(leads[0], 600), prose(leads[1], 500)
    page.paragraph(50, 100, 235, left)
    page.paragraph(310, 100, 235, right)
    assert read(page.page()) == [left, right]


@LANGUAGES
def test_three_columns(leads: tuple[str, ...]) -> None:
    page = Setter()
    texts = [prose(lead, 400) for lead in leads[:3]]
    for x, text in zip((40, 220, 400), texts, strict=True):
        page.paragraph(x, 100, 160, text)
    assert read(page.page()) == texts


@LANGUAGES
def test_two_columns_above_three(leads: tuple[str, ...]) -> None:
    page = Setter()
    upper = [prose(leads[0], 300), prose(leads[1], 300)]
    lower = [prose("第一" if leads[0] == "甲文" else "First", 250), prose(leads[2], 250)]
    lower.append(prose(leads[3], 250))
    for x, text in zip((40, 310), upper, strict=True):
        page.paragraph(x, 60, 245, text)
    for x, text in zip((40, 220, 400), lower, strict=True):
        page.paragraph(x, 480, 155, text)
    assert read(page.page()) == [*upper, *lower]


@LANGUAGES
def test_a_title_between_parts_parts_the_columns(leads: tuple[str, ...]) -> None:
    page = Setter()
    texts = [prose(lead, 300) for lead in leads]
    title = "一个横跨两栏的标题" if leads[0] == "甲文" else "A title across both of the columns"
    page.paragraph(50, 60, 235, texts[0])
    page.paragraph(310, 60, 235, texts[1])
    page.line(190, 420, title, 16)
    page.paragraph(50, 460, 235, texts[2])
    page.paragraph(310, 460, 235, texts[3])
    assert read(page.page()) == [texts[0], texts[1], title, texts[2], texts[3]]


@LANGUAGES
def test_notes_across_the_foot_come_last(leads: tuple[str, ...]) -> None:
    page = Setter()
    texts = [prose(leads[0], 500), prose(leads[1], 500), prose(leads[2], 120)]
    page.paragraph(50, 100, 235, texts[0])
    page.paragraph(310, 100, 235, texts[1])
    page.paragraph(50, 740, 495, texts[2], size=8)
    assert read(page.page()) == texts


@LANGUAGES
@pytest.mark.parametrize("at", [(50, 90, 175, 370), (440, 105, 50, 370)], ids=["left", "right"])
def test_notes_in_the_margin_leave_the_text_whole(
    leads: tuple[str, ...], at: tuple[float, float, float, float]
) -> None:
    note_x, note_width, x, width = at
    page = Setter()
    main = [prose(leads[0], 450), prose(leads[1], 450), prose(leads[2], 300)]
    y = 80.0
    for text in main:
        y = page.paragraph(x, y, width, text) + 8
    han = leads[0] == "甲文"
    note = "谷物的重量在磨前称量并且记录" if han else "Grain is weighed before milling and after it"
    page.paragraph(note_x, 143, note_width, note, size=8)
    found = read(page.page())
    assert note in found
    assert [text for text in found if text != note] == main


@LANGUAGES
def test_a_sidebar_is_read_apart(leads: tuple[str, ...]) -> None:
    page = Setter()
    main, aside = prose(leads[0], 900), prose(leads[1], 180)
    page.paragraph(50, 80, 340, main)
    page.paragraph(415, 200, 130, aside, size=9)
    assert sorted(read(page.page())) == sorted([main, aside])


@LANGUAGES
def test_short_last_columns_follow_the_page_before(leads: tuple[str, ...]) -> None:
    pages = []
    for number in (1, 2):
        page = Setter()
        length = 600 if number == 1 else 80
        page.paragraph(50, 60, 235, prose(leads[2 * number - 2], length))
        page.paragraph(310, 60, 235, prose(leads[2 * number - 1], length))
        pages.append(page.page(number))
    gutters = Gutters()
    read(pages[0], gutters)
    assert len(gutters.known) == 1
    assert 285 <= gutters.known[0] <= 310
    assert read(pages[1], gutters) == [prose(leads[2], 80), prose(leads[3], 80)]


@LANGUAGES
def test_a_page_of_full_lines_in_a_file_of_two_columns(leads: tuple[str, ...]) -> None:
    first, second = Setter(), Setter()
    first.paragraph(50, 100, 235, prose(leads[0], 600))
    first.paragraph(310, 100, 235, prose(leads[1], 600))
    texts = [prose(leads[2], 330), prose(leads[3], 60), prose(leads[0], 350)]
    y = 100.0
    for text in texts:
        y = second.paragraph(50, y, 495, text) + 10
    gutters = Gutters()
    read(first.page(1), gutters)
    assert read(second.page(2), gutters) == texts


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
def test_a_form_of_two_columns_of_labels_is_one_region(han: bool) -> None:
    page = Setter()
    names = ["姓名", "出生日期", "住址", "电话", "职业", "单位", "学历", "民族"]
    if not han:
        names = ["Name", "Born", "Street", "Phone", "Trade", "Firm", "School", "Town"]
    values = ["李明", "四月三日", "河边路", "二四六", "磨工", "磨坊", "中学", "汉族"]
    if not han:
        values = ["Ann Miller", "3 April", "River Road", "246", "Miller", "Mill", "Hill", "Weir"]
    for index in range(8):
        page.line(50, 100 + 22 * index, names[index] + ("：" if han else ":"))
        page.line(130, 100 + 22 * index, values[index])
        page.line(310, 100 + 22 * index, names[7 - index] + ("：" if han else ":"))
        page.line(390, 100 + 22 * index, values[7 - index])
    gutters = Gutters()
    text = " ".join(read(page.page(), gutters))
    assert gutters.known == []
    if "[table" not in text:
        assert text.index(values[1]) < text.index(values[6]) < text.index(values[2])


NUMBERS = [["Region", "2019", "2020", "2021", "2022", "2023"]] + [
    [name, *(f"{(7 * row + 3 * col) % 90 + 10}.{col}" for col in range(5))]
    for row, name in enumerate(("North", "South", "East", "West", "Coast", "Hills", "Total"))
]
HAN_NUMBERS = [["地区", *NUMBERS[0][1:]]] + [
    [name, *row[1:]]
    for name, row in zip(("华北", "华南", "华东", "华西", "沿海", "山区", "合计"), NUMBERS[1:],
                         strict=True)
]  # fmt: skip


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
def test_a_table_across_both_columns_stays_whole(han: bool) -> None:
    page = Setter()
    leads = ("甲文", "乙文", "丙文", "丁文") if han else ("Alpha", "Bravo", "Carol", "Delta")
    texts = [prose(lead, 300) for lead in leads]
    page.paragraph(50, 60, 235, texts[0])
    page.paragraph(310, 60, 235, texts[1])
    rows = HAN_NUMBERS if han else NUMBERS
    table(page, (50, 200, 280, 370, 450, 540), 420, rows)
    page.paragraph(50, 560, 235, texts[2])
    page.paragraph(310, 560, 235, texts[3])
    assert read(page.page()) == [texts[0], texts[1], "[table 8x6]", texts[2], texts[3]]


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
def test_a_table_in_one_column_beside_prose(han: bool) -> None:
    page = Setter()
    leads = ("甲文", "乙文", "丙文") if han else ("Alpha", "Bravo", "Carol")
    texts = [prose(leads[0], 750), prose(leads[1], 200), prose(leads[2], 250)]
    page.paragraph(50, 60, 235, texts[0])
    y = page.paragraph(310, 60, 235, texts[1])
    rows = [[row[0], *row[1:4]] for row in (HAN_NUMBERS if han else NUMBERS)]
    y = table(page, (310, 420, 480, 540), y + 15, rows)
    page.paragraph(310, y + 15, 235, texts[2])
    assert read(page.page()) == [texts[0], texts[1], "[table 8x4]", texts[2]]


def test_a_title_and_an_introduction_over_three_columns_of_equal_width() -> None:
    """The third ends after two lines: a column still."""
    page = Setter()
    lead = prose("Leading", 240)
    texts = [prose("Alpha", 500), prose("Bravo", 500), prose("Carol", 60)]
    y = page.paragraph(40, 60, 515, lead) + 12
    for x, text in zip((40, 220, 400), texts, strict=True):
        page.paragraph(x, y, 155, text)
    assert read(page.page()) == [lead, *texts]


def test_pages_of_a_file_remember_their_columns() -> None:
    pages = []
    for number in range(1, 4):
        page = Setter()
        for x in (50, 310):
            page.paragraph(x, 130, 235, prose(f"Page{number}at{x}", 500 if number < 3 else 60))
        pages.append(page.page(number))
    starts = [[said(item).split()[0] for item in layout.flow] for layout in laid_out(pages)]
    assert starts == [[f"Page{n}at50", f"Page{n}at310"] for n in (1, 2, 3)]


@LANGUAGES
def test_the_short_last_line_of_a_paragraph_over_both_columns(leads: tuple[str, ...]) -> None:
    page = Setter()
    han = leads[0] == "甲文"
    texts = [prose(leads[0], 110 if han else 220), *(prose(lead, 400) for lead in leads[1:3])]
    y = page.paragraph(50, 60, 495, texts[0])
    assert page.words[-1].bbox.x1 < 297
    page.paragraph(50, y + 12, 235, texts[1])
    page.paragraph(310, y + 12, 235, texts[2])
    assert read(page.page()) == texts


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
@pytest.mark.parametrize("length", [2, 3, 6])
def test_terms_stay_with_what_they_mean(han: bool, length: int) -> None:
    page = Setter()
    terms = ["Grain", "Flour mill", "Stone dressing", "Weir", "Wheel", "Sack"]
    if han:
        terms = ["谷物", "面粉磨坊", "石磨修整", "堰坝", "水轮", "麻袋"]
    y, meanings = 60.0, []
    for index, term in enumerate(terms):
        lead = f"第{'一二三四五六'[index]}项" if han else f"Item{index}"
        meanings.append(prose(lead, (35 if han else 70) * length))
        page.line(50, y, term)
        y = page.paragraph(150, y, 395, meanings[-1]) + 6
    assert read(page.page()) == [
        f"{term} {meaning}" for term, meaning in zip(terms, meanings, strict=True)
    ]
