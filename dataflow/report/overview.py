"""The top of the page: the verdict in one strip, then the stream of documents step by step."""

from __future__ import annotations

from dataflow.report import charts
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import ReportData, Step, Verdict
from dataflow.report.numbers import Count
from dataflow.report.phrases import (
    DASH,
    both,
    compact,
    explained,
    number,
    percent,
    plain,
    say,
)
from dataflow.report.tables import section
from dataflow.report.wording import STEPS, UNITS
from dataflow.report.wording_reasons import REASONS

STREAM = (
    "ingest", "parse", "text", "boilerplate", "perplexity", "filter", "decontaminate", "dedup",
    "balance", "passages",
)  # fmt: skip
QUIET = frozenset({"boilerplate", "perplexity", "decontaminate", "passages", "balance"})
"""Steps that pass documents on; the others make something of them. A quiet one is drawn only when
it left something out."""
REASONS_SHOWN = 4
LANGUAGES_SHOWN = 5


def lead(data: ReportData) -> Markup:
    """The run in two sentences."""
    verdict = data.verdict
    if verdict.documents is None:
        rows = sum(facts.rows for facts in data.provenance.datasets)
        return el("p", say("lead_rows", rows=number(rows)), class_="lead")
    first = say(
        "lead_documents", kept=number(verdict.documents), inputs=number(verdict.inputs),
        tokens=compact(verdict.tokens),
    )  # fmt: skip
    if verdict.passed is None:
        return el("p", first, class_="lead")
    second = say(
        "lead_pass" if verdict.passed else "lead_fail", bad=number(verdict.files_bad),
        files=number(verdict.files), budget=percent(verdict.error_budget),
    )  # fmt: skip
    return el("p", first, " ", second, class_="lead")


def strip(data: ReportData) -> Markup:
    """The verdict and the five numbers one looks for first."""
    verdict = data.verdict
    partial = (
        say("partial_note", count=number(verdict.partial)) if verdict.partial else say("whole_note")
    )
    tiles = [
        _judgement(verdict),
        _tile("documents", number(verdict.documents), partial if verdict.documents else ""),
        _tile(
            "tokens", compact(verdict.tokens),
            say("characters_note", characters=compact(verdict.characters)),
        ),
        _tile(
            "kept", percent(verdict.kept_share), say("of_inputs", inputs=number(verdict.inputs))
        ),
        _tile(
            "duplicates", percent(verdict.duplicate_share),
            say("duplicate_note", count=number(verdict.duplicates)),
        ),
        _languages(data.languages),
    ]  # fmt: skip
    return el("div", *tiles, class_="strip", role="group", aria_label=plain("verdict"))


def _tile(key: str, value: Child, note: Child) -> Markup:
    return el(
        "div", el("span", say(key), class_="label"), el("strong", value), el("small", note),
        class_="tile",
    )  # fmt: skip


def _judgement(verdict: Verdict) -> Markup:
    if verdict.passed is None:
        words, name, note = say("unjudged"), "neutral", say("no_budget")
    else:
        words, name = (say("pass"), "good") if verdict.passed else (say("fail"), "bad")
        note = say(
            "budget_note", bad=number(verdict.files_bad), files=number(verdict.files),
            budget=percent(verdict.error_budget),
        )  # fmt: skip
    return el(
        "div", el("span", say("verdict"), class_="label"), el("strong", words), el("small", note),
        class_=f"tile judgement {name}",
    )  # fmt: skip


def _languages(languages: tuple[Count, ...]) -> Markup:
    total = sum(count.count for count in languages)
    shown = languages[:LANGUAGES_SHOWN]
    rest = total - sum(count.count for count in shown)
    parts = [(count.count, f"lang-{at}") for at, count in enumerate(shown)]
    named = [f"{count.name or DASH} {number(count.count)}" for count in shown]
    if rest:
        parts.append((rest, "lang-rest"))
        named.append(f"… {number(rest)}")
    keys: list[Child] = [
        el(
            "span",
            el("span", class_=f"key lang-{at}" if at < len(shown) else "key lang-rest"),
            name,
        )
        for at, name in enumerate(named)
    ]
    drawn = charts.bar(parts, total, ", ".join(named)) if total else ""
    return el(
        "div", el("span", say("languages"), class_="label"), drawn,
        el("small", *(keys or [DASH]), class_="keys"), class_="tile languages",
    )  # fmt: skip


def flow(data: ReportData) -> Markup:
    """The steps as one stream, what they left out falling off; empty without steps."""
    stream = [
        step for step in data.steps
        if step.name in STREAM and (step.rejected or step.name not in QUIET)
    ]  # fmt: skip
    made = [step for step in data.steps if step.name not in STREAM and step.kept + step.rejected]
    if not stream:
        return join()
    highest = max(max(s.rows_in, s.kept + s.rejected) for s in stream)
    steps = el("ol", *(_step(step, highest) for step in stream), class_="flow")
    products = join()
    if made:
        products = el(
            "div", el("p", say("made_note"), class_="note"),
            el("ul", *(_product(step) for step in made), class_="products"),
        )  # fmt: skip
    return section("flow", "flow", steps, products, note=say("flow_note"))


def _step(step: Step, highest: int) -> Markup:
    label = f"{step.name}: {step.rows_in} in, {step.kept} kept, {step.rejected} left out"
    units = UNITS.get(step.name)
    return el(
        "li",
        charts.ribbon(step.rows_in, step.kept, step.rejected, highest, label),
        el(
            "div",
            el("h3", explained(STEPS, step.name)),
            el("p", el("strong", number(step.kept)), " ",
               both(*units) if units else both("documents", "篇文档"), class_="kept"),
            _fallen(step),
            _cached(step),
            class_="words",
        ),
    )  # fmt: skip


def _fallen(step: Step) -> Markup:
    if not step.rejected:
        return el("p", say("nothing_out"), class_="quiet")
    shown = step.reasons[:REASONS_SHOWN]
    rows = [
        el("li", el("b", f"−{number(reason.count)}"), " ", explained(REASONS, reason.name))
        for reason in shown
    ] or [el("li", el("b", f"−{number(step.rejected)}"))]
    if len(step.reasons) > len(shown):
        rows.append(el("li", say("more", count=len(step.reasons) - len(shown)), class_="quiet"))
    return el("ul", *rows, class_="fallen")


def _cached(step: Step) -> Markup:
    if not step.cached_parts:
        return join()
    words = say("cached", cached=number(step.cached_parts), parts=number(step.parts))
    return el("p", words, class_="quiet small")


def _product(step: Step) -> Markup:
    units = UNITS.get(step.name)
    lost = join()
    if step.rejected:
        reasons = [
            join(" · ", el("b", f"−{number(reason.count)}"), " ", explained(REASONS, reason.name))
            for reason in step.reasons[:REASONS_SHOWN]
        ]
        lost = el("span", *reasons, class_="fallen")
    return el(
        "li", el("strong", number(step.kept)), " ",
        both(*units) if units else explained(STEPS, step.name), lost,
    )  # fmt: skip
