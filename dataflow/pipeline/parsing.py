"""The second step: what is in the files, parsed once for each content and set of options."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import polars as pl

from dataflow import render
from dataflow.identity import code, identity
from dataflow.pipeline.assembly import PARSE, assemble
from dataflow.pipeline.parse_file import ParsedFile, ParseTask, parse_file, settled
from dataflow.pipeline.rows import ipc_to_frame
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.slices import slices
from dataflow.stage import check_conserved, reject_frame
from parsers.registry import fingerprint, parsers
from schemas.ids import content_id

OCR_PACKAGES = ("paddleocr", "rapidocr", "onnxruntime")
"""Optional packages whose arrival makes scans readable that were rejected before."""


SLICED = pl.Schema(
    {"uri": pl.String, "path": pl.Binary, "sha256": pl.String, "start": pl.Int64,
     "end": pl.Int64, "lines_before": pl.Int64, "part_sha256": pl.String, "sliced": pl.Boolean,
     "file_key": pl.String}
)  # fmt: skip

COMMIT_SECONDS = 30.0
"""A pack is committed at the latest after so long: what a `kill -9` can cost."""


def parse(session: Session, ingest_key: str) -> StepResult:
    """Parses every file that no earlier run has parsed with these options and versions."""
    files = session.store.require("step-ingest", ingest_key).table("files")
    keyed = keyed_files(session, files)
    shape = _parse_shape(session)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        packs = parsed_packs(session)
        session.progress.start(PARSE, keyed.height)
        missing = keyed.filter(~pl.col("file_key").is_in(list(packs)))
        session.progress.advance(PARSE, keyed.height - missing.height)
        for file_keys, pack, stale in _parse_missing(session, missing):
            packs.update(dict.fromkeys(file_keys, pack))
            meter.transient += " ".join(stale)
        located = keyed.with_columns(pl.col("file_key").replace_strict(packs).alias("pack"))
        meter.parts = located["pack"].n_unique()
        meter.extra = {"files_parsed": missing.height}
        return assemble(session, located, meter)

    return session.step(PARSE, content_id("parse", ingest_key, shape, _terms(session)), work)


def keyed_files(session: Session, files: pl.DataFrame) -> pl.DataFrame:
    """The slices of `files`, each with the key under which its parse is stored."""
    shape = _parse_shape(session)
    rows = [
        (uri, path, sha256, part.start, part.end, part.lines_before, part.sha256, n_parts > 1,
         content_id(PARSE, part.sha256, _suffix(uri), shape, *(
             [part.lines_before] if n_parts > 1 else [])))
        for uri, path, sha256, n_bytes in files.select(
            "uri", "path", "sha256", "n_bytes"
        ).iter_rows()
        for parts in [slices(Path(os.fsdecode(path)), n_bytes, sha256)]
        for n_parts in [len(parts)]
        for part in parts
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SLICED, orient="row")


def _parse_shape(session: Session) -> str:
    versions = [f"{media_type}={fingerprint(media_type)}" for media_type in sorted(parsers())]
    options = session.recipe.parse
    secret = session.store.salted(options.password) if options.password else ""
    return content_id(identity(options), secret, code(), render.VERSION, *versions)


def _suffix(uri: str) -> str:
    return Path(uri).suffix.lower()


def parsed_packs(session: Session) -> dict[str, str]:
    """File key -> key of the parse pack that holds it, over all earlier runs.

    A quarantined file counts only while it would meet the same code under the same limits.
    """
    packs: dict[str, str] = {}
    terms = _terms(session)
    for entry in session.store.entries(PARSE):
        record = entry.record
        again = {name for name, under in record["quarantined"].items() if under != terms}
        packs.update({name: entry.key for name in record["file_keys"] if name not in again})
    return packs


def _terms(session: Session) -> str:
    """What a quarantined file met: it is tried again when any of this changes."""
    installed = [name for name in OCR_PACKAGES if find_spec(name) is not None]
    tesseract = which("tesseract") or ""
    return content_id(version("corpusmill"), repr(session.recipe.limits), tesseract, *installed)


def _parse_missing(
    session: Session, missing: pl.DataFrame
) -> Iterator[tuple[list[str], str, list[str]]]:
    """Parses files in order and commits a pack whenever enough of them are done."""
    options = session.recipe.parse
    tasks = [
        ParseTask(
            row["file_key"], row["path"], f"file{_suffix(row['uri'])}", row["part_sha256"], options,
            *((row["start"], row["end"], row["lines_before"]) if row["sliced"] else ()),
        )
        for row in missing.iter_rows(named=True)
    ]  # fmt: skip
    run = session.recipe.run
    done: list[tuple[ParseTask, ParsedFile]] = []
    size = 0
    outcomes = session.engine.map(parse_file, tasks, session.recipe.limits.limits)
    began = session.clock()
    try:
        for task, outcome in zip(tasks, outcomes, strict=True):
            session.account(outcome)
            done.append((task, settled(task, outcome)))
            size += len(done[-1][1].rows)
            session.progress.advance(PARSE)
            full = len(done) >= run.pack_files or size >= run.pack_mib << 20
            if full or session.clock() - began > COMMIT_SECONDS:
                yield _commit_pack(session, done)
                done, size, began = [], 0, session.clock()
    except KeyboardInterrupt:
        if done:
            _commit_pack(session, done)
        raise
    if done:
        yield _commit_pack(session, done)


def _commit_pack(
    session: Session, done: list[tuple[ParseTask, ParsedFile]]
) -> tuple[list[str], str, list[str]]:
    file_keys = [task.file_key for task, _ in done]
    rejects = [
        reject_frame(parsed.rejects).with_columns(
            pl.lit(task.file_key).alias("file_key"),
            pl.col("source").str.strip_prefix(task.name).alias("suffix"),
        )
        for task, parsed in done
    ]
    rows = ipc_to_frame(parsed.rows for _, parsed in done)
    check_conserved(PARSE, sum(parsed.n_rows for _, parsed in done), rows.height, 0)
    stale = [task.file_key for task, parsed in done if parsed.stale]
    terms = _terms(session)
    quarantined = {task.file_key: terms for task, parsed in done if parsed.quarantined}
    key = content_id("parse-pack", *file_keys, "stale", *stale, *quarantined.values())
    session.store.put(
        PARSE,
        key,
        {"rows": rows, "rejects": pl.concat(rejects)},
        {
            "file_keys": [name for name in file_keys if name not in stale],
            "quarantined": quarantined,
        },
    )
    return file_keys, key, stale
