"""Cutting spans out of the documents of a frame; their elements follow exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from dataflow.io.arrow_arrays import array_from
from dataflow.passages.holes import Hole, holes_of, moved, own_text, without
from dataflow.text.element_columns import ElementTexts, element_texts, with_element_texts

CUT_FRAME = pl.Schema(
    {
        "doc_id": pl.String, "char_start": pl.Int64, "char_end": pl.Int64, "unit": pl.String,
        "copies": pl.Int64, "of_doc_id": pl.String, "of_start": pl.Int64,
    }
)  # fmt: skip
"""What to cut: spans in the text that was collected, by doc_id and char_start."""
REMOVED_FRAME = pl.Schema(
    {
        "doc_id": pl.String, "stage": pl.String, "unit": pl.String, "position": pl.Int64,
        "text": pl.String, "copies": pl.Int64, "of_doc_id": pl.String, "of_start": pl.Int64,
        "source": pl.String,
    }
)  # fmt: skip


class Cutting(NamedTuple):
    """`frame` without the cuts; `removed/` rows; documents of which no letter is left."""

    frame: pl.DataFrame
    removed: pl.DataFrame
    emptied: list[str]


def cut(frame: pl.DataFrame, cuts: pl.DataFrame, stage: str) -> Cutting:
    """`frame` without the spans in `cuts` (CUT_FRAME) of its documents.

    `stage` is also the field of `changes`, where there is that column, that grows by the number
    of cuts. An element of which nothing is left goes; one that is cut loses the same from its own
    text. Raises SchemaError for spans that are not of these texts.
    """
    spans = _spans(cuts)
    ids = frame["doc_id"].cast(pl.String).to_list()
    rows = [row for row, doc_id in enumerate(ids) if doc_id in spans]
    if not rows:
        return Cutting(frame, REMOVED_FRAME.to_frame(), [])
    texts = frame["text"].to_list()
    has_source = "source" in frame.columns
    sources = frame["source"].cast(pl.String).to_list() if has_source else [""] * len(ids)
    parts = element_texts(frame["elements"]) if _has_elements(frame) else None
    removed: list[tuple[Any, ...]] = []
    emptied: list[str] = []
    counts = [0] * len(ids)
    gone: set[int] = set()
    for row in rows:
        doc_id, text = ids[row], texts[row] or ""
        holes = holes_of(text, [(span[0], span[1]) for span in spans[doc_id]])
        texts[row] = without(text, holes)
        counts[row] = len(spans[doc_id])
        if not any(char.isalnum() for char in texts[row]):
            emptied.append(doc_id)
        for start, end, unit, copies, of_doc_id, of_start in spans[doc_id]:
            place = moved(holes, start, opening=True)
            removed.append(
                (doc_id, stage, unit, place, text[start:end], copies, of_doc_id, of_start,
                 sources[row] or "")
            )  # fmt: skip
        if parts is not None:
            gone |= _cut_elements(parts, row, text, holes)
    result = frame.with_columns(pl.Series("text", texts, dtype=pl.String))
    if parts is not None:
        column = _remaining(with_element_texts(frame["elements"], parts), parts, gone)
        result = result.with_columns(column)
    result = _counted(result, stage, counts)
    table = pl.DataFrame(removed, schema=REMOVED_FRAME, orient="row")
    return Cutting(result, table.sort("source", "doc_id", maintain_order=True), emptied)


def _spans(cuts: pl.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    """The cuts of each document, ascending, as rows without its id."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in cuts.select(CUT_FRAME.names()).sort("doc_id", "char_start").iter_rows():
        found.setdefault(row[0], []).append(row[1:])
    return found


def _has_elements(frame: pl.DataFrame) -> bool:
    """Whether there are elements with spans."""
    kind = frame.schema.get("elements")
    inner = kind.inner if isinstance(kind, pl.List) else None
    return isinstance(inner, pl.Struct) and "char_start" in {f.name for f in inner.fields}


def _counted(frame: pl.DataFrame, stage: str, counts: list[int]) -> pl.DataFrame:
    """`frame` with the numbers of cuts added to their field of `changes`, where there is one."""
    kind = frame.schema.get("changes")
    if not isinstance(kind, pl.Struct) or stage not in {f.name for f in kind.fields}:
        return frame
    grown = pl.col("changes").struct.field(stage).fill_null(0) + pl.Series(counts, dtype=pl.Int64)
    return frame.with_columns(pl.col("changes").struct.with_fields(grown.alias(stage)))


def _cut_elements(parts: ElementTexts, row: int, text: str, holes: list[Hole]) -> set[int]:
    """Rebases the row's elements in `parts`; returns those of which nothing is left."""
    gone: set[int] = set()
    starts = [hole.start for hole in holes]
    ends = [hole.end for hole in holes]
    for i in parts.rows(row):
        start, end = parts.starts[i], parts.ends[i]
        if start is None or end is None:
            continue
        first, last = moved(holes, start, opening=True), moved(holes, end, opening=False)
        if start < end and first >= last:
            gone.add(i)
            continue
        parts.starts[i], parts.ends[i] = first, max(first, last)
        own = parts.texts[i]
        touched = holes[bisect_right(ends, start) : bisect_left(starts, end)]
        if touched and own:
            inside = [Hole(max(h.start - start, 0), h.end - start, h.seam) for h in touched]
            parts.texts[i] = own_text(text[start:end], own, inside)
    return gone


def _remaining(column: pl.Series, parts: ElementTexts, gone: set[int]) -> pl.Series:
    """`column` without the elements in `gone`, its type unchanged."""
    if not gone:
        return column
    array = column.to_arrow()
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    begins, before = np.asarray(array.offsets), np.asarray(parts.offsets)
    keep = np.ones(len(array.values), np.bool_)
    for i in gone:  # a column that was filtered has gaps between its lists, the new one has none
        row = int(np.searchsorted(before, i, side="right")) - 1
        keep[begins[row] + i - before[row]] = False
    offsets = np.concatenate([[0], np.cumsum(keep)])[begins].astype(np.int64)
    values = array.values.filter(pa.array(keep.tolist(), pa.bool_()))
    lists = pa.LargeListArray.from_arrays(array_from(offsets), values, mask=pc.is_null(array))
    return pl.Series(column.name, lists).cast(column.dtype)
