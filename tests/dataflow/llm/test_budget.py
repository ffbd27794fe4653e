from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.llm.base import Answer, Completion, Failure, Request, prompt_bound
from dataflow.llm.budget import BudgetedLLM
from dataflow.llm.cache import CachedLLM
from tests.dataflow.llm.fakes import ScriptedLLM, ask

RESERVED = prompt_bound(ask("xx")) + 20
"""What one request of two letters reserves."""


def kinds(answers: list[Answer]) -> list[str]:
    return [answer.kind if isinstance(answer, Failure) else "ok" for answer in answers]


def test_stops_before_overspending() -> None:
    inner = ScriptedLLM()  # each answer costs 15
    llm = BudgetedLLM(inner, RESERVED + 15)
    answers = llm.complete([ask("aa"), ask("bb"), ask("cc")])
    assert kinds(answers) == ["ok", "ok", "budget_exhausted"]
    assert (llm.spent, len(inner.asked)) == (30, 2)


def test_nothing_is_sent_when_nothing_fits() -> None:
    inner = ScriptedLLM()
    assert kinds(BudgetedLLM(inner, RESERVED - 1).complete([ask("aa")])) == ["budget_exhausted"]
    assert inner.asked == []


def test_unknown_cost_keeps_the_reservation() -> None:
    llm = BudgetedLLM(ScriptedLLM(lambda _: Failure("timeout", "")), RESERVED * 2)
    llm.complete([ask("aa")])
    assert llm.spent == RESERVED
    llm = BudgetedLLM(ScriptedLLM(lambda _: Failure("refused", "", 0)), RESERVED * 2)
    llm.complete([ask("aa")])
    assert llm.spent == 0


def test_budget_outlives_one_call() -> None:
    llm = BudgetedLLM(ScriptedLLM(), RESERVED)
    assert kinds(llm.complete([ask("aa")])) == ["ok"]
    assert kinds(llm.complete([ask("bb")])) == ["budget_exhausted"]


def test_cached_answers_are_free(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with CachedLLM(ScriptedLLM(), path, "m") as llm:
        llm.complete([ask("aa"), ask("bb")])
    budget = BudgetedLLM(ScriptedLLM(), 1)
    with CachedLLM(budget, path, "m") as llm:
        answers = llm.complete([ask("aa"), ask("bb"), ask("cc")])
    assert kinds(answers) == ["ok", "ok", "budget_exhausted"]
    assert budget.spent == 0


def test_a_budget_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        BudgetedLLM(ScriptedLLM(), 0)


@given(
    st.integers(1, 3000),
    st.lists(st.tuples(st.text("ab汉", max_size=40), st.integers(1, 50)), max_size=12),
    st.integers(0, 100),
)
def test_never_overspends(budget: int, asked: list[tuple[str, int]], share: int) -> None:
    requests = [ask(text, max_tokens=n) for text, n in asked]

    def script(request: Request) -> Answer:
        return Completion(
            "x", prompt_bound(request) * share // 100, request.max_tokens * share // 100
        )

    inner = ScriptedLLM(script)
    llm = BudgetedLLM(inner, budget)
    answers = llm.complete(requests)
    assert llm.spent <= budget
    assert len(answers) == len(requests)
    assert kinds(answers)[: len(inner.asked)] == ["ok"] * len(inner.asked)
    assert len(inner.asked) == kinds(answers).count("ok")
