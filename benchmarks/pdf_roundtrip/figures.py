"""Drawings for the figures, as strokes and labels that each engine can draw."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from benchmarks.pdf_roundtrip.style import Chooser

WIDTH, HEIGHT = 300.0, 150.0
"""Points; y grows downwards."""


@dataclass(frozen=True)
class Box:
    """A rectangle, filled with a shade of grey (0 black, 1 white)."""

    x: float
    y: float
    w: float
    h: float
    grey: float


@dataclass(frozen=True)
class Line:
    """A stroke through points."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Label:
    """A short text, centred on x, its base line at y."""

    x: float
    y: float
    text: str


Shape = Box | Line | Label


def drawing(kind: str, key: str) -> list[Shape]:
    """The shapes of a figure of `kind` bars, lines or flow; `key` seeds its data."""
    draw = Chooser(key)
    if kind == "flow":
        return _flow(draw)
    shapes: list[Shape] = [Line(((30, 10), (30, 130), (290, 130)))]
    for tick in range(4):
        shapes.append(Label(16, 133 - 35 * tick, str(tick * draw.pick((5, 5)))))
    if kind == "bars":
        for bar in range(5):
            height = draw.pick(range(25, 110))
            shapes.append(Box(48 + 48 * bar, 130 - height, 28, height, 0.55 + 0.1 * (bar % 2)))
            shapes.append(Label(62 + 48 * bar, 143, "ABCDE"[bar]))
        return shapes
    for line in range(2):
        points = tuple((40.0 + 40 * step, float(draw.pick(range(20, 115)))) for step in range(7))
        shapes.append(Line(points))
        shapes.append(Label(points[-1][0] + 5, points[-1][1] - 5, "AB"[line]))
    return shapes


def _flow(draw: Chooser) -> list[Shape]:
    names = draw.pick(
        (("in", "map", "sort", "out"), ("A1", "B2", "C3", "D4"), ("1", "2", "3", "4"))
    )
    shapes: list[Shape] = []
    for step, name in enumerate(names):
        x = 10 + 75.0 * step
        shapes.append(Box(x, 50, 50, 40, 0.88))
        shapes.append(Line(((x, 50), (x + 50, 50), (x + 50, 90), (x, 90), (x, 50))))
        shapes.append(Label(x + 25, 74, name))
        if step < 3:
            shapes.append(Line(((x + 50, 70), (x + 75, 70), (x + 69, 66))))
            shapes.append(Line(((x + 75, 70), (x + 69, 74))))
    return shapes


def svg(shapes: list[Shape], font: str) -> str:
    """The shapes as an SVG document."""
    parts = []
    for shape in shapes:
        if isinstance(shape, Box):
            grey = f"{round(shape.grey * 255):02x}" * 3
            parts.append(
                f'<rect x="{shape.x}" y="{shape.y}" width="{shape.w}" height="{shape.h}"'
                f' fill="#{grey}"/>'
            )
        elif isinstance(shape, Line):
            points = " ".join(f"{x},{y}" for x, y in shape.points)
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="#222" stroke-width="1"/>'
            )
        else:
            parts.append(
                f'<text x="{shape.x}" y="{shape.y}" font-size="9" text-anchor="middle"'
                f' font-family="{font}">{escape(shape.text)}</text>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}pt" height="{HEIGHT}pt"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
