"""Blocks of folded lines, passages and tokens from the documents of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.folding import fold_table
from dataflow.dedup.kernels import FNV_BASIS, FNV_PRIME, U32, U64, mix64
from dataflow.passages.blocks import UnitBlock, make_block
from dataflow.passages.lines import PAGE, PROTECTED, STRUCTURE, scan_lines
from dataflow.passages.notices import signs_of
from dataflow.passages.pages import LEAST_PAGES, page_furniture
from dataflow.passages.scan import fold_span, scan_tokens
from dataflow.passages.units import (
    Layout,
    Span,
    between,
    inside,
    layouts,
    page_of,
    paragraphs,
    sentence_spans,
)

LINE_SCHEME = "lines 2"
FURNITURE_WORDS = ("copyright",)
PAGE_WORDS = (
    "page", "pages", "seite", "página", "pagina", "pág", "sayfa", "strona", "страница", "стр",
)  # fmt: skip
"""`Page 3 of 12` in the languages of most documents; 页 and 頁 are known to the scan."""


@cache
def _hashes(words: tuple[str, ...]) -> U64:
    """Hashes of folded words as the scan makes them."""
    found = np.empty(len(words), np.uint64)
    with np.errstate(over="ignore"):
        for place, word in enumerate(words):
            one = FNV_BASIS
            for char in word:
                one = (one ^ np.uint64(ord(char))) * FNV_PRIME
            found[place] = mix64(one)
    found.flags.writeable = False
    return found


def points_of(text: str) -> U32:
    """The code points of `text`, read-only."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _stacked(
    parts: Iterable[tuple[NDArray[Any], ...]], names: tuple[str, ...]
) -> dict[str, NDArray[Any]]:
    """The arrays of all documents one after the other, and the offsets of each document."""
    columns = list(zip(*parts, strict=True))
    lengths = [len(part) for part in columns[0]] if columns else []
    arrays = {name: np.concatenate(c) for name, c in zip(names, columns, strict=False)}
    return {"offsets": np.cumsum([0, *lengths], dtype=np.int64), **arrays}


Types = Mapping[str, type[Any]]
LINES: Types = {"key": np.uint64, "start": np.uint32, "end": np.uint32, "weight": np.int32,
         "flags": np.uint8, "signs": np.uint8}  # fmt: skip


def collect_lines(frame: pl.DataFrame, version: int, *, pages: bool) -> UnitBlock:
    """The lines of each document: key, span, letters, flags and signs (see `lines`, `notices`)."""
    arrays = _stacked((_lines(layout, pages=pages) for layout in layouts(frame)), tuple(LINES))
    return make_block(f"{LINE_SCHEME}.{version}", frame, _filled(arrays, LINES))


def _filled(arrays: dict[str, NDArray[Any]], types: Types) -> dict[str, NDArray[Any]]:
    """`arrays`, those that are missing for want of documents empty."""
    return {**{name: np.empty(0, kind) for name, kind in types.items()}, **arrays}


def _lines(layout: Layout, *, pages: bool) -> tuple[NDArray[Any], ...]:
    """Arrays of one document's lines, named by LINES."""
    table = fold_table()
    words = _hashes(FURNITURE_WORDS), _hashes(PAGE_WORDS)
    keys, loose, starts, ends, weights, flags, sheets = scan_lines(
        points_of(layout.text), table.codes, table.expansions, *words
    )
    flags[inside(layout.verbatim, starts)] |= PROTECTED
    flags[inside(layout.headings, starts)] |= STRUCTURE
    if pages and len(keys):
        if layout.pages:
            sheets = np.array([page_of(layout.pages, at) for at in starts.tolist()], np.int32)
        if len(np.unique(sheets)) >= LEAST_PAGES:
            numbers = _numbers(layout.text, starts, ends, weights)
            found = page_furniture(sheets, loose, weights, flags, numbers)
            flags[found] |= PAGE
    return keys, starts, ends, weights, flags, signs_of(layout.text, starts, ends, flags)


def _numbers(text: str, starts: U32, ends: U32, weights: NDArray[np.int32]) -> list[int | None]:
    """The value of each line that is a number of up to six digits with nothing but marks."""
    found: list[int | None] = []
    for start, end, weight in zip(starts.tolist(), ends.tolist(), weights.tolist(), strict=True):
        bare = text[start:end].strip("-–—·.|()[] ") if weight <= 6 else ""
        found.append(int(bare) if bare.isascii() and bare.isdigit() else None)
    return found


PASSAGES: Types = {"low": np.uint64, "high": np.uint64, "start": np.uint32, "end": np.uint32}


def collect_passages(frame: pl.DataFrame, unit: str, least: int, scheme: str) -> UnitBlock:
    """Paragraphs or sentences of at least `least` letters: 128 bits of hash, and span."""
    langs = frame["lang"].to_list() if "lang" in frame.columns else [None] * len(frame)
    parts = []
    for layout, lang in zip(layouts(frame), langs, strict=True):
        known = lang if lang and lang != "und" else None
        spans = paragraphs(layout) if unit == "paragraph" else sentence_spans(layout, known)
        parts.append(_passages(layout.text, spans, least))
    arrays = _filled(_stacked(parts, tuple(PASSAGES)), PASSAGES)
    return make_block(scheme, frame, arrays)


def _passages(text: str, spans: list[Span], least: int) -> tuple[NDArray[Any], ...]:
    """Arrays of one document's passages, named by PASSAGES."""
    table, points = fold_table(), points_of(text)
    rows = []
    for start, end in spans:
        if (end - start) * 3 < least:
            continue
        low, high, weight = fold_span(points, start, end, table.codes, table.expansions)
        if weight >= least:
            rows.append((low, high, start, end))
    columns = zip(*rows, strict=True) if rows else [()] * len(PASSAGES)
    return tuple(
        np.array(column, kind) for column, kind in zip(columns, PASSAGES.values(), strict=True)
    )


TOKENS: Types = {"token": np.uint64, "start": np.uint32, "end": np.uint32}


def collect_tokens(frame: pl.DataFrame, least: int, scheme: str) -> UnitBlock:
    """Tokens outside code, formulas and tables (hash, span), and the anchors of each document.

    `anchors` has its own offsets, `anchor_offsets`.
    """
    from dataflow.passages.anchors import anchors_of

    table = fold_table()
    parts, anchors = [], []
    for layout in layouts(frame):
        segments = np.array(between(layout.verbatim, len(layout.text)), np.int64).reshape(-1, 2)
        tokens = scan_tokens(points_of(layout.text), segments, table.codes, table.expansions)
        parts.append(tokens)
        anchors.append((np.unique(anchors_of(tokens[0], least)[0]),))
    arrays = _filled(_stacked(parts, tuple(TOKENS)), TOKENS)
    found = _filled(_stacked(anchors, ("anchors",)), {"anchors": np.uint64})
    arrays |= {"anchors": found["anchors"], "anchor_offsets": found["offsets"]}
    return make_block(scheme, frame, arrays)
