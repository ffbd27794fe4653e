"""What a worker is handed: the pack it works on, and the key under which it commits the result.

A task is plain data and small; frames are read and written by the worker, never sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from dataflow.io.store import Store
from schemas.ids import content_id

PARSE, TEXT = "parse", "text"
"""Kinds of packs: parsed documents; documents with their text cleaned and scored."""


@dataclass(frozen=True, slots=True)
class PackTask:
    """Work on the pack `pack` that ends in the entry `key`."""

    store: Path
    pack: str
    key: str
    input_kind: ClassVar[str] = TEXT

    @property
    def n_bytes(self) -> int:
        """Size on disk of what the task reads: its deadline follows from it."""
        return Store(self.store).require(self.input_kind, self.pack).path("rows").stat().st_size


@dataclass(frozen=True, slots=True)
class Chosen(PackTask):
    """Work on some rows of a text pack: row numbers and the sources they have in this run."""

    rows: tuple[int, ...]
    sources: tuple[str, ...]

    def frame(self, columns: list[str]) -> pl.DataFrame:
        """The chosen rows with these columns of the text pack, and their `source`."""
        names = [name for name in columns if name != "source"]
        table = Store(self.store).require(TEXT, self.pack).table("rows", names)
        chosen = table[list(self.rows)]
        return chosen.with_columns(pl.Series("source", self.sources, dtype=pl.String))


def chosen_packs(
    index: pl.DataFrame, kind: str, shape: str, build: Callable[..., PackTask], store: Path
) -> list[PackTask]:
    """One task for each pack of `index` (columns source, pack, row), in order of appearance.

    The key covers the pack, the chosen rows, their sources and `shape` (stage repr and version).
    """
    tasks = []
    for (pack,), part in index.group_by("pack", maintain_order=True):
        rows, sources = tuple(part["row"].to_list()), tuple(part["source"].to_list())
        key = content_id(kind, shape, str(pack), *rows, *sources)
        tasks.append(build(store=store, pack=str(pack), key=key, rows=rows, sources=sources))
    return tasks
