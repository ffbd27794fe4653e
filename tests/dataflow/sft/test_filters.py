from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from dataflow.evidence.spans import ChunkSpan, cite
from dataflow.sft.drafts import (
    BACK_TRANSLATION,
    INTO_EVALSET,
    INTO_PREFERENCES,
    INTO_RETRIEVAL,
    SELF_INSTRUCT,
    Computed,
    Draft,
)
from dataflow.sft.filters import Bounds, Setting, check, checked
from schemas.records import Reason

TEXT = (
    "Ada Storm built the white tower of Kelby in 1871, and the harbour paid for it with the tolls "
    "of seven years. It stands at the end of the northern mole and can be seen from the hills."
)
CHINESE = "石岚于1871年在凯里建成了白色灯塔，港口用七年的通行费支付了费用。"
QA = Draft(
    SELF_INSTRUCT, "qa", "en", "Who built the tower of Kelby?", "Ada Storm", ((0, 49),), "t/1",
    written=True,
)  # fmt: skip
PASSAGE = dataclasses.replace(
    QA, method=BACK_TRANSLATION, instruction="Describe a tower in a harbour.", output=TEXT,
    spans=((0, len(TEXT)),),
)  # fmt: skip


def fault(draft: Draft, text: str = TEXT, **change: Any) -> tuple[Reason, float | None] | None:
    draft = dataclasses.replace(draft, **change)
    chunk = ChunkSpan("c", "d", 0, len(text), text)
    setting = Setting(text, "Towers", {"c": chunk}, cite(draft.spans, text, [chunk]))
    found = check(draft, setting, Bounds())
    return None if found is None else (found.reason, found.value)


def test_sound_candidates_pass() -> None:
    assert fault(QA) is None
    assert fault(PASSAGE) is None
    chinese = {"lang": "zh", "spans": ((0, len(CHINESE)),)}
    assert fault(QA, CHINESE, instruction="凯里的灯塔是谁建的？", output="石岚", **chinese) is None


@pytest.mark.parametrize(
    ("change", "reason", "value"),
    [
        ({"instruction": "Who?"}, Reason.SAMPLE_TOO_SHORT, 1.0),
        ({"output": "…"}, Reason.SAMPLE_TOO_SHORT, 0.0),
        ({"instruction": "谁建造了凯里的灯塔？"}, Reason.SAMPLE_WRONG_LANGUAGE, 1.0),
        ({"lang": "zh"}, Reason.SAMPLE_WRONG_LANGUAGE, 0.0),
        ({"instruction": "Did Ada Storm build it?"}, Reason.COPIES_SOURCE, 1.0),
        ({"instruction": "Ada Storm won!", "output": "Ada Storm won"}, Reason.COPIES_SOURCE, 1.0),
        ({"spans": ()}, Reason.EVIDENCE_MISSING, None),
        ({"output": "Bert Gale"}, Reason.UNSUPPORTED_NAME, None),
        ({"output": "in 1872"}, Reason.UNSUPPORTED_DATE, None),
        ({"output": "for nine years"}, Reason.UNSUPPORTED_NUMBER, None),
        ({"output": "a merchant with money"}, Reason.EVIDENCE_UNSUPPORTED, 0.0),
        ({"instruction": "When was it built by her?"}, Reason.NOT_ANSWERABLE, None),
        ({"instruction": "Who is named in the passage?"}, Reason.NOT_ANSWERABLE, None),
        ({"output": "The passage names Ada Storm."}, Reason.MALFORMED_OUTPUT, None),
        ({"output": "```\nAda Storm"}, Reason.MALFORMED_OUTPUT, None),
        ({"output": "Ada Storm and"}, Reason.MALFORMED_OUTPUT, None),
        (
            {"output": "слова, которые никто и никогда не просил у нас сказать здесь"},
            Reason.SAMPLE_WRONG_LANGUAGE,
            None,
        ),
        (
            {"instruction": "Who built it before Rome did in 1492?"},
            Reason.EVIDENCE_UNSUPPORTED,
            2.0,
        ),
        ({"instruction": "why " * 1001}, Reason.SAMPLE_TOO_LONG, 4004.0),
    ],
)
def test_faults_of_questions(change: dict[str, Any], reason: Reason, value: float | None) -> None:
    assert fault(QA, **change) == (reason, value)


def test_copied_instruction() -> None:
    copied = "Write: Ada Storm built the white tower of Kelby in 1871"
    assert fault(PASSAGE, instruction=copied) == (Reason.COPIES_SOURCE, 10 / 11)
    assert fault(PASSAGE, instruction="Tell me about the white tower of Kelby") is None


def test_copied_chinese_instruction() -> None:
    change: dict[str, Any] = {"lang": "zh", "output": CHINESE, "spans": ((0, len(CHINESE)),)}
    copied = "请写：石岚于1871年在凯里建成了白色灯塔"
    found = fault(PASSAGE, CHINESE, instruction=copied, **change)
    assert found is not None
    assert found[0] is Reason.COPIES_SOURCE
    assert fault(PASSAGE, CHINESE, instruction="请介绍一座港口灯塔的来历", **change) is None


def test_short_passage() -> None:
    found = fault(PASSAGE, output=TEXT[:30], spans=((0, 30),))
    assert found == (Reason.SAMPLE_TOO_SHORT, 6.0)


def test_rules_may_name_what_the_passage_does_not() -> None:
    question = "According to “Baedeker”, who built the tower of Kelby?"
    assert fault(QA, instruction=question) == (Reason.EVIDENCE_UNSUPPORTED, 1.0)
    assert fault(QA, instruction=question, written=False) is None


def test_name_at_the_beginning() -> None:
    question = "Napoleon Bonaparte, did he pay for the tower?"
    assert fault(QA, instruction=question) == (Reason.EVIDENCE_UNSUPPORTED, 2.0)
    assert fault(QA, instruction="Roughly who built the tower?") is None


def test_what_a_claim_holds_is_all_that_is_checked() -> None:
    written: dict[str, Any] = {"output": "Title: The Builder of the Tower", "written": False}
    assert fault(QA, **written) is not None
    assert fault(QA, **written, claim="Ada Storm built the white tower") is None
    assert fault(QA, **written, claim="Bert Gale built the tower") == (
        Reason.UNSUPPORTED_NAME,
        None,
    )


def test_all_turns_of_a_dialogue_are_checked() -> None:
    history = (("user", "When was the tower of Kelby built?"), ("assistant", "In 1871."))
    wrong = (history[0], ("assistant", "In 1781."))
    assert fault(QA, instruction="And who built it?", history=history) is None
    found = fault(QA, instruction="And who built it?", history=wrong)
    assert found == (Reason.UNSUPPORTED_DATE, None)


TABLE = "| ship | tons |\n| Linnet | 40 |\n| Osprey | 65 |"


def computed(*values: str, operation: str = "sum") -> Computed:
    return Computed(operation, tuple((TABLE.find(v), TABLE.find(v) + len(v)) for v in values))


def test_computed_answers_follow_from_their_cells() -> None:
    said: dict[str, Any] = {
        "instruction": "How many tons do Linnet and Osprey have together?", "written": False,
        "spans": ((0, len(TABLE)),), "computed": computed("40", "65"),
    }  # fmt: skip
    assert fault(QA, TABLE, **said, output="105 tons") is None
    assert fault(QA, TABLE, **said, output="104 tons") == (Reason.WRONG_ANSWER, None)
    said["computed"] = computed("40", "65", operation="none")
    assert fault(QA, TABLE, **said, output="105 tons") == (Reason.WRONG_ANSWER, None)


def test_a_pair_has_two_answers() -> None:
    pair: dict[str, Any] = {"into": INTO_PREFERENCES, "flaw": "name"}
    assert fault(QA, **pair, rejected="Bert Gale") is None
    assert fault(QA, **pair, rejected=" ") == (Reason.MALFORMED_OUTPUT, None)
    assert fault(QA, **pair, rejected="Ada Storm ") == (Reason.MALFORMED_OUTPUT, None)


def test_test_questions_stand_alone() -> None:
    one: dict[str, Any] = {"into": INTO_EVALSET, "written": False}
    assert fault(QA, **one) is None
    assert fault(QA, **one, instruction="Who built this tower?") is None
    assert fault(QA, **one, instruction="Was it built by her?") == (Reason.NOT_ANSWERABLE, None)
    open_one: dict[str, Any] = {"answerable": False, "output": "", "spans": ()}
    assert fault(QA, **one, **open_one, instruction="Who paid for the hills?") is None


def test_queries_are_no_copies_of_their_passage() -> None:
    query: dict[str, Any] = {
        "into": INTO_RETRIEVAL, "output": TEXT, "spans": ((0, len(TEXT)),), "written": True,
    }  # fmt: skip
    assert fault(QA, **query, instruction="builder of the Kelby tower") is None
    assert fault(QA, **query, instruction="white tower") is None
    copied = "Storm built the white tower of Kelby in 1871"
    assert fault(QA, **query, instruction=copied) == (Reason.COPIES_SOURCE, 1.0)


def test_questions_that_give_the_facts_away() -> None:
    told = "Ada Storm built it in 1871, and the harbour of Kelby paid for seven years."
    told_before = "Why did Ada Storm build Kelby in 1871 for seven years?"
    spans = ((0, len(TEXT)),)
    assert fault(QA, output=told, instruction=told_before) == (Reason.COPIES_SOURCE, 1.0)
    assert fault(QA, output=told, spans=spans, instruction="How did the tower come about?") is None


def test_scores_come_with_the_fault() -> None:
    chunk = ChunkSpan("c", "d", 0, len(TEXT), TEXT)
    setting = Setting(TEXT, "Towers", {"c": chunk}, cite(QA.spans, TEXT, [chunk]))
    found = checked(QA, setting, Bounds())
    assert found.fault is None
    assert found.scores == {"answer_tokens": 2.0, "copied": 0.0, "support": 1.0}
