r"""Accidents of decoding: how a word would read if its bytes were read in the right character set.

An accident is a function from a word (characters between blanks) to its reading, or None when the
word cannot have had this accident: then some character of the upper half stays unexplained. Words
that have a reading say how unlikely they are as they stand; `mojibake` adds that up over
neighbours and decides.

UTF-8 read in a one-byte character set shows each character as a lead byte's picture and its
continuation bytes' pictures (`Ã©`, `â€™`, `Рё`, `√©`). Good text has such pairs too (`«voilà…»`,
`l’île` as Mac Roman), so each is weighed: signs that never follow a letter, C1 controls and capital
letters behind small ones weigh most, closing punctuation next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple


class Reading(NamedTuple):
    """A word as it was meant, how strongly that is believed, and over how many characters."""

    text: str
    weight: float
    characters: int


Accident = Callable[[str], Reading | None]

_PUNCTUATION = frozenset({"Pi", "Pf", "Pd", "Po", "Zs", "Ps", "Pe"})
_CLOSING = frozenset("»’”…–—™®·›\xa0\xad,.;:!?)]}%")
_WEAK_SIGNS = frozenset("¹²³ªº°")
"""Signs that follow letters in good text: footnotes, ordinals, units."""
_CONTROL, _SIGN, _WEAK, _LETTER, _CLOSER = 3.0, 1.5, 0.5, 0.2, 0.2
_CASE_BREAK, _TYPICAL_LEAD, _GLUED_SIGN, _SIGN_INSIDE = 2.0, 1.8, 2.0, 1.0
_TWO_SCRIPTS, _ONE_SCRIPT = -2.0, 2.0
_MATHEMATICAL = frozenset("πΩµ∂")
_NOT_TEXT = frozenset({"Cn", "Co", "Cs"})


class Charset(NamedTuple):
    """A one-byte character set's upper half.

    `found` matches one UTF-8 sequence (group 1), or a character that belongs to none. `gate` is a
    pattern that texts have which had the accident, and good texts seldom: a sequence with a sign in
    it, one beside an ASCII letter, or two in a row.
    """

    byte_of: dict[str, int]
    found: re.Pattern[str]
    unit: str
    gate: re.Pattern[str]


def upper_half(*encodings: str) -> dict[str, int]:
    """Character -> byte 0x80..0xFF; bytes without a character stand for the C1 control."""
    table: dict[str, int] = {}
    for encoding in encodings:
        for byte in range(0x80, 0x100):
            try:
                char = bytes([byte]).decode(encoding)
            except UnicodeDecodeError:
                char = chr(byte)
            table.setdefault(char, byte)
    return table


def _class(chars: Iterable[str]) -> str:
    """A regular expression for one of `chars`; one that never matches for none."""
    return "[" + "".join(re.escape(char) for char in sorted(chars)) + "]" if chars else r"[^\s\S]"


@lru_cache(maxsize=16)
def charset(*encodings: str) -> Charset:
    """The upper half that these encodings share a byte order of, with its patterns."""
    table = upper_half(*encodings)

    def half(first: int, last: int) -> list[str]:
        return [char for char, byte in table.items() if first <= byte <= last]

    leads, more = half(0xC2, 0xDF), half(0x80, 0xBF)
    two, cont = _class(leads), _class(more)
    three, four = _class(half(0xE0, 0xEF)), _class(half(0xF0, 0xF4))
    unit = f"{two}{cont}|{three}{cont}{{2}}|{four}{cont}{{3}}"
    stray = [char for char in table if unicodedata.category(char) not in _PUNCTUATION]
    signs = _class([char for char in more if not char.isalpha() and char not in _CLOSING])
    odd = _class([char for char in more if not char.islower() and char not in _CLOSING])
    letters = _class([char for char in leads if char.isalpha() or char in "√¬ƒ≈"])
    typical = _class([char for char in leads if char in "ÃÂ√"])
    gate = (
        f"{_class(half(0xC2, 0xF4))}(?:(?<={typical}){cont}|(?<={two}){signs}"
        f"|(?<=[A-Za-z]{letters}){cont}|(?<={letters}){cont}[A-Za-z]|(?<={two}){cont}{two}{cont}"
        f"|(?<={three})(?:{odd}{cont}|{cont}{odd})|(?<={four}){cont}{{3}})"
    )
    return Charset(table, re.compile(f"({unit})|{_class(stray)}"), unit, re.compile(gate))


def utf8_read_as(*encodings: str) -> tuple[Accident, re.Pattern[str]]:
    """The accident of UTF-8 read in one of these, and a gate: text without a match had none."""
    known = charset(*encodings)

    def reading(word: str) -> Reading | None:
        return _from_pictures(word, known)

    return reading, known.gate


def _from_pictures(word: str, known: Charset) -> Reading | None:
    """`word` with each picture of a UTF-8 sequence as its character; None with a stray."""
    parts, done, weight, count = [], 0, 0.0, 0
    for match in known.found.finditer(word):
        picture = match[1]
        char = _decoded(picture, known.byte_of) if picture else None
        if char is None:
            return None
        before, after = word[match.start() - 1 : match.start()], word[match.end() : match.end() + 1]
        weight += _weight(picture, before, after) + _fit(char, picture[0], before + after)
        count += 1
        parts += [word[done : match.start()], char]
        done = match.end()
    return Reading("".join([*parts, word[done:]]), weight, count)


def _decoded(picture: str, byte_of: dict[str, int]) -> str | None:
    """The character that the bytes of `picture` are in UTF-8; None when they are none."""
    try:
        char = bytes(byte_of[char] for char in picture).decode()
    except UnicodeDecodeError:
        return None
    return None if unicodedata.category(char) in _NOT_TEXT else char


def _weight(picture: str, before: str, after: str) -> float:
    """How unlikely `picture` is in good text between these characters."""
    lead, last = picture[0], picture[-1]
    weight = sum(_of_continuation(char) for char in picture[1:])
    if (lead.isupper() and before.islower()) or (picture[1].isupper() and lead.islower()):
        weight += _CASE_BREAK
    if _is_typical(lead, picture[1], before, after):
        weight += _TYPICAL_LEAD
    if (lead == "ƒ" or not lead.isalpha()) and lead not in _CLOSING and before.isalpha():
        weight += _GLUED_SIGN
    if after.isalpha() and not last.isalpha() and last.isprintable():
        weight += _SIGN_INSIDE
    return weight


def _is_typical(lead: str, second: str, before: str, after: str) -> bool:
    """Whether `lead` is the picture of C2 or C3 (Latin-1's letters and signs) and no word's end."""
    if lead in "ÃÂ":
        return not before.isupper() or after.islower()
    if lead in "ВГĂÂ":  # of Windows-1251 and 1250; the first is a Russian word, too
        return not second.isalpha() and second not in _CLOSING and not before.isalpha()
    return lead in "√¬" and unicodedata.category(second) != "Sm" and second not in _MATHEMATICAL


def _of_continuation(char: str) -> float:
    category = unicodedata.category(char)
    if category == "Cc":
        return _CONTROL
    if char in _CLOSING:
        return _CLOSER
    if char in _WEAK_SIGNS:
        return _WEAK
    return _LETTER if category[0] == "L" else _SIGN


def _fit(char: str, lead: str, beside: str) -> float:
    """Whether `char`, or the lead's picture in its place, belongs in a word with ASCII letters."""
    if "\u0300" <= char <= "\u036f":
        return _TWO_SCRIPTS
    if not any(each.isascii() and each.isalpha() for each in beside) or not char.isalpha():
        return 0.0
    if "\u02b0" <= char <= "\u02ff" or char >= "\u2e80" or script_of(char) == "LATIN":
        return _ONE_SCRIPT if lead.isalpha() and script_of(lead) != "LATIN" else 0.0
    return _TWO_SCRIPTS


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """First word of the character's Unicode name, the script for letters."""
    return unicodedata.name(char, "?").partition(" ")[0]


# The pairs (C2..F4, 80..A0) and (E0..EF, 80..BF): what UTF-8 turns into in GBK, seldom in Chinese.
_GBK_PAIRS = [
    bytes((lead, trail))
    for lead in range(0xC2, 0xF5)
    for trail in range(0x80, 0xC0)
    if trail <= 0xA0 or 0xE0 <= lead <= 0xEF
]
_PAIRS = "".join(pair.decode("gb18030", "ignore") for pair in _GBK_PAIRS)
_LATIN_PAIRS = b"".join(
    bytes((lead, trail)) for lead in (0xC3, 0xC4, 0xC5) for trail in range(0xA1, 0xC0)
).decode("gbk")
GBK_GATE = re.compile(
    f"[{_PAIRS}{_LATIN_PAIRS}芦禄](?:(?<=[{_PAIRS}])|(?<=[A-Za-z].)|(?<=[{_LATIN_PAIRS}])(?=[A-Za-z])"
    "|(?<![\u0800-\uffff].)(?<=[芦禄])(?![\u0800-\uffff]))"
)
_LONG, _LONG_MARK, _SHORT, _UNLIKELY = 1.5, 2.0, 0.5, -1.0
_LATIN_INSIDE, _LATIN_AT_END = 2.0, 1.0
_LIKELY = re.compile(
    "[\xa0-\u02ff\u0386-\u03ce\u0400-\u045f\u0490-\u0493\u04d8-\u04e9\u0531-\u0587\u0591-\u05f4"
    "\u060c-\u06ff\u0750-\u077f\u0780-\u07b1]"
)
"""Characters of two bytes in UTF-8 that texts are made of."""
_MARKS = re.compile("[\u2010-\u2044\u20ac\u2122\u3000-\u3011\uff01-\uff1f]")
_LOST = re.compile("\ufffd+")
_FEWEST, _WHOLE = 4, 3
"""Characters that must be whole at least, and for each lost one."""
_WORD_AND_ONE = re.compile(r"\W*+[^\x00-\x7f]?[A-Za-z'’-]{2,}+[^\x00-\x7f]?\W*+$")


def utf8_as_gbk(word: str) -> Reading | None:
    """`word` read as UTF-8, if its bytes in GB 18030 are that to the last one.

    Pairs of common ideographs can be valid UTF-8 by chance (about 1 in 30), so letters must be of
    one script, and Latin ones must stand beside ASCII letters.
    """
    if word.isascii():
        return Reading(word, 0.0, 0)
    try:
        text = word.encode("gb18030").decode()
    except UnicodeError:
        return _utf8_as_gbk_with_losses(word)
    wide = [i for i, char in enumerate(text) if char >= "\x80"]
    scripts = {script_of(text[i]) for i in wide if text[i].isalpha() and text[i] < "\u0800"}
    scripts.discard("MODIFIER")
    if len(scripts) > 1 or any(unicodedata.category(text[i]) in _NOT_TEXT for i in wide):
        return None
    return Reading(text, sum(_of_gbk(text, i) for i in wide), len(wide))


def _utf8_as_gbk_with_losses(word: str) -> Reading | None:
    """`word` read as UTF-8, U+FFFD for each character of which bytes were lost.

    GBK has pairs of bytes: where a run of text has an odd number the last one is lost, and a reader
    puts U+FFFD for it, or nothing. All that can be read must be characters of everyday Chinese (one
    chance in five each), and `_WHOLE` of them must stand there for each that was lost.
    """
    try:
        data = b"\xff".join(part.encode("gb18030") for part in word.split("\ufffd"))
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    text = _LOST.sub("\ufffd", data.decode(errors="replace"))
    wide = [char for char in text if char >= "\x80"]
    lost = wide.count("\ufffd")
    if len(wide) - lost < max(_FEWEST, _WHOLE * lost) or not all(map(_is_everyday, wide)):
        return None
    return Reading(text, _LONG * (len(wide) - 2 * lost), len(wide))


@lru_cache(maxsize=4096)
def _is_everyday(char: str) -> bool:
    """Whether `char` is one of GB 2312's first level, a mark beside them, or stands for a loss."""
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return char == "\ufffd"
    return 0xB0 <= lead <= 0xD7 or (lead <= 0xA3 and _MARKS.match(char) is not None)


def _of_gbk(text: str, at: int) -> float:
    """What `text[at]`, read from GBK, says for the accident."""
    char = text[at]
    if char >= "\u0800":
        return _LONG_MARK if _MARKS.match(char) else _LONG
    if not _LIKELY.match(char):
        return 0.0 if "\u0400" <= char <= "\u052f" else _UNLIKELY
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    sides = (before.isascii() and before.isalpha()) + (after.isascii() and after.isalpha())
    if char in "«»":
        return _LATIN_AT_END
    if not char.isalpha() or script_of(char) not in ("LATIN", "MODIFIER"):
        return _SHORT if sides == 0 else 0.0
    if sides == 2 or _WORD_AND_ONE.match(text):
        return _LATIN_INSIDE
    return _LATIN_AT_END if sides else 0.0
