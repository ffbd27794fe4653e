"""Whose folder is it? What must hold before anything in an output folder is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dataflow.io.shards import read_manifest
from dataflow.pipeline.session import WORK
from schemas.errors import StoreError, UsageError
from schemas.manifest import MANIFEST
from schemas.tables import DATASETS

DATA = (*DATASETS, MANIFEST)
"""What a stage replaces in its output folder."""
RUN = (*DATA, "report", "README.md", "croissant.json")
"""What a run replaces."""


def check_place(out: Path, inputs: Sequence[Path], names: Iterable[str] = DATA) -> None:
    """Raises UsageError when writing `names` under `out` would destroy what is not ours.

    That is an input that is `out` itself or lies under one of the names, and anything under such
    a name in a folder where corpusmill has not worked before: `-o .` in a project folder must not
    cost it its README. An input that does not exist is an error too, before anything is made.
    """
    whole = out.resolve()
    for path in inputs:
        if not path.exists():
            raise UsageError(f"input {str(path)!r} does not exist")
        place = path.resolve()
        if place == whole or any(place.is_relative_to(whole / name) for name in names):
            raise UsageError(
                f"{path} would be replaced by output in {out}; choose another output folder"
            )
    if _is_ours(out):
        return
    taken = [name for name in names if (out / name).exists()]
    if taken:
        raise UsageError(
            f"{out / taken[0]} was not made by corpusmill and would be replaced; choose another "
            "output folder"
        )


def _is_ours(out: Path) -> bool:
    """Whether corpusmill has worked in `out`; its work folder may have been deleted since."""
    if (out / WORK).exists():
        return True
    try:
        read_manifest(out)
    except (UsageError, StoreError, OSError):
        return False
    return True
