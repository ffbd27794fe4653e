"""Rewards behind a budget and a cache: what is paid, reserved, left out and never paid again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from dataflow.judging.reward import RewardModel, RewardOptions, open_rewards, reward_request
from dataflow.llm.account import Account
from dataflow.llm.base import Completion, Failure, Request, prompt_bound
from dataflow.llm.budget import BudgetedLLM
from dataflow.llm.cache import CachedLLM
from dataflow.llm.opened import CACHE_NAME, open_llm
from dataflow.llm.options import LlmOptions
from dataflow.llm.spending import Budget, Prices, Spending
from tests.dataflow.llm.fakes import ScriptedLLM, ask, fake_timer
from tests.dataflow.sft.judge_server import JudgeServer, judging
from tests.dataflow.sft.model_server import serving

PAIRS = [(f"q{n}", f"答{n}") for n in range(5)]
BOUND = 2 + 4 + 2 * 8 + 64
"""Tokens reserved for each of them: bytes of the texts, and room for a template."""


@pytest.fixture
def judge() -> Iterator[JudgeServer]:
    with judging() as found:
        yield found


def scored(
    judge: JudgeServer,
    folder: Path,
    limits: LlmOptions,
    pairs: Sequence[tuple[str, str]] = PAIRS,
) -> tuple[list[float | str], dict[str, Any]]:
    """Scores, or kinds of failures, and the account of one opening."""
    options = RewardOptions(f"{judge.url}/score", "r")
    with open_rewards(options, limits, folder) as (rewards, account):
        found = rewards.score(pairs)
        return [one.kind if isinstance(one, Failure) else one for one in found], account.as_dict()


def test_a_budget_is_exactly_reached_and_holds_over_runs(
    judge: JudgeServer, tmp_path: Path
) -> None:
    assert [prompt_bound(reward_request(*pair)) for pair in PAIRS] == [BOUND] * 5
    limits = LlmOptions(token_budget=3 * BOUND)
    short = [0.5] * 3 + ["budget_exhausted"] * 2
    found, account = scored(judge, tmp_path, limits)
    assert (found, account["tokens_left"], account["cached"]) == (short, 0, 0)
    assert account["failures"] == {"budget_exhausted": 2}
    found, account = scored(judge, tmp_path, limits)
    assert (found, account["requests"], account["cached"]) == (short, 0, 3)
    assert len(judge.paths) == 3
    less = replace(limits, token_budget=4 * BOUND - 1)
    assert scored(judge, tmp_path, less)[0] == short
    found, account = scored(judge, tmp_path, replace(limits, token_budget=5 * BOUND))
    assert (found, account["tokens_left"]) == ([0.5] * 5, 0)
    assert len(judge.paths) == 5


@pytest.mark.parametrize("counted", [1, 30, BOUND])
@pytest.mark.parametrize("budget", [1, BOUND - 1, BOUND, 2 * BOUND, 3 * BOUND + 1])
def test_a_budget_is_never_exceeded_and_used(
    counted: int, budget: int, judge: JudgeServer, tmp_path: Path
) -> None:
    judge.counted = counted
    limits = LlmOptions(token_budget=budget)
    for n in (1, 2):
        pairs = [(f"q{number}", f"答{number}") for number in range(4 * n)]
        found, account = scored(judge, tmp_path, limits, pairs)
        spent = counted * len(judge.paths)
        assert spent <= budget
        assert account["tokens_left"] == budget - spent
        assert found.count(0.5) == len(judge.paths)
        assert found.count(0.5) == len(pairs) or budget - spent < BOUND


def test_a_budget_of_money_has_the_price_of_rewards(judge: JudgeServer, tmp_path: Path) -> None:
    judge.counted = 40
    # each may cost .086 and costs .04: with two of them paid .08 are left
    limits = LlmOptions(money_budget=0.16, price_input=1000.0)
    found, account = scored(judge, tmp_path, limits)
    assert found == [0.5] * 2 + ["budget_exhausted"] * 3
    assert (account["money"], account["money_left"]) == (0.08, 0.08)
    found, account = scored(judge, tmp_path, replace(limits, money_budget=0.166))
    assert found == [0.5] * 3 + ["budget_exhausted"] * 2
    assert account["money_before"] == 0.08


def test_rewards_and_the_writer_spend_one_budget(judge: JudgeServer, tmp_path: Path) -> None:
    with serving() as writer:
        limits = LlmOptions(**writer.recipe(token_budget=15 + 2 * BOUND))
        with open_llm(limits, tmp_path) as opened:
            opened.llm.complete([ask("who?")])
        found, account = scored(judge, tmp_path, limits)
        assert found == [0.5] * 2 + ["budget_exhausted"] * 3
        assert (account["tokens_before"], account["tokens_left"]) == (15, 0)
        with open_llm(limits, tmp_path) as opened:
            (late,) = opened.llm.complete([ask("and then?")])
        assert isinstance(late, Failure)
        assert late.kind == "budget_exhausted"
        assert len(writer.asked) == 1


def test_what_a_server_counts_above_the_bound_is_paid_too(
    judge: JudgeServer, tmp_path: Path
) -> None:
    judge.counted = 2 * BOUND
    found, account = scored(judge, tmp_path, LlmOptions(token_budget=4 * BOUND), PAIRS[:1])
    assert (found, account["tokens_left"]) == ([0.5], 2 * BOUND)


def test_scores_that_were_kept_before_there_was_a_budget_are_not_asked_again(
    judge: JudgeServer, tmp_path: Path
) -> None:
    old = Request("reward/1", (("user", "q0"), ("assistant", "答0")), 0)
    with CachedLLM(
        ScriptedLLM(lambda _: Completion("0.25", 0, 0)), tmp_path / CACHE_NAME, "reward score r"
    ) as kept:
        kept.complete([old])
    found, account = scored(judge, tmp_path, LlmOptions(token_budget=1), PAIRS[:1])
    assert (found, account["cached"], judge.paths) == ([0.25], 1, [])


def test_no_more_of_a_text_is_sent_than_is_paid_for() -> None:
    sent: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={"data": [{"score": 1}]})

    request = reward_request("字" * 50_000, "\U0001f600" * 50_000)
    assert prompt_bound(request) == 40_000 * (3 + 4) + 2 * 8 + 64
    options = RewardOptions("http://127.0.0.1:1/score")
    with RewardModel(options, transport=httpx.MockTransport(handle)) as model:
        model.answer(request)
    assert prompt_bound(request) > len(sent[0]) > 40_000 * 7
    assert len(sent[0].decode()) == 80_000 + len('{"text_1":"","text_2":""}')


@pytest.mark.parametrize(("budget", "kind", "spent"), [(1, "server_error", 1), (2, "1.0", 2)])
def test_what_may_have_cost_something_is_repeated_within_the_budget(
    budget: int, kind: str, spent: int, tmp_path: Path
) -> None:
    statuses = [500, 200, 200]

    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(statuses.pop(0), json={"data": [{"score": 1}]})

    model = RewardModel(
        RewardOptions("http://127.0.0.1:1/score"), transport=httpx.MockTransport(handle),
        timer=fake_timer([]),
    )  # fmt: skip
    limit = Budget(budget * BOUND)
    with model, Spending(tmp_path / "spending.sqlite", limit, Prices()) as spending:
        llm = BudgetedLLM(model, spending, 1, Account(limit))
        (found,) = llm.complete([reward_request(*PAIRS[0])])
        assert (found.kind if isinstance(found, Failure) else found.text) == kind
        assert spending.spent().tokens == spent * BOUND
    assert len(statuses) == 3 - spent
