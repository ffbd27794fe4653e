"""Evidence of samples, found again: quotes in their documents and in their chunks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from dataflow.io.shards import iterate
from dataflow.sft.rows import DATA_SETS
from dataflow.verification.check import Check, check_of
from dataflow.verification.texts import Texts
from schemas.ids import sha256_hex
from schemas.manifest import Manifest


class Place(NamedTuple):
    """Document of a chunk, its span and pages there, and the SHA-256 of its text."""

    doc_id: str
    start: int
    end: int
    page_start: int | None
    page_end: int | None
    sha256: str


def samples(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Every quote stands in its document, and in a chunk with the hash and page of the row."""
    if "chunks" not in manifest.datasets:
        return
    chunks = _places(out)
    texts = Texts(out, manifest) if "documents" in manifest.datasets else None
    for name in DATA_SETS:
        if name in manifest.datasets:
            yield _evidence(out, name, chunks, texts)


def _places(out: Path) -> dict[str, Place]:
    columns = ["chunk_id", "doc_id", "char_start", "char_end", "page_start", "page_end", "text"]
    found = {}
    for frame in iterate(out, "chunks", columns):
        for chunk_id, doc_id, start, end, first, last, text in frame.select(columns).iter_rows():
            sha256 = sha256_hex(text.encode("utf-8", "surrogatepass"))
            found[chunk_id] = Place(doc_id, start, end, first, last, sha256)
    return found


def _evidence(out: Path, name: str, chunks: dict[str, Place], texts: Texts | None) -> Check:
    problems: list[str] = []
    quotes = 0
    columns = ["sample_id", "doc_id", "evidence", "answerable"]
    known = columns if name == "evalset" else columns[:3]
    for frame in iterate(out, name, known):
        rows = frame.with_columns(pl.lit(True).alias("answerable")) if known != columns else frame
        for sample_id, doc_id, evidence, answerable in rows.select(columns).iter_rows():
            for span in evidence:
                quotes += 1
                problems += [f"{sample_id}: {wrong}" for wrong in _wrong(span, chunks, texts)]
            if not evidence and doc_id and answerable:
                problems.append(f"{sample_id}: no evidence")
    return check_of(f"{name}: every quote stands in its document and chunk", quotes, problems)


def _wrong(span: dict[str, Any], chunks: dict[str, Place], texts: Texts | None) -> Iterator[str]:
    start, end, quote = span["char_start"], span["char_end"], span["quote"]
    if texts is not None and texts.cut(span["doc_id"], start, end) != quote:
        yield f"quote is not {span['doc_id']}'s text there"
    found = chunks.get(span["chunk_id"])
    if found is None:
        yield f"there is no chunk {span['chunk_id']}"
        return
    if found.doc_id != span["doc_id"] or not found.start <= start < end <= found.end:
        yield f"quote lies outside of chunk {span['chunk_id']}"
    if found.sha256 != span["chunk_sha256"]:
        yield f"chunk {span['chunk_id']} has another hash"
    if not _on_page(found, span["page"]):
        yield f"chunk {span['chunk_id']} is not on page {span['page']}"


def _on_page(place: Place, page: int | None) -> bool:
    """Whether the chunk has that page; one without pages has none."""
    if place.page_start is None or page is None:
        return place.page_start is page
    return place.page_start <= page <= (place.page_end or place.page_start)
