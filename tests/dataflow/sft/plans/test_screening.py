from __future__ import annotations

import pytest

from dataflow.sft.plans.question import question
from dataflow.sft.plans.screening import asks_the_title, fault_of_question
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, topic_of
from tests.dataflow.sft.plans.talks import fault

TITLE = {"en": "How Long Do Weirs Last at Orlen?", "zh": "奥伦堰的寿命"}
TEXT = {
    "en": "The gates open by themselves when the water rises too far. The keeper comes weekly.",
    "zh": "水位过高时闸门会自行打开，守闸人每周检查一次。",
}


@pytest.mark.parametrize(
    ("lang", "asked", "of_title"),
    [
        ("en", "How long do weirs last at Orlen?", True),
        ("en", "What happens to the weirs at Orlen when the water rises?", False),
        ("en", "How often does the keeper come?", False),
        ("zh", "奥伦堰的寿命是多少？", True),
        ("zh", "奥伦堰的闸门什么时候打开？", False),
        ("zh", "守闸人多久检查一次？", False),
    ],
)
def test_questions_that_are_the_title(lang: str, asked: str, of_title: bool) -> None:
    topic = topic_of(TEXT[lang], lang, title=TITLE[lang])
    assert asks_the_title(asked, topic) is of_title
    found = fault_of_question(asked, topic)
    assert (found is not None and found.reason is Reason.NOT_ANSWERABLE) is of_title


@pytest.mark.parametrize(
    ("lang", "text", "asked"),
    [
        ("en", "The weirs are of oak, and oak weirs last for ages.", "How long do weirs last?"),
        ("zh", "奥伦堰用橡木建成，寿命很长。", "奥伦堰的寿命有多长？"),
    ],
)
def test_what_the_passage_speaks_of_may_be_in_the_title_too(
    lang: str, text: str, asked: str
) -> None:
    assert not asks_the_title(asked, topic_of(text, lang, title=TITLE[lang]))


def test_a_question_of_the_title_is_told_so_and_refused() -> None:
    said = {"question": TITLE["en"], "answer": "weekly", "quote": "The keeper comes weekly."}
    topic = topic_of(TEXT["en"], title=TITLE["en"])
    outcome, asked = carried_out(question, topic, question=said)
    assert (fault(outcome).reason, len(asked)) == (Reason.NOT_ANSWERABLE, 2)
