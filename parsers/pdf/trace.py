"""What the layout saw on a page and why it decided so: for the overlay, silent otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from schemas.geometry import BBox


class Layer(StrEnum):
    """Kinds of notes; each is drawn in its own colour."""

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
    """A box of the upright page, in points, and a few words of reason."""

    page: int
    layer: Layer
    bbox: BBox
    text: str


@dataclass
class Trace:
    """Collects notes of the page that is being read; `page` is set by whoever goes through them."""

    page: int = 0
    notes: list[Note] = field(default_factory=list)

    def note(self, layer: Layer, bbox: BBox, text: str) -> None:
        """Records what was seen at `bbox`."""
        self.notes.append(Note(self.page, layer, bbox, text))


class _Silent(Trace):
    """A trace that keeps nothing."""

    def note(self, layer: Layer, bbox: BBox, text: str) -> None:
        """Forgets it."""


SILENT = _Silent()
"""The usual trace."""
