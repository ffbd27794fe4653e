"""What an English sentence speaks of, as it stands within a sentence."""

from __future__ import annotations

import re

_MANY = re.compile(
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+|these|those|many|several|few|both|all)\b",
    re.IGNORECASE,
)
_BEHIND_HEAD = re.compile(r"\s(?:of|in|on|at|for|to|with|from|by|between|near|under)\s")
_PLURAL = re.compile(
    r"(?:[^aius]s|[aeiou]es|ings|cas|eas|ias)$|^(?:people|men|women|children|feet|mice|geese|sheep)$"
)
LOOKED_AT = 100_000
"""Characters of a document in which a word is looked for that may be written small."""
_SHOWS_NAMES = 1500
"""Characters of a document that would have a name within a sentence."""


def inside(subject: str, text: str) -> str:
    """An English subject as it stands within a sentence.

    A first word that the document writes small elsewhere was capitalised by the sentence alone.
    """
    first, space, rest = subject.partition(" ")
    small = first[:1].lower() + first[1:]
    if small in _LOWERED:
        return f"{small}{space}{rest}"
    common = re.search(rf"(?<![\w.]){re.escape(small)}(?!\w)", text[:LOOKED_AT]) is not None
    return f"{small}{space}{rest}" if common or _opened(first, rest, text) else subject


def plural(subject: str) -> bool:
    """Whether an English subject takes the verb of many.

    >>> plural("The repairs of the roof"), plural("The repair of the steps"), plural("Rye and oil")
    (True, False, True)
    """
    if re.search(r"\sand\s", subject) or _MANY.match(subject):
        return True
    head = _BEHIND_HEAD.split(subject)[0].split()[-1:]
    return bool(head) and _PLURAL.search(head[0].lower()) is not None


def _opened(first: str, rest: str, text: str) -> bool:
    """Whether nothing but its place gives a word its capital.

    Small words follow and, in a text that is long enough to show it, none is within a sentence.
    """
    if (
        len(text) < _SHOWS_NAMES
        or not rest
        or rest != rest.lower()
        or first[1:] != first[1:].lower()
    ):
        return False
    return re.search(rf"[\w,;] {re.escape(first)}\b", text[:LOOKED_AT]) is None


_LOWERED = frozenset(
    {
        "the", "a", "an", "if", "all", "both", "each", "every", "no", "some", "many", "most",
        "few", "these", "those", "this", "that", "our", "your", "their", "his", "her", "my",
        "in", "on", "at", "by", "for", "from", "with", "to", "of", "as", "when", "while",
        "after", "before", "there", "nothing", "nearly", "almost", "only", "then", "one",
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "you", "we",
        "they",
    }
)  # fmt: skip
