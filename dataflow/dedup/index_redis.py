"""The same index on a Redis server, for runs on several machines: band keys by datasketch.

Under one name there are, besides datasketch's tables of band keys (NAME:bands…),

    NAME:record          format, version, parameters; written once
    NAME:corpora         hash: corpus -> its entry; what is not named here does not exist
    NAME:rows:GENERATION hash: doc_id -> checksum, content hash, signature, shingles
    NAME:generations     set: those that have rows; NAME:generation counts them
    NAME:lock

Every addition is a generation of its own, which one HSET makes the corpus's. A writer that dies
leaves a generation that nobody names; the next writer clears it away. Shingles lie on the server
too, about 8 bytes for each word of the texts, so that candidates are verified exactly, whatever
machine asks. The server must keep what it is given: no eviction, and append-only persistence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np
import polars as pl
import xxhash

from dataflow.dedup.index_choice import (
    Choice,
    choose,
    same_parameters,
    same_scheme,
    take,
)
from dataflow.dedup.index_entry import CorpusEntry, Snapshot, check_name, fingerprint, seen_by
from dataflow.dedup.index_keys import Rows, alike_pairs
from dataflow.dedup.index_packed import joined, packed, unpacked
from dataflow.dedup.index_server import Address, asking, connect
from dataflow.dedup.reference import SignatureIndex
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly
from schemas.errors import StoreError, UsageError

FORMAT = "corpusmill.index.redis"
VERSION = 1
BATCH = 512
"""Documents sent or asked for at a time: about 3 MB of signatures and shingles."""
LEASE = 120.0
"""Seconds after which the lock of a writer that died is free; renewed with every batch."""
PATIENCE = 180.0
"""Seconds that a writer waits for another one: longer than the lock of a dead one lasts."""


class SharedIndex:
    """As CorpusIndex, on a Redis server. One process may write at a time, any number read."""

    def __init__(self, address: Address, scheme: Scheme, bands: int) -> None:
        self.address, self.scheme, self.bands, self.uncompared = address, scheme, bands, 0
        self._client = connect(address)
        shared = {"connection_pool": self._client.connection_pool}  # else 33 connections
        config = {"type": "redis", "basename": f"{address.name}:bands".encode(), "redis": shared}
        self._bands = SignatureIndex(scheme, bands, config)

    @classmethod
    def open(cls, url: str, scheme: Scheme, bands: int = 32, *, create: bool = False) -> Self:
        """The index at `url` (see Address), made when it is not there and `create` says so.

        Raises:
            StoreError: no index, a damaged one, or one of another version, scheme or bands.
            BackendError: the server does not answer.
            MissingExtraError: the package redis is not installed.
        """
        if scheme.permutations % bands:
            raise UsageError(f"{bands} bands do not divide {scheme.permutations} numbers")
        index = cls(Address.of(url), scheme, bands)
        with asking(index.address):
            if create:
                index._client.setnx(index._key("record"), index._head())
            index._check_record()
        return index

    def close(self) -> None:
        """Lets the connections go."""
        self._client.close()
        self._client.connection_pool.disconnect()

    def corpora(self) -> list[CorpusEntry]:
        """What is in the index, by name."""
        with asking(self.address):
            self._check_record()
            found = self._client.hgetall(self._key("corpora"))
        try:
            entries = [CorpusEntry(**json.loads(told)) for told in found.values()]
        except (ValueError, TypeError) as error:
            raise StoreError(f"{self.address}: damaged entry of a corpus ({error})") from error
        return sorted(entries, key=lambda each: each.name)

    def snapshot(self, corpus: str = "") -> Snapshot:
        """What `corpus` may find here: see `seen_by`; all without a name."""
        entries = seen_by(corpus, self.corpora())
        told = json.dumps([self._head(), *(each.folder for each in entries)]).encode()
        return Snapshot(entries, xxhash.xxh3_128_hexdigest(told))

    def earlier(
        self, blocks: Sequence[SignatureBlock], threshold: float, seen: Snapshot | None = None
    ) -> list[SignatureBlock]:
        """The documents of `seen` with a similarity of `threshold` or more to one of `blocks`.

        Ids are `corpus:doc_id`.

        Raises:
            StoreError: blocks of another scheme, rows that are damaged, or an entry of `seen` that
                another run has replaced meanwhile: its rows are no longer on the server.
        """
        entries = (seen or self.snapshot()).entries
        try:
            found = self._similar(blocks, threshold, entries)
        except StoreError:
            self._check_there(entries)
            raise
        self._check_there(entries)
        return found

    def _check_there(self, entries: Sequence[CorpusEntry]) -> None:
        """Raises StoreError unless nothing of `entries` was taken away since they were read.

        Rows go after the entry that named them, so what is named still was there all the time.
        """
        now = {each.added for each in self.corpora()}
        gone = [each.name for each in entries if each.added not in now]
        if gone:
            raise StoreError(
                f"{self.address}: another run replaced {', '.join(gone)} in the index while this "
                "one compared with it; run again (what is computed already is used)"
            )

    def _similar(
        self, blocks: Sequence[SignatureBlock], threshold: float, entries: Sequence[CorpusEntry]
    ) -> list[SignatureBlock]:
        names = {str(each.added): each.name for each in entries}
        found: dict[tuple[str, str], SignatureBlock] = {}
        for block in blocks:
            same_scheme(str(self.address), self.scheme, block.scheme)
            for start in range(0, len(block), BATCH):
                part = take(block, np.arange(start, min(start + BATCH, len(block))))
                self._verify(part, names, threshold, found)
        return [joined([found[key] for key in sorted(found)])] if found else []

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
        with asking(self.address), self._writing() as lock:
            entries = self.corpora()
            if any(each.folder == folder for each in entries):
                return
            self._clear(entries, lock)
            generation = int(self._client.incr(self._key("generation")))
            self._send(generation, choice, lock)
            first = next((each.first for each in entries if each.name == corpus), generation)
            entry = CorpusEntry(corpus, len(checks), generation, folder, first)
            self._client.hset(self._key("corpora"), corpus, json.dumps(asdict(entry)))
            self._clear(self.corpora(), lock)

    def without(self, corpus: str) -> None:
        """Takes `corpus` out of the index; raises StoreError when it is not there."""
        with asking(self.address), self._writing() as lock:
            if not self._client.hdel(self._key("corpora"), corpus):
                known = ", ".join(each.name for each in self.corpora()) or "none"
                raise StoreError(
                    f"{self.address}: no corpus {corpus!r} in the index; it has {known}"
                )
            self._clear(self.corpora(), lock)

    def _key(self, name: str) -> str:
        return f"{self.address.name}:{name}"

    def _head(self) -> str:
        parameters = {**asdict(self.scheme), "bands": self.bands}
        told = {"format": FORMAT, "version": VERSION, "parameters": parameters}
        return json.dumps(told, sort_keys=True)

    def _check_record(self) -> None:
        told = self._client.get(self._key("record"))
        if told is None:
            raise StoreError(f"{self.address}: no index of a corpus; make one")
        try:
            found = json.loads(told)
            form, version, parameters = found["format"], found["version"], found["parameters"]
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{self.address}: damaged record ({error})") from error
        if (form, version) != (FORMAT, VERSION):
            raise StoreError(
                f"{self.address}: {form} version {version}, this program reads {FORMAT} version "
                f"{VERSION}: start another index by running the earlier corpora again"
            )
        wanted = json.loads(self._head())["parameters"]
        same_parameters(str(self.address), parameters, wanted)

    def _send(self, generation: int, choice: Choice, lock: Any) -> None:
        """Rows first, then their band keys: what has keys can always be cleared away."""
        rows = self._key(f"rows:{generation}")
        # a mark that the generation exists, for one that has no documents yet
        self._client.sadd(self._key("generations"), generation)
        for places, block in choice.batches(BATCH):
            rows_ = {
                choice.doc_ids[place]: packed(choice.doc_ids[place], block, row)
                for row, place in enumerate(places)
            }
            self._client.hset(rows, mapping=rows_)
            names = [f"{generation}:{choice.doc_ids[place].decode()}" for place in places]
            self._bands.insert(replace(block, doc_ids=pl.Series("doc_id", names, pl.String)))
            lock.reacquire()

    def _clear(self, entries: Sequence[CorpusEntry], lock: Any) -> None:
        """Deletes the generations that no corpus names."""
        live = {each.added for each in entries}
        for told in self._client.smembers(self._key("generations")):
            generation = int(told)
            if generation in live:
                continue
            rows = self._key(f"rows:{generation}")
            names = self._client.hkeys(rows)
            for start in range(0, len(names), BATCH):
                part = names[start : start + BATCH]
                found = [row for row in self._rows(generation, part) if row is not None]
                if found:
                    block = joined(found)
                    ids = pl.format("{}:{}", pl.lit(generation), block.doc_ids)
                    self._bands.remove(replace(block, doc_ids=pl.select(doc_id=ids)["doc_id"]))
                self._client.hdel(rows, *part)
                lock.reacquire()
            self._client.srem(self._key("generations"), generation)

    def _verify(
        self, block: SignatureBlock, names: dict[str, str], threshold: float,
        found: dict[tuple[str, str], SignatureBlock],
    ) -> None:  # fmt: skip
        """Adds to `found` what is similar to a document of `block`."""
        numbers = pl.Series("doc_id", [str(row) for row in range(len(block))], pl.String)
        asked: dict[str, dict[str, list[int]]] = {}
        with asking(self.address):
            candidates = self._bands.candidates(replace(block, doc_ids=numbers))
        for row, key in candidates.iter_rows():
            generation, _, doc_id = key.partition(":")
            name = names.get(generation)
            if name is not None and (name, doc_id) not in found:
                asked.setdefault(generation, {}).setdefault(doc_id, []).append(int(row))
        new = Rows(block.signatures, block.shingles, block.offsets)
        for generation, rows in asked.items():
            ids = list(rows)
            for start in range(0, len(ids), BATCH):
                part = ids[start : start + BATCH]
                with asking(self.address):
                    old = self._fetch(generation, [each.encode() for each in part])
                first = np.array([row for each in part for row in rows[each]], np.int64)
                second = np.repeat(np.arange(len(part)), [len(rows[each]) for each in part])
                alike = alike_pairs(
                    new, readonly(first), Rows(old.signatures, old.shingles, old.offsets),
                    readonly(second), threshold,
                )  # fmt: skip
                for place in np.unique(second[alike]).tolist():
                    name = names[generation]
                    told = pl.Series("doc_id", [f"{name}:{part[place]}"], pl.String)
                    one = take(old, np.array([place]))
                    found[name, part[place]] = replace(one, doc_ids=told)

    def _rows(self, generation: int | str, names: Sequence[bytes]) -> list[SignatureBlock | None]:
        """The rows of some documents, None where one is missing or damaged."""
        found = self._client.hmget(self._key(f"rows:{generation}"), names)
        return [unpacked(name, data, self.scheme) for name, data in zip(names, found, strict=True)]

    def _fetch(self, generation: int | str, names: Sequence[bytes]) -> SignatureBlock:
        """The rows of some documents; raises StoreError when one is missing or damaged."""
        found = [row for row in self._rows(generation, names) if row is not None]
        if len(found) < len(names):
            raise StoreError(
                f"{self.address}: a row is missing or damaged; take its corpus out of the index "
                "and add it again (does the server evict keys?)"
            )
        return joined(found)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        lock = self._client.lock(
            self._key("lock"), timeout=LEASE, blocking_timeout=PATIENCE, sleep=0.05
        )
        with lock:
            yield lock
