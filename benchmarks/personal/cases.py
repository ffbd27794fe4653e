"""The labelled cases: texts, the items of personal data in them, and what only looks like one.

`en.txt` and `zh.txt` hold one case between lines of three dashes. `«kind:value»` is an item,
`«-:value»` a look-alike; a value `@name` is made by `values`. A hash of the case as written puts it
in the half for development or in the half that is kept, whose texts nobody tunes to.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.personal.values import VALUES

HERE = Path(__file__).parent
MARK = re.compile(r"«([a-z_]+|-):(.*?)»", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """A span of a case's text; `kind` is '-' for a look-alike."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Case:
    """A text with its items; `half` is `dev` or `kept`."""

    text: str
    items: tuple[Item, ...]
    lang: str
    half: str


def cases() -> list[Case]:
    """All cases, English first, in the order of the files."""
    found = []
    for lang in ("en", "zh"):
        raw = (HERE / f"{lang}.txt").read_text(encoding="utf-8")
        found += [_case(part, lang) for part in raw.split("\n---\n") if part.strip()]
    return found


def _case(raw: str, lang: str) -> Case:
    digest = hashlib.sha256(raw.encode()).digest()
    random = Random(int.from_bytes(digest[:8], "big"))
    text, done, items = "", 0, []
    for match in MARK.finditer(raw):
        text += raw[done : match.start()]
        kind, value = match.groups()
        made = VALUES.get(value[1:]) if value.startswith("@") else None
        value = made(random) if made is not None else value
        items.append(Item(len(text), len(text) + len(value), kind))
        text += value
        done = match.end()
    half = "kept" if digest[-1] & 1 else "dev"
    return Case(text + raw[done:], tuple(items), lang, half)
