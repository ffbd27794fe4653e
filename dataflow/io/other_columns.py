"""What other people's rows hold beyond our columns, as metadata: as the record parser keeps it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from parsers.encoding import valid_text
from parsers.records import MAX_METADATA, MAX_METADATA_CHARS

NAME_CHARS = 100
"""Characters of a field's name that are kept."""
_DAYS = (-719_162, 2_932_896)
"""Days since 1970 of the first and last date with a year of four digits, 0001 to 9999."""
_DAY_S = 86_400
_MOST_DIGITS = 38
"""Digits of the decimal numbers that Polars knows."""
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def with_others(metadata: str, others: Mapping[str, str]) -> str:
    """`metadata`, the text of a JSON object, and what of `others` it does not have.

    >>> with_others('{"a": 1}', {"a": "2", "url": "x"})
    '{"a": 1, "url": "x"}'
    """
    if not others:
        return metadata
    try:
        given = json.loads(metadata)
        new = {name: value for name, value in others.items() if name not in given}
        return valid_text(json.dumps({**given, **new}, ensure_ascii=False))
    except RecursionError:  # what is nested as deep as can be read stays as it is
        return metadata


def told(fields: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The scalars among JSON values as texts: at most 64, each of at most 2,000 characters.

    >>> told([("url", "x"), ("n", 3), ("ok", True), ("none", None), ("list", [1])])
    {'url': 'x', 'n': '3', 'ok': 'true'}
    """
    found: dict[str, str] = {}
    for name, value in fields:
        if value is None or isinstance(value, dict | list) or len(found) >= MAX_METADATA:
            continue
        if isinstance(value, float) and not math.isfinite(value):
            continue
        shown = value if isinstance(value, str) else json.dumps(value)
        found[valid_text(name)[:NAME_CHARS]] = _bounded(valid_text(shown))
    return found


def _bounded(text: str) -> str:
    return text.replace("\0", "")[:MAX_METADATA_CHARS]


def is_readable(kind: pa.DataType) -> bool:
    """Whether a column of this Arrow type is a scalar that can become a Polars series.

    Asked before the column is read: others would end in a panic.
    """
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_decimal(kind):
        return bool(kind.scale >= 0 and kind.precision <= _MOST_DIGITS)
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_boolean,
        pa.types.is_integer, pa.types.is_floating, pa.types.is_date, pa.types.is_timestamp,
        pa.types.is_time,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def in_utc(batch: pa.RecordBatch) -> pa.RecordBatch:
    """`batch` with times of any zone as times in UTC: a zone without a name would be a panic."""
    columns = [
        column.cast(pa.timestamp(column.type.unit, "UTC"))
        if pa.types.is_timestamp(column.type) and column.type.tz
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def is_scalar(kind: pl.DataType) -> bool:
    """Whether a column of this type can be metadata: text, numbers, truth values, dates, times."""
    return (
        kind.is_numeric()
        or kind in (pl.String, pl.Categorical, pl.Enum, pl.Boolean)
        or kind in (pl.Date, pl.Datetime, pl.Time)
    )


def told_by_row(columns: Iterable[pl.Series]) -> list[dict[str, str]]:
    """For each row the values of `columns`, which are scalars, as texts; dates and times are ISO.

    A missing or infinite value is left out, and so is a date before the year 1 or after 9999.
    """
    texts = [_texts(column) for column in columns]
    names = [column.name[:NAME_CHARS] for column in texts]
    return [
        {name: _bounded(value) for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*(column.to_list() for column in texts), strict=True)
    ]


def _texts(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if kind.is_float():
        column = column.set(~column.is_finite(), None)
    elif kind.is_temporal():
        # a date out of range would end the process in a panic
        low, high = _range(kind)
        number = column.to_physical()
        column = column.set((number < low) | (number > high), None)
        return column.dt.to_string("iso:strict").alias(column.name)
    # cut first: one column of whole pages would be copied otherwise
    return column.cast(pl.String).str.head(MAX_METADATA_CHARS + NAME_CHARS)


def _range(kind: pl.DataType) -> tuple[int, int]:
    """The least and the largest number that stands for a date or time of this type."""
    if isinstance(kind, pl.Time):
        return 0, _DAY_S * 10**9 - 1
    if isinstance(kind, pl.Datetime):
        unit = _DAY_S * _PER_SECOND[kind.time_unit]
        # a day less at either end: a zone may shift a time into another year
        return (_DAYS[0] + 1) * unit, _DAYS[1] * unit
    return _DAYS
