from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.base import OcrLine
from parsers.ocr.lines import Piece, ReadLine
from parsers.ocr.words import face, line_words, placed
from schemas.geometry import BBox

BOX = BBox(100, 50, 500, 70)
CORNERS = ((100.0, 50.0), (500.0, 50.0), (500.0, 70.0), (100.0, 70.0))


def read(text: str, *pieces: tuple[str, float, float]) -> ReadLine:
    return ReadLine(text, BOX, 0.9, CORNERS, tuple(Piece(*piece) for piece in pieces))


@given(st.text(min_size=1, max_size=30), st.lists(st.floats(100, 500), max_size=8))
def test_no_character_is_lost_and_words_follow_each_other(text: str, edges: list[float]) -> None:
    edges.sort()
    inked = list(zip(edges[::2], edges[1::2], strict=False))
    words = line_words(OcrLine(text, BOX, 0.9), BOX, inked, edges[:2])
    assert "".join(word.text for word in words) == "".join(text.split())
    assert all(word.start <= word.end for word in words)


def test_words_stand_where_the_engine_says() -> None:
    line = read("Rain 雨", ("Rain", 0.1, 0.3), ("雨", 0.6, 0.7))
    assert [(word.text, word.start, word.end) for word in line_words(line, BOX)] == [
        ("Rain", 100, 220),
        ("雨", 340, 500),
    ]


def test_without_pieces_characters_share_the_line_by_their_width() -> None:
    chars = placed(OcrLine("ab中", BOX, 0.9), BOX)
    assert [(char.char, char.start, char.end) for char in chars] == [
        ("a", 100, 200),
        ("b", 200, 300),
        ("中", 300, 500),
    ]


def test_pieces_that_are_not_in_the_text_are_passed_over() -> None:
    line = read("ab", ("x", 0.0, 0.5), ("b", 0.5, 1.0))
    assert [char.char for char in placed(line, BOX)] == ["a", "b"]


@pytest.mark.parametrize("text", ["左栏的字右栏的字", "leftsidesight"])
def test_a_wide_gap_in_the_ink_cuts_what_the_text_runs_together(text: str) -> None:
    line = OcrLine(text, BOX, 0.9)
    half = len(text) // 2
    inked = [(102.0, 285.0), (310.0, 498.0)]
    words = line_words(line, BOX, inked)
    assert [word.text for word in words] == [text[:half], text[half:]]
    assert [(word.start, word.end) for word in words] == inked


def test_a_narrow_gap_does_not_cut() -> None:
    words = line_words(OcrLine("左栏的字，右栏的字", BOX, 0.9), BOX, [(102, 290), (302, 498)])
    assert len(words) == 1


@pytest.mark.parametrize(("gap", "count"), [(18, 1), (34, 2)])
def test_the_white_of_a_full_width_mark_is_no_gutter(gap: float, count: int) -> None:
    line = OcrLine("左栏的字，右栏的字", BOX, 0.9)
    inked = [(102.0, 312.0 - gap / 2), (312.0 + gap / 2, 498.0)]
    words = line_words(line, BOX, inked, size=20)
    assert len(words) == count
    assert words[0].text == ("左栏的字，右栏的字", "左栏的字，")[count - 1]


def test_a_drawn_line_cuts() -> None:
    words = line_words(OcrLine("雨量径流", BOX, 0.9), BOX, [(102, 498)], [300.0])
    assert [word.text for word in words] == ["雨量", "径流"]


@pytest.mark.parametrize(
    ("text", "top", "bottom", "size", "base"),
    [
        ("数据质量", 100, 118.4, 20, 116.8),
        ("Height", 100, 118, 20, 114),
        ("sonar", 104.4, 114, 20, 114),
        ("1,204", 100, 118, 20, 114),
        ("2024", 100, 114, 20, 114),
    ],
)
def test_size_and_baseline_by_the_letters_in_a_line(
    text: str, top: float, bottom: float, size: float, base: float
) -> None:
    assert list(face(text, top, bottom)) == pytest.approx([size, base])
