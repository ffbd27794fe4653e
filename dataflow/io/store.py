"""The content-addressed store under `.work/`: what makes a re-run incremental, a crash harmless.

An entry is a folder `<kind>/<key[:2]>/<key>/` of tables and a `record.json`. The key is a hash of
everything that shaped it: input content, stage repr and versions. A folder appears in one rename,
so an entry is whole or absent; nothing is ever changed in place.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.atomic import TEMPORARY, write_file, write_folder
from schemas.errors import StoreError
from schemas.ids import content_id

RECORD = "record.json"
LAYOUT = "1"
"""Version of the layout of the work folder; another version is an error, not a guess."""

SALT = "salt"


@dataclass(frozen=True, slots=True)
class Entry:
    """A committed entry."""

    kind: str
    key: str
    folder: Path

    @property
    def record(self) -> dict[str, Any]:
        """The entry's small facts: counts, keys of what it was made from, seconds."""
        try:
            record: dict[str, Any] = json.loads((self.folder / RECORD).read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{self.folder}: damaged ({error}); delete this folder and run again"
            ) from error
        return record

    def path(self, name: str) -> Path:
        """Path of the table `name` of this entry."""
        return self.folder / f"{name}.parquet"

    def table(self, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        """The table `name`, or only some of its columns."""
        path = self.path(name)
        try:
            return pl.read_parquet(path, columns=columns, glob=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise StoreError(
                f"{path}: damaged ({error}); delete this folder and run again"
            ) from error


class Store:
    """Entries by kind and key under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key

    def check_layout(self) -> None:
        """Marks a new work folder with the layout's version; raises StoreError for another one."""
        path = self.folder / "layout"
        if not path.exists() and not (self.folder / "step-ingest").exists():
            write_file(path, LAYOUT.encode())
        elif not path.exists() or path.read_text("utf-8", "replace") != LAYOUT:
            raise StoreError(
                f"{self.folder} was made by another version of corpusmill; delete this folder "
                "and run again (everything is computed anew), or use another output folder"
            )

    def salted(self, secret: str) -> str:
        """Hash of a secret that tells nothing without this work folder's own random salt."""
        path = self.folder / SALT
        if not path.exists():
            write_file(path, os.urandom(16))
        return content_id(path.read_bytes().hex(), secret)

    def get(self, kind: str, key: str) -> Entry | None:
        """The entry, or None when it was never committed."""
        path = self._path(kind, key)
        return Entry(kind, key, path) if (path / RECORD).exists() else None

    def require(self, kind: str, key: str) -> Entry:
        """The entry; raises StoreError when it is not there."""
        entry = self.get(kind, key)
        if entry is None:
            raise StoreError(f"no {kind} entry {key} under {self.folder}: run the stage before it")
        return entry

    def put(
        self, kind: str, key: str, tables: Mapping[str, pl.DataFrame], record: Mapping[str, Any]
    ) -> Entry:
        """Commits an entry of tables; when it is there already, that one stands."""
        writers = {
            f"{name}.parquet": partial(frame.write_parquet, compression="zstd")
            for name, frame in tables.items()
        }
        return self.put_files(kind, key, writers, record)

    def put_files(
        self,
        kind: str,
        key: str,
        writers: Mapping[str, Callable[[Path], object]],
        record: Mapping[str, Any],
    ) -> Entry:
        """Commits an entry of files, each written by a function of its path."""
        path = self._path(kind, key)

        def fill(folder: Path) -> None:
            for name, write in writers.items():
                write(folder / name)
            (folder / RECORD).write_text(json.dumps(dict(record), sort_keys=True), encoding="utf-8")

        write_folder(path, fill)
        return Entry(kind, key, path)

    def entries(self, kind: str) -> Iterator[Entry]:
        """All committed entries of a kind, by key."""
        root = self.folder / kind
        if not root.exists():
            return
        for path in sorted(root.glob("*/*")):
            if not path.name.startswith(TEMPORARY) and (path / RECORD).exists():
                yield Entry(kind, path.name, path)

    def sweep(self) -> int:
        """Deletes what killed runs left uncommitted; returns how many leftovers there were."""
        leftovers = list(self.folder.glob(f"**/{TEMPORARY}*"))
        for path in leftovers:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return len(leftovers)
