"""Whether every number, date and name of an answer stands in its quote."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

from dataflow.evidence.dates import dates_of, holds
from dataflow.evidence.derived import derived, follows
from dataflow.evidence.han_words import common, known, words_of
from dataflow.evidence.levelling import level
from dataflow.evidence.other_forms import otherwise_written
from dataflow.evidence.proper_names import PLACE_ENDINGS, Name, names_of
from dataflow.evidence.quantities import Number, numbers_of
from dataflow.evidence.stems import stem
from dataflow.evidence.terms import FUNCTION_WORDS
from dataflow.evidence.worked_out import worked_out, year_apart

_LOOSE = {"pound": {"mass", "gbp"}}
_DEMONYM = re.compile(r"(?:ians?|ans?|ns?|ese|ish|is?|s|y|a|e)$")
_WORD = re.compile(r"[^\W_]+")
_COMMON = re.compile(r"(?:s|ing|ed|ly|tion|sion|ment|ness|ity|ance|ence|ism|ship|ure)$")
_VERB = re.compile(
    r"\s(?:is|was|were|are|has|had|did|does|will|would|can|could|[a-z]{2,}ed|wrote|won|made|took|went|"
    r"began|became|built|led|sold|bought|said|gave|found|left|came|saw|taught|lent|sent|got|met)\b|'s\b"
)
_PLACE_ENDING = 2
_RATE = re.compile(
    r"(?<!\bof )\b(?:a|an|per|each|every)\s(hour|day|week|month|year|minute)\b"
    r"|\b(hour|dai|week|month|year)ly\b|每(小时|天|日|周|星期|个?月|年|分钟)"
)
_SAME_RATE = {"dai": "day", "天": "日", "星期": "周", "个月": "月"}
_MOST_ALIKE = 200
_COUNTED = re.compile(r"\s?([a-z]{3,}|[个名位座条只户口株本])")
_LONGEST_NAME = 6
_TITLE = re.compile("《([^《》\\n]{1,40})")
_CALLED = frozenset("号队党派社报奖杯厂店村馆院校")
_NO_FIRST = frozenset("别勿太很更最较极又再都也不没未内外只仅约")
_NO_LAST = frozenset("高低大小多少长短快慢早晚重轻远近亮暗用")
_EDGES = frozenset("由被向给从让比与和跟同把对于在自号是")


def unsupported_number(answer: str, quote: str) -> str:
    """The first number of `answer` that the quote does not have with its unit, '' for none.

    >>> unsupported_number("5 miles", "It is 5 km long."), unsupported_number("5000 m", "5 km")
    ('5 miles', '')
    """
    said = numbers_of(answer)
    if not said:
        return ""
    given, text, plain = numbers_of(quote), level(answer), level(quote)
    alike: dict[Decimal, list[Number]] = {}
    for one in given:
        for value in {one.value, one.written}:
            alike.setdefault(value, []).append(one)
    counted = {noun for one in given if (noun := _noun(plain, one.end))}
    years = {Decimal(d.year) for d in dates_of(quote) if d.year is not None}
    for number in said:
        written = text[number.start : number.end]
        near = (*alike.get(number.value, ()), *alike.get(number.written, ()))
        if number.weak or any(_same(number, one, text, plain) for one in near[:_MOST_ALIKE]):
            continue
        if otherwise_written(number, given, text, plain):
            continue
        if (number.value == 1 and "一" in plain) or derived(number, text, quote):
            continue
        if worked_out(number, given, text, plain):
            continue
        if number.value in years and not number.unit and _noun(text, number.end) not in counted:
            continue
        return written
    return _other_rate(answer, quote)


def _other_rate(answer: str, quote: str) -> str:
    """A rate (a month, 每月) of the answer where the quote has other ones only, '' for none."""
    said, given = (
        {
            _SAME_RATE.get(rate := m[1] or m[2] or m[3], rate): m[0]
            for m in _RATE.finditer(level(text))
        }
        for text in (answer, quote)
    )
    return next((said[rate] for rate in said if given and rate not in given), "")


def _noun(text: str, end: int) -> str:
    """The noun that a number in `text` counts, '' when none follows."""
    found = _COUNTED.match(text, end)
    return "" if found is None or found[1] in FUNCTION_WORDS else found[1]


def _same(number: Number, given: Number, text: str, quote: str) -> bool:
    """Whether two numbers are one; a unit against another counted thing is not."""
    if number.unit and not given.unit and _noun(quote, given.end):
        return False
    if (
        given.unit not in ("", "people")
        and not number.unit
        and (noun := _noun(text, number.end))
        and noun in quote
    ):
        return False
    if number.unit == given.unit or {number.unit, given.unit} <= {"month", "age", ""}:
        return number.value == given.value or (
            number.written == given.written and "" in (number.unit, given.unit)
        )
    if "pound" in (number.unit, given.unit) and "mass" in (number.unit, given.unit):
        mass = number if number.unit == "mass" else given
        return mass.written == number.written == given.written and mass.value != mass.written
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
    plain = level(quote)
    values = {n.value for n in numbers_of(quote) if not n.unit and not _noun(plain, n.end)}
    for date in said:
        bare = date.month is None and date.year is not None and Decimal(date.year) in values
        told = holds(given, date) or follows(date, quote) or year_apart(date, plain)
        if not bare and not told:
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
    if not said and lang != "zh":
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
            if common(name.text) or _dotted(name.text, plain):
                continue
            if _han_missing(name.text, plain):
                return name.text
            continue
        missing = [w for w in name.words if not _known(w, words, stems)]
        if missing and not _acronym(name.text, plain) and (name.sure or _named(name, text, plain)):
            return name.text
    return (_new_name(text, plain) or _in_place_of(quote, text)) if lang == "zh" else ""


def _new_name(answer: str, quote: str) -> str:
    """The first name of a Chinese answer, by the dictionary, that the quote has nothing like."""
    if "《" in quote:
        for title in _TITLE.finditer(answer):
            if title[0][:3] not in quote:
                return title[1]
    words = words_of(answer)
    for word, after in itertools.zip_longest(words, words[1:]):
        new = sum("\u4e00" <= c <= "\u9fff" and c not in quote for c in word.text)
        if new < 2 or word.text[:2] in quote or word.text[-2:] in quote:
            continue
        if new < len(word.text) and not (word.names and word.tag == "nr"):
            continue
        if word.text[0] in _NO_FIRST or (word.tag[:2] != "nr" and word.text[-1] in _NO_LAST):
            continue  # what the cutter took for a name: 别猛踩, 太亮
        kind = after.text[0] if after is not None else ""
        called = kind in _CALLED and (word.tag[0] == "n" or _another(kind, answer, quote))
        if word.names or called or (word.tag[0] == "n" and not known(word.text)):
            return word.text
    return ""


def _another(kind: str, answer: str, quote: str) -> bool:
    """Whether the quote names another thing of the kind (队, 厂), and the answer does not."""
    found = re.search(f"([\u4e00-\u9fff]{{2}}){kind}", quote) if kind else None
    return found is not None and found[1] not in answer and f"的{kind}" not in quote


def _dotted(name: str, quote: str) -> bool:
    """Whether a name of parts with a dot between stands in the quote, but for what goes on."""
    first, dot, last = name.partition("·")
    return bool(dot) and any(f"·{last[:size]}" in quote for size in (2, 3)) and first[-2:] in quote


def _in_place_of(quote: str, answer: str) -> str:
    """What stands in `answer` where a Chinese name of the quote stood before the same words.

    Only what has no character of the quote, at the beginning of a clause or behind a preposition.
    """
    given = level(quote)
    for name in names_of(quote, "zh"):
        if name.text[:2] in answer or common(name.text):
            continue
        after, before = given[name.end : name.end + 2], given[max(0, name.start - 1) : name.start]
        at = answer.find(after) if len(after) == 2 and after.isalnum() else -1
        start = at
        while start > max(0, at - _LONGEST_NAME) and _novel(answer[start - 1], quote):
            start -= 1
        edge = answer[start - 1] if start > 0 else ""
        if at - start > 1 and (not edge or edge == before or edge in _EDGES or not edge.isalnum()):
            return answer[start:at]
    return ""


def _novel(character: str, quote: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and character not in quote


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


def _named(name: Name, text: str, quote: str) -> bool:
    """Whether a single word at the beginning of a sentence is a name and no common noun."""
    if len(text.split()) == 1:
        return not _COMMON.search(name.text)
    owner = name.text.removesuffix("'s")
    if owner != name.text or text.startswith("'s ", name.end):
        return stem(owner.casefold()) not in {stem(w) for w in _WORD.findall(quote.casefold())}
    if _COMMON.search(name.text):
        return False
    after = re.compile(r",?\s([a-z]+)").match(text, name.end)
    if after is None:
        return False
    if _VERB.match(text, name.end) or text[name.end] == ",":
        return after[1] in ("a", "the", "who") or text[name.end] != ","
    return bool(re.search(rf"[A-Z][^\W\d_]+ {after[1]}\b", quote))


def _han_missing(name: str, quote: str) -> bool:
    """Whether a Chinese name stands nowhere, not even without its ending or what stands before."""
    ending = re.search(f"(?:{PLACE_ENDINGS})$", name)
    least = max(2, len(ending[0]) + 1 if ending else 2)
    if any(name[cut:] in quote for cut in range(1, len(name) - least + 1)):
        return False
    name = name[: ending.start()] if ending and ending.start() > 1 else name
    if any(name[cut:] in quote for cut in range(len(name) - 1)):
        return False
    if ending and len(ending[0]) == 1:  # 山, 路, 国 end many a word that is no name
        return len(name) > 1 and not any(character in quote for character in name)
    if len(name) > _PLACE_ENDING and (name[:-1] in quote or name[: max(2, len(name) - 2)] in quote):
        return False
    return any(character not in quote for character in name)
