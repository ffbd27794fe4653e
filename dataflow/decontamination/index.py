"""The index of evaluation sets: built once, written to one file, mapped by every worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from dataflow.decontamination.scan import Search
from dataflow.io.arrow_arrays import array_from, numbers_of
from dataflow.io.mapped_batch import Form, one_list, read_mapped, write_mapped

FORM = Form("corpusmill.evaluation-index", "evaluation index", "an")
BITS_PER_GRAM = 16
"""Of the bitmap: one lookup in sixteen is in vain, and a million n-grams take 4 MB."""
NUMBERS: dict[str, type[np.generic]] = {
    "bitmap": np.uint64, "sizes": np.int64, "grams": np.uint64, "offsets": np.int64,
    "place": np.int64, "part": np.int64, "size": np.int64, "letters": np.uint32,
    "starts": np.int64, "part_item": np.int64, "part_grams": np.int64, "item_set": np.int64,
}  # fmt: skip
"""Arrays on disk, and their types; the first nine are those of `Search`."""
FACTS = ("sets", "items", "compared", "too_short", "only_common")


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationIndex:
    """Every n-gram of the items of some evaluation sets, and where it stands.

    A part is what overlap is measured over: one long text of an item, or all of an item that has
    none. Part p belongs to the item `part_item[p]` and has `part_grams[p]` n-grams that count; item
    i is `items[i]` of the set `names[item_set[i]]`. `facts` says how many `sets` and `items` were
    read, how many items are `compared`, and how many are not: those `too_short`, and those with
    nothing that few items have (`only_common`).
    """

    search: Search
    part_item: NDArray[np.int64]
    part_grams: NDArray[np.int64]
    item_set: NDArray[np.int64]
    items: list[str]
    names: list[str]
    facts: dict[str, int]

    def _numbers(self) -> dict[str, NDArray[Any]]:
        return {
            **self.search._asdict(),
            "part_item": self.part_item, "part_grams": self.part_grams, "item_set": self.item_set,
        }  # fmt: skip

    @property
    def hash(self) -> str:
        """Hash of all that hits depend on, 32 hexadecimal digits: a part of cache keys."""
        digest = hashlib.sha256()
        for name, values in self._numbers().items():
            digest.update(f"{name} {values.size} ".encode())
            digest.update(np.ascontiguousarray(values).data)
        for texts in (self.items, self.names):
            digest.update("".join(f"{len(text)} {text}" for text in texts).encode())
        return digest.hexdigest()[:32]

    def write(self, path: Path) -> None:
        """Writes the index to `path`, whole or not at all; equal indexes give equal bytes."""
        columns = {name: one_list(array_from(values)) for name, values in self._numbers().items()}
        for name, texts in (("items", self.items), ("names", self.names)):
            columns[name] = one_list(pa.array(texts, pa.large_string(), from_pandas=False))
        told = {name: str(value) for name, value in self.facts.items()}
        batch = pa.record_batch(list(columns.values()), list(columns))
        write_mapped(path, FORM, batch, {**told, "xxh3": self._checksum()})

    @classmethod
    def read(cls, path: Path) -> EvaluationIndex:
        """The index in `path`, its arrays mapped; raises StoreError if it cannot be read."""
        return read_mapped(path, FORM, cls._decoded, cls._checksum)

    @classmethod
    def _decoded(cls, batch: pa.RecordBatch, told: dict[str, str]) -> EvaluationIndex:
        numbers = {
            name: numbers_of(batch.column(name).values).view(kind) for name, kind in NUMBERS.items()
        }
        items, names = (batch.column(name).values.to_pylist() for name in ("items", "names"))
        search = Search(**{name: numbers[name] for name in Search._fields})
        return cls(
            search, numbers["part_item"], numbers["part_grams"], numbers["item_set"], items, names,
            {name: int(told[name]) for name in FACTS},
        )  # fmt: skip

    def _checksum(self) -> str:
        """xxh3 of all values, 16 hexadecimal digits."""
        state = xxhash.xxh3_64()
        numbers = self._numbers()
        for name in NUMBERS:
            state.update(np.ascontiguousarray(numbers[name]).data)
        state.update("\0".join([*self.items, "", *self.names]).encode())
        return state.hexdigest()


def bitmap_of(grams: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of the upper digits of `grams`, a power of two of them."""
    bits = max(6, int(grams.size * BITS_PER_GRAM - 1).bit_length())
    place = grams >> np.uint64(64 - bits)
    bitmap = np.zeros((1 << bits) // 64, np.uint64)
    np.bitwise_or.at(bitmap, place >> np.uint64(6), np.uint64(1) << (place & np.uint64(63)))
    return bitmap
