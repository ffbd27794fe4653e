"""Rejects: a table of reasons, and a few of the rejected things behind each."""

from __future__ import annotations

from dataflow.report import charts
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import RejectGroup, RejectSample, ReportData
from dataflow.report.phrases import coded, number, percent, say, short
from dataflow.report.tables import section
from dataflow.report.wording_reasons import REASONS


def left_out(data: ReportData) -> Markup:
    """One entry for each stage and reason that opens to samples; empty without a reject table."""
    if not any(facts.name == "rejects" for facts in data.provenance.datasets):
        return join()
    if not data.rejects:
        return section("left-out", "left_out", el("p", say("none_left_out")))
    total = sum(group.count for group in data.rejects)
    highest = max(group.count for group in data.rejects)
    entries = [_entry(group, total, highest) for group in data.rejects]
    return section(
        "left-out", "left_out", el("div", *entries, class_="reasons", data_details=True),
        note=say("left_out_note"),
    )  # fmt: skip


def _entry(group: RejectGroup, total: int, highest: int) -> Markup:
    kind = "bad" if group.bad_input else "policy"
    label = f"{group.stage}, {group.reason}: {group.count} of {total}"
    head = el(
        "summary",
        el("span", group.stage, class_="stage"),
        el("span", coded(REASONS, group.reason), class_="reason"),
        charts.bar([(group.count, f"bar-{kind}")], highest, label),
        el("span", number(group.count), class_="num"),
        el("span", percent(group.count / total), class_="num quiet"),
        el("span", say("bad_input" if group.bad_input else "policy"), class_=f"tag {kind}"),
    )  # fmt: skip
    rows = [_sample(sample) for sample in group.samples]
    shown = say("showing", shown=number(len(rows)), count=number(group.count))
    return el(
        "details", head, el("ul", *rows, class_="samples"), el("p", shown, class_="quiet small")
    )


def _sample(sample: RejectSample) -> Markup:
    measured = join()
    if sample.value is not None:
        bound: list[Child] = []
        if sample.threshold is not None:
            bound = [" · ", say("threshold"), " ", el("b", short(sample.threshold))]
        measured = el(
            "span", say("value"), " ", el("b", short(sample.value)), *bound, class_="measured"
        )
    return el(
        "li",
        el("div", el("code", sample.source or sample.id, class_="source", dir="auto"), measured,
           class_="sample-head"),
        el("p", sample.detail, class_="detail", dir="auto") if sample.detail else "",
        el("blockquote", sample.excerpt, dir="auto") if sample.excerpt else "",
    )  # fmt: skip
