"""One thing of a sentence changed, so that it is not true any more: numbers, dates, names, denial.

Used for statements to be corrected and for the worse answers of preferences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dataflow.evidence.wording import tokens
from dataflow.sft.rules.denial import denials
from dataflow.sft.rules.names import kinds, mentions
from schemas.ids import content_id

NUMBER, DATE, NAME, NEGATION = "number", "date", "name", "negation"

_DIGITS = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|(?<![A-Za-z\d.,/:-])\d+(?:\.\d+)?(?![\d,/:-]\d|[A-Za-z]\w|\d)"
)
_FIXED = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|`[^`\n]+`|<[^<>\n]{1,200}>|\$[^$\n]+\$|\]\([^()\n]+\)|\w*_\w+"
    r"|(?<!\w)[\w.-]*/[\w./-]+|(?<!\w)v?\d+(?:\.\d+){2,}|\b[vV]\d+(?:\.\d+)*"
    r"|\b(?:[Vv]ersion|Release|No\.|Room|Flat|Unit|RFC|ISO|IEEE|Python|Fig\.|[Ff]igure|[Tt]able|[Ss]ection"
    r"|[Ss]tep|[Cc]hapter|[Pp]age|[Pp]art|[Ee]xtension)\s\d[\d.-]*"
    r"|\b\d+[A-Za-z]?\s(?:[A-Z][\w’'-]+\s){1,4}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Square|Drive|Court|Way)\b"
    r"|(?<!\d)\d{7,}(?!\d)|\b[A-Z][a-z]+\s\d+(?=\s(?:list|jet|model|series|edition))|(?<![\d.])\d+\s?型|(?:版本|第|图|表)\s?[\d.]+|\d+\s?(?:号楼|号院|号|弄|室|栋|幢|楼)|邮编\S{0,3}\d+"
)
"""Addresses, versions, code, markup, formulas and numbers that only count or name something."""
_YEARS_APART = 60
"""Years within which another one of the document is put in: one far off is seen at once."""
_TIMES = 10
_PERCENT = re.compile(r"\s?(?:%|％|per\s?cent)")
_ALONE = re.compile(r"\s*(?:$|[.,;。，；])")
_AROUND = 40_000
"""Characters of a document in which a stand-in is looked for."""
_NAMED = re.compile(r"[ :] ?[A-Z][a-z]")
"""A number before a capital belongs to a name: 787 Dreamliner, 40 Under 40."""
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})(?=\s\d|\b)")
_HAN_DIGITS = "一二三四五六七八九"
_HAN_NUMBER = re.compile(
    r"(?<![第一二三四五六七八九十百千万两〇零点])(?P<digit>[二三四五六七八九])(?P<more>[十百千万][一二三四五六七八九]?)?"
    r"(?=[年月日天个名支根米吨元升毫厘公小分度倍次种项座条层篇本件户届岁亩斤克]|点[一二三四五六七八九])"
)
_ZH_MONTH = re.compile(r"(?<![\d.])(?:1[0-2]|[1-9])(?=\s?月(?!亮|球))")
_HAN_DATE = re.compile(r"(?P<digit>[二三四五六七八九])(?P<unit>月)(?=[一二三四五六七八九十])")


@dataclass(frozen=True, slots=True)
class Swap:
    """A text with one thing changed: `was` became `now`; `flaw` says what kind of thing."""

    flaw: str
    text: str
    was: str
    now: str


def swaps(sentence: str, around: str, lang: str, seed: int) -> list[Swap]:
    """Changed sentences, at most one of each kind; `around` is the document's text.

    What is put in looks like what it replaces and stands nowhere in the sentence. Whether the
    result is false is for the caller to see: its evidence must not support it.
    """
    around = around[:_AROUND]
    found = [
        _date(sentence, around, lang, seed),
        _number(sentence, around, lang, seed),
        _name(sentence, around, lang, seed),
        _negation(sentence, lang),
    ]
    fixed = [sentence[start:end] for start, end in _guarded(sentence)]
    return [
        swap for swap in found
        if swap is not None and tokens(swap.text) != tokens(sentence)
        and all(part in swap.text for part in fixed)
    ]  # fmt: skip


def _guarded(text: str) -> list[tuple[int, int]]:
    """Where a change would break a name of something, or nothing would be seen of it."""
    return [found.span() for found in _FIXED.finditer(text)]


def _digits(text: str) -> Iterator[re.Match[str]]:
    """Numbers that say how much, how many or when."""
    guarded = _guarded(text)
    for found in _DIGITS.finditer(text):
        if found[0][0] == "0" and found[0].isdigit() and len(found[0]) > 1:
            continue  # what is counted does not begin with 0
        named = _NAMED.match(text, found.end()) and not _MONTH.match(text, found.end() + 1)
        if not named and not any(start <= found.start() < end for start, end in guarded):
            yield found


def _pick(options: list[str], seed: int, key: str) -> str:
    return min(options, key=lambda one: content_id("swap", seed, key, one))


def _put(sentence: str, found: re.Match[str], now: str, flaw: str) -> Swap:
    text = sentence[: found.start()] + now + sentence[found.end() :]
    return Swap(flaw, text, found[0], now)


def _date(sentence: str, around: str, lang: str, seed: int) -> Swap | None:
    month = _MONTH.search(sentence) if lang == "en" else None
    if month is not None:
        others = [name for name in _MONTHS if name not in sentence]
        return _put(sentence, month, _pick(others, seed, sentence), DATE)
    western = _ZH_MONTH.search(sentence) if lang == "zh" else None
    if western is not None:
        long = ["1", "3", "5", "7", "8", "10", "12"]
        others = [month for month in long if month != western[0]]
        return _put(sentence, western, _pick(others, seed, sentence), DATE)
    han = _HAN_DATE.search(sentence) if lang == "zh" else None
    if han is not None:
        others = [digit for digit in _HAN_DIGITS[1:] if digit not in sentence]
        return _put(sentence, han, _pick(others, seed, sentence) + "月", DATE) if others else None
    for found in _digits(sentence):
        if not _is_year(found, sentence):
            continue
        known = {
            m[0] for m in _digits(around)
            if _is_year(m, around) and abs(int(m[0]) - int(found[0])) <= _YEARS_APART
        }  # fmt: skip
        near = _near(found[0], year=True)
        options = sorted((known or near) - set(_YEAR.findall(sentence))) or sorted(near)
        return _put(sentence, found, _pick(options, seed, sentence), DATE)
    return None


def _is_year(found: re.Match[str], text: str) -> bool:
    if not _YEAR.fullmatch(found[0]):
        return False
    before = text[max(0, found.start() - 6) : found.start()]
    after = text[found.end() : found.end() + 2]
    return bool(
        re.search(r"(?:\b(?:in|of|since|by|until|from|to|and)|[A-Z][a-z]+|\d,)\s$", before)
    ) or after.strip().startswith("年")


def _number(sentence: str, around: str, lang: str, seed: int) -> Swap | None:
    present = set(_DIGITS.findall(sentence))
    for found in _digits(sentence):
        if _is_year(found, sentence):
            continue
        unit = re.match(r"\s?[^\W\d]{1,12}|%", sentence[found.end() :])
        same = [
            m[0] for m in _digits(around)
            if unit and around.startswith(unit[0], m.end()) and m[0] not in present
            and _comparable(m[0], found[0], sentence[found.end() :])
        ]  # fmt: skip
        year = bool(_YEAR.fullmatch(found[0]) and _ALONE.match(sentence[found.end() :]))
        options = sorted(set(same)) or sorted(_near(found[0], year=year) - present)
        return _put(sentence, found, _pick(options, seed, sentence), NUMBER) if options else None
    if lang != "zh":
        return None
    for han in _HAN_NUMBER.finditer(sentence):
        others = [digit for digit in _HAN_DIGITS[1:] if digit not in han[0]]
        now = _pick(others, seed, sentence) + (han["more"] or "")
        return _put(sentence, han, now, NUMBER)
    return None


def _comparable(one: str, other: str, unit: str) -> bool:
    """Whether numbers are of one size: 187 percent in place of 30 percent is seen at once."""
    if _PERCENT.match(unit) and Decimal(other.replace(",", "")) <= 100 < Decimal(
        one.replace(",", "")
    ):
        return False
    small, large = sorted(Decimal(written.replace(",", "")) for written in (one, other))
    return small * _TIMES >= large


def _near(written: str, *, year: bool = False) -> set[str]:
    """Numbers of the same size and the same number of decimals."""
    value = Decimal(written.replace(",", ""))
    if year:
        return {str(value + step) for step in (-7, -4, -3, 2, 3, 5)}
    places = -int(value.as_tuple().exponent)
    found = set()
    for factor in (Decimal("0.6"), Decimal("0.8"), Decimal("1.3"), Decimal("1.7")):
        near = round(value * factor, places)
        found.add(f"{near:,}" if "," in written else f"{near:f}")
    return found - {written, "0"}


def _name(sentence: str, around: str, lang: str, seed: int) -> Swap | None:
    """A name in place of another of the same kind and length, wherever it stands."""
    known = kinds(around, lang)
    for (start, end), name, _ in mentions(sentence, lang):
        kind = known.get(name)
        if kind is None:
            continue
        options = sorted(
            other for other, its in known.items()
            if its == kind and other not in sentence and not set(other.split()) & set(name.split())
            and name not in other and other not in name
        )  # fmt: skip
        if options:
            now = _pick(options, seed, sentence)
            whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if lang == "en" else None
            rest = sentence[:start], sentence[end:]
            if whole is not None:
                rest = whole.sub(now, rest[0]), whole.sub(now, rest[1])
            return Swap(NAME, now.join(rest), name, now)
    return None


def _negation(sentence: str, lang: str) -> Swap | None:
    """A denial put in or taken out, in the first sentence that takes it."""
    for start, end, now in denials(sentence, lang):
        text = sentence[:start] + now + sentence[end:]
        return Swap(NEGATION, text, sentence[start:end], now)
    return None


def falsehoods(sentence: str, around: str, lang: str, seed: int) -> Iterator[Swap]:
    """The swaps in an order that depends on the seed and the sentence."""
    found = swaps(sentence, around, lang, seed)
    yield from sorted(found, key=lambda swap: content_id("falsehood", seed, swap.flaw, sentence))
