"""Codes of languages in recipes: those that identification gives, and what was meant by others."""

from __future__ import annotations

import pytest

from dataflow.text.language import UNDETERMINED, _codes
from dataflow.text.language_codes import NAME_OF, check_language, suggested
from dataflow.text.scripts import LANGUAGES_OF, SCRIPTS
from schemas.errors import RecipeError


def test_the_table_has_just_the_codes_that_identification_gives() -> None:
    found = {code for script in SCRIPTS for code in _codes(script).values()}
    found |= {codes[0] for codes in LANGUAGES_OF.values() if len(codes) == 1}
    assert set(NAME_OF) == found | {"zh", "ja", "ko", UNDETERMINED}
    assert len(set(NAME_OF.values())) == len(NAME_OF)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("english", "en"), ("EN", "en"), ("eng", "en"), ("zh-CN", "zh"), ("zh_Hans", "zh"),
        ("chinese", "zh"), ("中文", "zh"), ("英语", "en"), ("Germann", "de"), ("jp", "ja"),
    ],
)  # fmt: skip
def test_what_was_meant(code: str, meant: str) -> None:
    assert suggested(code) == meant
    with pytest.raises(RecipeError, match=f"a.b: '{code}' is no code.*did you mean '{meant}'"):
        check_language(code, "a.b")


@pytest.mark.parametrize("code", ["xx", "", "qqq", "x" * 10_000, "klingon"])
def test_a_code_that_is_like_none(code: str) -> None:
    with pytest.raises(RecipeError, match="such as 'en' and 'zh'"):
        check_language(code, "a.b")
