"""Parse packs -> the index of all documents of this run, each once, and all rejects."""

from __future__ import annotations

import polars as pl

from dataflow.pipeline.session import Meter, Session
from dataflow.stage import REJECT_FRAME, check_conserved
from schemas.ids import document_id
from schemas.records import Level, Reason, StageName

PARSE = "parse"
"""Kind of the store entries that hold parsed files."""

INDEX = pl.Schema({"source": pl.String, "doc_id": pl.String, "pack": pl.String, "row": pl.UInt32})
"""A document that is still in: its uri, its id, and where its row is. Rows are in final order."""


def assemble(session: Session, keyed: pl.DataFrame, meter: Meter) -> dict[str, pl.DataFrame]:
    """The index of all documents, in the order of their uris, and all rejects of this step."""
    rows, rejects = [], []
    for (pack,), files in keyed.sort("pack").group_by("pack", maintain_order=True):
        names = files.select("file_key", "uri", "sha256")
        entry = session.store.require(PARSE, str(pack))
        found = entry.table("rows", ["file_key", "suffix", "doc_id"]).with_row_index("row")
        rows.append(
            found.join(names, on="file_key", maintain_order="left").select(
                pl.concat_str("uri", "suffix").alias("source"), "doc_id",
                pl.lit(pack).alias("pack"), "row", "file_key", "uri", _ordinal(),
            )
        )  # fmt: skip
        rejects.append(_named_rejects(entry.table("rejects"), names))
    if not rows:
        return {"index": pl.DataFrame(schema=INDEX), "rejects": pl.DataFrame(schema=REJECT_FRAME)}
    index = pl.concat(rows).filter(pl.col("uri").is_not_null())
    index = index.sort("uri", "ordinal", maintain_order=True)
    kept = index.unique("doc_id", keep="first", maintain_order=True)
    failed = pl.concat(rejects).filter(pl.col("uri").is_not_null())
    accounted = pl.concat([index["file_key"], failed["file_key"]]).n_unique()
    check_conserved(f"{PARSE} (files)", keyed.height, accounted, 0)
    rejected = pl.concat([failed.select(REJECT_FRAME.names()), _same_bytes(index, kept)])
    units = index.height + failed.height
    check_conserved(PARSE, units, kept.height, rejected.height)
    meter.rows_in, meter.kept, meter.rejected = units, kept.height, rejected.height
    return {"index": kept.select(INDEX.names()), "rejects": rejected}


def _ordinal() -> pl.Expr:
    """Record number behind the `#`, so that record 10 comes after record 9."""
    number = pl.col("suffix").str.strip_prefix("#").cast(pl.Int64, strict=False)
    return number.fill_null(0).alias("ordinal")


def _named_rejects(rejects: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Rejects of a pack under the uris of this run; a file's id is that of its bytes."""
    joined = rejects.join(names, on="file_key", maintain_order="left")
    return joined.with_columns(
        pl.concat_str("uri", "suffix").alias("source"),
        pl.when(pl.col("id") == pl.col("file_key"))
        .then(pl.col("sha256").map_elements(document_id, return_dtype=pl.String))
        .otherwise("id")
        .alias("id"),
    ).select(*REJECT_FRAME.names(), "file_key", "uri")


def _same_bytes(index: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Reject rows for records whose bytes stand in the input already."""
    twins = kept.select("doc_id", pl.col("source").alias("twin"))
    return (
        index.join(twins, on="doc_id", maintain_order="left")
        .filter(pl.col("source") != pl.col("twin"))
        .select(
            pl.col("doc_id").alias("id"),
            pl.lit(Level.DOCUMENT.value).alias("level"),
            pl.lit(StageName.PARSE.value).alias("stage"),
            pl.lit(Reason.DUPLICATE_BYTES.value).alias("reason"),
            pl.lit(1.0).alias("value"),
            pl.lit(1.0).alias("threshold"),
            pl.format("the same bytes as {}", "twin").alias("detail"),
            "source",
        )
    )
