"""The sentences of the source that hold an answer, when the model quoted others.

Small models answer rightly and quote the sentence beside it. What is taken then are the source's
own sentences, found by code, and only where the answer passes the rules of evidence twice: against
those sentences, and against the whole chunk, whose other sentences may say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dataflow.evidence.spans import Span
from dataflow.evidence.support import SUPPORT, supported
from dataflow.evidence.terms import clauses_of
from dataflow.evidence.wording import negations, tokens
from dataflow.sft.blocks import Block, Manuscript, sentences
from dataflow.sft.plan import Topic
from dataflow.sft.plans.quotes import located
from dataflow.text.sentence_ends import split_sentences
from schemas.document import ElementKind

MOST_SENTENCES = 3
"""Sentences that evidence may be put together from."""
HELD = 0.9
"""Least score of an answer by sentences that no model pointed to.

Of benchmarks/evidence's development half, four other facts in the chunk, the quote nowhere
in it and half of the source as the question, .7 and .9 find the sentence of 126 and 76 of 302 true
answers (Chinese: 173 and 96), and one for 51 and 16 of 3,923 false ones (66 and 31 of 3,915). With
the right quote 139 and 202 of these false ones pass the rules.
"""
ABOUT = 0.75
"""Share of a question's content, without the title's, that its answer's sentences must have."""
BOUND = 2
"""Least words of a statement that say which sentence it is from.

Of benchmarks/evidence's development half, four other facts in the chunk and no quote, a sentence
that holds it is found for 257 of 453 true statements (Chinese: 256 of 453), always the fact's own,
and for 28 of 1,315 false ones (29 of 1,235), each of which its right quote lets pass too; that
does so for 104 (90).
"""

_PROSE = (ElementKind.PARAGRAPH, ElementKind.QUOTE)
_AROUND = 2000
"""Characters before and after a chunk in which the ends of a sentence that it cuts are seen."""
_LONGEST = 20_000
"""Characters of a chunk beyond which nothing is searched for, which bounds the time."""
_MOST_UNITS = 200
_TRIED = 3
"""Sentences, of those that share most with a sentence of the answer, that may be the one."""
_COUNTED = "#@"
"""First characters of the keys of numbers and dates."""
_ASKING = frozenset("什谁哪几何多怎")
"""Characters of Chinese question words; the English ones are no content."""

_LEANS = re.compile(
    r"(?:it|its|he|his|she|her|they|their|this|these)\b|[它他她其该这此]", re.IGNORECASE
)
"""How a sentence begins that is about what was named before."""

Keys = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or list item of the chunk and the keys that say what it is about."""

    span: Span
    text: str
    content: Keys


def holding(
    quote: str, answer: str, question: str, topic: Topic, known: tuple[Span, ...] = ()
) -> tuple[Span, ...]:
    """Places of the evidence for `answer`: its quote where that holds it, else what does.

    `known` are places that are evidence besides the quote. Where no sentences hold the answer, the
    places of both, which the checks then refuse; () when there are none.
    """
    given = tuple(sorted({*known, *located(quote, topic.chunk)}))
    if given and _holds(answer, _text(topic, given), SUPPORT):
        return given
    found = _found(answer, question, topic)
    return tuple(sorted({*known, *found})) if found else given


def stating(quote: str, statement: str, topic: Topic) -> tuple[Span, ...]:
    """Places of the evidence for a statement that answers no question, as by `holding`.

    Not for answers: one that is of another matter than its question may be a true statement.
    """
    given = located(quote, topic.chunk)
    if given and _holds(statement, _text(topic, given), SUPPORT):
        return given
    return _stated(statement, topic) or given


def _found(answer: str, question: str, topic: Topic) -> tuple[Span, ...]:
    """Places of the one to three sentences that hold `answer`; () for none.

    Each sentence of the answer must be held by one of the source alone: put together, two would
    lend a name or a number to each other. An answer that says again what was asked is bound by its
    own words; one that does not must stand in the sentence that is nearest to the question. For
    one that only says again what was asked, nothing is looked for.
    """
    asked = frozenset(key for key in _content(question) if not _ASKING.intersection(key))
    told = (asked - _known(topic)) or asked
    said, units = split_sentences(answer), _units_of(topic)
    tells = _content(answer) - asked or _denies(answer) != _denies(question)
    if not (told and tells and units and 0 < len(said) <= MOST_SENTENCES):
        return ()
    if supported(answer, topic.chunk.text).fault is not None:
        return ()
    if _share(told, _content(answer)) < ABOUT:
        named = [unit for unit in units if _is_about(unit, asked & _known(topic))]
        units = _nearest(asked, told, named) if named and len(said) == 1 else []
    found = _holders(said, units)
    about = frozenset[str]().union(*(unit.content for unit in found))
    if _share(told, about) < ABOUT:
        return ()
    places = tuple(sorted({unit.span for unit in found}))
    return places if _holds(answer, _text(topic, places), HELD) else ()


def _stated(statement: str, topic: Topic) -> tuple[Span, ...]:
    """Places of the one to three sentences that hold `statement`; () for none.

    Each of its sentences is bound by its own words: `BOUND` at least that are no numbers and not
    of the title, so that no number alone, and nothing said of an "it", finds a sentence.
    """
    said, units = split_sentences(statement), _units_of(topic)
    if not (units and 0 < len(said) <= MOST_SENTENCES):
        return ()
    known = _known(topic)
    words = [{key for key in _content(one) - known if key[0] not in _COUNTED} for one in said]
    if min(map(len, words)) < BOUND or supported(statement, topic.chunk.text).fault is not None:
        return ()
    places = tuple(sorted({unit.span for unit in _holders(said, units)}))
    return places if places and _holds(statement, _text(topic, places), HELD) else ()


def _known(topic: Topic) -> Keys:
    """What the title and the headings say."""
    return _content(" ".join((topic.title, *topic.chunk.heading_path)))


def _units_of(topic: Topic) -> list[_Unit]:
    """The sentences to search in; none of a chunk that is too long."""
    if len(topic.chunk.text) > _LONGEST:
        return []
    return list(_units(topic.document, topic.chunk.char_start, topic.chunk.char_end))


def _holders(said: Sequence[str], units: Sequence[_Unit]) -> list[_Unit]:
    """The unit that holds each of the sentences; none when one of them is held by none."""
    chosen = [_holder(sentence, units) for sentence in said]
    found = [unit for unit in chosen if unit is not None]
    return found if len(found) == len(said) else []


def _holder(sentence: str, units: Sequence[_Unit]) -> _Unit | None:
    """Of the units that share most with the sentence the first that holds it; None for none.

    What denies something is only looked for where something is denied, and the other way round;
    what has numbers where they are, of the same things.
    """
    said, denies = _content(sentence), _denies(sentence)
    numbers = {key for key in said if key.startswith("#")}
    alike = [u for u in units if _denies(u.text) == denies and numbers <= u.content]
    ranked = sorted(alike, key=lambda unit: -len(unit.content & said))
    fitting = (unit for unit in ranked[:_TRIED] if _holds(sentence, unit.text, HELD))
    return next(fitting, None)


def _is_about(unit: _Unit, named: Keys) -> bool:
    """Whether a unit may be about the document's subject, where the question names it."""
    return not named or bool(unit.content & named) or bool(_LEANS.match(unit.text))


def _nearest(asked: Keys, told: Keys, units: Sequence[_Unit]) -> list[_Unit]:
    """The unit that has most of what is asked, when no other has as much."""

    def near(unit: _Unit) -> tuple[int, int]:
        return len(unit.content & told), len(unit.content & asked)

    first, *others = sorted(units, key=near, reverse=True)
    return [] if others and near(others[0]) == near(first) else [first]


def _holds(answer: str, text: str, least: float) -> bool:
    verdict = supported(answer, text)
    return verdict.fault is None and verdict.score >= least


def _denies(text: str) -> bool:
    return negations(tokens(text)) > 0


def _text(topic: Topic, spans: Iterable[Span]) -> str:
    return "\n".join(topic.document.text[start:end] for start, end in spans)


def _content(text: str) -> Keys:
    return frozenset[str]().union(*(clause.content for clause in clauses_of(text)))


def _share(part: Keys, whole: Keys) -> float:
    return len(part & whole) / len(part)


def _units(document: Manuscript, first: int, last: int) -> Iterator[_Unit]:
    """The sentences and list items that stand whole between two places, at most 200."""
    found = 0
    for block in document.blocks:
        if block.start >= last or found == _MOST_UNITS:
            return
        for start, end in _places(block, document.text, first, last):
            text = document.text[start:end]
            if first <= start and end <= last and text.strip() and found < _MOST_UNITS:
                found += 1
                yield _Unit((start, end), text, _content(text))


def _places(block: Block, text: str, first: int, last: int) -> list[Span]:
    """Places of a block's sentences about the chunk from `first` to `last`."""
    if block.end <= first:
        return []
    if block.kind is ElementKind.LIST_ITEM:
        return [(block.start, block.end)]
    if block.kind not in _PROSE:
        return []
    start, end = max(block.start, first - _AROUND), min(block.end, last + _AROUND)
    return sentences(replace(block, start=start, end=end), text)
