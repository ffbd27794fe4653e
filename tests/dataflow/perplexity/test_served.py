"""Perplexity by a model behind a server, in a run and by the filter alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_all, read_manifest
from dataflow.perplexity.served import SAMPLE, check_server, score_served
from dataflow.perplexity.stage import ScorePerplexity
from dataflow.pipeline.run import run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import Recipe, recipe_from
from dataflow.standalone.judge import filter_rows, preview_filter
from schemas.errors import BackendError, RecipeError
from tests.dataflow.perplexity.prompt_server import PromptServer, prompt_server
from tests.dataflow.pipeline.conftest import WORDS, paragraph

TEXTS = {
    "short": "one two", "plain": "word " * 30, "long": "wordword " * 30,
    "zh": "水边有一座磨坊。" * 5, "blank": " ",
}  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with prompt_server() as state:
        yield state


def _frame(texts: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": list(texts), "text": list(texts.values())})


def _perplexities(frame: pl.DataFrame) -> list[float | None]:
    found = frame["signals"].struct.field("perplexity").to_list()
    return [None if value is None else round(math.log(value), 6) for value in found]


def test_texts_are_scored_and_asked_once(server: PromptServer, tmp_path: Path) -> None:
    stage = ScorePerplexity(model=server.url, max_chars=110, min_tokens=15)
    frame, failed = score_served(stage, _frame(TEXTS), tmp_path)
    assert _perplexities(frame) == [None, 1.0, None, 0.25, None]
    assert failed == 0
    asked = sorted(server.prompts)
    assert asked == sorted(text[:110] for name, text in TEXTS.items() if name != "blank")
    again, _ = score_served(stage, _frame(TEXTS), tmp_path)
    assert again.equals(frame)
    assert sorted(server.prompts) == asked
    score_served(ScorePerplexity(model=server.url + "2"), _frame({"a": "one two"}), tmp_path)
    assert len(server.prompts) == len(asked) + 1


def test_the_same_model_at_another_address_is_not_asked_again(
    server: PromptServer, tmp_path: Path
) -> None:
    first = ScorePerplexity(model=server.url)
    frame, _ = score_served(first, _frame(TEXTS), tmp_path)
    asked = len(server.prompts)
    moved = ScorePerplexity(model=server.url.replace("127.0.0.1", "localhost"))
    again, failed = score_served(moved, _frame(TEXTS), tmp_path)
    assert (again.equals(frame), failed, len(server.prompts)) == (True, 0, asked)
    assert first.identity == moved.identity
    other = ScorePerplexity(model=server.url + "2")
    assert (other.served, first.served) == ("tiny2", "tiny")
    assert other.identity != first.identity


def test_a_text_without_an_answer_has_none_and_is_asked_again(
    server: PromptServer, tmp_path: Path
) -> None:
    server.bad = "wordword"
    stage = ScorePerplexity(model=server.url)
    frame, failed = score_served(stage, _frame(TEXTS), tmp_path)
    assert (_perplexities(frame), failed) == ([None, 1.0, None, 0.25, None], 1)
    server.bad = "\0"
    frame, failed = score_served(stage, _frame(TEXTS), tmp_path)
    assert (_perplexities(frame), failed) == ([None, 1.0, 2.0, 0.25, None], 0)


def test_a_server_is_checked_before(server: PromptServer) -> None:
    check_server(ScorePerplexity(model=server.url))
    assert server.prompts == [SAMPLE]
    check_server(ScorePerplexity(model="corpus"))
    server.bad = "fox"
    with pytest.raises(BackendError, match=r"no perplexity for model 'tiny'.*HTTP 500"):
        check_server(ScorePerplexity(model=server.url))
    server.bad, server.able = "\0", False
    with pytest.raises(BackendError, match="echo and logprobs"):
        check_server(ScorePerplexity(model=server.url))


def test_no_server_at_all(tmp_path: Path) -> None:
    stage = ScorePerplexity(model="http://127.0.0.1:9/v1#m")
    with pytest.raises(BackendError, match="unreachable"):
        check_server(stage)
    with pytest.raises(BackendError, match="does not answer"):
        score_served(stage, _frame({"a": "one two"}), tmp_path)


@pytest.mark.parametrize(
    "model",
    ["http://host:1/v1", "http://#name", "https://user:pw@host/v1#m", "http://host/v1?key=1#m",
     "http://[::1#m"],
)  # fmt: skip
def test_addresses_that_are_none(model: str) -> None:
    with pytest.raises(RecipeError, match=r"perplexity\.model"):
        ScorePerplexity(model=model)


@pytest.mark.parametrize("option", [{"low_percentile": 1.0}, {"high_percentile": 99.0}])
def test_percentiles_need_a_model(option: dict[str, float]) -> None:
    with pytest.raises(RecipeError, match=r"need perplexity\.model"):
        ScorePerplexity(**option)  # type: ignore[arg-type]


def _recipe(server: PromptServer) -> Recipe:
    options = {"model": server.url, "high_percentile": 95.0}
    rules = {"off": ["too_short", "few_stop_words"]}
    dedup = {"threshold": 0.99}
    return recipe_from({"perplexity": options, "filter": rules, "dedup": dedup}, "test")


def _documents() -> list[dict[str, str]]:
    """A dozen texts of their own words."""
    return [{"id": f"{topic}", "text": paragraph(topic)} for topic in WORDS[20:32]]


def test_a_run_asks_once_and_counts_what_failed(server: PromptServer, tmp_path: Path) -> None:
    rows = _documents()
    (tmp_path / "in").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "in" / "a.jsonl").write_text(lines)
    server.bad = rows[3]["text"][:60]
    job = Job((tmp_path / "in",), tmp_path / "out", _recipe(server))
    run(Session(job, LocalEngine(1)))
    documents = read_all(tmp_path / "out", "documents")
    scored = [row for row in _perplexities(documents) if row is not None]
    assert len(scored) == documents.height - 1
    session = Session(job, LocalEngine(1))
    key = read_manifest(tmp_path / "out").counts["keys"]["perplexity"]
    assert session.store.require("step-perplexity", key).record["extra"] == {"unscored": 1}
    asked = len(server.prompts)
    assert asked == len(rows) + 1
    run(session)
    assert len(server.prompts) == asked
    server.url = server.url.replace("127.0.0.1", "localhost")
    run(Session(Job(job.inputs, job.out, _recipe(server)), LocalEngine(1)))
    assert len(server.prompts) == asked
    assert read_manifest(tmp_path / "out").counts["keys"]["perplexity"] == key


def test_the_filter_alone(server: PromptServer, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in _documents()))
    found = preview_filter(tmp_path / "a.jsonl", _recipe(server))
    (rule,) = [rule for rule in found.rules if rule.rule.signal == "perplexity"]
    assert (rule.rows, rule.dropped) == (12, 1)
    filter_rows(tmp_path / "a.jsonl", tmp_path / "out", _recipe(server))
    rejects = read_all(tmp_path / "out", "rejects")
    assert rejects["reason"].to_list().count("perplexity_high") == 1
