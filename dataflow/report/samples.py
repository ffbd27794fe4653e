"""The page's section on samples: what there is, how varied and how good it is, some of it."""

from __future__ import annotations

from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import ReportData
from dataflow.report.numbers import Count
from dataflow.report.phrases import DASH, number, percent, plain, say, short
from dataflow.report.sample_model import SampleRow, SampleSummary, Trait, Variety
from dataflow.report.shape import figure
from dataflow.report.tables import Column, pairs, section, table
from dataflow.report.wording_samples import SCORE_NAMES

COUNTS_SHOWN = 12
SPENT = (
    "requests", "cached", "prompt_tokens", "completion_tokens", "money", "tokens_left",
    "money_left",
)  # fmt: skip


def instructions(data: ReportData) -> Markup:
    """Everything on samples; empty when there are none."""
    made = data.samples
    if made is None or not made.rows:
        return join()
    counts = el(
        "div",
        *(
            el("div", el("h3", say(key)), _counts(values))
            for key, values in (
                ("method", made.methods), ("task", made.tasks), ("lang", made.languages),
                ("backend", made.backends), ("flaw", made.flaws),
            )
            if values
        ),
        class_="quarters",
    )  # fmt: skip
    cards = el("div", *(_card(sample) for sample in made.shown), class_="cards")
    return section(
        "sft", "sft", _sets(made), counts, _traits(made.traits), _variety(made.variety),
        _scores(made), _spent(made), cards, note=say("sft_note"),
    )  # fmt: skip


def _sets(made: SampleSummary) -> Markup:
    columns = [Column("dataset"), Column("train", True), Column("validation", True),
               Column("test", True)]  # fmt: skip
    rows = [
        (el("code", one.name), number(one.train), number(one.validation), number(one.test))
        for one in made.sets
    ]
    without = join()
    if made.questions:
        said = say("unanswerable", count=number(made.unanswerable), all=number(made.questions))
        without = el("p", said)
    return join(table(columns, rows, label=plain("sft")), without)


def _counts(counts: tuple[Count, ...]) -> Markup:
    shown = counts[:COUNTS_SHOWN]
    return pairs((el("code", count.name or DASH), number(count.count)) for count in shown)


def _traits(traits: tuple[Trait, ...]) -> Markup:
    """Each controlled mix beside its targets."""
    if not traits:
        return join()
    parts = []
    for trait in traits:
        total = sum(count.count for count in trait.counts)
        wanted = dict(trait.wanted)
        values = [
            (el("code", count.name),
             join(percent(count.count / total),
                  join(" (", say("wanted_share", share=percent(wanted[count.name])), ")")
                  if count.name in wanted else ""))
            for count in trait.counts
        ]  # fmt: skip
        parts.append(el("div", el("h3", say(trait.name)), pairs(values)))
    return el("div", *parts, class_="quarters")


def _variety(found: tuple[Variety, ...]) -> Markup:
    if not found:
        return join()
    columns = [Column("lang"), Column("samples_of", True), Column("distinct_1", True),
               Column("distinct_2", True), Column("self_bleu", True), Column("verbs")]  # fmt: skip
    rows = [
        (el("code", one.lang), number(one.samples), percent(one.distinct_1),
         percent(one.distinct_2), short(one.self_bleu), _verbs(one.verbs))
        for one in found
    ]  # fmt: skip
    return join(el("h3", say("variety")), table(columns, rows, label=plain("variety")))


def _verbs(verbs: tuple[Count, ...]) -> Markup:
    parts: list[Child] = []
    for verb in verbs:
        parts += [el("code", verb.name, dir="auto"), f" {verb.count}  "]
    return join(*parts)


def _scores(made: SampleSummary) -> Markup:
    if not made.scores:
        return join()
    charts = [figure(one, SCORE_NAMES) for one in made.scores]
    return join(el("h3", say("scores_of")), el("div", *charts, class_="charts"))


def _spent(made: SampleSummary) -> Markup:
    """What the model cost, as the account of the run has it."""
    values = [
        (say(key), short(float(made.spent[key])))
        for key in SPENT
        if isinstance(made.spent.get(key), int | float)
    ]
    return join(el("h3", say("spent")), pairs(values)) if values else join()


def _card(sample: SampleRow) -> Markup:
    lang = sample.lang if len(sample.lang) == 2 and sample.lang.isascii() else None
    parts: list[Child] = [
        el("p", sample.asked, class_="instruction", dir="auto", lang=lang),
        el("p", sample.given, class_="input", dir="auto", lang=lang) if sample.given else "",
    ]
    if sample.answerable:
        parts.append(el("p", sample.answer, class_="output", dir="auto", lang=lang))
    else:
        parts.append(el("p", say("no_answer"), class_="output quiet"))
    if sample.rejected:
        head = el("summary", say("worse"), ": ", el("code", sample.flaw))
        parts.append(el("details", head, el("blockquote", sample.rejected, dir="auto")))
    if sample.quote:
        head = el("summary", say("evidence"))
        parts.append(el("details", head, el("blockquote", sample.quote, dir="auto")))
    page = join(", ", say("page", page=sample.page)) if sample.page else ""
    return el(
        "article",
        el("div", *(join(el("code", name), " ") for name in
                    (sample.data_set, sample.method, sample.task, sample.lang)),
           class_="quiet small"),
        *parts,
        el("footer", el("code", sample.source, dir="auto"), page, class_="quiet small"),
        class_="card",
    )  # fmt: skip
