from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataflow.judging.stage import JudgeSamples
from dataflow.llm.base import Completion, Failure
from dataflow.llm.options import LlmOptions
from dataflow.llm.spending import Prices
from dataflow.sft.opening import Models, judging_options, open_models, reward_limits
from schemas.errors import BackendError, RecipeError
from tests.dataflow.llm.fakes import ask
from tests.dataflow.sft.judge_server import JudgeServer, judging
from tests.dataflow.sft.model_server import ModelServer, serving


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with serving() as model:
        model.script = lambda body: body["model"]
        yield model


def options(server: ModelServer, **more: Any) -> LlmOptions:
    return LlmOptions(**server.recipe(**more))


def test_rules_alone_open_nothing(tmp_path: Path) -> None:
    with open_models(LlmOptions(), JudgeSamples(), tmp_path / "llm") as models:
        assert models == Models(None, models.judges)
        assert not models.judges.any
        assert models.spent == {}
    assert not (tmp_path / "llm").exists()


def test_the_writer_judges_when_no_other_model_is_named(
    tmp_path: Path, server: ModelServer
) -> None:
    with open_models(options(server), JudgeSamples(ask=True), tmp_path) as models:
        assert models.model is not None
        assert models.judges.asked is models.model
        assert (models.model.name, models.model.backend) == ("m", "openai")
        (answer,) = models.model.llm.complete([ask("who?")])
        assert isinstance(answer, Completion)
        assert answer.text == "m"
        assert models.spent["requests"] == 1
    with open_models(options(server), JudgeSamples(), tmp_path) as models:
        assert models.judges.asked is None


def test_another_judge_spends_the_same_budget(tmp_path: Path, server: ModelServer) -> None:
    judge = JudgeSamples(ask=True, url=server.url, model="judge")
    # each request may cost 180 tokens or so, and costs 15
    with open_models(options(server, token_budget=200), judge, tmp_path) as models:
        assert models.model is not None
        assert models.judges.asked is not None
        said = [
            llm.complete([ask(f"{n}", max_tokens=100)])[0]
            for n, llm in enumerate((models.model.llm, models.judges.asked.llm) * 4)
        ]
        texts = [one.text for one in said if isinstance(one, Completion)]
        assert texts == ["m", "judge"]
        assert {one.kind for one in said if isinstance(one, Failure)} == {"budget_exhausted"}
        spent = models.spent
        assert (spent["requests"], spent["prompt_tokens"], spent["completion_tokens"]) == (
            2,
            20,
            10,
        )
        assert spent["tokens_left"] == 170
    assert [account.as_dict()["requests"] for account in models.accounts] == [1, 1]


@pytest.fixture
def judge() -> Iterator[JudgeServer]:
    with judging() as found:
        yield found


def asked_of(judge: JudgeServer, **more: Any) -> JudgeSamples:
    named = {"url": judge.url, "model": "j", "reward_url": f"{judge.url}/score",
             "reward_model": "r"}  # fmt: skip
    return JudgeSamples(ask=True, ifd=True, **{**named, **more})


def ask_all(models: Models) -> None:
    """One question to every model that there is."""
    judges = models.judges
    for one in (models.model, judges.asked):
        if one is not None:
            one.llm.complete([ask("who?")])
    if judges.scorer is not None:
        judges.scorer.score(["one two three"])
    if judges.rewards is not None:
        assert judges.rewards.score([("who?", "he")]) == [0.5]


def test_each_server_sees_its_own_key_alone(
    tmp_path: Path, server: ModelServer, judge: JudgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WRITER", "JUDGE", "REWARD", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, f"key of {name}")
    writer = options(server, api_key_env="WRITER")
    with open_models(writer, asked_of(judge), tmp_path / "none") as models:
        server.keys.clear()
        ask_all(models)
    assert server.keys == ["Bearer key of WRITER"]
    assert (judge.paths, judge.keys) == (["/chat/completions", "/completions", "/score"], [""] * 3)
    own = asked_of(judge, api_key_env="JUDGE", reward_api_key_env="REWARD")
    with open_models(writer, own, tmp_path / "own") as models:
        ask_all(models)
    assert judge.keys[3:] == ["Bearer key of JUDGE"] * 2 + ["Bearer key of REWARD"]


def test_what_judges_said_is_paid_once_and_counted(
    tmp_path: Path, server: ModelServer, judge: JudgeServer
) -> None:
    judge.counted = 20
    with open_models(options(server), asked_of(judge), tmp_path) as models:
        ask_all(models)
        spent = models.spent
    assert (spent["requests"], spent["cached"]) == (4, 0)
    assert (spent["prompt_tokens"], spent["completion_tokens"]) == (
        10 + 30 + 30 + 20, 5 + 1 + 1,
    )  # fmt: skip
    with judging() as other, open_models(options(server), asked_of(other), tmp_path) as models:
        ask_all(models)
        again = models.spent
        assert other.paths == []
    assert (again["requests"], again["cached"], again["tokens_before"]) == (0, 4, 97)
    named = options(server, cache_name="retrained")
    with open_models(named, asked_of(judge), tmp_path) as models:
        ask_all(models)
        assert models.spent["requests"] == 3  # rewards are kept by their own model's name
        assert models.spent["cached"] == 1


def test_perplexities_stay_in_the_budget(
    tmp_path: Path, server: ModelServer, judge: JudgeServer
) -> None:
    texts = [f"number {n} of them" for n in range(9)]
    with open_models(options(server, token_budget=200), asked_of(judge), tmp_path) as models:
        assert models.judges.scorer is not None
        found = models.judges.scorer.score(texts)
        spent = models.spent
    # a request may cost 91 tokens and costs 31: with 4 of them paid 76 are left
    assert [one.kind for one in found if isinstance(one, Failure)] == ["budget_exhausted"] * 5
    assert judge.paths == ["/completions"] * 4
    assert (spent["tokens_left"], spent["failures"]) == (200 - 4 * 31, {"budget_exhausted": 5})


def test_failures_of_all_judges_are_counted(
    tmp_path: Path, server: ModelServer, judge: JudgeServer
) -> None:
    judge.refuses = {"/chat/completions", "/completions", "/score"}
    with open_models(options(server), asked_of(judge), tmp_path) as models:
        assert models.judges.asked is not None
        assert models.judges.scorer is not None
        assert models.judges.rewards is not None
        models.judges.asked.llm.complete([ask("who?")])
        models.judges.scorer.score(["one two three"])
        models.judges.rewards.score([("who?", "he")])
        assert models.spent["failures"] == {"refused": 3}


def test_a_server_without_log_probabilities_is_told_of(
    tmp_path: Path, server: ModelServer, judge: JudgeServer
) -> None:
    judge.able = False
    budget = options(server, token_budget=1000)
    with open_models(budget, asked_of(judge), tmp_path) as models:
        assert models.judges.scorer is not None
        with pytest.raises(BackendError, match="log-probabilities of a prompt"):
            models.judges.scorer.score(["one two three"])
    assert judge.paths == ["/completions"] * 2


def test_a_budget_of_money_needs_the_prices_of_the_judge(judge: JudgeServer) -> None:
    writer = LlmOptions("openai", "http://h", "m", money_budget=1.0, price_input=5.0)

    def options_of(**more: Any) -> LlmOptions:
        return judging_options(writer, asked_of(judge, reward_price=0.0, **more))

    with pytest.raises(RecipeError, match=r"judge\.price_input"):
        options_of()
    with pytest.raises(RecipeError, match=r"judge\.price_output"):
        options_of(price_input=1.0)
    assert options_of(price_input=0.0, price_output=0.0).prices == Prices(0.0, 0.0)
    dear = options_of(price_input=2.0, price_output=4.0)
    assert (dear.prices, dear.budget) == (Prices(2.0, 4.0), writer.budget)
    assert judging_options(writer, JudgeSamples(ask=True)) is writer


def test_a_budget_of_money_needs_the_price_of_the_reward_model(judge: JudgeServer) -> None:
    own = {"price_input": 1.0, "price_output": 1.0}
    writer = LlmOptions("openai", "http://h", "m", money_budget=1.0, price_input=5.0)
    for asked in (judging_options, reward_limits):
        with pytest.raises(RecipeError, match=r"judge\.reward_price"):
            asked(writer, asked_of(judge, **own))
    limits = reward_limits(writer, asked_of(judge, reward_price=2.0))
    assert (limits.prices, limits.budget) == (Prices(2.0), writer.budget)
    assert reward_limits(writer, asked_of(judge, reward_price=0.0)).prices == Prices()
    assert reward_limits(LlmOptions(), asked_of(judge)).prices == Prices()
    ruled = LlmOptions(money_budget=1.0)
    assert reward_limits(ruled, asked_of(judge, reward_price=2.0)).money_budget == 1.0


def test_rewards_stay_in_the_budget_of_all(
    tmp_path: Path, server: ModelServer, judge: JudgeServer
) -> None:
    pairs = [(f"number {n}", "one of them") for n in range(9)]  # each may cost 99 tokens
    with open_models(options(server, token_budget=500), asked_of(judge), tmp_path) as models:
        assert models.judges.scorer is not None
        assert models.judges.rewards is not None
        models.judges.scorer.score(["one two three"])  # 31 tokens
        found = models.judges.rewards.score(pairs)
        spent = models.spent
    assert [one.kind for one in found if isinstance(one, Failure)] == ["budget_exhausted"] * 5
    assert judge.paths == ["/completions"] + ["/score"] * 4
    assert spent["tokens_left"] == 500 - 31 - 4 * 99


def test_perplexities_and_rewards_need_no_writer(tmp_path: Path, server: ModelServer) -> None:
    judge = JudgeSamples(ifd=True, url=server.url, model="j", reward_url=f"{server.url}/score",
                         reward_model="r")  # fmt: skip
    with open_models(LlmOptions(), judge, tmp_path) as models:
        assert models.model is None
        assert models.judges.scorer is not None
        assert models.judges.rewards is not None
        assert models.judges.asked is None
        assert models.spent["requests"] == 0
