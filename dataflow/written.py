"""Which files in a folder are ours: a ledger of the names that parsing wrote there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from schemas.errors import UsageError

LEDGER = ".corpusmill"
"""Names written below its folder, one a line as JSON; a name stands here before its file does."""


class Written:
    """The files that `corpusmill parse` wrote in a folder, in this call or an earlier one.

    What is there and not of our making is never replaced: a README, somebody's own notes.
    """

    def __init__(self, folder: Path) -> None:
        """Reads the ledger, and makes the folder; raises UsageError when that cannot be."""
        self.folder = folder
        self._ledger = folder / LEDGER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = self._ledger.read_text("utf-8").splitlines() if self._ledger.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{folder} cannot be written: {error}") from error
        self.names = {name for line in lines if (name := _name(line)) is not None}

    def is_foreign(self, name: str) -> bool:
        """Whether what is called `name` is not ours: not in the ledger, or a link out of here."""
        path = self.folder / name
        if path.is_symlink() or not path.parent.resolve().is_relative_to(self.folder.resolve()):
            return True
        return name not in self.names and path.exists()

    def check(self, names: Iterable[str]) -> None:
        """Raises UsageError when one of `names` is taken by what is not ours."""
        for name in names:
            if self.is_foreign(name):
                raise UsageError(
                    f"{self.folder / name} was not made by corpusmill and would be replaced; "
                    "choose another output folder"
                )

    def claim(self, name: str) -> Path:
        """The path to write `name` to, its folder made; raises UsageError when that cannot be."""
        self.check([name])
        path = self.folder / name
        try:
            if name not in self.names:
                self.names.add(name)
                with self._ledger.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(name) + "\n")
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from error
        return path

    def remove(self, name: str) -> None:
        """Deletes the file called `name`, if it is there and ours."""
        if name in self.names and not self.is_foreign(name):
            (self.folder / name).unlink(missing_ok=True)


def _name(line: str) -> str | None:
    """The name in a line of the ledger; None for half a line that a killed process left."""
    try:
        name = json.loads(line)
    except json.JSONDecodeError:
        return None
    return name if isinstance(name, str) else None
