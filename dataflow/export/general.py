"""General conversations from the user's files, to be mixed into the training split.

Training on samples of one field alone makes a model forget the rest; a third to a half of general
data is the usual remedy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dataflow.balance.groups import fractions
from schemas.errors import UsageError

_ROLES = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant",
          "system": "system"}  # fmt: skip
_LONGEST_LINE = 16 << 20
Turns = list[dict[str, str]]


def read_general(path: Path) -> Iterator[Turns]:
    """The conversations in a JSON Lines file of messages, ShareGPT, Alpaca or prompt-completion.

    Raises UsageError that names the file and the line of anything else.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if line.strip():
                    yield _conversation(line, f"{path}, line {number}")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _conversation(line: bytes, where: str) -> Turns:
    try:
        row = json.loads(line)
        said = _turns(row)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{where}: expected an object with messages, conversations, prompt and completion, or "
            f"instruction and output ({type(error).__name__}: {str(error)[:80]})"
        ) from error
    texts = [turn["content"] for turn in said]
    if len(said) < 2 or said[-1]["role"] != "assistant" or not all(map(_is_text, texts)):
        raise UsageError(f"{where}: a conversation must end with what the assistant says")
    return said


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _turns(row: Mapping[str, Any]) -> Turns:
    if "messages" in row:
        return [{"role": _ROLES[m["role"]], "content": m["content"]} for m in row["messages"]]
    if "conversations" in row:
        return [{"role": _ROLES[m["from"]], "content": m["value"]} for m in row["conversations"]]
    if "prompt" in row:
        return [*_side(row["prompt"], "user"), *_side(row["completion"], "assistant")]
    asked = f"{row['instruction']}\n\n{row['input']}" if row.get("input") else row["instruction"]
    return [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": row["output"]},
    ]


def _side(value: Any, role: str) -> Turns:
    if isinstance(value, str):
        return [{"role": role, "content": value}]
    return [{"role": _ROLES[m["role"]], "content": m["content"]} for m in value]


def wanted(own: int, share: float) -> int:
    """How many general conversations make up `share` of the whole beside `own` samples.

    >>> wanted(60, 0.4)
    40
    """
    return round(own * share / (1 - share))


def chosen(paths: list[Path], n: int, seed: int) -> list[Turns]:
    """At most `n` distinct conversations of the files, in an order decided by a hash with `seed`.

    All of them are read; memory holds the chosen ones and a number for each of the others.
    """
    best: dict[str, tuple[float, Turns]] = {}
    for path in paths:
        for said in read_general(path):
            key = json.dumps(said, ensure_ascii=False, sort_keys=True)
            if key not in best:
                best[key] = (float(fractions([key], seed, "general")[0]), said)
            if len(best) > 2 * max(n, 1):
                best = dict(sorted(best.items(), key=lambda item: item[1][0])[:n])
    ordered = sorted(best.items(), key=lambda item: (item[1][0], item[0]))
    return [said for _, (_, said) in ordered[:n]]
