"""Scripts by code point, against the Unicode names, and the variants of Chinese."""

from __future__ import annotations

import unicodedata

import pytest

from dataflow.text.passages import passages
from dataflow.text.scripts import (
    LANGUAGES_OF,
    SCRIPTS,
    han_variant,
    in_script,
    script_codes,
    script_counts,
)

NAMES = {"han": "CJK", "kana": ("HIRAGANA", "KATAKANA"), "burmese": "MYANMAR"}


@pytest.mark.parametrize("char", list("Aßж水さカ한αאअกբქবਗગଓதతಕമසລཀကአខ"))
def test_a_letter_belongs_to_the_script_its_name_says(char: str) -> None:
    script = SCRIPTS[script_codes(char)[0] - 1]
    name = unicodedata.name(char).split("-")[0]
    expected = NAMES.get(script, script.upper())
    assert name.startswith(expected if isinstance(expected, tuple) else (expected,))


def test_no_letter_is_in_two_scripts_and_digits_are_in_none() -> None:
    assert not any(script_counts("0123456789 .,;:!?()[]。，！？“”\n\t").values())
    assert sum(script_counts("aж水\U00020000\U0010ffff").values()) == 4


def test_every_script_but_the_shared_ones_names_its_languages() -> None:
    assert set(SCRIPTS) - set(LANGUAGES_OF) == {"latin", "han", "kana", "hangul"}
    assert in_script("uk", "cyrillic")
    assert not in_script("en", "greek")


def test_variants_of_chinese() -> None:
    assert han_variant("水車立在河邊，為全村的人磨麵。") == "hant"
    assert han_variant("水车立在河边，为全村的人磨面。") == "hans"
    assert han_variant("人山人海") is None


def test_passages_cover_all_letters_outside_code() -> None:
    text = "# Head\n\nline one\nline two\n\n```\ncode\n```\n第三段\n\n12 | 34\n"
    found = passages(text)
    assert [text[p.start : p.end] for p in found] == ["# Head", "line one\nline two", "第三段"]
    assert [p.weight for p in found] == [4, 14, 15]
    assert passages("") == []


def test_a_text_of_one_line_a_paragraph_is_cut_at_long_lines() -> None:
    line = "The mill stands by the river and grinds corn for the whole village. " * 3
    assert len(passages("\n".join([line, line, line]))) == 3
