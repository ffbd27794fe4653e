"""Counts as the report draws them: by name, by two names, by range."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How often something occurs, and the tokens of the documents it occurs in."""

    name: str
    count: int
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """Documents by language (rows) and media type (columns)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold: rows below it (`at_least`) or above it go.

    `languages` names those it is for, '' for all others; `citation` says where the number is from.
    """

    value: float
    at_least: bool
    reason: str
    languages: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between neighbouring `edges` (one more than counts), lower edge included.

    Values outside the first and last edge are counted in the outermost bins. `rejected` holds the
    values for which something was left out by the bound shown; `missing` rows have no value.
    """

    name: str
    scale: str
    edges: tuple[float, ...]
    kept: tuple[int, ...]
    rejected: tuple[int, ...]
    bounds: tuple[Bound, ...] = ()
    missing: int = 0
    mean: float | None = None
    largest: float | None = None
