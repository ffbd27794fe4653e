"""What may be spent: never more, whatever happens; the record of it outlives a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataflow.llm.account import Account
from dataflow.llm.base import Answer, Completion, Failure, Request, prompt_bound
from dataflow.llm.budget import BudgetedLLM, bounds_of
from dataflow.llm.cache import CachedLLM
from dataflow.llm.estimate import estimate
from dataflow.llm.server_call import Again
from dataflow.llm.spending import NANOS, Budget, Prices, Spending, Spent, Tokens
from schemas.errors import StoreError
from tests.dataflow.llm.fakes import ScriptedLLM, ask, echo

ROOT = Path(__file__).parents[3]
RESERVED = prompt_bound(ask("xx")) + 20
"""What one request of two letters reserves."""


class Breaking:
    """A server whose first `breaks` tries of each request end without a word of their cost."""

    def __init__(self, breaks: int) -> None:
        self.breaks, self.sent = breaks, 0

    def answer(self, request: Request, again: Again) -> Answer:
        for _ in range(self.breaks):
            self.sent += 1
            if not again():
                return Failure("unreachable", "broke off")
        self.sent += 1
        return echo(request)


def llm(
    server: ScriptedLLM | Breaking,
    folder: Path,
    budget: Budget | None = None,
    prices: Prices | None = None,
    concurrency: int = 1,
) -> BudgetedLLM:
    spending = Spending(folder / "s.sqlite", budget or Budget(), prices or Prices())
    account = Account(spending.budget, spending.prices, spending.spent())
    return BudgetedLLM(server, spending, concurrency, account)


def kinds(answers: list[Answer]) -> list[str]:
    return [answer.kind if isinstance(answer, Failure) else "ok" for answer in answers]


def spent(folder: Path, name: str = "") -> Spent:
    with Spending(folder / "s.sqlite", Budget(name=name), Prices()) as spending:
        return spending.spent()


def test_stops_before_overspending(tmp_path: Path) -> None:
    inner = ScriptedLLM()  # each answer costs 15
    model = llm(inner, tmp_path, Budget(RESERVED + 15))
    answers = model.complete([ask("aa"), ask("bb"), ask("cc")])
    assert kinds(answers) == ["ok", "ok", "budget_exhausted"]
    assert isinstance(answers[2], Failure)
    assert f"spent 30 of {RESERVED + 15} tokens; needed {RESERVED} tokens" in answers[2].detail
    assert (spent(tmp_path).tokens, len(inner.asked)) == (30, 2)
    assert model.account.as_dict() == {
        "requests": 2, "cached": 0, "prompt_tokens": 20, "completion_tokens": 10,
        "unknown_tokens": 0, "money": 0.0, "failures": {"budget_exhausted": 1},
        "tokens_before": 0, "money_before": 0.0, "tokens_left": RESERVED - 15, "money_left": None,
        "earlier": {"unanswered": 0},
    }  # fmt: skip


def test_nothing_is_sent_when_nothing_fits(tmp_path: Path) -> None:
    inner = ScriptedLLM()
    model = llm(inner, tmp_path, Budget(RESERVED - 1))
    assert kinds(model.complete([ask("aa")])) == ["budget_exhausted"]
    assert inner.asked == []


def test_money_is_bounded_too(tmp_path: Path) -> None:
    prices = Prices(1.0, 10.0)
    bound = prices.nanos(bounds_of(ask("aa"))) / NANOS
    model = llm(ScriptedLLM(), tmp_path, Budget(money=bound + 60e-6), prices)
    assert kinds(model.complete([ask("aa"), ask("bb"), ask("cc")])) == [
        "ok", "ok", "budget_exhausted",
    ]  # fmt: skip
    assert model.account.money == pytest.approx(2 * (10 * 1.0 + 5 * 10.0) / 1e6, abs=1e-12)
    assert model.account.money_left == pytest.approx(bound - 60e-6)


def test_unknown_cost_keeps_the_reservation(tmp_path: Path) -> None:
    model = llm(ScriptedLLM(lambda _: Failure("timeout", "")), tmp_path, Budget(RESERVED * 2))
    model.complete([ask("aa")])
    assert spent(tmp_path).tokens == RESERVED
    assert (model.account.requests, model.account.unknown_tokens) == (1, RESERVED)
    model = llm(ScriptedLLM(lambda _: Failure("refused", "", 0)), tmp_path, Budget(RESERVED * 2))
    model.complete([ask("aa")])
    assert spent(tmp_path).tokens == RESERVED
    assert (model.account.requests, model.account.failures["refused"]) == (0, 1)


def test_each_try_that_may_have_cost_something_is_reserved(tmp_path: Path) -> None:
    server = Breaking(2)
    model = llm(server, tmp_path, Budget(RESERVED * 3))
    assert kinds(model.complete([ask("aa")])) == ["ok"]
    assert spent(tmp_path).tokens == RESERVED * 2 + 15
    assert (model.account.requests, server.sent) == (3, 3)
    assert model.account.tokens == RESERVED * 2 + 15


def test_a_try_that_does_not_fit_is_not_made(tmp_path: Path) -> None:
    server = Breaking(2)
    model = llm(server, tmp_path, Budget(RESERVED * 3 - 1))
    assert kinds(model.complete([ask("aa")])) == ["unreachable"]
    assert (server.sent, spent(tmp_path).tokens) == (2, RESERVED * 2)


def test_budget_outlives_a_process_and_has_a_name(tmp_path: Path) -> None:
    assert kinds(llm(ScriptedLLM(), tmp_path, Budget(RESERVED)).complete([ask("aa")])) == ["ok"]
    model = llm(ScriptedLLM(), tmp_path, Budget(RESERVED))
    assert kinds(model.complete([ask("bb")])) == ["budget_exhausted"]
    assert model.account.before.tokens == 15
    assert model.account.tokens_left == RESERVED - 15
    again = llm(ScriptedLLM(), tmp_path, Budget(RESERVED, name="second"))
    assert kinds(again.complete([ask("bb")])) == ["ok"]
    more = llm(ScriptedLLM(), tmp_path, Budget(RESERVED + 15))
    assert kinds(more.complete([ask("bb")])) == ["ok"]


def test_what_was_under_way_when_a_process_died_stays_spent(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from tests.dataflow.llm.fakes import ScriptedLLM, ask, echo
from tests.dataflow.llm.test_budget import llm
def script(request):
    if request.messages[0][1] == "cc":
        os.kill(os.getpid(), signal.SIGKILL)
    return echo(request)
llm(ScriptedLLM(script), Path({str(tmp_path)!r})).complete([ask("aa"), ask("bb"), ask("cc")])
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert spent(tmp_path).tokens == 30 + RESERVED


def test_an_abandoned_iteration_reserves_nothing_for_what_was_not_sent(tmp_path: Path) -> None:
    inner = ScriptedLLM()
    model = llm(inner, tmp_path, concurrency=2)
    next(model.as_completed([ask("aa"), ask("bb"), ask("cc"), ask("dd")]))
    assert spent(tmp_path).tokens == 15 * len(inner.asked)


def test_cached_answers_are_free(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with CachedLLM(ScriptedLLM(), path, "m") as cached:
        cached.complete([ask("aa"), ask("bb")])
    budget = llm(ScriptedLLM(), tmp_path, Budget(1))
    with CachedLLM(budget, path, "m", account=budget.account) as cached:
        answers = cached.complete([ask("aa"), ask("bb"), ask("cc")])
    assert kinds(answers) == ["ok", "ok", "budget_exhausted"]
    assert (spent(tmp_path).tokens, budget.account.cached) == (0, 2)


def test_a_fault_of_our_own_is_raised_and_stays_reserved(tmp_path: Path) -> None:
    def wrong(request: Request) -> Answer:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        llm(ScriptedLLM(wrong), tmp_path).complete([ask("aa"), ask("bb")])
    assert spent(tmp_path).tokens == RESERVED


class Slow:
    """A server that is slower for some, and knows how many it was asked at once."""

    def __init__(self, cost: Callable[[Request], Answer]) -> None:
        self.cost, self.asked = cost, list[str]()
        self.at_once = self.most = 0
        self.lock = threading.Lock()

    def answer(self, request: Request, again: Again) -> Answer:
        text = request.messages[0][1]
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            self.asked.append(text)
        time.sleep(0.002 * (len(self.asked) % 3))
        with self.lock:
            self.at_once -= 1
        return self.cost(request)


def test_concurrency_admits_what_one_after_the_other_would(tmp_path: Path) -> None:
    def cost(request: Request) -> Answer:
        return Completion("x", len(request.messages[0][1]) * 7 % 40, request.max_tokens)

    requests = [ask("a" * (i % 9 + 1), max_tokens=i % 5 + 1) for i in range(40)]
    found = []
    for n in (1, 3, 16):
        server = Slow(cost)
        folder = tmp_path / str(n)
        spending = Spending(folder / "s.sqlite", Budget(700), Prices())
        model = BudgetedLLM(server, spending, n, Account(spending.budget))
        found.append(kinds(model.complete(requests)))
        assert spending.spent().tokens <= 700
        assert server.most <= n
    assert found[0] == found[1] == found[2]
    assert 0 < found[0].count("ok") < 40


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 3000),
    st.lists(st.tuples(st.text("ab汉", max_size=40), st.integers(1, 50)), max_size=12),
    st.integers(0, 100),
    st.integers(1, 4),
)
def test_never_overspends(
    tmp_path_factory: pytest.TempPathFactory,
    budget: int,
    asked: list[tuple[str, int]],
    share: int,
    concurrency: int,
) -> None:
    requests = [ask(text, max_tokens=n) for text, n in asked]

    def script(request: Request) -> Answer:
        return Completion(
            "x", prompt_bound(request) * share // 100, request.max_tokens * share // 100
        )

    inner = ScriptedLLM(script)
    folder = tmp_path_factory.mktemp("spending")
    answers = llm(inner, folder, Budget(budget), concurrency=concurrency).complete(requests)
    assert spent(folder).tokens <= budget
    assert len(answers) == len(requests)
    assert len(inner.asked) == kinds(answers).count("ok")


def test_damaged_and_later_files_are_store_errors(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"s\.sqlite"):
        spent(tmp_path)
    path = tmp_path / "later" / "s.sqlite"
    with Spending(path, Budget(), Prices()) as spending:
        spending._db.execute("PRAGMA user_version=9")
    with pytest.raises(StoreError, match="later version"):
        spent(tmp_path / "later")


def test_processes_share_one_budget(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from dataflow.llm.spending import Budget
from tests.dataflow.llm.fakes import ScriptedLLM, ask
from tests.dataflow.llm.test_budget import llm, kinds
model = llm(ScriptedLLM(), Path({str(tmp_path)!r}), Budget(600))
print(kinds(model.complete([ask("aa")] * 60)).count("ok"))
"""
    command = [sys.executable, "-c", script]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0] for process in running]
    answered = [int(text) for text in printed]
    assert spent(tmp_path).tokens == 15 * sum(answered) <= 600
    assert 15 * sum(answered) > 600 - RESERVED - 15


def test_an_estimate_is_a_bound_and_learns(tmp_path: Path) -> None:
    requests = [ask("xx")] * 10
    account = Account(Budget(250), Prices(1.0, 1.0))
    found = estimate(requests, account, Spent())
    assert (found.requests, found.most_tokens, found.measured) == (10, RESERVED * 10, False)
    assert found.typical_tokens == round((RESERVED - 20) * 10 * 0.25) + 50
    assert found.most_money == pytest.approx(RESERVED * 10 / 1e6)
    assert found.affordable == int(10 * 250 / found.typical_tokens)
    assert str(found).endswith(f"the budget allows about {found.affordable} of 10")
    twice = estimate(requests, account, Spent(), calls=(2.0, 2.0))
    assert twice.most_tokens == RESERVED * 20
    known = Spent(200, 0, 20, Tokens(2000, 1000), Tokens(400, 100))
    learnt = estimate(requests, account, known)
    assert learnt.measured
    assert learnt.typical_tokens == round((RESERVED - 20) * 10 * 0.2) + 20
    assert learnt.affordable == int(10 * 50 / learnt.typical_tokens)
    free = estimate(requests, Account(), Spent())
    assert free.affordable is None
    assert str(free).endswith("there is no budget")
