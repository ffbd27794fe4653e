"""What an English answer adds to what its quote says: a phrase of which the quote has nothing."""

from __future__ import annotations

from dataflow.evidence.syntax import Syntax, syntax_of
from dataflow.evidence.terms import terms_of

_ADJUNCTS = frozenset(("prep", "agent", "advcl", "relcl", "acl", "conj", "pcomp"))
_BESIDE = frozenset(("prep", "mark", "advmod"))
_LEAST_NEW = 2
_LEAST_KNOWN = 3
_KNOWN = 0.9
"""Calibrated on the development half: with words that say something and are new in an adjunct, and
the rest known to 90 %, 19 of 20 answers are false; with one new word, 9 of 19."""


def added_phrase(answer: str, quote: str) -> str:
    """The words that an answer adds in one phrase to what is else the quote's; '' for none.

    >>> added_phrase("Ada built the old mill with her two cousins.", "Ada built the old mill.")
    ''
    >>> added_phrase("Ada built the old mill for a rich widow.", "Ada built the old mill.")
    'rich widow'
    """
    tree = syntax_of(answer)
    known = {term.key for term in terms_of(quote)}
    said = {index for index in range(len(tree.words)) if tree.content(index)}
    if not any(tree.content(index)[0] not in known for index in said):
        return ""
    for index, word in enumerate(tree.words):
        if word.label not in _ADJUNCTS or tree.folded[index] == "without":
            continue
        inside = _below(tree, index) & said
        told = [i for i in sorted(inside) if tree.words[i].label not in _BESIDE]
        if len(told) < _LEAST_NEW or any(_is_known(tree, i, known) for i in told):
            continue
        rest = said - inside
        share = sum(_is_known(tree, i, known) for i in rest) / max(1, len(rest))
        if len(rest) >= _LEAST_KNOWN and share >= _KNOWN:
            return " ".join(tree.words[i].text for i in told)
    return ""


def _is_known(tree: Syntax, index: int, known: set[str]) -> bool:
    key = tree.content(index)[0]
    return key in known or key[0] in "#@"


def _below(tree: Syntax, index: int) -> set[int]:
    found, left = {index}, [index]
    while left:
        below = tree.children[left.pop()]
        found.update(below)
        left.extend(below)
    return found
