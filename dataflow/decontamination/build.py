"""From the items of evaluation sets to their index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dataflow.decontamination.index import EvaluationIndex, bitmap_of
from dataflow.decontamination.kernels import write_grams, write_units
from dataflow.decontamination.scan import Search, room_for
from dataflow.decontamination.sets import Item
from dataflow.decontamination.units import compose_with_places
from dataflow.dedup.folding import fold_table
from dataflow.dedup.signatures import readonly

I64 = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


class Sizes(NamedTuple):
    """Units of an n-gram, and of the shortest passage that is matched as a whole."""

    ngram: int
    shortest: int


class Passage(NamedTuple):
    """One text of an item: hashes of its units, its folded letters, where each unit begins."""

    hashes: NDArray[np.uint64]
    letters: NDArray[np.uint32]
    starts: I64
    sizes: Sizes

    @property
    def is_long(self) -> bool:
        """Whether it has an n-gram."""
        return self.hashes.size >= self.sizes.ngram

    @property
    def counts(self) -> bool:
        """Whether there is enough of it to be looked for."""
        return self.hashes.size >= self.sizes.shortest


class IndexBuilder:
    """Collects items; `finish` makes the index of them.

    `words` and `characters` are the sizes for passages of which at most, or more than, half the
    units are ideographs; an n-gram that stands in more than `common` items does not count.
    """

    def __init__(self, words: Sizes, characters: Sizes, common: int) -> None:
        self.words, self.characters, self.common = words, characters, common
        self._names: list[str] = []
        self._items: list[str] = []
        self._item_set: list[int] = []
        self._part_item: list[int] = []
        self._keys: list[NDArray[np.uint64]] = []
        self._grams: list[NDArray[np.uint64]] = []
        self._places: list[I64] = []
        self._sizes_parts: list[tuple[int, int]] = []
        self._letters: list[NDArray[np.uint32]] = []
        self._starts: list[I64] = []
        self._units = self._size = self._too_short = 0
        self._windows: set[int] = set()
        self._room = room_for(4096)

    def add(self, name: str, items: Iterable[Item]) -> None:
        """Adds all items of the set `name`."""
        self._names.append(name)
        for item in items:
            self._items.append(item.id)
            self._item_set.append(len(self._names) - 1)
            passages = [passage for text in item.texts if (passage := self._read(text)).counts]
            long = [passage for passage in passages if passage.is_long]
            for passage in long:
                self._take(passage, self._new_part())
            if passages and not long:
                part = self._new_part()
                for passage in passages:
                    self._take(passage, part)
            self._too_short += not passages

    def _new_part(self) -> int:
        self._part_item.append(len(self._items) - 1)
        return len(self._part_item) - 1

    def _read(self, text: str) -> Passage:
        """`text` as units."""
        data = np.frombuffer(compose_with_places(text).text.encode(), np.uint8)
        table = fold_table()
        if data.size > self._room.letters.size:
            self._room = room_for(2 * data.size)
        count = -1
        while count < 0:
            room = self._room
            count, letters, ideographs = write_units(
                data, (0, data.size), (table.codes, table.expansions), room.letters, room.hashes,
                room.places,
            )  # fmt: skip
            if count < 0:
                self._room = room_for(2 * room.letters.size)
        sizes = self.characters if 2 * ideographs > count else self.words
        return Passage(
            room.hashes[:count].copy(), room.letters[:letters].copy(),
            room.places[:count, 2].copy(), sizes,
        )  # fmt: skip

    def _take(self, passage: Passage, part: int) -> None:
        """Adds the n-grams of a passage, or its beginning when it is shorter than one."""
        units = passage.hashes.size
        size, window = (passage.sizes.ngram,) * 2
        if not passage.is_long:
            size, window = units, passage.sizes.shortest
        grams, places = np.empty(units, np.uint64), np.empty(units, np.int64)
        found = write_grams(passage.hashes, 0, units, size, grams, places)
        whole, places = grams[:found], places[:found]
        keys = whole
        if not passage.is_long:
            keys = np.empty(units, np.uint64)
            first = np.empty(units, np.int64)
            # plain beginnings, such as a row of zeros, are not looked for
            found = min(found, write_grams(passage.hashes, 0, window, window, keys, first))
            keys, whole, places = keys[:found], whole[:found], places[:found]
        self._windows.add(window)
        self._keys.append(keys)
        self._grams.append(whole)
        self._places.append(places + self._units)
        self._sizes_parts.append((size, part))
        self._letters.append(passage.letters)
        self._starts.append(passage.starts + self._size)
        self._units += units
        self._size += passage.letters.size

    def finish(self) -> EvaluationIndex:
        """The index of all that was added."""
        keys, whole = _joined(self._keys, np.uint64), _joined(self._grams, np.uint64)
        place = _joined(self._places, np.int64)
        table = np.array(self._sizes_parts, np.int64).reshape(-1, 2)
        size, part = np.repeat(table, [places.size for places in self._places], axis=0).T
        part_item = np.array(self._part_item, np.int64)
        rare = ~_common(whole, part_item[part], self.common)
        order = np.flatnonzero(rare)[np.lexsort((place[rare], keys[rare]))]
        grams, first = np.unique(keys[order], return_index=True)
        starts = np.append(_joined(self._starts, np.int64), np.int64(self._size))
        search = Search(
            readonly(bitmap_of(grams)),
            readonly(np.array(sorted(self._windows), np.int64)),
            readonly(grams),
            readonly(np.append(first, order.size).astype(np.int64)),
            readonly(place[order]),
            readonly(part[order]),
            readonly(size[order]),
            readonly(_joined(self._letters, np.uint32)),
            readonly(starts),
        )
        part_grams = np.bincount(search.part, minlength=part_item.size).astype(np.int64)
        compared = np.unique(part_item[part_grams > 0]).size
        facts = {
            "sets": len(self._names), "items": len(self._items), "compared": compared,
            "too_short": self._too_short,
            "only_common": len(self._items) - compared - self._too_short,
        }  # fmt: skip
        return EvaluationIndex(
            search,
            readonly(part_item), readonly(part_grams),
            readonly(np.array(self._item_set, np.int64)), self._items, self._names, facts,
        )  # fmt: skip


def _joined(arrays: list[NDArray[T]], kind: type[T]) -> NDArray[T]:
    return np.concatenate([np.zeros(0, kind), *arrays])


def _common(grams: NDArray[np.uint64], items: I64, most: int) -> NDArray[np.bool_]:
    """Which of the postings are of a gram that stands in more than `most` different items."""
    order = np.lexsort((items, grams))
    ours, theirs = grams[order], items[order]
    new_gram = np.ones(order.size, np.bool_)
    new_gram[1:] = ours[1:] != ours[:-1]
    new_pair = new_gram.copy()
    new_pair[1:] |= theirs[1:] != theirs[:-1]
    which = np.cumsum(new_gram) - 1
    counts = np.bincount(which, weights=new_pair)
    found = np.zeros(order.size, np.bool_)
    found[order] = counts[which] > most if order.size else False
    return found
