"""SFT rows as the JSON Lines that trainers load; provenance stays in the Parquet data set."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.atomic import write_file
from schemas.errors import UsageError

Row = Mapping[str, Any]


def _messages(row: Row) -> dict[str, Any]:
    return {"messages": _turns(row)}


def _alpaca(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("instruction", "input", "output")}


def _sharegpt(row: Row) -> dict[str, Any]:
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    turns = [{"from": names[t["role"]], "value": t["content"]} for t in _turns(row)]
    return {"conversations": turns}


def _prompt_completion(row: Row) -> dict[str, Any]:
    turns = _turns(row)
    return {"prompt": turns[:-1], "completion": turns[-1:]}


def _turns(row: Row) -> list[dict[str, str]]:
    return [{"role": m["role"], "content": m["content"]} for m in row["messages"]]


FORMATS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "messages": _messages,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "prompt_completion": _prompt_completion,
}
"""`messages` also is OpenAI's fine-tuning format; `prompt_completion` is TRL's conversational
one, with the loss on the completion."""


def export(frame: pl.DataFrame, fmt: str, path: Path) -> int:
    """Number of lines written to `path`: UTF-8, no BOM, one sample a line, whole or not at all.

    U+2028 and U+2029 are escaped, since some readers end a line there. Raises UsageError for an
    unknown format.
    """
    if fmt not in FORMATS:
        raise UsageError(f"unknown format {fmt!r}: use one of {', '.join(FORMATS)}")
    shape = FORMATS[fmt]
    lines = [_line(shape(row)) for row in frame.iter_rows(named=True)]
    write_file(path, "".join(lines).encode("utf-8"))
    return len(lines)


def _line(sample: dict[str, Any]) -> str:
    text = json.dumps(sample, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"
