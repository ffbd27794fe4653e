"""Lists of counts with a bar each: what there is most of, and how near a mix came to its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataflow.report.charts import bar
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.numbers import Count
from dataflow.report.phrases import DASH, explained, number, percent, say
from dataflow.report.wording import Pair

WIDTH = 100.0
LEAST = 0.6
"""Width of a bar that can still be seen, in hundredths of the whole."""


def named(words: Mapping[str, Pair], code: str) -> Markup:
    """What a code means with the code as its title, or the code itself."""
    if code in words:
        return el("abbr", explained(words, code), title=code)
    return el("code", code or DASH, dir="auto")


def ranking(counts: Sequence[Count], words: Mapping[str, Pair], shown: int) -> Markup:
    """The most frequent with a bar as long as their share of the most frequent one."""
    highest = max((count.count for count in counts), default=0)
    rows = [
        _row(named(words, count.name), share_bar(count.count / highest, None, ""),
             number(count.count))
        for count in counts[:shown]
    ]  # fmt: skip
    rest = len(counts) - len(rows)
    if rest:
        more = sum(count.count for count in counts[shown:])
        rows.append(_row(say("others", count=number(rest)), "", number(more), "quiet"))
    return el("ul", *rows, class_="ranking")


def mix(counts: Sequence[Count], wanted: Mapping[str, float], words: Mapping[str, Pair]) -> Markup:
    """Shares beside the wanted ones, a mark on the bar at each."""
    total = sum(count.count for count in counts)
    rows = []
    for count in counts:
        share = count.count / total if total else 0.0
        aim = wanted.get(count.name)
        name = named(words, count.name) if count.name else say("no_value")
        said: list[Child] = [el("b", percent(share))]
        if aim is not None:
            said += [" ", el("small", say("wanted", share=percent(aim)))]
        label = f"{count.name}: {percent(share)}" + ("" if aim is None else f" of {percent(aim)}")
        rows.append(_row(name, share_bar(share, aim, label), join(*said)))
    return el("ul", *rows, class_="ranking mix aimed" if wanted else "ranking mix")


def _row(name: Child, drawn: Child, value: Child, classes: str | None = None) -> Markup:
    return el(
        "li", el("span", name, class_="named"), drawn, el("span", value, class_="num"),
        class_=classes,
    )  # fmt: skip


def share_bar(share: float, aim: float | None, label: str) -> Markup:
    """A bar as long as `share` of 1, with a mark at `aim`."""
    wide = min(WIDTH, max(LEAST if share else 0.0, WIDTH * share))
    parts = [el("rect", x=0, y=2, width=WIDTH, height=6, class_="rail"),
             el("rect", x=0, y=2, width=f"{wide:.4g}", height=6, class_="bar-kept")]  # fmt: skip
    if aim is not None:
        at = f"{min(WIDTH - 0.5, max(0.5, WIDTH * aim)):.4g}"
        parts.append(el("line", x1=at, y1=0, x2=at, y2=10, class_="aim"))
    said = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return el(
        "svg", *parts, viewBox="0 0 100 10", preserveAspectRatio="none", class_="bar", **said
    )  # fmt: skip


def parts_bar(
    parts: Sequence[tuple[int, str, Child]], label: str, *, counted: bool = True
) -> Markup:
    """A bar of parts (count, class, words) as wide as their shares, and what each is below it.

    `counted` has the counts stand beside the words.
    """
    there = [part for part in parts if part[0]]
    total = sum(count for count, _, _ in there)
    keys = [
        el(
            "span",
            el("span", class_=f"key {name}"),
            words,
            join(" ", el("b", number(count))) if counted else "",
        )
        for count, name, words in there
    ]
    drawn = bar([(count, name) for count, name, _ in there], total, label)
    return join(drawn, el("p", *keys, class_="keys"))
