from __future__ import annotations

import pytest

from parsers.pdf.layout import page_layout
from parsers.pdf.page import PageContent, Word, turn_box
from parsers.pdf.stamps import sideways_text
from tests.parsers.pdf.typeset import HEIGHT, WIDTH, Setter, prose, read, said

LANGUAGES = pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])


def turned_words(page: Setter, turn: int) -> list[Word]:
    """A page's words after it was turned, the page as large as before when it is upright."""
    size = (WIDTH, HEIGHT) if turn == 180 else (HEIGHT, WIDTH)
    return [
        Word(w.text, turn_box(w.bbox, turn, *size), w.size, turn=turn) for w in page.words
    ]  # fmt: skip


@LANGUAGES
@pytest.mark.parametrize("turn", [90, 270])
def test_a_stamp_in_the_margin_leaves_the_text(han: bool, turn: int) -> None:
    page, stamp = Setter(), Setter()
    text = prose("甲文" if han else "Alpha", 900)
    page.paragraph(80, 100, 440, text)
    said_there = "磨坊学报 第三卷 公开获取" if han else "Archive of Mills 1203.4567 open access"
    y = 20 if turn == 270 else WIDTH - 30
    stamp.line(250, y, said_there, 12)
    words = [*turned_words(stamp, turn), *page.words]
    layout = page_layout(PageContent(1, WIDTH, HEIGHT, words=tuple(words)), ())
    assert [said(item) for item in layout.flow] == [text]
    assert [line.text for line in layout.heads] == [said_there]


@LANGUAGES
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_paragraph_beside_text_comes_whole_behind_it(han: bool, turn: int) -> None:
    page, aside = Setter(), Setter()
    text = prose("甲文" if han else "Alpha", 500)
    beside = prose("乙文" if han else "Bravo", 200)
    page.paragraph(80, 100, 230, text)
    aside.paragraph(200, 150 if turn != 180 else 500, 300, beside)
    words = [*turned_words(aside, turn), *page.words]
    assert read(PageContent(1, WIDTH, HEIGHT, words=tuple(words))) == [text, beside]


def test_the_order_of_turned_words_does_not_matter() -> None:
    aside = Setter()
    aside.paragraph(200, 150, 300, prose("Bravo", 200))
    words = turned_words(aside, 90)
    one = sideways_text(words, (), (WIDTH, HEIGHT))
    assert one == sideways_text(words[::-1], (), (WIDTH, HEIGHT))
    assert len(one[1]) == 1


def test_boxes_stay_where_the_words_stand() -> None:
    stamp = Setter()
    stamp.line(250, 20, "Archive of Mills", 12)
    words = turned_words(stamp, 270)
    ((block,), others) = sideways_text(words, (), (WIDTH, HEIGHT))
    assert others == []
    assert block.bbox.y0 == min(w.bbox.y0 for w in words)
    assert block.bbox.x1 == max(w.bbox.x1 for w in words)
