"""Lines of a site's frame: the labelled set, places where nothing goes, spans, fixed points."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text import residue
from dataflow.text.clean import CleanText
from tests.dataflow.text.residue_lines import CONTENT, FRAME
from tests.strategies.text import CHINESE, ENGLISH, documents

PROSE = "\n\n".join((*ENGLISH, *CHINESE))


def removed(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in residue.found(text)]


def alone(line: str) -> bool:
    """Whether the line goes when it stands between paragraphs."""
    return bool(removed(f"{PROSE}\n\n{line}\n\n{PROSE}\n"))


def test_the_labelled_lines() -> None:
    assert (len(FRAME) >= 200, len(CONTENT) >= 300) == (True, True)
    assert len(set(FRAME)) == len(FRAME)
    missed = [line for line in FRAME if not alone(line)]
    wrong = [line for line in CONTENT if alone(line)]
    assert missed == ["Menu Close menu", "Create an account"]
    assert wrong == []


def test_content_stays_among_itself() -> None:
    text = "\n\n".join(line for line in CONTENT if "ookie" not in line)
    assert removed(text) == []


@pytest.mark.parametrize("line", ["Skip to content", "返回顶部", "Home » News » Local"])
@pytest.mark.parametrize(
    "text",
    [
        "```\n{}\n```", "    {}\n", "| {} |\n| --- |\n", "> {}\n", "# {}\n\nWith text below.\n",
        "1. {}\n2. 第二\n",
    ],
)  # fmt: skip
def test_code_tables_quotes_steps_and_headings_stay(text: str, line: str) -> None:
    whole = f"{PROSE}\n\n{text.format(line)}\n{PROSE}"
    assert CleanText().clean(whole) == whole


def test_a_heading_goes_when_nothing_stands_below_it() -> None:
    empty = "## You may also like\n\n## Advertisement"
    text = f"# Mill\n\n{ENGLISH[0]}\n\n{empty}\n\n## 水车\n\n{CHINESE[0]}\n"
    assert removed(text) == [empty]


@pytest.mark.parametrize(
    "trail", ["Home > News > Local", "首页 > 新闻 > 本地", "Home / Shop / Spades"]
)
def test_trails_with_signs_of_menus_go_only_where_a_page_begins_or_ends(trail: str) -> None:
    assert removed(f"{trail}\n\n{PROSE}") == [trail]
    assert removed(f"{PROSE}\n\n{trail}\n") == [trail]
    assert removed(f"{PROSE}\n\n{trail}\n\n{PROSE}") == []


@pytest.mark.parametrize(
    "labels",
    [
        ["Home", "About us", "Products", "Contact us"],
        ["首页", "新闻中心", "产品中心", "联系我们"],
        ["Login", "Register", "Cart", "Help", "Search"],
    ],
)
def test_four_labels_below_each_other_are_a_menu(labels: list[str]) -> None:
    bullets = "\n".join(f"- [{label}](/x)" for label in labels)
    paragraphs = "\n\n".join(labels)
    for menu in (bullets, paragraphs):
        assert removed(f"{PROSE}\n\n{menu}\n\n{PROSE}") == [menu]
        assert removed(f"{PROSE}\n\n{menu}\n- A mill\n\n{PROSE}")[:1] in ([menu], [])
    assert removed(f"{PROSE}\n\n{bullets.rsplit(chr(10), 2)[0]}\n\n{PROSE}") == []


def test_lists_of_ordinary_words_are_no_menu() -> None:
    words = ["News", "Events", "Products", "Services", "Gallery"]
    bullets = "\n".join(f"- {word}" for word in words)
    assert removed(f"{PROSE}\n\n{bullets}\n\n{PROSE}") == []


def test_a_document_about_cookies_keeps_its_sentences() -> None:
    notice = "We use cookies to improve your experience on our website."
    about = "\n\n".join(
        f"Cookies of kind {i} are kept for {i} days and then removed." for i in range(3)
    )
    assert removed(f"{PROSE}\n\n{notice}\n\n{PROSE}") == [notice]
    assert removed(f"{about}\n\n{notice}\n\n{about}") == []
    long = f"{notice} {ENGLISH[0]}"
    assert removed(f"{PROSE}\n\n{long}\n\n{PROSE}") == []


def test_blank_lines_do_not_pile_up() -> None:
    text = f"Skip to content\n\n{ENGLISH[0]}\n\nAdvertisement\n\n{CHINESE[0]}\n\n返回顶部\n"
    counts: Counter[str] = Counter()
    assert CleanText().clean(text, counts) == f"{ENGLISH[0]}\n\n{CHINESE[0]}\n"
    assert counts["residue"] == 3
    assert CleanText(residue=False).clean(text) == text


def test_spans_follow_and_removed_elements_are_empty() -> None:
    parts = [
        ENGLISH[0],
        "Advertisement",
        "返回顶部",
        f"Share this\n{CHINESE[0]}",
        "Skip to content",
    ]
    text, elements = "", []
    for part in parts:
        kind = "code" if part == "Skip to content" else "paragraph"
        start = len(text)
        text += part + "\n\n"
        elements.append(_element(kind, start, start + len(part), part))
    row = CleanText()(documents([(text, elements)])).row(0, named=True)
    assert row["text"] == f"{ENGLISH[0]}\n\n{CHINESE[0]}\n\nSkip to content\n"
    spans = [(e["char_start"], e["char_end"]) for e in row["elements"]]
    found = [row["text"][start:end] for start, end in spans]
    assert found == [ENGLISH[0], "", "", CHINESE[0], "Skip to content"]
    assert [e["text"] for e in row["elements"]] == found
    assert row["changes"]["residue"] == 3


def _element(kind: str, start: int, end: int, text: str) -> dict[str, Any]:
    return {
        "kind": kind, "page": 1, "bbox": None, "char_start": start, "char_end": end, "level": None,
        "marker": None, "confidence": 1.0, "text": text, "cells": None,
    }  # fmt: skip


lines = st.sampled_from(
    (*FRAME[::3], *CONTENT[::9], *ENGLISH, *CHINESE, "", "# Mill", "- Home", "```")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, max_size=12), st.sampled_from(("\n", "\n\n")))
def test_removing_twice_is_removing_once(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    ranges = residue.found(text)
    assert all(a < b for a, b in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    once = CleanText().clean(text)
    assert CleanText().clean(once) == once


@pytest.mark.parametrize(
    "hostile",
    [
        "Home > " * 50_000, "- Home\n" * 50_000, "cookie " * 50_000, "share on " * 40_000,
        "We use cookies to \n" * 20_000, "[" * 200_000, "*_" * 100_000, "上一篇：\n" * 50_000,
        "# Advertisement\n" * 20_000, "京ICP备" * 50_000, "\n".join(["[a](b" * 60] * 2_000),
        "\n".join([("accept " * 50).strip() + " cookie"] * 3_000),
    ],
)  # fmt: skip
def test_hostile_lines_take_linear_time(hostile: str) -> None:
    ranges = residue.found(hostile)
    assert sum(end - start for start, end in ranges) <= len(hostile)
