from __future__ import annotations

from typing import Any

import pytest

from parsers.pdf.blocks import Column, blocks, column_of
from parsers.pdf.lines import Line
from schemas.geometry import BBox
from tests.parsers.pdf.typeset import Setter, prose, read, wide

LEFT, RIGHT = 50.0, 350.0


def line(text: str, y: float, x: float = LEFT, size: float = 10, **style: Any) -> Line:
    """A line at (x, y), 12.5 points apart in these tests where paragraphs go on."""
    return Line(text, BBox(x, y, x + wide(text, size), y + size), size, **style)


def cut(*lines: Line, pitch: float = 1.25) -> list[list[str]]:
    """The texts of each block of a column from LEFT to RIGHT."""
    return [
        [item.text for item in block.lines] for block in blocks(lines, Column(LEFT, RIGHT, pitch))
    ]


FULL = "Sixty letters are what a full line of this column can hold, "
HAN_FULL = "石磨转动之前先称量每袋谷物再磨成粉然后再称量每一袋面粉"


@pytest.mark.parametrize(("han", "indent"), [(False, 15.0), (True, 20.0)], ids=["en", "zh"])
def test_paragraphs_by_their_indent(han: bool, indent: float) -> None:
    page = Setter()
    leads = ("甲文", "乙文", "丙文") if han else ("Alpha", "Bravo", "Carol")
    texts = [prose(lead, 250) for lead in leads]
    y = 100.0
    for text in texts:
        y = page.paragraph(50, y, 450, text, indent=indent)
    assert read(page.page()) == texts


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
def test_paragraphs_of_one_line_by_their_indent(han: bool) -> None:
    page = Setter()
    leads = ("甲文", "乙文", "丙文", "丁文") if han else ("Alpha", "Bravo", "Carol", "Delta")
    texts = [
        prose(lead, (15 if han else 30) if short else 200)
        for lead, short in zip(leads, (False, True, True, False), strict=True)
    ]
    y = 100.0
    for text in texts:
        y = page.paragraph(50, y, 235, text, indent=20)
    assert read(page.page()) == texts


@pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])
def test_paragraphs_by_white_space(han: bool) -> None:
    page = Setter()
    texts = [prose(lead, 260) for lead in (("甲文", "乙文") if han else ("Alpha", "Bravo"))]
    y = page.paragraph(50, 100, 450, texts[0])
    page.paragraph(50, y + 8, 450, texts[1])
    assert read(page.page()) == texts


@pytest.mark.parametrize("pitch", [1.15, 1.25, 1.5, 2.0])
def test_the_pitch_is_the_column_s_own(pitch: float) -> None:
    page = Setter()
    texts = [prose("Alpha", 400), prose("Bravo", 400)]
    y = page.paragraph(50, 100, 450, texts[0], pitch=pitch)
    page.paragraph(50, y + 10, 450, texts[1], pitch=pitch)
    assert read(page.page()) == texts


def test_a_short_last_line_ends_a_paragraph() -> None:
    assert cut(
        line(FULL, 100), line("and ends early.", 112.5), line("The next one begins.", 125)
    ) == [[FULL, "and ends early."], ["The next one begins."]]
    assert cut(
        line(HAN_FULL, 100), line("到这里结束。", 116), line("下一段从这里开始", 132), pitch=1.6
    ) == [[HAN_FULL, "到这里结束。"], ["下一段从这里开始"]]


def test_a_short_line_that_ends_no_sentence_goes_on() -> None:
    assert len(cut(line("We met at the", 100), line("mill by the river.", 112.5))) == 1
    assert len(cut(line("我们在河边的", 100), line("磨坊见面。", 116), pitch=1.6)) == 1


def test_items_of_a_list_are_blocks() -> None:
    assert cut(
        line("• grain is weighed", 100), line("and goes on below", 112.5, LEFT + 10),
        line("• flour is weighed", 125), line("1. stones are dressed", 137.5),
        line("（二）石磨需要修整", 153.5),
    ) == [
        ["• grain is weighed", "and goes on below"], ["• flour is weighed"],
        ["1. stones are dressed"], ["（二）石磨需要修整"],
    ]  # fmt: skip


def test_a_number_in_the_middle_of_a_sentence_is_no_item() -> None:
    assert len(cut(line("the mill was built in", 100), line("1790. and burnt later", 112.5))) == 1


@pytest.mark.parametrize("marker", ["•", "–", "1.", "(a)", "①", "（一）"])
def test_a_lone_marker_joins_the_line_beside_it(marker: str) -> None:
    page = Setter()
    page.line(50, 100, marker)
    page.line(80, 100.5, "grain is weighed")
    page.line(50, 130, marker)
    page.line(80, 130.5, "flour is weighed")
    assert read(page.page()) == [f"{marker} grain is weighed", f"{marker} flour is weighed"]


@pytest.mark.parametrize(
    ("before", "caption"),
    [("and the sacks are sewn.", "Figure 2. The mill"), ("麻袋缝好了。", "图 2 磨坊的石磨")],
)
def test_captions_begin_blocks(before: str, caption: str) -> None:
    assert cut(line(before, 100), line(caption, 112.5)) == [[before], [caption]]


def test_a_reference_to_a_figure_in_a_sentence_does_not() -> None:
    assert len(cut(line("as is seen at once from", 100), line("Figure 2. It is old.", 112.5))) == 1


def test_changes_of_style_begin_blocks() -> None:
    assert cut(
        line("Weights", 100, bold=True), line("Grain is weighed.", 112.5),
        line("Notes in small print.", 125, size=8),
    ) == [["Weights"], ["Grain is weighed."], ["Notes in small print."]]  # fmt: skip


def test_code_stays_one_block() -> None:
    code = [
        line("def weigh(sack):", 100, mono=True),
        line("    return scale(sack)", 112.5, LEFT + 24, mono=True),
        line("weigh(first)", 125, mono=True),
    ]
    (block,) = blocks(code, Column(LEFT, RIGHT, 1.25))
    assert block.mono
    assert [item.text for item in block.lines] == [item.text for item in code]


def test_blocks_take_every_line_once_in_order() -> None:
    texts = [FULL, "• one", "Table 1: Yield", HAN_FULL, "2) two", "end."]
    lines = [line(text, 100 + 13 * index) for index, text in enumerate(texts)]
    assert [text for block in cut(*lines) for text in block] == texts
    assert blocks([], Column(LEFT, RIGHT, 1.25)) == []


def test_the_column_of_lines() -> None:
    lines = [line(FULL, 100 + 15 * index) for index in range(4)]
    column = column_of([*lines, line("Short.", 175)])
    assert (column.x0, column.x1, column.pitch) == (LEFT, lines[0].bbox.x1, 1.5)
    assert column.width == lines[0].bbox.width
    assert column_of([line("One line", 100)]).pitch == 1.25
    assert column_of([line("一行", 100)]).pitch == 1.6


def test_properties_of_a_block() -> None:
    lines = (
        line("Bold", 100, bold=True, confidence=0.9),
        line("and longer", 112.5, size=11, bold=True, confidence=0.8),
    )
    (block,) = blocks(lines, Column(LEFT, RIGHT, 1.25))[:1]
    assert block.bbox.y0 == 100
    pair = type(block)(lines, (LEFT, RIGHT))
    assert (pair.size, pair.bold, pair.confidence, pair.hint) == (11, True, 0.8, None)
