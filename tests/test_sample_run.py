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
from sample_data.make import bulletins, personal

SAMPLES = Path(__file__).parent.parent / "sample_data"
EXPECTED = tomllib.loads((SAMPLES / "expected.toml").read_text(encoding="utf-8"))
CURATION = ("mojibake", "lines", "residue", "boilerplate", "passages", "masked")
"""Changes that few documents need; the others are what any parser leaves behind."""
LARGE = 0.2
"""Share of a document from which on a language counts as one of its languages here."""


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


def curated(out: Path) -> dict[str, dict[str, Any]]:
    """What a run found and changed in its documents, in the form of sample_data/expected.toml."""
    found: dict[str, dict[str, Any]] = {
        name: {} for name in ("license", "masked", "changes", "languages")
    }
    for row in read_all(out, "documents").to_dicts():
        items = {item["kind"]: item["count"] for item in row["personal_data"]}
        assert {item["action"] for item in row["personal_data"]} <= {"mask"}
        changes = {name: row["changes"][name] for name in CURATION if row["changes"][name]}
        large = [part["lang"] for part in row["languages"] if part["share"] >= LARGE]
        facts = {
            "license": row["license"],
            "masked": items,
            "changes": changes,
            "languages": large if len(large) > 1 else [],
        }
        for name, fact in facts.items():
            if fact:
                found[name][row["source"]] = fact
    return found


@pytest.fixture(scope="module")
def unrecognised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The output of a run without recognition and model, and its outcomes."""
    out = tmp_path_factory.mktemp("unrecognised")
    return out, carry_out(out, parse={"ocr": "never"}, embed={"embedder": "hashing"})


def test_without_recognition_every_sample_ends_where_it_should(
    unrecognised: tuple[Path, dict[str, str]],
) -> None:
    _, found = unrecognised
    assert_expected(found, {**EXPECTED["outcomes"], **EXPECTED["without_ocr"]})


def test_curation_finds_and_changes_what_it_should(
    unrecognised: tuple[Path, dict[str, str]],
) -> None:
    out, _ = unrecognised
    assert curated(out) == {name: EXPECTED[name] for name in curated(out)}


def test_lines_of_a_series_are_cut_and_its_headings_stay(
    unrecognised: tuple[Path, dict[str, str]],
) -> None:
    removed = read_all(unrecognised[0], "removed").filter(pl.col("stage") == "boilerplate")
    pages = [f"bulletins/2026-{month:02}.html" for month in range(1, 9)]
    assert {
        source: tuple(lines["text"]) for (source,), lines in removed.group_by("source")
    } == dict.fromkeys(pages, bulletins.NOTICES)
    assert set(removed["stage"]) == {"boilerplate"}
    assert set(removed["copies"]) == {len(pages)}


def test_no_secret_is_left_and_nothing_else_is_gone(
    unrecognised: tuple[Path, dict[str, str]],
) -> None:
    out, _ = unrecognised
    rows = {name: read_all(out, name).write_json() for name in ("documents", "chunks", "sft")}
    for lang in ("en", "zh"):
        for kind, secret in personal.secrets(lang).items():
            assert [name for name, text in rows.items() if secret in text] == [], (lang, kind)
    texts = dict(read_all(out, "documents").select("source", "text").iter_rows())
    gone = [
        (source, words)
        for source, stays in EXPECTED["stays"].items()
        for words in stays
        if words not in texts[source]
    ]
    assert gone == []
    assert "Authorization: Bearer ⟨TOKEN⟩" in texts["handover_en.md"]
    assert "手机：⟨PHONE⟩" in texts["handover_zh.txt"]


def test_broken_text_reads_as_it_was_written(
    unrecognised: tuple[Path, dict[str, str]],
) -> None:
    texts = dict(read_all(unrecognised[0], "documents").select("source", "text").iter_rows())
    written = SAMPLES / "make" / "texts"
    for source, name in (
        ("broken/mojibake.txt", "mojibake.txt"),
        ("broken/mojibake_en.txt", "mojibake_en.txt"),
        ("letter_zh.eml", "letter_zh.txt"),
    ):
        assert texts[source].strip() == (written / name).read_text(encoding="utf-8").strip()


@pytest.mark.real
def test_with_recognition_and_vectors_every_sample_ends_where_it_should(tmp_path: Path) -> None:
    assert_expected(carry_out(tmp_path), EXPECTED["outcomes"])
    assert curated(tmp_path) == {name: EXPECTED[name] for name in curated(tmp_path)}
    documents = {row["source"]: row for row in read_all(tmp_path, "documents").to_dicts()}
    assert "ocr_used" in {issue["code"] for issue in documents["scan_en.pdf"]["issues"]}
    assert documents["scan_zh.jpg"]["lang"] == "zh"
    assert read_manifest(tmp_path).datasets["embeddings"].rows > 100
    langs = set(read_all(tmp_path, "sft")["lang"])
    assert {"en", "zh"} <= langs
