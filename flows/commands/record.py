"""A sample, or what was rejected, whole on the console."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

SAID = (
    "instruction", "input", "output", "chosen", "rejected", "flaw", "question", "ground_truth",
    "answerable", "query", "positive",
)  # fmt: skip
"""Columns with what is said, in the order of the four data sets."""
MADE = (
    "method", "task", "lang", "perspective", "difficulty", "kind", "split", "backend", "model",
    "prompt_id", "source",
)  # fmt: skip
REFUSED = ("reason", "stage", "level", "value", "threshold", "source")
_WIDTH = 13


def show_record(record: dict[str, Any]) -> None:
    """Prints a sample's words, evidence, scores and calls; of a reject why it is one."""
    if "reason" in record:
        _show("refused", _pairs(record, REFUSED))
        _show("detail", record["detail"])
        click.echo()
        return
    for turn in record.get("messages") or record.get("prompt") or []:
        _show(turn["role"], turn["content"])
    in_turns = ("instruction", "output") if record.get("messages") else ()
    for name in SAID:
        if name not in in_turns:
            _show(name, record.get(name))
    for span in record["evidence"] or []:
        page = "" if span["page"] is None else f"page {span['page']}, "
        _show("evidence", f"{page}{span['char_start']}:{span['char_end']}: {span['quote']}")
    _show("scores", _pairs(record["scores"] or {}, record["scores"] or {}))
    _show("made", _pairs(record, MADE))
    _show("calls", ", ".join(call["prompt_id"] for call in record["calls"] or []))
    click.echo()


def _pairs(record: dict[str, Any], names: Iterable[str]) -> str:
    """Those of the values that there are, each after its name."""
    found = ((name, record.get(name)) for name in names)
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in found
        if value not in (None, "")
    )


def _show(name: str, value: object) -> None:
    """A name and its whole text, line by line, without what would steer a terminal."""
    from dataflow.report.display import visible

    if value in (None, ""):
        return
    lines = [visible(line, 8 * len(line) + 1) for line in str(value).split("\n")]
    first, *rest = lines
    click.echo(f"{name:<{_WIDTH}}{first}")
    for line in rest:
        click.echo(" " * _WIDTH + line if line else "")
