"""Text of several lines as markup: paragraphs with their line breaks, pipe tables as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from dataflow.report.markup import Markup, el, join

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|[\s:|-]+…?$")


def passage(text: str) -> Markup:
    r"""`text` as it is read: runs of lines as paragraphs, Markdown's pipe tables as tables.

    >>> passage("Two rows:\n| a | b |\n| --- | --- |\n| 1 | 2 |").html.count("<tr>")
    2
    """
    parts: list[Markup] = []
    for piped, lines in groupby(text.split("\n"), key=lambda line: line.startswith("|")):
        own = list(lines)
        if piped and len(own) > 1 and "-" in own[1] and _RULE.match(own[1]):
            parts.append(_table(own[0], own[2:]))
        elif any(own):
            parts.append(el("p", "\n".join(own).strip("\n")))
    return join(*parts)


def _table(head: str, rows: Iterable[str]) -> Markup:
    named = _cells(head)
    top = el("thead", el("tr", *(el("th", cell) for cell in named))) if any(named) else ""
    body = (el("tr", *(el("td", cell) for cell in _cells(row))) for row in rows)
    return el("div", el("table", top, el("tbody", *body)), class_="scroll", tabindex=0)


def _cells(line: str) -> list[str]:
    """The cells of a row, which may have been cut off."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner)]
