"""Quotes with true and planted false answers; imports nothing of the project.

A fact file has a line `= source` with names in braces for each fact, then true answers (`+kind|`;
`+s` short, `+p` paraphrase, `+r` reordered, `+n` numbers written otherwise, `+c` pronoun resolved,
`+t` two sentences as one) and false ones (`-neg`, `-ant` opposite, `-rol` exchanged, `-inv`
invented detail). More false answers are made from the sources by exchange and replacement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = {
    "s": "short", "p": "paraphrase", "r": "reordered", "n": "reformatted", "c": "pronoun",
    "t": "two_sentences", "neg": "negation", "ant": "opposite", "rol": "exchanged",
    "inv": "invented",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.,:-])\d{1,3}(?:,\d{3})+|(?<![\d.,:-])(?<![A-Za-z])\d+(?:\.\d+)?(?![\d:])"
)
_YEAR = "January February March April May June July August September October November December"
_MONTHS = _YEAR.split()
_UNITS = (
    ("kilometres", "miles"), ("metres", "feet"), ("kilograms", "pounds"), ("litres", "gallons"),
    ("tonnes", "kilograms"), ("dollars", "euros"), ("euros", "dollars"), ("hours", "days"),
    ("minutes", "hours"), ("years", "months"), ("days", "weeks"), ("grams", "kilograms"),
    ("percent", "tonnes"), ("degrees Celsius", "degrees Fahrenheit"), ("months", "weeks"),
    ("公里", "英里"), ("公斤", "磅"), ("米", "英尺"), ("小时", "天"), ("分钟", "小时"),
    ("万元", "万美元"), ("元", "美元"), ("摄氏度", "华氏度"), ("毫克", "克"), ("吨", "公斤"),
    ("天", "周"), ("升", "加仑"), ("亿升", "亿吨"),
)  # fmt: skip
_TAILS = {
    "en": (
        ", which surprised the whole neighbourhood", " with the help of a foreign investor",
        ", although several experts had warned against it", " and was later shown on television",
        ", because a wealthy widow had asked for it", " in spite of heavy rain and thick fog",
    ),
    "zh": (
        "，令附近居民大为惊讶", "，得到了一位外国投资人的帮助", "，尽管多位专家曾提出警告",
        "，后来还在电视上播放", "，起因是一位富有寡妇的请求", "，当时正下着暴雨，雾气很浓",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """An answer to be checked against a quote; `true` says what a check should find."""

    lang: str
    kind: str
    true: bool
    quote: str
    answer: str


@dataclass(slots=True)
class Fact:
    """A source with its names, and the answers written to it."""

    lang: str
    source: str
    names: list[str]
    answers: list[tuple[str, bool, str]] = field(default_factory=list)


def chosen(count: int, *parts: object) -> int:
    """A number below `count` that depends on nothing but the parts."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6], "big") % count


def facts(half: str, lang: str) -> list[Fact]:
    """The facts of `development` or `kept` in `en` or `zh`."""
    found: list[Fact] = []
    for line in (HERE / f"{half}.{lang}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            names = re.findall(r"\{([^}]+)\}", line)
            found.append(Fact(lang, re.sub(r"[{}]", "", line[2:]), names))
        elif line[:1] in "+-" and line:
            kind, _, text = line[1:].partition(" ")
            found[-1].answers.append((KINDS[kind], line[0] == "+", text))
    return found


def cases(half: str, lang: str) -> list[Case]:
    """All cases of one half in one language: those written by hand, then those made."""
    known = facts(half, lang)
    found = [
        Case(lang, kind, true, fact.source, text)
        for fact in known
        for kind, true, text in fact.answers
    ]
    for index, fact in enumerate(known):
        others = [known[(index + step) % len(known)] for step in (3, 7)]
        found += made(fact, others)
    return list(dict.fromkeys(found))


def made(fact: Fact, others: list[Fact]) -> Iterator[Case]:
    """False answers made from a fact and from other facts."""
    texts = [fact.source, *(text for kind, true, text in fact.answers if true and kind != "short")]
    for text in texts[:3]:
        for kind, changed in changes(text, fact.names, [n for o in others for n in o.names]):
            yield Case(fact.lang, kind, False, fact.source, changed)
    for other in others:
        yield Case(fact.lang, "other_document", False, fact.source, other.source)
    tail = _TAILS[fact.lang][chosen(6, fact.source)]
    body, end = fact.source[:-1], fact.source[-1]
    yield Case(fact.lang, "invented", False, fact.source, f"{body}{tail}{end}")


def changes(text: str, names: list[str], strangers: list[str]) -> Iterator[tuple[str, str]]:
    """Falsified forms of `text`: number, date, unit, name, two numbers or names exchanged."""
    spots = list(_NUMBER.finditer(text))
    for spot in spots[:2]:
        kind = "date" if _dated(text, spot) else "number"
        yield kind, text[: spot.start()] + _other(spot[0], text) + text[spot.end() :]
    for month in _MONTHS:
        if re.search(rf"\b{month}\b", text) and month != "May":
            yield "date", text.replace(month, _MONTHS[(_MONTHS.index(month) + 5) % 12], 1)
    alike = [s for s in spots if _dated(text, s) == (bool(spots) and _dated(text, spots[0]))]
    if len(alike) > 1 and alike[0][0] != alike[1][0] and not _joined(text, alike[0], alike[1]):
        yield "exchanged_numbers", _exchanged(text, alike[0].span(), alike[1].span())
    for unit, wrong in _UNITS:
        pattern = rf"(?<=\d) ?{unit}(?![a-z])|(?<=[千万百十]){unit}"
        if re.search(pattern, text):
            space = " " if unit.isascii() else ""
            yield "unit", re.sub(pattern, space + wrong, text, count=1)
            break
    present = [name for name in names if name in text]
    if present and strangers:
        yield "name", text.replace(present[0], strangers[chosen(len(strangers), text)])
    if len(present) > 1 and present[0] not in present[1] and present[1] not in present[0]:
        one, two = text.find(present[0]), text.find(present[1])
        first, second = sorted(((one, one + len(present[0])), (two, two + len(present[1]))))
        yield "exchanged_names", _exchanged(text, first, second)


def _dated(text: str, spot: re.Match[str]) -> bool:
    value = spot[0]
    near = text[max(0, spot.start() - 10) : spot.end() + 10]
    day = any(month in near for month in _MONTHS) or re.match("[年月日]", text[spot.end() :])
    return bool(day) or (len(value) == 4 and value.isdigit() and value[0] in "12")


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Parts of one date are not exchanged, nor the ends of one range."""
    return other.start() - one.end() < (12 if _dated(text, one) else 6)


def _other(value: str, text: str) -> str:
    plain = value.replace(",", "")
    if "." in plain:
        return f"{float(plain) + 1 + chosen(5, text, value):.1f}"
    number = int(plain)
    if len(plain) == 4 and plain == value and plain[0] in "12":  # a year, as a rule
        return str(number - 1 - chosen(30, text, value))
    number += (1 + chosen(9, text, value)) * (10 ** max(0, len(plain) - 2) if number > 31 else 1)
    if len(plain) <= 2 and number > 28 and int(plain) <= 28:
        number = max(1, int(plain) - 1 - chosen(3, text))
    changed = f"{number:,}" if "," in value else str(number)
    return changed if changed != value else str(number + 1)


def _exchanged(text: str, one: tuple[int, int], two: tuple[int, int]) -> str:
    a, b = text[slice(*one)], text[slice(*two)]
    return text[: one[0]] + b + text[one[1] : two[0]] + a + text[two[1] :]
