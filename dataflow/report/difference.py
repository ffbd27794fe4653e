"""Where two texts part, word by word, for a person to read."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise

from dataflow.report.display import visible
from dataflow.report.model import Change

UNITS = 400
"""Words or ideographs that are compared: difflib's time grows with the square."""
CONTEXT = 12
"""Equal units left standing around a change."""
RUN = 240
"""Code points of one changed run that are shown."""

_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\d+(?:[.,:]\d+)+|\w+|\s+|[^\w\s]")


def compare(kept: str, dropped: str) -> tuple[Change, ...]:
    """Where two texts part, in words (ideographs count as one), with some context.

    Looks at the part between their common beginning and end, and at `UNITS` units of that.

    >>> [(c.kind, c.text) for c in compare("a red fox", "a blue fox")]
    [('same', 'a '), ('only_kept', 'red'), ('only_dropped', 'blue'), ('same', ' fox')]
    """
    left, right = _UNIT.findall(kept), _UNIT.findall(dropped)
    if left == right:
        return (Change("equal", ""),)
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    ends = len(left) - tail, len(right) - tail
    begin = max(0, head - CONTEXT)
    stop = tuple(min(end + CONTEXT, begin + UNITS) for end in ends)
    a, b = left[begin : stop[0]], right[begin : stop[1]]
    changes: list[Change] = [Change("gap", "")] if begin else []
    for equal, a1, a2, b1, b2 in _blocks(a, b):
        if equal:
            changes += _same(a[a1:a2], at_start=a1 == 0, at_end=a2 == len(a))
            continue
        for name, part in (("only_kept", a[a1:a2]), ("only_dropped", b[b1:b2])):
            if part:
                changes.append(Change(name, _run("".join(part))))
    if stop[0] < len(left) or stop[1] < len(right):
        changes.append(Change("gap", ""))
    return tuple(
        change for before, change in pairwise([Change("", ""), *changes])
        if not before.kind == change.kind == "gap"
    )  # fmt: skip


def _blocks(a: list[str], b: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Equal and changed blocks in turn; changes with only white space between them are one."""
    found: list[tuple[bool, int, int, int, int]] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        inside = bool(found) and a2 < len(a) and b2 < len(b)
        equal = kind == "equal" and not (inside and "".join(a[a1:a2]).isspace())
        if found and not equal and not found[-1][0]:
            _, start_a, _, start_b, _ = found.pop()
            found.append((False, start_a, a2, start_b, b2))
        else:
            found.append((equal, a1, a2, b1, b2))
    return found


def _shared(left: list[str], right: list[str]) -> int:
    """How many units the two begin with in common."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))


def _same(units: list[str], *, at_start: bool, at_end: bool) -> list[Change]:
    """Equal units with the middle of a long run left out."""
    if len(units) <= 2 * CONTEXT or (at_start and at_end):
        return [Change("same", _run("".join(units)))]
    first, last = units[:CONTEXT], units[-CONTEXT:]
    changes = [] if at_start else [Change("same", _run("".join(first)))]
    changes.append(Change("gap", ""))
    return changes if at_end else [*changes, Change("same", _run("".join(last)))]


def _run(text: str) -> str:
    """`text` made visible with one space kept at either end."""
    shown = visible(text, RUN)
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and shown else ""
    return before + shown + after
