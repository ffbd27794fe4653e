"""Documents as rows: the frame that the text stages work on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa

from dataflow.render import render
from schemas.document import Document, Element
from schemas.geometry import BBox
from schemas.tables import ELEMENT, ISSUE

PARSED_SCHEMA = pa.schema(
    [
        ("file_key", pa.string()),
        ("suffix", pa.string()),
        ("doc_id", pa.string()),
        ("media_type", pa.string()),
        ("title", pa.large_string()),
        ("n_pages", pa.int32()),
        ("text", pa.large_string()),
        ("elements", pa.large_list(ELEMENT)),
        ("status", pa.string()),
        ("issues", pa.large_list(ISSUE)),
        ("metadata", pa.large_string()),
    ]
)
"""What a parse pack holds. `suffix` is what stands behind the file's path in the uri (`#3`)."""


def document_row(document: Document, file_key: str, file_uri: str) -> dict[str, Any]:
    """The document as a row of a parse pack, its text rendered and its elements located."""
    rendered = render(document)
    source = document.source
    return {
        "file_key": file_key,
        "suffix": source.uri.removeprefix(file_uri),
        "doc_id": source.doc_id,
        "media_type": source.media_type.value,
        "title": " ".join(document.title.split()),
        "n_pages": len(document.pages) or None,
        "text": rendered.text,
        "elements": [
            _element(element, span)
            for element, span in zip(document.elements, rendered.spans, strict=True)
        ],
        "status": document.status.value,
        "issues": [
            {"code": issue.code.value, "page": issue.page, "detail": issue.detail}
            for issue in document.issues
        ],
        "metadata": json.dumps(document.metadata, ensure_ascii=False, sort_keys=True),
    }


def _box(bbox: BBox | None) -> list[float] | None:
    return None if bbox is None else [round(value, 2) for value in bbox]


def _element(element: Element, span: tuple[int, int] | None) -> dict[str, Any]:
    cells = None
    if element.table is not None:
        cells = [
            {
                "row": cell.row, "col": cell.col, "row_span": cell.row_span,
                "col_span": cell.col_span, "header": cell.header, "text": cell.text,
                "bbox": _box(cell.bbox), "page": cell.page,
            }
            for cell in element.table.cells
        ]  # fmt: skip
    return {
        "kind": element.kind.value,
        "page": element.page,
        "bbox": _box(element.bbox),
        "char_start": None if span is None else span[0],
        "char_end": None if span is None else span[1],
        "level": element.level,
        "marker": element.marker,
        "confidence": element.confidence,
        "text": element.text if span is None else None,
        "cells": cells,
        "links": list(element.links),
    }


def rows_to_ipc(rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows of a parse pack as one Arrow IPC stream: what a worker hands back."""
    frame = pl.DataFrame(list(rows), schema=pl.Schema(PARSED_SCHEMA))
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def ipc_to_frame(parts: Iterable[bytes]) -> pl.DataFrame:
    """The rows of several streams as one frame, in order."""
    frames = [pl.DataFrame(schema=pl.Schema(PARSED_SCHEMA))]
    frames += [pl.DataFrame(pa.ipc.open_stream(part).read_all()) for part in parts]
    return pl.concat(frames).rechunk()
