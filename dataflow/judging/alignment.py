"""What it costs to write a claim by copying from its source: words that are not there, and seams.

A summary that keeps to its source is mostly runs of it, with less important words left out. Errors
sit where words were put in, where a run goes on at another place (two sentences fused, somebody
else's deed), and where a denial was left out. All costs are in words of content: 1 is a word that
has no counterpart.
"""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.judging.words import DENYING, FUNCTION_WORDS, Given, stem

_ABSENT, _DISPLACED, _FUNCTION, _NUMBER, _DENIAL = 1.2, 0.8, 0.5, 1.5, 1.0
"""Of a word of the claim that is not copied: it stands nowhere in the source; it does, but is not
part of the copy; it is a function word, which paraphrases change freely; a number; a denial."""
_CLAUSE, _SKIP, _SKIPPED, _MOST_SKIPPED = 0.15, 0.3, 0.05, 10
"""Of leaving words out: a whole clause between two marks; else once, and for each word."""
_NEXT, _ELSEWHERE, _MID_CLAUSE = 1.0, 1.7, 0.3
"""Of going on in the next sentence, or anywhere; and of going on behind no mark, where the run's
own beginning, most often its subject, is left behind."""
_DENIAL_LEFT_OUT = 1.0
_BEAM = 64
"""States and places that are looked at for each word, the cheapest and first: bounds the time.
The costs were set by hand on 714 human labels; any one of them may be halved or doubled there for
less than .006 of the AUC (`benchmarks/sft_judge.py --stable`)."""


def copying_cost(claim: Sequence[str], source: Given) -> float:
    """Least cost of `claim` (words as `words` gives them) from `source`, in words; 0 for a copy.

    By dynamic programming over the place in the source that the last copied word came from.

    >>> from dataflow.judging.words import given, words
    >>> source = given("Ada built the tower. Bert painted it.")
    >>> copying_cost(words("Ada built the tower"), source)
    0.0
    >>> round(copying_cost(words("Bert built the tower"), source), 2)
    1.1
    """
    states = {-1: 0.0}
    for word in claim:
        states = _next(states, word, source)
    return min(states.values())


def _next(states: dict[int, float], word: str, source: Given) -> dict[int, float]:
    """The states after one more word: last copied place (-1: none yet) and cost so far."""
    root = stem(word)
    places = source.places.get(root, ())
    alone = _uncopied(word, bool(places))
    least = min(states.values())
    found = {place: cost + alone for place, cost in states.items()}
    by_sentence: dict[int, list[tuple[int, float]]] = {}
    for place, cost in states.items():
        if place >= 0:
            by_sentence.setdefault(source.sentence[place], []).append((place, cost))
    for place in places[: 2 * _BEAM]:
        middle = 0.0 if source.edge[place] else _MID_CLAUSE
        cost = least + _ELSEWHERE + middle
        started = states.get(-1)
        if started is not None:
            cost = min(cost, started + (middle if started else 0.0))
        number = source.sentence[place]
        for earlier, before in by_sentence.get(number, ()):
            if earlier < place:
                cost = min(cost, before + _left_out(earlier, place, source))
        for _, before in by_sentence.get(number - 1, ()):
            cost = min(cost, before + _NEXT + middle)
        if cost < found.get(place, float("inf")):
            found[place] = cost
    if len(found) <= _BEAM:
        return found
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0]))[:_BEAM])


def _uncopied(word: str, known: bool) -> float:
    if word[0].isdigit():
        return _NUMBER
    if word in DENYING:
        return _DENIAL
    if word in FUNCTION_WORDS:
        return _FUNCTION
    return _DISPLACED if known else _ABSENT


def _left_out(earlier: int, place: int, source: Given) -> float:
    """Cost of what lies between two places of one sentence."""
    number = place - earlier - 1
    if not number:
        return 0.0
    denied = source.denying[place] > source.denying[earlier + 1]
    clause = source.edge[place] and source.edge[earlier + 1]
    cost = _CLAUSE if clause else _SKIP + _SKIPPED * min(number - 1, _MOST_SKIPPED)
    return cost + _DENIAL_LEFT_OUT * denied
