"""The page's section on curation: what was cut out, masked, found in evaluation sets, held out."""

from __future__ import annotations

from dataflow.report.markup import Markup, el, join
from dataflow.report.model import Curation, ReportData
from dataflow.report.numbers import Count
from dataflow.report.phrases import number, percent, plain, say
from dataflow.report.tables import Column, pairs, section, table


def curation(data: ReportData) -> Markup:
    """Everything that happened to documents that stay; empty when nothing did."""
    made = data.curation
    held_out = made.splits if len(made.splits) > 1 else ()
    parts = [
        _removed(made), _personal(made), _hits(made), _counts("licences", made.licences),
        _splits(held_out), _mixed(made.mixed),
    ]  # fmt: skip
    shown = [part for part in parts if part.html]
    if not shown:
        return join()
    return section("curation", "curation", *shown, note=say("curation_note"))


def _removed(made: Curation) -> Markup:
    """Passages that were cut out, those with most copies first."""
    if not made.removed:
        return join()
    columns = [Column("passage", classes="paths"), Column("unit"), Column("times", True)]
    rows = [
        (el("span", row.text, dir="auto"), el("code", f"{row.stage} {row.unit}"),
         number(row.copies))
        for row in made.removed
    ]  # fmt: skip
    counts = _counts("cut_out", made.units)
    return join(counts, table(columns, rows, label=plain("cut_out")))


def _personal(made: Curation) -> Markup:
    """Personal data by kind: items, documents, and what was done."""
    if not made.personal:
        return join()
    columns = [Column("kind_of_data"), Column("done"), Column("items", True),
               Column("documents", True)]  # fmt: skip
    rows = []
    for count in made.personal:
        kind, _, action = count.name.rpartition(" ")
        rows.append(
            (el("code", kind), el("code", action), number(count.tokens), number(count.count))
        )
    return join(el("h3", say("personal")), table(columns, rows, label=plain("personal")))


def _hits(made: Curation) -> Markup:
    """Passages that stand in evaluation sets."""
    if not made.sets:
        return join()
    columns = [Column("passage", classes="paths"), Column("source", classes="paths"),
               Column("set"), Column("overlap", True)]  # fmt: skip
    rows = [
        (el("span", row.text, dir="auto"), el("code", row.source, dir="auto"),
         el("code", f"{row.set} {row.item}"), percent(row.overlap))
        for row in made.hits
    ]  # fmt: skip
    return join(_counts("shared_with", made.sets), table(columns, rows, label=plain("hits")))


def _splits(splits: tuple[Count, ...]) -> Markup:
    if not splits:
        return join()
    columns = [Column("split"), Column("documents", True), Column("tokens", True)]
    rows = [(el("code", s.name), number(s.count), number(s.tokens)) for s in splits]
    return join(el("h3", say("held_out")), table(columns, rows, label=plain("held_out")))


def _mixed(count: int) -> Markup:
    return el("p", say("mixed_note", count=number(count))) if count else join()


def _counts(heading: str, counts: tuple[Count, ...]) -> Markup:
    if not counts:
        return join()
    listed = pairs((el("code", count.name), number(count.count)) for count in counts[:12])
    return join(el("h3", say(heading)), listed)
