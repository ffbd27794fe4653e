from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dataflow.evidence.spans import Fault
from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.perplexity.llm import Scored
from dataflow.sft.drafts import Draft
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Judged, Model, Place
from dataflow.sft.plan import Sampling
from dataflow.sft.templates import Library
from schemas.errors import BackendError
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.dataflow.sft.test_ledger import FREE, HIGH, PLACES, TALL

SAMPLING = Sampling(500, 0.7, 3, "writer")
RULED = replace(TALL, written=False, method="extractive")
PAIR = replace(TALL, into="preferences", rejected="52 metres")
ALL = [
    (TALL, PLACES["en"]), (RULED, PLACES["en"]), (HIGH, PLACES["zh"]), (PAIR, PLACES["en"]),
    (replace(TALL, spans=()), FREE),
]  # fmt: skip


def yes(share: float) -> Completion:
    tokens = (("Yes", math.log(share)), ("No", math.log(1 - share)))
    return Completion("Yes", 9, 1, first_logprobs=tokens)


def scored(judges: Judges, drafts: Sequence[tuple[Draft, Place]] = ALL) -> list[dict[str, float]]:
    return [one.scores for one in judged(judges, drafts)]


def judged(judges: Judges, drafts: Sequence[tuple[Draft, Place]] = ALL) -> list[Judged]:
    return judges.scores(drafts, SAMPLING, Library())


def test_without_judges_nothing_is_scored() -> None:
    assert not Judges().any
    assert scored(Judges()) == [{}] * len(ALL)


def test_a_model_judges_what_a_model_wrote_about_a_document() -> None:
    def script(request: Request) -> Answer:
        return yes(0.75) if "42米" in request.messages[-1][1] else yes(0.25)

    llm = ScriptedLLM(script)
    judges = Judges(Model(llm, "judge", "openai"))
    assert judges.any
    found = scored(judges)
    assert [round(one.get("judge", -1), 4) for one in found] == [0.25, -1, 0.75, -1, -1]
    assert {request.prompt_id.split(".")[0] for request in llm.asked} == {"judge"}
    assert {request.temperature for request in llm.asked} == {0.0}
    assert all(request.top_logprobs and request.max_tokens <= 16 for request in llm.asked)
    assert "The tower is 42 metres tall" in llm.asked[0].messages[-1][1]


def failing(kind: str, needed: bool = False) -> list[Judged]:
    llm = ScriptedLLM(lambda _: Failure(kind, "why"))
    needs = frozenset({"judge"} if needed else {"ifd", "reward"})
    return judged(Judges(Model(llm, "j", "openai"), needed=needs))


def test_a_judge_that_fails_costs_no_sample_that_needs_none() -> None:
    found = failing("timeout")
    assert [one.scores for one in found] == [{}] * len(ALL)
    assert [one.missing for one in found] == [["judge"], [], ["judge"], [], []]
    assert [one.refused for one in found] == [None] * len(ALL)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("timeout", Reason.LLM_FAILED), ("budget_exhausted", Reason.BUDGET_EXHAUSTED)],
)
def test_a_sample_that_needs_its_judge_waits_for_it(kind: str, reason: Reason) -> None:
    fault = Fault(reason, f"not judged (judge): {kind}: why")
    assert [one.refused for one in failing(kind, needed=True)] == [fault, None, fault, None, None]


def test_what_would_fail_again_is_not_waited_for() -> None:
    assert failing("truncated", needed=True) == [Judged()] * len(ALL)
    unclear = Judges(Model(ScriptedLLM(lambda _: Completion("Perhaps", 9, 1)), "j", "openai"))
    assert judged(unclear) == [Judged()] * len(ALL)


class Perplexities:
    """Each character costs a nat when it stands alone, half of one behind a question."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        self.asked += texts
        return [
            Failure("too_long", "") if "凯里" in text else Scored(math.exp(1.0), len(text))
            for text in texts
        ]


def test_perplexities_are_of_instruction_samples() -> None:
    scorer = Perplexities()
    found = scored(Judges(scorer=scorer))
    known = [set(one) for one in found]
    both = {"perplexity", "ifd"}
    assert [one.missing for one in judged(Judges(scorer=scorer))] == [[], [], ["ifd"], [], []]
    assert known == [both, both, set(), set(), both]
    assert all(one["ifd"] == 1.0 for one in found if one)
    assert len(scorer.asked) == 2 * 3 * 4


class Broken:
    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        raise BackendError("no log-probabilities of prompts")


def test_a_server_without_log_probabilities_is_told_of() -> None:
    with pytest.raises(BackendError, match="no log-probabilities"):
        scored(Judges(scorer=Broken()))


class Prizes:
    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float | Failure]:
        return [Failure("x", "") if "凯里" in asked else len(said) / 10 for asked, said in pairs]


def test_rewards_are_of_instruction_samples() -> None:
    found = scored(Judges(rewards=Prizes()))
    assert found == [{"reward": 0.9}, {"reward": 0.9}, {}, {}, {"reward": 0.9}]
    (one,) = judged(Judges(rewards=Prizes(), needed=frozenset({"reward"})), ALL[2:3])
    assert one.missing == ["reward"]
    assert one.refused is not None
    assert one.refused.reason is Reason.LLM_FAILED
