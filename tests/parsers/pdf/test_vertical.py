from __future__ import annotations

from dataclasses import replace

import pytest

from parsers.pdf.layout import main_turn, page_layout
from parsers.pdf.page import PageContent, Word, turned
from parsers.pdf.vertical import read_downwards
from schemas.geometry import BBox
from tests.parsers.pdf.typeset import HEIGHT, WIDTH, Setter, lines, prose, said, wide


def columns(texts: list[str], size: float = 12, height: float = 600) -> list[Word]:
    """Paragraphs set downwards from the right, each first column indented by two characters."""
    x, words = 500.0, []
    for text in texts:
        for number, column in enumerate(lines(text, height, size, 2 * size)):
            y = 100 + (0 if number else 2 * size)
            for char in column:
                words.append(Word(char, BBox(x, y, x + size, y + size), size))
                y += size
            x -= 1.7 * size
    return words


def texts_of(page: PageContent) -> list[str]:
    """What is on a page, laid out as the parser does."""
    page = read_downwards(page)
    turn = main_turn(page)
    layout = page_layout(turned(page, (360 - turn) % 360), (), turn)
    return [said(item) for item in layout.flow]


@pytest.mark.parametrize("size", [9, 12, 16])
def test_columns_from_the_right_each_from_its_top(size: float) -> None:
    texts = [prose("甲文", 120), prose("乙文", 20), prose("丙文", 90)]
    page = PageContent(1, WIDTH, HEIGHT, words=tuple(columns(texts, size)))
    assert main_turn(read_downwards(page)) == 90
    assert texts_of(page) == texts


def test_two_tiers_are_read_one_after_the_other() -> None:
    upper, lower = prose("甲文", 250), prose("乙文", 250)
    words = columns([upper], height=300)
    words += [
        replace(w, bbox=BBox(w.bbox.x0, w.bbox.y0 + 340, w.bbox.x1, w.bbox.y1 + 340))
        for w in columns([lower], height=300)
    ]
    assert texts_of(PageContent(1, WIDTH, HEIGHT, words=tuple(words))) == [upper, lower]


def test_forms_of_marks_for_vertical_lines() -> None:
    text = "磨坊主人称量每一袋谷物，然后打开水闸。他（在河边）等候。"
    drawn = text.translate(str.maketrans("，。（）", "︐︒︵︶"))
    assert texts_of(PageContent(1, WIDTH, HEIGHT, words=tuple(columns([drawn])))) == [text]


def test_letters_laid_on_their_side_stay_in_their_column() -> None:
    words = columns(["磨坊主人称量每一袋谷物一共写了"])
    last = words[-1].bbox
    end = last.y1 + 2 + wide("12", 12)
    words.append(Word("12", BBox(last.x0, last.y1 + 2, last.x1, end), 12, turn=90))
    for index, char in enumerate("行然后合上"):
        y = end + 2 + 12 * index
        words.append(Word(char, BBox(last.x0, y, last.x1, y + 12), 12))
    (text,) = texts_of(PageContent(1, WIDTH, HEIGHT, words=tuple(words)))
    assert text.replace(" ", "") == "磨坊主人称量每一袋谷物一共写了12行然后合上"


@pytest.mark.parametrize(("step", "pitch"), [(12, 16), (13, 13), (14, 14), (20, 22)])
def test_lines_of_single_characters_stay_lines(step: float, pitch: float) -> None:
    """Letterspaced text, and characters on a grid as wide as high."""
    page = Setter()
    for row in range(8):
        for col in range(12):
            page.line(60 + step * col, 100 + pitch * row, "磨坊主人称量每一袋谷物在"[col])
    content = page.page()
    assert read_downwards(content) is content


def test_a_table_of_short_cells_stays_as_it_is() -> None:
    page = Setter()
    for row in range(15):
        for col in range(4):
            page.line(60 + 80 * col, 100 + 18 * row, "是否有无"[(row + col) % 4])
    content = page.page()
    assert read_downwards(content) is content


def test_prose_beside_a_vertical_title_stays_upright() -> None:
    page = Setter()
    page.paragraph(100, 100, 400, prose("甲文", 600))
    content = replace(page.page(), words=(*page.words, *columns(["竖排的标题一共十二个字啊"])))
    assert read_downwards(content) is content
