"""Names and numbers that a question takes for granted though its passage has nothing of them."""

from __future__ import annotations

from dataflow.evidence.wording import names, numbers, tokens

_NAMES = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART"))
_OPENING_WORDS = (
    "what who whom whose when where why which how is are was were do does did can could should "
    "would will has have had in on at by for from with of to the a an according if please tell "
    "explain describe list name give state write summarise summarize compare define identify "
    "outline discuss provide show find compose draft create"
)
_OPENINGS = frozenset(_OPENING_WORDS.split())


def brought_in(instruction: str, passage: str, lang: str) -> list[str]:
    """Folded words of names, and numbers, of `instruction` that `passage` does not have.

    >>> brought_in("Did Rome fall before Kelby in 1492?", "Rome fell in 476.", "en")
    ['1492', 'kelby']
    """
    known = set(tokens(passage))
    said = names(instruction) | numbers(instruction)
    if lang == "en":
        said |= _leading_name(instruction, known)
    return sorted(said - known)


def _leading_name(instruction: str, known: set[str]) -> set[str]:
    """Words of a name at the very beginning, where every word is capitalised.

    spaCy decides; it takes 3 s to load and is not asked about usual openings and known words.
    """
    first = next(iter(tokens(instruction)), "")
    if first in known or first in _OPENINGS:
        return set()
    from dataflow.text.spacy_adapter import entities

    found = [
        instruction[start:end]
        for start, end, label in entities(instruction)
        if start == 0 and label in _NAMES
    ]
    return {token for name in found for token in tokens(name) if token not in _OPENINGS}
