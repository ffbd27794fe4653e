"""Samples from documents alone: both languages, with and without a model, as a run makes them."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.io import tables_in
from dataflow.io.shards import read_all, read_manifest
from dataflow.lineage import lineage
from dataflow.recipe import Recipe, recipe_from
from dataflow.sft.rows import DATA_SETS
from dataflow.standalone.samples import estimate, sft
from dataflow.verify import verify
from schemas.errors import UsageError
from schemas.manifest import Manifest
from tests.dataflow.sft.model_server import FACTS, TEXTS, ModelServer, knowing, serving

SECTIONS: dict[str, dict[str, Any]] = {
    "sft": {"test": 0.4, "model_methods": ["question", "self_instruct"]},
    "self_instruct": {"instructions": 4, "requests": 2, "rounds": 2, "grounded": 0.0,
                      "langs": {"en": 1, "zh": 1}},
}  # fmt: skip


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def jsonl(path: Path) -> Path:
    """TEXTS as JSON lines without any split, in an order of their own."""
    rows = [{"id": name, "source": name, "text": text} for name, text in TEXTS.items()]
    return write(path, reversed(rows))


def recipe(model: ModelServer | None = None, **llm: Any) -> Recipe:
    if model is None:
        return recipe_from({"sft": {"test": 0.4}}, "test")
    return recipe_from(SECTIONS | {"llm": model.recipe(**llm)}, "test")


def rows(out: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: read_all(out, name).to_dicts() for name in DATA_SETS}


def content(manifest: Manifest) -> dict[str, str]:
    return {name: manifest.datasets[name].content_sha256 for name in (*DATA_SETS, "rejects")}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with serving() as model:
        yield model


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Path:
    """A folder with `in.jsonl`, and `rules` and `model`, made of it without and with a model."""
    folder = tmp_path_factory.mktemp("samples")
    path = jsonl(folder / "in.jsonl")
    sft(path, folder / "rules", recipe())
    sft(path, folder / "model", recipe(server))
    return folder


@pytest.mark.parametrize("way", ["rules", "model"])
def test_all_data_sets_in_both_languages(made: Path, way: str) -> None:
    out = made / way
    assert [check for check in verify(out) if not check.ok] == []
    found = {name: read_all(out, name) for name in DATA_SETS}
    ids = [name for frame in found.values() for name in frame["sample_id"]]
    assert len(ids) == len(set(ids))
    for name in ("sft", "preferences", "retrieval"):
        assert set(found[name]["lang"]) == {"en", "zh"}
    assert set(found["evalset"]["split"]) == {"test"}
    assert not found["evalset"].filter(pl.col("answerable")).filter(
        pl.col("ground_truth") == ""
    ).height  # fmt: skip
    splits = pl.concat(frame.select("doc_id", "split") for frame in found.values()).unique()
    with_one = splits.filter(pl.col("doc_id") != "")
    assert with_one["doc_id"].is_unique().all()
    assert set(with_one["split"]) == {"train", "test"}
    for frame in found.values():
        order = frame.select("source", "doc_id").rows()
        assert order == sorted(order)


def test_rules_ask_nobody(made: Path) -> None:
    assert set(read_all(made / "rules", "sft")["backend"]) == {"rules"}
    assert "llm" not in read_manifest(made / "rules").counts
    assert not (made / "rules" / ".work" / "llm").exists()


def test_what_a_model_wrote_says_how(made: Path) -> None:
    samples = read_all(made / "model", "sft").filter(pl.col("backend") == "openai")
    asked = samples.filter(pl.col("method") == "question")
    known = {question: answer for _, question, answer in FACTS}
    assert len(known) >= asked.height >= 2
    assert all(known[q] == a for q, a in asked.select("instruction", "output").iter_rows())
    for calls in asked["calls"]:
        assert all(len(call["template_sha256"]) == len(call["cache_key"]) == 64 for call in calls)
    spent = read_manifest(made / "model").counts["llm"]
    assert spent["requests"] * 15 == spent["prompt_tokens"] + spent["completion_tokens"]
    rejects = read_all(made / "model", "rejects")
    assert "malformed_output" in set(rejects["reason"])


def test_samples_without_a_document_are_kept_first_and_verified(made: Path) -> None:
    samples = read_all(made / "model", "sft")
    free = samples.filter(pl.col("doc_id") == "")
    assert free["method"].unique().to_list() == ["self_instruct"]
    assert set(free["lang"]) == {"en", "zh"}
    assert samples[: free.height].equals(free)
    assert free.select("source", "split").unique().rows() == [("", "train")]
    assert free["evidence"].list.len().sum() == 0
    assert free["calls"].list.len().min() == 3  # listed, sorted, written
    assert free["scores"].struct.field("faithfulness").null_count() == free.height


def test_the_same_again_is_asked_from_the_cache(made: Path, server: ModelServer) -> None:
    before = rows(made / "model")
    n = len(server.asked)
    manifest = sft(made / "in.jsonl", made / "model", recipe(server))
    assert len(server.asked) == n
    assert rows(made / "model") == before
    assert manifest.counts["llm"]["requests"] == 0
    assert manifest.counts["llm"]["cached"] > 8


def test_batches_of_the_input_shape_no_row(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ModelServer
) -> None:
    ordered = write(
        tmp_path / "in.jsonl",
        [{"id": name, "source": name, "text": TEXTS[name]} for name in sorted(TEXTS)],
    )
    monkeypatch.setattr(tables_in, "BATCH_ROWS", 1)
    parts = sft(ordered, tmp_path / "parts", recipe(server))
    assert content(parts) == content(read_manifest(made / "model"))


@pytest.mark.parametrize("held", ["hollin.md", "石桥.md"])
def test_splits_of_the_documents_hold_in_every_batch(
    held: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "in.jsonl", [
        {"id": name, "text": text, "split": "test" if name == held else "train"}
        for name, text in TEXTS.items()
    ])  # fmt: skip
    monkeypatch.setattr(tables_in, "BATCH_ROWS", 1)
    sft(path, tmp_path / "out", recipe())
    found = pl.concat(
        read_all(tmp_path / "out", name).select("doc_id", "split") for name in DATA_SETS
    )
    splits = dict(found.unique().iter_rows())
    assert splits == {name: "test" if name == held else "train" for name in TEXTS}


def test_a_run_and_the_command_alone_make_the_same_rows(done: Path, tmp_path: Path) -> None:
    settings = recipe_from({"sft": {"test": 0.4}}, "test")
    manifest = sft(done / "out", tmp_path / "out", settings)
    alone, run = read_manifest(tmp_path / "out"), read_manifest(done / "out")
    assert manifest.content_hash == alone.content_hash
    for name in DATA_SETS:
        assert run.datasets[name].rows > 0
        assert alone.datasets[name].content_sha256 == run.datasets[name].content_sha256


@pytest.mark.parametrize("into", ["preferences", "evalset", "retrieval"])
def test_a_derived_sample_leads_to_its_document(into: str, done: Path) -> None:
    out = done / "out"
    samples = read_all(out, into).filter(pl.col("evidence").list.len() > 0)
    sample = samples.row(0, named=True)
    way = lineage(out, sample["sample_id"][:12])
    assert (way["found_as"], way["doc_ids"]) == (into, [sample["doc_id"]])
    assert sample["sample_id"] in {
        row["sample_id"] for row in way["samples"] if row["data_set"] == into
    }
    (span, *_) = sample["evidence"]
    assert any(
        element["char_start"] < span["char_end"] and element["char_end"] > span["char_start"]
        for element in way["elements"]
    )


def test_the_cost_is_said_before_and_nothing_is_asked(
    made: Path, server: ModelServer, tmp_path: Path
) -> None:
    n = len(server.asked)
    found = estimate(made / "in.jsonl", tmp_path / "out", recipe(server))
    assert len(server.asked) == n
    assert set(found) == {"question", "self_instruct"}
    one = found["question"]
    assert one.most_tokens > one.typical_tokens > 0
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="no model"):
        estimate(made / "in.jsonl", tmp_path / "out", recipe())


def test_the_cost_of_every_method_is_said(made: Path, server: ModelServer, tmp_path: Path) -> None:
    sections = {
        "llm": server.recipe(), "judge": {"ask": True},
        "sft": {"test": 0.0, "model_methods": ["question", "evalset", "self_instruct"]},
        "self_instruct": {"instructions": 10, "per_request": 4, "rounds": 5, "requests": 3},
    }  # fmt: skip
    n = len(server.asked)
    found = estimate(made / "in.jsonl", tmp_path / "out", recipe_from(sections, "test"))
    assert len(server.asked) == n
    assert set(found) == {"question", "evalset", "self_instruct", "judge"}
    assert found["evalset"].requests == found["evalset"].most_tokens == 0
    assert found["self_instruct"].requests == 3 + 2 * 10
    assert found["self_instruct"].most_tokens > (5 * 3 + 4 * 10) * 1024
    assert found["judge"].requests == found["question"].requests + 10


def test_the_cost_of_rewards_counts_the_samples_of_rules(
    made: Path, server: ModelServer, tmp_path: Path
) -> None:
    rewards = {"reward_url": "http://h/score", "reward_model": "r", "reward_price": 2.0}
    sections = {
        "llm": server.recipe(), "judge": rewards,
        "sft": {"test": 0.0, "model_methods": ["question"], "methods": ["extractive"]},
    }  # fmt: skip
    n = len(server.asked)
    found = estimate(made / "in.jsonl", tmp_path / "out", recipe_from(sections, "test"))
    assert set(found) == {"question", "reward"}
    sections = {"sft": {"test": 0.0, "methods": ["extractive"], "novelty": 1.0}}
    ruled = sft(made / "in.jsonl", tmp_path / "ruled", recipe_from(sections, "test"))
    assert ruled.datasets["sft"].rows > 0
    assert found["reward"].requests >= found["question"].requests + ruled.datasets["sft"].rows
    assert found["reward"].most_money == pytest.approx(found["reward"].most_tokens * 2e-6)
    assert found["question"].most_money == 0
    assert len(server.asked) == n


def test_a_failing_model_leaves_rejects_and_is_asked_again(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl")
    sections = {"sft": {"test": 0.4, "model_methods": ["question"], "per_document": 2}}
    with serving() as model:
        settings = recipe_from(sections | {"llm": model.recipe()}, "test")
        model.script = lambda body: 400 if "42 metres" in str(body) else knowing(body)
        sft(path, tmp_path / "out", settings)
        failed = Counter(read_all(tmp_path / "out", "rejects")["reason"])["llm_failed"]
        asked = len(model.asked)
        assert failed > 0
        model.script = knowing
        sft(path, tmp_path / "out", settings)
        assert 0 < len(model.asked) - asked <= 4 * failed
        assert all("42 metres" in str(body) for body in model.asked[asked:])
        again = rows(tmp_path / "out")
        assert "llm_failed" not in set(read_all(tmp_path / "out", "rejects")["reason"])
        sft(path, tmp_path / "fresh", dataclasses.replace(settings))
        assert rows(tmp_path / "fresh") == again
