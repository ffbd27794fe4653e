"""Precision and recall of found spans against labelled items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.personal.cases import Case, Item

COVERED = 0.8
"""Share of an item's characters that a finding must cover; it may be half as long again."""
SECRETS = frozenset({"api_key", "token", "password", "private_key"})
Span = tuple[int, int, str]


@dataclass
class Tally:
    """Items found, items missed, findings that are none, by kind."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def rates(self, kinds: Iterable[str]) -> dict[str, float | int | None]:
        """Precision and recall over these kinds, and how many items and findings they rest on."""
        found, missed, wrong = (
            sum(counts[kind] for kind in kinds) for counts in (self.found, self.missed, self.wrong)
        )
        return {
            "precision": round(found / (found + wrong), 4) if found + wrong else None,
            "recall": round(found / (found + missed), 4) if found + missed else None,
            "items": found + missed,
            "findings": found + wrong,
        }


def tally(cases: Sequence[Case], spans: Sequence[Iterable[Span]], *, merged: bool = False) -> Tally:
    """The tally of findings for each case; `merged` makes all kinds of secrets one."""
    result = Tally()
    for case, found in zip(cases, spans, strict=True):
        items = [item for item in case.items if item.kind != "-"]
        taken: set[Item] = set()
        for start, end, kind in sorted({(a, b, _kind(kind, merged)) for a, b, kind in found}):
            hits = [
                item for item in items
                if _kind(item.kind, merged) == kind and _same(item, start, end)
            ]  # fmt: skip
            if not hits:
                result.wrong[kind] += 1
            taken.update(hits)
        result.found.update(_kind(item.kind, merged) for item in taken)
        result.missed.update(_kind(item.kind, merged) for item in items if item not in taken)
    return result


def _kind(kind: str, merged: bool) -> str:
    return "secret" if merged and kind in SECRETS else kind


def _same(item: Item, start: int, end: int) -> bool:
    """Whether a finding covers the item and not much else."""
    length = item.end - item.start
    overlap = min(item.end, end) - max(item.start, start)
    return overlap >= COVERED * length and end - start <= 1.5 * length + 4
