"""The corpus in shapes: languages by format, sizes, quality signals."""

from __future__ import annotations

from collections.abc import Mapping

from dataflow.report import charts
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import ReportData
from dataflow.report.numbers import Bound, Histogram
from dataflow.report.phrases import DASH, explained, format_name, number, plain, say, short
from dataflow.report.scales import SIGNAL_SCALES
from dataflow.report.tables import section
from dataflow.report.wording import SIGNALS, Pair
from dataflow.report.wording_reasons import REASONS

HEATS = 5


def language_map(data: ReportData) -> Markup:
    """Documents by language and format, darker where there are more."""
    matrix = data.matrix
    if not matrix.rows:
        return join()
    highest = max(max(row) for row in matrix.counts)
    head = el(
        "tr", el("th", say("lang"), scope="col"),
        *(el("th", format_name(name), scope="col", class_="num") for name in matrix.columns),
        el("th", say("all"), scope="col", class_="num"),
    )  # fmt: skip
    rows = [
        el(
            "tr", el("th", lang or DASH, scope="row"), *(_heat(count, highest) for count in counts),
            el("td", number(sum(counts)), class_="num total"),
        )
        for lang, counts in zip(matrix.rows, matrix.counts, strict=True)
    ]  # fmt: skip
    sums = [sum(column) for column in zip(*matrix.counts, strict=True)]
    foot = el(
        "tr", el("th", say("all"), scope="row"),
        *(el("td", number(count), class_="num total") for count in sums),
        el("td", number(sum(sums)), class_="num total"),
    )  # fmt: skip
    table = el("table", el("thead", head), el("tbody", *rows), el("tfoot", foot), class_="heat")
    return section(
        "map", "map",
        el("div", table, class_="scroll", role="region", aria_label=plain("map"), tabindex=0),
    )  # fmt: skip


def _heat(count: int, highest: int) -> Markup:
    step = -(-HEATS * count // highest) if highest else 0
    return el("td", number(count) if count else "·", class_=f"num heat-{step}")


def sizes(data: ReportData) -> Markup:
    """Tokens per document and per chunk."""
    found = [data.document_sizes, data.chunks.sizes if data.chunks else None]
    figures = [figure(histogram) for histogram in found if histogram is not None]
    if not figures:
        return join()
    return section("sizes", "sizes", el("div", *figures, class_="charts"))


def signals(data: ReportData) -> Markup:
    """A histogram for each quality signal, with the bounds of its rules; those without folded."""
    if not data.signals:
        return join()
    bound = [figure(histogram) for histogram in data.signals if histogram.bounds]
    free = [figure(histogram) for histogram in data.signals if not histogram.bounds]
    rest = join()
    if free:
        head = el("summary", say("other_signals", count=number(len(free))))
        rest = el("details", head, el("div", *free, class_="charts"), class_="bins")
    return section(
        "signals", "signals", el("div", *bound, class_="charts"), rest, note=say("signals_note")
    )


def similarity(data: ReportData) -> Markup:
    """How similar duplicates are to what they were dropped for."""
    if data.similarities is None:
        return join()
    return el("div", figure(data.similarities), class_="charts")


def figure(data: Histogram, names: Mapping[str, Pair] = SIGNALS) -> Markup:
    """A histogram with its name, mean, largest value and bins."""
    name = names.get(data.name, (data.name, data.name))[0]
    facts: list[Child] = [say("mean", value=short(data.mean)), " · ",
                          say("largest", value=short(data.largest))]  # fmt: skip
    if sum(data.rejected):
        lost = el("span", say("left_out_here", count=number(sum(data.rejected))), class_="lost")
        facts += [" · ", lost]
    if data.missing:
        facts += [" · ", say("missing", count=number(data.missing))]
    one = data.bounds[0] if data.bounds and data.name in SIGNAL_SCALES else None
    return el(
        "figure",
        el("figcaption", explained(names, data.name)),
        charts.histogram(data, f"{name}: {sum(data.kept)} kept, {sum(data.rejected)} left out"),
        el("p", *facts, class_="facts"),
        _details(data),
        data_edges=_list(data.edges) if one else None,
        data_kept=_list(data.kept) if one else None,
        data_rejected=_list(data.rejected) if one else None,
        data_bound=short(one.value).replace(",", "") if one else None,
        data_least=one.at_least if one else None,
    )  # fmt: skip


def _list(values: tuple[float, ...] | tuple[int, ...]) -> str:
    return ",".join(f"{value:.10g}" for value in values)


def _details(data: Histogram) -> Markup:
    """The same as a table, and where each bound is from."""
    rows = [
        el(
            "tr", el("th", f"{short(low)} – {short(high)}", scope="row", class_="num"),
            el("td", number(kept), class_="num"), el("td", number(rejected), class_="num"),
        )
        for low, high, kept, rejected in zip(
            data.edges, data.edges[1:], data.kept, data.rejected, strict=False
        )
        if kept or rejected
    ]  # fmt: skip
    keys = ("range", "kept", "rejected")
    head = el("tr", *(el("th", say(key), scope="col", class_="num") for key in keys))
    table = el("table", el("thead", head), el("tbody", *rows))
    return el("details", el("summary", say("bins")), _sources(data.bounds), table, class_="bins")


def _sources(bounds: tuple[Bound, ...]) -> Markup:
    if not bounds:
        return join()
    rows = [
        el(
            "li", explained(REASONS, bound.reason), " ", "≥ " if bound.at_least else "≤ ",
            el("b", short(bound.value)), f" {bound.languages}" if bound.languages else "",
            el("small", f" {bound.citation}") if bound.citation else "",
        )
        for bound in bounds
    ]  # fmt: skip
    return el("ul", *rows, class_="cited")
