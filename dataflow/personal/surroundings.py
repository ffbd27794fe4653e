"""What stands beside a number: whether it is whole, in a URL, or one of many figures."""

from __future__ import annotations

import re

_JOINTS = ".,-\u2010\u2011\u2012\u2013"
_SIGNS_BEFORE = frozenset("#$€£¥￥_=<>^*")
_UNIT = re.compile(
    r"\s?(?:[%‰℃°]|元|万|亿|吨|米|千米|公里|克|公斤|升|页|字|条|篇|人|户|次|台|件|辆|股|秒|美元|欧元|"
    r"(?:bytes?|[kmgt]i?b|bits?|users|people|persons|rows|records|items|tokens|words|parameters|"
    r"dollars|euros?|usd|eur|cny|yuan|rmb|seconds|ms|sectors|blocks|times|k?m|k?g|k?hz|units)\b)",
    re.IGNORECASE,
)
_FIGURE_BEFORE = re.compile(r"(?:[0-9]|(?<![0-9A-Za-z])(?=[A-F]*[0-9])[0-9A-F]{4}) \Z")
_FIGURE_AFTER = re.compile(r" (?:[0-9]|(?=[A-F]*[0-9])[0-9A-F]{4}(?![0-9A-Za-z]))")
_DECIMAL_BEFORE = re.compile(r"(?<![0-9.])[0-9]{0,4}\.[0-9]{1,4} \Z")
_URL_WINDOW = 200


def is_word(char: str) -> bool:
    """Whether a character (or '') is an ASCII letter, digit or underscore."""
    return char.isascii() and (char.isalnum() or char == "_")


def alone(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, a number, is not part of a word, a hash or a longer number.

    >>> alone("tel 13912345678.", 4, 15), alone("0.13912345678", 2, 13)
    (True, False)
    """
    left, right = text[max(0, start - 1) : start], text[end : end + 1]
    if is_word(left) or is_word(right):
        return False
    before, after = text[max(0, start - 5) : max(0, start - 1)], text[end + 1 : end + 5]
    return not (_joins(left, before[::-1]) or _joins(right, after))


def _joins(mark: str, beyond: str) -> bool:
    """Whether `mark` ties a number to `beyond`, four characters read away from the number.

    A point does to digits, a dash to digits and letters, a comma to a group of thousands.
    """
    if mark == "" or mark not in _JOINTS or not is_word(beyond[:1]):
        return False
    if mark == ",":
        return any(beyond[:n].isdigit() and not beyond[n : n + 1].isdigit() for n in (1, 2, 3))
    return mark != "." or beyond[0].isdigit()


def measured(text: str, start: int, end: int) -> bool:
    """Whether a sign or a unit makes the number an amount or an index: `#7`, `$7`, `7%`, `7元`."""
    return text[start - 1 : start] in _SIGNS_BEFORE or _UNIT.match(text, end) is not None


def in_url(text: str, start: int) -> bool:
    """Whether `start` lies inside a URL, where long numbers are ids."""
    before = text[max(0, start - _URL_WINDOW) : start]
    scheme = before.rfind("://")
    if scheme < 0:
        return False
    rest = before[scheme + 3 :]
    return rest.isascii() and not any(char in rest for char in " \t\n<>\"'|)]")


def among_figures(text: str, start: int, end: int) -> bool:
    """Whether numbers stand one space away, so that its groups may be figures of a table's row.

    Words of four hexadecimal digits count as numbers, as in tables of characters.

    >>> among_figures("527D 5282 5281 5290 5293", 5, 24), among_figures("fax 0571 8795", 4, 13)
    (True, False)
    """
    return _FIGURE_BEFORE.search(text, max(0, start - 6), start) is not None or (
        _FIGURE_AFTER.match(text, end) is not None
    )


def among_decimals(text: str, start: int) -> bool:
    """Whether a decimal stands one space before, as in a drawing's path: `2.12 3.51.98.32`."""
    return _DECIMAL_BEFORE.search(text, max(0, start - 12), start) is not None
