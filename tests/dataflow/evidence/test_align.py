from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.evidence.locate import locate

TEXT = (
    "Harbour notes. The old tower of Kelby was built by Ada Storm in 1871, when the harbour was "
    "new. The tolls of seven years paid for the mole, and nobody in the town objected to them.\n\n"
    "凯里的燈塔高四十二公尺，由石嵐於1871年建造，港口用七年的通行費支付了全部費用。"
)
WORDS = ["red", "oak", "tree", "ash", "7", "not", "the", "Kelby", "灯", "塔"]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (
            "The tower of Kelby was built by Ada Storm in 1871, when the harbour was new",
            "The old tower of Kelby was built by Ada Storm in 1871, when the harbour was new",
        ),
        (
            "the old tovver of Kelby; was buiit by Ada Storm (in 1871) when the harbor was new",
            "The old tower of Kelby was built by Ada Storm in 1871, when the harbour was new",
        ),
        (
            "The old tower of Kelby ... when the harbour was new",
            "The old tower of Kelby was built by Ada Storm in 1871, when the harbour was new",
        ),
        ("灯塔高四十二公尺，由石岚于1871年建造", "燈塔高四十二公尺，由石嵐於1871年建造"),
        ("港口用七年通行费，支付全部费用", "港口用七年的通行費支付了全部費用"),
    ],
)
def test_small_errors_find_the_source(quote: str, found: str) -> None:
    span = locate(quote, TEXT)
    assert span is not None
    assert TEXT[slice(*span)] == found


@pytest.mark.parametrize(
    "quote",
    [
        "The tower of Kelby was built by Ada Storm in 1872, when the harbour was new",
        "The tower of Kelby was built by Bert Gale in 1871, when the harbour was new",
        "The tower of Kelby was not built by Ada Storm in 1871, when the harbour was new",
        "The tolls of nine years paid for the mole and nobody in the town objected",
        "The tower of Kelby is a ruin that was left to the sea by all its owners",
        "港口用九年的通行费支付了全部的费用",
        "港口没有用七年的通行费支付全部的费用",
        "tolls mole town",
        "... … ...",
    ],
)
def test_what_says_something_else_is_not_found(quote: str) -> None:
    assert locate(quote, TEXT) is None


def test_two_places_alike_are_none() -> None:
    line = "The ferry leaves the {} quay early every morning in the summer months. "
    text = line.format("upper") + line.format("lower")
    assert locate("The ferry leaves the quay early each morning in the summer months", text) is None
    again = line.format("upper") * 2
    span = locate("The ferry leaves the quay early each morning in the summer months", again)
    assert span == (0, len(line.format("upper")) - 2)


@given(
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.data(),
)
def test_any_span_lies_in_the_text(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    quote = " ".join(word for word in words if data.draw(st.booleans()))
    span = locate(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)
