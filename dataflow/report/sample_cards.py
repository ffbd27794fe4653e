"""Samples as cards: conversations as turns, preferences as what differs, queries over chunks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dataflow.report.bars import named
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.model import Change
from dataflow.report.passage import passage
from dataflow.report.phrases import explained, number, say, short
from dataflow.report.sample_model import SampleRow, Turn
from dataflow.report.wording_samples import PARTS, SCORE_NAMES, SETS, TRAIT_VALUES

ROLES = ("user", "assistant")


def cards(rows: Sequence[SampleRow]) -> Markup:
    """The samples that are shown, by data set; empty without any."""
    if not rows:
        return join()
    parts: list[Child] = [el("h3", say("examples"))]
    for name, own in groupby(rows, key=lambda row: row.data_set):
        parts += [
            el("p", explained(SETS, name), class_="label"),
            el("div", *(card(row) for row in own), class_="exhibits"),
        ]
    return join(*parts)


def card(row: SampleRow) -> Markup:
    """One sample."""
    body = {"preferences": _preference, "evalset": _question, "retrieval": _query}
    return el(
        "article", _tags(row), *body.get(row.data_set, _instruction)(row), _evidence(row),
        el("footer", el("code", row.source, dir="auto"), _page(row), class_="quiet small"),
        class_="card",
    )  # fmt: skip


def _page(row: SampleRow) -> Markup:
    return join(", ", say("page", page=row.page)) if row.page else join()


def _tags(row: SampleRow) -> Markup:
    """What kind of sample it is."""
    split = say(row.split) if row.split in {"train", "validation", "test"} else row.split
    tags: list[Child] = [named(PARTS, row.method)]
    if row.task != row.method:
        tags.append(el("code", row.task, dir="auto"))
    tags += [el("code", row.lang, dir="auto"), *(named(TRAIT_VALUES, one) for one in row.traits)]
    parted = [part for tag in tags for part in (" · ", tag)][1:]
    return el("p", el("span", *parted), el("span", split, class_="split"), class_="tags small")


def _lang(row: SampleRow) -> str | None:
    return row.lang if len(row.lang) == 2 and row.lang.isascii() and row.lang.isalpha() else None


def _said(row: SampleRow, text: str, classes: str) -> Markup:
    return el("div", passage(text), class_=f"said {classes}", dir="auto", lang=_lang(row))


def _instruction(row: SampleRow) -> list[Child]:
    if row.turns:
        return [_conversation(row, row.turns)]
    given = _said(row, row.given, "input") if row.given else ""
    return [_said(row, row.asked, "instruction"), given, _said(row, row.answer, "output")]


def _prompt(row: SampleRow) -> Markup:
    """What was asked in one turn: its first paragraph, and below it the text it is about."""
    asked, _, given = row.asked.partition("\n\n")
    below = _said(row, given, "input") if given else ""
    return join(_said(row, asked, "instruction"), below)


def _conversation(row: SampleRow, turns: Sequence[Turn]) -> Markup:
    """Turns as they came, who says each told apart."""
    told = [
        el(
            "li",
            el("small", say(turn.role) if turn.role in ROLES else turn.role, class_="quiet"),
            _said(row, turn.text, "turn"),
            class_=turn.role if turn.role in ROLES else None,
        )
        for turn in turns
    ]
    more = row.n_turns - len(turns)
    if more > 0:
        told.append(el("li", say("more_turns", count=number(more)), class_="quiet small"))
    return el("ol", *told, class_="turns")


def _preference(row: SampleRow) -> list[Child]:
    """Both answers: as one text with what differs marked, or one below the other."""
    asked = _conversation(row, row.turns) if row.turns else _prompt(row)
    flaw = el("p", el("span", say("worse"), class_="tag bad"), " ", named(PARTS, row.flaw),
              class_="flaw small")  # fmt: skip
    good = el("p", el("span", say("chosen"), class_="tag good"), class_="flaw small")
    if not row.changes:
        return [asked, good, _said(row, row.answer, "output better"),
                flaw, _said(row, row.rejected, "output worse")]  # fmt: skip
    text = el("p", *(_change(change) for change in row.changes), class_="output merged",
              dir="auto", lang=_lang(row))  # fmt: skip
    keys = el(
        "p", el("span", say("chosen"), class_="tag good"), " ",
        el("span", say("worse"), class_="tag bad"), " ", named(PARTS, row.flaw),
        class_="flaw small",
    )  # fmt: skip
    return [asked, keys, text]


def _change(change: Change) -> Markup:
    if change.kind == "gap":
        return el("span", " … ", class_="quiet")
    name = {"only_kept": "ins", "only_dropped": "del"}.get(change.kind, "span")
    return el(name, change.text)


def _question(row: SampleRow) -> list[Child]:
    if not row.answerable:
        none = el("p", say("no_answer"), class_="output none")
        return [_said(row, row.asked, "instruction"), none]
    tag = el("span", say("answer"), class_="tag good")
    return [_said(row, row.asked, "instruction"), el("p", tag, class_="flaw small"),
            _said(row, row.answer, "output")]  # fmt: skip


def _query(row: SampleRow) -> list[Child]:
    label = el("p", say("chunk_of"), class_="quiet small flaw")
    return [_said(row, row.asked, "query"), label, _said(row, row.answer, "output chunk")]


def _evidence(row: SampleRow) -> Markup:
    """The quote and the scores, folded away."""
    quote: Child = ""
    if row.quote:
        quote = el("blockquote", passage(row.quote), class_="said", dir="auto", lang=_lang(row))
    scores = [
        el("li", explained(SCORE_NAMES, name), " ", el("b", short(value)))
        for name, value in row.scores
    ]
    if not (row.quote or scores):
        return join()
    listed = el("ul", *scores, class_="scored small") if scores else ""
    return el("details", el("summary", say("evidence")), quote, listed)
