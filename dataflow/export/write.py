"""Writes the samples of an output folder for a trainer: one file for each split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from dataflow.balance.splits import TEST, TRAIN, VALIDATION
from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.export.formats import FORMATS, Format, Row, Shape, turns
from dataflow.export.general import General, Turns, choose, wanted
from dataflow.export.held_out import held_out, leaking
from dataflow.export.masked import CHATML, ChatTemplate, Masker
from dataflow.io.atomic import scratch
from dataflow.io.json_lines import line_of
from dataflow.io.shards import iterate, read_manifest
from schemas.errors import UsageError

TOKENS = "tokens"
"""The format of `masked`; it needs a tokenizer."""
MIXABLE = ("messages", "prompt_completion", "alpaca", "sharegpt", TOKENS)
"""Formats that general conversations can be mixed into."""
MOST_GENERAL = 0.9


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: `fmt`, and for tokens the tokenizer (`hf:PATH`) and the chat template.

    `general` are files of other conversations that make up `share` of the training split; which
    ones, and where they stand among the samples, a hash with `seed` decides.
    """

    fmt: str
    tokenizer: str = "bytes"
    template: ChatTemplate = CHATML
    general: tuple[Path, ...] = ()
    share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.fmt not in (*FORMATS, TOKENS):
            known = ", ".join((*FORMATS, TOKENS))
            raise UsageError(f"unknown format {self.fmt!r}: use one of {known}")
        if not 0 <= self.share <= MOST_GENERAL:
            raise UsageError(f"the share of general data must be from 0 to {MOST_GENERAL}")
        if bool(self.general) != bool(self.share):
            raise UsageError("general data needs files and their share, 0.3 to 0.5 as a rule")
        if self.general and self.fmt not in MIXABLE:
            raise UsageError(f"general data can be mixed into {', '.join(MIXABLE)} only")
        if self.template != CHATML and self.fmt != TOKENS:
            raise UsageError(f"a chat template is for the format {TOKENS} only")

    @property
    def format(self) -> Format:
        """Data set and columns; tokens are made of messages."""
        return FORMATS["messages" if self.fmt == TOKENS else self.fmt]


class Mixture(NamedTuple):
    """General data beside `own` samples of a training split: its share, wanted and reached."""

    own: int
    wanted: float
    general: General

    @property
    def reached(self) -> float:
        """Share of the split that is general."""
        return len(self.general.chosen) / max(self.own + len(self.general.chosen), 1)

    @property
    def is_short(self) -> bool:
        """Whether the files held too few conversations for the share, but for rounding."""
        return self.wanted - self.reached > 0.01

    def as_dict(self) -> dict[str, Any]:
        """All of it but the conversations, as plain values."""
        return {
            "wanted": self.wanted, "reached": round(self.reached, 4), "read": self.general.read,
            "used": len(self.general.chosen), "left_out": dict(self.general.refused),
        }  # fmt: skip


class Exported(NamedTuple):
    """The files written with their lines, and what was mixed in if anything was to be."""

    files: dict[Path, int]
    mixture: Mixture | None


def export(out: Path, options: Export) -> Exported:
    """The files written, `OUT/export/<format>/<split>.jsonl`, and the lines of each.

    UTF-8 without BOM; U+0085, U+2028 and U+2029 are escaped, since some readers end a line there.
    A split without samples has no file; files of an earlier export of the format are replaced
    together. General conversations that say what the test split or the test questions say are
    left out. Raises UsageError when `out` has no such data set.
    """
    data_set = options.format.data_set
    if data_set not in read_manifest(out).datasets:
        raise UsageError(f"{out} has no {data_set}/: run `corpusmill sft` or `run` first")
    mixture = _mixture(out, options) if options.general else None
    folder = out / "export" / options.fmt
    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch(folder.parent) as staging:
        counts = _write(out, options, staging, mixture)
        for name in (TRAIN, VALIDATION, TEST):
            (folder / f"{name}.jsonl").unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
        for name in counts:
            (staging / f"{name}.jsonl").replace(folder / f"{name}.jsonl")
    return Exported({folder / f"{name}.jsonl": count for name, count in counts.items()}, mixture)


def _mixture(out: Path, options: Export) -> Mixture:
    own = sum(frame.height for frame in _frames(out, options, TRAIN, ["split"]))
    test = held_out(out)
    found = choose(
        options.general, wanted(own, options.share), options.seed, lambda some: leaking(some, test)
    )
    return Mixture(own, options.share, found)


def _write(out: Path, options: Export, staging: Path, mixture: Mixture | None) -> dict[str, int]:
    counts = {}
    shape = _shape(options)
    for split in (TRAIN, VALIDATION, TEST):
        path = staging / f"{split}.jsonl"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            count = 0
            for row in _mixed(_rows(out, options, split), mixture if split == TRAIN else None):
                for sample in shape(row):
                    file.write(line_of(sample))
                    count += 1
        if count:
            counts[split] = count
    return counts


def _mixed(rows: Iterator[Row], mixture: Mixture | None) -> Iterator[Row]:
    """The rows in their order, general conversations spread evenly among them."""
    general = mixture.general.chosen if mixture else ()
    own = mixture.own if mixture else 0
    given = 0
    for place, row in enumerate(rows, 1):
        yield row
        while given * own < place * len(general):
            yield _as_row(general[given])
            given += 1


def _frames(out: Path, options: Export, split: str, columns: list[str]) -> Iterator[pl.DataFrame]:
    for frame in iterate(out, options.format.data_set, columns):
        yield frame.filter(pl.col("split") == split)


def _rows(out: Path, options: Export, split: str) -> Iterator[Row]:
    for frame in _frames(out, options, split, ["split", *options.format.columns]):
        yield from frame.iter_rows(named=True)


def _as_row(said: Turns) -> Row:
    """A general conversation as the columns that the formats of instruction samples need."""
    return {
        "messages": said, "instruction": said[-2]["content"], "input": "",
        "output": said[-1]["content"],
    }  # fmt: skip


def _shape(options: Export) -> Shape:
    """What makes the objects of a row."""
    if options.fmt != TOKENS:
        return options.format.shape
    masker = Masker(get_tokenizer(options.tokenizer), options.template)

    def masked(row: Row) -> Iterator[dict[str, Any]]:
        yield masker(turns(row["messages"]))

    return masked
