"""Evaluation sets on disk: what is read, what is refused, and how the index is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.decontamination.sets import read_items, set_files
from dataflow.decontamination.stage import Decontaminate
from schemas.errors import StoreError, UsageError

LONG = "the harbour master counts every ship that passes the lighthouse between dusk and dawn today"


def items(path: Path, *fields: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.id, item.texts) for item in read_items(path.name, path, fields)]


def test_texts_at_any_depth_count_and_ids_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {
        "id": "x1",
        "q": "one",
        "choices": [{"t": "two"}, "three", 4, None],
        "z": {"k": ["five"]},
    }
    path.write_text(json.dumps(row) + "\n\n" + json.dumps({"q": "six", "id": 7}) + '\n{"q": ""}')
    assert items(path) == [("x1", ("one", "two", "three", "five")), ("7", ("six",)), ("2", ("",))]


def test_parquet_is_read_with_its_lists_and_structs(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = {
        "item_id": ["a", None],
        "q": ["one", "two"],
        "c": [["x", "y"], []],
        "s": [{"k": "z"}] * 2,
    }
    pl.DataFrame(rows).write_parquet(path)
    assert items(path) == [("a", ("one", "x", "y", "z")), ("1", ("two", "z"))]
    assert items(path, "s.k", "q") == [("a", ("z", "one")), ("1", ("z", "two"))]


def test_files_are_named_by_their_place(tmp_path: Path) -> None:
    for name in ("one/test.jsonl", "two/test.jsonl", "two/deep/dev.parquet", "two/.hidden.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "two/readme.md").write_text("")
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    names = [name for name, _ in set_files((two, one))]
    assert names == sorted([f"{one}/test.jsonl", f"{two}/test.jsonl", "deep/dev.parquet"])
    assert [name for name, _ in set_files((f"{one}/test.jsonl",))] == ["test.jsonl"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"q": "a"}\n{"q": \n', "line 2 is no JSON"),
        (b'{"q": "a"}\n["b"]\n', "line 2: a JSON object expected, not list"),
        (b'{"q": "\xff"}\n', "line 1 is no JSON"),
        (b'{"q": ' + b"[" * 100_000 + b"\n", "line 1 is no JSON"),
        (b'{"q": ' + b"[" * 80 + b'"a"' + b"]" * 80 + b"}\n", "line 1: nested more than 64"),
        (b"\n\n", "is empty"),
        (b'{"n": 1}\n', "no item has texts"),
    ],
)
def test_a_file_that_is_no_set_is_named_with_its_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "bad.jsonl").write_bytes(content)
    with pytest.raises(UsageError, match=message) as caught:
        Decontaminate(sets=(str(tmp_path),)).load()
    assert "bad.jsonl" in str(caught.value)


def test_other_things_that_are_no_sets(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds none that ends in"):
        Decontaminate(sets=(str(tmp_path),)).load()
    with pytest.raises(UsageError, match="is no file"):
        Decontaminate(sets=(str(tmp_path / "absent"),)).load()
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(UsageError, match="no readable Parquet file"):
        Decontaminate(sets=(str(tmp_path),)).load()
    (tmp_path / "bad.parquet").unlink()
    (tmp_path / "a.jsonl").write_text('{"q": "a"}\n')
    with pytest.raises(UsageError, match="no item has texts under prompt"):
        Decontaminate(sets=(str(tmp_path),), fields=("prompt",)).load()


def test_half_a_surrogate_pair_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"q": "\ud800 " + LONG, "id": "\udc00"}))
    stage = Decontaminate(sets=(str(tmp_path),))
    _, hits = stage(pl.DataFrame({"doc_id": ["a"], "text": [LONG]}))
    assert hits["text"].to_list() == [LONG]


@pytest.fixture
def built(tmp_path: Path) -> tuple[Decontaminate, Any, Path]:
    folder = tmp_path / "sets"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"q": LONG}) + "\n" + json.dumps({"q": "港口" * 9}))
    stage = Decontaminate(sets=(str(folder),))
    index = stage.load()
    path = tmp_path / "index.arrow"
    index.write(path)
    return stage, index, path


def test_an_index_is_read_as_it_was_written(built: tuple[Decontaminate, Any, Path]) -> None:
    stage, index, path = built
    again = stage.read_index(path)
    assert (again.hash, again.facts) == (index.hash, index.facts)
    assert (again.items, again.names) == (["0", "1"], ["a.jsonl"])
    assert not again.search.grams.flags.writeable
    frame = pl.DataFrame({"doc_id": ["a", "b"], "text": [f"x {LONG} y", "no"]})
    assert stage(frame, again)[1].equals(stage(frame, index)[1])
    copy = path.with_name("copy.arrow")
    again.write(copy)
    assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("damage", ["cut", "flip", "other", "absent"])
def test_a_damaged_index_is_refused(built: tuple[Decontaminate, Any, Path], damage: str) -> None:
    stage, index, path = built
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "flip":
        place = data.index(index.search.letters.tobytes())
        data[place] ^= 1
        path.write_bytes(data)
    elif damage == "other":
        pl.DataFrame({"a": [1]}).write_ipc(path)
    else:
        path.unlink()
    with pytest.raises(StoreError, match=r"index\.arrow"):
        stage.read_index(path)


def test_keys_cover_content_not_place(tmp_path: Path) -> None:
    stages = []
    for name, text in (("one", LONG), ("two", LONG), ("three", LONG + " again")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").write_text(json.dumps({"q": text}))
        stages.append(Decontaminate(sets=(str(tmp_path / name),)))
    same, moved, other = (stage.identity for stage in stages)
    assert same == moved != other
    assert stages[0].load().hash == stages[1].load().hash != stages[2].load().hash
    assert Decontaminate(sets=stages[0].sets, ngram=14).identity != same
