"""Evaluation sets on disk: JSONL and Parquet files, read item by item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import UsageError

JSONL = frozenset({".jsonl", ".ndjson"})
PARQUET = frozenset({".parquet"})
ID_KEYS = ("id", "_id", "item_id", "question_id", "qid", "task_id", "uid", "idx")
"""Under these names sets keep what an item is called; the first that is there counts."""
LONGEST_LINE = 64 << 20
"""Bytes of a JSON line; an item of an evaluation set is far smaller."""
DEEPEST = 64
"""Levels of lists and objects within an item."""
BATCH_ROWS = 1024


class Item(NamedTuple):
    """An item: what it is called in its set, and its texts."""

    id: str
    texts: tuple[str, ...]


def set_files(sets: Sequence[str]) -> list[tuple[str, Path]]:
    """Name and path of every file of `sets`, each a file or a folder; by name.

    A file is named by its path in its folder, with the folder before it when two have one name.
    Raises UsageError when nothing is there.
    """
    found: list[tuple[str, str, Path]] = []
    for given in sets:
        root = Path(given)
        if root.is_file():
            found.append((root.name, root.as_posix(), root))
            continue
        files = (
            [] if not root.is_dir() else [path for path in root.rglob("*") if _is_set(path, root)]
        )
        if not files:
            raise UsageError(
                f"decontaminate.sets: {given!r} is no file and holds none that ends in .jsonl, "
                ".ndjson or .parquet"
            )
        inner = [path.relative_to(root).as_posix() for path in files]
        found += [
            (name, f"{root.as_posix()}/{name}", path)
            for name, path in zip(inner, files, strict=True)
        ]
    names = [name for name, _, _ in found]
    named = {(full if names.count(name) > 1 else name, path) for name, full, path in found}
    return sorted(named)


def _is_set(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return not hidden and path.suffix.lower() in JSONL | PARQUET and path.is_file()


def read_items(name: str, path: Path, fields: Sequence[str]) -> Iterator[Item]:
    """The items of a file; an item without an id has its number from 0.

    With `fields` only these keys count (`a.b` for key b within a), else all texts at any depth but
    the id. Raises UsageError, naming file and line, for what cannot be read, for a file without
    items, and when no item has any of the fields.
    """
    rows = _parquet_rows(path) if path.suffix.lower() in PARQUET else _json_rows(path)
    number, used = -1, False
    for number, (place, row) in enumerate(rows):
        texts: list[str] = []
        try:
            for part in _parts(row, fields):
                _collect(part, texts)
        except ValueError as error:
            raise UsageError(f"{path}: {place}: {error}") from error
        used = used or bool(texts)
        yield Item(_id(row, number), tuple(texts))
    if number < 0:
        raise UsageError(f"{path}: this evaluation set ({name}) is empty")
    if not used:
        wanted = f"texts under {', '.join(fields)}" if fields else "texts"
        raise UsageError(f"{path}: no item has {wanted}; see decontaminate.fields")


def _id(row: Mapping[str, Any], number: int) -> str:
    for key in ID_KEYS:
        value = row.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return _clean(str(value))
    return str(number)


def _parts(row: Mapping[str, Any], fields: Sequence[str]) -> list[Any]:
    """The values that count."""
    if not fields:
        return [value for key, value in row.items() if key not in ID_KEYS]
    found = []
    for field in fields:
        value: Any = row
        for key in field.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        found.append(value)
    return found


def _collect(value: Any, texts: list[str]) -> None:
    """Adds every text within `value` in its order; raises ValueError when it is nested too deep."""
    stack = [(value, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} levels deep")
        if isinstance(value, str):
            texts.append(_clean(value))
        elif isinstance(value, Mapping):
            stack += [(inner, depth + 1) for inner in reversed(list(value.values()))]
        elif isinstance(value, list):
            stack += [(inner, depth + 1) for inner in reversed(value)]


def _clean(text: str) -> str:
    """`text` without halves of surrogate pairs, which JSON can spell but UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def _json_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise UsageError(f"{path}: line {number} is longer than {LONGEST_LINE} bytes")
                if line.strip():
                    yield f"line {number}", _json_object(path, number, line)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _json_object(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: line {number} is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise UsageError(f"{path}: line {number}: a JSON object expected, not {type(row).__name__}")
    return row


def _parquet_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                for row in pl.DataFrame(batch).iter_rows(named=True):
                    yield f"row {number}", row
                    number += 1
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{path}: no readable Parquet file, at row {number}: {error}") from error
