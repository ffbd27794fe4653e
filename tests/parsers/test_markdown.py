"""Markdown -> elements: structure from tokens only, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from parsers.base import ParseOptions
from parsers.markdown import MAX_NESTING, MarkdownParser
from parsers.markdown_front_matter import front_matter
from schemas.document import Document, ElementKind, IssueCode
from schemas.errors import ParseError
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source
from tests.strategies.markup import code_lines, paragraphs

K = ElementKind


def parse(text: str) -> Document:
    data = text.encode()
    source = Source("a.md", sha256_hex(data), MediaType.MARKDOWN, len(data))
    return MarkdownParser().parse(source, data, ParseOptions())


def shapes(text: str) -> list[tuple[ElementKind, str, int | None, str | None]]:
    return [(e.kind, e.text, e.level, e.marker) for e in parse(text).elements]


def kinds(text: str) -> list[tuple[ElementKind, str]]:
    return [(e.kind, e.text) for e in parse(text).elements]


def test_headings_come_from_the_tree_not_from_lines() -> None:
    text = (
        "# One `x` \\#\n\n```sh\n# no heading\n```\n\n    # code\n\n第二\n===\n\n<!--\n# no\n-->\n"
    )
    assert shapes(text) == [
        (K.HEADING, "One `x` #", 1, None),
        (K.CODE, "# no heading", None, "sh"),
        (K.CODE, "# code", None, None),
        (K.HEADING, "第二", 1, None),
    ]


@settings(max_examples=80, deadline=None)
@given(code_lines())
def test_fenced_code_is_exact(code: str) -> None:
    fence = "`" * 30
    assert shapes(f"{fence}py\n{code}\n{fence}\n") == [(K.CODE, code, None, "py")]


@settings(max_examples=80, deadline=None)
@given(paragraphs())
def test_paragraphs_and_items_are_the_words_they_were(parts: list[str]) -> None:
    assert kinds("\n\n".join(parts)) == [(K.PARAGRAPH, part) for part in parts]
    nested = "\n".join("  " * depth + f"- {part}" for depth, part in enumerate(parts))
    assert shapes(nested) == [(K.LIST_ITEM, part, d, "-") for d, part in enumerate(parts)]


def test_marks_of_emphasis_links_and_images_go_their_text_stays() -> None:
    text = "An *old* **[map](http://a.b 'c')** ~~or~~ <https://x.y> ![chart](c.png)<b>图</b> `a*b`."
    assert kinds(text) == [(K.PARAGRAPH, "An old map or https://x.y 图 `a*b`.")]


def test_line_breaks_that_only_wrap_the_source_go() -> None:
    text = "one\ntwo 中文\n换行 hard  \nbreak<br>here\\\nend"
    assert kinds(text) == [(K.PARAGRAPH, "one two 中文换行 hard\nbreak\nhere\nend")]


def test_items_have_depth_marker_and_all_their_paragraphs() -> None:
    text = "3) three\n\n   more\n\n   - 内\n     ```\n     x\n     ```\n     after\n4) four\n"
    assert shapes(text) == [
        (K.LIST_ITEM, "three\n\nmore", 0, "3)"),
        (K.LIST_ITEM, "内", 1, "-"),
        (K.CODE, "x", None, None),
        (K.PARAGRAPH, "after", None, None),
        (K.LIST_ITEM, "four", 0, "4)"),
    ]


def test_pipe_tables_have_header_cells_and_their_own_pipes() -> None:
    (element,) = parse("| 名 | `a\\|b` |\n|---|:-:|\n| 1 \\| 2 | <br> |\n| only |\n").elements
    assert element.table is not None
    assert element.table.grid() == [["名", "`a|b`"], ["1 | 2", ""], ["only", ""]]
    assert [cell.header for cell in element.table.cells] == [True, True, False, False, False, False]


def test_html_blocks_are_read_as_html_across_blank_lines() -> None:
    text = (
        "<table><tr><td rowspan=2>x</td><td>y</td></tr>\n\n<tr><td>z</td></tr></table>\n\n"
        "<details><summary>更多</summary>\n\ninside *md*\n\n</details>\n"
    )
    table, *rest = parse(text).elements
    assert table.table is not None
    assert [(c.text, c.row_span) for c in table.table.cells] == [("x", 2), ("y", 1), ("z", 1)]
    assert [(e.kind, e.text) for e in rest] == [
        (K.PARAGRAPH, "更多"), (K.PARAGRAPH, "inside md"),
    ]  # fmt: skip


def test_formulas_in_every_notation() -> None:
    text = (
        "It costs $5 and $6, let $a_1$ 和 \\(b\\).\n\n$$\nE=mc^2\n$$\n\n\\[ x \\]\n\n"
        "\\begin{align}\na&=b\n\\end{align}\n\n```math\nq\n```\n"
    )
    assert kinds(text) == [
        (K.PARAGRAPH, "It costs $5 and $6, let $a_1$ 和 $b$."),
        (K.FORMULA, "E=mc^2"),
        (K.FORMULA, "x"),
        (K.FORMULA, "\\begin{align}\na&=b\n\\end{align}"),
        (K.FORMULA, "q"),
    ]


def test_footnotes_stay_where_they_are_even_when_nobody_refers_to_them() -> None:
    text = "Text[^n] and ^[inline].\n\n[^n]: 注 one\n\n    two\n\n[^unused]: kept\n"
    assert shapes(text) == [
        (K.PARAGRAPH, "Text[^n] and ^[inline].", None, None),
        (K.FOOTNOTE, "[^n]: 注 one\n\ntwo", None, "n"),
        (K.FOOTNOTE, "[^unused]: kept", None, "unused"),
    ]


def test_quotes_hold_headings_lists_and_paragraphs() -> None:
    assert shapes("> 引 one\n> two\n>\n> # h\n> - i\n\nafter") == [
        (K.QUOTE, "引 one two", None, None),
        (K.HEADING, "h", 1, None),
        (K.LIST_ITEM, "i", 0, "-"),
        (K.PARAGRAPH, "after", None, None),
    ]


def test_front_matter_becomes_metadata_and_the_title() -> None:
    document = parse(
        "---\ntitle: 数据手册\ndate: 2025-03-04\ntags: [a, b]\nx: {y: 1}\n---\n# Other\n"
    )
    assert document.metadata == {"title": "数据手册", "date": "2025-03-04", "tags": "a, b"}
    assert document.title == "数据手册"
    assert [e.text for e in document.elements] == ["Other"]


@pytest.mark.parametrize(
    "text",
    ["a: [", "just words", "a: !!timestamp b", "a: 2024-13-45", "a: " + "[" * 2000, "!!bool x",
     "a: !!int ''", "? [a]\n: b", "x: " + "y" * 70_000],
)  # fmt: skip
def test_broken_front_matter_is_kept_as_text_and_raises_nothing(text: str) -> None:
    assert front_matter(text) == {"front_matter": text[:2000]}


def test_front_matter_of_many_aliases_stays_small() -> None:
    lines = ["a0: &a0 [x, x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    assert front_matter("\n".join(lines)) == {"a0": "x, x, x"}


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_nesting_is_bounded_and_reported(mark: str) -> None:
    document = parse("start\n\n" + mark * (MAX_NESTING + 5) + "深")
    assert [e.text for e in document.elements] == ["start"]
    assert [issue.code for issue in document.issues] == [IssueCode.DEPTH_LIMIT]
    assert parse("- " * (MAX_NESTING // 2 - 1) + "深").elements[0].text == "深"


@pytest.mark.parametrize("text", ["", " \n\n", "---\ntitle: x\n---\n", "<!-- c -->", "![a](b.png)"])
def test_files_without_text_are_rejected(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.reason is Reason.NO_TEXT
