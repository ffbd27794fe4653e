"""A text as clauses of comparable terms: stems, Han characters, values of numbers and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dataflow.evidence.dates import dates_of
from dataflow.evidence.levelling import level
from dataflow.evidence.polarity import Polarity, polarity_of
from dataflow.evidence.quantities import numbers_of
from dataflow.evidence.stems import stem

_HAN = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PIECE = re.compile(
    rf"[{_HAN}\u3040-\u30ff\uac00-\ud7af]|[^\W_{_HAN}\u3040-\u30ff\uac00-\ud7af]+(?:'[a-z]+)?|[^\w\s]|\n"
)
_STOPS = frozenset(".!?;:,，。；：！？()（）\n—")
_SENTENCE_STOPS = frozenset(".!?。！？\n")
_JOINTS = (
    "but while whereas although though because since which who whose whom unless and if so when"
)
_JOINING = frozenset(_JOINTS.split())
_HAN_JOINTS = frozenset("而但却")
_FUNCTION = """
a an the this that these those it its he she him her his hers they them their theirs i me my we us
our you your one ones there here of to in on at by for with as from into onto upon about over under
through between among during within is am are was were be been being has have had having do does
did done will would can could may might shall should must and or but nor so if than then when
where who whom whose which what why how while because although though since until unless also only
just very too even still yet already much many such own same other another each every any some no
not up out off again s t ll re ve d m according both either about around roughly some approximately
"""
FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""English words that say little of what a sentence is about."""
HAN_FUNCTION = frozenset(
    "的了着过是在和与及或而也都就还又把被对向从给让使得地之其这那此该个们吗呢吧啊么所以为于将会能可要很由"
    "因但则并且到有来去上下里中时后前等更最不没未无非她他它我你您约才只已比"
)
"""Chinese characters that say little of what a sentence is about."""
_LONGEST_CLAUSE, _MOST_CLAUSES = 120, 400
_MOST_CLOSE = 8
_LONGEST = 40_000
"""Characters of a text that are looked at: bounds the time of a hostile one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: `key` compares as equal; kind `word`, `han`, `number`, `date` or `function`."""

    key: str
    kind: str
    start: int
    end: int
    word: str
    capital: bool = False


@dataclass(frozen=True)
class Clause:
    """A stretch of a text between stops or joints; `sentence` is the number of its sentence."""

    terms: tuple[Term, ...]
    text: str
    sentence: int

    @cached_property
    def content(self) -> frozenset[str]:
        """Keys that say what it is about; Han characters in pairs of neighbours."""
        return frozenset(key for key, _ in self.placed)

    @cached_property
    def placed(self) -> tuple[tuple[str, int], ...]:
        """Keys that say what it is about, each with the index of its term."""
        found: list[tuple[str, int]] = []
        for index, term in enumerate(self.terms):
            if term.kind == "han":
                after = self._han(index + 1)
                if after or not self._han(index - 1):  # a lone character stands for itself
                    found.append((term.key + after, index))
            elif term.kind != "function":
                found.append((term.key, index))
        return tuple(found)

    def _han(self, index: int) -> str:
        """The Han character at the index, '' for none."""
        inside = 0 <= index < len(self.terms) and self.terms[index].kind == "han"
        return self.terms[index].key if inside else ""

    @cached_property
    def polarity(self) -> Polarity:
        """What it denies and which way it points."""
        return polarity_of(self.text)


@lru_cache(maxsize=512)
def terms_of(text: str) -> tuple[Term, ...]:
    """All terms of `text`, stops included (as `function`).

    >>> [term.key for term in terms_of("It cost 1.2 thousand euros.")]
    ['it', 'cost', '#1200 eur', '.']
    """
    text = level(text[:_LONGEST])
    known = [(d.start, d.end, f"@{d.parts}", "date") for d in dates_of(text)]
    known += [
        (n.start, n.end, f"#{n.value.normalize():f} {n.unit}", "number")
        for n in numbers_of(text)
        if not n.weak
    ]
    known.sort()
    found: list[Term] = []
    at = 0
    for start, end, key, kind in known:
        found += _pieces(text, at, start)
        found.append(Term(key, kind, start, end, text[start:end]))
        at = max(at, end)
    return (*found, *_pieces(text, at, len(text)))


def _pieces(text: str, start: int, end: int) -> list[Term]:
    found: list[Term] = []
    for match in _PIECE.finditer(text, start, end):
        word = match[0].casefold().removesuffix("'s")
        if word[0] >= "\u3005" and len(word) == 1:
            plain = word in HAN_FUNCTION or not word.isalnum()
            found.append(Term(word, "function" if plain else "han", *match.span(), word))
        elif word in FUNCTION_WORDS or not word[0].isalnum():
            found.append(Term(word, "function", *match.span(), word))
        else:
            found.append(Term(stem(word), "word", *match.span(), word, match[0][0].isupper()))
    return found


@lru_cache(maxsize=512)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` that say something.

    >>> [c.text for c in clauses_of("Copper is red, but tin is grey. 铜是红的，锡是灰的。")]
    ['Copper is red', 'but tin is grey', '铜是红的', '锡是灰的']
    """
    terms, plain = terms_of(text), level(text[:_LONGEST])
    found: list[Clause] = []
    run: list[Term] = []
    sentence = 0
    for term in terms:
        stop = term.word in _STOPS and term.kind == "function"
        joint = term.word in _JOINING or term.word in _HAN_JOINTS
        if stop or (joint and _says(run)) or len(run) >= _LONGEST_CLAUSE:
            if _says(run):
                found.append(_clause(run, plain, sentence))
                run = []
            elif len(run) >= _LONGEST_CLAUSE:
                run = []
            sentence += term.word in _SENTENCE_STOPS
        if not stop:
            run.append(term)
        if len(found) >= _MOST_CLAUSES:
            return tuple(clause for clause in found if clause.content)
    if run:
        found.append(_clause(run, plain, sentence))
    return tuple(clause for clause in found if clause.content)


def _says(run: list[Term]) -> bool:
    """Whether a run is a clause of its own: two things that say something."""
    return sum(term.kind != "function" for term in run) > 1


def _clause(run: list[Term], text: str, sentence: int) -> Clause:
    return Clause(tuple(run), text[run[0].start : run[-1].end], sentence)


def closest(clause: Clause, others: tuple[Clause, ...]) -> list[Clause]:
    """Those of `others` that share most with `clause`, up to 8 equally close; [] for none."""
    shared = [len(clause.content & other.content) for other in others]
    best = max(shared, default=0)
    near = [o for o, count in zip(others, shared, strict=True) if count == best and best]
    return near[:_MOST_CLOSE]
