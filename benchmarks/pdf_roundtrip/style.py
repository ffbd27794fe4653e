"""How a document is set by an engine: each choice is a seeded function of both names.

The choices are those that a publisher makes before the first page: paper, margins, faces, sizes,
headings, rules of tables, running heads. An engine maps them to what it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.pdf_roundtrip.model import Doc

T = TypeVar("T")
MM = 72 / 25.4
PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0), "b5": (498.9, 708.66)}
SLIDES = {"a4": (720.0, 405.0), "letter": (720.0, 540.0), "b5": (720.0, 450.0)}
TABLES = ("grid", "rules", "lines", "bare", "shaded", "headed")
"""Full grid, three rules, a rule below each row, none, shaded rows, a grid with a dark head."""


@dataclass(frozen=True)
class Style:
    """A document's appearance; lengths in points, colours as six hexadecimal digits."""

    width: float
    height: float
    margin: float
    serif: bool
    headings_serif: bool
    face: int
    size: float
    leading: float
    justify: bool
    indent: bool
    heading: str
    scale: float
    accent: str
    table: str
    table_size: float
    table_full: bool
    caption_above: bool
    caption_bold: bool
    title_center: bool
    head: str
    foot: str
    first_page_head: bool
    bullet: str
    quote: str
    columns: int
    traditional: bool

    @property
    def text_width(self) -> float:
        """Width of the type area."""
        return self.width - 2 * self.margin

    @property
    def gutter(self) -> float:
        """Space between two columns."""
        return 2 * self.size

    @property
    def column_width(self) -> float:
        """Width of one column."""
        return (self.text_width - (self.columns - 1) * self.gutter) / self.columns

    def heading_size(self, level: int) -> float:
        """Size of a heading; level 0 is the title."""
        steps = (1.9, 1.45, 1.2, 1.05, 1.0)
        return round(self.size * (1 + (steps[min(level, 4)] - 1) * self.scale), 1)


class Chooser:
    """Draws from a stream of bytes that depends on a key alone."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.count = 0

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, by the next bytes of the stream."""
        self.count += 1
        digest = hashlib.sha256(f"{self.key}/{self.count}".encode()).digest()
        return options[int.from_bytes(digest[:4], "big") % len(options)]


def choose(doc: Doc, engine: str) -> Style:
    """The style of a document in an engine."""
    draw = Chooser(f"{doc.name}/{engine}")
    slides = doc.kind == "slides"
    paper = draw.pick(
        ("a4", "a4", "letter") if doc.columns > 1 or slides else ("a4", "letter", "b5")
    )
    width, height = (SLIDES if slides else PAPERS)[paper]
    columns = 1 if slides else doc.columns
    size = draw.pick(
        (14.0, 15.0, 16.0)
        if slides
        else (9.0, 9.5, 10.0)
        if columns > 1
        else (10.0, 10.5, 11.0, 12.0)
    )
    serif = draw.pick((True, False) if not slides else (False,))
    heads = ("both", "head", "rule", "outer") if doc.header else ("none",)
    return Style(
        width=width,
        height=height,
        margin=round(
            draw.pick((14, 16, 19) if slides or columns > 1 else (17, 20, 24, 28)) * MM, 1
        ),
        serif=serif,
        headings_serif=draw.pick((serif, serif, not serif)),
        face=draw.pick((0, 1, 2)),
        size=size,
        leading=draw.pick(
            (1.5, 1.6, 1.7) if doc.lang == "zh" and not slides else (1.2, 1.3, 1.4, 1.5)
        ),
        justify=draw.pick((True, True, False)) and not slides,
        indent=draw.pick((True, False)) and not slides,
        heading=draw.pick(("bold", "bold", "colour", "caps", "rule", "regular")),
        scale=draw.pick((0.8, 1.0, 1.15)),
        accent=draw.pick(("1f4e79", "7a1f1f", "22603a", "444444", "5b3a86")),
        table=draw.pick(("grid", "headed", "lines") if doc.kind == "form" else TABLES),
        table_size=draw.pick((0.85, 0.9, 1.0)),
        table_full=draw.pick((True, False)),
        caption_above=draw.pick((True, True, False)),
        caption_bold=draw.pick((True, False)),
        title_center=draw.pick((True, False)),
        head=draw.pick(heads),
        foot=draw.pick(("center", "outer", "text")),
        first_page_head=draw.pick((True, False)),
        bullet=draw.pick(("•", "•", "–", "▪")),
        quote=draw.pick(("indent", "bar", "italic")),
        columns=columns,
        traditional=doc.traditional,
    )
