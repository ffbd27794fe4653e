"""The index of earlier corpora as one run sees it: what others kept, and its own entry.

A path is a folder; an address such as `redis://host:6379/0#name` is an index that machines share.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataflow.dedup.index_entry import (
    RECORD,
    REMOTE,
    EarlierDocuments,
    Snapshot,
    check_name,
    open_index,
)
from dataflow.io.atomic import write_file
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe
from schemas.errors import StoreError, UsageError

if TYPE_CHECKING:  # numba costs half a second
    from dataflow.dedup.signatures import Scheme, SignatureBlock

NAME_LENGTH, RANDOM_BYTES = 60, 4
NAME_FILE = "corpus"
"""File of the work folder that keeps the name which an output folder's corpus was given."""


@dataclass(slots=True)
class EarlierCorpora:
    """An index at `path` as the corpus `corpus` sees it, or one without an entry for ''.

    What is there is read once: `state`, a part of the cache key, and `similar` mean the same
    entries, whatever other runs do meanwhile. `out` is where the name of a corpus is kept that
    the recipe gives none. `uncompared` counts the documents that `similar` did not compare with
    all candidates, since those are too many of one template.
    """

    path: str = field(repr=False)
    corpus: str
    scheme: Scheme
    bands: int
    threshold: float
    out: Path | None = None
    uncompared: int = field(default=0, init=False, compare=False)
    _seen: Snapshot | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, recipe: Recipe, out: Path) -> EarlierCorpora | None:
        """The recipe's index, None when it names none; makes nothing."""
        options, stage = recipe.index, recipe.dedup
        if not options.path:
            return None
        name = options.corpus or kept_name(out)
        return cls(options.path, name, stage.scheme, stage.bands, stage.threshold, out)

    @property
    def _is_remote(self) -> bool:
        return self.path.startswith(REMOTE)

    def check(self) -> None:
        """Raises UsageError when this run cannot use the index: before anything is computed."""
        if self.corpus:
            check_name(self.corpus)
        if self._is_remote or Path(self.path).exists():
            self._open(create=True).close()

    def _open(self, *, create: bool = False) -> EarlierDocuments:
        try:
            return open_index(self.path, self.scheme, self.bands, create=create or self._is_remote)
        except StoreError as error:
            raise UsageError(f"index.path: {error}") from error

    def _snapshot(self) -> Snapshot:
        if self._seen is None:
            if self._is_remote or (Path(self.path) / RECORD).exists():
                with closing(self._open()) as index:
                    self._seen = index.snapshot(self.corpus)
            else:
                self._seen = Snapshot((), "")
        return self._seen

    @property
    def state(self) -> str:
        """Hash of what others have entered, '' for nothing: part of the key of what is found."""
        seen = self._snapshot()
        return seen.state if seen.entries else ""

    def similar(self, blocks: Sequence[SignatureBlock]) -> list[SignatureBlock]:
        """What others kept that is similar to a document of `blocks`."""
        seen = self._snapshot()
        if not seen.entries:
            return []
        with closing(self._open()) as index:
            found = index.earlier(blocks, self.threshold, seen)
            self.uncompared = index.uncompared
            return found

    def enter(self, blocks: Sequence[SignatureBlock], kept: pl.Series) -> None:
        """Makes the documents `kept` the index's entry for this corpus; again changes nothing.

        A corpus without a name gets one, which is on disk before the entry is.
        """
        if not self.corpus and self.out is not None:
            self.corpus = own_name(self.out)
        with closing(self._open(create=True)) as index:
            index.add(self.corpus, blocks, kept)
        self._seen = None


def kept_name(out: Path) -> str:
    """The name that the corpus in `out` was given, '' when it has none yet."""
    try:
        return (out / WORK / NAME_FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{out / WORK / NAME_FILE} cannot be read: {error}") from error


def own_name(out: Path) -> str:
    """The name of the corpus in `out`, made once: its folder's name and 8 random characters.

    It is kept in the work folder, so it moves with `out`, and no other machine makes the same.
    """
    name = kept_name(out)
    if not name:
        folder = re.sub(r"[^\w.+-]+", "-", out.resolve().name).strip("-.+") or "corpus"
        name = f"{folder[:NAME_LENGTH]}-{os.urandom(RANDOM_BYTES).hex()}"
        (out / WORK).mkdir(parents=True, exist_ok=True)
        write_file(out / WORK / NAME_FILE, name.encode())
    return name
