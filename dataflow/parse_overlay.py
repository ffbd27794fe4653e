"""Pictures of the pages of PDFs with what the parser saw, drawn by the workers."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.execution.outcome import Engine, Limits
from dataflow.ingest import Found
from dataflow.io.atomic import TEMPORARY
from dataflow.ownership import check_place
from dataflow.pipeline.session import Progress
from dataflow.written import Written
from parsers.base import ParseOptions
from parsers.pdf.overlay import overlays
from parsers.registry import identify
from schemas.errors import ParseError, UsageError
from schemas.records import Reject
from schemas.source import MediaType

Failure = tuple[int | None, str]
"""1-based page, None for the whole file, and what went wrong."""


@dataclass(frozen=True, slots=True)
class DrawTask:
    """A PDF for a worker, and the folder that its pages go to; paths as bytes of the system."""

    path: bytes
    folder: bytes
    options: ParseOptions


def page_name(number: int) -> str:
    """The file name of a page's picture.

    >>> page_name(7)
    'page-0007.png'
    """
    return f"page-{number:04d}.png"


def draw_file(task: DrawTask) -> list[Failure]:
    """Runs in a worker: draws each page to a file of its own; what could not be drawn.

    A page appears under its name when it is whole, so a worker may be killed at any time.
    """
    folder = Path(os.fsdecode(task.folder))
    failures: list[Failure] = []
    try:
        data = Path(os.fsdecode(task.path)).read_bytes()
    except OSError as error:
        return [(None, f"cannot be read: {error.strerror}")]
    try:
        source, plain = identify("file.pdf", data, task.options)
        if source.media_type is not MediaType.PDF:
            return [(None, "is no PDF any more")]
        for number, picture in overlays(source, plain, task.options):
            if isinstance(picture, ParseError):
                failures.append((number, str(picture)))
                continue
            part = folder / f"{number}.part"
            part.write_bytes(picture)
            part.replace(folder / page_name(number))
    except ParseError as error:
        failures.append((None, str(error)))
    return failures


class Overlay:
    """The pictures of one call: which documents are PDFs, their pictures, what went wrong."""

    def __init__(self, folder: Path, inputs: Sequence[Path]) -> None:
        """Raises UsageError when `folder` is an input or cannot be written."""
        check_place(folder, inputs, ())
        self.folder = folder
        self.written = Written(folder)
        self.pdfs: dict[str, str] = {}
        self.others: dict[str, None] = {}

    def without_pictures(self, files: Sequence[Found]) -> list[Found]:
        """`files` without the pictures of an earlier call."""
        whole = self.folder.resolve()
        ours = {whole / name for name in self.written.names}
        return [file for file in files if file.path.resolve() not in ours]

    def check(self, folders: Iterable[str]) -> None:
        """Raises UsageError when a first page is there that we did not draw."""
        self.written.check(f"{folder}/{page_name(1)}" for folder in folders)

    def noted(
        self, parsed: Iterable[tuple[pl.DataFrame, list[Reject]]], suffix: str
    ) -> Iterator[tuple[pl.DataFrame, list[Reject]]]:
        """The same; keeps which of the documents are PDFs, and their names without `suffix`."""
        for frame, rejected in parsed:
            wanted = frame.select("source", "suffix", "media_type", "name")
            for source, record, media_type, name in wanted.iter_rows():
                if media_type == MediaType.PDF:
                    self.pdfs[source] = name.removesuffix(suffix)
                else:
                    self.others[source.removesuffix(record)] = None
            yield frame, rejected

    def draw(
        self,
        files: Sequence[Found],
        options: ParseOptions,
        limits: Limits,
        engine: Engine,
        progress: Progress,
    ) -> dict[str, Any]:
        """Draws every page of the PDFs among `files`; how many, what failed, what was left out.

        Each file is parsed once more, under the limits of its first time. Pages are drawn beside
        the others and moved to their names when their file is done, or its worker is.
        """
        found = [file for file in files if file.uri in self.pdfs]
        progress.start("overlay", len(found))
        pages, failures = 0, []
        with tempfile.TemporaryDirectory(
            prefix=TEMPORARY, dir=self.folder, ignore_cleanup_errors=True
        ) as room:
            places = [Path(room, str(number)) for number in range(len(found))]
            outcomes = engine.map(draw_file, _tasks(found, places, options), limits)
            for file, place, outcome in zip(found, places, outcomes, strict=True):
                own = outcome.value if outcome.value is not None else [(None, outcome.detail)]
                drawn, taken = self._moved(place, self.pdfs[file.uri])
                shutil.rmtree(place, ignore_errors=True)
                pages += drawn
                failures += [
                    {"source": file.uri, "page": page, "detail": detail}
                    for page, detail in [*own, *taken]
                ]
                progress.advance("overlay")
        return {
            "overlay": str(self.folder), "overlay_pages": pages, "overlay_failures": failures,
            "overlay_skipped": list(self.others),
        }  # fmt: skip

    def _moved(self, place: Path, name: str) -> tuple[int, list[Failure]]:
        """Moves the pictures at `place` to the folder `name`, and deletes older ones of ours.

        Returns how many, and the pages whose names are taken by what is not ours.
        """
        taken: list[Failure] = []
        kept = set()
        for picture in sorted(place.glob("page-*.png")):
            own = f"{name}/{picture.name}"
            try:
                picture.replace(self.written.claim(own))
            except UsageError as error:
                taken.append((int(picture.stem.removeprefix("page-")), str(error)))
            else:
                kept.add(own)
        for older in sorted((self.folder / name).glob("page-*.png")):
            if f"{name}/{older.name}" not in kept:
                self.written.remove(f"{name}/{older.name}")
        return len(kept), taken


def _tasks(
    files: Sequence[Found], places: Sequence[Path], options: ParseOptions
) -> Iterator[DrawTask]:
    """A task for each file, its folder made when the task is drawn."""
    for file, place in zip(files, places, strict=True):
        place.mkdir()
        path, folder = file.path.absolute(), place.absolute()
        yield DrawTask(os.fsencode(path), os.fsencode(folder), options)
