"""Makes installed packages look as if they were not: for subprocesses, before anything else."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

CHILDREN = frozenset({"dataflow.llm.embedded_child"})
"""Scripts that are only ever run in a process of their own, by an interpreter that has what they
need; they import it at the top."""


class Hidden:
    """Finds what the usual finder finds, but for some packages."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec, or None for a hidden package."""
        if name.partition(".")[0] in self.names:
            return None
        return PathFinder.find_spec(name, path, target)

    # `importlib.metadata` asks finders too
    find_distributions = staticmethod(PathFinder.find_distributions)


def hiding() -> Hidden:
    """Puts a finder that can hide packages in the place of the usual one."""
    finder = Hidden()
    sys.meta_path[sys.meta_path.index(PathFinder)] = finder
    return finder


def all_modules(*packages: str) -> Iterator[str]:
    """Names of every module of the packages, imported one after the other."""
    for package in packages:
        root = importlib.import_module(package)
        yield package
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if found.name not in CHILDREN:
                importlib.import_module(found.name)
                yield found.name
