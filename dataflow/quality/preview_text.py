"""A preview of rules as text for a terminal: a table of all, and a chart for each."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence, Set

from dataflow.quality.preview import PERCENTILES, Example, Preview, RulePreview

BLOCKS = " ▁▂▃▄▅▆▇█"
ASCII_BLOCKS = " .:-=+*#@"
NARROWEST = 60
_BAR = 12
_NAME = 22
"""Characters of a document's path or id that are shown: its end says most."""


def render(found: Preview, width: int = 100, *, ascii_only: bool = False) -> str:
    """The preview in lines of at most `width` columns, 60 at least, without a line feed at the end.

    First a table of the rules that drop anything, most on top; then for each rule that would at
    some bound the percentiles of its signal, how many documents it would drop at other bounds, and
    the documents nearest to its bound. `ascii_only` draws without block characters.
    """
    width = max(width, NARROWEST)
    ranked = sorted(found.rules, key=lambda rule: -rule.dropped)
    lines = [_total(found), ""]
    lines += _table([rule for rule in ranked if rule.dropped], found.rows, ascii_only=ascii_only)
    lines += [_list_line(found)] if found.wrong_language else []
    idle = sum(1 for rule in ranked if not rule.dropped)
    lines += [f"{idle} more rules drop nothing."] if idle else []
    for rule in ranked:
        if any(point.dropped for point in rule.curve):
            lines += ["", *_block(rule, found.shared, ascii_only=ascii_only)]
    return "\n".join(clipped(line, width).rstrip() for line in lines)


def _total(found: Preview) -> str:
    dropped = found.rows - found.kept
    return (
        f"{found.rows:,} documents: {found.kept:,} kept, {dropped:,} dropped "
        f"({_percent(dropped, found.rows)})"
    )


def _list_line(found: Preview) -> str:
    share = _percent(found.wrong_language, found.rows)
    return f"wrong_language: {found.wrong_language:,} ({share}) by the lists of languages"


def _table(rules: Sequence[RulePreview], rows: int, *, ascii_only: bool) -> list[str]:
    """A line for each rule, aligned: how many it drops, alone, as the first."""
    head = ("reason", "bound", "drops", "share", "only it", "first", "")
    cells = [
        (
            f"{rule.rule.reason.value}{_langs(rule)}", _bound(rule), f"{rule.dropped:,}",
            _percent(rule.dropped, rows), f"{rule.only:,}", f"{rule.first:,}",
            _bar(rule.dropped / rows if rows else 0.0, ascii_only=ascii_only),
        )
        for rule in rules
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in (head, *cells)) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(widths[i]) if i in (0, 1, 6) else cell.rjust(widths[i])
            for i, cell in enumerate(row)
        )
        for row in (head, *cells)
    ]


def _block(found: RulePreview, shared: Set[str], *, ascii_only: bool) -> list[str]:
    """What one rule does at other bounds."""
    title = (
        f"{found.rule.reason.value}{_langs(found)}: {_bound(found)}  [{found.rule.rule_set}] "
        f"drops {found.dropped:,} of {found.rows:,}"
    )
    spread = "  ".join(
        f"p{percent} {_short(value)}"
        for percent, value in zip(PERCENTILES, found.percentiles, strict=True)
    )
    kept = f"  kept nearest:    {_examples(found.near_kept, shared)}"
    dropped = f"  dropped nearest: {_examples(found.near_dropped, shared)}"
    return [title, f"  {spread}", *chart(found, ascii_only=ascii_only), kept, dropped]


def chart(found: RulePreview, *, ascii_only: bool) -> list[str]:
    """Two lines: a column for each bound that was tried, as high as what is dropped there.

    The columns' highest is the largest count; below them stands the bound in force.
    """
    most = max(point.dropped for point in found.curve)
    blocks = ASCII_BLOCKS if ascii_only else BLOCKS
    columns = "".join(
        blocks[math.ceil(point.dropped / most * (len(blocks) - 1)) if most else 0] * 2
        for point in found.curve
    )
    first, last = found.curve[0], found.curve[-1]
    left = f"  at {_short(first.threshold)} drops {first.dropped:,} "
    at = next(i for i, point in enumerate(found.curve) if point.threshold == found.rule.threshold)
    marker = " " * (len(left) + 1 + 2 * at) + "^^ " + _short(found.rule.threshold)
    right = f" at {_short(last.threshold)} drops {last.dropped:,}"
    return [f"{left}|{columns}|{right}", marker]


def _bar(share: float, *, ascii_only: bool) -> str:
    """A bar as long as the share of all documents."""
    full = share * _BAR
    if ascii_only:
        return "#" * math.ceil(full)
    part = int((full - int(full)) * 8)
    return "█" * int(full) + (" ▏▎▍▌▋▊▉"[max(part, int(0 < share < 1 / _BAR))] if full % 1 else "")


def _bound(found: RulePreview) -> str:
    sign = ">=" if found.rule.bound == "min" else "<="
    return f"{found.rule.signal} {sign} {_short(found.rule.threshold)}"


def _langs(found: RulePreview) -> str:
    langs = found.rule.langs
    if not langs:
        return ""
    return f" ({langs[0]})" if len(langs) == 1 else f" ({langs[0]} .. {langs[-1]})"


def _examples(found: Sequence[Example], shared: Set[str]) -> str:
    return ", ".join(f"{_short(e.value)} {_visible(_named(e, shared))}" for e in found) or "none"


def _named(example: Example, shared: Set[str]) -> str:
    """The source of a document that has it for itself, else its id."""
    alone = example.source and example.source not in shared
    return example.source if alone else example.doc_id


def _visible(name: str) -> str:
    """The end of `name`, without characters that would steer a terminal."""
    tail = "".join(char if char.isprintable() else "?" for char in name[-_NAME:])
    return tail if len(name) <= _NAME else f"...{tail}"


def _short(value: float) -> str:
    """The number in four digits, large ones whole."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0.0 %"


def clipped(line: str, width: int) -> str:
    """The beginning of `line` that fits in `width` columns, where East Asian characters take two.

    >>> clipped("中文字", 4)
    '中文'
    """
    taken = 0
    for i, char in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if taken > width:
            return line[:i]
    return line
