"""One thing of a sentence changed, so that it is not true any more: numbers, dates, names, denial.

Used for statements to be corrected and for the worse answers of preferences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dataflow.evidence.wording import tokens
from schemas.ids import content_id

NUMBER, DATE, NAME, NEGATION = "number", "date", "name", "negation"

_DIGITS = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|(?<![A-Za-z\d.,/:-])\d+(?:\.\d+)?(?![\d,/:-]\d|[A-Za-z]\w|\d)"
)
_AROUND = 40_000
"""Characters of a document in which a stand-in is looked for."""
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
_HAN_DATE = re.compile(r"(?P<digit>[二三四五六七八九])(?P<unit>月)(?=[一二三四五六七八九十])")
_NAME = re.compile(r"(?<![.!?:“\"]\s)(?<!^)\b[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*")
_HAN_NAME = re.compile(
    r"[“《「](?P<name>[^”》」\s]{2,14})[”》」]|(?P<latin>\b[A-Z][A-Za-z-]{2,}\b)"
)
_AUXILIARY = r"\b(is|are|was|were|can|could|will|would|must|should|may|might)"
_DENY = ((re.compile(rf"{_AUXILIARY}\s(?!not\b|n[o’'])"), r"\1 not "),)
_UNDENY = (
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(rf"{_AUXILIARY}\snot\s"), r"\1 "),
)
_DENIED = re.compile(
    r"\b(?:no|nothing|nobody|none|never|neither|nor|hardly|not|without)\b|n[’']t\b", re.IGNORECASE
)
_ZH_DENY = (
    (re.compile(r"(?<![但可于总只就都还也不而却若要倒算真硬老])是(?![否不非])"), "不是"),
    (re.compile(r"(?<![不可才只])(能够|可以|应当|应该|需要|必须)"), r"不\1"),
)
_ZH_UNDENY = ((re.compile(r"不(?=能|会|可以|应当|应该|需要|必须)(?<![并还就若而可只]不)"), ""),)


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
    return [swap for swap in found if swap is not None and tokens(swap.text) != tokens(sentence)]


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
    han = _HAN_DATE.search(sentence) if lang == "zh" else None
    if han is not None:
        others = [digit for digit in _HAN_DIGITS[1:] if digit not in sentence]
        return _put(sentence, han, _pick(others, seed, sentence) + "月", DATE) if others else None
    for found in _DIGITS.finditer(sentence):
        if not _is_year(found, sentence):
            continue
        known = {m[0] for m in _DIGITS.finditer(around) if _is_year(m, around)}
        near = _near(found[0])
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
    for found in _DIGITS.finditer(sentence):
        if _is_year(found, sentence):
            continue
        unit = re.match(r"\s?[^\W\d]{1,12}|%", sentence[found.end() :])
        same = [
            m[0] for m in _DIGITS.finditer(around)
            if unit and around.startswith(unit[0], m.end()) and m[0] not in present
        ]  # fmt: skip
        options = sorted(set(same)) or sorted(_near(found[0]) - present)
        return _put(sentence, found, _pick(options, seed, sentence), NUMBER) if options else None
    if lang != "zh":
        return None
    for han in _HAN_NUMBER.finditer(sentence):
        others = [digit for digit in _HAN_DIGITS[1:] if digit not in han[0]]
        now = _pick(others, seed, sentence) + (han["more"] or "")
        return _put(sentence, han, now, NUMBER)
    return None


def _near(written: str) -> set[str]:
    """Numbers of the same size and the same number of decimals."""
    value = Decimal(written.replace(",", ""))
    if _YEAR.fullmatch(written):
        return {str(value + step) for step in (-7, -4, -3, 2, 3, 5)}
    places = -int(value.as_tuple().exponent)
    found = set()
    for factor in (Decimal("0.6"), Decimal("0.8"), Decimal("1.3"), Decimal("1.7"), Decimal(2)):
        near = round(value * factor, places)
        found.add(f"{near:,}" if "," in written else f"{near:f}")
    return found - {written, "0"}


def _name(sentence: str, around: str, lang: str, seed: int) -> Swap | None:
    regex = _HAN_NAME if lang == "zh" else _NAME
    found = regex.search(sentence)
    if found is None or (lang == "en" and found[0] in _MONTHS):
        return None
    inner = found[0] if lang == "en" else (found["latin"] or found["name"])
    options = sorted(
        {
            name
            for m in regex.finditer(around)
            for name in [m[0] if lang == "en" else (m["latin"] or m["name"])]
            if name not in sentence and inner not in name and _alike(name, inner)
        }
    )
    if not options or len(inner) < 2:
        return None
    now = _pick(options, seed, sentence)
    return _put(sentence, found, found[0].replace(inner, now), NAME)


def _alike(one: str, other: str) -> bool:
    """Whether two names have as many words, and the same script."""
    shape = len(one.split()) == len(other.split()) and one.isascii() == other.isascii()
    return shape and one not in _MONTHS


def _negation(sentence: str, lang: str) -> Swap | None:
    """A denial taken out, else one put in where the verb takes it."""
    out, into = (_ZH_UNDENY, _ZH_DENY) if lang == "zh" else (_UNDENY, _DENY)
    denied = lang == "en" and _DENIED.search(sentence) is not None
    for regex, now in out if denied else (*out, *into):
        found = regex.search(sentence)
        if found is not None:
            return _put(sentence, found, found.expand(now), NEGATION)
    return None


def falsehoods(sentence: str, around: str, lang: str, seed: int) -> Iterator[Swap]:
    """The swaps in an order that depends on the seed and the sentence."""
    found = swaps(sentence, around, lang, seed)
    yield from sorted(found, key=lambda swap: content_id("falsehood", seed, swap.flaw, sentence))
