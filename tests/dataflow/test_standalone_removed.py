"""What cleaning on its own removes is in `removed/` beside the documents."""

from __future__ import annotations

import json
from pathlib import Path

from dataflow.io.shards import read_all
from dataflow.recipe import Recipe
from dataflow.standalone.curate import clean
from tests.strategies.text import CHINESE, ENGLISH


def test_removed_lines_are_written(tmp_path: Path) -> None:
    texts = {
        "a": f"Skip to content\n\n{ENGLISH[0]}",
        "b": CHINESE[0],
        "c": f"{CHINESE[1]}\n返回顶部",
    }
    lines = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    manifest = clean(tmp_path / "in.jsonl", tmp_path / "out", Recipe())
    assert manifest.datasets["removed"].rows == 2
    documents = dict(read_all(tmp_path / "out", "documents").select("doc_id", "text").rows())
    removed = read_all(tmp_path / "out", "removed")
    columns = ("doc_id", "stage", "unit", "position", "text", "copies", "of_doc_id", "source")
    assert removed.select(columns).rows() == [
        ("a", "clean", "line", 0, "Skip to content", 1, None, "in.jsonl#1"),
        ("c", "clean", "line", len(documents["c"]), "返回顶部", 1, None, "in.jsonl#3"),
    ]


def test_nothing_removed_is_an_empty_data_set(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "b", "text": CHINESE[0]}))
    manifest = clean(tmp_path / "in.jsonl", tmp_path / "out", Recipe())
    assert manifest.datasets["removed"].rows == 0
