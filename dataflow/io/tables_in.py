"""Documents from other people's files: Parquet, JSONL, or a finished run's output folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dataflow.io.document_columns import NEVER_METADATA, PLAIN, json_object, shaped, wanted
from dataflow.io.other_columns import in_utc, told, with_others
from dataflow.io.shards import iterate
from dataflow.stage import reject_frame
from parsers.records import TEXT_FIELDS
from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.manifest import MANIFEST
from schemas.records import Level, Reason, Reject, StageName

BATCH_ROWS = 4096
BATCH_BYTES = 64 << 20
PARQUET = frozenset({".parquet"})
JSONL = frozenset({".jsonl", ".ndjson"})
NO_ID = "no doc_id: give each row an id of its own, in doc_id or id"
NO_TEXT = "no text: what is in text (or content, body) is missing or blank; fill it or drop the row"


class DocumentReader:
    """Batches of documents from `path`, with what could not be read as reject rows.

    Takes one Parquet or JSONL file, a folder of such files, or the output folder of a run. Each
    row needs `text` (else `content` or `body`, as in a run) and `doc_id` (or `id`); `source`,
    `title`, `lang`, `media_type`, `n_pages`, `status`, `cluster_id` and `metadata` are used when
    they are there, and so are `elements`, `signals` and `issues` of a run of ours. Other fields
    become metadata where they are text, numbers, truth values, dates or times. Rows without text or
    id, and rows that repeat an id, are rejected. Raises UsageError for files that hold no such rows
    at all.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise UsageError(f"input {str(path)!r} does not exist")
        self.path = path
        self.rejects: list[Reject] = []
        self.rows_in = 0
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Non-empty frames with `doc_id`, `text`, `source` and the optional columns."""
        for name, frame in self._frames():
            batch = self._checked(frame, name)
            if batch.height:
                yield batch

    @property
    def rejected(self) -> pl.DataFrame:
        """Reject rows so far."""
        return reject_frame(self.rejects)

    def _frames(self) -> Iterator[tuple[str, pl.DataFrame]]:
        if (self.path / MANIFEST).exists():
            for frame in iterate(self.path, "documents"):
                yield "documents", frame
            return
        for file in self._files():
            name = file.name if self.path.is_file() else file.relative_to(self.path).as_posix()
            if file.suffix.lower() in PARQUET:
                yield from ((name, frame) for frame in _parquet(file))
            elif file.suffix.lower() in JSONL:
                yield from ((name, frame) for frame in self._jsonl(file, name))
            else:
                raise UsageError(f"{file}: expected Parquet (.parquet) or JSON lines (.jsonl)")

    def _files(self) -> list[Path]:
        """The files to read, by name; hidden ones are left out of a folder."""
        if not self.path.is_dir():
            return [self.path]
        files = sorted(
            file
            for file in self.path.rglob("*")
            if file.suffix.lower() in PARQUET | JSONL
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(self.path).parts)
        )
        if not files:
            raise UsageError(
                f"{self.path}: no .parquet or .jsonl file in this folder; documents become such "
                f"rows by `corpusmill parse {self.path} -o DIR --to parquet`, or `corpusmill run`"
            )
        return files

    def _jsonl(self, file: Path, name: str) -> Iterator[pl.DataFrame]:
        rows: list[dict[str, str | None]] = []
        size = records = 0
        keys: set[str] = set()
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = _record(line, f"{name}#{number}", keys)
                except (ValueError, RecursionError) as error:
                    self.rows_in += 1
                    self._reject(name, f"{name}#{number}", f"line {number}: {error}")
                    continue
                rows.append(row)
                size, records = size + len(line), records + 1
                if len(rows) >= BATCH_ROWS or size >= BATCH_BYTES:
                    yield pl.DataFrame(rows, schema=dict.fromkeys(row, pl.String))
                    rows, size = [], 0
        for names in (TEXT_FIELDS, ("doc_id", "id")):
            if records and keys.isdisjoint(names):
                raise UsageError(f"{file}: no line has a key {' or '.join(names)}")
        if rows:
            yield pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))

    def _reject(self, source: str, row_id: str, detail: str) -> None:
        self.rejects.append(
            Reject(row_id, Level.DOCUMENT, StageName.INGEST, Reason.INVALID_RECORD, source, detail)
        )

    def _checked(self, frame: pl.DataFrame, name: str) -> pl.DataFrame:
        """The good rows of `frame`, in our columns; all others become reject rows."""
        frame = shaped(frame, name)
        blank = pl.col("text").fill_null("").str.strip_chars() == ""
        good = []
        for position, (doc_id, empty) in enumerate(frame.select("doc_id", blank).iter_rows()):
            if doc_id is None or doc_id == "":
                row_id = content_id("row", name, self.rows_in + position)
                self._reject(name, row_id, NO_ID)
            elif doc_id in self._seen:
                self._reject(name, doc_id, "this doc_id occurred before; ids must be unique")
            elif empty:
                self._seen.add(doc_id)
                self._reject(name, doc_id, NO_TEXT)
            else:
                self._seen.add(doc_id)
                good.append(position)
        self.rows_in += frame.height
        return frame[good]


def _parquet(file: Path) -> Iterator[pl.DataFrame]:
    """The columns of a Parquet file that are used, some thousand rows at a time."""
    try:
        with pq.ParquetFile(file) as source:
            columns = wanted(source.schema_arrow) or source.schema_arrow.names
            for batch in source.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                yield pl.DataFrame(in_utc(batch))
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{file}: not a readable Parquet file: {error}") from error


def _record(line: bytes, source: str, keys: set[str]) -> dict[str, str | None]:
    """A line's values as texts, those unknown in its metadata; `keys` gets which are there.

    Raises ValueError or RecursionError for a line that is no record.
    """
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    text = _text_field(data)
    if text != "text":
        data = {**data, "text": data.get(text)}
    keys.update(name for name in (*PLAIN, text) if name in data)
    row = {name: _plain(name, data.get(name)) for name in PLAIN}
    number_or_text = row.pop("id")
    ours = NEVER_METADATA | {text} | (set() if row["doc_id"] is not None else {"id"})
    row["doc_id"] = number_or_text if row["doc_id"] is None else row["doc_id"]
    row["source"] = source if row["source"] is None else row["source"]
    others = told((name, value) for name, value in data.items() if name not in ours)
    row["metadata"] = with_others(row["metadata"] or "{}", others)
    return row


def _text_field(data: dict[str, Any]) -> str:
    """The field with the text: `text` if it holds anything but blanks, else the first that does."""
    for name in TEXT_FIELDS:
        value = data.get(name)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return name
    return next((name for name in TEXT_FIELDS if name in data), "text")


def _plain(name: str, value: Any) -> str | None:
    """A JSON value as the text of a column, None where the column does not take it."""
    if name == "metadata":
        value = json_object(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            code = ord(value[error.start])
            raise ValueError(
                f"{name} has half a surrogate pair (\\u{code:04x}), which is no character"
            ) from error
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and name != "text":
        return str(value)
    if name in ("doc_id", "id", "text") and value is not None:
        raise ValueError(f"{name} is {type(value).__name__}, text expected")
    return None
