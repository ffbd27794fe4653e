"""Parsing without a run: one output file for each document."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from dataflow.execution.outcome import Engine, Limits
from dataflow.ingest import Found, Selection, hash_file, scan
from dataflow.io.atomic import write_file
from dataflow.ownership import DATA, check_place
from dataflow.pipeline.parse_file import ParsedFile, ParseTask, parse_file, settled
from dataflow.pipeline.rows import ipc_to_frame
from dataflow.pipeline.session import Progress
from dataflow.recipe import Recipe
from dataflow.stage import reject_frame
from dataflow.standalone import writing
from parsers.base import ParseOptions
from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.records import Reject
from schemas.tables import DOCUMENTS, REJECTS

SUFFIX = {"markdown": ".md", "json": ".json"}
REJECTED = "rejects.jsonl"
NAME_BYTES = 255
"""Most bytes in a file's name on the usual file systems."""

Parsed = Iterator[tuple[pl.DataFrame, list[Reject]]]


def parse_inputs(
    inputs: Sequence[Path],
    out: Path,
    to: str,
    options: ParseOptions,
    limits: Limits,
    engine: Engine,
    progress: Progress,
) -> dict[str, Any]:
    """Parses all files and writes them as `to`; returns the counts and the reject rows.

    `markdown` and `json` write `out/<folder>/<stem>.md` (or `.json`); a second document of the
    same stem keeps its whole name (`a.html.md`), a record its number (`a-3.md`). `parquet` writes
    the data sets documents and rejects; otherwise rejects go to `out/rejects.jsonl`, which is
    there only when something was rejected. Raises UsageError when `out` cannot be written.
    """
    check_place(out, inputs, DATA if to == "parquet" else ())
    found = scan(inputs, Selection(), out)
    progress.start("parse", len(found.files))
    parsed = _parsed(found.files, options, limits, engine, progress)
    if to == "parquet":
        count, rejects = _to_parquet(out, options, parsed, found.rejects)
    else:
        files = _Files(out, SUFFIX[to], found.files)
        count, rejects = _to_files(files, parsed, found.rejects)
    return {
        "files": len(found.files) + len(found.rejects), "documents": count,
        "rejects": rejects.to_dicts(), "out": str(out),
    }  # fmt: skip


def _to_parquet(
    out: Path, options: ParseOptions, parsed: Parsed, rejects: list[Reject]
) -> tuple[int, pl.DataFrame]:
    """The data sets documents and rejects; number of documents, and the reject rows."""
    count, left_out = 0, list(rejects)
    with writing(out, Recipe(parse=options)) as output:
        output.touch(DOCUMENTS)
        for frame, rejected in parsed:
            left_out += rejected
            count += frame.height
            output.write_documents(frame)
        output.write(REJECTS, reject_frame(left_out))
        output.close("parse", {"rows_in": count})
    return count, reject_frame(left_out)


def _to_files(files: _Files, parsed: Parsed, rejects: list[Reject]) -> tuple[int, pl.DataFrame]:
    """One file for each document; number of documents, and the reject rows."""
    count, left_out = 0, list(rejects)
    for frame, rejected in parsed:
        left_out += rejected
        count += frame.height
        files.write(frame)
    rows = reject_frame(left_out)
    if left_out:
        write_file(files.out / REJECTED, rows.write_ndjson().encode())
    else:
        (files.out / REJECTED).unlink(missing_ok=True)
    return count, rows


def _parsed(
    files: Sequence[Found],
    options: ParseOptions,
    limits: Limits,
    engine: Engine,
    progress: Progress,
) -> Parsed:
    """Documents and rejects of each file, in order."""
    tasks = [
        ParseTask(
            file.uri, os.fsencode(file.path.absolute()), f"file{_extension(file.uri)}", "", options
        )
        for file in files
    ]
    for file, task, outcome in zip(
        files, tasks, engine.map(_hashed_parse, tasks, limits), strict=True
    ):
        parsed = settled(task, outcome)
        frame = ipc_to_frame([parsed.rows]).with_columns(
            pl.concat_str(pl.lit(file.uri), "suffix").alias("source")
        )
        progress.advance("parse")
        yield (
            frame,
            [
                dataclasses.replace(reject, source=file.uri + reject.source.removeprefix(task.name))
                for reject in parsed.rejects
            ],
        )


def _extension(uri: str) -> str:
    return PurePosixPath(uri).suffix.lower()


def _hashed_parse(task: ParseTask) -> ParsedFile:
    """Runs in a worker: hashes and parses the file; one that cannot be read is a reject."""
    try:
        sha256 = hash_file(Path(os.fsdecode(task.path)))
    except OSError:
        sha256 = ""
    return parse_file(dataclasses.replace(task, sha256=sha256))


class _Files:
    """Names and writes one file for each document.

    No file replaces an input, or another output of the same call; a name that is too long for a
    file system is cut and ends in a hash.
    """

    def __init__(self, out: Path, suffix: str, files: Sequence[Found]) -> None:
        self.out = out
        self.suffix = suffix
        whole = out.resolve()
        inside = [file.path.resolve() for file in files]
        self.taken = {
            path.relative_to(whole).as_posix() for path in inside if path.is_relative_to(whole)
        }
        for file in files:
            folder = _folder(PurePosixPath(file.uri))
            self.taken |= {str(folder), *map(str, folder.parents)}
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{out} cannot be written: {error.strerror}") from error

    def write(self, frame: pl.DataFrame) -> None:
        """Writes each row of `frame` as a file of its own."""
        for row in frame.iter_rows(named=True):
            path = self.out / self._name(row["source"].removesuffix(row["suffix"]), row["suffix"])
            if self.suffix == ".json":
                row.pop("file_key")
                row.pop("suffix")
                text = json.dumps(row, ensure_ascii=False, indent=1)
            else:
                text = row["text"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")

    def _name(self, uri: str, record: str) -> str:
        """A free name for the document of the file `uri`, or of its record `#n`."""
        path = PurePosixPath(uri)
        folder = _folder(path)
        tail = record.replace("#", "-") + self.suffix
        for stem in _stems(path):
            name = str(folder / _fitting(stem, tail))
            if name not in self.taken:
                break
        self.taken.add(name)
        return name


def _folder(path: PurePosixPath) -> PurePosixPath:
    """The folder of a uri, below the output folder whatever the input was called."""
    return PurePosixPath(*(part for part in path.parent.parts if part not in ("/", "..")))


def _stems(path: PurePosixPath) -> Iterable[str]:
    """`a`, `a.pdf`, `a.pdf~2`, … for `a.pdf`: what its outputs may be called, best first."""
    yield path.stem
    yield path.name
    number = 2
    while True:
        yield f"{path.name}~{number}"
        number += 1


def _fitting(stem: str, tail: str) -> str:
    """`stem` and `tail` as a file name of at most 255 bytes."""
    room = NAME_BYTES - len(tail.encode())
    if len(stem.encode()) <= room:
        return stem + tail
    mark = f"~{content_id('name', stem)[:8]}"
    return stem.encode()[: room - len(mark)].decode("utf-8", "ignore") + mark + tail
