"""What the layout saw on a page and why it decided so: for the overlay, silent otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from parsers.pdf.page import turn_box
from schemas.geometry import BBox


class Layer(StrEnum):
    """Kinds of notes; each is drawn in its own way."""

    REGION = "region"
    FIGURE = "figure"
    MODEL = "model"
    GRID = "grid"
    CELL = "cell"
    TABLE = "table"
    NO_TABLE = "no table"
    FURNITURE = "furniture"
    KIND = "kind"


class Note(NamedTuple):
    """A box of the page as displayed, in points, and a few words of reason."""

    page: int
    layer: Layer
    bbox: BBox
    text: str


class _Turned(NamedTuple):
    """How a page was turned to be upright, and its upright size in points."""

    turn: int = 0
    width: float = 0.0
    height: float = 0.0


@dataclass
class Trace:
    """Collects notes of the page that was begun last, or of the one that `page` was set to.

    Kinds are told when all pages are laid out, so each page's turn is kept.
    """

    notes: list[Note] = field(default_factory=list)
    page: int = 0
    turned: dict[int, _Turned] = field(default_factory=dict)

    def begin(self, page: int, turn: int, size: tuple[float, float]) -> None:
        """Goes to a page: its number, how it was turned to be upright, its upright size."""
        self.page = page
        self.turned[page] = _Turned(turn, *size)

    def note(self, layer: Layer, bbox: BBox, text: str) -> None:
        """Records what was seen at `bbox` of the upright page."""
        box = turn_box(bbox, *self.turned.get(self.page, _Turned()))
        self.notes.append(Note(self.page, layer, box, text))


class _Silent(Trace):
    """A trace that keeps nothing."""

    def begin(self, page: int, turn: int, size: tuple[float, float]) -> None:
        """Forgets it: the silent trace is shared and must not change."""

    def note(self, layer: Layer, bbox: BBox, text: str) -> None:
        """Forgets it."""


SILENT = _Silent()
"""The usual trace."""
