"""Large files of records in slices of whole lines, so that memory and a pack stay bounded.

Parsing holds about sixteen times the bytes of its records, so a slice of 8 MiB needs 130 MB where
a file of 500 MB would need 8 GB and be lost to the memory limit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

SLICE_BYTES = 8 << 20
SUFFIXES = frozenset({".jsonl", ".ndjson"})
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes [start, end) of a file, the number of lines before them, and their SHA-256."""

    start: int
    end: int
    lines_before: int
    sha256: str


def slices(path: Path, n_bytes: int, sha256: str, slice_bytes: int = SLICE_BYTES) -> list[Slice]:
    """The file as one slice, or a large file of JSON lines as several.

    Slices end at line ends and cover the file exactly once. What begins with no `{` is no such
    file, whatever its name says. A file that cannot be read is one slice: its worker reports it.
    """
    whole = [Slice(0, n_bytes, 0, sha256)]
    if path.suffix.lower() not in SUFFIXES or n_bytes < 2 * slice_bytes:
        return whole
    found: list[Slice] = []
    digest = hashlib.sha256()
    start = position = before = lines = 0
    try:
        with path.open("rb") as file:
            if not file.read(64).lstrip().startswith(b"{"):
                return whole
            file.seek(0)
            while piece := file.readline(BLOCK):
                digest.update(piece)
                position += len(piece)
                lines += piece.endswith(b"\n")
                if piece.endswith(b"\n") and position - start >= slice_bytes:
                    found.append(Slice(start, position, before, digest.hexdigest()))
                    start, before, digest = position, lines, hashlib.sha256()
    except OSError:
        return whole
    if position > start:
        found.append(Slice(start, position, before, digest.hexdigest()))
    return found
