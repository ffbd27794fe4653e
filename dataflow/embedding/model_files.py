"""What the files of a model say: another model in the same folder is another result."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from schemas.ids import content_id

PREFIX = "st:"
"""Begins the name of an embedder that is a folder, or a model in the local cache."""


def model_content(embedder: str) -> str:
    """Hash of names and bytes of the files in the folder that `embedder` names; '' without one.

    Hidden files, such as a repository's, shape no vector.
    """
    named = embedder.removeprefix(PREFIX) if embedder.startswith(PREFIX) else ""
    folder = Path(named)
    if not named or not folder.is_dir():  # Path("") is the working folder
        return ""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                found.append((path.relative_to(folder).as_posix(), path.resolve()))
    hashes = []
    for name, path in sorted(found):
        facts = path.stat()
        hashes += [name, _hash(path, facts.st_size, facts.st_mtime_ns, facts.st_ino)]
    return content_id("model", *hashes)


@lru_cache(maxsize=256)
def _hash(path: Path, *facts: int) -> str:
    """sha256 of a file, read again only when its size, time or place (`facts`) has changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
