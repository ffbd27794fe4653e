"""Seed tasks: the package's own, or any file in the format of the published ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataflow.evidence.wording import script_of
from schemas.errors import UsageError

OWN = Path(__file__).parents[1] / "seeds"
"""Folder of the package's seed tasks."""

_MAX_LINE = 1_000_000
_MAX_SEEDS = 100_000


@dataclass(frozen=True, slots=True)
class Instance:
    """An example of a task; `input` is '' when the instruction stands alone."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class Seed:
    """A task written by people; `domain` is '' in files that have none."""

    seed_id: str
    name: str
    instruction: str
    instances: tuple[Instance, ...]
    is_classification: bool
    domain: str
    lang: str


class _InstanceLine(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    input: str = Field(max_length=20_000)
    output: str = Field(min_length=1, max_length=20_000)


class _SeedLine(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(default="", max_length=500)
    instruction: str = Field(min_length=1, max_length=4000)
    instances: list[_InstanceLine] = Field(min_length=1, max_length=100)
    is_classification: bool
    domain: str = Field(default="", max_length=100)


def load_seeds(path: str | Path | None, lang: str) -> tuple[Seed, ...]:
    """The seed tasks of a language: the package's own without `path`, else those in the file.

    A task of a file is Chinese when its instruction is mostly Han, else it counts as English; ()
    when the file has none of `lang`. Raises UsageError naming file and line for what is no task.
    """
    wanted = "zh" if lang == "zh" else "en"
    file = OWN / f"{wanted}.jsonl" if path is None else Path(path)
    return tuple(seed for seed in _read(file) if seed.lang == wanted)


def seeds_for(path: str, langs: tuple[str, ...] = ("en", "zh")) -> tuple[Seed, ...]:
    """The seeds of all `langs`: of the file at `path`, the package's own where it has none."""
    found: list[Seed] = []
    for lang in langs:
        found += (load_seeds(path, lang) if path else ()) or load_seeds(None, lang)
    return tuple(found)


@cache
def _own(path: Path) -> tuple[Seed, ...]:
    return tuple(_lines(path))


def _read(path: Path) -> tuple[Seed, ...]:
    return _own(path) if path.parent == OWN else tuple(_lines(path))


def _lines(path: Path) -> Iterator[Seed]:
    """The tasks of a file in order; at least one."""
    known: set[str] = set()
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(_MAX_LINE + 1):
                number += 1
                if not raw.strip():
                    continue
                seed = _seed(raw.removeprefix(b"\xef\xbb\xbf"), f"{path}, line {number}")
                if seed.seed_id in known or len(known) >= _MAX_SEEDS:
                    fault = "twice" if seed.seed_id in known else "one too many"
                    raise UsageError(f"{path}, line {number}: the task {seed.seed_id!r} is {fault}")
                known.add(seed.seed_id)
                yield seed
    except OSError as error:
        raise UsageError(f"{path}: the seed tasks cannot be read: {error}") from error
    if not known:
        raise UsageError(f"{path}: there is no seed task in this file")


def _seed(raw: bytes, where: str) -> Seed:
    if len(raw) > _MAX_LINE:
        raise UsageError(f"{where}: a seed task has at most {_MAX_LINE} bytes")
    try:
        found = _SeedLine.model_validate(json.loads(raw.decode("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{where}: {key}: {first['msg']}" if key else f"{where}: {first['msg']}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: this is no JSON object in UTF-8: {error}") from error
    instances = tuple(Instance(one.input.strip(), one.output.strip()) for one in found.instances)
    instruction = found.instruction.strip()
    if not instruction or not all(one.output for one in instances):
        raise UsageError(f"{where}: instruction and outputs must not be blank")
    lang = "zh" if script_of(instruction) == "zh" else "en"
    return Seed(
        found.id, found.name, instruction, instances, found.is_classification, found.domain, lang
    )
