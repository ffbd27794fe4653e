"""The recipe's section `[llm]`: what it refuses, and what of it shapes rows."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from dataflow.llm.options import LlmOptions
from dataflow.llm.spending import Budget, Prices
from schemas.errors import RecipeError

SERVER = LlmOptions("openai", "http://host:1", "m")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"backend": "rules"}, "llm.backend"),
        ({"backend": "openai", "url": "http://h"}, "llm.model"),
        ({"backend": "openai", "model": "m"}, "llm.url"),
        ({"backend": "openai", "model": "m", "url": "ftp://h"}, "llm.url"),
        ({"backend": "openai", "model": "m", "url": "http://u:p@h"}, "llm.url"),
        ({"backend": "embedded"}, "llm.gguf"),
        ({"backend": "embedded", "gguf": "a", "context": 100}, "llm.context"),
        ({"concurrency": 0}, "llm.concurrency"),
        ({"concurrency": 5000}, "llm.concurrency"),
        ({"timeout_s": 0.0}, "llm.timeout_s"),
        ({"timeout_s": float("nan")}, "llm.timeout_s"),
        ({"token_budget": -1}, "llm.token_budget"),
        ({"requests_per_minute": -1}, "llm.requests_per_minute"),
        ({"price_input": -0.5}, "llm.price_input"),
        ({"money_budget": float("inf"), "price_input": 1.0}, "llm.money_budget"),
        ({"backend": "embedded", "gguf": "a", "money_budget": 1.0}, "llm.money_budget"),
    ],
)
def test_what_cannot_be_carried_out_is_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises(RecipeError, match=named.replace(".", r"\.")):
        LlmOptions(**options)


def test_what_shapes_no_row_is_no_part_of_the_identity() -> None:
    patient = dataclasses.replace(
        SERVER, url="http://other", timeout_s=1.0, concurrency=9, token_budget=5, money_budget=1.0,
        price_input=1.0, price_output=2.0, budget_name="b", api_key_env="K", requests_per_minute=1,
        tokens_per_minute=2, gguf="unused",
    )  # fmt: skip
    assert patient.identity == SERVER.identity
    assert dataclasses.replace(SERVER, model="n").identity != SERVER.identity
    assert dataclasses.replace(SERVER, structured=False).identity != SERVER.identity
    assert dataclasses.replace(SERVER, cache_name="x").identity != SERVER.identity
    assert LlmOptions().identity == "none"
    assert patient.budget == Budget(5, 1.0, "b")
    assert patient.prices == Prices(1.0, 2.0)


def test_a_model_file_is_known_by_its_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.gguf", tmp_path / "two.gguf"
    one.write_bytes(b"model")
    two.write_bytes(b"model")
    first = LlmOptions("embedded", gguf=str(one))
    assert first.identity == LlmOptions("embedded", gguf=str(two), threads=3).identity
    assert first.identity != LlmOptions("embedded", gguf=str(one), context=512).identity
    assert (first.model_name, SERVER.model_name, LlmOptions().model_name) == ("one.gguf", "m", "")
    before = first.identity
    one.write_bytes(b"another model")
    assert first.identity != before
    assert LlmOptions("embedded", gguf=str(tmp_path / "absent")).content == ""


def test_threads_leave_a_core_to_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataflow.llm.options._cores", lambda: 8)
    assert LlmOptions("embedded", gguf="a").embedded().threads == 7
    assert LlmOptions("embedded", gguf="a", threads=2).embedded().threads == 2
    monkeypatch.setattr("dataflow.llm.options._cores", lambda: 1)
    assert LlmOptions("embedded", gguf="a").embedded().threads == 1


def test_how_a_server_is_asked() -> None:
    own = LlmOptions("embedded", gguf="/a/b.gguf", requests_per_minute=3).server("http://h:1/v1")
    assert (own.api_key_env, own.use_proxies, own.model) == ("", False, "b.gguf")
    assert own.requests_per_minute == 3
    assert SERVER.server("http://h").api_key_env == "OPENAI_API_KEY"
