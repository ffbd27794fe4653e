from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from dataflow.evidence.spans import ChunkSpan, cite
from dataflow.sft.drafts import BACK_TRANSLATION, SELF_INSTRUCT, Draft
from dataflow.sft.filters import Bounds, Setting, check
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
        ({"output": "Bert Gale"}, Reason.EVIDENCE_UNSUPPORTED, 0.0),
        (
            {"instruction": "Who built it before Rome did in 1492?"},
            Reason.EVIDENCE_UNSUPPORTED,
            2.0,
        ),
        ({"instruction": "why " * 1001}, Reason.MALFORMED_OUTPUT, 4004.0),
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
