"""The samples that are shown: a few of each kind from every data set, their texts cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dataflow.report.difference import compare
from dataflow.report.display import finite, visible, visible_lines
from dataflow.report.sample_model import SampleRow, Turn
from schemas.samples import SCORES

TEXT = 400
"""Code points of a text that are shown."""
HEAD = 6000
"""Code points of a text that are held: two answers may part late."""
TURNS = 6
"""Turns of a conversation that are shown."""
HELD = 200
"""Samples of a data set that are held, each of another kind."""
SHOWN: Mapping[str, int] = {"sft": 12, "preferences": 6, "evalset": 4, "retrieval": 4}
ALIKE = 0.6
"""Share of the shorter answer's words that the other must have for the two to be compared word by
word. Edited answers of our rules have .65 to 1, those about something else up to .5."""

_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


def columns(name: str) -> list[str]:
    """The columns of the data set `name` that its exhibits need."""
    shared = ["sample_id", "method", "task", "lang", "split", "backend", "source", "evidence"]
    return [*shared, "scores", *_OWN[name]]


_TRAITS = ["perspective", "difficulty", "kind"]
_OWN: Mapping[str, list[str]] = {
    "sft": ["instruction", "input", "output", "messages", *_TRAITS],
    "preferences": ["prompt", "chosen", "rejected", "flaw"],
    "evalset": ["question", "ground_truth", "answerable"],
    "retrieval": ["query", "positive"],
}


def _text(name: str, alias: str) -> pl.Expr:
    return pl.col(name).str.head(HEAD).alias(alias)


def _none(*names: str) -> list[pl.Expr]:
    return [pl.lit("").alias(name) for name in names]


def _turns(name: str) -> list[pl.Expr]:
    """The first turns of a conversation, their texts cut, and how many there are."""
    turn = pl.element().struct
    short = pl.struct(
        turn.field("role").str.head(16), turn.field("content").str.head(HEAD)
    )  # fmt: skip
    return [pl.col(name).list.head(TURNS).list.eval(short).alias("turns"),
            pl.col(name).list.len().cast(pl.Int64).alias("n_turns")]  # fmt: skip


def _no_turns() -> list[pl.Expr]:
    turn = pl.Struct({"role": pl.String, "content": pl.String})
    return [pl.lit([], dtype=pl.List(turn)).alias("turns"), pl.lit(0, pl.Int64).alias("n_turns")]


def _shape(name: str) -> list[pl.Expr]:
    """The columns that all data sets have in common here, and `group`, what tells rows apart."""
    yes = pl.lit(value=True).alias("answerable")
    match name:
        case "sft":
            traits = pl.concat_str([pl.col(one).str.head(40) for one in _TRAITS], separator="\n")
            return [
                pl.col("method").str.head(80).alias("group"), _text("instruction", "asked"),
                _text("input", "given"), _text("output", "answer"), *_turns("messages"), yes,
                traits.alias("traits"), *_none("rejected", "flaw"),
            ]  # fmt: skip
        case "preferences":
            asked = pl.col("prompt").list.last().struct.field("content").str.head(HEAD)
            return [
                pl.col("flaw").str.head(80).alias("group"), asked.alias("asked"),
                _text("chosen", "answer"), _text("rejected", "rejected"), *_turns("prompt"), yes,
                _text("flaw", "flaw"), *_none("given", "traits"),
            ]  # fmt: skip
        case "evalset":
            return [
                pl.col("answerable").cast(pl.String).alias("group"), _text("question", "asked"),
                _text("ground_truth", "answer"), *_no_turns(), pl.col("answerable"),
                *_none("given", "rejected", "flaw", "traits"),
            ]  # fmt: skip
    return [
        pl.col("task").str.head(80).alias("group"), _text("query", "asked"),
        _text("positive", "answer"), *_no_turns(), yes,
        *_none("given", "rejected", "flaw", "traits"),
    ]  # fmt: skip


_KINDS = ["group", "lang", "task"]


class Exhibits:
    """Filled with the shards of one data set (its `columns`), one after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._held: pl.DataFrame | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Keeps the first sample of each kind, by id."""
        short = [pl.col(name).str.head(200) for name in ("task", "lang", "split", "backend")]
        ids = [pl.col(name).str.head(1000) for name in ("sample_id", "method", "source")]
        quoted = pl.col("evidence").list.first().struct
        evidence = [quoted.field("quote").str.head(HEAD), quoted.field("page")]
        here = frame.select(*ids, *short, "scores", *evidence, *_shape(self.name))
        both = here if self._held is None else pl.concat([self._held, here])
        first = both.sort(*_KINDS, "sample_id", nulls_last=True).group_by(
            _KINDS, maintain_order=True
        )
        self._held = first.head(1).select(here.columns).head(HELD)

    @property
    def size_bytes(self) -> int:
        """What is held, in bytes."""
        return 0 if self._held is None else int(self._held.estimated_size())

    def rows(self) -> tuple[SampleRow, ...]:
        """Some of what is held: what tells the rows apart takes turns, and so do languages."""
        if self._held is None:
            return ()
        languages = pl.col("lang").n_unique()
        # each group begins with another language, or all first ones would be of the same
        begin = (pl.col("lang").rank("dense") + pl.col("group").rank("dense")) % languages
        of_both = pl.int_range(pl.len()).over("group", "lang").alias("turn")
        of_group = pl.int_range(pl.len()).over("group").alias("place")
        order = self._held.sort(*_KINDS, "sample_id", nulls_last=True)
        order = order.with_columns(of_both, begin.alias("begin"))
        chosen = order.sort("turn", "begin", *_KINDS, nulls_last=True).with_columns(of_group)
        chosen = chosen.sort("place", *_KINDS, nulls_last=True).head(SHOWN[self.name])
        return tuple(_row(self.name, row) for row in chosen.iter_rows(named=True))


def _row(name: str, row: Mapping[str, Any]) -> SampleRow:
    said = row["turns"] if row["n_turns"] > 2 or (row["rejected"] and row["n_turns"] > 1) else []
    worse = row["rejected"] or ""
    shown = alike(row["answer"] or "", worse) if worse else False
    changes = compare(row["answer"], worse) if shown else ()
    return SampleRow(
        visible(row["sample_id"], 64), name, visible(row["method"], 40), visible(row["task"], 40),
        visible(row["lang"], 16), visible(row["split"], 16), visible(row["backend"], 40),
        tuple(visible(trait, 40) for trait in row["traits"].split("\n") if trait),
        visible(row["source"]), visible_lines(row["asked"], TEXT),
        visible_lines(row["given"], TEXT), visible_lines(row["answer"], TEXT),
        visible_lines(worse, TEXT), visible(row["flaw"], 40),
        changes if changes and changes[0].kind != "equal" else (), bool(row["answerable"]),
        tuple(_turn(turn) for turn in said), row["n_turns"] if said else 0,
        visible_lines(row["quote"], TEXT), row["page"], _measured(row["scores"] or {}),
    )  # fmt: skip


def _turn(turn: Mapping[str, str]) -> Turn:
    return Turn(visible(turn["role"], 16), visible_lines(turn["content"], TEXT))


def _measured(scores: Mapping[str, float | None]) -> tuple[tuple[str, float], ...]:
    found = ((name, finite(scores.get(name), 4)) for name, _ in SCORES)
    return tuple((name, value) for name, value in found if value is not None)


def alike(one: str, other: str) -> bool:
    """Whether two answers have so many words in common that a comparison can be read.

    >>> alike("about seventy minutes on foot", "about forty minutes on foot")
    True
    """
    first, second = Counter(_UNIT.findall(one)), Counter(_UNIT.findall(other))
    least = min(first.total(), second.total())
    return bool(least) and (first & second).total() >= ALIKE * least


def exhibits(found: Sequence[Exhibits]) -> tuple[SampleRow, ...]:
    """What is shown of all data sets."""
    return tuple(row for one in found for row in one.rows())
