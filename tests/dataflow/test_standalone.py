"""What all stages alone share: whose folder it is, languages, and how output is committed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dataflow.io.shards import read_all, read_manifest
from dataflow.ownership import RUN, check_place
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe, recipe_from
from dataflow.standalone import curate, judge, make
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import writing
from dataflow.text.language import DetectLanguage
from dataflow.verify import verify
from schemas.errors import SchemaError, UsageError
from schemas.manifest import Manifest
from schemas.tables import DOCUMENTS, REJECTS

ENGLISH = "The keeper of the weir reads the gauge every morning and writes it down."
CHINESE = "看守人每天清晨都到墙边去读水尺，然后把水位记在本子上。"


def documents(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "doc_id": [f"doc-{n:04d}" for n in range(count)],
            "text": [f"{ENGLISH} Entry {n}." for n in range(count)],
        }
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.parquet"
    documents(10).write_parquet(path)
    return path


@pytest.mark.parametrize("lang", [[None, None, "fr"], ["", "und", "fr"]])
def test_only_rows_without_a_language_get_one(lang: list[str | None]) -> None:
    frame = pl.DataFrame(
        {"doc_id": ["a", "b", "c"], "text": [ENGLISH, CHINESE, ENGLISH], "lang": lang},
        schema_overrides={"lang": pl.String},
    )
    found = with_lang(frame, DetectLanguage())
    assert found["lang"].to_list() == ["en", "zh", "fr"]
    assert found.drop("lang").equals(frame.drop("lang"))
    without = with_lang(frame.drop("lang"), DetectLanguage())
    assert without["lang"].to_list() == ["en", "zh", "en"]


def test_languages_that_are_all_there_are_left_alone() -> None:
    frame = pl.DataFrame({"doc_id": ["a"], "text": [CHINESE], "lang": ["xx"]})
    assert with_lang(frame, DetectLanguage()) is frame


def test_nothing_is_visible_before_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with writing(out, Recipe()) as output:
        output.write_documents(documents(3).with_columns(source=pl.lit("x")))
        assert not (out / "documents").exists()
        output.close("clean", {"rows_in": 3})
    assert read_all(out, "documents").height == 3
    assert not list(out.glob(".tmp-*"))


def test_an_error_leaves_neither_data_nor_staging(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(SchemaError), writing(out, Recipe()) as output:
        output.write(DOCUMENTS, pl.DataFrame({name: ["x"] for name in DOCUMENTS.schema.names}))
    assert [path.name for path in out.iterdir()] == [WORK]


def test_shards_have_the_size_of_the_recipe(source: Path, tmp_path: Path) -> None:
    recipe = recipe_from({"run": {"rows_per_shard": 4, "tokenizer": "bytes"}}, "r")
    manifest = curate.clean(source, tmp_path / "out", recipe)
    assert [shard.rows for shard in manifest.datasets["documents"].shards] == [4, 4, 2]
    found = read_all(tmp_path / "out", "documents")
    assert found["n_tokens"].to_list() == [len(text.encode()) for text in found["text"]]
    assert manifest.recipe["run"]["tokenizer"] == "bytes"
    whole = curate.clean(source, tmp_path / "whole", Recipe())
    assert whole.datasets["rejects"] == manifest.datasets["rejects"]


def test_a_killed_stage_does_not_block_the_next(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / WORK).mkdir(parents=True)
    (out / ".tmp-stage" / "documents").mkdir(parents=True)
    (out / ".tmp-stage" / "documents" / "part-00000.parquet").write_text("half")
    (out / "documents").mkdir()  # killed between two renames: no manifest, some data
    curate.clean(source, out, Recipe())
    assert read_manifest(out).datasets["documents"].rows == 10
    assert not (out / ".tmp-stage").exists()


def test_every_stage_writes_rejects_even_without_any(source: Path, tmp_path: Path) -> None:
    manifest = make.pack(source, tmp_path / "out", Recipe())
    assert manifest.datasets["rejects"].rows == 0
    assert read_all(tmp_path / "out", "rejects").columns == REJECTS.schema.names


def test_dedup_keeps_order_and_replaces_an_old_cluster(tmp_path: Path) -> None:
    frame = documents(4).with_columns(cluster_id=pl.lit("old"))
    path = tmp_path / "in.parquet"
    frame.reverse().write_parquet(path)
    curate.dedup(path, tmp_path / "out", Recipe())
    found = read_all(tmp_path / "out", "documents")
    assert found["cluster_id"].null_count() == 0
    assert "old" not in found["cluster_id"]
    ids = found["doc_id"].to_list()
    assert ids == sorted(ids, reverse=True)


def test_rows_that_vanish_are_found(source: Path, tmp_path: Path) -> None:
    curate.clean(source, tmp_path / "out", Recipe())
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [check for check in verify(tmp_path / "out") if not check.ok] == []
    manifest["counts"]["rows_in"] += 1
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest))
    (failed,) = [check for check in verify(tmp_path / "out") if not check.ok]
    assert failed.name == "conservation: rows in = documents + rejects"
    assert failed.problems == ("11 in, 10 + 0 out",)


def test_an_input_without_any_good_row(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    documents(3).with_columns(text=pl.lit(" ")).write_parquet(path)
    recipe = recipe_from(
        {"passages": {"unit": "sentence"}, "perplexity": {"model": "corpus"},
         "balance": {"test": 0.5}, "index": {"path": str(tmp_path / "index")}},
        "r",
    )  # fmt: skip
    stages: tuple[Callable[[Path, Path, Recipe], Manifest], ...] = (
        curate.clean, curate.redact, judge.filter_rows, curate.dedup, curate.balance,
    )  # fmt: skip
    for stage in stages:
        manifest = stage(path, tmp_path / stage.__name__, recipe)
        assert manifest.datasets["documents"].rows == 0
        assert manifest.datasets["rejects"].rows == 3
        assert [check for check in verify(tmp_path / stage.__name__) if not check.ok] == []
    assert judge.preview_filter(path, recipe).rows == 0


def test_a_place_of_its_own_is_fine(tmp_path: Path, source: Path) -> None:
    check_place(tmp_path / "new", [source], RUN)
    check_place(tmp_path, [source], RUN)
    (tmp_path / "thesis.tex").write_text("mine")
    check_place(tmp_path, [source], RUN)


def test_a_place_of_ours_may_be_written_again(tmp_path: Path, source: Path) -> None:
    (tmp_path / WORK).mkdir()
    for name in RUN:
        (tmp_path / name).mkdir()
    check_place(tmp_path, [source], RUN)


@pytest.mark.parametrize("name", RUN)
def test_a_place_with_files_of_others_is_refused(name: str, tmp_path: Path, source: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match="was not made by corpusmill"):
        check_place(tmp_path, [source], RUN)


def test_a_run_without_its_work_folder_is_still_ours(damaged: Path, source: Path) -> None:
    shutil.rmtree(damaged / WORK)
    check_place(damaged, [source], RUN)
    (damaged / "manifest.json").write_text("{}")
    with pytest.raises(UsageError, match="was not made by corpusmill"):
        check_place(damaged, [source], RUN)


def test_an_input_reached_by_a_link_is_safe_too(tmp_path: Path) -> None:
    place = tmp_path / "out"
    (place / WORK).mkdir(parents=True)
    (place / "documents").mkdir()
    link = tmp_path / "link"
    link.symlink_to(place / "documents")
    with pytest.raises(UsageError, match="would be replaced"):
        check_place(place, [link], RUN)
    shutil.rmtree(place)
    with pytest.raises(UsageError, match="does not exist"):
        check_place(place, [link], RUN)
