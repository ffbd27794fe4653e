"""Each command that curates, alone: what goes and what stays, on Parquet and lines of JSON."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from dataflow.io.shards import read_all
from tests.finished_run import call
from tests.flows.curate_input import (
    ASKED,
    KINDS,
    MAIL,
    NOTICE,
    PHONE,
    QUESTION,
    ROWS,
    SHARED,
    UNREAD,
    curated,
    names,
    reasons,
    texts,
    write_rows,
    write_sets,
)

LEAVES = [f"leaf-{n:02}" for n in range(12)]
READ = {str(row["doc_id"]): row["text"] or "" for row in reversed(ROWS) if (row["text"] or "")}


@pytest.mark.parametrize("kind", KINDS)
def test_clean_cuts_the_lines_that_leaflets_share(kind: str, tmp_path: Path) -> None:
    summary = curated("clean", write_rows(tmp_path, kind), tmp_path / "out", "--simplify")
    assert summary["reasons"] == {"invalid_record": UNREAD[kind]}
    found = texts(tmp_path / "out")
    assert set(found) == set(READ)
    assert not [name for name in LEAVES if NOTICE in found[name]]
    assert found["zh-old"].startswith("观测站的数据可以用来写论文")
    removed = read_all(tmp_path / "out", "removed")
    assert sorted(removed["doc_id"]) == LEAVES
    assert set(removed["text"].str.strip_chars()) == {NOTICE}
    assert set(removed.select("stage", "unit", "copies").rows()) == {("boilerplate", "line", 12)}
    changes = read_all(tmp_path / "out", "documents").select("doc_id", pl.col("changes"))
    counted = {row["doc_id"]: row["changes"] for row in changes.to_dicts()}
    assert [counted[name]["boilerplate"] for name in LEAVES] == [1] * 12
    assert counted["zh-old"]["simplified"] > 5
    assert counted["ledger"]["boilerplate"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_redact_masks_and_counts(kind: str, tmp_path: Path) -> None:
    curated("redact", write_rows(tmp_path, kind), tmp_path / "out")
    found = texts(tmp_path / "out")
    assert MAIL not in found["mail"]
    assert PHONE not in found["zh-ask"]
    told = dict(read_all(tmp_path / "out", "documents").select("doc_id", "personal_data").rows())
    assert [(p["kind"], p["count"], p["action"]) for p in told["mail"]] == [("email", 1, "mask")]
    assert [(p["count"], p["action"]) for p in told["zh-ask"]] == [(1, "mask")]
    untouched = set(READ) - {"mail", "zh-ask"}
    assert {name: found[name] for name in untouched} == {name: READ[name] for name in untouched}
    assert all(told[name] == [] for name in untouched)


@pytest.mark.parametrize("kind", KINDS)
def test_filter_by_two_sets_of_rules(kind: str, tmp_path: Path) -> None:
    source, out = write_rows(tmp_path, kind), tmp_path / "out"
    curated("filter", source, out, "--rules", "gopher", "--rules", "c4")
    rejects = read_all(out, "rejects").filter(pl.col("stage") == "filter")
    first = rejects.filter(pl.col("id") == "short").row(0, named=True)
    assert (first["reason"], first["value"], first["threshold"]) == ("too_short", 2.0, 50.0)
    both = rejects.filter(pl.col("id") == "only").row(0, named=True)
    assert both["reason"] == "too_short"
    assert "few_sentences" in both["detail"], "the other set's rule is told too"
    chinese = rejects.filter(pl.col("id") == "zh-1").row(0, named=True)
    assert (chinese["reason"], chinese["threshold"]) == ("top_ngram", 0.171), "a Chinese bound"
    kept = read_all(out, "documents")
    assert {*LEAVES, "ledger", "near", "quiz"} <= set(kept["doc_id"])
    assert kept["signals"].struct.field("c4_sentences").null_count() == 0
    assert names(out) == {"documents", "rejects"}


@pytest.mark.parametrize("kind", KINDS)
def test_decontaminate_says_where_the_questions_stand(kind: str, tmp_path: Path) -> None:
    source, out = write_rows(tmp_path, kind), tmp_path / "out"
    sets = write_sets(tmp_path / "sets")
    curated("decontaminate", source, out, "--sets", sets)
    assert reasons(out) == {"quiz": "contaminated", "zh-ask": "contaminated"}
    hits = read_all(out, "contamination").sort("set")
    assert hits.select("doc_id", "set", "item").rows() == [
        ("quiz", "bridge.jsonl", "q7"), ("zh-ask", "堰.parquet", "3"),
    ]  # fmt: skip
    for row in hits.iter_rows(named=True):
        assert READ[row["doc_id"]][row["char_start"] : row["char_end"]] == row["text"]
    assert QUESTION.rstrip("?") in hits["text"][0]
    assert ASKED.rstrip("？") in hits["text"][1]
    tagged = tmp_path / "tagged"
    curated("decontaminate", source, tagged, "--sets", sets / "bridge.jsonl", "--action", "tag")
    assert reasons(tagged) == {}
    assert read_all(tagged, "contamination")["doc_id"].to_list() == ["quiz"]


@pytest.mark.parametrize("kind", KINDS)
def test_dedup_with_passages_keeps_the_longest(kind: str, tmp_path: Path) -> None:
    source, out = write_rows(tmp_path, kind), tmp_path / "out"
    curated("dedup", source, out, "--keep", "longest", "--passages", "paragraph")
    assert reasons(out) == {
        "ledger": "near_duplicate", "zh-1": "near_duplicate", "only": "only_repeated_passages",
    }  # fmt: skip
    clusters = read_all(out, "clusters").filter(~pl.col("kept"))
    assert dict(clusters.select("doc_id", "duplicate_of").rows()) == {
        "ledger": "near", "zh-1": "zh-2",
    }  # fmt: skip
    assert read_all(out, "clusters").height == len(READ)
    removed = read_all(out, "removed")
    assert dict(removed.select("doc_id", "of_doc_id").rows()) == {"only": "tower"}
    assert texts(out)["tower"] == READ["tower"]


def test_dedup_measures_again_what_it_cuts(tmp_path: Path) -> None:
    curated("filter", write_rows(tmp_path), tmp_path / "judged")
    curated("dedup", tmp_path / "judged", tmp_path / "out", "--passages", "sentence")
    found = read_all(tmp_path / "out", "documents")
    assert sorted(read_all(tmp_path / "out", "removed")["doc_id"]) == ["only", "tower"]
    words = dict(found.select("doc_id", pl.col("signals").struct.field("words")).rows())
    before = dict(
        read_all(tmp_path / "judged", "documents")
        .select("doc_id", pl.col("signals").struct.field("words"))
        .rows()
    )
    assert words["tower"] == before["tower"] - len(SHARED.split())
    assert [name for name in words if words[name] != before[name]] == ["tower"]
    assert found["doc_id"].to_list() == [name for name in before if name in words]
    sizes = found.filter(pl.col("doc_id") == "tower").select("text", "n_chars").row(0)
    assert len(sizes[0]) == sizes[1]


def test_dedup_by_exact_text_and_by_meaning(tmp_path: Path) -> None:
    source = write_rows(tmp_path)
    (tmp_path / "recipe.toml").write_text(
        "[semantic]\nembedder = 'hashing'\nlanguages = ['en', 'zh']"
    )
    curated("dedup", source, tmp_path / "exact", "--level", "exact")
    assert reasons(tmp_path / "exact") == {}
    options = ("--level", "exact", "--recipe", tmp_path / "recipe.toml", "--semantic", "0.9")
    curated("dedup", source, tmp_path / "out", *options)
    assert reasons(tmp_path / "out") == {"near": "semantic_duplicate", "zh-2": "semantic_duplicate"}
    rows = read_all(tmp_path / "out", "clusters").filter(pl.col("method") == "semantic")
    assert dict(rows.select("doc_id", "duplicate_of").rows()) == {"near": "ledger", "zh-2": "zh-1"}
    assert rows["similarity"].min() >= 0.9  # type: ignore[operator]  # a number
    rejects = read_all(tmp_path / "out", "rejects").filter(pl.col("stage") == "dedup")
    assert set(rejects["threshold"]) == {0.9}


def test_dedup_against_an_index_of_another_corpus(tmp_path: Path) -> None:
    source, index = write_rows(tmp_path), tmp_path / "index"
    options = ("--index", index, "--passages", "paragraph")
    curated("dedup", source, tmp_path / "one", *options, "--corpus", "spring")
    kept = set(texts(tmp_path / "one"))
    assert reasons(tmp_path / "one")["only"] == "only_repeated_passages"
    again = curated("dedup", source, tmp_path / "one", *options, "--corpus", "spring")
    assert again["datasets"]["documents"] == len(kept), "a corpus does not meet itself"
    more = pl.DataFrame({"id": [1, 2], "text": [READ["leaf-03"], READ["mail"].replace("o", "a")]})
    more.write_parquet(tmp_path / "more.parquet")
    curated("dedup", tmp_path / "more.parquet", tmp_path / "two", *options)
    assert reasons(tmp_path / "two") == {"1": "earlier_duplicate"}
    (row,) = read_all(tmp_path / "two", "clusters").filter(pl.col("doc_id") == "1").to_dicts()
    assert (row["kept"], row["duplicate_of"], row["method"]) == (
        False, "spring:leaf-03", "earlier",
    )  # fmt: skip
    curated("dedup", source, tmp_path / "three", *options)
    assert set(texts(tmp_path / "three")) == {"only"}, "it is in no corpus, so it is no duplicate"


@pytest.mark.parametrize("kind", KINDS)
def test_balance_samples_and_holds_out(kind: str, tmp_path: Path) -> None:
    source, out = write_rows(tmp_path, kind), tmp_path / "out"
    held = ("--validation", "0.25", "--test", "0.25")
    answer = call("balance", source, "-o", out, *held)
    assert answer.code == 2
    assert "run `corpusmill dedup` first" in answer.err
    assert answer.err.count("\n") == 1
    curated("dedup", source, tmp_path / "near")
    curated("balance", tmp_path / "near", out, "--max-documents", "12", *held)
    documents = read_all(out, "documents")
    assert documents.height == 12
    assert set(reasons(out).values()) == {"over_quota"}
    assert set(documents["split"]) == {"train", "validation", "test"}
    whole = tmp_path / "whole"
    curated("balance", tmp_path / "near", whole, *held)
    assert reasons(whole) == {}
    split = dict(read_all(whole, "documents").select("doc_id", "split").rows())
    alone = dict(documents.select("doc_id", "split").rows())
    assert len(split) > 12
    assert {name: split[name] for name in alone} == alone


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_balance_finds_the_language_of_rows_that_tell_none(kind: str, tmp_path: Path) -> None:
    source, out, recipe = write_rows(tmp_path, kind), tmp_path / "out", tmp_path / "r.toml"
    recipe.write_text('[balance]\nquotas = {"lang:zh" = 0.5, "lang:en" = 0.5}\nkeep_at_least = 0.0')
    curated("balance", source, out, "--recipe", recipe)
    documents = read_all(out, "documents")
    kept = dict(documents["lang"].value_counts().rows())
    assert set(kept) == {"en", "zh"}
    assert kept["en"] == kept["zh"] > 1
    assert set(documents.filter(pl.col("doc_id").str.starts_with("zh"))["lang"]) == {"zh"}
    recipe.write_text('[balance]\nquotas = {"lang:fr" = 1.0}')
    answer = call("balance", source, "-o", out, "--recipe", recipe)
    assert answer.code == 2
    assert "no document is in lang:fr; there are lang:en, lang:und, lang:zh" in answer.err


def test_perplexity_of_a_trusted_file(tmp_path: Path) -> None:
    source, model = write_rows(tmp_path), tmp_path / "models" / "trusted.bin"
    answer = call("perplexity", source, "-o", model)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("en: 3,")
    assert answer.out.endswith(" tokens\n")
    assert answer.out.count("\n") == 1, "there is too little Chinese for a model"
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f"[perplexity]\nmodel = '{model}'\nlow_percentile = 10\nhigh_percentile = 90")
    curated("filter", source, tmp_path / "out", "--recipe", recipe)
    gone = {name: why for name, why in reasons(tmp_path / "out").items() if "perplexity" in why}
    assert sorted(gone.values()) == ["perplexity_high"] * 2 + ["perplexity_low"] * 2
    rejects = read_all(tmp_path / "out", "rejects").filter(pl.col("reason").str.contains("perp"))
    assert rejects.height == 4
    for row in rejects.iter_rows(named=True):
        low = row["reason"] == "perplexity_low"
        assert row["value"] < row["threshold"] if low else row["value"] > row["threshold"]
    signals = read_all(tmp_path / "out", "documents").select(
        "doc_id", pl.col("signals").struct.field("perplexity")
    )
    assert signals.filter(pl.col("perplexity").is_null())["doc_id"].str.starts_with("zh-").all()
    again = call("perplexity", source, "-o", model)
    assert (again.code, again.out) == (0, answer.out)
    previewed = json.loads(call("filter", source, "--preview", "--json", "--recipe", recipe).out)
    told = {rule["reason"]: rule["dropped"] for rule in previewed["rules"]}
    assert (told["perplexity_low"], told["perplexity_high"]) == (2, 2)


def test_a_perplexity_of_the_corpus_itself(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("[perplexity]\nmodel = 'corpus'\nhigh_percentile = 80\n")
    source = write_rows(tmp_path)
    curated("filter", source, tmp_path / "out", "--recipe", tmp_path / "recipe.toml")
    found = set(reasons(tmp_path / "out").values())
    assert found == {"too_short", "perplexity_high"}


def test_a_preview_agrees_with_the_filter_and_writes_nothing(tmp_path: Path) -> None:
    source = write_rows(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    found = json.loads(call("filter", source, "--preview", "--json").out)
    both = call("filter", source, "--preview", "-o", tmp_path / "out")
    assert (both.code, both.out) == (2, "")
    assert "--preview writes nothing: leave -o out" in both.err
    answer = call("filter", source, "--preview")
    assert answer.code == 0
    assert sorted(tmp_path.rglob("*")) == before
    assert answer.out.startswith("23 documents: 22 kept, 1 dropped (4.3 %)\n")
    assert "too_short" in answer.out
    assert "^^ 20" in answer.out
    assert "dropped nearest: 2 s.md" in answer.out
    assert (found["rows"], found["kept"], found["dropped"]) == (23, 22, 1)
    curated("filter", source, tmp_path / "out")
    assert len(reasons(tmp_path / "out")) == found["dropped"]


@pytest.mark.parametrize("columns", ["20", "60", "72"])
def test_a_preview_fits_a_narrow_terminal(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = call("filter", write_rows(tmp_path), "--preview", "--rules", "zh-web").out
    widths = [
        sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
        for line in shown.splitlines()
    ]
    assert max(widths) <= max(60, int(columns))
    assert len(widths) > 10


@pytest.mark.parametrize("name", ["clean", "redact", "filter", "decontaminate", "dedup", "balance"])
def test_every_output_has_a_report_and_a_way_for_each_row(name: str, tmp_path: Path) -> None:
    options = {
        "decontaminate": ("--sets", str(write_sets(tmp_path / "sets"))),
        "dedup": ("--passages", "paragraph"),
    }.get(name, ())
    out = tmp_path / "out"
    curated(name, write_rows(tmp_path), out, *options)
    answer = call("report", out)
    assert (answer.code, answer.err) == (0, "")
    page = (out / "report" / "index.html").read_text("utf-8")
    drawn = {"clean", "redact", "decontaminate", "dedup"}
    assert ('id="curation"' in page) == (name in drawn)
    for doc_id in {*texts(out), *reasons(out)}:
        assert call("inspect", out, doc_id).code == 0
    assert [check for check in call("verify", out).out.splitlines() if check[:4] != "ok  "] == []


def test_the_commands_read_each_other(tmp_path: Path) -> None:
    order = ("clean", "redact", "filter", "decontaminate", "dedup", "balance")
    more = {
        "decontaminate": ("--sets", str(write_sets(tmp_path / "sets"))),
        "dedup": ("--passages", "paragraph"), "balance": ("--validation", "0.3"),
    }  # fmt: skip
    source, taken = write_rows(tmp_path), len(ROWS)
    for name in order:
        summary = curated(name, source, tmp_path / name, *more.get(name, ()))
        assert summary["rows_in"] == taken
        source, taken = tmp_path / name, summary["datasets"]["documents"]
    last = read_all(source, "documents")
    assert sorted(last["doc_id"]) == [*LEAVES, "ledger", "mail", "tower", "zh-1", "zh-old"]
    row = last.filter(pl.col("doc_id") == "leaf-00").row(0, named=True)
    assert row["changes"]["boilerplate"] == 1
    assert row["cluster_id"] == "leaf-00"
    mail = last.filter(pl.col("doc_id") == "mail").row(0, named=True)
    assert mail["changes"]["masked"] == 1
    assert len(mail["personal_data"]) == 1
    assert last["signals"].null_count() == 0
