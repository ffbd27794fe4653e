from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dataflow.render import render, render_element
from schemas.document import Cell, Document, Element, ElementKind, Table
from schemas.source import MediaType, Source

SOURCE = Source("a.md", "0" * 64, MediaType.MARKDOWN, 1)
GRID = Table(2, 2, (Cell(0, 0, "城市", header=True), Cell(0, 1, "a|b", header=True),
                    Cell(1, 0, "line\nbreak"), Cell(1, 1, "2")))  # fmt: skip
SPANNED = Table(2, 2, (Cell(0, 0, "<b>", col_span=2, header=True), Cell(1, 0, "x", row_span=1),
                       Cell(1, 1, "y")))  # fmt: skip


def element(kind: ElementKind, text: str = "", **fields: object) -> Element:
    return Element(kind, text, **fields)  # type: ignore[arg-type]  # fields of the dataclass


@pytest.mark.parametrize(
    ("given_element", "expected"),
    [
        (element(ElementKind.TITLE, "Title\nof two lines"), "# Title of two lines"),
        (element(ElementKind.HEADING, "第一章 总则", level=2), "## 第一章 总则"),
        (element(ElementKind.HEADING, "deep", level=9), "###### deep"),
        (element(ElementKind.PARAGRAPH, " text \n"), "text"),
        (element(ElementKind.LIST_ITEM, "one"), "- one"),
        (element(ElementKind.LIST_ITEM, "two", level=1, marker="2."), "2. two"),
        (element(ElementKind.LIST_ITEM, "a\nb", marker="10."), "10. a\n    b"),
        (element(ElementKind.LIST_ITEM, "lettered", marker="(a)"), "- (a) lettered"),
        (element(ElementKind.LIST_ITEM, "甲", marker="一、"), "- 一、 甲"),
        (element(ElementKind.CODE, "\n  x = 1\n", marker="py"), "```py\n\n  x = 1\n```"),
        (element(ElementKind.PARAGRAPH, "* no item\n# no heading"), "\\* no item\n\\# no heading"),
        (element(ElementKind.CODE, "```\nfence\n```"), "````\n```\nfence\n```\n````"),
        (element(ElementKind.FORMULA, "E = mc^2"), "$$\nE = mc^2\n$$"),
        (element(ElementKind.QUOTE, "a\n\nb"), "> a\n>\n> b"),
        (element(ElementKind.CAPTION, "Figure 1"), "Figure 1"),
        (element(ElementKind.FIGURE, ""), ""),
        (
            element(ElementKind.TABLE, table=GRID),
            "| 城市 | a\\|b |\n| --- | --- |\n| line break | 2 |",
        ),
        (
            element(ElementKind.TABLE, table=SPANNED),
            '<table>\n<tr><th colspan="2">&lt;b&gt;</th></tr>\n'
            "<tr><td>x</td><td>y</td></tr>\n</table>",
        ),
        (element(ElementKind.TABLE, table=Table(1, 1, (Cell(0, 0, " "),))), ""),
    ],
)
def test_each_kind_has_its_markdown(given_element: Element, expected: str) -> None:
    assert render_element(given_element) == expected


def test_running_heads_stay_out_of_the_text_but_keep_their_place() -> None:
    elements = (
        element(ElementKind.PAGE_HEADER, "Journal"), element(ElementKind.PARAGRAPH, "one"),
        element(ElementKind.LIST_ITEM, "a"), element(ElementKind.LIST_ITEM, "b"),
    )  # fmt: skip
    rendered = render(Document(SOURCE, elements))
    assert rendered.text == "one\n\n- a\n- b"
    assert rendered.spans == [None, (0, 3), (5, 8), (9, 12)]


def test_nested_items_stand_under_the_text_of_their_parent() -> None:
    levels = [(0, "1."), (1, "-"), (2, "-"), (1, "-"), (0, "2.")]
    elements = tuple(
        element(ElementKind.LIST_ITEM, f"i{n}", level=level, marker=marker)
        for n, (level, marker) in enumerate(levels)
    )
    rendered = render(Document(SOURCE, elements))
    assert rendered.text == "1. i0\n   - i1\n     - i2\n   - i3\n2. i4"
    nesting = [t.level for t in MarkdownIt("commonmark").parse(rendered.text)
               if t.type == "list_item_open"]  # fmt: skip
    assert nesting == [1, 3, 5, 3, 1]


texts = st.text(st.characters(codec="utf-8"), max_size=30)
kinds = st.sampled_from(list(ElementKind))


@given(st.lists(st.builds(Element, kinds, texts, level=st.none() | st.integers(0, 3))))
def test_every_span_is_its_element(elements: list[Element]) -> None:
    rendered = render(Document(SOURCE, tuple(elements)))
    end = 0
    for given_element, span in zip(elements, rendered.spans, strict=True):
        if span is not None:
            found = rendered.text[span[0] : span[1]]
            assert found.replace(" ", "") == render_element(given_element).replace(" ", "")
            assert rendered.text[end : span[0]].strip() == ""
            end = span[1]
    assert end == len(rendered.text)


def test_rendered_structure_is_what_a_markdown_parser_reads() -> None:
    elements = (
        element(ElementKind.TITLE, "T"), element(ElementKind.LIST_ITEM, "a", marker="1."),
        element(ElementKind.TABLE, table=GRID), element(ElementKind.CODE, "# no heading"),
    )  # fmt: skip
    text = render(Document(SOURCE, elements)).text
    opened = [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]
    for kind in ("heading_open", "ordered_list_open", "table_open", "fence"):
        assert opened.count(kind) == 1
