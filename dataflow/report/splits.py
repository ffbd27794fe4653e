"""Which rows of a data set are for training: that stands in a column, not in the files' names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.errors import StoreError
from schemas.manifest import Manifest

COLUMN = "split"
SPLITS = ("train", "validation", "test")
MIXED = "all_splits"
"""What loaders are told that files are in which rows of several splits stand.

Not `train`: who loads that would train on rows that are held out."""


def split_counts(out: Path, manifest: Manifest) -> dict[str, dict[str, int]]:
    """Rows by split of each data set with a column `split`; reads that column alone.

    Values that are no split are counted under ''.
    """
    found: dict[str, dict[str, int]] = {}
    for name, entry in manifest.datasets.items():
        counts: Counter[str] = Counter()
        for shard in entry.shards:
            path = out / shard.path
            try:
                if COLUMN not in pq.read_schema(path).names:
                    break
                column = pq.read_table(path, columns=[COLUMN])[COLUMN]
            except (OSError, pa.ArrowException) as error:
                raise StoreError(f"{path}: cannot be read: {error}; run again") from error
            for item in pc.value_counts(column).to_pylist():
                counts[item["values"] if item["values"] in SPLITS else ""] += item["counts"]
        else:
            order = {split: at for at, split in enumerate((*SPLITS, ""))}
            found[name] = {split: counts[split] for split in sorted(counts, key=order.__getitem__)}
    return found


def files_split(counts: Mapping[str, int] | None) -> str:
    """The split that a data set's files are said to be, given its rows by split (None: no column).

    >>> files_split(None), files_split({"test": 3}), files_split({"train": 9, "test": 1})
    ('train', 'test', 'all_splits')
    """
    there = [split for split, count in (counts or {}).items() if count]
    if not there:
        return SPLITS[0]
    return there[0] if len(there) == 1 and there[0] else MIXED
