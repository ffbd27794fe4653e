"""Every stage alone: Parquet or JSONL in, data sets of exactly the promised schemas out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from dataflow.embedding.hashing import HashingEmbedder
from dataflow.io.shards import read_all, read_manifest
from dataflow.io.tables_in import NO_TEXT
from dataflow.verify import verify
from schemas.tables import DATASETS, embeddings
from tests.finished_run import call

ENGLISH = (
    "The weir above the mill was built in 1911. It holds the water of three brooks, and in a dry "
    "summer it is the only pond for miles. Every morning the keeper reads the gauge at the wall "
    "and writes the height into a book that hangs on a nail beside the door."
)
OTHER = (
    "A loaf of rye bread keeps for a week when it is wrapped in linen. The baker in our street "
    "sets the dough in the evening, and at four in the morning the oven is hot enough. Nobody has "
    "to wait for the first loaves to cool, because they are sold warm."
)
CHINESE = (
    "上堰建于一九一一年，汇集三条溪水。夏天干旱的时候，方圆几里只有这一处水塘。"
    "看守人每天清晨到墙边读水尺，把水位记在门旁挂着的本子上，多年来从没有间断过。"
)
ROWS: list[dict[str, str | None]] = [
    {"doc_id": "en-1", "text": ENGLISH, "lang": "en"},
    {"doc_id": "en-2", "text": f"{ENGLISH} He has done so since 1987.", "lang": None},
    {"doc_id": "en-3", "text": OTHER, "lang": None},
    {"doc_id": "zh-1", "text": CHINESE, "lang": ""},
    {"doc_id": "zh-2", "text": CHINESE, "lang": "und"},
    {"doc_id": "short", "text": "Too short.", "lang": None},
    {"doc_id": "blank", "text": " \n", "lang": None},
    {"doc_id": "en-3", "text": "An id that occurred before.", "lang": None},
]
HASHED = HashingEmbedder().dim
PRODUCTS = {
    "clean": ("documents", "removed"),
    "redact": ("documents",),
    "filter": ("documents",),
    "dedup": ("documents", "clusters"),
    "balance": ("documents",),
    "chunk": ("chunks",),
    "sft": ("chunks", "sft", "preferences", "evalset", "retrieval"),
    "embed": ("chunks", "embeddings"),
    "pack": ("packed",),
}


def write(folder: Path, kind: str) -> Path:
    path = folder / f"in.{kind}"
    if kind == "parquet":
        pl.DataFrame(ROWS).write_parquet(path)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run_stage(name: str, source: Path, out: Path, *options: str) -> dict[str, int]:
    """Rows of each data set, as the command prints them."""
    more = ["--recipe", str(out.parent / "hashing.toml")] if name == "embed" else []
    (out.parent / "hashing.toml").write_text('[embed]\nembedder = "hashing"\n')
    answer = call(name, source, "-o", out, "--json", *more, *options)
    assert answer.code == 0, answer.err
    summary = json.loads(answer.out)
    assert summary["out"] == str(out)
    rows: dict[str, int] = summary["datasets"]
    assert sum(summary["reasons"].values()) == rows["rejects"]
    return rows


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
@pytest.mark.parametrize("name", PRODUCTS)
def test_a_stage_writes_its_data_sets(name: str, kind: str, tmp_path: Path) -> None:
    rows = run_stage(name, write(tmp_path, kind), tmp_path / "out")
    assert set(rows) == {*PRODUCTS[name], "rejects"}
    for dataset, count in rows.items():
        schema = pq.read_schema(tmp_path / "out" / dataset / "part-00000.parquet")
        expected = embeddings(HASHED) if dataset == "embeddings" else DATASETS[dataset]
        expected.check(schema)
        assert read_all(tmp_path / "out", dataset).height == count
    assert all(check.ok for check in verify(tmp_path / "out"))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *rows, "manifest.json", ".work"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["clean", "filter", "dedup"])
def test_rows_are_conserved(name: str, tmp_path: Path) -> None:
    rows = run_stage(name, write(tmp_path, "parquet"), tmp_path / "out")
    assert rows["documents"] + rows["rejects"] == len(ROWS)
    kept = read_all(tmp_path / "out", "documents")["doc_id"].to_list()
    rejected = read_all(tmp_path / "out", "rejects")["id"].to_list()
    assert sorted(kept + rejected) == sorted(str(row["doc_id"]) for row in ROWS)


@pytest.mark.parametrize("name", PRODUCTS)
def test_rows_that_cannot_be_read_are_rejects(name: str, tmp_path: Path) -> None:
    run_stage(name, write(tmp_path, "jsonl"), tmp_path / "out")
    rejects = read_all(tmp_path / "out", "rejects").filter(pl.col("reason") == "invalid_record")
    assert sorted(rejects.select("id", "detail").iter_rows()) == [
        ("blank", NO_TEXT),
        ("en-3", "this doc_id occurred before; ids must be unique"),
    ]


def test_clean_repairs_texts_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    texts = {"en": "cafÃ© and ﬁne \r\nrain\u200b", "zh": "ＡＢＣ，水位﹐记录\u200b"}
    path.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in texts.items()))
    run_stage("clean", path, tmp_path / "out")
    found = dict(read_all(tmp_path / "out", "documents").select("doc_id", "text").iter_rows())
    assert found["en"] == "café and fine\nrain"
    assert found["zh"].startswith("ABC，水位")
    assert "\u200b" not in found["zh"]


def test_filter_says_value_and_threshold(tmp_path: Path) -> None:
    run_stage("filter", write(tmp_path, "parquet"), tmp_path / "out")
    rejects = read_all(tmp_path / "out", "rejects").filter(pl.col("stage") == "filter")
    assert rejects.select("id", "reason", "value", "threshold").rows() == [
        ("short", "too_short", 2.0, 20.0)
    ]
    kept = read_all(tmp_path / "out", "documents")
    assert dict(kept.select("doc_id", "lang").iter_rows())["zh-1"] == "zh"
    assert kept["signals"].struct.field("words").null_count() == 0


def test_filter_uses_the_language_options_of_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[filter]\nlanguages = ['zh']\n")
    answer = call("filter", write(tmp_path, "parquet"), "-o", tmp_path / "out", "--recipe",
                  tmp_path / "r.toml")  # fmt: skip
    assert answer.code == 0
    assert read_all(tmp_path / "out", "documents")["doc_id"].to_list() == ["zh-1", "zh-2"]
    assert "4 rejected: wrong_language" in answer.out


def test_clusters_have_one_row_for_every_document(tmp_path: Path) -> None:
    run_stage("dedup", write(tmp_path, "parquet"), tmp_path / "out", "--threshold", "0.6")
    clusters = read_all(tmp_path / "out", "clusters").sort("doc_id")
    assert clusters.select("doc_id", "cluster_id", "kept", "duplicate_of").rows() == [
        ("en-1", "en-1", True, None),
        ("en-2", "en-1", False, "en-1"),
        ("en-3", "en-3", True, None),
        ("short", "short", True, None),
        ("zh-1", "zh-1", True, None),
        ("zh-2", "zh-1", False, "zh-1"),
    ]
    documents = read_all(tmp_path / "out", "documents")
    assert set(documents["doc_id"]) == set(clusters.filter("kept")["doc_id"])
    of = dict(clusters.select("doc_id", "cluster_id").iter_rows())
    assert all(of[i] == c for i, c in documents.select("doc_id", "cluster_id").iter_rows())


def texts_of(rows: Sequence[dict[str, str | None]]) -> dict[str, str]:
    return {str(row["doc_id"]): row["text"] or "" for row in reversed(rows)}


@pytest.mark.parametrize("strategy", ["structure", "sentence", "fixed"])
def test_chunks_are_slices_of_their_documents(strategy: str, tmp_path: Path) -> None:
    run_stage("chunk", write(tmp_path, "parquet"), tmp_path / "out", "--strategy", strategy,
              "--size", "40", "--overlap", "8")  # fmt: skip
    chunks = read_all(tmp_path / "out", "chunks")
    texts = texts_of(ROWS)
    for doc_id, start, end, text, tokens in chunks.select(
        "doc_id", "char_start", "char_end", "text", "n_tokens"
    ).iter_rows():
        assert texts[doc_id][start:end] == text
        assert tokens <= 40
    assert chunks.height > len(texts)
    assert json.loads(chunks["metadata"][0])["strategy"] == strategy


def test_languages_are_found_where_none_is_given(tmp_path: Path) -> None:
    run_stage("chunk", write(tmp_path, "jsonl"), tmp_path / "out")
    found = dict(read_all(tmp_path / "out", "chunks").select("doc_id", "lang").iter_rows())
    assert found == {"en-1": "en", "en-2": "en", "en-3": "en", "zh-1": "zh", "zh-2": "zh",
                     "short": found["short"]}  # fmt: skip


def test_sft_samples_carry_evidence_and_an_export(tmp_path: Path, done: Path) -> None:
    rows = run_stage("sft", done / "out", tmp_path / "out", "--format", "alpaca")
    samples = read_all(tmp_path / "out", "sft")
    texts = dict(read_all(done / "out", "documents").select("doc_id", "text").iter_rows())
    for evidence in samples["evidence"]:
        for span in evidence:
            assert texts[span["doc_id"]][span["char_start"] : span["char_end"]] == span["quote"]
    assert {"en", "zh"} <= set(samples["lang"])
    lines = "".join(
        path.read_text("utf-8") for path in (tmp_path / "out" / "export" / "alpaca").iterdir()
    ).splitlines()
    assert len(lines) == rows["sft"]
    assert set(json.loads(lines[0])) >= {"instruction", "input", "output"}


def test_vectors_stand_beside_their_chunks(tmp_path: Path) -> None:
    run_stage("embed", write(tmp_path, "parquet"), tmp_path / "out")
    vectors, chunks = read_all(tmp_path / "out", "embeddings"), read_all(tmp_path / "out", "chunks")
    assert vectors["chunk_id"].to_list() == chunks["chunk_id"].to_list()
    lengths = vectors["embedding"].arr.to_list().list.eval(pl.element() ** 2).list.sum()
    assert lengths.to_list() == pytest.approx([1.0] * chunks.height, abs=1e-5)


def test_packed_sequences_hold_every_token_once(tmp_path: Path) -> None:
    run_stage("pack", write(tmp_path, "parquet"), tmp_path / "out", "--capacity", "300")
    packed = read_all(tmp_path / "out", "packed")
    assert packed["input_ids"].list.len().max() <= 300  # type: ignore[operator]  # a number
    texts = texts_of(ROWS)
    good = [text for doc_id, text in texts.items() if doc_id != "blank"]
    total = sum(len(text.encode()) for text in good)
    assert packed["input_ids"].list.len().sum() == total


def test_stages_read_each_other(tmp_path: Path) -> None:
    run_stage("clean", write(tmp_path, "parquet"), tmp_path / "clean")
    run_stage("filter", tmp_path / "clean", tmp_path / "filter")
    run_stage("dedup", tmp_path / "filter", tmp_path / "dedup")
    rows = run_stage("chunk", tmp_path / "dedup", tmp_path / "chunk")
    assert rows["rejects"] == 0
    kept = read_all(tmp_path / "dedup", "documents")
    assert set(read_all(tmp_path / "chunk", "chunks")["doc_id"]) == set(kept["doc_id"])
    assert kept["signals"].null_count() == 0
    run_stage("clean", tmp_path / "dedup", tmp_path / "again")
    again = read_all(tmp_path / "again", "documents")
    assert again.equals(kept)


def test_the_data_set_folder_alone_is_an_input_too(done: Path, tmp_path: Path) -> None:
    whole = run_stage("chunk", done / "out", tmp_path / "a")
    folder = run_stage("chunk", done / "out" / "documents", tmp_path / "b")
    assert whole == folder
    assert read_all(tmp_path / "a", "chunks").equals(read_all(tmp_path / "b", "chunks"))


def test_a_stage_replaces_what_another_wrote_before(tmp_path: Path) -> None:
    source = write(tmp_path, "parquet")
    run_stage("dedup", source, tmp_path / "out")
    run_stage("chunk", source, tmp_path / "out")
    assert not (tmp_path / "out" / "clusters").exists()
    assert not (tmp_path / "out" / "documents").exists()
    assert set(read_manifest(tmp_path / "out").datasets) == {"chunks", "rejects"}


def test_a_failed_stage_leaves_the_earlier_result(tmp_path: Path) -> None:
    run_stage("clean", write(tmp_path, "parquet"), tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    (tmp_path / "bad.jsonl").write_text('{"id": 1, "main": "no text"}\n')
    assert call("clean", tmp_path / "bad.jsonl", "-o", tmp_path / "out").code == 2
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert all(check.ok for check in verify(tmp_path / "out"))
    assert not list((tmp_path / "out").glob(".tmp-*"))


def test_the_same_input_gives_the_same_content_hash(tmp_path: Path) -> None:
    source = write(tmp_path, "parquet")
    for name in ("one", "two"):
        run_stage("dedup", source, tmp_path / name)
    one, two = (read_manifest(tmp_path / name) for name in ("one", "two"))
    assert one.content_hash == two.content_hash
    assert one.recipe["dedup"]["threshold"] == 0.75


def test_without_json_the_summary_names_folders_and_reasons(tmp_path: Path) -> None:
    answer = call("clean", write(tmp_path, "parquet"), "-o", tmp_path / "out")
    assert answer.out.splitlines() == [
        "8 rows in",
        f"6 rows in {tmp_path / 'out' / 'documents'}",
        f"0 rows in {tmp_path / 'out' / 'removed'}",
        f"2 rows in {tmp_path / 'out' / 'rejects'}",
        "2 rejected: invalid_record",
    ]
