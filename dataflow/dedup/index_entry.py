"""What every index says of a corpus, and how one is opened from the recipe's `index`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl
import xxhash

from schemas.errors import UsageError

if TYPE_CHECKING:  # numba costs half a second
    from dataflow.dedup.index_rows import CorpusRows
    from dataflow.dedup.kernels import U64
    from dataflow.dedup.signatures import Scheme, SignatureBlock

NAME = re.compile(r"[\w][\w.+-]{0,99}")
"""No colon, which stands between the name and the id of a document."""
RECORD = "index.json"
"""File of an index in a folder; without it there is none."""
HIDDEN = "(hidden)"
REMOTE = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True)
class CorpusEntry:
    """What the record says of one corpus: `added` counts additions from 1, `folder` is its rows'.

    A corpus that is added again with the same rows keeps its number; `first` is that of its first
    addition, whatever has replaced it since.
    """

    name: str
    documents: int
    added: int
    folder: str
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What one corpus may find in an index, read at one moment.

    `state` is its hash, part of the key of what is found; `rows` are the opened arrays of the
    entries where the index is a folder: they stay readable when a writer replaces them.
    """

    entries: tuple[CorpusEntry, ...]
    state: str
    rows: tuple[CorpusRows, ...] = ()


def seen_by(corpus: str, entries: Iterable[CorpusEntry]) -> tuple[CorpusEntry, ...]:
    """The entries that `corpus` is compared with: those that were there before its own first one.

    All, when it has none. Two corpora that both dropped a document for the other would both lose
    it; the order of first entries is total and never changes, so that only the later one can.
    """
    entries = tuple(entries)
    own = [each.first for each in entries if each.name == corpus]
    return tuple(
        each for each in entries if each.name != corpus and (not own or each.first < own[0])
    )


def shown(address: str) -> str:
    """A path or address without what may be a password, for all that is written down.

    >>> shown("redis://reader:pass@host:6379/0#news")
    'redis://(hidden)@host:6379/0#news'
    """
    if not address.startswith(REMOTE):
        return address
    scheme, _, rest = address.partition("://")
    if "?" in rest:  # options may be passwords too, and a password may have any sign
        return f"{scheme}://{HIDDEN}"
    user, _, host = rest.rpartition("@")
    return f"{scheme}://{HIDDEN}@{host}" if user else f"{scheme}://{host}"


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
    """An index: a folder (index.CorpusIndex) or a server (index_redis.SharedIndex).

    `uncompared` counts the documents last looked up that were not compared with all candidates.
    """

    uncompared: int

    def corpora(self) -> list[CorpusEntry]:
        """What is in the index, by name."""
        ...

    def snapshot(self, corpus: str = "") -> Snapshot:
        """What `corpus` may find here: see `seen_by`; everything without a name."""
        ...

    def earlier(
        self, blocks: Sequence[SignatureBlock], threshold: float, seen: Snapshot | None = None
    ) -> list[SignatureBlock]:
        """The documents of `seen` with a similarity of `threshold` or more to one of `blocks`."""
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
