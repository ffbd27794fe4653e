"""SQLite files that many processes open at once."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

_LOCK_WAIT_S = 60.0
_RETRY_S = 0.01


def open_shared(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """A connection in write-ahead mode with `synchronous=FULL` and autocommit.

    What a statement wrote is on the disk when it returns; a lock of another process is waited for,
    up to a minute. With `any_thread` the caller sees to it that one thread uses it at a time.
    Raises sqlite3.Error when the file is damaged or stays locked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_LOCK_WAIT_S, isolation_level=None, check_same_thread=not any_thread
    )
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Changes the mode; SQLite's own waiting for locks leaves out this one change."""
    until = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_RETRY_S)
