"""The rules backend: tasks whose answers stand in the text or follow from it, without any model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, DIALOGUE, EXTRACTIVE, TABLE, Draft
from dataflow.sft.rules.asking import opening_question, section_question
from dataflow.sft.rules.back_translation import WRITTEN_FREELY, write_section
from dataflow.sft.rules.dialogue import dialogues
from dataflow.sft.rules.events import events
from dataflow.sft.rules.facts import facts
from dataflow.sft.rules.gathered import gathered
from dataflow.sft.rules.judgement import statements
from dataflow.sft.rules.listing import fields, letter, lists, rewritten
from dataflow.sft.rules.mended import gaps, restored
from dataflow.sft.rules.missing import missing_sentence
from dataflow.sft.rules.outline import outline, timeline
from dataflow.sft.rules.passages import (
    abstract,
    docstrings,
    headings,
    key_sentence,
    title,
)
from dataflow.sft.rules.persons import persons
from dataflow.sft.rules.place import Place, places
from dataflow.sft.rules.speech import speech
from dataflow.sft.rules.tables import table_drafts
from schemas.ids import content_id

_SAME_ANSWER = 60
"""Characters of an answer from which two samples with it say the same thing twice."""

_AT_MOST = {"true_false": 1, WRITTEN_FREELY: 1, "restore": 1, "missing_sentence": 2, "speaker": 2}
"""How many a document has of tasks that every passage could yield."""
_BESIDE_STATEMENT = 5
"""Other samples of a document beside which there is a statement to be judged. Of sample_data's
samples a fifth were statements when each document had one; now it is less than a tenth."""


def rule_drafts(document: Manuscript, methods: frozenset[str], seed: int) -> list[Draft]:
    """All candidates of a document, in its order; none in a language without patterns.

    No two have the same user turn in the same conversation. A document has one statement to be
    judged, and one section to be written without notes: what it says cannot be known. A document
    that yields little else has no statement.
    """
    found: dict[tuple[object, ...], Draft] = {}
    everywhere = list(places(document, seed))
    for number, place in enumerate(everywhere):
        for draft in _of_place(place, everywhere, methods, opening=number == 0):
            found.setdefault((draft.method == DIALOGUE, *draft.prompt), draft)
    drafts = list(found.values())
    for group, most in _AT_MOST.items():
        drafts = _at_most(drafts, group, most, seed)
    if len(drafts) > _BESIDE_STATEMENT:
        return drafts
    return [draft for draft in drafts if draft.task != "true_false"]


def _at_most(drafts: list[Draft], group: str, most: int, seed: int) -> list[Draft]:
    """The drafts without all but `most` of a task or kind of rule, which ones by a hash."""
    own = [draft for draft in drafts if draft.task == group or f".{group}" in draft.prompt_id]
    ranked = sorted(own, key=lambda draft: content_id("once", seed, draft.sample_id))
    dropped = {draft.sample_id for draft in ranked[most:]}
    return [draft for draft in drafts if draft.sample_id not in dropped]


def _of_place(
    place: Place, everywhere: Sequence[Place], methods: frozenset[str], *, opening: bool
) -> Iterator[Draft]:
    texts = list(_extractive(place, everywhere, opening=opening))
    if EXTRACTIVE in methods:
        yield from texts
    if TABLE in methods:
        yield from table_drafts(place)
    if BACK_TRANSLATION in methods:
        yield from write_section(place)
    if DIALOGUE in methods:
        yield from dialogues(place, texts)


def _extractive(place: Place, everywhere: Sequence[Place], *, opening: bool) -> Iterator[Draft]:
    titled = list(title(place, _whole_opening(everywhere))) if opening else []
    own = chain(
        titled,
        facts(place),
        statements(place),
        lists(place),
        rewritten(place),
        fields(place),
        letter(place, opening),
        section_question(place),
        opening_question(place),
        docstrings(place),
        abstract(place, everywhere),
        timeline(place),
        events(place),
        persons(place),
        speech(place),
        gathered(place),
        gaps(place),
        restored(place),
        missing_sentence(place, everywhere),
        outline(everywhere) if opening else (),
    )
    yield from own
    if not titled:  # one task for one input
        yield from headings(place, everywhere)
        yield from key_sentence(place)


def _whole_opening(everywhere: Sequence[Place]) -> str:
    """The opening of the first section that has one."""
    return next((text for place in everywhere[:2] if (text := place.opening())), "")


def choose(drafts: list[Draft], n: int, seed: int) -> list[Draft]:
    """At most `n` candidates, as many kinds of tasks as there are, in the document's order.

    Tasks take turns, those of other methods than the last one first; which candidate of a task
    comes first is decided by a hash with the seed. Of those with the same long answer one is
    taken, as long as there are others. No task has more than a quarter of `n`.
    """
    most = max(1, n // 4)
    order = {draft.sample_id: index for index, draft in enumerate(drafts)}
    by_task: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        by_task.setdefault((draft.method, draft.task), []).append(draft)
    for group in by_task.values():
        group.sort(key=lambda draft: content_id("choose", seed, draft.sample_id), reverse=True)
        del group[:-most]
    chosen: list[Draft] = []
    later: list[Draft] = []
    answered: set[str] = set()
    tasks = _in_turn(list(by_task), seed)
    while len(chosen) < n and any(by_task.values()):
        for task in tasks:
            group = by_task[task]
            if group and len(chosen) < n:
                draft = group.pop()
                again = len(draft.output) > _SAME_ANSWER and draft.output in answered
                (later if again else chosen).append(draft)
                answered.add(draft.output)
    chosen += later[: n - len(chosen)]
    return sorted(chosen, key=lambda draft: order[draft.sample_id])


def _in_turn(tasks: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """Tasks so that methods take turns, each method's in an order given by the seed."""
    by_method: dict[str, list[tuple[str, str]]] = {}
    for task in sorted(tasks, key=lambda one: content_id("task", seed, *one)):
        by_method.setdefault(task[0], []).append(task)
    found: list[tuple[str, str]] = []
    while any(by_method.values()):
        found += [group.pop() for group in by_method.values() if group]
    return found
