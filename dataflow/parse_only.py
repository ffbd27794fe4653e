"""Parsing without a run: one output file for each document."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.execution.outcome import Engine, Limits
from dataflow.ingest import Found, Selection, hash_file, scan
from dataflow.io.atomic import write_file
from dataflow.io.tables_in import as_documents
from dataflow.pipeline.parse_file import ParseTask, parse_file, settled
from dataflow.pipeline.rows import ipc_to_frame
from dataflow.pipeline.session import Progress
from dataflow.recipe import RunOptions
from dataflow.stage import reject_frame
from dataflow.standalone import Output
from parsers.base import ParseOptions
from schemas.records import Reject
from schemas.tables import DOCUMENTS, REJECTS

SUFFIX = {"markdown": ".md", "json": ".json"}


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
    the data sets documents and rejects. Rejects also go to `out/rejects.jsonl`.
    """
    found = scan(inputs, Selection(), out)
    rejects: list[Reject] = list(found.rejects)
    progress.start("parse", len(found.files))
    output = Output(out) if to == "parquet" else None
    writer = _Files(out, SUFFIX.get(to, ""))
    count = 0
    for frame, rejected in _parsed(found.files, options, limits, engine):
        progress.advance("parse")
        rejects.extend(rejected)
        count += frame.height
        if output is None:
            writer.write(frame)
        elif frame.height:
            output.write(DOCUMENTS, as_documents(frame, _tokens(frame)))
    rejected_rows = reject_frame(rejects)
    if output is not None:
        output.touch(DOCUMENTS)
        output.write(REJECTS, rejected_rows)
        output.close({"command": "parse"})
    elif rejects:
        write_file(out / "rejects.jsonl", rejected_rows.write_ndjson().encode())
    return {
        "files": len(found.files) + len(found.rejects), "documents": count,
        "rejects": rejected_rows.to_dicts(), "out": str(out),
    }  # fmt: skip


def _tokens(frame: pl.DataFrame) -> list[int]:
    return get_tokenizer(RunOptions().tokenizer).count(frame["text"].to_list())


def _parsed(
    files: Sequence[Found], options: ParseOptions, limits: Limits, engine: Engine
) -> Iterator[tuple[pl.DataFrame, list[Reject]]]:
    tasks = [
        ParseTask(file.uri, bytes(file.path.absolute()), file.path.name, "", options)
        for file in files
    ]
    for file, task, outcome in zip(
        files, tasks, engine.map(_hashed_parse, tasks, limits), strict=True
    ):
        parsed = settled(task, outcome)
        frame = ipc_to_frame([parsed.rows]).with_columns(
            pl.concat_str(pl.lit(file.uri), "suffix").alias("source")
        )
        named = [
            dataclasses.replace(reject, source=file.uri + reject.source.removeprefix(task.name))
            for reject in parsed.rejects
        ]
        yield frame, named


def _hashed_parse(task: ParseTask) -> Any:  # ParsedFile, through the pool
    """Runs in a worker: hashes and parses the file."""
    try:
        sha256 = hash_file(Path(bytes(task.path).decode("utf-8", "surrogateescape")))
    except OSError:
        sha256 = ""
    return parse_file(dataclasses.replace(task, sha256=sha256))


class _Files:
    """Names and writes one file for each document."""

    def __init__(self, out: Path, suffix: str) -> None:
        self.out = out
        self.suffix = suffix
        self.taken: set[str] = set()

    def write(self, frame: pl.DataFrame) -> None:
        """Writes each row of `frame` as a file of its own."""
        for row in frame.iter_rows(named=True):
            path = self.out / self._name(row["source"])
            if self.suffix == ".json":
                row.pop("file_key")
                row.pop("suffix")
                text = json.dumps(row, ensure_ascii=False, indent=1)
            else:
                text = row["text"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")

    def _name(self, source: str) -> str:
        file, _, record = source.partition("#")
        path = PurePosixPath(file)
        tail = f"-{record}" if record else ""
        for stem in (path.stem, path.name):
            name = str(path.parent / f"{stem}{tail}{self.suffix}")
            if name not in self.taken:
                break
        self.taken.add(name)
        return name
