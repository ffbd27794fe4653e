from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataflow.judging.stage import JudgeSamples
from dataflow.llm.base import Completion, Failure
from dataflow.llm.options import LlmOptions
from dataflow.sft.opening import Models, open_models
from tests.dataflow.llm.fakes import ask
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


def test_perplexities_and_rewards_need_no_writer(tmp_path: Path, server: ModelServer) -> None:
    judge = JudgeSamples(ifd=True, url=server.url, model="j", reward_url=f"{server.url}/score")
    with open_models(LlmOptions(), judge, tmp_path) as models:
        assert models.model is None
        assert models.judges.scorer is not None
        assert models.judges.rewards is not None
        assert models.judges.asked is None
        assert models.spent == {}
