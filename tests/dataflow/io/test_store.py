from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import polars as pl
import pytest

from dataflow.io.atomic import TEMPORARY, write_file, write_folder
from dataflow.io.store import Store
from schemas.errors import StoreError

FRAME = pl.DataFrame({"a": [1, 2]})


def test_an_entry_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get("text", "abc") is None
    store.put("text", "abc", {"rows": FRAME}, {"rows": 2})
    entry = store.require("text", "abc")
    assert entry.table("rows").equals(FRAME)
    assert entry.table("rows", ["a"]).columns == ["a"]
    assert entry.record == {"rows": 2}
    assert [found.key for found in store.entries("text")] == ["abc"]


def test_what_is_committed_stands(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("text", "abc", {"rows": FRAME}, {"rows": 2})
    store.put("text", "abc", {"rows": FRAME.head(1)}, {"rows": 1})
    assert store.require("text", "abc").record == {"rows": 2}


def test_a_missing_entry_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run the stage before it"):
        Store(tmp_path).require("text", "abc")


def test_a_damaged_entry_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = store.put("text", "abc", {"rows": FRAME}, {})
    entry.path("rows").write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="delete this folder and run again"):
        entry.table("rows")
    (entry.folder / "record.json").write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        _ = entry.record


def _slow_fill(folder: Path) -> None:
    (folder / "one").write_text("1")
    (folder.parent / "started").touch()
    time.sleep(30)


def test_a_killed_writer_leaves_nothing_visible(tmp_path: Path) -> None:
    target = tmp_path / "text" / "ab" / "abc"
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=write_folder, args=(target, _slow_fill))
    child.start()
    started = target.parent / "started"
    while not started.exists():
        time.sleep(0.01)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert not target.exists()
    store = Store(tmp_path)
    assert list(store.entries("text")) == []
    assert store.sweep() == 1
    assert not list(tmp_path.glob(f"**/{TEMPORARY}*"))


def test_a_folder_that_fails_to_fill_is_not_there(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "one").write_text("1")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_folder(tmp_path / "x", fill)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "manifest.json"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [child.name for child in path.parent.iterdir()] == ["manifest.json"]
