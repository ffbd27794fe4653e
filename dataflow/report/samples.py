"""The page's section on samples: what there is, how it came about, how varied and good it is."""

from __future__ import annotations

from dataflow.report import charts
from dataflow.report.bars import mix, parts_bar, ranking
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import ReportData
from dataflow.report.numbers import Count
from dataflow.report.phrases import DASH, explained, number, percent, plain, say, short
from dataflow.report.sample_cards import cards
from dataflow.report.sample_model import SampleSummary, SetRow, Sieve, Trait, Variety, Verb
from dataflow.report.shape import figure
from dataflow.report.spending import spending
from dataflow.report.tables import Column, section, table
from dataflow.report.variety import SAMPLE
from dataflow.report.wording_reasons import REASONS
from dataflow.report.wording_samples import PARTS, SCORE_NAMES, SETS, TRAIT_VALUES

PARTS_SHOWN = 9
TASKS_SHOWN = 18
WRITERS_SHOWN = 6
REASONS_SHOWN = 4
LANGUAGES_SHOWN = 5
VERBS_OF = 4
"""Languages whose verbs are shown."""
TRAIT_NAMES = {"perspective": "perspective", "difficulty": "difficulty", "kind": "ask_kind",
               "lang": "trait_lang", "method": "method"}  # fmt: skip
MIX_NOTES = {"sft": "mixes_by_model", "select": "mixes_by_choice", "": "mixes_free"}
SPLITS = ("train", "validation", "test")


def instructions(data: ReportData) -> Markup:
    """Everything on samples; empty when there are none."""
    made = data.samples
    if made is None or not made.rows:
        return join()
    order = [count.name for count in data.languages]
    return section(
        "sft", "sft", _sets(made, order), _funnel(made), _tasks(made), _mixes(made.traits),
        _variety(made.variety), _scores(made), spending(made.spent), cards(made.shown),
        note=say("sft_note"),
    )  # fmt: skip


def _sets(made: SampleSummary, order: list[str]) -> Markup:
    return el("div", *(_set(one, order) for one in made.sets), class_="sets")


def _set(one: SetRow, order: list[str]) -> Markup:
    """A data set: rows, splits, languages, and what tells its rows apart."""
    splits = [
        (getattr(one, name), f"split-{name}", say(name)) for name in SPLITS
    ] + [(one.other, "lang-rest", say("split_other"))]  # fmt: skip
    shown = one.languages[:LANGUAGES_SHOWN]
    rest = one.rows - sum(count.count for count in shown)
    languages: list[tuple[int, str, Child]] = [
        (count.count, _colour(count.name, order), el("code", count.name or DASH, dir="auto"))
        for count in shown
    ]
    languages.append((rest, "lang-rest", "…"))
    said = ", ".join(f"{name} {getattr(one, name)}" for name in SPLITS)
    return el(
        "article",
        el("h3", explained(SETS, one.name), " ", el("code", f"{one.name}/")),
        el("p", el("strong", number(one.rows)), class_="rows"),
        parts_bar(splits, said) if one.rows else "",
        parts_bar(languages, ", ".join(f"{c.name} {c.count}" for c in shown)) if one.rows else "",
        el("p", say(f"part_{one.by}"), class_="label"),
        ranking(one.parts, PARTS, PARTS_SHOWN),
        class_="set",
    )  # fmt: skip


def _colour(lang: str, order: list[str]) -> str:
    """The colour that the language has at the top of the page."""
    at = order.index(lang) if lang in order else LANGUAGES_SHOWN
    return f"lang-{at}" if at < LANGUAGES_SHOWN else "lang-rest"


def _funnel(made: SampleSummary) -> Markup:
    """The way of the candidates; a decision without a model to ask is left out when idle."""
    shown = [one for one in made.sieves if one.left_out or one.name != "answers"]
    if not sum(one.left_out for one in shown):
        return join()
    candidates = shown[0].came
    first = Sieve("candidates", candidates, 0, ())
    steps = [_sieve(one, candidates) for one in (first, *shown)]
    return join(
        el("h3", say("funnel")), el("p", say("funnel_note"), class_="note"),
        el("ol", *steps, class_=f"flow funnel of-{len(steps)}"),
    )  # fmt: skip


def _sieve(one: Sieve, highest: int) -> Markup:
    left = one.came - one.left_out
    label = f"{one.name}: {one.came} in, {left} kept, {one.left_out} left out"
    rows = [
        el("li", el("b", f"−{number(reason.count)}"), " ", explained(REASONS, reason.name))
        for reason in one.reasons[:REASONS_SHOWN]
    ]
    if len(one.reasons) > len(rows):
        more = sum(reason.count for reason in one.reasons[REASONS_SHOWN:])
        rest = say("others", count=number(len(one.reasons) - REASONS_SHOWN))
        rows.append(el("li", el("b", f"−{number(more)}"), " ", rest))
    idle = join() if one.name == "candidates" else el("p", say("nothing_out"), class_="quiet")
    return el(
        "li",
        charts.ribbon(one.came, left, one.left_out, highest, label),
        el(
            "div", el("h3", say(one.name)), el("p", el("strong", number(left)), class_="kept"),
            el("ul", *rows, class_="fallen") if rows else idle, class_="words",
        ),
    )  # fmt: skip


def _tasks(made: SampleSummary) -> Markup:
    """Tasks of the instructions, and who wrote all samples."""
    tasks = el("div", el("h3", say("tasks_of")),
               el("div", ranking(made.tasks, {}, TASKS_SHOWN), class_="wide"))  # fmt: skip
    writers = el("div", el("h3", say("writers")), ranking(made.writers, {}, WRITERS_SHOWN))
    return el("div", tasks if made.tasks else "", writers, class_="two")


def _mixes(traits: tuple[Trait, ...]) -> Markup:
    """Each controlled mix beside its targets, those of one section of the recipe together."""
    if not traits:
        return join()
    asked = any(trait.by for trait in traits)
    parts: list[Child] = [el("h3", say("mixes" if asked else "traits"))]
    for by, note in MIX_NOTES.items():
        own = [_mix(trait) for trait in traits if trait.by == by]
        if own:
            parts += [el("p", say(note), class_="note"), el("div", *own, class_="mixes")]
    return join(*parts)


def _mix(trait: Trait) -> Markup:
    words = TRAIT_VALUES | PARTS
    return el(
        "figure", el("figcaption", say(TRAIT_NAMES.get(trait.name, "ask_kind"))),
        mix(trait.counts, dict(trait.wanted), words),
    )  # fmt: skip


def _variety(found: tuple[Variety, ...]) -> Markup:
    if not found:
        return join()
    columns = [Column("lang"), Column("instructions", True), Column("distinct_1", True),
               Column("distinct_2", True), Column("self_bleu", True),
               Column("vendi", True)]  # fmt: skip
    rows = [
        (el("code", one.lang or DASH, dir="auto"), number(one.samples), percent(one.distinct_1),
         percent(one.distinct_2), short(round(one.self_bleu, 3)), short(round(one.vendi, 1)))
        for one in found
    ]  # fmt: skip
    verbs = [_verbs(one) for one in found[:VERBS_OF] if one.verbs]
    parts: list[Child] = [
        el("h3", say("variety")), el("p", say("variety_note", count=number(SAMPLE)), class_="note"),
        table(columns, rows, label=plain("variety")),
    ]  # fmt: skip
    if verbs:
        parts += [el("p", say("verbs"), class_="label"), el("div", *verbs, class_="mixes halves")]
    return join(*parts)


def _verbs(one: Variety) -> Markup:
    """The verbs of a language, each with a bar of its objects."""
    highest = max(verb.count for verb in one.verbs)
    return el(
        "figure", el("figcaption", el("code", one.lang or DASH, dir="auto")),
        el("ul", *(_verb(verb, highest) for verb in one.verbs), class_="verbs"),
    )  # fmt: skip


def _verb(verb: Verb, highest: int) -> Markup:
    nouns = [noun for noun in verb.nouns if noun.name]
    parts = [(noun.count, f"lang-{at}") for at, noun in enumerate(nouns)]
    rest = verb.count - sum(noun.count for noun in nouns)
    drawn = charts.bar([*parts, (rest, "lang-rest")], highest, f"{verb.name}: {verb.count}")
    return el(
        "li", el("b", verb.name, dir="auto"), drawn, el("span", number(verb.count), class_="num"),
        el("small", *_objects(nouns), class_="keys"),
    )  # fmt: skip


def _objects(nouns: list[Count]) -> list[Child]:
    return [
        el("span", el("span", class_=f"key lang-{at}"), noun.name, " ", noun.count, dir="auto")
        for at, noun in enumerate(nouns)
    ]


def _scores(made: SampleSummary) -> Markup:
    """A histogram of each score: those with a bound, the others folded away."""
    if not made.scores:
        return join()
    bound = [figure(one, SCORE_NAMES) for one in made.scores if one.bounds]
    free = [figure(one, SCORE_NAMES) for one in made.scores if not one.bounds]
    rest = join()
    if free and bound:
        head = el("summary", say("other_scores", count=number(len(free))))
        rest = el("details", head, el("div", *free, class_="charts"), class_="bins")
    return join(
        el("h3", say("scores_of")), el("p", say("scores_note"), class_="note"),
        el("div", *(bound or free), class_="charts"), rest,
    )  # fmt: skip
