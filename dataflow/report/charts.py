"""Drawings as inline SVG: no script, no style attribute, colours by class."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.report.markup import Markup, el, join
from dataflow.report.numbers import Bound, Histogram
from dataflow.report.phrases import number, short

WIDTH, HEIGHT = 320, 140
LEFT, RIGHT, BASE = 8, 312, 118
LABEL = 13
"""Height of a line of labels; one for each bound stands above the bars."""
ARROW = 14


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def histogram(data: Histogram, label: str) -> Markup:
    """Bars of kept rows with the rejected on top of them, bounds as dashed lines."""
    top = 14 + LABEL * len(data.bounds)
    bins = len(data.kept)
    highest = max(1, *(k + r for k, r in zip(data.kept, data.rejected, strict=True)))
    width = (RIGHT - LEFT) / bins
    bars = []
    for at, (kept, rejected) in enumerate(zip(data.kept, data.rejected, strict=True)):
        low = BASE
        for count, name in ((kept, "bar-kept"), (rejected, "bar-rejected")):
            if count:
                tall = max(2.0, (BASE - top) * count / highest)
                low_y = low - tall
                bars.append(
                    el("rect", x=_n(LEFT + at * width + 0.5), y=_n(low_y),
                       width=_n(max(1.0, width - 1)), height=_n(tall), class_=name)
                )  # fmt: skip
                low = int(low_y)
    lines = [_bound(data, bound, at) for at, bound in enumerate(data.bounds)]
    axis = el("line", x1=LEFT, y1=BASE + 0.5, x2=RIGHT, y2=BASE + 0.5, class_="axis")
    tallest = max(range(bins), key=lambda at: data.kept[at] + data.rejected[at])
    middle = min(max(LEFT + (tallest + 0.5) * width, LEFT + 8.0), RIGHT - 8.0)
    scale = el("text", number(highest), x=_n(middle), y=top - 4, text_anchor="middle",
               class_="tick")  # fmt: skip
    return el(
        "svg", *bars, axis, *_ticks(data), *lines, scale, viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img", aria_label=label, class_="histogram",
    )  # fmt: skip


def _place(data: Histogram, value: float) -> float:
    """Where a value stands, as x: bins are equally wide, within a bin it is linear."""
    width = (RIGHT - LEFT) / len(data.kept)
    for at, (low, high) in enumerate(zip(data.edges, data.edges[1:], strict=False)):
        if value < high:
            inside = 0.0 if value <= low else (value - low) / (high - low)
            return LEFT + (at + inside) * width
    return float(RIGHT)


def _bound(data: Histogram, bound: Bound, at: int) -> Markup:
    x = _place(data, bound.value)
    y = 12 + LABEL * at
    toward = ARROW if bound.at_least else -ARROW
    tip = x + toward
    arrow = f"M{_n(x)} {y}H{_n(tip)}m{_n(-toward / 3)} -3l{_n(toward / 3)} 3l{_n(-toward / 3)} 3"
    words = f"{short(bound.value)} {bound.languages}".strip()
    right_side = x < WIDTH / 2
    gap = (ARROW if bound.at_least == right_side else 0) + 5
    return el(
        "g",
        el("line", x1=_n(x), y1=y - 4, x2=_n(x), y2=BASE, class_="bound"),
        el("path", d=arrow, class_="arrow"),
        el("text", words, x=_n(x + gap if right_side else x - gap), y=y + 4,
           text_anchor="start" if right_side else "end", class_="bound-label"),
    )  # fmt: skip


def _ticks(data: Histogram) -> list[Markup]:
    """The first and last edge and two between them."""
    bins = len(data.kept)
    marks = sorted({0, bins // 3, 2 * bins // 3, bins})
    width = (RIGHT - LEFT) / bins
    anchors = {0: "start", bins: "end"}
    return [
        el("text", short(data.edges[mark]), x=_n(LEFT + mark * width), y=BASE + 15,
           text_anchor=anchors.get(mark, "middle"), class_="tick")
        for mark in marks
    ]  # fmt: skip


def bar(parts: Sequence[tuple[int, str]], total: int, label: str) -> Markup:
    """A horizontal bar of parts (count, class), as wide as their share of `total`."""
    x = 0.0
    found = []
    for count, name in parts:
        wide = 100 * count / total if total else 0
        if count:
            shown = max(wide, 0.6)
            found.append(
                el("rect", x=_n(x), y=0, width=_n(max(0.2, shown - 0.25)), height=10, class_=name)
            )
            x += shown
    return el(
        "svg", *found, viewBox="0 0 100 10", preserveAspectRatio="none", class_="bar",
        role="img", aria_label=label,
    )  # fmt: skip


def ribbon(rows_in: int, kept: int, rejected: int, highest: int, label: str) -> Markup:
    """A piece of the stream: as high on the left as what came in, on the right as what went on.

    What was left out turns down and leaves at the bottom. Pieces of neighbouring steps join.
    """
    tall, roof, floor = 70.0, 2.0, 100.0
    scale = tall / max(1, highest)
    left = max(1.5, rows_in * scale) if rows_in else 0.0
    right = max(1.5, kept * scale) if kept else 0.0
    part = kept / (kept + rejected) if kept + rejected else 1.0
    low, edge, end = roof + left, roof + left * part, roof + right
    stream = f"M0 {roof:g}H100V{_n(end)}C40 {_n(end)} 25 {_n(low)} 0 {_n(low)}Z"
    shapes = [el("path", d=stream, class_="stream")]
    if rejected:
        lost = max(1.5, left * (1 - part))
        wide = min(38.0, max(3.0, lost * 0.55))
        inner, outer = 44 - wide / 2, 44 + wide / 2
        fall = (
            f"M0 {_n(edge)}C{_n(outer * 0.75)} {_n(edge)} {_n(outer)} {_n(edge + lost * 0.4)} "
            f"{_n(outer)} {floor:g}H{_n(inner)}C{_n(inner)} {_n(edge + lost + 6)} "
            f"{_n(inner * 0.6)} {_n(edge + lost)} 0 {_n(edge + lost)}Z"
        )
        # below the stream, which hides where it begins
        shapes.insert(0, el("path", d=fall, class_="fall"))
    return el(
        "svg", join(*shapes), viewBox="0 0 100 100", preserveAspectRatio="none", class_="ribbon",
        role="img", aria_label=label,
    )  # fmt: skip
