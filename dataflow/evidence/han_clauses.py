"""Chinese clauses as names, nouns and single characters, and what is not the same in two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from dataflow.evidence.han_words import han_names, words_of
from dataflow.evidence.levelling import level
from dataflow.evidence.proper_names import names_of
from dataflow.evidence.terms import HAN_FUNCTION, Clause

_DROPPED = frozenset("了着过的得“”\"'《》「」『』也都才就还便则")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What a clause has (`said`) where another one has `given`.

    `context` counts the characters beside it that are the same, 0 unless there are some, or an
    end, on both sides.
    """

    given: Keys
    said: Keys
    context: int
    before: str = ""
    behind: str = ""

    @property
    def held(self) -> bool:
        """Whether both sides say something."""
        return bool(trimmed(self.given) and trimmed(self.said))


def cutting(answer: str, quote: str) -> re.Pattern[str] | None:
    """A pattern of the names and nouns that both texts have, so that they are cut alike."""
    given, said = level(quote), level(answer)
    words = {w.text for text in (answer, quote) for w in words_of(text) if w.tag[0] in "nts"}
    shared = {w for w in (*words, *names_in(quote)) if len(w) > 1 and w in given and w in said}
    ranked = sorted(shared, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ranked))) if ranked else None


def sequence(clause: Clause, shared: re.Pattern[str] | None) -> Keys:
    """Keys of the terms that count, in their order; a name or noun is one."""
    origin = clause.terms[0].start
    begins = {m.start() + origin: m for m in shared.finditer(clause.text)} if shared else {}
    found: list[str] = []
    until = 0
    for term in clause.terms:
        if term.start < until or term.word in _DROPPED:
            continue
        match = begins.get(term.start) if term.kind in ("han", "function") else None
        until = term.start + len(match[0]) if match else 0
        found.append(match[0] if match else term.key)
    return tuple(found)


def weight(keys: Keys) -> int:
    """Characters of the keys, numbers and dates as one."""
    return sum(1 if key[0] in "#@" else len(key) for key in keys)


def parts(said: Keys, given: Keys) -> tuple[tuple[Part, ...], int]:
    """What is not the same, and the characters that are."""
    found: list[Part] = []
    equal = 0
    blocks = [b for b in Levenshtein.opcodes(given, said) if b.tag == "equal"]
    a = c = left = 0
    for block in blocks:
        size = weight(given[block.src_start : block.src_end])
        if block.src_start > a or block.dest_start > c:
            cut = (a, block.src_start, c, block.dest_start)
            found.append(_part(said, given, cut, (left, size)))
        equal, left = equal + size, size
        a, c = block.src_end, block.dest_end
    if a < len(given) or c < len(said):
        found.append(_part(said, given, (a, len(given), c, len(said)), (left, -1)))
    return tuple(found), equal


def _part(said: Keys, given: Keys, cut: tuple[int, int, int, int], around: tuple[int, int]) -> Part:
    a, b, c, d = cut
    left, right = around
    framed = (left > 0 or not (a and c)) and right != 0
    context = left + max(right, 0) if framed else 0
    before, behind = said[c - 1] if c else "", said[d] if d < len(said) else ""
    return Part(given[a:b], said[c:d], context, before, behind)


def trimmed(keys: Keys) -> Keys:
    """Without function characters at both ends."""
    begin, end = 0, len(keys)
    while begin < end and keys[begin] in HAN_FUNCTION:
        begin += 1
    while end > begin and keys[end - 1] in HAN_FUNCTION:
        end -= 1
    return keys[begin:end]


@lru_cache(maxsize=512)
def names_in(quote: str) -> tuple[str, ...]:
    """Chinese names of a text, by rules and by the dictionary."""
    ruled = (name.text for name in names_of(quote, "zh") if name.text[0] > "\u3000")
    return tuple(dict.fromkeys((*han_names(quote), *ruled)))
