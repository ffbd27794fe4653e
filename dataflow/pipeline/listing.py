"""The first step: which files there are, what their bytes hash to, what is left out."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

import polars as pl

from dataflow.ingest import Found, Scan, Selection, hash_file, scan
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.stage import check_conserved, reject_frame
from schemas.ids import content_id, document_id
from schemas.records import Level, Reason, Reject, StageName

RACY_NS = 2_000_000_000
"""A file changed less than two seconds before it was hashed may change again unseen."""

FILES = pl.Schema(
    {"uri": pl.String, "path": pl.Binary, "sha256": pl.String, "n_bytes": pl.Int64,
     "mtime_ns": pl.Int64, "ctime_ns": pl.Int64}
)  # fmt: skip


def ingest(session: Session) -> StepResult:
    """Scans and hashes the inputs; one of several files with the same bytes stays."""
    found = _found(session)
    files, rejects = _hashed(session, found)
    unique = files.unique("sha256", keep="first", maintain_order=True)
    twins = files.join(
        unique.select("sha256", pl.col("uri").alias("twin")), on="sha256", how="left",
        maintain_order="left",
    ).filter(pl.col("uri") != pl.col("twin"))  # fmt: skip
    rejects += [
        Reject(
            document_id(sha256), Level.FILE, StageName.INGEST, Reason.DUPLICATE_BYTES, uri,
            f"the same bytes as {twin}", 1.0, 1.0,
        )
        for uri, sha256, twin in twins.select("uri", "sha256", "twin").iter_rows()
    ]  # fmt: skip
    rejected = reject_frame(rejects)
    total = len(found.files) + len(found.rejects)
    check_conserved("ingest", total, unique.height, rejected.height)
    key = content_id(
        "ingest", *(str(path.resolve()) for path in session.job.inputs),
        *unique["uri"], *unique["sha256"], rejected.write_ndjson(),
    )  # fmt: skip

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        meter.rows_in, meter.kept, meter.rejected = total, unique.height, rejected.height
        meter.extra = {"hidden": found.hidden, "excluded": found.excluded,
                       "bytes": int(unique["n_bytes"].sum())}  # fmt: skip
        return {"files": unique, "rejects": rejected}

    return session.step("ingest", key, work)


def _found(session: Session) -> Scan:
    options = session.recipe.input
    selection = Selection(options.include, options.exclude, options.hidden, options.max_mib << 20)
    found = scan(session.job.inputs, selection, session.job.out)
    if session.job.limit is None:
        return found
    return replace(found, files=found.files[: session.job.limit])


def unique_files(session: Session) -> pl.DataFrame:
    """The files of the inputs, one for each content, as the ingest step would list them."""
    files, _ = _hashed(session, _found(session))
    return files.unique("sha256", keep="first", maintain_order=True)


def _hashed(session: Session, found: Scan) -> tuple[pl.DataFrame, list[Reject]]:
    """The files with their hashes; a file that cannot be read becomes a reject."""
    known = _stat_cache(session)
    rows, rejects = [], list(found.rejects)
    session.progress.start("ingest", len(found.files))
    for file in found.files:
        raw = os.fsencode(file.path.resolve())
        sha256 = known.get((raw, file.n_bytes, file.mtime_ns, file.ctime_ns))
        if sha256 is None:
            try:
                sha256 = session.kernel(partial(hash_file, file.path))
            except OSError as error:
                rejects.append(_unreadable(file, error))
                continue
        rows.append((file.uri, raw, sha256, file.n_bytes, file.mtime_ns, file.ctime_ns))
        session.progress.advance("ingest")
    return pl.DataFrame(rows, schema=FILES, orient="row"), rejects


def _unreadable(file: Found, error: OSError) -> Reject:
    return Reject(
        content_id("path", file.uri), Level.FILE, StageName.INGEST, Reason.UNREADABLE, file.uri,
        f"cannot be read: {error.strerror}; check its permissions",
    )  # fmt: skip


def _stat_cache(session: Session) -> dict[tuple[bytes, int, int, int], str]:
    """Hashes of files seen by earlier runs, by path, size and both times of last change."""
    known: dict[tuple[bytes, int, int, int], str] = {}
    for entry in session.store.entries("step-ingest"):
        hashed_at = entry.path("files").stat().st_mtime_ns
        settled = pl.max_horizontal("mtime_ns", "ctime_ns") < hashed_at - RACY_NS
        files = entry.table("files").filter(settled)
        for path, n_bytes, mtime_ns, ctime_ns, sha256 in files.select(
            "path", "n_bytes", "mtime_ns", "ctime_ns", "sha256"
        ).iter_rows():
            known[path, n_bytes, mtime_ns, ctime_ns] = sha256
    return known
