"""Other people's columns as ours: which are used, what type they need, what stands for none."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pyarrow as pa

from dataflow.io.arrow_arrays import dtype_of
from dataflow.io.other_columns import is_readable, is_scalar, told_by_row, with_others
from parsers.records import MAX_METADATA, TEXT_FIELDS
from schemas.errors import UsageError
from schemas.signals import CHANGE_STRUCT, SIGNAL_STRUCT
from schemas.tables import DOCUMENTS, ELEMENT, ISSUE, LANGUAGE_SHARE, PERSONAL_DATA

STRINGS = ("source", "title", "lang", "media_type", "status", "cluster_id", "license", "split")
"""Optional columns of text; a number becomes text, a list or a struct under such a name is not
ours and is left out."""

PLAIN = ("doc_id", "id", "text", *STRINGS, "n_pages", "metadata")
"""Every column that a line of JSON may bring."""

TYPED = {
    "elements": pl.List(dtype_of(ELEMENT)),
    "signals": dtype_of(SIGNAL_STRUCT),
    "issues": pl.List(dtype_of(ISSUE)),
    "languages": pl.List(dtype_of(LANGUAGE_SHARE)),
    "personal_data": pl.List(dtype_of(PERSONAL_DATA)),
    "changes": dtype_of(CHANGE_STRUCT),
}
"""Columns that are used when they have exactly our type: they come from a run of ours."""

KNOWN = (*PLAIN, *TYPED)
NEVER_METADATA = frozenset({*KNOWN, *DOCUMENTS.schema.names}) - {"id"}
"""Columns of ours, those included that are computed afresh; `id` beside `doc_id` is metadata."""


def wanted(schema: pa.Schema) -> list[str]:
    """The columns of a table that are read: the known ones, and those that become metadata."""
    known = [name for name in dict.fromkeys((*KNOWN, *TEXT_FIELDS)) if name in schema.names]
    others = [
        field.name
        for field in schema
        if field.name not in {*known, *NEVER_METADATA} and is_readable(field.type)
    ]
    return [*known, *others[:MAX_METADATA]]


def shaped(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """`frame` with the known columns only, each of our type; `where` names it in errors.

    Without `text` the text is in `content` or `body`. Other columns of scalars become metadata,
    where a key that is there stays. A missing source is the file's name. Raises UsageError when
    `doc_id` (or `id`) or the text is missing or is not text.
    """
    if "doc_id" not in frame.columns and "id" in frame.columns:
        frame = frame.rename({"id": "doc_id"})
    text = next((name for name in TEXT_FIELDS if name in frame.columns), None)
    if text is None or "doc_id" not in frame.columns:
        absent = {"doc_id (or id)": "doc_id" in frame.columns, "text (or content, body)": text}
        names = " and ".join(name for name, found in absent.items() if not found)
        raise UsageError(f"{where}: no column {names}; found {', '.join(frame.columns)}")
    columns = [_required(frame["doc_id"], where, integers=True)]
    columns.append(_required(frame[text], where, integers=False).alias("text"))
    columns += [_text(frame[name]) for name in STRINGS if _is_plain(frame.schema.get(name))]
    if _is_plain(frame.schema.get("n_pages")):
        columns.append(frame["n_pages"].cast(pl.Int32, strict=False))
    metadata = _metadata(frame, text)
    columns += [] if metadata is None else [metadata]
    columns += [frame[name] for name, kind in TYPED.items() if frame.schema.get(name) == kind]
    found = pl.DataFrame(columns)
    if "source" not in found.columns:
        return found.with_columns(pl.lit(where).alias("source"))
    return found.with_columns(pl.col("source").fill_null(where))


def _metadata(frame: pl.DataFrame, text: str) -> pl.Series | None:
    """The column `metadata` and what other columns say; None when there is neither."""
    others = [
        column
        for column in frame.get_columns()
        if column.name not in (NEVER_METADATA | {text}) and is_scalar(column.dtype)
    ][:MAX_METADATA]
    if "metadata" not in frame.columns and not others:
        return None
    given = frame["metadata"].to_list() if "metadata" in frame.columns else [None] * frame.height
    values = [json_object(value) for value in given]
    if others:
        values = [with_others(*row) for row in zip(values, told_by_row(others), strict=True)]
    return pl.Series("metadata", values, dtype=pl.String)


def _required(column: pl.Series, where: str, *, integers: bool) -> pl.Series:
    kind = column.dtype
    if _is_text(kind) or (integers and kind.is_integer()):
        return _text(column)
    raise UsageError(f"{where}: column {column.name} holds {kind}, text expected")


def _is_text(kind: pl.DataType) -> bool:
    return isinstance(kind, pl.String | pl.Categorical | pl.Enum | pl.Null)


def _is_plain(kind: pl.DataType | None) -> bool:
    return kind is not None and (_is_text(kind) or kind.is_numeric())


def _text(column: pl.Series) -> pl.Series:
    return column.cast(pl.String)


def json_object(value: Any) -> str:
    """`value` as the text of a JSON object; what is no object becomes its only member.

    >>> json_object('{"a": 1}'), json_object("draft"), json_object(None)
    ('{"a": 1}', '{"metadata": "draft"}', '{}')
    """
    if value is None:
        return "{}"
    if isinstance(value, str):
        try:
            if isinstance(json.loads(value), dict):
                return value
        except (ValueError, RecursionError):
            pass  # any text that is no JSON is a value like others
    whole = value if isinstance(value, dict) else {"metadata": value}
    return json.dumps(whole, ensure_ascii=False, default=str)


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with every column of the documents data set that has a default: null or empty."""
    defaults: dict[str, pl.Expr] = {
        "media_type": pl.lit("text/markdown"), "title": pl.lit(""), "lang": pl.lit("und"),
        "n_pages": pl.lit(None, pl.Int32), "cluster_id": pl.lit(None, pl.String),
        "status": pl.lit("whole"), "metadata": pl.lit("{}"), "issues": pl.lit([], TYPED["issues"]),
        "license": pl.lit(""), "split": pl.lit("train"),
        **{
            name: pl.lit(None, TYPED[name])
            for name in ("elements", "signals", "languages", "personal_data", "changes")
        },
    }  # fmt: skip
    given = [
        (pl.col(name).fill_null(value) if name in frame.columns else value).alias(name)
        for name, value in defaults.items()
    ]
    return frame.with_columns(given)


def as_documents(frame: pl.DataFrame, tokens: list[int]) -> pl.DataFrame:
    """`frame` with every column of the documents data set; what is unknown is null or empty."""
    return filled(frame).with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).alias("n_chars"),
        pl.Series("n_tokens", tokens, dtype=pl.Int64),
    )
