from __future__ import annotations

import pytest

from dataflow.evidence.arguments import misplaced_argument
from dataflow.evidence.frames import frames_of
from dataflow.evidence.support import SUPPORT, supported


def refused(answer: str, quote: str) -> bool:
    verdict = supported(answer, quote)
    return verdict.fault is not None or verdict.score < SUPPORT


FIRM = "Ilse Brodt, the owner of the mill, hired Karl Venn as a clerk; later he married her niece."
SALE = "The Orlo trust sold its orchard near Dunmere to Vera Plinth in 1988."
METALS = "Nickel is harder than silver, and silver is harder than lead."
BUDGET = "The council spent 3 million dollars on parks and 700,000 dollars on pools."


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Karl Venn hired Ilse Brodt as a clerk.", FIRM),
        ("Karl Venn was the owner of the mill.", FIRM),
        ("Ilse Brodt was hired by Karl Venn.", FIRM),
        ("Vera Plinth sold its orchard to the Orlo trust.", SALE),
        ("The Orlo trust bought the orchard from Vera Plinth.", SALE),
        ("Lead is harder than silver.", METALS),
        ("Silver is less hard than lead.", METALS),
        ("The council spent 3 million dollars on pools.", BUDGET),
        ("The council spent 700,000 dollars on parks.", BUDGET),
        (
            "The gardener forgot the code.",
            "Only the cook knew the code; the gardener forgot the date.",
        ),
        (
            "The mast was built by the sailor.",
            "The smith built the mast, and the sailor painted it.",
        ),
    ],
)
def test_arguments_of_another_are_refused(answer: str, quote: str) -> None:
    assert refused(answer, quote)


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Karl Venn was hired by Ilse Brodt.", FIRM),
        ("The mill's owner was Ilse Brodt.", FIRM),
        ("Vera Plinth bought the orchard near Dunmere from the Orlo trust.", SALE),
        ("Lead is less hard than silver.", METALS),
        ("The council spent 700,000 dollars on pools.", BUDGET),
        ("700,000 dollars were spent on pools by the council.", BUDGET),
        ("Black soil holds more water than sand.", "Sand holds less water than black soil."),
        ("The Reds won 40 seats, the Blues 12.", "The Blues won 12 seats and the Reds 40."),
        ("The ferry did not sail.", "The ferry was cancelled and did not sail."),
    ],
)
def test_the_same_arguments_otherwise_said_are_held(answer: str, quote: str) -> None:
    assert not refused(answer, quote)


def test_frames_repeat_a_predicate() -> None:
    frames = [f for f in frames_of(BUDGET) if f.word == "spent"]
    assert [frame.repeated for frame in frames] == [False, True]
    assert frames[1].roles["on"] == [(frozenset({"pool"}),)]


def test_texts_too_long_to_parse_are_left_alone() -> None:
    assert misplaced_argument("Bert hired Ada.", "Ada hired Bert. " * 100) == ""
