from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.llm.base import (
    BUDGET_EXHAUSTED,
    CONTEXT_OVERFLOW,
    TRUNCATED,
    Answer,
    Completion,
    Failure,
    Request,
)
from dataflow.sft.drafts import Draft
from dataflow.sft.plan import Asker, Plan, Topic, carry_out
from dataflow.sft.replies import Reply
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.dataflow.sft.plans.stage import topic_of

PASSAGE = "The weir at Orlen keeps the pond above the river. It was mended after the flood."
GOOD = '{"query": "Orlen weir repair"}'


class Typed(Reply):
    """A query."""

    query: str = Field(min_length=1, max_length=100)


def asking(topic: Topic, *, times: int = 1) -> Plan:
    """Asks for queries and makes a draft of them."""
    asker, found = Asker(topic), []
    for _ in range(times):
        slots = {"passage": topic.chunk.text, "perspective": "", "form": "keywords", "note": ""}
        reply = yield from asker.ask("query", slots, Typed)
        if isinstance(reply, Fault):
            return reply
        found.append(reply.query)
    draft = Draft(
        "query", "keywords", topic.lang, " ".join(found), topic.chunk.text, (),
        asker.calls[0].prompt_id, calls=tuple(asker.calls),
    )  # fmt: skip
    return (draft,)


def outcome_of(*answers: Answer) -> tuple[object, list[Request]]:
    replies = list(answers)
    llm = ScriptedLLM(lambda _: replies.pop(0))
    ((_, outcome),) = carry_out([(topic_of(PASSAGE), asking)], llm)
    assert not replies
    return outcome, llm.asked


def said(text: str, key: str = "k") -> Completion:
    return Completion(text, 1, 1, cache_key=key)


def test_a_reply_becomes_a_draft_that_knows_its_calls() -> None:
    outcome, asked = outcome_of(said(GOOD))
    assert isinstance(outcome, tuple)
    (call,) = outcome[0].calls
    assert (call.prompt_id, call.cache_key) == ("query.en/2", "k")
    assert len(call.template_sha256) == len(call.prompt_sha256) == 64
    assert (asked[0].max_tokens, asked[0].temperature, asked[0].seed) == (400, 0.0, 0)
    assert "Orlen" in asked[0].messages[-1][1]


def test_an_unreadable_reply_is_asked_for_once_more() -> None:
    outcome, asked = outcome_of(said("I cannot"), said(GOOD, "second"))
    assert isinstance(outcome, tuple)
    assert [call.cache_key for call in outcome[0].calls] == ["k", "second"]
    *_, shown, again = asked[1].messages
    assert shown == ("assistant", "I cannot")
    assert "no JSON object" in again[1]
    assert asked[1].messages[: len(asked[0].messages)] == asked[0].messages


def test_a_second_unreadable_reply_ends_the_plan() -> None:
    outcome, asked = outcome_of(said("I cannot"), said("x" * 100_000))
    assert isinstance(outcome, Fault)
    assert outcome.reason is Reason.MALFORMED_OUTPUT
    assert len(asked) == 2


def test_a_huge_reply_is_not_sent_back_whole() -> None:
    _, asked = outcome_of(said("y" * 100_000), said(GOOD))
    assert len(asked[1].messages[-2][1]) == 2000


def test_a_passage_too_long_for_the_context_is_halved_three_times() -> None:
    overflow = Failure(CONTEXT_OVERFLOW, "too long")
    outcome, asked = outcome_of(overflow, overflow, said(GOOD))
    assert isinstance(outcome, tuple)
    assert PASSAGE[: len(PASSAGE) // 2] in asked[1].messages[-1][1]
    lengths = [len(request.messages[-1][1]) for request in asked]
    assert lengths == sorted(set(lengths), reverse=True)
    assert len(outcome[0].calls) == 1
    outcome, asked = outcome_of(overflow, overflow, overflow, overflow)
    assert isinstance(outcome, Fault)
    assert (outcome.reason, len(asked)) == (Reason.ANSWER_CUT, 4)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("timeout", Reason.LLM_FAILED),
        (TRUNCATED, Reason.ANSWER_CUT),
        (BUDGET_EXHAUSTED, Reason.BUDGET_EXHAUSTED),
    ],
)
def test_a_failure_of_the_model_is_a_fault(kind: str, reason: Reason) -> None:
    outcome, asked = outcome_of(Failure(kind, "why"))
    assert outcome == Fault(reason, f"{kind}: why")
    assert len(asked) == 1


def test_plans_go_side_by_side_in_rounds_and_come_out_in_order() -> None:
    rounds: list[int] = []

    class Counting:
        def complete(self, requests: Sequence[Request]) -> list[Answer]:
            rounds.append(len(requests))
            return [said(f'{{"query": "round {len(rounds)}"}}') for _ in requests]

    def plan_of(times: int) -> Callable[[Topic], Plan]:
        return lambda topic: asking(topic, times=times)

    topics = [(topic_of(PASSAGE, title=str(times)), plan_of(times)) for times in (3, 1, 2)]
    found = list(carry_out(topics, Counting()))
    assert rounds == [3, 2, 1]
    assert [topic.title for topic, _ in found] == ["3", "1", "2"]
    assert [outcome[0].instruction for _, outcome in found if isinstance(outcome, tuple)] == [
        "round 1 round 2 round 3", "round 1", "round 1 round 2",
    ]  # fmt: skip


def test_a_plan_that_asks_nothing_costs_nothing() -> None:
    fault = Fault(Reason.SAMPLE_TOO_SHORT, "x")

    def silent(_: Topic) -> Plan:
        yield from ()
        return fault

    llm = ScriptedLLM()
    assert next(carry_out([(topic_of(PASSAGE), silent)], llm))[1] is fault
    assert llm.asked == []


def test_topic_id_tells_topics_apart() -> None:
    ids = {
        topic_of(PASSAGE).topic_id,
        topic_of(PASSAGE, seed=1).topic_id,
        topic_of(PASSAGE, part="It was mended after the flood.").topic_id,
    }
    assert len(ids) == 3
    assert topic_of(PASSAGE).topic_id in ids


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_whatever_the_model_says_every_topic_ends_once(texts: list[str]) -> None:
    replies = iter(texts * 8)
    llm = ScriptedLLM(lambda _: said(next(replies)))
    found = list(carry_out([(topic_of(PASSAGE), asking)] * 2, llm))
    assert len(found) == 2
    assert all(isinstance(outcome, tuple | Fault) for _, outcome in found)


def test_requests_that_begin_alike_are_sent_together() -> None:
    topics = [topic_of(f"{PASSAGE} {number}", seed=number) for number in range(300)]
    llm = ScriptedLLM(lambda request: said(GOOD, request.messages[-1][1]))
    found = list(carry_out([(topic, asking) for topic in topics], llm))
    assert [topic for topic, _ in found] == topics
    for topic, outcome in found:
        assert isinstance(outcome, tuple)
        assert topic.chunk.text in outcome[0].calls[0].cache_key  # its own answer
    begun = [request.messages[:-1] for request in llm.asked]
    changes = [one != other for one, other in pairwise(begun[:256])]
    assert sum(changes) == len(set(begun[:256])) - 1 == 3
    assert {request.messages for request in llm.asked[:256]} == {
        request.messages for topic in topics[:256] for request in first_of(topic)
    }


def first_of(topic: Topic) -> list[Request]:
    return [next(asking(topic))]
