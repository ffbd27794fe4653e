from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parsers.base import OcrLine
from parsers.ocr.lines import Piece, ReadLine, join_words, line_of, ordered, pieces_of
from schemas.geometry import BBox


def line(text: str, x: float, y: float, width: float = 400, height: float = 20) -> OcrLine:
    return OcrLine(text, BBox(x, y, x + width, y + height), 0.9)


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


@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_order_does_not_depend_on_the_engines(pair: tuple[list[OcrLine], list[OcrLine]]) -> None:
    lines, shuffled = pair
    assert ordered(shuffled) == ordered(lines)


def test_boxes_of_one_row_go_left_to_right() -> None:
    found = ordered([line("b", 500, 98), line("c", 0, 130), line("a", 0, 100)])
    assert [item.text for item in found] == ["a", "b", "c"]


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


def test_a_line_with_four_corners_keeps_them_and_its_pieces() -> None:
    corners = ((0, 0), (100, 10), (98, 30), (-2, 20))
    found = line_of("ab 中", corners, 0.5, [Piece("ab", 0.1, 0.5)])
    assert isinstance(found, ReadLine)
    assert found.bbox == BBox(-2, 0, 100, 30)
    assert found.corners[1] == (100.0, 10.0)
    assert found.pieces == (Piece("ab", 0.1, 0.5),)


def test_pieces_are_measured_along_a_leaning_line() -> None:
    line = [(0.0, 0.0), (300.0, 40.0), (298.0, 60.0), (-2.0, 20.0)]
    box = [(75, 10), (150, 20), (148, 40), (73, 30)]
    assert pieces_of(["中"], [box], line) == (Piece("中", 0.25, 0.5),)


def test_pieces_in_small_integers_do_not_overflow() -> None:
    corners: Any = np.array([[0, 0], [3000, 0], [3000, 20], [0, 20]], dtype=np.int16)
    (piece,) = pieces_of(["a"], [corners], corners)
    assert (piece.start, piece.end) == (0.0, 1.0)
