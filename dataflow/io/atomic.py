"""Files and folders that are either whole or absent."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".tmp-"
"""Prefix of what is not committed yet; such a leftover of a killed run may be deleted."""


def fsync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Makes the bytes of `path` durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, data: bytes) -> None:
    """Writes `path` so that a reader, or a crash, sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{path.name}"
    temporary.write_bytes(data)
    fsync_file(temporary)
    temporary.replace(path)
    fsync_folder(path.parent)


def write_folder(path: Path, fill: Callable[[Path], None]) -> bool:
    """Creates the folder `path` in one step with what `fill` writes into it.

    Returns False, and leaves everything as it is, when the folder is already there: what is
    content-addressed need not be written twice.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=path.parent))
    temporary.chmod(0o755)
    try:
        fill(temporary)
        for child in temporary.iterdir():
            fsync_file(child)
        fsync_folder(temporary)
        temporary.rename(path)
    except OSError:
        if path.exists():  # another process committed the same content first
            return False
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    fsync_folder(path.parent)
    return True


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder below `folder` for what is not to be kept; gone afterwards, or at the next sweep."""
    own = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
