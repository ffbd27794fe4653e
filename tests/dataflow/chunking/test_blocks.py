from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dataflow.chunking.blocks import blocks
from schemas.document import ElementKind
from tests.strategies.chunking import texts

K = ElementKind
MANUAL = """---
title: x
---

# The *pump* `P-1`

An introduction
on two lines.

- one
  - inner
- two

```sh
# no heading
```

| a | b |
|---|---|
| 1 | 2 |

<table>
<tr><td>x</td></tr>

<tr><td>y</td></tr></TABLE>

安装
====

> # no heading either

[ref]: /somewhere

最后一段。
"""


def found(text: str, elements: list[dict[str, Any]] | None = None) -> list[tuple[K, str]]:
    return [(b.kind, text[b.start : b.end].strip()) for b in blocks(text, elements)]


def test_markdown_blocks_come_from_the_token_tree() -> None:
    assert found(MANUAL) == [
        (K.PARAGRAPH, "---\ntitle: x\n---"),
        (K.HEADING, "# The *pump* `P-1`"),
        (K.PARAGRAPH, "An introduction\non two lines."),
        (K.LIST_ITEM, "- one\n  - inner"),
        (K.LIST_ITEM, "- two"),
        (K.CODE, "```sh\n# no heading\n```"),
        (K.TABLE, "| a | b |\n|---|---|\n| 1 | 2 |"),
        (K.TABLE, "<table>\n<tr><td>x</td></tr>\n\n<tr><td>y</td></tr></TABLE>"),
        (K.HEADING, "安装\n===="),
        (K.QUOTE, "> # no heading either"),
        (K.PARAGRAPH, "[ref]: /somewhere"),
        (K.PARAGRAPH, "最后一段。"),
    ]


def test_headings_have_a_plain_title_and_a_level() -> None:
    headings = [(b.title, b.level) for b in blocks(MANUAL, None) if b.kind is K.HEADING]
    assert headings == [("The pump P-1", 1), ("安装", 1)]
    assert [(b.title, b.level) for b in blocks("### [Link](x) **b** <i>c</i>", None)] == [
        ("Link b c", 3)
    ]


def test_flat_text_is_paragraphs() -> None:
    assert found("One.\r\n\r\n二。\r\n三。") == [
        (K.PARAGRAPH, "One."),
        (K.PARAGRAPH, "二。\r\n三。"),
    ]
    assert found(" \n ") == []


def test_a_page_above_a_rule_is_no_heading() -> None:
    text = "word " * 100 + "\n---\n"
    assert [b.kind for b in blocks(text, None)] == [K.PARAGRAPH]


def element(kind: K, start: int | None, end: int | None, **more: Any) -> dict[str, Any]:
    return {"kind": kind.value, "char_start": start, "char_end": end, **more}


def test_elements_are_used_with_their_pages_and_levels() -> None:
    text = "## 泵\n\n第一段。\n\nSecond."
    elements = [
        element(K.PAGE_HEADER, None, None, page=1),
        element(K.HEADING, 0, 4, page=1, level=2, text="泵"),
        element(K.PARAGRAPH, 6, 10, page=1),
        element(K.PARAGRAPH, 12, 19, page=2),
    ]
    tiled = blocks(text, elements)
    assert [(b.kind, b.page, b.level, b.title) for b in tiled] == [
        (K.HEADING, 1, 2, "泵"),
        (K.PARAGRAPH, 1, 0, ""),
        (K.PARAGRAPH, 2, 0, ""),
    ]


def test_text_between_elements_joins_what_shares_its_line() -> None:
    text = "lost line\n- item\ntail"
    elements = [element(K.LIST_ITEM, 12, 16, page=3)]
    assert found(text, elements) == [
        (K.PARAGRAPH, "lost line"),
        (K.LIST_ITEM, "- item"),
        (K.PARAGRAPH, "tail"),
    ]


def test_without_any_span_the_markdown_is_parsed() -> None:
    assert found("# A\n\nb", [element(K.HEADING, None, None)]) == [
        (K.HEADING, "# A"),
        (K.PARAGRAPH, "b"),
    ]


spans = st.tuples(st.integers(0, 120), st.integers(0, 120), st.sampled_from(list(K)))


@given(texts, st.none() | st.lists(spans, max_size=8))
def test_blocks_hold_all_that_is_not_white_space_once(
    text: str, chosen: list[tuple[int, int, K]] | None
) -> None:
    elements = None
    if chosen is not None:
        elements = [element(kind, min(a, b), max(a, b)) for a, b, kind in chosen]
    covered = [0] * len(text)
    for block in blocks(text, elements):
        assert block.start < block.end
        for index in range(block.start, block.end):
            covered[index] += 1
    assert max(covered, default=0) <= 1
    assert [c for c, n in zip(text, covered, strict=True) if not n and not c.isspace()] == []
