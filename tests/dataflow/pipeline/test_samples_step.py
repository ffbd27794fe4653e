"""The step that makes samples: the same rows however a run is cut up, failed or afford."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_all
from dataflow.pipeline.run import run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import recipe_from
from dataflow.sft.rows import DATA_SETS
from dataflow.verify import verify
from schemas.manifest import Manifest
from tests.dataflow.pipeline.conftest import step
from tests.dataflow.sft.judge_server import JudgeServer, judging
from tests.dataflow.sft.model_server import TEXTS, ModelServer, knowing, serving

ROOT = Path(__file__).parents[3]
SECTIONS: dict[str, dict[str, Any]] = {
    "parse": {"ocr": "never"},
    "filter": {"off": ["too_short", "few_stop_words"]},
    "run": {"skip": ["embed"], "pack_files": 1},
    "sft": {"test": 0.4},
}
MODEL: dict[str, dict[str, Any]] = {
    "sft": {"test": 0.4, "model_methods": ["question", "self_instruct"], "per_document": 4},
    "self_instruct": {"instructions": 4, "requests": 2, "rounds": 2, "grounded": 0.0,
                      "langs": {"en": 1, "zh": 1}},
}  # fmt: skip

Make = Callable[..., Manifest]


@pytest.fixture
def make(tmp_path: Path, engine: LocalEngine) -> Make:
    """Runs over TEXTS into a folder, with some sections of the recipe changed."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")

    def go(out: str = "out", *, on: LocalEngine = engine, **sections: dict[str, Any]) -> Manifest:
        names = {*SECTIONS, *sections}
        merged = {name: SECTIONS.get(name, {}) | sections.get(name, {}) for name in names}
        return run(Session(Job((folder,), tmp_path / out, recipe_from(merged, "test")), on))

    return go


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as model:
        yield model


def content(manifest: Manifest) -> dict[str, str]:
    return {name: manifest.datasets[name].content_sha256 for name in (*DATA_SETS, "rejects")}


def reasons(out: Path) -> list[str]:
    rejects = read_all(out, "rejects").filter(pl.col("stage") == "sft")
    found: list[str] = rejects["reason"].to_list()
    return found


def test_packs_and_workers_shape_no_row(make: Make, server: ModelServer) -> None:
    model = MODEL | {"llm": server.recipe()}
    one = make("one", **model)
    asked = len(server.asked)
    assert all(one.datasets[name].rows for name in DATA_SETS)
    with LocalEngine(1) as alone:
        whole = make("whole", on=alone, **model, run={"pack_files": 99, "rows_per_shard": 3})
    assert content(whole) == content(one)
    assert len(server.asked) == 2 * asked


def test_samples_of_self_instruct_stand_in_their_documents(
    make: Make, server: ModelServer, tmp_path: Path
) -> None:
    make(**MODEL, llm=server.recipe())
    samples = read_all(tmp_path / "out", "sft")
    free = samples.filter(pl.col("doc_id") == "")
    assert set(free["method"]) == {"self_instruct"}
    assert set(free["lang"]) == {"en", "zh"}
    assert samples[: free.height].equals(free)
    order = samples.select("source", "doc_id").rows()
    assert order == sorted(order)
    assert [check for check in verify(tmp_path / "out") if not check.ok] == []


def test_only_what_failed_is_asked_again(make: Make, server: ModelServer, tmp_path: Path) -> None:
    def half(body: dict[str, Any]) -> str | int:
        return 400 if "凯里灯塔" in str(body) else knowing(body)

    server.script = half
    sections = MODEL | {"llm": server.recipe()}
    first = make(**sections)
    asked = len(server.asked)
    assert "llm_failed" in reasons(tmp_path / "out")
    again = make(**sections)
    assert all("凯里灯塔" in str(body) for body in server.asked[asked:])
    assert step(again, "sft")["cached_parts"] == 3
    assert content(again) == content(first)
    server.script = knowing
    mended = make(**sections)
    assert "llm_failed" not in reasons(tmp_path / "out")
    assert read_all(tmp_path / "out", "sft").filter(
        pl.col("calls").list.len() > 0, pl.col("source") == "凯里.md"
    ).height  # fmt: skip
    asked = len(server.asked)
    assert content(make(**sections)) == content(mended)
    assert len(server.asked) == asked
    assert content(make("fresh", **sections)) == content(mended)


def test_what_the_budget_left_out_is_made_with_a_higher_one(
    make: Make, server: ModelServer, tmp_path: Path
) -> None:
    sections = {"sft": {"test": 0.4, "model_methods": ["question"], "per_document": 2}}
    server.usage = 1000, 200
    few = make(**sections, llm=server.recipe(token_budget=9000, concurrency=1))
    assert 0 < 1200 * len(server.asked) <= 9000
    assert "budget_exhausted" in reasons(tmp_path / "out")
    more = make(**sections, llm=server.recipe(token_budget=60_000, concurrency=1))
    assert "budget_exhausted" not in reasons(tmp_path / "out")
    assert step(more, "sft")["kept"] >= step(few, "sft")["kept"]  # type: ignore[operator]  # ints
    asked = len(server.asked)
    unbounded = make(**sections, llm=server.recipe())
    assert len(server.asked) == asked
    assert content(unbounded) == content(more)


JUDGED = {"sft": {"test": 0.4, "model_methods": ["question"], "methods": [], "per_document": 2}}
NEED: dict[str, dict[str, Any]] = {
    "/chat/completions": {"ask": True, "min_judge": 0.5},
    "/completions": {"ifd": True, "max_ifd": 1.5},
    "/score": {"min_reward": 0.25},
}
"""What a judge is asked, and the threshold that needs its answer."""


def judge_of(judge: JudgeServer, path: str, **more: Any) -> dict[str, Any]:
    where = {"url": judge.url, "model": "j"}
    if path == "/score":
        where = {"reward_url": f"{judge.url}/score", "reward_model": "r"}
    return where | NEED[path] | more


@pytest.mark.parametrize("path", list(NEED))
def test_a_sample_waits_for_the_judge_that_a_threshold_needs(
    path: str, make: Make, server: ModelServer, tmp_path: Path
) -> None:
    with judging() as judge:
        sections = JUDGED | {"llm": server.recipe(), "judge": judge_of(judge, path)}
        judge.refuses = {path}
        first = make(**sections)
        assert first.datasets["sft"].rows == 0
        assert "llm_failed" in reasons(tmp_path / "out")
        spent = first.counts["llm"]
        assert spent["failures"]["refused"] == len(judge.paths) > 0
        asked = len(server.asked)
        judge.refuses = set()
        mended = make(**sections)
        assert len(server.asked) == asked
        assert mended.datasets["sft"].rows > 0
        assert "llm_failed" not in reasons(tmp_path / "out")
        judged = len(judge.paths)
        assert content(make(**sections)) == content(mended)
        assert len(judge.paths) == judged
        assert content(make("fresh", **sections)) == content(mended)


def test_rewards_that_the_budget_left_out_are_given_with_a_higher_one(
    make: Make, server: ModelServer, tmp_path: Path
) -> None:
    with judging() as judge:
        sections = JUDGED | {"judge": judge_of(judge, "/score")}
        writing = make(**JUDGED, llm=server.recipe()).counts["llm"]
        spent = writing["prompt_tokens"] + writing["completion_tokens"]
        few = make(**sections, llm=server.recipe(token_budget=spent + 200))
        scored = len(judge.paths)
        assert 0 < few.datasets["sft"].rows <= scored
        assert "budget_exhausted" in reasons(tmp_path / "out")
        assert 0 <= few.counts["llm"]["tokens_left"] < 200 - 80 * scored
        asked = len(server.asked)
        more = make(**sections, llm=server.recipe(token_budget=spent + 60_000))
        assert "budget_exhausted" not in reasons(tmp_path / "out")
        assert more.datasets["sft"].rows > few.datasets["sft"].rows
        assert len(server.asked) == asked
        assert content(make("fresh", **sections, llm=server.recipe())) == content(more)


def test_without_a_threshold_a_sample_is_kept_and_judged_later(
    make: Make, server: ModelServer, tmp_path: Path
) -> None:
    with judging() as judge:
        options = judge_of(judge, "/chat/completions", min_judge=0.0)
        sections = JUDGED | {"llm": server.recipe(), "judge": options}
        judge.refuses = {"/chat/completions"}
        unjudged = make(**sections)
        scores = read_all(tmp_path / "out", "sft")["scores"].struct.field("judge")
        assert scores.len() == scores.null_count() > 0
        judge.refuses = set()
        assert make(**sections).datasets["sft"].rows == unjudged.datasets["sft"].rows
        scores = read_all(tmp_path / "out", "sft")["scores"].struct.field("judge")
        assert set(scores) == {1.0}


def test_answers_that_are_cut_are_not_asked_for_again(
    make: Make, server: ModelServer, tmp_path: Path
) -> None:
    server.finish = "length"
    sections = MODEL | {"llm": server.recipe()}
    first = make(**sections)
    found = reasons(tmp_path / "out")
    assert "answer_cut" in found
    assert not {"llm_failed", "budget_exhausted"} & set(found)
    asked = len(server.asked)
    again = make(**sections)
    assert len(server.asked) == asked
    assert step(again, "sft")["cached_parts"] == step(again, "sft")["parts"]
    assert content(again) == content(first)


def test_the_same_model_at_another_address_is_not_paid_again(
    make: Make, server: ModelServer
) -> None:
    first = make(**JUDGED, llm=server.recipe())
    with serving() as other:
        assert content(make(**JUDGED, llm=other.recipe())) == content(first)
        more = {"sft": JUDGED["sft"] | {"support": 0.9}}  # every pack is made anew
        make(**more, llm=other.recipe())
        assert other.asked == []
        make(**JUDGED, llm=other.recipe(cache_name="another"))
        assert len(other.asked) == len(server.asked)


@pytest.mark.parametrize("grounded", [0.0, 0.5])
def test_a_corpus_without_a_document_leaves_tasks_that_need_none(
    grounded: float, make: Make, server: ModelServer, tmp_path: Path
) -> None:
    free = MODEL["self_instruct"] | {"grounded": grounded}
    nothing = {"off": [], "thresholds": {"too_short": 100_000}}
    make(**MODEL | {"self_instruct": free, "filter": nothing}, llm=server.recipe())
    assert read_all(tmp_path / "out", "documents").height == 0
    assert set(read_all(tmp_path / "out", "sft")["lang"]) == {"en", "zh"}


def test_packs_shape_no_task_of_a_passage(make: Make, server: ModelServer) -> None:
    shown = MODEL["self_instruct"] | {"grounded": 1.0, "requests": 1, "rounds": 2}
    whole = MODEL | {"self_instruct": shown, "llm": server.recipe()}
    one = make("one", **whole)
    assert content(make("whole", **whole, run={"pack_files": 99})) == content(one)


def test_other_thresholds_make_no_draft_anew(make: Make) -> None:
    first = make()
    second = make(judge={"min_faithfulness": 0.9}, select={"keep": 5})
    assert second.datasets["sft"].rows == 5 < first.datasets["sft"].rows
    assert second.datasets["preferences"].rows == first.datasets["preferences"].rows
    assert step(second, "sft")["cached_parts"] == step(second, "sft")["parts"] == 4


def test_documents_that_balance_holds_out_are_the_test_set(make: Make, tmp_path: Path) -> None:
    make(balance={"test": 0.7}, sft={"test": 0.0})
    splits = dict(read_all(tmp_path / "out", "documents").select("doc_id", "split").iter_rows())
    assert set(splits.values()) == {"train", "test"}
    for name in DATA_SETS:
        for doc_id, split in read_all(tmp_path / "out", name).select("doc_id", "split").iter_rows():
            assert splits[doc_id] == split
    assert read_all(tmp_path / "out", "evalset").height


def test_without_samples_there_are_no_data_sets_of_them(make: Make) -> None:
    manifest = make(run={"skip": ["sft", "embed"]})
    assert not set(DATA_SETS) & set(manifest.datasets)


def test_the_hash_seed_shapes_no_row(tmp_path: Path) -> None:
    lines = [json.dumps({"id": name, "source": name, "text": text}) for name, text in TEXTS.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dataflow.recipe import recipe_from\n"
        "from dataflow.standalone.samples import sft\n"
        "options = recipe_from({'sft': {'test': 0.4}}, 'test')\n"
        "print(sft(Path(sys.argv[1]), Path(sys.argv[2]), options).content_hash)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / "in.jsonl", tmp_path / str(seed)],
            cwd=ROOT, check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert len(outputs) == 1
