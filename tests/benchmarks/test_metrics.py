from __future__ import annotations

import pytest

from benchmarks.pdf_roundtrip.blocks import Grid, Heading, Prose, blocks, plain, spelled
from benchmarks.pdf_roundtrip.metrics import scored

TRUTH = """# Rain

Some *words* of a [report](https://example.org/a_(b)).

## Wells

| Well | Depth |
| --- | ---: |
| A | 12 |
| B | 8 |

# 结论

水位 稳定。
"""


def test_a_text_scores_one_against_itself() -> None:
    found = scored(TRUTH, TRUTH)

    assert (found.nid, found.nid_s) == (1.0, 1.0)
    assert (found.teds, found.teds_s) == (1.0, 1.0)
    assert (found.mhs, found.mhs_s, found.mhs_l) == (1.0, 1.0, 1.0)


def test_nothing_scores_zero() -> None:
    found = scored(TRUTH, "")

    assert (found.nid, found.nid_s, found.teds, found.mhs, found.mhs_l) == (0, 0, 0, 0, 0)


def test_a_truth_without_tables_and_headings_has_no_such_score_but_counts_invented_tables() -> None:
    found = scored("Only words.", "# Only words.\n\n| a |\n|---|\n| b |\n\n|c|\n|-|\n|d|")

    assert (found.teds, found.teds_s, found.mhs, found.mhs_s, found.mhs_l) == (None,) * 5
    assert found.invented == 2


def test_nid_is_the_share_of_characters_in_common_order() -> None:
    # "abcd" and "abXd": three kept of four and four, one deleted and one inserted
    assert scored("abcd", "abXd").nid == pytest.approx(1 - 2 / 8)


def test_nid_falls_with_the_order_of_paragraphs() -> None:
    parts = ["alpha beta gamma", "delta epsilon zeta", "eta theta iota"]
    whole, turned = "\n\n".join(parts), "\n\n".join(reversed(parts))

    assert scored(whole, turned).nid < 0.7


def test_nid_s_leaves_tables_out() -> None:
    found = scored("Text.\n\n|a|b|\n|-|-|\n|c|d|", "Text.")

    assert found.nid_s == 1.0
    assert found.nid < 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("[name](http://x.org)", "name"),
        ("1\\. Not a list \\*", "1. Not a list *"),
        ("- item", "• item"),
        ("“quoted” – yes", '"quoted" - yes'),
        ("ﬁne １２", "fine 12"),
        ("图 1 水位 变化", "图1水位变化"),
        ("```sh\n# make all\n```", "# make all\n".replace("#", "\\#")),
        ("x^<sup>2</sup><br>y", "x^2 y"),
        ("Note[^1]\n\n[^1]: Below.", "Note1\n\n1 Below."),
        ("a\u00adb\u200bc", "abc"),
    ],
)
def test_spellings_that_say_the_same(one: str, other: str) -> None:
    assert scored(one, other).nid == 1.0


def test_literal_marks_inside_words_stay() -> None:
    assert plain("snake_case_name 2*3*4 `a_b*c*`") == "snake_case_name 234 a_b*c*"
    assert plain("a_b_c and 5 * 6 * 7") == "a_b_c and 5 * 6 * 7"


def test_no_space_is_left_beside_a_han_character() -> None:
    assert spelled("第 1 章　概述 of PDF 文件 ， ok") == "第1章概述of PDF文件,ok"


def test_blocks_of_a_text() -> None:
    found = blocks("---\ntitle: x\n---\n# A *b* #\n\n```\n# no\n```\n***\n> quote\n<h2>C</h2>")

    assert found == [Heading(1, "A b"), Prose("# no"), Prose("quote"), Heading(2, "C")]


def test_pipe_and_html_tables_are_the_same() -> None:
    pipes = "| a | b\\|c |\n|---|---|\n| **d** |  |\n"
    markup = (
        "<table><caption>Cap</caption><thead><tr><th>a</th><th>b|c</th></tr></thead>"
        "<tbody><tr><td><b>d</b></td><td></td></tr></tbody></table>"
    )

    (grid,) = blocks(pipes)
    caption, same = blocks(markup)

    assert caption == Prose("Cap")
    assert isinstance(grid, Grid)
    assert grid == same
    assert grid.text == "a b|c d"


def test_a_pipe_table_with_an_empty_head_has_no_such_row() -> None:
    (grid,) = blocks("|  |  |\n|---|---|\n| 1 | 2 |")

    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows] == [["1", "2"]]


def test_spans_are_read_and_bounded() -> None:
    (grid,) = blocks('<table><tr><td rowspan=2>a<td colspan="99999">b</tr><tr><td>c</tr></table>')

    assert isinstance(grid, Grid)
    spans = [(cell.row_span, cell.col_span) for row in grid.rows for cell in row]
    assert spans == [(2, 1), (1, 200), (1, 1)]


def test_a_table_that_never_ends_is_read_to_the_end() -> None:
    first, grid = blocks("before <table><tr><td>a</td></tr>\nrest")

    assert first == Prose("before")
    assert isinstance(grid, Grid)


def test_teds_of_one_changed_cell() -> None:
    # four cells, two rows, one table: seven nodes; "12" to "13" is half a cell's text
    truth = "|a|b|\n|-|-|\n|c|12|"
    found = scored(truth, truth.replace("12", "13"))

    assert found.teds == pytest.approx(1 - 0.5 / 7)
    assert found.teds_s == 1.0


def test_teds_of_a_lost_row() -> None:
    truth = "|a|b|\n|-|-|\n|c|d|\n|e|f|"

    assert scored(truth, "|a|b|\n|-|-|\n|c|d|").teds == pytest.approx(1 - 3 / 10)


def test_teds_of_a_lost_span() -> None:
    truth = '<table><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></table>'
    pipes = "|a||\n|-|-|\n|b|c|"

    # the cell that spans is another cell, and one cell was invented
    assert scored(truth, pipes).teds == pytest.approx(1 - 2 / 7)


def test_teds_counts_a_missed_and_a_second_table() -> None:
    one, two = "|a|b|\n|-|-|\n|c|d|\n\n", "|e|f|\n|-|-|\n|g|h|\n\n"

    assert scored(one + two, one).teds == pytest.approx(0.5)
    assert scored(one, one + "text\n\n" + two).teds == pytest.approx(0.5)


def test_mhs_ignores_levels_and_mhs_l_does_not() -> None:
    truth = "# A\n\nx\n\n## B\n\ny"
    found = scored(truth, truth.replace("## B", "# B"))

    assert (found.mhs, found.mhs_s) == (1.0, 1.0)
    assert found.mhs_l is not None
    assert found.mhs_l < 1.0


def test_mhs_l_forgives_another_first_level() -> None:
    truth = "# A\n\n## B\n\n## C"

    assert scored(truth, truth.replace("# ", "## ")).mhs_l == 1.0


def test_mhs_of_a_missed_heading() -> None:
    # nodes of the truth: root, A, x, B, y; of the prediction: root, A, "x B y"
    found = scored("# A\n\nx\n\n# B\n\ny", "# A\n\nx B y")

    assert found.mhs_s == pytest.approx(1 - 2 / 5)
    assert found.mhs == pytest.approx(1 - (2 + 4 / 5) / 5)


def test_another_documents_text_scores_low() -> None:
    other = "Ganz andere Sätze stehen hier.\n\n|q|\n|-|\n|r|\n|s|\n|t|\n"
    found = scored(TRUTH, other)

    assert found.nid < 0.5
    assert found.teds is not None
    assert found.teds < 0.5
    assert found.mhs == 0.0
