from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parsers.base import OcrLine
from parsers.ocr.lines import join_words, line_of, ordered
from parsers.ocr.paragraphs import paragraph_text, paragraphs
from schemas.geometry import BBox


def line(text: str, x: float, y: float, width: float = 400, height: float = 20) -> OcrLine:
    return OcrLine(text, BBox(x, y, x + width, y + height), 0.9)


def texts(lines: list[OcrLine]) -> list[str]:
    return [paragraph_text(group) for group in paragraphs(lines)]


LINES = st.lists(
    st.builds(
        line,
        st.text(min_size=1, max_size=4),
        st.floats(0, 900),
        st.floats(0, 1200),
        st.floats(1, 500),
        st.floats(1, 60),
    ),
    max_size=40,
)


@given(LINES)
def test_every_line_is_in_exactly_one_paragraph(lines: list[OcrLine]) -> None:
    found = [line for group in paragraphs(lines) for line in group]
    assert sorted(found, key=repr) == sorted(lines, key=repr)


@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_order_does_not_depend_on_the_engines(pair: tuple[list[OcrLine], list[OcrLine]]) -> None:
    lines, shuffled = pair
    assert ordered(shuffled) == ordered(lines)


def test_boxes_of_one_row_go_left_to_right() -> None:
    found = ordered([line("b", 500, 98), line("c", 0, 130), line("a", 0, 100)])
    assert [item.text for item in found] == ["a", "b", "c"]


def test_a_gap_begins_a_paragraph() -> None:
    lines = [line(f"{n}", 50, 100 + 26 * n) for n in range(3)]
    lines += [line(f"{n}", 50, 130 + 26 * n) for n in range(3, 6)]
    assert texts(lines) == ["0 1 2", "3 4 5"]


def test_an_indent_begins_a_paragraph() -> None:
    lines = [
        line("第一段的第一行，", 90, 100, 360),
        line("第二行。", 50, 126, 400),
        line("第二段开始，", 90, 152, 360),
        line("结束。", 50, 178, 200),
    ]
    assert texts(lines) == ["第一段的第一行，第二行。", "第二段开始，结束。"]


def test_a_short_line_that_ends_a_sentence_ends_the_paragraph() -> None:
    lines = [line("It went on", 50, 100), line("and on.", 50, 126, 120), line("Then", 50, 152)]
    assert texts(lines) == ["It went on and on.", "Then"]


def test_columns_are_read_one_after_the_other_below_their_title() -> None:
    lines = [line("Title across the page 标题", 200, 40, 500, 22)]
    for row in range(6):
        lines.append(line(f"left{row}", 50, 100 + 26 * row))
        lines.append(line(f"right{row}", 500, 104 + 26 * row))
    assert texts(lines) == [
        "Title across the page 标题",
        "left0 left1 left2 left3 left4 left5",
        "right0 right1 right2 right3 right4 right5",
    ]


def test_narrow_cells_are_no_columns() -> None:
    lines = [
        line(f"{name}{row}", x, 100 + 40 * row, 60)
        for row in range(4)
        for name, x in (("a", 50), ("b", 300))
    ]
    assert texts(lines) == ["a0 b0 a1 b1 a2 b2 a3 b3"]


def test_words_are_joined_as_their_script_asks() -> None:
    assert join_words(["数据", "质量"]) == "数据质量"
    assert join_words(["data", "quality"]) == "data quality"
    assert join_words(["使用", "Python", "语言"]) == "使用 Python 语言"
    assert join_words(["well-", "Known"]) == "well- Known"
    assert join_words(["inter-", "national"]) == "international"
    assert join_words([]) == ""


def test_a_line_without_text_is_none() -> None:
    assert line_of("  ", [(0, 0), (1, 1)], 0.5) is None
    found = line_of(" a ", [(4, 1), (0, 3), (2, 9)], 1.5)
    assert found == OcrLine("a", BBox(0, 1, 4, 9), 1.0)
