from __future__ import annotations

import pytest

from dataflow.evidence.support import SUPPORT, supported


def refused(answer: str, quote: str) -> bool:
    verdict = supported(answer, quote)
    return verdict.fault is not None or verdict.score < SUPPORT


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("The parcels were opened.", "The parcels came back unopened."),
        ("The fort is open on Mondays.", "The fort is open daily except Mondays."),
        ("Keep the bulbs in direct light.", "Keep the bulbs out of direct light."),
        ("Turn the pump on before cleaning.", "Turn the pump off before cleaning."),
        ("The court upheld the sentence.", "The court overturned the sentence."),
        ("Severe side effects were seen.", "In all groups no severe side effects were seen."),
        ("The tenant pays for the roof.", "The landlord pays for the roof."),
        ("Zora's mother was a smith.", "Ada's mother was a smith."),
    ],
)
def test_opposites_without_a_negator_are_refused(answer: str, quote: str) -> None:
    assert refused(answer, quote)


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("Saving a file no longer fails.", "The update fixes an error: saving a file failed."),
        ("Goods count as accepted when no defect is reported.",
         "Defects are reported within a week, or else the goods are deemed accepted."),
        ("There is no water at the hut.", "Water is not to be had at the hut."),
        ("Kim came in two minutes behind Ada.", "Ada came in two minutes ahead of Kim."),
        ("Guests pay nothing on the first day.", "The first day is free for guests."),
        ("No pier is longer than that of Orl.", "The pier of Orl is the longest."),
        ("The firm sold more in May, but its margin shrank.",
         "Revenue rose from 4 to 5 million euros in May while the margin fell."),
    ],
)  # fmt: skip
def test_denials_that_agree_are_held(answer: str, quote: str) -> None:
    assert not refused(answer, quote)
