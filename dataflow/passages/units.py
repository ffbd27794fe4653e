"""What a text is made of: where its code, formulas and tables lie, its paragraphs, its sentences.

Code, formulas and tables are never cut: they are known by the elements of a parsed document and,
with or without those, by their Markdown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.text.layout import fenced
from dataflow.text.sentences import sentences
from schemas.document import ElementKind

Span = tuple[int, int]
VERBATIM = frozenset({ElementKind.CODE.value, ElementKind.FORMULA.value, ElementKind.TABLE.value})
HEADINGS = frozenset({ElementKind.TITLE.value, ElementKind.HEADING.value})
_TABLE_ROWS = re.compile(r"^[ \t]{0,3}\|[^\n]*(?:\n[ \t]{0,3}\|[^\n]*)*", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#{1,6} ")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|#{3,})\s*\Z")
_HAN_KANA = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_OPENERS = ("<table", "$$", r"\[")
_CLOSERS = {"<table": "</table>", "$$": "$$", r"\[": r"\]"}


class Layout(NamedTuple):
    """A document's text, and what its elements say: spans by kind, and (start, page) ascending."""

    text: str
    verbatim: list[Span]
    headings: list[Span]
    pages: list[Span]


def layouts(frame: pl.DataFrame) -> Iterator[Layout]:
    """The layout of each row of `frame` (text[, elements]); a null text counts as empty."""
    texts = frame["text"].to_list()
    elements = _elements(frame)
    for row, text in enumerate(texts):
        text = text or ""
        verbatim: list[Span] = []
        headings: list[Span] = []
        pages: list[Span] = []
        for kind, start, end, page in elements[row] if elements else ():
            if start is None or end is None or not 0 <= start < end <= len(text):
                continue
            if kind in VERBATIM:
                verbatim.append((start, end))
            elif kind in HEADINGS:
                headings.append((start, end))
            if page is not None:
                pages.append((start, page))
        yield Layout(text, merged([*verbatim, *marked(text)]), merged(headings), sorted(pages))


Row = tuple[str | None, int | None, int | None, int | None]


def _elements(frame: pl.DataFrame) -> list[list[Row]] | None:
    """Kind, span and page of the elements of each row; None without a column of elements."""
    kind = frame.schema.get("elements")
    inner = kind.inner if isinstance(kind, pl.List) else None
    names = {field.name for field in inner.fields} if isinstance(inner, pl.Struct) else set()
    if not {"kind", "char_start", "char_end"} <= names:
        return None
    lengths = frame["elements"].list.len().fill_null(0).to_list()
    flat = frame["elements"].filter(frame["elements"].list.len() > 0).explode()
    columns = [
        flat.struct.field(name).to_list() if name in names else [None] * len(flat)
        for name in ("kind", "char_start", "char_end", "page")
    ]
    rows = list(zip(*columns, strict=True))
    found: list[list[Row]] = []
    done = 0
    for length in lengths:
        found.append(rows[done : done + length])
        done += length
    return found


def marked(text: str) -> list[Span]:
    r"""Spans of code, tables and formulas by their Markdown, in any order.

    >>> marked("a\n| b | c |\n| - | - |\nd $$x$$")
    [(2, 21), (24, 29)]
    """
    spans = fenced(text)
    if "|" in text:
        spans += [match.span() for match in _TABLE_ROWS.finditer(text)]
    for opener in _OPENERS:
        at = text.find(opener)
        while at >= 0:
            close = _CLOSERS[opener]
            end = text.find(close, at + len(opener))
            if end < 0:
                break
            spans.append((at, end + len(close)))
            at = text.find(opener, end + len(close))
    return spans


def merged(spans: list[Span]) -> list[Span]:
    """The union of `spans`, ascending and disjoint.

    >>> merged([(5, 7), (0, 3), (2, 4)])
    [(0, 4), (5, 7)]
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def between(spans: list[Span], length: int) -> list[Span]:
    """What `spans`, ascending and disjoint, leave of a text of this length.

    >>> between([(2, 4)], 6)
    [(0, 2), (4, 6)]
    """
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), length]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]


def inside(spans: list[Span], places: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """bool[n]: which places lie within one of `spans`, ascending and disjoint."""
    if not spans:
        return np.zeros(len(places), np.bool_)
    bounds = np.array(spans, np.int64).reshape(-1)
    found: NDArray[np.bool_] = np.searchsorted(bounds, places, side="right") % 2 == 1
    return found


def page_of(pages: list[Span], place: int) -> int:
    """The page of the element that begins at or before `place`; 0 before the first.

    >>> page_of([(0, 1), (10, 2)], 12)
    2
    """
    at = bisect_right(pages, (place, 1 << 60)) - 1
    return pages[at][1] if at >= 0 else 0


def paragraphs(layout: Layout) -> list[Span]:
    """Spans of the paragraphs: lines without a blank one between; no headings, nothing verbatim."""
    spans: list[Span] = []
    for low, high in between(merged([*layout.verbatim, *layout.headings]), len(layout.text)):
        spans += _blocks(layout.text, low, high)
    return spans


def _blocks(text: str, low: int, high: int) -> list[Span]:
    """The paragraphs between two places, as spans without the white space around them."""
    spans: list[Span] = []
    opened, closed, lines, at = -1, -1, 0, low
    for line in text[low:high].splitlines(keepends=True):
        bare = line.strip()
        heading = _HEADING.match(line) is not None
        if opened >= 0 and (not bare or heading or (lines == 1 and _UNDERLINE.match(bare))):
            if not _UNDERLINE.match(bare):
                spans.append((opened, closed))
            opened = -1
        elif bare and not heading:
            first = at + len(line) - len(line.lstrip())
            opened, lines = (first, 1) if opened < 0 else (opened, lines + 1)
            closed = first + len(bare)
        at += len(line)
    if opened >= 0:
        spans.append((opened, closed))
    return spans


def sentence_spans(layout: Layout, lang: str | None) -> list[Span]:
    """Spans of the sentences of the paragraphs; without `lang` Han or kana text counts as zh."""
    found: list[Span] = []
    for start, end in paragraphs(layout):
        block = layout.text[start:end]
        code = lang or ("zh" if len(_HAN_KANA.findall(block)) * 3 > len(block) else "en")
        found += [(start + left, start + right) for left, right in sentences(block, code)]
    return found
