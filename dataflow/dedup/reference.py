"""datasketch: the reference that our signatures are checked against, and its storage back ends.

Our signatures are datasketch 2's `affine32` scheme bit for bit, so a row of ours is a MinHash of
theirs, and any index they offer (in memory, Redis, …) can hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """An empty datasketch index of `bands` bands.

    `storage_config` is datasketch's, for example `{"type": "redis", "basename": b"corpus",
    "redis": {"host": "localhost", "port": 6379}}`; None keeps the index in memory.
    """
    from datasketch import MinHashLSH

    config = dict(storage_config) if storage_config else {"type": "dict"}
    rows = scheme.permutations // bands
    return MinHashLSH(num_perm=scheme.permutations, params=(bands, rows), storage_config=config)


@dataclass(frozen=True)
class SignatureIndex:
    """Band keys of all documents seen so far, in a datasketch index that can outlive the process.

    It answers with candidates, for runs that add to a corpus whose blocks are elsewhere; they are
    to be verified like any other. One insertion costs about 100 times what a whole run costs for
    each document, so `Deduplicate.resolve` is the way when all blocks are at hand.
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
                    session.insert(doc_id, to_datasketch(row, self.scheme))

    def candidates(self, block: SignatureBlock) -> pl.DataFrame:
        """Pairs (doc_id, candidate) of `block`'s documents and others in the index, sorted."""
        pairs = [
            (doc_id, found)
            for doc_id, row in self._rows(block)
            for found in self.index.query(to_datasketch(row, self.scheme))
            if found != doc_id
        ]
        schema = {"doc_id": pl.String, "candidate": pl.String}
        return pl.DataFrame(pairs, schema=schema, orient="row").sort("doc_id", "candidate")

    def _rows(self, block: SignatureBlock) -> zip[tuple[str, NDArray[np.uint32]]]:
        if block.scheme != self.scheme:
            raise StoreError(f"the index holds {self.scheme}, the block {block.scheme}")
        return zip(block.doc_ids, block.signatures, strict=True)
