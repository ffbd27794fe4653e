"""Parsing without a run: one output file for each document."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from dataflow.execution.outcome import Engine, Limits
from dataflow.ingest import Found, Selection, hash_file, scan
from dataflow.io.atomic import write_file
from dataflow.ownership import DATA, check_place
from dataflow.parse_overlay import Overlay
from dataflow.pipeline.parse_file import ParsedFile, ParseTask, parse_file, settled
from dataflow.pipeline.rows import ipc_to_frame
from dataflow.pipeline.session import Progress
from dataflow.recipe import Recipe
from dataflow.stage import reject_frame
from dataflow.standalone.output import writing
from dataflow.written import Written
from parsers.base import ParseOptions
from schemas.ids import content_id
from schemas.records import Reject
from schemas.tables import DOCUMENTS, REJECTS

SUFFIX = {"markdown": ".md", "json": ".json"}
REJECTED = "rejects.jsonl"
NAME_BYTES = 255
"""Most bytes in a file's name on the usual file systems."""

Parsed = Iterator[tuple[pl.DataFrame, list[Reject]]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where outputs go: a folder, `markdown`, `json` or `parquet`, a folder for pictures or None.

    `overlay` gets a picture of every page of every PDF.
    """

    out: Path
    to: str = "markdown"
    overlay: Path | None = None


def parse_inputs(
    inputs: Sequence[Path],
    target: Target,
    options: ParseOptions,
    limits: Limits,
    engine: Engine,
    progress: Progress,
) -> dict[str, Any]:
    """Parses all files and writes them; returns the counts and the reject rows.

    `markdown` and `json` write `out/<folder>/<stem>.md` (or `.json`); a second document of the
    same stem keeps its whole name (`a.html.md`), a record its number (`a-3.md`). `parquet` writes
    the data sets documents and rejects; otherwise rejects go to `out/rejects.jsonl`, which is
    there only when something was rejected. Pictures go to `overlay/<folder>/<stem>/`, under the
    document's own name. Raises UsageError when a folder cannot be written or holds, under a name
    that is needed, what corpusmill did not write.
    """
    out, to = target.out, target.to
    check_place(out, inputs, DATA if to == "parquet" else ())
    suffix = SUFFIX.get(to, SUFFIX["markdown"])
    overlay = None if target.overlay is None else Overlay(target.overlay, inputs)
    found = scan(inputs, Selection(), out)
    files = found.files if overlay is None else overlay.without_pictures(found.files)
    expected = _expected(out, suffix, files)
    if overlay is not None:
        overlay.check(name.removesuffix(suffix) for name in expected)
    progress.start("parse", len(files))
    parsed = _parsed(files, options, limits, engine, progress)
    parsed = _named(parsed, Names(out, suffix, files))
    if overlay is not None:
        parsed = overlay.noted(parsed, suffix)
    if to == "parquet":
        count, rejects = _to_parquet(out, options, parsed, found.rejects)
    else:
        written = Written(out)
        written.check([REJECTED, *expected])
        count, rejects = _to_files(written, parsed, found.rejects)
    summary = {
        "files": len(files) + len(found.rejects), "documents": count,
        "rejects": rejects.to_dicts(), "out": str(out),
    }  # fmt: skip
    if overlay is not None:
        summary |= overlay.draw(files, options, limits, engine, progress)
    return summary


def _named(parsed: Parsed, names: Names) -> Parsed:
    """The same with each document's output in the column `name`."""
    for frame, rejected in parsed:
        own = [
            names.claim(source.removesuffix(suffix), suffix)
            for source, suffix in frame.select("source", "suffix").iter_rows()
        ]
        yield frame.with_columns(pl.Series("name", own, pl.String)), rejected


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
            output.write_documents(frame.drop("name"))
        output.write(REJECTS, reject_frame(left_out))
        output.close("parse", {"rows_in": count})
    return count, reject_frame(left_out)


def _to_files(written: Written, parsed: Parsed, rejects: list[Reject]) -> tuple[int, pl.DataFrame]:
    """One file for each document; number of documents, and the reject rows."""
    count, left_out = 0, list(rejects)
    for frame, rejected in parsed:
        left_out += rejected
        count += frame.height
        for row in frame.iter_rows(named=True):
            write_document(written, row)
    rows = reject_frame(left_out)
    if left_out:
        write_file(written.claim(REJECTED), rows.write_ndjson().encode())
    else:
        written.remove(REJECTED)
    return count, rows


def write_document(written: Written, row: dict[str, Any]) -> None:
    """Writes a document to the file that its `name` says, as text or as JSON."""
    path = written.claim(row["name"])
    text = row["text"]
    if path.suffix == SUFFIX["json"]:
        inner = ("file_key", "suffix", "name")
        shown = {key: value for key, value in row.items() if key not in inner}
        text = json.dumps(shown, ensure_ascii=False, indent=1)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


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


class Names:
    """Names one file below `out` for each document.

    No file replaces an input, or another output of the same call; a name that is too long for a
    file system is cut and ends in a hash.
    """

    def __init__(self, out: Path, suffix: str, files: Sequence[Found]) -> None:
        self.suffix = suffix
        whole = out.resolve()
        inside = [file.path.resolve() for file in files]
        self.taken = {
            path.relative_to(whole).as_posix() for path in inside if path.is_relative_to(whole)
        }
        for file in files:
            folder = _folder(PurePosixPath(file.uri))
            self.taken |= {str(folder), *map(str, folder.parents)}

    def claim(self, uri: str, record: str = "") -> str:
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


def _expected(out: Path, suffix: str, files: Sequence[Found]) -> list[str]:
    """What the outputs are called if each file becomes one document."""
    names = Names(out, suffix, files)
    return [names.claim(file.uri) for file in files]


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
