"""Many processes may open one SQLite file, new or not, at the same moment."""

from __future__ import annotations

import multiprocessing
import sqlite3
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from dataflow.io.sqlite_file import open_shared

PROCESSES, FILES = 4, 40


def _open_all(folder: Path, together: Barrier) -> None:
    for i in range(FILES):
        together.wait(60)
        connection = open_shared(folder / f"{i}.sqlite")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (process INTEGER)")
        connection.execute("INSERT INTO rows VALUES (1)")
        connection.close()


def test_a_new_file_is_opened_by_many_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(PROCESSES)
    running = [
        context.Process(target=_open_all, args=(tmp_path, together)) for _ in range(PROCESSES)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * PROCESSES
    for i in range(FILES):
        connection = open_shared(tmp_path / f"{i}.sqlite")
        assert connection.execute("SELECT count(*) FROM rows").fetchone() == (PROCESSES,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        connection.close()


def test_a_damaged_file_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no database" * 200)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        open_shared(tmp_path / "x")
