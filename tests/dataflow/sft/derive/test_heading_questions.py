from __future__ import annotations

import pytest

from dataflow.sft.derive.heading_questions import heading_question
from dataflow.sft.rules.place import PHRASINGS

ITEMS = "- one\n- two\n- three\n"


@pytest.mark.parametrize(
    ("text", "heading", "lang", "expected"),
    [
        ("The bus stops here.", "How to get there", "en", "how to get there?"),
        ("A staff gauge is a board.", "Staff gauge", "en", "What is a staff gauge?"),
        (
            ITEMS,
            "Changes since version 1",
            "en",
            "What are the changes since version 1 in “Kelby”?",
        ),
        (ITEMS, "Reading the board", "en", ""),
        ("The bus stops here.", "The bus", "en", ""),
        ("Rain fell.", "", "en", ""),
        ("因为雾大。", "为什么关门", "zh", "为什么关门？"),
        ("雾号是指用声音警示船只的装置。", "雾号", "zh", "雾号是什么？"),
        (ITEMS, "使用建议", "zh", "《Kelby》的“使用建议”有哪些？"),
        ("雨很大。", "雨", "zh", ""),
    ],
)
def test_headings_that_ask_are_defined_or_list(
    text: str, heading: str, lang: str, expected: str
) -> None:
    found = heading_question(text, heading, "Kelby", PHRASINGS[lang], 0)
    assert found.endswith(expected)
    assert bool(found) == bool(expected)


def test_a_heading_that_asks_names_the_document() -> None:
    phrasing = PHRASINGS["en"]
    assert "“Kelby”" in heading_question("By bus.", "How to get there", "Kelby", phrasing, 0)
    assert heading_question("By bus.", "How to get there", "", phrasing, 0) == ""


@pytest.mark.parametrize(
    ("heading", "asks"),
    [("How the guests were counted", False), ("What it means for tea", False),
     ("How are the guests counted", True), ("How to count guests", True)],
)  # fmt: skip
def test_only_a_heading_with_the_verb_before_its_subject_asks(heading: str, asks: bool) -> None:
    text = "The guests were counted twice at the gate."
    assert bool(heading_question(text, heading, "Guests of Kelby", PHRASINGS["en"], 0)) is asks
