"""Whether every number, date and name of an answer stands in its quote."""

from __future__ import annotations

import re
from decimal import Decimal

from dataflow.evidence.dates import dates_of, holds
from dataflow.evidence.levelling import level
from dataflow.evidence.proper_names import Name, names_of
from dataflow.evidence.quantities import Number, numbers_of
from dataflow.evidence.stems import stem
from dataflow.evidence.terms import FUNCTION_WORDS

_LOOSE = {"pound": {"mass", "gbp"}}
_DEMONYM = re.compile(r"(?:ians?|ans?|ns?|ese|ish|is?|s|y|a|e)$")
_WORD = re.compile(r"[^\W_]+")
_COMMON = re.compile(r"(?:s|ing|ed|ly|tion|sion|ment|ness|ity|ance|ence|ism|ship|ure)$")
_VERB = re.compile(
    r"\s(?:is|was|were|are|has|had|did|does|will|would|can|could|[a-z]{2,}ed|wrote|won|made|took|went|"
    r"began|became|built|led|sold|bought|said|gave|found|left|came|saw|taught|lent|sent|got|met)\b|'s\b"
)
_PLACE_ENDING = 2


def unsupported_number(answer: str, quote: str) -> str:
    """The first number of `answer` that the quote does not have with its unit, '' for none.

    >>> unsupported_number("5 miles", "It is 5 km long."), unsupported_number("5000 m", "5 km")
    ('5 miles', '')
    """
    said = numbers_of(answer)
    if not said:
        return ""
    given, text = numbers_of(quote), level(answer)
    years = {Decimal(d.year) for d in dates_of(quote) if d.year is not None}
    for number in said:
        written = text[number.start : number.end]
        if number.weak or any(_same(number, one) for one in given):
            continue
        if not number.unit and number.value in years:
            continue
        return written
    return ""


def _same(number: Number, given: Number) -> bool:
    if number.unit == given.unit or {number.unit, given.unit} <= {"month", "age", ""}:
        return number.value == given.value or (
            number.written == given.written and "" in (number.unit, given.unit)
        )
    loose = not number.unit or not given.unit or given.unit in _LOOSE.get(number.unit, ())
    loose = loose or number.unit in _LOOSE.get(given.unit, ())
    return loose and number.written == given.written


def unsupported_date(answer: str, quote: str) -> str:
    """The first date of `answer` that the quote does not give as exactly, '' for none.

    >>> unsupported_date("in March 2020", "on 2020-03-01"), unsupported_date("1999", "in 1998")
    ('', '1999')
    """
    said = dates_of(answer)
    if not said:
        return ""
    given, text = dates_of(quote), level(answer)
    values = {number.value for number in numbers_of(quote)}
    for date in said:
        bare = date.month is None and date.year is not None and Decimal(date.year) in values
        if not bare and not holds(given, date):
            return text[date.start : date.end]
    return ""


def unsupported_name(answer: str, quote: str, lang: str) -> str:
    """The first name of `answer` that the quote does not have, '' for none.

    >>> unsupported_name("Bert built it.", "Ada built it.", "en")
    'Bert'
    >>> unsupported_name("the WHO and the French", "World Health Organization, France", "en")
    ''
    """
    said = names_of(answer, lang)
    if not said:
        return ""
    plain = level(quote)
    folded = plain.casefold()
    words = set(_WORD.findall(folded))
    stems = {stem(word) for word in words}
    text = level(answer)
    counted = numbers_of(answer)
    for name in said:
        measured = any(n.start <= name.start < n.end for n in counted)
        if measured or name.text.casefold() in folded:
            continue
        if not name.text[0].isascii():
            if _han_missing(name.text, plain):
                return name.text
            continue
        missing = [w for w in name.words if not _known(w, words, stems)]
        if missing and not _acronym(name.text, plain) and (name.sure or _named(name, text)):
            return name.text
    return ""


def _known(word: str, words: set[str], stems: set[str]) -> bool:
    if word in words or word.isdigit() or (len(word) == 1 and any(w[0] == word for w in words)):
        return True
    if stem(word) in stems and word.islower() and len(word) < 4:
        return True
    base = _DEMONYM.sub("", word)
    return any(
        _DEMONYM.sub("", other) == base or other == word + "s" or word == other + "s"
        for other in words
        if len(base) > 2 and other[:3] == word[:3]
    ) or (word[:2] == "fr" and {"france", "french"} <= {word, *words})


def _acronym(name: str, quote: str) -> bool:
    """Whether `name` is made of the initials of words of the quote."""
    if not name.isupper() or len(name) < 2:
        return False
    initials = "".join(
        word[0].upper() for word in _WORD.findall(quote) if word.casefold() not in FUNCTION_WORDS
    )
    return name in initials


def _named(name: Name, text: str) -> bool:
    """Whether a single word at the beginning of a sentence is a name and no common noun."""
    if len(text.split()) == 1:
        return not _COMMON.search(name.text)
    return not _COMMON.search(name.text) and bool(_VERB.match(text, name.end))


def _han_missing(name: str, quote: str) -> bool:
    """Whether a Chinese name stands nowhere, not even without its ending or what stands before."""
    if any(name[cut:] in quote for cut in range(1, len(name) - 1)):
        return False
    if len(name) > _PLACE_ENDING and (name[:-1] in quote or name[: max(2, len(name) - 2)] in quote):
        return False
    return any(character not in quote for character in name)
