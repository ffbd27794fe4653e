from __future__ import annotations

import random

from parsers.pdf.lines import line, rows, segments, words_text
from parsers.pdf.visible import seen_words
from tests.parsers.pdf.made import spread, word


def test_rows_by_baseline_whatever_the_order() -> None:
    words = spread(50, 100, "first row here") + spread(50, 114, "second row")
    random.Random(7).shuffle(words)
    assert [words_text(row) for row in rows(words)] == ["first row here", "second row"]


def test_superscript_joins_its_row() -> None:
    row = [*spread(50, 100, "rate"), word(70, 98, "2", 6, glued=True, superscript=True)]
    assert [words_text(found) for found in rows(row)] == ["rate2"]


def test_drop_cap_does_not_swallow_the_rows_beside_it() -> None:
    words = [word(50, 100, "O", 30), *spread(80, 100, "nce upon"), *spread(80, 112, "a time")]
    assert len(rows(words)) == 3


def test_wide_gaps_part_segments() -> None:
    row = spread(50, 100, "left cell") + spread(200, 100, "right cell")
    assert [[s.text for s in found] for found in segments(row)] == [["left cell", "right cell"]]


def test_no_space_between_han_set_apart_by_a_hair() -> None:
    words = [word(50, 100, "语"), word(60.5, 100, "料"), word(71, 100, "库")]
    assert words_text(words) == "语料库"


def test_wide_gap_between_han_stays_a_space() -> None:
    assert words_text([word(50, 100, "第一章"), word(90, 100, "绪论")]) == "第一章 绪论"


def test_doubled_words_count_once() -> None:
    words = [word(50, 100, "bold"), word(50.3, 100.2, "bold"), word(90, 100, "bold")]
    assert [w.bbox.x0 for w in seen_words(words, 595, 842)] == [50, 90]


def test_line_takes_the_style_of_most_characters() -> None:
    (row,) = segments([word(50, 100, "Note", bold=True), word(75, 100, "on-everything-else")])
    found = line(row)
    assert (found.text, found.bold, found.size) == ("Note on-everything-else", False, 10)
