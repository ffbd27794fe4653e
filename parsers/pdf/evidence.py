"""What speaks for and against tables on a page besides its words: lines, shapes, a model's view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parsers.pdf.lattice import join, snap
from parsers.pdf.page import PageContent, Path, RegionKind, Ruling
from schemas.geometry import BBox

PIECE_GAP = 1.0
"""Points between pieces of one line; the lines under two headers side by side are farther apart."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines of a page with their pieces joined, its shapes, and a model's tables and pictures."""

    rulings: tuple[Ruling, ...] = ()
    paths: tuple[Path, ...] = ()
    tables: tuple[BBox, ...] = ()
    pictures: tuple[BBox, ...] = ()

    def pictured(self, box: BBox) -> bool:
        """Whether a layout model calls the place a picture, and no part of it a table."""
        return share_in(box, self.pictures) >= 0.8 and share_in(box, self.tables) < 0.2

    def horizontal(self, box: BBox, cover: float = 0.8) -> list[float]:
        """Heights of horizontal lines that cover a share of the box's width, anywhere on the page.

        Ascending.
        """
        return sorted(
            r.at
            for r in self.rulings
            if r.horizontal
            and min(r.end, box.x1) - max(r.start, box.x0) >= cover * max(box.width, 1.0)
        )


def evidence(content: PageContent) -> Evidence:
    """All evidence on a page."""
    by_kind: dict[RegionKind, list[BBox]] = {}
    for kind, box in content.model:
        by_kind.setdefault(kind, []).append(box)
    return Evidence(
        rulings=tuple(join(snap(content.rulings, PIECE_GAP), PIECE_GAP)),
        paths=content.paths,
        tables=tuple(by_kind.get(RegionKind.TABLE, ())),
        pictures=tuple(by_kind.get(RegionKind.PICTURE, ())),
    )


def share_in(box: BBox, others: Iterable[BBox]) -> float:
    """Largest share of `box` that lies in one of `others`; 0 for an empty box."""
    return max((_common(box, other) for other in others), default=0.0) / max(box.area, 1e-6)


def _common(one: BBox, other: BBox) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(width, 0.0) * max(height, 0.0)
