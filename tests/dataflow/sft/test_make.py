from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.evidence.spans import Evidence
from dataflow.evidence.verify import verify
from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.sft.drafts import METHODS
from dataflow.sft.make import MakeSft, drop_known
from dataflow.sft.rows import chunk_spans
from dataflow.stage import Split
from schemas.errors import UsageError
from schemas.records import Reason
from schemas.tables import SFT
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.strategies import sft as strategies
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, cut, document, frame

ROOT = Path(__file__).parents[3]
EN = document(ENGLISH, "en", "Harbour lights of Kelby")
ZH = document(CHINESE, "zh", "凯里港的灯塔")
CHUNKS = pl.concat([by_heading(EN), by_heading(ZH)])
OPENAI = MakeSft(backend="openai", url="http://h", model="m", methods=METHODS, per_document=9)


def made(stage: MakeSft, llm: ScriptedLLM | None = None) -> Split:
    return stage(frame(EN, ZH), CHUNKS, llm)


def reasons(split: Split) -> Counter[str]:
    return Counter(split.rejected["reason"].to_list())


def assert_verified(kept: pl.DataFrame, rows: list[dict[str, Any]], chunks: pl.DataFrame) -> None:
    texts = {row["doc_id"]: row["text"] for row in rows}
    for sample in kept.iter_rows(named=True):
        spans = {c.chunk_id: c for c in chunk_spans(chunks) if c.doc_id == sample["doc_id"]}
        evidence = [Evidence(**item) for item in sample["evidence"]]
        assert verify(evidence, texts[sample["doc_id"]], spans, sample["output"]) is None
        for item in evidence:
            assert texts[item.doc_id][item.char_start : item.char_end] == item.quote
        user, assistant = sample["messages"]
        assert (user["role"], assistant["role"]) == ("user", "assistant")
        assert user["content"].startswith(sample["instruction"])
        assert assistant["content"] == sample["output"]


def test_rules_make_verified_rows_in_both_languages() -> None:
    split = made(MakeSft())
    assert Counter(split.kept["lang"].to_list()) == {"en": 7, "zh": 8}
    assert split.kept.columns == SFT.schema.names
    assert SFT.conform(split.kept.to_arrow()).num_rows == 15
    assert split.kept.equals(split.kept.sort("source", "doc_id", "sample_id"))
    assert split.kept.height + split.rejected.height == 16
    assert set(split.rejected["level"]) == {"sample"}
    assert_verified(split.kept, [EN, ZH], CHUNKS)
    row = split.kept.row(0, named=True)
    assert (row["backend"], row["model"], row["cache_key"]) == ("rules", "", "")
    scores = {"support": 1.0, "faithfulness": 1.0, "support_threshold": 0.8}
    assert {key: json.loads(row["scores"])[key] for key in scores} == scores


def test_per_document_bounds_the_candidates() -> None:
    for n in (1, 3, 200):
        split = MakeSft(per_document=n)(frame(EN), CHUNKS)
        assert split.kept.height + split.rejected.height == min(n, 17)


def test_back_translation_alone() -> None:
    split = made(MakeSft(methods=("back_translation",)))
    assert set(split.kept["method"]) == {"back_translation"}
    assert set(split.kept["task"]) == {"write_section"}
    assert reasons(split) == {"sample_too_short": 2}


def test_span_over_chunks_has_evidence_in_each() -> None:
    chunks = cut(EN, list(range(40, len(ENGLISH), 40)))
    split = MakeSft(methods=("back_translation",))(frame(EN), chunks)
    counts = split.kept["evidence"].list.len().to_list()
    assert min(counts) > 1
    assert_verified(split.kept, [EN], chunks)


def test_without_chunks_nothing_is_kept() -> None:
    split = MakeSft()(frame(EN), CHUNKS.clear())
    assert split.kept.height == 0
    assert reasons(split) == {"evidence_missing": 7, "sample_too_short": 1}


def test_stale_chunks_are_no_evidence() -> None:
    stale = CHUNKS.with_columns(pl.col("text").str.replace_all("e", "a"))
    split = MakeSft()(frame(EN), stale)
    assert split.kept.height == 0
    assert reasons(split) == {"evidence_missing": 7, "sample_too_short": 1}


def test_pages_come_from_the_chunks_when_elements_have_none() -> None:
    chunks = CHUNKS.with_columns(page_start=pl.lit(4, pl.Int32))
    split = MakeSft()(frame(EN), chunks)
    pages = split.kept.explode("evidence")["evidence"].struct.field("page")
    assert set(pages) == {4}


def test_same_text_twice_is_kept_once() -> None:
    twin = document(ENGLISH, "en", "Harbour lights of Kelby", "other.md")
    split = MakeSft()(frame(EN, twin), pl.concat([CHUNKS, by_heading(twin)]))
    assert set(split.kept["source"]) == {"en.md"}
    twins = split.rejected.filter(pl.col("source") == "other.md")
    assert set(twins["reason"]) <= {"not_novel", "sample_too_short"}
    assert twins.filter(pl.col("reason") == "not_novel")["value"].min() == 1.0


def test_novelty_of_one_drops_equal_samples_only() -> None:
    twin = document(ENGLISH, "en", "Harbour lights of Kelby", "other.md")
    chunks = pl.concat([CHUNKS, by_heading(twin)])
    split = MakeSft(novelty=1.0, per_document=200)(frame(EN, twin), chunks)
    assert split.kept["sample_id"].n_unique() == split.kept.height == 16
    assert reasons(split) == {"sample_too_short": 2, "not_novel": 16}


def test_division_into_calls_does_not_matter() -> None:
    stage = MakeSft(per_document=30)
    whole = stage(frame(EN, ZH), CHUNKS)
    parts = [stage.draft(frame(row), CHUNKS) for row in (EN, ZH)]
    fresh, known = drop_known(stage, [part.kept for part in parts])
    assert fresh.sort(SFT.order).equals(whole.kept)
    rejected = pl.concat([*(part.rejected for part in parts), known])
    assert rejected.sort(rejected.columns).equals(whole.rejected.sort(rejected.columns))


def test_drop_known_needs_few_columns() -> None:
    candidates = pl.DataFrame(
        {
            "sample_id": ["a", "b", "a", "c"],
            "instruction": ["Name the colours of the flag", "Name all colours of the flag",
                            "Name the colours of the flag", "什么是灯塔？"],
            "source": ["1", "2", "3", "4"],
        }
    )  # fmt: skip
    fresh, known = drop_known(MakeSft(), [candidates[:2], candidates[2:]])
    assert fresh["sample_id"].to_list() == ["a", "c"]
    assert known["id"].to_list() == ["b", "a"]
    assert known["source"].to_list() == ["2", "3"]
    assert known["value"].to_list() == [pytest.approx(5 / 6), 1.0]
    assert drop_known(MakeSft(), [])[0].height == 0


def answer(request: Request) -> Answer:
    """A sound answer for the first passage, a fault of some kind for each other."""
    passage = request.messages[-1][1]
    back = "back_translation" in request.prompt_id
    if "42 metres" in passage and back:
        return Completion('{"instruction": "Describe a harbour light."}', 9, 9, cache_key="kk")
    if "42 metres" in passage:
        reply = {"question": "How tall is the tower of Kelby?", "answer": "42 metres",
                 "quote": "the tower is 42 metres tall"}  # fmt: skip
        return Completion(f"Sure: {json.dumps(reply)}", 9, 9, cache_key="kk")
    if "rape oil" in passage and back:
        return Failure("timeout", "slow")
    if "rape oil" in passage:
        return Failure("budget_exhausted", "nothing left")
    if "雾号" in passage and back:
        return Completion('{"instruction": "请介绍凯里港的灯塔。"}', 9, 9)
    if "雾号" in passage:
        reply = {"question": "凯里灯塔有多高？", "answer": "52米", "quote": "凯里灯塔高42米"}
        return Completion(json.dumps(reply), 9, 9)
    return Completion("I cannot do that.", 9, 9)


def test_model_makes_rows_and_rejects() -> None:
    llm = ScriptedLLM(answer)
    split = made(OPENAI, llm)
    written = split.kept.filter(pl.col("backend") == "openai").sort("method", "lang")
    assert written.select("method", "lang", "instruction").rows() == [
        ("back_translation", "en", "Describe a harbour light."),
        ("back_translation", "zh", "请介绍凯里港的灯塔。"),
        ("self_instruct", "en", "How tall is the tower of Kelby?"),
    ]
    row = written.row(2, named=True)
    assert row["evidence"][0]["quote"] == "The tower is 42 metres tall"
    assert (row["model"], row["cache_key"], len(row["prompt_sha256"])) == ("m", "kk", 64)
    assert row["prompt_id"] == "self_instruct.en/1"
    found = reasons(split)
    assert {Reason(reason) for reason in found} >= {
        Reason.LLM_FAILED, Reason.BUDGET_EXHAUSTED, Reason.EVIDENCE_UNSUPPORTED,
    }  # fmt: skip
    assert_verified(split.kept, [EN, ZH], CHUNKS)
    by_rules = made(MakeSft(methods=("extractive",), per_document=3))
    candidates = by_rules.kept.height + by_rules.rejected.height
    assert split.kept.height + split.rejected.height == candidates + len(llm.asked)


def test_requests_carry_the_stage_options() -> None:
    llm = ScriptedLLM(answer)
    made(dataclasses.replace(OPENAI, max_tokens=77, temperature=0.5, seed=3), llm)
    assert {(r.max_tokens, r.temperature, r.seed) for r in llm.asked} == {(77, 0.5, 3)}
    assert all(request.json_schema for request in llm.asked)


def test_model_is_asked_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made(OPENAI, ScriptedLLM(answer))
    monkeypatch.setattr("dataflow.sft.make._FLUSH", 1)
    parts = made(OPENAI, ScriptedLLM(answer))
    assert parts.kept.equals(whole.kept)
    assert parts.rejected.equals(whole.rejected)


@pytest.mark.parametrize(
    "options",
    [
        {"backend": "magic"},
        {"methods": ()},
        {"methods": ("extractive", "extractive")},
        {"methods": ("evolve",)},
        {"methods": ("self_instruct",)},
        {"backend": "openai", "url": "http://h"},
        {"backend": "embedded"},
        {"per_document": 0},
        {"novelty": 0.0},
        {"novelty": 1.5},
        {"support": 0.0},
        {"token_budget": -1},
    ],
)
def test_options_are_checked(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        MakeSft(**options)


def test_model_backend_needs_a_model() -> None:
    assert OPENAI.needs_llm
    assert not MakeSft().needs_llm
    assert not dataclasses.replace(OPENAI, methods=("extractive",)).needs_llm
    with pytest.raises(UsageError, match="open_llm"):
        made(OPENAI)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(strategies.documents(), strategies.ends), max_size=4), st.integers(0, 3))
def test_every_candidate_is_kept_or_rejected(
    drawn: list[tuple[dict[str, Any], list[int]]], seed: int
) -> None:
    rows = list({row["doc_id"]: row for row, _ in drawn}.values())
    ends = {row["doc_id"]: ends for row, ends in drawn}
    chunks = pl.concat([CHUNKS, *(cut(row, ends[row["doc_id"]]) for row in rows)])
    stage = MakeSft(seed=seed)
    split = stage(frame(*rows), chunks)
    drafted = stage.draft(frame(*rows), chunks)
    total = drafted.kept.height + drafted.rejected.height
    assert split.kept.height + split.rejected.height == total
    assert_verified(split.kept, rows, chunks)
    again = stage(frame(*reversed(rows)), chunks.reverse())
    assert again.kept.equals(split.kept)


def test_result_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "import hashlib, sys\n"
        "import polars as pl\n"
        "from dataflow.sft.make import MakeSft\n"
        "from tests.strategies.sft import CHINESE, ENGLISH, by_heading, document, frame\n"
        "rows = [document(ENGLISH, 'en', 'Harbour lights'), document(CHINESE, 'zh', '凯里灯塔')]\n"
        "chunks = pl.concat([by_heading(row) for row in rows])\n"
        "split = MakeSft(per_document=30, seed=1)(frame(*rows), chunks)\n"
        "text = split.kept.write_json() + split.rejected.write_json()\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert len(outputs) == 1
