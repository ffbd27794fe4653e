"""Writes samples for reviewers."""

from __future__ import annotations

import json
from pathlib import Path

from dataflow.io.atomic import write_file
from dataflow.review import argilla, label_studio
from dataflow.review.shown import chosen
from schemas.errors import UsageError

TOOLS = ("argilla", "label-studio")


def export_review(out: Path, tool: str, n: int, seed: int) -> list[Path]:
    """The files written below `OUT/review`: the samples, and how the tool is to show them.

    Raises UsageError for an unknown tool or an output without samples.
    """
    if tool not in TOOLS:
        raise UsageError(f"unknown tool {tool!r}: use one of {', '.join(TOOLS)}")
    rows = list(chosen(out, n, seed))
    folder = out / "review"
    folder.mkdir(exist_ok=True)
    if tool == "argilla":
        parts = {"argilla.json": _json(argilla.records(rows)), "argilla.py": argilla.SETTINGS}
    else:
        tasks = label_studio.tasks(rows)
        parts = {"label_studio.json": _json(tasks), "label_studio.xml": label_studio.CONFIG}
    for name, text in parts.items():
        write_file(folder / name, text.encode("utf-8"))
    return [folder / name for name in parts]


def _json(found: list[dict[str, object]]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
