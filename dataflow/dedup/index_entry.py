"""What every index says of a corpus, and how one is opened from the recipe's `index`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl
import xxhash

from schemas.errors import UsageError

if TYPE_CHECKING:  # numba costs half a second
    from dataflow.dedup.kernels import U64
    from dataflow.dedup.signatures import Scheme, SignatureBlock

NAME = re.compile(r"[\w][\w.+-]{0,99}")
"""No colon, which stands between the name and the id of a document."""
RECORD = "index.json"
"""File of an index in a folder; without it there is none."""
REMOTE = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True)
class CorpusEntry:
    """What the record says of one corpus: `added` counts additions from 1, `folder` is its rows'.

    A corpus that is added again with the same rows keeps its number.
    """

    name: str
    documents: int
    added: int
    folder: str


def check_name(corpus: str) -> None:
    """Raises UsageError unless `corpus` can name a corpus."""
    if not NAME.fullmatch(corpus):
        raise UsageError(
            f"a corpus cannot be named {corpus!r}: use letters, digits, '.', '_', '+' and '-', "
            "at most 100 of them, a letter or digit first"
        )


def fingerprint(corpus: str, scheme: Scheme, bands: int, checks: U64) -> str:
    """Hash of the rows of a corpus (their checksums `checks`, in order), under its name."""
    told = xxhash.xxh3_128(f"{corpus}\0{bands}\0{scheme}".encode())
    told.update(checks.data)
    return told.hexdigest()


class EarlierDocuments(Protocol):
    """An index: a folder (index.CorpusIndex) or a server (index_redis.SharedIndex)."""

    def corpora(self) -> list[CorpusEntry]:
        """What is in the index, by name."""
        ...

    def state(self, excluding: str = "") -> str:
        """Hash of all that a run could find here."""
        ...

    def earlier(
        self, blocks: Sequence[SignatureBlock], threshold: float, excluding: str = ""
    ) -> list[SignatureBlock]:
        """The documents with a similarity of `threshold` or more to one of `blocks`."""
        ...

    def add(self, corpus: str, blocks: Sequence[SignatureBlock], kept: pl.Series) -> None:
        """Makes the documents `kept` of `blocks` the entry of `corpus`."""
        ...

    def without(self, corpus: str) -> None:
        """Takes `corpus` out of the index."""
        ...

    def close(self) -> None:
        """Lets connections go."""
        ...


def open_index(
    where: str, scheme: Scheme, bands: int = 32, *, create: bool = False
) -> EarlierDocuments:
    """The index at `where`: a folder, or `redis://host:6379/0#name`.

    Raises what CorpusIndex.open and SharedIndex.open raise.
    """
    if where.startswith(REMOTE):
        from dataflow.dedup.index_redis import SharedIndex

        return SharedIndex.open(where, scheme, bands, create=create)
    from dataflow.dedup.index import CorpusIndex

    return CorpusIndex.open(Path(where), scheme, bands, create=create)
