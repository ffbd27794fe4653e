"""The groups that caps and quotas are for, and the numbers that put documents in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl
import xxhash
from numpy.typing import NDArray

LENGTHS: Final = (("short", 256), ("medium", 2048), ("long", 16_384), ("book", None))
"""Length classes by tokens, each up to and without its bound: less than a page, an article, what
fits the context of most models, and what does not."""
HOST = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]{0,20}://(?:[^/?#@\s]*@)?(?:www\.)?([^/?#:@\s]+)")
WEB = re.compile(r"^https?://", re.IGNORECASE)
ADDRESSES: Final = ("url", "source_url", "link")
"""Fields of a record's metadata that say where on the web it is from, the surest first."""
RECORD = re.compile(r"#\d+$")
DEFECTS: Final = (
    "symbol_ratio", "duplicate_line_ratio", "duplicate_line_char_ratio", "top_2gram_ratio",
    "replacement_ratio", "other_language_share", "toxic_word_ratio",
)  # fmt: skip
"""Signals of which more is worse, each from 0 to about 1; their sum orders by quality."""


def source_of(source: str) -> str:
    """The file a document comes from: its source without the number of a record in it.

    >>> source_of("web/pages.jsonl#17")
    'web/pages.jsonl'
    """
    return RECORD.sub("", source)


def domain_of(source: str) -> str:
    """The host of a web address, else the top folder of a path; '.' for a file outside any.

    >>> domain_of("https://www.Example.org/a?b"), domain_of("wiki/en/a.md#3"), domain_of("a.md")
    ('example.org', 'wiki', '.')
    """
    host = HOST.match(source)
    if host:
        return host[1].lower().rstrip(".")
    folder, slash, _ = source_of(source).partition("/")
    return folder if slash else "."


def address_of(metadata: str | None) -> str:
    """The web address in a document's metadata (a JSON object), '' without one.

    >>> address_of('{"url": "no address", "link": "https://a.org/b"}'), address_of("[1]")
    ('https://a.org/b', '')
    """
    if not metadata or "://" not in metadata:
        return ""
    try:
        fields = json.loads(metadata)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(fields, dict):
        return ""
    values = (fields.get(name) for name in ADDRESSES)
    addresses = (value.strip() for value in values if isinstance(value, str))
    return next((each for each in addresses if WEB.match(each) and HOST.match(each)), "")


def domains(sources: Iterable[str], metadata: Iterable[str | None]) -> list[str]:
    """The domain of each document: of its source, or its record's address, or its source's folder.

    >>> domains(["http://a.org/x", "web/p.jsonl#1", "web/p.jsonl#2"], [None, '{"url": '
    ...     '"https://www.b.org/y"}', "{}"])
    ['a.org', 'b.org', 'web']
    """
    return [
        domain_of(source if WEB.match(source) else address_of(fields) or source)
        for source, fields in zip(sources, metadata, strict=True)
    ]


def length_of(tokens: int) -> str:
    """The length class of a document of so many tokens.

    >>> length_of(255), length_of(256), length_of(20_000)
    ('short', 'medium', 'book')
    """
    return next(name for name, bound in LENGTHS if bound is None or tokens < bound)


def tokens_of(frame: pl.DataFrame) -> list[int]:
    """Tokens of each document; code points where tokens were not counted, 0 without either."""
    columns = [pl.col(name) for name in ("n_tokens", "n_chars") if name in frame.columns]
    if not columns:
        return [0] * frame.height
    return frame.select(pl.coalesce(*columns, 0).cast(pl.Int64)).to_series().to_list()


def groups_of(frame: pl.DataFrame, dimension: str) -> list[str]:
    """The group of each document in one of the kinds of group."""
    if dimension == "length":
        return [length_of(tokens) for tokens in tokens_of(frame)]
    if dimension == "domain":
        return domains(_texts(frame, "source"), _texts(frame, "metadata"))
    values = _texts(frame, dimension)
    return [source_of(value) for value in values] if dimension == "source" else values


def _texts(frame: pl.DataFrame, column: str) -> list[str]:
    if column not in frame.columns:
        return [""] * frame.height
    return [value or "" for value in frame[column].cast(pl.String).to_list()]


def fractions(ids: list[str], seed: int, use: str) -> NDArray[np.float64]:
    """A number in [0, 1) for each id, float64[n]: by id, seed and use alone, evenly spread.

    >>> bool(fractions(["a", "b"], 1, "sample")[1] == fractions(["b"], 1, "sample")[0])
    True
    """
    prefix = f"{use}:{seed}:"
    values = [xxhash.xxh3_64_intdigest((prefix + one).encode("utf-8", "replace")) for one in ids]
    return (np.array(values, np.uint64) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def defects_of(frame: pl.DataFrame) -> NDArray[np.float64]:
    """The sum of the DEFECTS of each document, 0 for what was not measured."""
    if "signals" not in frame.columns or not isinstance(frame.schema["signals"], pl.Struct):
        return np.zeros(frame.height)
    known = {field.name for field in frame.schema["signals"].fields}
    parts = [
        pl.col("signals").struct.field(name).cast(pl.Float64).fill_null(0.0).fill_nan(0.0)
        for name in DEFECTS
        if name in known
    ]
    total = pl.sum_horizontal(*parts) if parts else pl.lit(0.0)
    return frame.select(total.alias("defects"))["defects"].to_numpy().astype(np.float64)
