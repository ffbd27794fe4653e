"""The index of earlier corpora as one run sees it: what others kept, and its own entry.

A path is a folder; an address such as `redis://host:6379/0#name` is an index that machines share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataflow.dedup.index_entry import (
    RECORD,
    REMOTE,
    EarlierDocuments,
    check_name,
    open_index,
)
from dataflow.recipe import Recipe
from schemas.errors import StoreError, UsageError
from schemas.ids import content_id

if TYPE_CHECKING:  # numba costs half a second
    from dataflow.dedup.signatures import Scheme, SignatureBlock

NAME_LENGTH, HASH_LENGTH = 60, 8


@dataclass(frozen=True, slots=True)
class EarlierCorpora:
    """An index at `path` without the entry `corpus`, which is the run's own."""

    path: str
    corpus: str
    scheme: Scheme
    bands: int
    threshold: float

    @classmethod
    def of(cls, recipe: Recipe, out: Path) -> EarlierCorpora | None:
        """The recipe's index, None when it names none."""
        options, stage = recipe.index, recipe.dedup
        if not options.path:
            return None
        name = options.corpus or own_name(out)
        return cls(options.path, name, stage.scheme, stage.bands, stage.threshold)

    @property
    def _is_remote(self) -> bool:
        return self.path.startswith(REMOTE)

    def check(self) -> None:
        """Raises UsageError when this run cannot use the index: before anything is computed."""
        check_name(self.corpus)
        if self._is_remote or Path(self.path).exists():
            self._open(create=True).close()

    def _open(self, *, create: bool = False) -> EarlierDocuments:
        try:
            return open_index(self.path, self.scheme, self.bands, create=create or self._is_remote)
        except StoreError as error:
            raise UsageError(f"index.path: {error}") from error

    @property
    def state(self) -> str:
        """Hash of what others have entered, '' for nothing: part of the key of what is found."""
        if not self._is_remote and not (Path(self.path) / RECORD).exists():
            return ""
        with closing(self._open()) as index:
            others = any(each.name != self.corpus for each in index.corpora())
            return index.state(excluding=self.corpus) if others else ""

    def similar(self, blocks: Sequence[SignatureBlock]) -> list[SignatureBlock]:
        """What others kept that is similar to a document of `blocks`."""
        if not self.state:
            return []
        with closing(self._open()) as index:
            return index.earlier(blocks, self.threshold, excluding=self.corpus)

    def enter(self, blocks: Sequence[SignatureBlock], kept: pl.Series) -> None:
        """Makes the documents `kept` the index's entry for this corpus; again changes nothing."""
        with closing(self._open(create=True)) as index:
            index.add(self.corpus, blocks, kept)


def own_name(out: Path) -> str:
    """A name for the corpus in `out`: its folder's, and a hash of the whole path.

    >>> own_name(Path("/data/My corpus"))
    'My-corpus-6a0a36df'
    """
    whole = out.resolve()
    name = re.sub(r"[^\w.+-]+", "-", whole.name).strip("-.+") or "corpus"
    return f"{name[:NAME_LENGTH]}-{content_id(str(whole))[:HASH_LENGTH]}"
