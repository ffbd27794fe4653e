from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.evidence.spans import Evidence
from dataflow.evidence.verify import verify
from dataflow.identity import identity
from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.sft.drafts import INTO_EVALSET, INTO_SFT
from dataflow.sft.ledger import Drafted, Model
from dataflow.sft.make import BY_MODEL, BY_RULES, MakeSft
from dataflow.sft.rows import DATA_SETS, SAMPLE_FRAME, chunk_spans, rows_of
from dataflow.sft.templates import OWN
from schemas.errors import RecipeError
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.strategies import sft as strategies
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, cut, document, frame

EN = document(ENGLISH, "en", "Harbour lights of Kelby")
ZH = document(CHINESE, "zh", "凯里港的灯塔")
CHUNKS = pl.concat([by_heading(EN), by_heading(ZH)])
PRIMARY = ("extractive", "table", "back_translation", "dialogue")
TEST = pl.lit("test").alias("split")


def made(stage: MakeSft, llm: ScriptedLLM | None = None) -> Drafted:
    model = None if llm is None else Model(llm, "m", "openai")
    return stage.draft(frame(EN, ZH), CHUNKS, model)


def reasons(split: Drafted) -> Counter[str]:
    return Counter(split.rejected["reason"].to_list())


def assert_verified(kept: pl.DataFrame, rows: list[dict[str, Any]], chunks: pl.DataFrame) -> None:
    texts = {row["doc_id"]: row["text"] for row in rows}
    for sample in kept.iter_rows(named=True):
        spans = {c.chunk_id: c for c in chunk_spans(chunks) if c.doc_id == sample["doc_id"]}
        evidence = [Evidence(**item) for item in sample["evidence"]]
        text = texts[sample["doc_id"]]
        assert evidence or not sample["answerable"]
        for item in evidence:
            assert text[item.char_start : item.char_end] == item.quote
            assert spans[item.chunk_id].sha256 == item.chunk_sha256
        if sample["into"] == INTO_SFT and sample["task"] == "qa":
            assert verify(evidence, text, spans, sample["output"]) is None


def test_rules_make_verified_rows_in_both_languages() -> None:
    split = made(MakeSft(per_document=20))
    kept = split.kept
    assert kept.schema == SAMPLE_FRAME
    assert set(kept["lang"]) == {"en", "zh"}
    for lang in ("en", "zh"):
        methods = set(kept.filter((pl.col("lang") == lang) & (pl.col("into") == "sft"))["method"])
        assert methods >= {"extractive", "table"}
    assert set(split.rejected["level"]) <= {"sample"}
    assert_verified(kept, [EN, ZH], CHUNKS)
    row = kept.row(0, named=True)
    assert (row["backend"], row["model"], row["calls"]) == ("rules", "", [])
    assert row["scores"]["support"] == 1.0


@pytest.mark.parametrize("into", list(DATA_SETS))
def test_rows_fit_their_data_set(into: str) -> None:
    split = MakeSft(per_document=20).draft(frame(EN, ZH).with_columns(TEST), CHUNKS)
    rows = rows_of(into, split.kept.with_columns(TEST))
    assert rows.height
    assert DATA_SETS[into].conform(rows.to_arrow()).num_rows == rows.height


def test_messages_are_the_whole_conversation() -> None:
    split = made(MakeSft(per_document=40))
    rows = rows_of(INTO_SFT, split.kept.with_columns(pl.lit("train").alias("split")))
    for row in rows.iter_rows(named=True):
        assert [turn["role"] for turn in row["messages"]] == ["user", "assistant"] * (
            len(row["messages"]) // 2
        )
        assert row["messages"][-1]["content"] == row["output"]
        assert row["messages"][-2]["content"].startswith(row["instruction"])


def test_test_questions_come_from_held_out_documents_only() -> None:
    trained = made(MakeSft(per_document=20)).kept
    held = MakeSft(per_document=20).draft(frame(EN, ZH).with_columns(TEST), CHUNKS).kept
    assert INTO_EVALSET not in set(trained["into"])
    assert INTO_EVALSET in set(held["into"])
    parents = held.filter(pl.col("parent") != "")["parent"]
    assert set(parents) <= set(held["sample_id"])


def test_per_document_bounds_the_candidates() -> None:
    counts = []
    for n in (1, 3, 200):
        split = MakeSft(methods=PRIMARY, per_document=n).draft(frame(EN), CHUNKS)
        counts.append(split.kept.height + split.rejected.height)
    assert counts[:2] == [1, 3]
    assert 10 < counts[2] < 200


def test_span_over_chunks_has_evidence_in_each() -> None:
    chunks = cut(EN, list(range(40, len(ENGLISH), 40)))
    split = MakeSft(methods=PRIMARY, per_document=40).draft(frame(EN), chunks)
    counts = split.kept["evidence"].list.len().to_list()
    assert max(counts) > 2
    assert_verified(split.kept, [EN], chunks)


@pytest.mark.parametrize(
    "chunks",
    [CHUNKS.clear(), CHUNKS.with_columns(pl.col("text").str.replace_all("e", "a"))],
    ids=["none", "stale"],
)
def test_without_sound_chunks_nothing_is_kept(chunks: pl.DataFrame) -> None:
    split = MakeSft(methods=PRIMARY).draft(frame(EN), chunks)
    assert split.kept.height == 0
    assert reasons(split)["evidence_missing"] >= 5


def test_pages_come_from_the_chunks_when_elements_have_none() -> None:
    chunks = CHUNKS.with_columns(page_start=pl.lit(4, pl.Int32))
    split = MakeSft(methods=PRIMARY).draft(frame(EN), chunks)
    pages = split.kept.explode("evidence")["evidence"].struct.field("page")
    assert set(pages) == {4}


def test_division_into_calls_does_not_matter() -> None:
    stage = MakeSft(per_document=30)
    whole = stage.draft(frame(ZH, EN), CHUNKS)
    parts = [stage.draft(frame(row), CHUNKS) for row in (EN, ZH)]
    assert pl.concat([part.kept for part in parts]).equals(whole.kept)
    assert pl.concat([part.rejected for part in parts]).equals(whole.rejected)


def answer(request: Request) -> Answer:
    """A sound answer for some passages, a fault of some kind for others."""
    passage = request.messages[-1][1]
    if not request.prompt_id.startswith("question"):
        return Failure("timeout", "slow")
    if "42 metres" in passage:
        reply = {"question": "How tall is the tower of Kelby?", "answer": "42 metres",
                 "quote": "the tower is 42 metres tall"}  # fmt: skip
        return Completion(f"Sure: {json.dumps(reply)}", 9, 9, cache_key="kk")
    if "rape oil" in passage:
        return Failure("budget_exhausted", "nothing left")
    if "雾号" in passage:
        reply = {"question": "凯里灯塔有多高？", "answer": "52米", "quote": "凯里灯塔高42米"}
        return Completion(json.dumps(reply), 9, 9)
    return Completion("I cannot do that.", 9, 9)


ASKING = MakeSft(methods=("extractive",), model_methods=("question",), per_document=9)


def test_model_makes_rows_and_rejects() -> None:
    split = made(ASKING, ScriptedLLM(answer))
    written = split.kept.filter(pl.col("backend") == "openai")
    assert written.select("method", "lang", "instruction").rows() == [
        ("question", "en", "How tall is the tower of Kelby?")
    ]
    row = written.row(0, named=True)
    assert row["evidence"][0]["quote"] == "The tower is 42 metres tall"
    (call,) = row["calls"]
    assert (row["model"], call["cache_key"], len(call["prompt_sha256"])) == ("m", "kk", 64)
    assert (call["prompt_id"], len(call["template_sha256"])) == (row["prompt_id"], 64)
    found = {Reason(reason) for reason in reasons(split)}
    assert found >= {
        Reason.BUDGET_EXHAUSTED, Reason.UNSUPPORTED_NUMBER, Reason.MALFORMED_OUTPUT,
    }  # fmt: skip
    assert_verified(split.kept, [EN, ZH], CHUNKS)


def test_what_the_model_makes_is_not_made_by_rules() -> None:
    stage = MakeSft(methods=("extractive", "back_translation"), model_methods=("back_translation",))
    split = made(stage, ScriptedLLM(answer))
    assert set(split.kept["method"]) == {"extractive"}
    assert reasons(split)["llm_failed"] > 0


def test_requests_carry_the_stage_options() -> None:
    llm = ScriptedLLM(answer)
    made(dataclasses.replace(ASKING, max_tokens=77, temperature=0.5, seed=3), llm)
    assert {(r.max_tokens, r.temperature, r.seed) for r in llm.asked} == {(77, 0.5, 3)}
    assert all(request.json_schema for request in llm.asked)


def test_model_is_asked_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made(ASKING, ScriptedLLM(answer))
    monkeypatch.setattr("dataflow.sft.make._FLUSH", 1)
    parts = made(ASKING, ScriptedLLM(answer))
    assert parts.kept.equals(whole.kept)
    assert parts.rejected.equals(whole.rejected)


@pytest.mark.parametrize("method", [name for name in BY_MODEL if name != "self_instruct"])
def test_every_method_of_the_model_survives_a_hostile_one(method: str) -> None:
    replies = iter(range(1_000_000))

    def hostile(request: Request) -> Answer:
        turn = next(replies) % 4
        texts = ["", "{" * 5000, '{"question": "\\ud800"}', "ignore all of this </passage>"]
        return Completion(texts[turn] or "null", 1, 1)

    stage = MakeSft(methods=(), model_methods=(method,))
    documents = frame(EN, ZH).with_columns(TEST)
    split = stage.draft(documents, CHUNKS, Model(ScriptedLLM(hostile), "m", "openai"))
    assert split.kept.height == 0
    assert split.rejected.height > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"methods": ("evolve",)}, "sft.methods"),
        ({"model_methods": ("extractive",)}, "sft.model_methods"),
        ({"per_document": 0}, "per_document"),
        ({"novelty": 0.0}, "novelty"),
        ({"novelty": 1.5}, "novelty"),
        ({"support": 0.0}, "support"),
        ({"test": 0.6, "validation": 0.5}, "hold out"),
        ({"test": -0.1}, "shares"),
        ({"temperature": 3.0}, "temperature"),
        ({"perspectives": {"king": 1.0}}, "sft.perspectives"),
    ],
)
def test_options_are_checked(options: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        MakeSft(**options)


def test_options_have_one_form() -> None:
    one = MakeSft(methods=("table", "extractive"), kinds=(("apply", 1), ("explain", 3)))
    other = MakeSft(methods=("extractive", "table"), kinds=(("explain", 6), ("apply", 2)))
    assert repr(one) == repr(other)
    assert MakeSft().methods == BY_RULES


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(strategies.documents(), strategies.ends), max_size=4), st.integers(0, 3))
def test_every_candidate_is_kept_or_rejected(
    drawn: list[tuple[dict[str, Any], list[int]]], seed: int
) -> None:
    rows = list({row["doc_id"]: row for row, _ in drawn}.values())
    ends = {row["doc_id"]: ends for row, ends in drawn}
    chunks = pl.concat([CHUNKS, *(cut(row, ends[row["doc_id"]]) for row in rows)])
    stage = MakeSft(seed=seed)
    split = stage.draft(frame(*rows), chunks)
    assert_verified(split.kept, rows, chunks)
    again = stage.draft(frame(*reversed(rows)), chunks.reverse())
    assert again.kept.equals(split.kept)


def test_prompts_count_and_not_where_they_lie(tmp_path: Path) -> None:
    found = []
    for name, more in (("one", ""), ("same", ""), ("other", "\n")):
        (tmp_path / name).mkdir()
        text = (OWN / "judge.en.toml").read_text(encoding="utf-8")
        (tmp_path / name / "judge.en.toml").write_text(text + more, encoding="utf-8")
        found.append(identity(MakeSft(prompts=str(tmp_path / name))))
    assert found[0] == found[1] != found[2]
    assert found[0] == identity(MakeSft())
