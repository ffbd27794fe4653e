"""Deduplication alone: what a passage's keeper is, and where the work lies while it is done."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest

from dataflow.dedup.buckets import Room
from dataflow.io.shards import read_all
from dataflow.recipe import recipe_from
from dataflow.standalone import curate
from dataflow.verify import verify
from tests.dataflow.pipeline.conftest import paragraph
from tests.dataflow.pipeline.curated_input import GAUGES, SHARED, TOLL

ROWS = pl.DataFrame(
    {
        "doc_id": ["d1", "d2", "d3", "d4", "d5", "d6"],
        "source": ["f.md", "e.md", "d.md", "c.md", "b.md", "a.md"],
        "text": [
            f"{paragraph('gate', 3)}\n\n{SHARED}", f"{SHARED}\n\n{paragraph('ford', 6)}",
            f"{paragraph('quay', 2)}\n\n{SHARED}", f"{GAUGES}\n\n{TOLL}",
            f"{TOLL}\n\n{GAUGES[::-1]}\n\n{GAUGES[:60]}", f"{SHARED}\n\n{TOLL}",
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("keep", "keepers"),
    [("first", {SHARED: "d6", TOLL: "d6"}), ("longest", {SHARED: "d2", TOLL: "d5"})],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["paragraph", "substring"])
def test_the_order_of_the_input_changes_nothing(
    unit: str, keep: str, keepers: dict[str, str], tmp_path: Path
) -> None:
    options = {"passages": {"unit": unit, "min_tokens": 20}, "dedup": {"keep": keep}}
    found = []
    for name, frame in (("plain", ROWS), ("turned", ROWS.reverse())):
        path, out = tmp_path / f"{name}.parquet", tmp_path / name
        frame.write_parquet(path)
        curate.dedup(path, out, recipe_from(options, "r"))
        assert [check for check in verify(out) if not check.ok] == []
        documents = read_all(out, "documents").sort("doc_id").select("doc_id", "text")
        for passage, keeper in keepers.items():
            held = documents.filter(pl.col("text").str.contains(passage, literal=True))
            assert held["doc_id"].to_list() == [keeper]
        removed = read_all(out, "removed").sort("doc_id", "position")
        rejects = read_all(out, "rejects").sort("id")
        found.append((documents, removed, rejects))
    for plain, turned in zip(*found, strict=True):
        assert plain.equals(turned)


def test_nothing_is_put_outside_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ROWS.write_parquet(tmp_path / "in.parquet")
    monkeypatch.setattr(curate, "Room", lambda folder: Room(folder=folder, documents=1))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    recipe = recipe_from(
        {"passages": {"unit": "sentence"}, "index": {"path": str(tmp_path / "index")}}, "r"
    )
    curate.dedup(tmp_path / "in.parquet", tmp_path / "out", recipe)
    assert read_all(tmp_path / "out", "clusters").height == ROWS.height
    assert (tmp_path / "index").is_dir()
    assert not list((tmp_path / "out").glob(".tmp-*"))
