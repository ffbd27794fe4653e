"""Folders -> files: which files there are, what their bytes hash to, which are left out and why.

Only names and bytes are looked at here. Symbolic links out of an input folder are rejected, linked
folders are never entered (no loops), and nothing is fetched from anywhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from schemas.errors import UsageError
from schemas.ids import content_id
from schemas.records import Level, Reason, Reject, StageName

BLOCK = 1 << 20
LOOKS_LIKE_RECORD = re.compile(r"#(?=\d+$)")
"""A `#` before a number at the end of a name would be read as a record's number."""

RUN_MARK = ".work/layout"
"""What stands in every output folder of a run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: where it is, its uri, its size, when it and its entry last changed."""

    path: Path
    uri: str
    n_bytes: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a walk over the inputs found, and what it left out.

    `hidden` counts files and folders passed over because their name begins with a dot, and
    `excluded` files outside the include patterns or inside the exclude patterns.
    """

    files: list[Found]
    rejects: list[Reject]
    hidden: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Glob patterns on uris, whether hidden names are read, and the largest file in bytes."""

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    hidden: bool = False
    max_bytes: int = 1 << 30

    def wants(self, uri: str) -> bool:
        """Whether a file of this uri is to be read.

        >>> Selection(exclude=("drafts/**", "*.bak")).wants("drafts/a.md")
        False
        """
        return _matches(uri, self.include) and not _matches(uri, self.exclude)


def _matches(uri: str, patterns: Sequence[str]) -> bool:
    path = PurePosixPath(uri)
    for pattern in patterns:
        if pattern == "**" or path.match(pattern):
            return True
        if pattern.endswith("/**") and uri.startswith(pattern.removesuffix("**")):
            return True
    return False


def scan(inputs: Sequence[Path], selection: Selection, skip: Path) -> Scan:
    """All files under `inputs`, by uri; `skip` (the output folder) is never entered.

    The uri is the path relative to its input folder; with several inputs the folder's name stands
    before it, with `~2`, `~3`, … when two inputs have the same name. Raises UsageError for an
    input that does not exist.
    """
    result = Scan([], [], 0, 0)
    walker = _Walker(selection, skip.resolve())
    taken: set[str] = set()
    for root in inputs:
        if not root.exists():
            raise UsageError(f"input {str(root)!r} does not exist")
        prefix = ""
        name = root.resolve().name
        if len(inputs) > 1 or root.is_file():
            number = 1
            prefix = name
            while prefix in taken:
                number += 1
                prefix = f"{name}~{number}"
            taken.add(prefix)
        walker.root(root, prefix)
    result = walker.result
    result.files.sort(key=lambda found: found.uri)
    return result


class _Walker:
    """Walks one input after the other and collects what it finds."""

    def __init__(self, selection: Selection, skip: Path) -> None:
        self.selection = selection
        self.skip = skip
        self.files: list[Found] = []
        self.rejects: list[Reject] = []
        self.hidden = 0
        self.excluded = 0

    @property
    def result(self) -> Scan:
        return Scan(self.files, self.rejects, self.hidden, self.excluded)

    def root(self, root: Path, prefix: str) -> None:
        if root.is_dir():
            self._folder(root, prefix, root.resolve())
        else:
            self._file(root, prefix, root.resolve().parent)

    def _folder(self, top: Path, prefix: str, root: Path) -> None:
        pending = [(top, prefix)]
        while pending:
            folder, before = pending.pop()
            for entry in self._entries(folder, before):
                uri = _uri(before, entry.name)
                path = Path(entry.path)
                if entry.name.startswith(".") and not self.selection.hidden:
                    self.hidden += 1
                elif entry.is_dir(follow_symlinks=False):
                    if (path / RUN_MARK).exists() and path.resolve() != self.skip:
                        self._reject(
                            uri, Reason.OUTSIDE_INPUT,
                            "the output folder of another run is not read as input",
                        )  # fmt: skip
                    elif path.resolve() != self.skip:
                        pending.append((path, uri))
                elif entry.is_symlink() and path.is_dir():
                    self._reject(
                        uri, Reason.OUTSIDE_INPUT,
                        "a linked folder is not entered; pass its target as an input of its own",
                    )  # fmt: skip
                else:
                    self._file(path, uri, root)

    def _entries(self, folder: Path, uri: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from list(entries)
        except OSError as error:
            self._reject(uri or ".", Reason.UNREADABLE, f"folder cannot be listed: {error}")

    def _file(self, path: Path, uri: str, root: Path) -> None:
        if not self.selection.wants(uri):
            self.excluded += 1
            return
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            self._reject(
                uri, Reason.OUTSIDE_INPUT,
                "a link out of the input folder is not followed; pass its target as an input",
            )  # fmt: skip
            return
        try:
            status = path.stat()
        except OSError as error:
            self._reject(uri, Reason.UNREADABLE, f"cannot be read: {error.strerror}")
            return
        if not stat.S_ISREG(status.st_mode):
            self._reject(uri, Reason.UNREADABLE, "not a regular file (a pipe, socket or device)")
        elif status.st_size > self.selection.max_bytes:
            self.rejects.append(
                Reject(
                    content_id("path", uri), Level.FILE, StageName.INGEST, Reason.TOO_LARGE, uri,
                    "raise [input] max_mib to read it", float(status.st_size),
                    float(self.selection.max_bytes),
                )
            )  # fmt: skip
        else:
            self.files.append(
                Found(path, uri, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            )

    def _reject(self, uri: str, reason: Reason, detail: str) -> None:
        self.rejects.append(
            Reject(content_id("path", uri), Level.FILE, StageName.INGEST, reason, uri, detail)
        )


def _uri(before: str, name: str) -> str:
    """`before/name` as valid Unicode; bytes that are no UTF-8 become hexadecimal escapes."""
    clean = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    clean = LOOKS_LIKE_RECORD.sub("%23", clean)
    return f"{before}/{clean}" if before else clean


def hash_file(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits, read in blocks; raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
