"""The index of a corpus that grows: what earlier runs kept, found again without their texts.

A folder with one record and one folder of arrays for each corpus (a run's name):

    index.json            format, version, scheme, bands, corpora: the commit record
    rows/<fingerprint>/   arrays of one corpus (index_rows); never changed once they are there
    lock                  held by whoever writes

The record alone says what is in the index. Rows are written and synced before the record names
them, and what it no longer names is deleted after it was replaced, so a writer that is killed at
any point leaves either the old index or the new one.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import polars as pl
import xxhash

from dataflow.dedup.index_choice import choose, same_parameters
from dataflow.dedup.index_entry import (
    RECORD,
    CorpusEntry,
    Snapshot,
    check_name,
    fingerprint,
    seen_by,
)
from dataflow.dedup.index_rows import CorpusRows, open_rows, similar_rows, write_rows
from dataflow.dedup.signatures import Scheme, SignatureBlock
from dataflow.io.atomic import TEMPORARY, write_file, write_folder
from schemas.errors import StoreError, UsageError

FORMAT = "corpusmill.index"
VERSION = 1
PATIENCE = 60.0
"""Seconds that a writer waits for another one; an addition of 100,000 documents takes about 3."""


@dataclass(frozen=True, slots=True)
class Record:
    """The contents of an index: its corpora in the order of their names."""

    scheme: dict[str, int]
    bands: int
    corpora: tuple[CorpusEntry, ...] = ()

    def with_corpora(self, corpora: Sequence[CorpusEntry]) -> Record:
        """The same index with other contents."""
        ordered = tuple(sorted(corpora, key=lambda each: each.name))
        return Record(self.scheme, self.bands, ordered)

    def json(self) -> bytes:
        """The record as it stands on disk."""
        head = {"format": FORMAT, "version": VERSION}
        return json.dumps({**head, **asdict(self)}, indent=1, ensure_ascii=False).encode()


def _ours(name: str) -> bool:
    """Whether a file of this name may lie in the folder of an index that is being made."""
    return name in (RECORD, "rows", "lock") or name.startswith(TEMPORARY)


class CorpusIndex:
    """Documents that earlier runs kept, by corpus; another run's duplicates of them are found.

    `uncompared` is how many of the documents that were last looked up stand in so large groups of
    similar ones that they were not compared with all of them (see index_crowds).
    """

    def __init__(self, path: Path, scheme: Scheme, bands: int) -> None:
        self.path, self.scheme, self.bands = path, scheme, bands
        self.uncompared = 0

    @classmethod
    def open(cls, path: Path, scheme: Scheme, bands: int = 32, *, create: bool = False) -> Self:
        """The index in the folder `path`, made when it is not there and `create` says so.

        Raises:
            StoreError: no index, a damaged one, or one of another version, scheme or bands.
        """
        index = cls(path, scheme, bands)
        if not (path / RECORD).exists():
            if not create:
                raise StoreError(f"{path}: no index of a corpus; name its folder, or make one")
            if scheme.permutations % bands:
                raise UsageError(f"{bands} bands do not divide {scheme.permutations} numbers")
            if path.is_dir() and not all(_ours(each.name) for each in path.iterdir()):
                raise StoreError(f"{path}: not an index, and not empty; name another folder")
            with index._writing():
                if not (path / RECORD).exists():
                    write_file(path / RECORD, Record(asdict(scheme), bands).json())
        index._record()
        return index

    def corpora(self) -> list[CorpusEntry]:
        """What is in the index, by name."""
        return list(self._record().corpora)

    def snapshot(self, corpus: str = "") -> Snapshot:
        """What `corpus` may find here, its rows opened: see `seen_by`; all without a name.

        Tried again when a writer has replaced rows meanwhile.
        """
        for attempt in range(3):
            record = self._record()
            entries = seen_by(corpus, record.corpora)
            folders = [each.folder for each in entries]
            told = json.dumps([VERSION, record.scheme, record.bands, *folders]).encode()
            try:
                rows = tuple(self._rows(each) for each in entries)
            except StoreError:
                if attempt == 2 or self._record() == record:
                    raise
            else:
                return Snapshot(entries, xxhash.xxh3_128_hexdigest(told), rows)
        raise AssertionError("unreachable")

    def blocks(self) -> list[SignatureBlock]:
        """All documents, a memory-mapped block for each corpus, in name order.

        Ids are `corpus:doc_id`: the same file may be in several corpora, and in this run's.
        """
        return [rows.whole() for rows in self.snapshot().rows if len(rows)]

    def earlier(
        self, blocks: Sequence[SignatureBlock], threshold: float, seen: Snapshot | None = None
    ) -> list[SignatureBlock]:
        """The documents of `seen` with a similarity of `threshold` or more to one of `blocks`.

        As `blocks`, without the rows that cannot matter: only these are read.

        Raises:
            StoreError: blocks of another scheme, or rows that are damaged.
        """
        corpora = (seen or self.snapshot()).rows
        found, self.uncompared = similar_rows(corpora, blocks, threshold, self.scheme)
        return [rows.block(each) for rows, each in zip(corpora, found, strict=True) if len(each)]

    def add(self, corpus: str, blocks: Sequence[SignatureBlock], kept: pl.Series) -> None:
        """Makes the documents `kept` of `blocks` the entry of `corpus`, instead of its earlier one.

        All or nothing, whenever the process dies. Adding the same again changes nothing.

        Raises:
            UsageError: a name that cannot be one.
            SchemaError: a kept document that is in no block.
            StoreError: another scheme, or another process that does not stop writing.
        """
        check_name(corpus)
        choice = choose(blocks, kept, self.scheme)
        checks = choice.checks()
        folder = fingerprint(corpus, self.scheme, self.bands, checks)
        with self._writing():
            record = self._record()
            others = [each for each in record.corpora if each.name != corpus]
            if any(each.folder == folder for each in record.corpora):
                return
            write_folder(
                self.path / "rows" / folder,
                lambda new: write_rows(new, choice, checks, self.scheme.permutations, self.bands),
            )
            number = 1 + max((each.added for each in record.corpora), default=0)
            first = next((each.first for each in record.corpora if each.name == corpus), number)
            entry = CorpusEntry(corpus, len(checks), number, folder, first)
            self._commit(record.with_corpora([*others, entry]))

    def without(self, corpus: str) -> None:
        """Takes `corpus` out of the index; raises StoreError when it is not there."""
        with self._writing():
            record = self._record()
            others = [each for each in record.corpora if each.name != corpus]
            if len(others) == len(record.corpora):
                known = ", ".join(each.name for each in record.corpora) or "none"
                raise StoreError(f"{self.path}: no corpus {corpus!r} in the index; it has {known}")
            self._commit(record.with_corpora(others))

    def check(self) -> None:
        """Reads everything; raises StoreError where it is not what was written."""
        for rows in self.snapshot().rows:
            rows.check()

    def close(self) -> None:
        """Nothing: blocks that were found stay readable."""

    def _commit(self, record: Record) -> None:
        write_file(self.path / RECORD, record.json())
        self._sweep(record)

    def _sweep(self, record: Record) -> None:
        """Deletes what no record names: replaced rows, and what killed writers left."""
        named = {each.folder for each in record.corpora}
        for path in (self.path / "rows").glob("*"):
            if path.name not in named:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(f"{TEMPORARY}*"):
            path.unlink(missing_ok=True)

    def _record(self) -> Record:
        """The record on disk; raises StoreError unless it is of this version and scheme."""
        path = self.path / RECORD
        try:
            told = json.loads(path.read_bytes())
            form, version = told["format"], told["version"]
            if (form, version) != (FORMAT, VERSION):
                raise StoreError(
                    f"{path}: {form} version {version}, this program reads {FORMAT} version "
                    f"{VERSION}: start another index by running the earlier corpora again"
                )
            entries = tuple(CorpusEntry(**entry) for entry in told["corpora"])
            record = Record(dict(told["scheme"]), int(told["bands"]), entries)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{path}: damaged or missing ({error}); restore it") from error
        found, wanted = {**record.scheme, "bands": record.bands}, asdict(self.scheme)
        same_parameters(str(self.path), found, {**wanted, "bands": self.bands})
        return record

    def _rows(self, entry: CorpusEntry) -> CorpusRows:
        folder = self.path / "rows" / entry.folder
        return open_rows(folder, entry.name, self.scheme, self.bands, entry.documents)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Holds the index's lock; raises StoreError when another process keeps it too long."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / "lock").open("w")
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}") from error
        with file:
            waited = 0.0
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if waited >= PATIENCE:
                        raise StoreError(
                            f"{self.path}: another run has been writing for {PATIENCE:.0f} s; "
                            "wait for it, or stop it"
                        ) from error
                    time.sleep(0.05)
                    waited += 0.05
            yield
