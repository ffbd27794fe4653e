"""datasketch: the reference that our signatures are checked against, and its storage back ends.

Our signatures are datasketch 2's `affine32` scheme bit for bit, so a row of ours is a MinHash of
theirs, and any index they offer (in memory, Redis, …) can hold it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.signatures import Scheme, SignatureBlock
from schemas.errors import StoreError

if TYPE_CHECKING:
    from datasketch import MinHash, MinHashLSH

AFFINE = "affine32"


def to_datasketch(row: NDArray[np.uint32], scheme: Scheme) -> MinHash:
    """The datasketch MinHash of one signature row (uint32[k]) made under `scheme`."""
    from datasketch import MinHash

    return MinHash(
        hashvalues=row, permutations=scheme.parameters(), seed=scheme.seed, scheme=AFFINE
    )


def native_minhash(shingles: NDArray[np.uint64], scheme: Scheme) -> MinHash:
    """The MinHash that datasketch itself computes from shingle hashes (their upper halves)."""
    from datasketch import MinHash

    sketch = MinHash(num_perm=scheme.permutations, seed=scheme.seed, scheme=AFFINE, hashfunc=int)
    sketch.update_batch((shingles >> np.uint64(32)).tolist())
    return sketch


def lsh_index(
    scheme: Scheme, bands: int, storage_config: Mapping[str, Any] | None = None
) -> MinHashLSH:
    """A datasketch index of `bands` bands, keys are bytes.

    `storage_config` is datasketch's, for example `{"type": "redis", "basename": b"corpus",
    "redis": {"host": "localhost", "port": 6379}}`; None keeps the index in memory. Keys are never
    pickled, which is datasketch's way with Redis: whoever may write to the server could make its
    readers run code.
    """
    from datasketch import MinHashLSH

    config = dict(storage_config) if storage_config else {"type": "dict"}
    rows = scheme.permutations // bands
    return MinHashLSH(
        num_perm=scheme.permutations, params=(bands, rows), storage_config=config, prepickle=False
    )


@dataclass(frozen=True)
class SignatureIndex:
    """Band keys of all documents seen so far, in a datasketch index that can outlive the process.

    It answers with candidates, which are to be verified like any other (see index_redis). One
    insertion costs about 100 times what a whole run costs for each document, so
    `Deduplicate.resolve` is the way when all blocks are at hand, and CorpusIndex when a folder
    can be shared.
    """

    scheme: Scheme
    bands: int = 32
    storage_config: Mapping[str, Any] | None = field(default=None, repr=False)

    @cached_property
    def index(self) -> MinHashLSH:
        """The datasketch index behind."""
        return lsh_index(self.scheme, self.bands, self.storage_config)

    def insert(self, block: SignatureBlock) -> None:
        """Adds all documents of `block`; a doc_id that is already there stays as it is."""
        with self.index.insertion_session() as session:
            for doc_id, row in self._rows(block):
                if doc_id not in self.index:
                    sketch = to_datasketch(row, self.scheme)
                    session.insert(doc_id, sketch, check_duplication=False)

    def remove(self, block: SignatureBlock) -> None:
        """Takes out all documents of `block`, also those that were inserted only in part."""
        ids = [doc_id for doc_id, _ in self._rows(block)]
        for band, table in enumerate(self.index.hashtables if ids else ()):
            keys = self._band(block, band)
            found = zip(keys, ids, table.getmany(*keys), strict=True)
            touched = [(key, doc_id) for key, doc_id, members in found if doc_id in members]
            for key, doc_id in touched:
                table.remove_val(key, doc_id, buffer=True)
            table.empty_buffer()
            _drop_empty(table, [key for key, _ in touched])
        known = [each for each in ids if each in self.index]
        if known:
            self.index.keys.remove(*known)

    def candidates(self, block: SignatureBlock) -> pl.DataFrame:
        """Pairs (doc_id, candidate) of `block`'s documents and others in the index, sorted."""
        names = list(block.doc_ids)
        pairs: set[tuple[str, str]] = set()
        for band, table in enumerate(self.index.hashtables):
            # one question for all documents: a server's answer takes longer than the look-up
            found = table.getmany(*self._band(block, band)) if names else []
            for doc_id, others in zip(names, found, strict=True):
                pairs.update((doc_id, other.decode("utf-8", "replace")) for other in others)
        rows = sorted(pair for pair in pairs if pair[0] != pair[1])
        return pl.DataFrame(rows, {"doc_id": pl.String, "candidate": pl.String}, orient="row")

    def _band(self, block: SignatureBlock, band: int) -> list[bytes]:
        """Datasketch's key of each document in one band."""
        start, end = self.index.hashranges[band]
        self._check(block)
        return [row.byteswap().tobytes() for row in block.signatures[:, start:end]]

    def _rows(self, block: SignatureBlock) -> zip[tuple[bytes, NDArray[np.uint32]]]:
        self._check(block)
        return zip([each.encode() for each in block.doc_ids], block.signatures, strict=True)

    def _check(self, block: SignatureBlock) -> None:
        if block.scheme != self.scheme:
            raise StoreError(f"the index holds {self.scheme}, the block {block.scheme}")


def _drop_empty(table: Any, keys: Sequence[bytes]) -> None:
    """Removes those of `keys` that have no members any more."""
    keys = list(dict.fromkeys(keys))
    members = table.getmany(*keys) if keys else []
    empty = [key for key, found in zip(keys, members, strict=True) if not found]
    if empty:
        table.remove(*empty)
