"""Writes the samples of an output folder for a trainer: one file for each split."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.balance.splits import TEST, TRAIN, VALIDATION
from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.export.formats import FORMATS, Format, Row, turns
from dataflow.export.general import Turns, chosen, wanted
from dataflow.export.masked import CHATML, ChatTemplate, masked
from dataflow.io.atomic import scratch
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

    @property
    def format(self) -> Format:
        """Data set and columns; tokens are made of messages."""
        return FORMATS["messages" if self.fmt == TOKENS else self.fmt]


def export(out: Path, options: Export) -> dict[Path, int]:
    """The files written, `OUT/export/<format>/<split>.jsonl`, and the lines of each.

    UTF-8 without BOM; U+2028 and U+2029 are escaped, since some readers end a line there. A split
    without samples has no file; files of an earlier export of the format are replaced together.
    Raises UsageError when `out` has no such data set.
    """
    data_set = options.format.data_set
    if data_set not in read_manifest(out).datasets:
        raise UsageError(f"{out} has no {data_set}/: run `corpusmill sft` or `run` first")
    folder = out / "export" / options.fmt
    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch(folder.parent) as staging:
        counts = _write(out, options, staging)
        for name in (TRAIN, VALIDATION, TEST):
            (folder / f"{name}.jsonl").unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
        for name in counts:
            (staging / f"{name}.jsonl").replace(folder / f"{name}.jsonl")
    return {folder / f"{name}.jsonl": count for name, count in counts.items()}


def _write(out: Path, options: Export, staging: Path) -> dict[str, int]:
    counts = {}
    for split in (TRAIN, VALIDATION, TEST):
        path = staging / f"{split}.jsonl"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            count = 0
            for sample in _samples(out, options, split):
                file.write(line_of(sample))
                count += 1
        if count:
            counts[split] = count
    return counts


def _samples(out: Path, options: Export, split: str) -> Iterator[dict[str, Any]]:
    """The objects of a split, in the order of its rows; general ones spread evenly among them."""
    rows = _rows(out, options, split)
    if split != TRAIN or not options.general:
        yield from (sample for row in rows for sample in _shaped(options, row))
        return
    own = sum(frame.height for frame in _frames(out, options, split, ["split"]))
    general = chosen(list(options.general), wanted(own, options.share), options.seed)
    given = 0
    for place, row in enumerate(rows, 1):
        yield from _shaped(options, row)
        while given * own < place * len(general):
            yield from _shaped(options, _as_row(general[given]))
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


def _shaped(options: Export, row: Row) -> Iterator[dict[str, Any]]:
    if options.fmt != TOKENS:
        yield from options.format.shape(row)
        return
    tokenizer = get_tokenizer(options.tokenizer)
    yield masked(turns(row["messages"]), tokenizer, options.template)


def line_of(sample: dict[str, Any]) -> str:
    """One line of JSON."""
    text = json.dumps(sample, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"
