"""Texts as comparable tokens: words, numbers, single Han characters; names, negations, scripts."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
"""Inside of a character class: Han, kana and hangul, each character a token."""

_TOKEN = re.compile(rf"(?<!\w)-\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*|[{CJK}]|[^\W\d_{CJK}]+")
_CJK = re.compile(f"[{CJK}]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA = re.compile("[\u3040-\u30ff]")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![#*])\b[A-Z][^\W\d_]+")
_DENIALS = "not no never none neither nor cannot without 不 没 无 未 非 勿 别"
_NEGATION = frozenset(_DENIALS.split())
_MARKS = re.compile(r"^\s{0,12}(?:#{1,6}\s+|>\s?|(?:[-*+]|\d{1,9}[.)])\s+)+|\s#+\s*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]{0,400})\]\([^()\s]{0,2000}\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|~~|`{1,3})(?=\S)([^\n]{1,400}?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CJK_BREAK = re.compile(rf"(?<=[{CJK}，。；：、！？）])\s*\n\s*(?=[{CJK}（“])")


def plain(markdown: str) -> str:
    """A piece of Markdown as one line of text, without its marks.

    >>> plain("## The *main* [idea](http://x.test)")
    'The main idea'
    """
    text = _MARKS.sub("", markdown)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _ESCAPE.sub(r"\1", text)
    return " ".join(_CJK_BREAK.sub("", text).split())


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[str, ...]:
    """Folded tokens: compatibility forms, case and thousands separators do not matter.

    >>> tokens("Ｃost: 1,204.50 元, don't")
    ('cost', '1204.50', '元', 'do', 'not')
    """
    folded = unicodedata.normalize("NFKC", html.unescape(text)).replace("\u2212", "-")
    folded = re.sub(r"n[’']t\b", " not", folded.casefold())
    return tuple(_number(token) for token in _TOKEN.findall(folded))


def _number(token: str) -> str:
    if not token[-1].isdigit():
        return token
    return re.sub(r",(?=\d{3}(?:\D|$))", "", token)


def numbers(text: str) -> set[str]:
    """Numbers among the tokens, in their folded form."""
    return {token for token in tokens(text) if token[-1].isdigit()}


def names(text: str) -> set[str]:
    """Folded Latin words that are capitalised within a sentence.

    >>> sorted(names("When did Ada Lovelace visit the Alps?"))
    ['ada', 'alps', 'lovelace']
    """
    return {unicodedata.normalize("NFKC", found).casefold() for found in _NAME.findall(text)}


def negations(found: tuple[str, ...]) -> int:
    """How many of the tokens deny something."""
    return sum(token in _NEGATION for token in found)


def cjk_share(text: str) -> float:
    """Share of the letters that are Han, kana or hangul; 0 without letters."""
    letters = sum(character.isalpha() for character in text)
    return len(_CJK.findall(text)) / letters if letters else 0.0


def script_of(text: str) -> str:
    """`zh` for mostly Han without kana, `en` for mostly Latin letters, else `other`."""
    letters = [character for character in text if character.isalpha()]
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if not letters or kana * 10 > len(letters):
        return "other"
    if han * 10 >= 3 * len(letters):
        return "zh"
    latin = sum(character < "\u0250" for character in letters)
    return "en" if latin * 10 >= 7 * len(letters) else "other"


def contains(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether `part` stands in `whole` as one run; nothing stands nowhere.

    >>> contains(("in", "1998", "in"), ("1998",)), contains(("1998",), ("199",))
    (True, False)
    """
    if not part:
        return False
    needle, hay = ("\0" + "\0".join(run) + "\0" for run in (part, whole))
    return needle in hay


def longest_run(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Length of the longest run of tokens that both have (memory: one row)."""
    best, row = 0, [0] * (len(other) + 1)
    for token in one:
        previous = 0
        for column, candidate in enumerate(other, 1):
            above = row[column]
            row[column] = previous + 1 if token == candidate else 0
            best = max(best, row[column])
            previous = above
    return best
