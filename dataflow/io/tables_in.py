"""Documents from other people's files: Parquet, JSONL, or a finished run's output folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dataflow.io.arrow_arrays import dtype_of
from dataflow.io.shards import iterate
from dataflow.stage import reject_frame
from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.manifest import MANIFEST
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import ELEMENT, SIGNAL_STRUCT

BATCH_ROWS = 4096
BATCH_BYTES = 64 << 20
OPTIONAL = {
    "source": pl.String, "title": pl.String, "lang": pl.String, "media_type": pl.String,
    "n_pages": pl.Int32, "status": pl.String, "metadata": pl.String,
}  # fmt: skip


class DocumentReader:
    """Batches of documents from `path`, with what could not be read as reject rows.

    Takes one Parquet or JSONL file, a folder of such files, or the output folder of a run. Each
    row needs `text` and `doc_id` (or `id`); `source`, `title`, `lang`, `media_type`, `n_pages`,
    `elements`, `signals`, `status` and `metadata` are used when they are there. Rows without text
    or id, and rows that repeat an id, are rejected.
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
        files = [self.path]
        if self.path.is_dir():
            files = sorted(
                file
                for pattern in ("*.parquet", "*.jsonl")
                for file in self.path.rglob(pattern)
                if not any(part.startswith(".") for part in file.relative_to(self.path).parts)
            )
        if not files:
            raise UsageError(f"{self.path}: no .parquet or .jsonl file in this folder")
        for file in files:
            name = file.name if self.path.is_file() else file.relative_to(self.path).as_posix()
            if file.suffix == ".parquet":
                yield from ((name, frame) for frame in _parquet(file))
            elif file.suffix in (".jsonl", ".ndjson"):
                yield from ((name, frame) for frame in self._jsonl(file, name))
            else:
                raise UsageError(f"{file}: expected Parquet (.parquet) or JSON lines (.jsonl)")

    def _jsonl(self, file: Path, name: str) -> Iterator[pl.DataFrame]:
        rows: list[dict[str, Any]] = []
        size = 0
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                row = self._record(line, name, number)
                if row is None:
                    continue
                rows.append(row)
                size += len(line)
                if len(rows) >= BATCH_ROWS or size >= BATCH_BYTES:
                    yield pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
                    rows, size = [], 0
        if rows:
            yield pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))

    def _record(self, line: bytes, name: str, number: int) -> dict[str, Any] | None:
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise ValueError("not a JSON object")
        except (ValueError, RecursionError) as error:
            self.rows_in += 1
            self._reject(name, f"{name}#{number}", f"line {number}: {error}")
            return None
        row = {
            key: data.get(key) for key in ("doc_id", "id", "text", *OPTIONAL) if key != "n_pages"
        }
        row["doc_id"] = row.pop("doc_id") if row["doc_id"] is not None else row["id"]
        del row["id"]
        return {
            key: value if value is None or isinstance(value, str) else json.dumps(value)
            for key, value in row.items()
        }

    def _reject(self, source: str, row_id: str, detail: str) -> None:
        self.rejects.append(
            Reject(row_id, Level.DOCUMENT, StageName.INGEST, Reason.INVALID_RECORD, source, detail)
        )

    def _checked(self, frame: pl.DataFrame, name: str) -> pl.DataFrame:
        if "doc_id" not in frame.columns and "id" in frame.columns:
            frame = frame.rename({"id": "doc_id"})
        absent = {"doc_id", "text"} - set(frame.columns)
        if absent:
            raise UsageError(
                f"{self.path} ({name}): no column {' and '.join(sorted(absent))}; "
                f"found {', '.join(frame.columns)}"
            )
        self.rows_in += frame.height
        frame = _shaped(frame, name)
        good = []
        for position, (doc_id, empty) in enumerate(
            frame.select("doc_id", pl.col("text").fill_null("").str.strip_chars() == "").iter_rows()
        ):
            if doc_id is None or doc_id == "":
                row_id = content_id("row", name, self.rows_in, position)
                self._reject(name, row_id, "no doc_id")
            elif doc_id in self._seen:
                self._reject(name, doc_id, "this doc_id occurred before; ids must be unique")
            elif empty:
                self._seen.add(doc_id)
                self._reject(name, doc_id, "no text")
            else:
                self._seen.add(doc_id)
                good.append(position)
        return frame[good]


def _parquet(file: Path) -> Iterator[pl.DataFrame]:
    try:
        source = pq.ParquetFile(file)
        for batch in source.iter_batches(batch_size=BATCH_ROWS):
            frame = pl.from_arrow(pa.Table.from_batches([batch]))
            if isinstance(frame, pl.DataFrame):
                yield frame
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{file}: not a readable Parquet file: {error}") from error


def _shaped(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Known columns only, with their types; a missing source is the file's name."""
    columns = [pl.col("doc_id").cast(pl.String), pl.col("text").cast(pl.String)]
    for column, kind in OPTIONAL.items():
        if column in frame.columns:
            columns.append(pl.col(column).cast(kind, strict=False))
    frame = frame.select(
        *columns,
        *[
            pl.col(column)
            for column, kind in (("elements", pl.List), ("signals", pl.Struct))
            if column in frame.columns and isinstance(frame.schema[column], kind)
        ],
    )
    if "source" not in frame.columns:
        frame = frame.with_columns(pl.lit(name).alias("source"))
    return frame.with_columns(pl.col("source").fill_null(name))


def as_documents(frame: pl.DataFrame, tokens: list[int]) -> pl.DataFrame:
    """`frame` with every column of the documents data set; what is unknown is null or empty."""
    defaults: dict[str, pl.Expr] = {
        "media_type": pl.lit("text/markdown"), "title": pl.lit(""), "lang": pl.lit("und"),
        "n_pages": pl.lit(None, pl.Int32), "cluster_id": pl.lit(None, pl.String),
        "status": pl.lit("whole"), "metadata": pl.lit("{}"),
        "elements": pl.lit(None, pl.List(dtype_of(ELEMENT))),
        "signals": pl.lit(None, dtype_of(SIGNAL_STRUCT)),
        "issues": pl.lit([], pl.List(pl.Struct(
            {"code": pl.String, "page": pl.Int32, "detail": pl.String}))),
    }  # fmt: skip
    missing = [value.alias(name) for name, value in defaults.items() if name not in frame.columns]
    return frame.with_columns(
        *missing,
        pl.col("text").str.len_chars().cast(pl.Int64).alias("n_chars"),
        pl.Series("n_tokens", tokens, dtype=pl.Int64),
    )
