"""Which document of a group of duplicates stays: what is known of each, and the orders by it.

A block keeps what every policy needs (FACTS), so that another policy needs no new signatures.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal, get_args

import polars as pl

Policy = Literal["first", "longest", "best", "newest"]
POLICIES: tuple[str, ...] = get_args(Policy)

FACTS = pl.Schema(
    {
        "source": pl.String, "n_chars": pl.Int64, "unreadable": pl.Float64,
        "repeated": pl.Float64, "date": pl.Int64,
    }
)  # fmt: skip
"""`unreadable` and `repeated` are shares of the characters, `date` is seconds since 1970 UTC."""

DATE_KEYS = ("modified", "date", "created")
"""Fields of a document's metadata that date it, the first that holds an ISO date counts."""

UNREADABLE_STEP, REPEATED_STEP = 3, 2
"""Decimals: shares that differ by less than .001 (.01) tell nothing about two copies of a text."""

_RECORD = r"#(\d{1,18})$"
"""The number of a record behind its file; 18 digits always fit into 64 bits."""
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?")


def facts_of(frame: pl.DataFrame) -> pl.DataFrame:
    """FACTS of each row of `frame`.

    Read are text and whatever is there of source, n_chars, signals and metadata; a missing share
    counts as 0, a missing length is counted.
    """
    names = frame.columns
    source = pl.col("source") if "source" in names else pl.lit("")
    n_chars = [pl.col("n_chars").cast(pl.Int64)] if "n_chars" in names else []
    return frame.select(
        source.cast(pl.String).fill_null("").alias("source"),
        pl.coalesce(*n_chars, pl.col("text").str.len_chars().cast(pl.Int64), pl.lit(0))
        .alias("n_chars"),
        _signal(frame, "replacement_ratio").alias("unreadable"),
        _signal(frame, "duplicate_line_char_ratio").alias("repeated"),
        pl.Series("date", dates_of(frame), pl.Int64, strict=True),
    ).match_to_schema(FACTS)  # fmt: skip


def no_facts(number: int) -> pl.DataFrame:
    """FACTS of `number` documents of which nothing is known."""
    row = {"source": "", "n_chars": 0, "unreadable": 0.0, "repeated": 0.0, "date": None}
    return pl.DataFrame({name: [value] * number for name, value in row.items()}, schema=FACTS)


def _signal(frame: pl.DataFrame, name: str) -> pl.Expr:
    kind = frame.schema.get("signals")
    if isinstance(kind, pl.Struct) and name in {field.name for field in kind.fields}:
        value = pl.col("signals").struct.field(name).cast(pl.Float64)
        return value.fill_null(0.0).fill_nan(0.0)
    return pl.lit(0.0, pl.Float64)


def dates_of(frame: pl.DataFrame) -> list[int | None]:
    """Seconds since 1970 of each row's `metadata` (a JSON object), None without an ISO date."""
    if frame.schema.get("metadata") != pl.String:
        return [None] * len(frame)
    # not json_path_match: it raises for the whole column when one row is no JSON
    found = frame.select(
        pl.col("metadata").str.extract(rf'"{key}"\s*:\s*"([^"\\]{{4,40}})"').alias(key)
        for key in DATE_KEYS
    )
    return [
        next((date for text in row if text and (date := seconds(text)) is not None), None)
        for row in found.iter_rows()
    ]


def seconds(text: str) -> int | None:
    """Seconds since 1970 of an ISO date or time; a time without a zone counts as UTC.

    >>> seconds("1970-01-02"), seconds("1970-01-01T01:00:01+01:00"), seconds("1970-02"), seconds("")
    (86400, 1, 2678400, None)
    """
    text = text.strip()
    if partial := _PARTIAL.fullmatch(text):
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return int(moment.timestamp())
    except OverflowError:  # the year 1 in a zone east of Greenwich
        return None


def ordering(policy: str) -> list[tuple[pl.Expr, bool]]:
    """What to sort documents by for `policy`, the kept one first, and whether it falls.

    - `first`: by source, records of one file by their number, then doc_id; all others go by that
      among equals.
    - `longest`: the most characters.
    - `best`: the smallest share of unreadable characters (in steps of .001), then the smallest
      share of characters in repeated lines (in steps of .01), then the most characters.
    - `newest`: the latest date; documents without one come last.
    """
    length = (pl.col("n_chars"), True)
    keys: dict[str, list[tuple[pl.Expr, bool]]] = {
        "first": [],
        "longest": [length],
        "best": [
            (pl.col("unreadable").round(UNREADABLE_STEP), False),
            (pl.col("repeated").round(REPEATED_STEP), False),
            length,
        ],
        "newest": [(pl.col("date"), True)],
    }
    by_source = [(key, False) for key in (*by_number("source"), pl.col("doc_id"))]
    return [*keys[policy], *by_source]


def by_number(column: str) -> list[pl.Expr]:
    """What to sort sources by so that record 8 of a file, `a.jsonl#8`, comes before `a.jsonl#10`.

    What ends in no number of a record comes by its text, before records of a file of that name.
    """
    source = pl.col(column).cast(pl.String).fill_null("")
    number = source.str.extract(_RECORD).cast(pl.Int64).fill_null(-1)
    return [source.str.replace(_RECORD, ""), number, source]
