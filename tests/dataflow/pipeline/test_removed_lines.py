"""Lines that cleaning removes become rows of `removed/`, with personal data masked."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dataflow.passages.cutting import REMOVED_FRAME
from dataflow.pipeline.annotate import Annotate, removed_rows
from tests.dataflow.pipeline.conftest import Runner, paragraph, recipe

MAIL = "anna.berg@mill-museum.org"
NOTICE = f"下一篇：给 {MAIL} 的信"


def test_personal_data_in_removed_lines_is_masked() -> None:
    text = f"{paragraph('mill')}\n\n{NOTICE}\n"
    frame, removed = Annotate.of(recipe())(pl.DataFrame({"doc_id": ["a"], "text": [text]}))
    assert MAIL not in frame["text"][0]
    assert removed.select("row", "text").rows() == [(0, "下一篇：给 ⟨EMAIL⟩ 的信")]


def test_each_document_of_a_pack_has_its_own_rows() -> None:
    lines = pl.DataFrame(
        {"row": [0, 0, 2], "position": [3, 5, 0], "text": ["a", "b", "c"], "pack": ["p"] * 3},
        schema_overrides={"row": pl.UInt32},
    )
    documents = pl.DataFrame(
        {"doc_id": ["x", "x2", "y"], "source": ["1", "2", "3"], "pack": ["p", "p", "q"],
         "row": [0, 0, 2]},
        schema_overrides={"row": pl.UInt32},
    )  # fmt: skip
    found = removed_rows(lines, documents)
    assert found.schema == REMOVED_FRAME
    assert found.select("doc_id", "source", "position", "text").rows() == [
        ("x", "1", 3, "a"), ("x2", "2", 3, "a"), ("x", "1", 5, "b"), ("x2", "2", 5, "b"),
    ]  # fmt: skip
    assert set(found.select("stage", "unit", "copies", "of_doc_id").rows()) == {
        ("clean", "line", 1, None)
    }


def test_the_text_step_hands_them_on(runner: Runner, inputs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (inputs / f"{name}.md").write_text(f"{paragraph(name)}\n\n{NOTICE}\n", encoding="utf-8")
    manifest = runner()
    tables = [pl.read_parquet(path) for path in tmp_path.glob("**/step-text/**/removed.parquet")]
    removed = pl.concat(tables).sort("source")
    assert removed.schema == REMOVED_FRAME
    assert removed["source"].to_list() == ["one.md", "two.md"]
    assert set(removed["text"]) == {"下一篇：给 ⟨EMAIL⟩ 的信"}
    assert manifest.counts["changes"]["residue"] == removed.height
