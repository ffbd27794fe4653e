"""East Asian text in its national character sets that was read as Latin-1 or Windows-1252.

`ÄãºÃ` (GBK), `§A¦n` (Big5), `‚±‚ñ` (Shift-JIS), `¾È³ç` (EUC-KR). Each set keeps its common
characters in a block of their own, which is the proof: bytes that mean something else fall outside
of it. Sets that share blocks are told apart by their languages' commonest characters.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from dataflow.text.readings import Accident, Reading, upper_half

_BYTE_OF = upper_half("latin-1", "cp1252") | {
    char: byte for char, byte in upper_half("cp1252").items() if byte < 0xA0
}
_UPPER = "".join(sorted(re.escape(char) for char in _BYTE_OF))
_THREE = f"[{_UPPER}@-~](?:[{_UPPER}][{_UPPER}@-~]){{2}}"
GATE = re.compile(f"[\x81-\xff]{_THREE}")
KANA_GATE = re.compile(f"[‚ƒˆ‰Š‹ŒŽ\x82\x83\x88-\x8e]{_THREE}")
"""Three double-byte characters in a row; lead bytes are Latin-1's but in Shift-JIS, whose kana and
common ideographs begin with 82, 83 and 88 to 8E."""
WORD = re.compile(f"[!-~{_UPPER}]+")
SHARE = 0.45
"""What must speak for each character: common ones and marks mixed as in texts have 0.6 at least."""
_INSIDE_WORD = re.compile("[a-z][\u3400-\u9fff\uac00-\ud7a3][a-z]")
"""An ideograph in a Latin word: an accented letter and its neighbour, not two bytes."""
_SOFT_HYPHEN = re.compile("[a-z]{2}\xad[a-z]")
_COMMON, _FREQUENT, _MARK, _RARE, _OTHER = 0.7, 0.3, 0.2, -0.7, -1.4


class _Set(NamedTuple):
    """A character set, its common letters by lead byte, its signs, and its commonest characters."""

    codecs: tuple[str, ...]
    common: range
    marks: range
    frequent: frozenset[str]
    kana: range = range(0)


SETS = (
    _Set(
        ("gb18030",), range(0xB0, 0xD8), range(0xA1, 0xA4),
        frozenset("的一是不了在有人这中大来上国个到说们为和你地出道也时得就那要下以生会可"),
    ),
    _Set(
        ("big5", "cp950"), range(0xA4, 0xC7), range(0xA1, 0xA4),
        frozenset("的一是不了在有人這中大來上國個到說們為和你地出道也時得就那要下以生會可"),
    ),
    _Set(
        ("shift_jis", "cp932"), range(0x88, 0x98), range(0x81, 0x82),
        frozenset("のにはをたがでとし"),
        range(0x82, 0x84),
    ),
    _Set(
        ("euc_kr", "cp949"), range(0xB0, 0xC9), range(0xA1, 0xA4),
        frozenset("이다는을의에가하고로지한기사은를도수자대시정인일보어스라부나주아리제여해상서들전구그과으면만"),
    ),
    _Set(
        ("euc_jp",), range(0xB0, 0xD0), range(0xA1, 0xA4), frozenset("のにはをたがでとし"),
        range(0xA4, 0xA6),
    ),
)  # fmt: skip


@cache
def _traditional() -> frozenset[str]:
    """The common ideographs of Big5, which GBK holds outside of its own common block."""
    pairs = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in range(0x40, 0xFF))
    return frozenset(pair.decode("big5", "ignore") for pair in pairs)


def _decoded(data: bytes, codecs: tuple[str, ...]) -> str | None:
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def _of_character(char: str, known: _Set) -> float:
    """How much `char` speaks for this set."""
    for codec in known.codecs:
        try:
            data = char.encode(codec)
        except UnicodeEncodeError:
            continue
        break
    else:
        return _OTHER
    if len(data) == 2:
        if data[0] in known.common and (known is not SETS[0] or data[1] >= 0xA1):
            return _COMMON + _FREQUENT * (char in known.frequent)
        if data[0] in known.kana:
            return _COMMON + _FREQUENT * (char in known.frequent)
        if data[0] in known.marks:
            return _MARK
        if known is SETS[0] and char in _traditional():
            return _COMMON - _MARK
    return _RARE if "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" else _OTHER


def _is_listing(word: str) -> bool:
    """Whether the upper half stands there for its own sake: a row of letters, or letters alone."""
    upper = [char for char in word if char >= "\x80"]
    ascending = sum(ord(b) - ord(a) == 1 for a, b in pairwise(upper))
    return ascending * 2 >= len(upper) or all(char.isalpha() for char in upper)


def read_as_latin(known: _Set) -> Accident:
    """The accident of this set read as Latin-1 or Windows-1252."""

    def reading(word: str) -> Reading | None:
        if word.isascii():
            return Reading(word, 0.0, 0)
        if _SOFT_HYPHEN.search(word):
            return None
        text = _decoded(bytes(_BYTE_OF.get(char, ord(char)) for char in word), known.codecs)
        if text is None:
            return None
        wide = [char for char in text if char >= "\x80"]
        weight = sum(_of_character(char, known) for char in wide)
        weight += _OTHER * len(_INSIDE_WORD.findall(text))
        if weight < 0:
            return None
        return Reading(text, 0.0 if _is_listing(word) else weight, len(wide))

    return reading


_GATES = (GATE, GATE, KANA_GATE, GATE, GATE)
ACCIDENTS = tuple((read_as_latin(known), gate) for known, gate in zip(SETS, _GATES, strict=True))
