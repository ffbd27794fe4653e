"""General conversations from the user's files, to be mixed into the training split.

Training on samples of one field alone makes a model forget the rest; a third to a half of general
data is the usual remedy.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from dataflow.balance.groups import fractions
from dataflow.io.json_lines import numbered_lines
from schemas.errors import UsageError
from schemas.ids import content_id

_ROLES = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant",
          "system": "system"}  # fmt: skip
Turns = list[dict[str, str]]


class Refusal(StrEnum):
    """Why a line, or a conversation, is not mixed in."""

    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    NO_CONVERSATION = "no_conversation"
    OTHER_ROLE = "other_role"
    NOT_ALTERNATING = "not_alternating"
    NO_ANSWER = "no_answer"
    EMPTY_TURN = "empty_turn"
    NOT_TEXT = "not_text"
    LEAK = "leak"


class _RefusedError(ValueError):
    """A conversation that cannot be used, with its `Refusal`."""


class Conversation(NamedTuple):
    """What was said; the key is a hash of it."""

    key: str
    turns: Turns


@dataclass(frozen=True, slots=True)
class General:
    """Chosen conversations, how many lines were read, and how many were refused, by reason.

    Leaks are counted among the conversations that were looked at: the chosen ones and those whose
    place others took.
    """

    chosen: tuple[Turns, ...] = ()
    read: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


Leaking = Callable[[Sequence[Conversation]], set[str]]
"""Keys of the conversations that give a test item away."""


def read_general(path: Path) -> Iterator[tuple[int, Turns | Refusal]]:
    """Each line's number and conversation, or why it is none that can be trained on.

    JSON Lines of messages, ShareGPT, Alpaca or prompt-completion. Raises UsageError when the file
    cannot be read.
    """
    for number, line in numbered_lines(path):
        yield number, Refusal.TOO_LONG if line is None else _conversation(line)


def _conversation(line: bytes) -> Turns | Refusal:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Refusal.NOT_JSON
    try:
        said = _turns(row)
    except _RefusedError as error:
        return Refusal(str(error))
    except (LookupError, TypeError, AttributeError):
        return Refusal.NO_CONVERSATION
    return _fault(said) or said


def _fault(said: Turns) -> Refusal | None:
    """What is wrong with a conversation: templates want the user and the assistant in turn."""
    texts = [turn["content"] for turn in said]
    if not all(map(_is_text, texts)):
        return Refusal.NOT_TEXT
    if not all(text.strip() for text in texts):
        return Refusal.EMPTY_TURN
    roles = [turn["role"] for turn in said]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if not spoken or spoken[-1] != "assistant":
        return Refusal.NO_ANSWER
    if spoken != ["user", "assistant"] * (len(spoken) // 2):
        return Refusal.NOT_ALTERNATING
    return None


def _is_text(value: object) -> bool:
    """Whether UTF-8 can write it: JSON may hold half a surrogate pair."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _turns(row: Mapping[str, Any]) -> Turns:
    if "messages" in row:
        return [_turn(m["role"], m["content"]) for m in row["messages"]]
    if "conversations" in row:
        return [_turn(m["from"], m["value"]) for m in row["conversations"]]
    if "prompt" in row:
        return [*_side(row["prompt"], "user"), *_side(row["completion"], "assistant")]
    asked = f"{row['instruction']}\n\n{row['input']}" if row.get("input") else row["instruction"]
    return [_turn("user", asked), _turn("assistant", row["output"])]


def _turn(role: str, content: str) -> dict[str, str]:
    if role not in _ROLES:
        raise _RefusedError(Refusal.OTHER_ROLE)
    return {"role": _ROLES[role], "content": content}


def _side(value: Any, role: str) -> Turns:
    if isinstance(value, str):
        return [{"role": role, "content": value}]
    return [_turn(m["role"], m["content"]) for m in value]


def wanted(own: int, share: float) -> int:
    """How many general conversations make up `share` of the whole beside `own` samples.

    >>> wanted(60, 0.4)
    40
    """
    return round(own * share / (1 - share))


def choose(paths: Sequence[Path], n: int, seed: int, leaking: Leaking) -> General:
    """At most `n` distinct conversations that do not leak, in an order a hash with `seed` decides.

    The files are read whole, and again for each round in which leaks leave too few; memory holds
    at most four times as many conversations as are wanted. Raises UsageError when no line of them
    is a conversation.
    """
    looked_at = n
    while True:
        best, read, refused = _best(paths, looked_at, seed)
        leaks = leaking(best) if best else set()
        clean = [one.turns for one in best if one.key not in leaks]
        if len(clean) >= n or len(best) < looked_at:
            counts = {**refused, **({Refusal.LEAK: len(leaks)} if leaks else {})}
            return General(
                tuple(clean[:n]), read, {str(why): counts[why] for why in sorted(counts)}
            )
        looked_at *= 2


def _best(
    paths: Sequence[Path], n: int, seed: int
) -> tuple[list[Conversation], int, Counter[Refusal]]:
    """The first `n` distinct conversations by the hash; lines read; lines refused."""
    best: dict[str, tuple[float, Turns]] = {}
    refused: Counter[Refusal] = Counter()
    read, first = 0, ""
    for path in paths:
        for number, said in read_general(path):
            read += 1
            if isinstance(said, Refusal):
                refused[said] += 1
                first = first or f"{path}, line {number}: {said}"
                continue
            key = content_id("general", json.dumps(said, sort_keys=True))
            if key not in best:
                best[key] = (float(fractions([key], seed, "general")[0]), said)
            if len(best) > 2 * max(n, 1):
                best = dict(sorted(best.items(), key=_place)[:n])
    if not best and n:
        names = ", ".join(map(str, paths))
        raise UsageError(f"no conversation can be read from {names}" + (first and f" ({first})"))
    ordered = sorted(best.items(), key=_place)
    return [Conversation(key, said) for key, (_, said) in ordered[:n]], read, refused


def _place(item: tuple[str, tuple[float, Turns]]) -> tuple[float, str]:
    return item[1][0], item[0]
