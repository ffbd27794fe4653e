"""The manifest: the only truth for readers of a run's output."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from schemas.errors import StoreError
from schemas.ids import content_id

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of a data set: path relative to the output folder, rows, bytes and SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DataSetEntry:
    """A data set: its schema's version, its rows, and a hash of the rows in order.

    `content_sha256` does not depend on how the rows are cut into shards.
    """

    version: int
    rows: int
    content_sha256: str
    shards: tuple[Shard, ...]


@dataclass(frozen=True, slots=True)
class StepEntry:
    """Counts of a step: rows in, kept, rejected, and how many of its parts were cached."""

    name: str
    rows_in: int
    kept: int
    rejected: int
    parts: int
    cached_parts: int
    seconds: float
    cpu_seconds: float


SAFE_NAME = re.compile(r"[a-z_]+")
SAFE_SHARD = re.compile(r"part-\d{5,}\.parquet")


def _check_places(datasets: dict[str, DataSetEntry]) -> None:
    """Raises ValueError for a name or path that leads out of the output folder.

    A manifest may come from somebody else, and folders it names are read and replaced.
    """
    for name, entry in datasets.items():
        if not SAFE_NAME.fullmatch(name):
            raise ValueError(f"no data set can be called {name!r}")
        for shard in entry.shards:
            folder, _, file = shard.path.partition("/")
            if folder != name or not SAFE_SHARD.fullmatch(file):
                raise ValueError(f"no shard of {name} can stand at {shard.path!r}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run wrote and how.

    `content_hash` covers the recipe and every data set's rows: equal for two runs that did the
    same, whatever their workers, shards, timings and host.
    """

    code_version: str
    recipe_hash: str
    recipe: dict[str, Any]
    datasets: dict[str, DataSetEntry]
    steps: tuple[StepEntry, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    manifest_version: int = MANIFEST_VERSION

    @property
    def content_hash(self) -> str:
        """Hash over the recipe and the rows of all data sets."""
        parts = [f"{name}:{entry.content_sha256}" for name, entry in sorted(self.datasets.items())]
        return content_id("manifest", self.recipe_hash, *parts)

    def steps_as_dicts(self) -> list[dict[str, Any]]:
        """The steps as plain data."""
        return [asdict(step) for step in self.steps]

    def to_json(self) -> str:
        """The manifest as JSON, keys sorted, with the content hash in it."""
        data = {**asdict(self), "content_hash": self.content_hash}
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Reads a manifest; raises StoreError when it is damaged or of another version."""
        try:
            data = json.loads(text)
            if data["manifest_version"] != MANIFEST_VERSION:
                raise StoreError(
                    f"manifest version {data['manifest_version']}, {MANIFEST_VERSION} expected"
                )
            datasets = {
                name: DataSetEntry(
                    entry["version"], entry["rows"], entry["content_sha256"],
                    tuple(Shard(**shard) for shard in entry["shards"]),
                )
                for name, entry in data["datasets"].items()
            }  # fmt: skip
            _check_places(datasets)
            steps = tuple(StepEntry(**step) for step in data["steps"])
            if not isinstance(data["recipe"], dict) or not isinstance(data["counts"], dict):
                raise TypeError("recipe and counts must be objects")
            return cls(
                data["code_version"], data["recipe_hash"], data["recipe"], datasets, steps,
                data["counts"],
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise StoreError(f"manifest.json is damaged: {error!r}; run again") from error
