"""Training samples that give test items away: the run's own test set, and evaluation sets.

Two questions may be worded alike and ask for different things: "What is the capital of France?"
and "… of Spain?" have a ROUGE-L of .83, and short Chinese questions are nearly all alike ("X
是哪一年成立的？"). So a question is only taken for the same when the answers are alike, too. Of
498 questions of CMRC 2018 (zh) held against 502 on other passages 16 are above .7 by the question
alone, 8 with their answers, of which 4 do say the same; of 579 of XQuAD (en) 1 and none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from dataflow.decontamination.build import IndexBuilder, Sizes
from dataflow.decontamination.matching import overlaps
from dataflow.decontamination.sets import Item
from dataflow.diversity.answers import alike
from dataflow.diversity.novelty import NoveltyPool
from dataflow.stage import Split, check_conserved, reject_frame
from schemas.records import Level, Reason, Reject, StageName

if TYPE_CHECKING:
    from dataflow.decontamination.index import EvaluationIndex

QUESTION = 0.7
"""ROUGE-L F above which questions are worded alike, as in the novelty filter."""
OVERLAP = 0.5
"""Share of a test answer's n-grams that a sample may not hold, as in decontamination."""
WORDS, CHARACTERS = Sizes(13, 13), Sizes(20, 20)
"""Only passages of whole n-grams are looked for: a shorter answer, such as the full name of an
authority, stands in many texts."""
COMMON = 20
_NEIGHBOURS = 16
"""Test questions, the nearest, whose answers are looked at."""


class Leak(NamedTuple):
    """What a sample gives away: the item, the signal and its bound, in words."""

    item: str
    value: float
    threshold: float
    detail: str


class _Exchange(NamedTuple):
    """A question and its answer, of the sample in this row."""

    row: int
    question: str
    answer: str


def leaks(frame: pl.DataFrame, test: pl.DataFrame, index: EvaluationIndex | None = None) -> Split:
    """The samples of `frame` that do not say what a test item says; a reject row for each other.

    A sample leaks a row of `test` when one of its questions has a ROUGE-L above .7 with the item's
    and the answers are alike (an item or sample without an answer: only when the questions are
    equal); when it holds half of the 13-grams (20 characters in Chinese) of the item's answer; or
    those of its question, and the answers are alike. It leaks an item of `index`, which holds
    evaluation sets (`dataflow.decontamination`), when it holds half of the n-grams of one of its
    texts, as documents do.

    Both frames have sample_id, instruction and output, and may have input, history and source.
    """
    texts = pl.Series(["\n".join(_said(row)) for row in _rows(frame)], dtype=pl.String)
    found: dict[int, Leak] = {}
    if frame.height and test.height:
        _same_items(frame, test.sort("sample_id"), texts, found)
    if index is not None:
        for row, items in overlaps(texts, index, OVERLAP):
            item, share, _ = items[0]
            name = f"{index.names[index.item_set[item]]} item {index.items[item]}"
            found.setdefault(row, Leak(name, share, OVERLAP, f"holds a text of {name}"))
    kept = frame.filter(
        pl.Series([row not in found for row in range(frame.height)], dtype=pl.Boolean)
    )
    ids = frame["sample_id"].to_list()
    sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
    rejected = reject_frame(
        Reject(
            str(ids[row]), Level.SAMPLE, StageName.SFT, Reason.CONTAMINATED, sources[row] or "",
            leak.detail, leak.value, leak.threshold,
        )
        for row, leak in sorted(found.items())
    )  # fmt: skip
    check_conserved("leaks", frame.height, kept.height, rejected.height)
    return Split(kept, rejected)


def _same_items(
    frame: pl.DataFrame, test: pl.DataFrame, texts: pl.Series, found: dict[int, Leak]
) -> None:
    """Adds to `found` what gives away rows of `test`."""
    ids = [str(item) for item in test["sample_id"].to_list()]
    asked, held = _exchanges(frame), _exchanges(test)
    _by_wording(asked, held, ids, found)
    answers: dict[int, list[str]] = {}
    for exchange in asked:
        answers.setdefault(exchange.row, []).append(exchange.answer)
    answer_index = _index([exchange.answer for exchange in held])
    for row, items in overlaps(texts, answer_index, OVERLAP):
        item = ids[held[items[0].item].row]
        detail = f"holds the answer of test sample {item}"
        found.setdefault(row, Leak(item, items[0].share, OVERLAP, detail))
    question_index = _index([exchange.question for exchange in held])
    for row, items in overlaps(texts, question_index, OVERLAP):
        for number, share, _ in items:
            if any(alike(answer, held[number].answer) for answer in answers[row]):
                item = ids[held[number].row]
                detail = f"holds the question of test sample {item}, and answers it alike"
                found.setdefault(row, Leak(item, share, OVERLAP, detail))
                break


def _by_wording(
    asked: Sequence[_Exchange], held: Sequence[_Exchange], ids: Sequence[str],
    found: dict[int, Leak],
) -> None:  # fmt: skip
    """Adds to `found` samples with a question worded as a test question, and its answer."""
    pool = NoveltyPool(QUESTION)
    pool.add([exchange.question for exchange in held])
    near = pool.nearest([exchange.question for exchange in asked], _NEIGHBOURS)
    for exchange, neighbours in zip(asked, near, strict=True):
        for number, f in neighbours:
            other = held[number]
            unanswered = not (exchange.answer.strip() and other.answer.strip())
            if f == 1.0 if unanswered else alike(exchange.answer, other.answer):
                what = "the question" if unanswered else "question and answer"
                item = ids[other.row]
                detail = f"{what} of test sample {item}, ROUGE-L {f:.2f}"
                found.setdefault(exchange.row, Leak(item, f, QUESTION, detail))
                break


def _index(texts: Sequence[str]) -> EvaluationIndex:
    """An index of one item for each text."""
    builder = IndexBuilder(WORDS, CHARACTERS, COMMON)
    builder.add("test", (Item("", (text,)) for text in texts))
    return builder.finish()


def _rows(frame: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    names = [
        name for name in ("instruction", "input", "output", "history") if name in frame.columns
    ]
    return frame.select(names).iter_rows(named=True)


def _said(row: Mapping[str, Any]) -> list[str]:
    """All turns of a sample, the user's first."""
    earlier = [turn["content"] or "" for turn in row.get("history") or ()]
    user = "\n\n".join(text for text in (row["instruction"], row.get("input")) if text)
    return [*earlier, user, row["output"] or ""]


def _exchanges(frame: pl.DataFrame) -> list[_Exchange]:
    """Every question of every sample with what follows it."""
    found = []
    for number, row in enumerate(_rows(frame)):
        turns = _said(row)
        found += [
            _Exchange(number, turns[at], turns[at + 1])
            for at in range(len(turns) % 2, len(turns), 2)
        ]
    return found
