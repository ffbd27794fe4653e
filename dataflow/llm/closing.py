"""What is closed at the end of a `with` block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Has `close`, which the end of a `with` block calls."""

    __slots__ = ()

    @abstractmethod
    def close(self) -> None:
        """Gives back connections or files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
