from __future__ import annotations

import pytest

from dataflow.evidence.entities import unsupported_date, unsupported_number

DEBT = (
    "Net debt was cut from 1.2 billion to 0.9 billion dollars; the fee rose by 20 cents to $3.10."
)


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Net debt fell by 300 million dollars.", DEBT),
        ("The fee had been $2.90 before.", DEBT),
        ("The gate closes at 18:30.", "The gate is open from 8 a.m. to 6:30 p.m."),
        ("Entries close at 12:00.", "Entries must be handed in by noon."),
        ("It took 95 minutes.", "It took one hour and thirty-five minutes."),
        ("You need 500 millilitres of milk.", "Add half a litre of milk."),
        ("A third, 70 tonnes, was lost.", "Of 210 tonnes of grain a third was lost."),
        ("About 4,300 visitors came.", "The fair had 4,286 visitors."),
        ("It takes about two months.", "The work is expected to take eight weeks."),
        ("Seven halls remain.", "Two of the nine halls were pulled down."),
        ("Each lot has 15 boats.", "The 45 boats come in three equal lots."),
        ("Two directors left.", "The directors Mara Lenz and Otto Brill left."),
    ],
)
def test_numbers_that_follow_are_held(answer: str, quote: str) -> None:
    assert unsupported_number(answer, quote) == ""


@pytest.mark.parametrize(
    ("answer", "quote", "found"),
    [
        ("Net debt was cut from 1.2 billion to 0.3 billion dollars.", DEBT, "0.3 billion dollars"),
        ("The fee had been €2.90 before.", DEBT, "€2.90"),
        ("The gate closes at 18:30.", "The gate is open from 8 a.m. to 7:30 p.m.", "18:30"),
        ("The 64 crew and 73 guests got off.", "All 64 crew and 9 guests got off.", "73"),
        ("About 4,900 visitors came.", "The fair had 4,286 visitors.", "4,900"),
        ("It takes two months.", "The work is expected to take eight weeks.", "two months"),
    ],
)
def test_numbers_in_place_of_others_are_not(answer: str, quote: str, found: str) -> None:
    assert unsupported_number(answer, quote) == found


def test_years_apart() -> None:
    plan = "The mine is to close in 2040, ten years earlier than planned."
    assert unsupported_date("It was to close in 2050.", plan) == ""
    assert unsupported_date("It was to close in 2045.", plan) == "2045"
