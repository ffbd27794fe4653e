"""Telephone numbers: with country code, Chinese, North American, and any behind a word for it.

Chinese and North American numbers have a form of their own and are found without a word, unless a
word says otherwise (an order, a part). Other national forms look like any number, so that they ask
for a word. Hotlines (400, 800, toll-free, 95xxx) are nobody's own and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.personal.country_codes import national_lengths
from dataflow.personal.kinds import Finding
from dataflow.personal.labels import WINDOW, Label, label_after, label_before
from dataflow.personal.surroundings import alone, among_figures, in_url, measured

_GAP = r"[ .\-/\u00a0\u2010-\u2013]"
_INTERNATIONAL = re.compile(rf"\+ ?\(?[0-9](?:(?:{_GAP}?[(（]|[)）]{_GAP}?|{_GAP})?[0-9]){{6,16}}")
_DECIMAL = re.compile(r"\+ ?[0-9]+\.[0-9]{1,4}")
_MOBILE = re.compile(r"(?:[(（]?(?:00)?86[)）]?[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]){8})(?![0-9])")
_MOBILE_GROUPS = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4)})
"""How the eleven digits are written; other groups count only behind a word."""
_MOBILE_PREFIX = re.compile("13[0-9]|14[0-15-9]|15[0-35-9]|16[2567]|17[0-8]|18[0-9]|19[0-35-9]")
_LANDLINE = re.compile(
    r"[(（]?(0(?:10|2[0-57-9]|[3-9][1-9][0-9]))([)）]?[ -]{0,2}|\u2013)"
    r"([2-8][0-9]{2,3}[ -]?[0-9]{4})(?:-[0-9]{1,5})?(?![0-9])"
)
_AMERICAN = re.compile(
    r"(?:1[ .-])?([(]?)([2-9][0-8][0-9])([)]?)([ .-]?)[ ]?[2-9][0-9]{2}([ .-]?)[0-9]{4}(?![0-9])"
)
_TOLL_FREE = frozenset({"400", "800", "833", "844", "855", "866", "877", "888", "900"})
_ANY = re.compile(rf"[(]?[0-9]{{1,8}}[)]?(?:{_GAP}{{1,2}}[(]?[0-9]{{2,8}}[)]?){{0,5}}(?![0-9])")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])|"
    r"[0-3]?[0-9][-./ ][01]?[0-9][-./ ](?:19|20)[0-9]{2}(?![0-9])|"
    r"(?:19|20)[0-9]{2} ?[-\u2013] ?(?:19|20)[0-9]{2}"
)
_HOTLINE = re.compile(
    r"(?:400|800)[ -]?[0-9]{3}[ -]?[0-9]{4}|95[0-9]{3}(?![0-9])|1[ -]?8(?:00|88|77|66|55|44|33)[ -]"
)
_NEAREST = 18
"""Characters between a word and a number of no known form: "phone number is "."""
_TRUNK = re.compile(r"[(]?0[1-9][0-9]{0,4}[)]?[ /-]{1,2}[0-9]{2,8}")
_COUNTING = "123456789012345"
"""Numbers in it are made up."""
_DENIED = ("other", "version", "card", "ssn")


def phones(text: str, start: int, end: int) -> Iterator[Finding]:
    """Telephone numbers in `text[start:end]`, a run of digits and the marks that group them."""
    begin = _with_opening(text, start)
    if text[begin - 1 : begin] == "+" or text[begin - 2 : begin] == "+ ":
        yield from _international(text, text.rfind("+", 0, begin), end)
    for match in _MOBILE.finditer(text, begin, end):
        if _is_mobile(text, match):
            yield Finding(*match.span(), "phone")
    for match in _LANDLINE.finditer(text, begin, end):
        if _is_landline(text, match):
            yield Finding(*match.span(), "phone")
    for match in _AMERICAN.finditer(text, begin, end):
        if _is_american(text, match):
            yield Finding(*match.span(), "phone")
    yield from _behind_word(text, begin, end)


def _with_opening(text: str, start: int) -> int:
    """`start`, or the place of a bracket that opens right before it."""
    return start - (text[start - 1 : start] in ("(", "（"))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_denied(text: str, start: int, end: int, label: Label) -> bool:
    """Whether word or place say that a number of telephone form is something else."""
    if label.name == "phone":
        return False
    return label.name in _DENIED or measured(text, start, end) or in_url(text, start)


def _international(text: str, plus: int, end: int) -> Iterator[Finding]:
    """A number with its country code behind a plus sign; longer matches lose their last groups."""
    if text[plus - 1 : plus].isalnum() and text[plus - 1].isascii():
        return
    match = _INTERNATIONAL.match(text, plus, end)
    while match is not None:
        digits = _digits(match[0].replace("(0)", ""))
        fewest, most = national_lengths(digits)
        if most == 0 or len(digits) < fewest:
            return
        if len(digits) <= most:
            decimal = _DECIMAL.fullmatch(match[0]) is not None
            if alone(text, plus, match.end()) and not decimal and not _is_service(digits):
                yield Finding(plus, match.end(), "phone")
            return
        cut = max(match[0].rfind(mark) for mark in " .-/(")
        match = _INTERNATIONAL.fullmatch(text, plus, plus + cut) if cut > 0 else None


def _is_service(digits: str) -> bool:
    return (digits[0] == "1" and digits[1:4] in _TOLL_FREE) or digits.startswith(("86400", "86800"))


def _is_mobile(text: str, match: re.Match[str]) -> bool:
    number = match[1]
    if not _MOBILE_PREFIX.match(_digits(number)) or not alone(text, *match.span()):
        return False
    label = label_before(text, match.start())
    if _is_denied(text, *match.span(), label):
        return False
    groups = tuple(len(group) for group in re.split("[ -]", number))
    if label.name == "phone":
        return True
    return groups in _MOBILE_GROUPS and (
        " " not in number or not among_figures(text, *match.span())
    )


def _is_landline(text: str, match: re.Match[str]) -> bool:
    area, joint, local = match[1], match[2], _digits(match[3])
    if not alone(text, *match.span()) or (len(area) == 3 and len(local) != 8):
        return False
    label = label_before(text, match.start())
    if _is_denied(text, *match.span(), label):
        return False
    return label.name == "phone" or (joint.strip() != "" and " " not in match[3])


def _is_american(text: str, match: re.Match[str]) -> bool:
    opening, area, closing, first, second = match.groups()
    if (opening == "") != (closing == "") or area in _TOLL_FREE or area[1:] == "11":
        return False
    if not alone(text, *match.span()):
        return False
    label = label_before(text, match.start())
    if label.name == "phone":
        return (first == "") == (second == "") or opening != ""
    if _is_denied(text, *match.span(), label) or second not in ("-", "."):
        return False
    if opening:
        return True
    return first == second and not among_figures(text, *match.span())


def _behind_word(text: str, start: int, end: int) -> Iterator[Finding]:
    """The first number of the run when a word for a telephone stands right before it."""
    match = _ANY.match(text, start, end)
    inner = start + (text[start] in "(（")
    if match is None or _DATE.match(text, inner) or _HOTLINE.match(text, inner):
        return
    stop = match.end()
    if text[stop - 1] in ")）" and match[0].count("(") < match[0].count(")"):
        stop -= 1
    digits = _digits(text[start:stop])
    if not 7 <= len(digits) <= 13 or len(set(digits)) == 1 or digits in _COUNTING:
        return
    if not alone(text, start, stop) or measured(text, start, stop):
        return
    if (
        label_after(text, stop) == "phone"
        or label_before(text, start, _reach(match[0])).name == "phone"
    ):
        yield Finding(start, stop, "phone")


def _reach(number: str) -> int:
    """How far away the word may be: further for a grouped number with a trunk prefix."""
    return WINDOW if _TRUNK.match(number) else _NEAREST
