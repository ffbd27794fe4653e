"""Conversations from questions that are sound each for itself: same section, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import tokens
from dataflow.llm.base import Message
from dataflow.sft.blocks import Block
from dataflow.sft.drafts import DIALOGUE, Draft
from dataflow.sft.rules.grid import Grid, grid_of, usable
from dataflow.sft.rules.phrasing import Phrasing
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.shown import shown_table
from schemas.document import ElementKind
from schemas.ids import content_id

_TURNS = 4
_LEAST_TURNS = 2
_MAX_ANSWER = 700
_TALKED_ABOUT = frozenset(
    {"definition", "purpose", "cause", "condition", "place", "person", "number", "date", "list",
     "frequency", "comparison", "steps", "abbreviation"}
)  # fmt: skip
_SAME = 0.7
_ASKING = frozenset(
    [
        "what",
        "who",
        "is",
        "are",
        "was",
        "were",
        "meant",
        "by",
        "什",
        "么",
        "谁",
        "是",
        "叫",
        "指",
        "的",
    ]
)
_FIRST = ("definition", "abbreviation")
"""What a conversation begins with, if it is there: what the thing is, before its details."""


def dialogues(place: Place, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """One conversation from the section's drafts, and one on each of its tables."""
    yield from _on_text(place, drafts)
    for block in place.section.blocks:
        if block.kind is ElementKind.TABLE:
            grid = grid_of(block, place.document.text)
            if grid is not None:
                yield from _on_table(place, grid, block)


def _on_text(place: Place, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Questions in the order of their answers' places; the passage, if any, comes with the first.

    Questions that need different passages are not put together.
    """
    usable_ones = [
        draft for draft in drafts
        if draft.task in _TALKED_ABOUT and draft.lang == place.lang
        and len(draft.output) <= _MAX_ANSWER and len(draft.spans) == 1
    ]  # fmt: skip
    given = next((draft.input for draft in usable_ones if draft.input), "")
    fitting = [draft for draft in usable_ones if draft.input in ("", given)]
    chosen: list[Draft] = []
    for draft in sorted(fitting, key=lambda d: (d.input == "", d.task not in _FIRST, d.spans[0])):
        apart = all(_apart(draft.spans[0], other.spans[0]) for other in chosen)
        again = any(_alike(one, draft) for one in chosen)
        if apart and not again and len(chosen) < _TURNS:
            chosen.append(draft)
    if len(chosen) >= _LEAST_TURNS:
        turns = [(_first_turn(chosen[0], given), chosen[0].output)]
        for number, draft in enumerate(chosen[1:], 1):
            asked = place.word("ask_again", question=draft.instruction, number=str(number))
            turns.append((asked, draft.output))
        spans = tuple(span for draft in chosen for span in draft.spans)
        yield _dialogue(place.phrasing, "conversation", turns, spans)


def _alike(one: Draft, other: Draft) -> bool:
    """Whether two questions ask for the same: most of their words are the same."""
    first, second = _subject(one), _subject(other)
    return len(first & second) >= _SAME * len(first | second)


def _subject(draft: Draft) -> frozenset[str]:
    """The words of the question but those that ask."""
    return frozenset(tokens(draft.instruction)) - _ASKING


def _first_turn(draft: Draft, given: str) -> str:
    return f"{draft.instruction}\n\n{given}" if given else draft.instruction


def _apart(one: Span, other: Span) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _on_table(place: Place, grid: Grid, block: Block) -> Iterator[Draft]:
    """A cell, and the same column for other rows, asked for briefly; the table comes first."""
    where = place.heading or place.title
    columns = [
        (column, [r for r in grid.rows if column in r.cells and usable(r.cells[column].text)])
        for column in grid.headers
    ]  # fmt: skip
    varied = [
        (column, rows) for column, rows in columns
        if len({row.cells[column].text for row in rows}) > _LEAST_TURNS
    ]  # fmt: skip
    if not where or not varied:
        return
    column, rows = min(varied, key=lambda one: content_id("talk", place.seed, one[0], where))
    start = int(content_id("row", place.seed, where)[:4], 16) % (len(rows) - 1)
    chosen = rows[start : start + 3]
    if len({row.cells[column].text for row in chosen}) < len(chosen):
        return
    header = grid.headers[column]
    given = shown_table(place, block, grid, chosen)
    if not given:
        return
    first = place.word("table", row=chosen[0].name.text, column=header, place=where, key="")
    turns = [(f"{first}\n\n{given}", chosen[0].cells[column].text)]
    for row in chosen[1:]:
        turns.append((place.word("and_row", row=row.name.text), row.cells[column].text))
    spans = (grid.header_line, *(row.line for row in chosen))
    yield _dialogue(place.phrasing, "table_conversation", turns, spans)


def _dialogue(
    phrasing: Phrasing, task: str, turns: Sequence[tuple[str, str]], spans: tuple[Span, ...]
) -> Draft:
    history: list[Message] = []
    for asked, said in turns[:-1]:
        history += [("user", asked), ("assistant", said)]
    return Draft(
        DIALOGUE, task, phrasing.lang, turns[-1][0], turns[-1][1], spans, phrasing.rule(task),
        history=tuple(history),
    )  # fmt: skip
