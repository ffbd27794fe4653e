"""Numbers of people: cards, identity and social security numbers, passports, and telephones.

One search finds every run of digits and the marks that group them; each kind then looks into the
run. What stands inside a word, a hash, a decimal, a URL or a table of figures is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.personal import checksums
from dataflow.personal.addresses import ipv4
from dataflow.personal.kinds import Finding
from dataflow.personal.labels import NO_LABEL, Label, label_before
from dataflow.personal.phones import phones
from dataflow.personal.surroundings import alone, among_figures, in_url

_RUN = re.compile(r"[0-9][0-9 ().\-\u00a0\u2010-\u2013\uff08\uff09/]{5,}+")
_CARD = re.compile(
    r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?(?![0-9])|"
    r"[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}(?![0-9])|[0-9]{6}([ -])[0-9]{10,13}(?![0-9])|"
    r"[0-9]{13,19}(?![0-9])"
)
_CN_ID = re.compile(r"[1-8][0-9]{5}([ -]?)(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]\1[0-9]{3}[0-9Xx]")
_CN_ID_OLD = re.compile(r"[1-8][0-9]{5}[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}")
_CN_ID_WORD = re.compile(r"(?:身份证|身分证|证件|公民身份|id card|identity card)[^0-9\n]{0,16}$")
_SSN = re.compile(r"([0-9]{3})([ -]?)([0-9]{2})\2([0-9]{4})")
_SSN_WORD = re.compile(
    r"(?<![a-z])(?:ssn|social[ -_]security|soc\.? sec)(?![a-z])|社会安全号|社会保障号"
)
_SSN_WINDOW = 60
_PASSPORT = re.compile(r"[Pp]ass ?port|PASSPORT|护照|護照")
_PASSPORT_NUMBER = re.compile(
    r"(?:[^\n0-9]{0,30}?)(?<![A-Za-z0-9])([A-Z]{1,2}[0-9]{6,8}|[0-9]{9}|"
    r"[CFGHJK](?=[A-Z]{0,4}[0-9][A-Z]{0,4}[0-9])[0-9CFGHJKLMNPRTVWXYZ]{8})(?![A-Za-z0-9])"
)


def numbers(text: str) -> Iterator[Finding]:
    """Items that are made of digits, in no particular order; they may overlap.

    >>> list(numbers("身份证 11010519491231002X"))
    [Finding(start=4, end=22, kind='cn_id')]
    """
    for run in _RUN.finditer(text):
        start, end = run.span()
        if run[0].count(".") >= 3:
            yield from ipv4(text, start, end)
        yield from _in_run(text, start, end)


def _in_run(text: str, start: int, end: int) -> Iterator[Finding]:
    """What one run of digits and marks holds."""
    digits = sum(map(str.isdigit, text[start : start + 40]))
    if digits < 7 and end - start <= 40:
        return
    if digits >= 13 or end - start > 40:
        yield from _cn_ids(text, start, end)
        yield from _cards(text, start, end)
    yield from _ssns(text, start, end)
    yield from phones(text, start, end)


def _cn_ids(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _CN_ID.finditer(text, start, end + 1):
        compact = re.sub("[ -]", "", match[0])
        if alone(text, *match.span()) and checksums.cn_id(compact):
            yield Finding(*match.span(), "cn_id")
    for match in _CN_ID_OLD.finditer(text, start, end):
        before = text[max(0, match.start() - 24) : match.start()].lower()
        said = _CN_ID_WORD.search(before) is not None and alone(text, *match.span())
        if said and checksums.cn_id_old(match[0]):
            yield Finding(*match.span(), "cn_id")


def _cards(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _CARD.finditer(text, start, end):
        compact = match[0].replace(" ", "").replace("-", "")
        if not checksums.card(compact) or not alone(text, *match.span()):
            continue
        label = label_before(text, match.start())
        if _is_card(text, match, compact, label):
            yield Finding(*match.span(), "card")


def _is_card(text: str, match: re.Match[str], compact: str, label: Label) -> bool:
    """Whether a number that could be a card's is one, by how it is written and what is before it.

    One in ten numbers passes Luhn: of 16 unbroken digits at random 1.5 % are valid, so that lengths
    with weak prefixes ask for a word. 13 digits are mostly book and article numbers.
    """
    if label.name == "card":
        return True
    if label.name in ("other", "version") or in_url(text, match.start()):
        return False
    if len(compact) != len(match[0]):
        return not among_figures(text, *match.span())
    return len(compact) in (15, 16) or (compact[:2] == "62" and len(compact) > 15)


def _ssns(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _SSN.finditer(text, start, end):
        area, _, group, serial = match.groups()
        if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
            continue
        before = text[max(0, match.start() - _SSN_WINDOW) : match.start()].lower()
        if not alone(text, *match.span()) or not _SSN_WORD.search(before):
            continue
        if label_before(text, match.start()).name in ("ssn", NO_LABEL.name, "card"):
            yield Finding(*match.span(), "ssn")


def passports(text: str) -> Iterator[Finding]:
    """Passport numbers behind the word for it.

    >>> list(passports("Passport No.: E12345678"))
    [Finding(start=14, end=23, kind='passport')]
    """
    if "assport" not in text and "护照" not in text and "ASSPORT" not in text:
        return
    for word in _PASSPORT.finditer(text):
        match = _PASSPORT_NUMBER.match(text, word.end())
        if match is not None:
            yield Finding(*match.span(1), "passport")
