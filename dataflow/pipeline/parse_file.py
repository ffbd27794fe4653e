"""What a worker does with one file: bytes in, rows and rejects out."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from dataflow.execution.outcome import Outcome
from dataflow.pipeline.rows import document_row, rows_to_ipc
from dataflow.pipeline.session import KIND_REASONS
from parsers.base import ParseOptions
from parsers.registry import parse_bytes
from schemas.document import Document, IssueCode
from schemas.ids import sha256_hex
from schemas.records import Level, Reason, Reject, StageName

LINE = re.compile(r"^line \d+")
"""How a detail about a record begins."""

INSTALLATION_FAULTS = (
    "ImportError", "ModuleNotFoundError", "MissingExtraError", "MissingProgramError",
    "UsageError", "BackendError",
)  # fmt: skip
"""What an escaped exception's name begins with when the file is not to blame: tried again."""


@dataclass(frozen=True, slots=True)
class ParseTask:
    """One file for a worker; `name` carries only the suffix, so equal bytes give equal rows.

    Of a large file of records it is one slice of whole lines, `lines_before` lines into the file.
    """

    file_key: str
    path: bytes
    name: str
    sha256: str
    options: ParseOptions
    start: int = 0
    end: int | None = None
    lines_before: int | None = None

    def read(self) -> bytes:
        """The file's bytes, or those of the slice."""
        with Path(os.fsdecode(self.path)).open("rb") as file:
            file.seek(self.start)
            return file.read() if self.end is None else file.read(self.end - self.start)

    def uri(self, found: str) -> str:
        """The uri of a record with its number in the file, given that in the slice."""
        if self.lines_before is None:
            return found
        number = found.removeprefix(self.name).removeprefix("#") or "1"
        return f"{self.name}#{self.lines_before + int(number)}"


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a worker made of a file: rows as an Arrow stream, their number, and rejects.

    `stale` marks a reject that holds for this run only and is not remembered: the file changed
    between hashing and parsing, cannot be read now, or the installation is at fault.
    `quarantined` marks a file that the worker did not survive, or that needs what is not there.
    """

    rows: bytes
    n_rows: int
    rejects: list[Reject]
    stale: bool = False
    quarantined: bool = False


def parse_file(task: ParseTask) -> ParsedFile:
    """Runs in a worker: the file's documents as rows, and what of it was rejected."""
    try:
        data = task.read()
    except OSError as error:
        detail = f"cannot be read: {error.strerror}"
        gone = _file_reject(task, Reason.UNREADABLE, detail)
        return ParsedFile(rows_to_ipc([]), 0, [gone], stale=True)
    if sha256_hex(data) != task.sha256:
        detail = "changed while the run was reading it; run again"
        changed = _file_reject(task, Reason.UNREADABLE, detail)
        return ParsedFile(rows_to_ipc([]), 0, [changed], stale=True)
    rows, rejects = [], []
    for result in parse_bytes(task.name, data, task.options):
        if isinstance(result, Document):
            row = document_row(result, task.file_key, task.name)
            row["suffix"] = task.uri(task.name + row["suffix"]).removeprefix(task.name)
            if row["text"].strip():
                rows.append(row)
            else:
                rejects.append(_numbered(task, _empty(result)))
        else:
            rejects.append(_numbered(task, result))
    if not rows and not rejects:
        rejects.append(_file_reject(task, Reason.NO_TEXT, "no record in the file"))
    lacking = any(reject.reason is Reason.MISSING_EXTRA for reject in rejects) or any(
        issue["code"] == IssueCode.OCR_UNAVAILABLE for row in rows for issue in row["issues"]
    )
    return ParsedFile(rows_to_ipc(rows), len(rows), rejects, quarantined=lacking)


def _numbered(task: ParseTask, reject: Reject) -> Reject:
    """The reject under its number in the whole file."""
    if reject.level is Level.FILE or task.lines_before is None:
        return reject
    source = task.uri(reject.source)
    line = LINE.sub(f"line {source.rpartition('#')[2]}", reject.detail)
    return replace(reject, source=source, detail=line)


def _empty(document: Document) -> Reject:
    notes = "; ".join(f"{issue.code}: {issue.detail}" for issue in document.issues)
    level = Level.DOCUMENT if "#" in document.source.uri else Level.FILE
    return Reject(
        document.source.doc_id, level, StageName.PARSE, Reason.NO_TEXT, document.source.uri,
        notes or "no text in the file",
    )  # fmt: skip


def _file_reject(task: ParseTask, reason: Reason, detail: str) -> Reject:
    return Reject(task.file_key, Level.FILE, StageName.PARSE, reason, task.name, detail)


def settled(task: ParseTask, outcome: Outcome[ParsedFile]) -> ParsedFile:
    """What a worker returned, or a reject row for what became of the worker."""
    if outcome.value is not None:
        return outcome.value
    ours = outcome.detail.startswith(INSTALLATION_FAULTS)
    when = (
        "the next run tries again"
        if ours
        else ("not tried again before the limits or the version change")
    )
    reject = _file_reject(task, KIND_REASONS[outcome.kind], f"{outcome.detail}; {when}")
    return ParsedFile(rows_to_ipc([]), 0, [reject], stale=ours, quarantined=not ours)
