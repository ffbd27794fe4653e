from __future__ import annotations

from typing import Any

import pytest

from dataflow.sft.self_instruct.options import SelfInstruct
from schemas.errors import RecipeError


def test_language_shares_have_one_form() -> None:
    one, other = (
        SelfInstruct(langs={"zh": 2, "en": 1}),
        SelfInstruct(langs=(("en", 1.0), ("zh", 2.0))),
    )
    assert one == other
    assert (repr(one), hash(one)) == (repr(other), hash(other))
    assert one.lang_shares == (("en", 1.0), ("zh", 2.0))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("instructions", 0), ("instructions", True), ("instructions", 2.0), ("per_request", 21),
        ("requests", 0), ("rounds", 0), ("instances", 9), ("max_tokens", 10), ("seed", "a"),
        ("seeds", 3), ("grounded", 1.1), ("grounded", float("nan")), ("grounded", "all"),
        ("temperature", -0.1), ("novelty", 0.0), ("langs", 3), ("langs", [1]),
        ("langs", (("en", 1), ("en", 1))),
    ],
)  # fmt: skip
def test_wrong_values_name_their_key(key: str, value: Any) -> None:
    with pytest.raises(RecipeError, match=rf"self_instruct\.{key}"):
        SelfInstruct(**{key: value})


@pytest.mark.parametrize("shares", [{"fr": 1}, {"en": 0}, {"en": True}, {"zh": "much"}])
def test_wrong_shares_name_their_language(shares: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=rf"self_instruct\.langs\.{next(iter(shares))}"):
        SelfInstruct(langs=shares)
