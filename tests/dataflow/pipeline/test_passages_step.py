"""No text goes with its last copy, whatever becomes of the document that was to keep it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.pipeline.steps.cutting import Judge
from dataflow.quality.rules import FilterRules, Rule
from dataflow.verify import verify
from schemas.manifest import Manifest
from schemas.records import Reason, StageName
from schemas.signals import SIGNALS
from tests.dataflow.pipeline.conftest import Runner, paragraph, step
from tests.dataflow.pipeline.curated_input import GAUGES, SHARED, TOLL
from tests.dataflow.test_verify import rewrite

LOCK = (
    "The lock below the mill is shut from dusk to dawn, and whoever passes there at night "
    "carries a lantern of his own."
)
WEIR = "堰坝下面的水闸从黄昏关到天亮，夜里从那里经过的船家都要自己提着一盏灯笼慢慢走。"
BULLETS = "\n".join(f"- {line}" for line in paragraph("bullets", 2).splitlines() if line)
WINDS = GAUGES.replace("水位", "风力").replace("今天", "去年")
OWN = {
    "en": [paragraph(topic) for topic in ("gate", "ford", "quay")],
    "zh": [GAUGES, GAUGES[::-1], WINDS],
}
TEXTS = {"en": (SHARED, LOCK), "zh": (TOLL, WEIR)}
CHECK = "passages: each still stands in a kept document"


def written(folder: Path, texts: dict[str, str]) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")


def standing(out: Path, passage: str) -> list[str]:
    """Sources of the documents that hold the passage, after everything was verified."""
    assert [check for check in verify(out) if not check.ok] == []
    found = read_all(out, "documents").filter(pl.col("text").str.contains(passage, literal=True))
    return [name.removesuffix(".md") for name in found["source"]]


def rejected(out: Path) -> dict[str, str]:
    rows = read_all(out, "rejects").filter(pl.col("stage") == "passages")
    return {name.removesuffix(".md"): reason for name, reason in
            rows.select("source", "reason").iter_rows()}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_keeper_that_is_judged_too_short_keeps_nothing(
    runner: Runner, inputs: Path, tmp_path: Path, lang: str
) -> None:
    (told, last), (first, second, third) = TEXTS[lang], OWN[lang]
    written(inputs, {
        "a": f"{first}\n\n{told}", "b": f"{told}\n\n{last}",
        "c": f"{last}\n\n{second}", "d": f"{third}\n\n{last}",
    })  # fmt: skip
    bounds = {"off": ["few_stop_words"], "thresholds": {"too_short": 30, "too_short:zh": 60}}
    runner(passages={"unit": "paragraph"}, filter=bounds)
    out = tmp_path / "out"
    assert rejected(out) == {"b": "too_short"}
    assert standing(out, last) == ["c"]
    assert standing(out, told) == ["a"]
    removed = read_all(out, "removed").select("source", "text").rows()
    assert [(name, text.strip()) for name, text in removed] == [("b.md", told), ("d.md", last)]
    assert CHECK in {check.name for check in verify(out)}


def several(inputs: Path) -> None:
    """A document that goes for its bullets, and one that has nothing of its own as long as not."""
    written(inputs, {
        "a": f"{paragraph('ledger')}\n\n{SHARED}",
        "b": f"{SHARED}\n\n{LOCK}\n\n{BULLETS}",
        "c": f"{LOCK}\n\n{SHARED}",
    })  # fmt: skip


def test_what_lost_all_to_a_document_that_goes_is_looked_at_again(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    several(inputs)
    share = BULLETS.count("\n") + 1
    bounds = {"thresholds": {"bullet_lines": (share + 0.5) / (share + 2)}}
    first = runner(passages={"unit": "paragraph"}, filter=bounds)
    out = tmp_path / "out"
    assert rejected(out) == {"b": "bullet_lines"}
    assert standing(out, LOCK) == ["c"]
    assert read_all(out, "documents").filter(pl.col("source") == "c.md")["text"].to_list() == [LOCK]
    other = runner("packs", passages={"unit": "paragraph"}, filter=bounds, run={"pack_files": 1})
    assert other.content_hash == first.content_hash


def test_what_is_not_settled_stays_whole(
    runner: Runner, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataflow.pipeline.steps.passages.ROUNDS", 0)
    several(inputs)
    manifest = runner(passages={"unit": "paragraph"}, filter={"thresholds": {"bullet_lines": 0.6}})
    out = tmp_path / "out"
    assert (rejected(out), standing(out, LOCK)) == ({}, ["b", "c"])
    assert standing(out, SHARED) == ["a", "b", "c"]
    assert manifest.datasets["removed"].rows == 0


def test_the_keeper_that_balance_takes_keeps_nothing(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    names = ("gate", "quay", "ford", "dyke", "lane", "moor")
    written(inputs, {name: f"{paragraph(name)}\n\n{SHARED}" for name in names})
    manifest: Manifest = runner(passages={"unit": "paragraph"}, balance={"max_documents": 3})
    out = tmp_path / "out"
    kept = read_all(out, "documents")["source"].to_list()
    assert len(kept) == 3
    assert standing(out, SHARED) == [min(kept).removesuffix(".md")]
    assert manifest.datasets["removed"].rows == 2
    assert step(manifest, "passages")["rows_in"] == 3


@pytest.mark.parametrize(("keep", "keeper"), [("first", "a"), ("longest", "c")])
@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
def test_the_document_that_deduplication_prefers_keeps_the_passage(
    runner: Runner, inputs: Path, tmp_path: Path, unit: str, keep: str, keeper: str
) -> None:
    written(inputs, {
        "a": f"{paragraph('gate', 3)}\n\n{SHARED}", "b": f"{SHARED}\n\n{paragraph('quay', 2)}",
        "c": f"{paragraph('ford', 6)}\n\n{SHARED}",
    })  # fmt: skip
    options = {"unit": unit, "min_tokens": 20}
    runner(passages=options, dedup={"keep": keep}, run={"skip": ["sft", "embed"]})
    assert standing(tmp_path / "out", SHARED) == [keeper]


def test_rows_for_documents_that_are_not_there_are_found(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    names = ("gate", "quay")
    written(inputs, {name: f"{paragraph(name)}\n\n{SHARED}" for name in names})
    runner(passages={"unit": "paragraph"}, run={"skip": ["sft", "embed"]})
    out = tmp_path / "out"
    rewrite(out, "removed", lambda frame: frame.with_columns(of_doc_id=pl.lit("nobody")))
    failed = {check.name: check.problems for check in verify(out) if not check.ok}
    assert list(failed) == [CHECK]
    assert "a passage was cut for nobody, which is not in the corpus" in failed[CHECK][0]


def test_a_bound_that_the_data_set_is_judged_by_too() -> None:
    rule = Rule(Reason.PERPLEXITY_HIGH, "perplexity", "max", 90.0, None, "corpus", "perplexity")
    signals = [{**{name: None for name, _ in SIGNALS}, "perplexity": value} for value in (80, 99)]
    frame = pl.DataFrame(
        {"doc_id": ["a", "b"], "source": ["", ""], "lang": ["en", "zh"], "signals": signals},
        schema_overrides={"signals": pl.Struct(dict.fromkeys(dict(SIGNALS), pl.Float64))},
    )
    judge = Judge(FilterRules(sets=()), (rule,))
    rows = judge.rejects(frame, StageName.PASSAGES)
    assert rows.select("id", "stage", "reason").rows() == [("b", "passages", "perplexity_high")]
    assert judge.shape != Judge(FilterRules(sets=())).shape


def test_balance_knows_where_a_record_is_from(runner: Runner, inputs: Path, tmp_path: Path) -> None:
    written(inputs, {})
    lines = [
        json.dumps({"text": paragraph(f"topic{n}"), "url": f"https://{'ab'[n > 3]}.example/{n}"})
        for n in range(6)
    ]
    (inputs / "web.jsonl").write_text("\n".join(lines) + "\n")
    runner(balance={"caps": {"domain:a.example": 1}}, run={"skip": ["sft", "embed"]})
    found = read_all(tmp_path / "out", "documents")["metadata"].str.extract("https://(.)")
    assert sorted(found) == ["a", "b", "b"]
