"""The first two steps: which files there are, and what is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dataflow import render
from dataflow.execution.outcome import Outcome
from dataflow.ingest import Found, Scan, Selection, hash_file, scan
from dataflow.pipeline.rows import document_row, ipc_to_frame, rows_to_ipc
from dataflow.pipeline.session import KIND_REASONS, Meter, Session, StepResult
from dataflow.stage import REJECT_FRAME, check_conserved, reject_frame
from parsers.base import ParseOptions
from parsers.registry import fingerprint, parse_bytes, parsers
from schemas.document import Document
from schemas.ids import content_id, document_id, sha256_hex
from schemas.records import Level, Reason, Reject, StageName

PARSE = "parse"
STAT_CACHE = "stat-cache"
RACY_NS = 2_000_000_000
"""A file changed less than two seconds before it was hashed may change again unseen."""

FILES = pl.Schema(
    {"uri": pl.String, "path": pl.Binary, "sha256": pl.String, "n_bytes": pl.Int64,
     "mtime_ns": pl.Int64}
)  # fmt: skip
INDEX = pl.Schema({"source": pl.String, "doc_id": pl.String, "pack": pl.String, "row": pl.UInt32})


@dataclass(frozen=True, slots=True)
class ParseTask:
    """One file for a worker; `name` carries only the suffix, so equal bytes give equal rows."""

    file_key: str
    path: bytes
    name: str
    sha256: str
    options: ParseOptions


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a worker made of a file: rows as an Arrow stream, their number, and rejects.

    `stale` marks a file that changed between hashing and parsing: its reject holds for this run
    only and is not remembered under the old content's key.
    """

    rows: bytes
    n_rows: int
    rejects: list[Reject]
    stale: bool = False


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


def keyed_files(session: Session, files: pl.DataFrame) -> pl.DataFrame:
    """`files` with the key under which each one's parse is stored."""
    shape = _parse_shape(session)
    keys = [
        content_id(PARSE, sha256, _suffix(uri), shape)
        for sha256, uri in files.select("sha256", "uri").iter_rows()
    ]
    return files.with_columns(pl.Series("file_key", keys, dtype=pl.String))


def _hashed(session: Session, found: Scan) -> tuple[pl.DataFrame, list[Reject]]:
    """The files with their hashes; a file that cannot be read becomes a reject."""
    known = _stat_cache(session)
    rows, rejects = [], list(found.rejects)
    session.progress.start("ingest", len(found.files))
    for file in found.files:
        raw = os.fsencode(file.path.resolve())
        sha256 = known.get((raw, file.n_bytes, file.mtime_ns))
        if sha256 is None:
            try:
                sha256 = session.kernel(lambda file=file: hash_file(file.path))
            except OSError as error:
                rejects.append(_unreadable(file, error))
                continue
        rows.append((file.uri, raw, sha256, file.n_bytes, file.mtime_ns))
        session.progress.advance("ingest")
    return pl.DataFrame(rows, schema=FILES, orient="row"), rejects


def _unreadable(file: Found, error: OSError) -> Reject:
    return Reject(
        content_id("path", file.uri), Level.FILE, StageName.INGEST, Reason.UNREADABLE, file.uri,
        f"cannot be read: {error.strerror}; check its permissions",
    )  # fmt: skip


def _stat_cache(session: Session) -> dict[tuple[bytes, int, int], str]:
    """Hashes of files seen by earlier runs, by path, size and time of last change."""
    known: dict[tuple[bytes, int, int], str] = {}
    for entry in session.store.entries("step-ingest"):
        hashed_at = entry.path("files").stat().st_mtime_ns
        files = entry.table("files").filter(pl.col("mtime_ns") < hashed_at - RACY_NS)
        for path, n_bytes, mtime_ns, sha256 in files.select(
            "path", "n_bytes", "mtime_ns", "sha256"
        ).iter_rows():
            known[path, n_bytes, mtime_ns] = sha256
    return known


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
        for file_keys, pack in _parse_missing(session, missing):
            packs.update(dict.fromkeys(file_keys, pack))
        meter.rows_in = keyed.height
        used = sorted({packs[key] for key in keyed["file_key"]})
        meter.parts = len(used)
        meter.extra = {"files_parsed": missing.height}
        return _assemble(session, keyed, used, meter)

    return session.step(PARSE, content_id("parse", ingest_key, shape), work)


def _parse_shape(session: Session) -> str:
    versions = [f"{media_type}={fingerprint(media_type)}" for media_type in sorted(parsers())]
    return content_id(repr(session.recipe.parse), render.VERSION, *versions)


def _suffix(uri: str) -> str:
    return Path(uri).suffix.lower()


def parsed_packs(session: Session) -> dict[str, str]:
    """File key -> key of the parse pack that holds it, over all earlier runs."""
    packs: dict[str, str] = {}
    for entry in session.store.entries(PARSE):
        packs.update(dict.fromkeys(entry.record["file_keys"], entry.key))
    return packs


def parse_file(task: ParseTask) -> ParsedFile:
    """Runs in a worker: the file's documents as rows, and what of it was rejected."""
    try:
        data = Path(os.fsdecode(task.path)).read_bytes()
    except OSError as error:
        detail = f"cannot be read: {error.strerror}"
        return ParsedFile(rows_to_ipc([]), 0, [_file_reject(task, Reason.UNREADABLE, detail)])
    if sha256_hex(data) != task.sha256:
        detail = "changed while the run was reading it; run again"
        changed = _file_reject(task, Reason.UNREADABLE, detail)
        return ParsedFile(rows_to_ipc([]), 0, [changed], stale=True)
    rows, rejects = [], []
    for result in parse_bytes(task.name, data, task.options):
        if isinstance(result, Document):
            row = document_row(result, task.file_key, task.name)
            if row["text"].strip():
                rows.append(row)
            else:
                rejects.append(_empty(result))
        else:
            rejects.append(result)
    if not rows and not rejects:
        rejects.append(_file_reject(task, Reason.NO_TEXT, "no record in the file"))
    return ParsedFile(rows_to_ipc(rows), len(rows), rejects)


def _empty(document: Document) -> Reject:
    notes = "; ".join(f"{issue.code}: {issue.detail}" for issue in document.issues)
    level = Level.DOCUMENT if "#" in document.source.uri else Level.FILE
    return Reject(
        document.source.doc_id, level, StageName.PARSE, Reason.NO_TEXT, document.source.uri,
        notes or "no text in the file",
    )  # fmt: skip


def _file_reject(task: ParseTask, reason: Reason, detail: str) -> Reject:
    return Reject(task.file_key, Level.FILE, StageName.PARSE, reason, task.name, detail)


def _parse_missing(session: Session, missing: pl.DataFrame) -> Iterator[tuple[list[str], str]]:
    """Parses files in order and commits a pack whenever enough of them are done."""
    options = session.recipe.parse
    tasks = [
        ParseTask(file_key, path, f"file{_suffix(uri)}", sha256, options)
        for file_key, path, uri, sha256 in missing.select(
            "file_key", "path", "uri", "sha256"
        ).iter_rows()
    ]
    run = session.recipe.run
    done: list[tuple[ParseTask, ParsedFile]] = []
    size = 0
    outcomes = session.engine.map(parse_file, tasks, session.recipe.limits.limits)
    for task, outcome in zip(tasks, outcomes, strict=True):
        session.account(outcome)
        done.append((task, settled(task, outcome)))
        size += len(done[-1][1].rows)
        session.progress.advance(PARSE)
        if len(done) >= run.pack_files or size >= run.pack_mib << 20:
            yield _commit_pack(session, done)
            done, size = [], 0
    if done:
        yield _commit_pack(session, done)


def settled(task: ParseTask, outcome: Outcome[ParsedFile]) -> ParsedFile:
    """What a worker returned, or a reject row for what became of the worker."""
    if outcome.value is not None:
        return outcome.value
    detail = f"{outcome.detail}; the file is quarantined and not tried again"
    return ParsedFile(rows_to_ipc([]), 0, [_file_reject(task, KIND_REASONS[outcome.kind], detail)])


def _commit_pack(
    session: Session, done: list[tuple[ParseTask, ParsedFile]]
) -> tuple[list[str], str]:
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
    key = content_id("parse-pack", *file_keys, "stale", *stale)
    session.store.put(
        PARSE,
        key,
        {"rows": rows, "rejects": pl.concat(rejects)},
        {"file_keys": [name for name in file_keys if name not in stale]},
    )
    return file_keys, key


def _assemble(
    session: Session, keyed: pl.DataFrame, packs: list[str], meter: Meter
) -> dict[str, pl.DataFrame]:
    """The index of all documents, in the order of their uris, and all rejects of this step."""
    names = keyed.select("file_key", "uri", "sha256")
    rows, rejects = [], []
    for pack in packs:
        entry = session.store.require(PARSE, pack)
        found = entry.table("rows", ["file_key", "suffix", "doc_id"]).with_row_index("row")
        rows.append(
            found.join(names, on="file_key", maintain_order="left").select(
                pl.concat_str("uri", "suffix").alias("source"), "doc_id",
                pl.lit(pack).alias("pack"), "row", "file_key", "uri", _ordinal(),
            )
        )  # fmt: skip
        rejects.append(_named_rejects(entry.table("rejects"), names))
    index = pl.concat(rows).filter(pl.col("uri").is_not_null())
    index = index.sort("uri", "ordinal", maintain_order=True)
    kept = index.unique("doc_id", keep="first", maintain_order=True)
    failed = pl.concat(rejects).filter(pl.col("uri").is_not_null())
    accounted = pl.concat([index["file_key"], failed["file_key"]]).n_unique()
    check_conserved(f"{PARSE} (files)", keyed.height, accounted, 0)
    rejected = pl.concat([failed.select(REJECT_FRAME.names()), _same_bytes(index, kept)])
    units = index.height + failed.height
    check_conserved(PARSE, units, kept.height, rejected.height)
    meter.kept, meter.rejected = kept.height, rejected.height
    meter.extra["units"] = units
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
