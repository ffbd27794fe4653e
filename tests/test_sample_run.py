"""The sample documents through the whole run: each ends where sample_data/expected.toml says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_all, read_manifest
from dataflow.pipeline.run import over_budget, run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import load_recipe, recipe_from
from dataflow.report.build import write_report
from dataflow.verify import verify

SAMPLES = Path(__file__).parent.parent / "sample_data"
EXPECTED = tomllib.loads((SAMPLES / "expected.toml").read_text(encoding="utf-8"))


def outcomes(out: Path) -> dict[str, str]:
    """`kept`, or the reason, for every source of a run."""
    rejects = read_all(out, "rejects").filter(pl.col("level") != "sample")
    found = dict(rejects.select("source", "reason").iter_rows())
    found.update(dict.fromkeys(read_all(out, "documents")["source"], "kept"))
    return found


def assert_expected(found: Mapping[str, str], expected: Mapping[str, Any]) -> None:
    wrong = {
        uri: (found.get(uri, "lost"), allowed)
        for uri, allowed in expected.items()
        if found.get(uri, "lost") not in ([allowed] if isinstance(allowed, str) else allowed)
    }
    assert wrong == {}
    for group in EXPECTED["one_kept"]:
        kept = [uri for uri in group["uris"] if found[uri] == "kept"]
        assert len(kept) == 1, f"of {group['uris']} {kept} were kept"


def carry_out(out: Path, **sections: dict[str, Any]) -> dict[str, str]:
    recipe = recipe_from(sections, "test") if sections else load_recipe(SAMPLES / "recipe.toml")
    with LocalEngine() as engine:
        manifest = run(Session(Job((SAMPLES / "documents",), out, recipe), engine))
    write_report(out)
    assert [check for check in verify(out) if not check.ok] == []
    assert not over_budget(manifest, 0.35)
    return outcomes(out)


def test_without_recognition_every_sample_ends_where_it_should(tmp_path: Path) -> None:
    found = carry_out(tmp_path, parse={"ocr": "never"}, embed={"embedder": "hashing"})
    assert_expected(found, {**EXPECTED["outcomes"], **EXPECTED["without_ocr"]})


@pytest.mark.real
def test_with_recognition_and_vectors_every_sample_ends_where_it_should(tmp_path: Path) -> None:
    assert_expected(carry_out(tmp_path), EXPECTED["outcomes"])
    documents = {row["source"]: row for row in read_all(tmp_path, "documents").to_dicts()}
    assert "ocr_used" in {issue["code"] for issue in documents["scan_en.pdf"]["issues"]}
    assert documents["scan_zh.jpg"]["lang"] == "zh"
    assert read_manifest(tmp_path).datasets["embeddings"].rows > 100
    langs = set(read_all(tmp_path, "sft")["lang"])
    assert {"en", "zh"} <= langs
