"""One thing that was verified."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 5
"""Problems named for each check; the count of all is in the message."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was verified: its name, how many items it looked at, and what is wrong."""

    name: str
    items: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check_of(name: str, items: int, problems: list[str]) -> Check:
    """The check with the first few of its problems and the count of the others."""
    shown = problems[:SHOWN]
    if len(problems) > SHOWN:
        shown.append(f"… and {len(problems) - SHOWN} more")
    return Check(name, items, tuple(shown))
