"""Scripts of letters: one table lookup for each code point, and what a script says of a language.

Ranges follow the blocks of the Unicode Character Database; digits, marks of punctuation and
symbols belong to no script.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
"""Script of each code point: its place in `SCRIPTS` plus 1, 0 for what is no letter."""

RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xB5, 0xB5), (0xBA, 0xBA), (0xC0, 0xD6),
              (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF)),
    "han": ((0x2E80, 0x2FDF), (0x3005, 0x3005), (0x3007, 0x3007), (0x3400, 0x4DBF),
            (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),
    "kana": ((0x3041, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF),
             (0xFF66, 0xFF9F)),
    "hangul": ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3)),
    "cyrillic": ((0x400, 0x52F),),
    "arabic": ((0x620, 0x6FF), (0x750, 0x77F), (0xFB50, 0xFDFB), (0xFE80, 0xFEFC)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "hebrew": ((0x5D0, 0x5EA),),
    "devanagari": ((0x900, 0x97F),),
    "thai": ((0xE01, 0xE4E),),
    "armenian": ((0x531, 0x587),),
    "georgian": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    "bengali": ((0x980, 0x9E3),),
    "gurmukhi": ((0xA00, 0xA75),),
    "gujarati": ((0xA80, 0xAE3),),
    "oriya": ((0xB00, 0xB63),),
    "tamil": ((0xB80, 0xBD7),),
    "telugu": ((0xC00, 0xC63),),
    "kannada": ((0xC80, 0xCE3),),
    "malayalam": ((0xD00, 0xD63),),
    "sinhala": ((0xD80, 0xDDF),),
    "lao": ((0xE81, 0xECD),),
    "tibetan": ((0xF40, 0xFBC),),
    "burmese": ((0x1000, 0x103F),),
    "ethiopic": ((0x1200, 0x135A),),
    "khmer": ((0x1780, 0x17D3),),
}  # fmt: skip
"""Letters of each script as inclusive ranges of code points."""
SCRIPTS = tuple(RANGES)
CJK = ("han", "kana", "hangul")
LETTERS_PER_WORD = 5
"""Letters of an alphabet that weigh as much as one Han, kana or hangul character."""
KANA_SHARE, HANGUL_SHARE = 0.1, 0.3
"""Of the CJK characters; Japanese prose has about half kana, Chinese about none."""

LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    "cyrillic": (
        "ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt", "ba", "cv", "os", "kv",
        "ab", "av", "ce",
    ),
    "arabic": ("ar", "fa", "ur", "ps", "sd", "ug", "ku", "ky", "az", "pa"),
    "greek": ("el",),
    "hebrew": ("he", "yi"),
    "devanagari": ("hi", "mr", "ne", "sa", "bh"),
    "thai": ("th",),
    "armenian": ("hy",),
    "georgian": ("ka",),
    "bengali": ("bn", "as"),
    "gurmukhi": ("pa",),
    "gujarati": ("gu",),
    "oriya": ("or",),
    "tamil": ("ta",),
    "telugu": ("te",),
    "kannada": ("kn",),
    "malayalam": ("ml",),
    "sinhala": ("si",),
    "lao": ("lo",),
    "tibetan": ("bo",),
    "burmese": ("my",),
    "ethiopic": ("am",),
    "khmer": ("km",),
}  # fmt: skip
"""Languages written in a script, the commonest first; those of Latin letters are all others."""
_ALSO_LATIN = frozenset({"sr", "az", "ku", "kk", "tt"})
_OTHER_SCRIPTS = frozenset(code for codes in LANGUAGES_OF.values() for code in codes)
_SIZE = 0x323B0
ASCII_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def in_script(code: str, script: str) -> bool:
    """Whether the language `code` (ISO 639-1) is written in `script`.

    >>> in_script("de", "latin"), in_script("ru", "latin"), in_script("sr", "latin")
    (True, False, True)
    """
    if script == "latin":
        return code not in _OTHER_SCRIPTS or code in _ALSO_LATIN
    return code in LANGUAGES_OF.get(script, ())


@cache
def _table() -> Codes:
    table = np.zeros(_SIZE + 1, np.uint8)
    for number, ranges in enumerate(RANGES.values(), 1):
        for first, last in ranges:
            table[first : last + 1] = number
    table.flags.writeable = False
    return table


def script_codes(text: str) -> Codes:
    """uint8[len(text)]: the script of each code point of `text`.

    >>> script_codes("a水 1").tolist()
    [1, 2, 0, 0]
    """
    if text.isascii():
        places: NDArray[np.integer] = np.frombuffer(text.encode("ascii"), np.uint8)
    else:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        places = np.minimum(codes, np.uint32(_SIZE))
    found: Codes = np.take(_table(), places)
    return found


def script_counts(text: str) -> dict[str, int]:
    """Letters of `text` by script.

    >>> {name: count for name, count in script_counts("你好, world").items() if count}
    {'latin': 5, 'han': 2}
    """
    if text.isascii():
        plain = text.encode("ascii")
        counts = dict.fromkeys(SCRIPTS, 0)
        counts["latin"] = len(plain) - len(plain.translate(None, ASCII_LETTERS))
        return counts
    counted = np.bincount(script_codes(text), minlength=len(SCRIPTS) + 1).tolist()
    return dict(zip(SCRIPTS, counted[1:], strict=True))


def cjk_language(han: int, kana: int, hangul: int) -> str:
    """Chinese, Japanese or Korean by characters; traditional Chinese is `zh` too.

    >>> cjk_language(9, 0, 0), cjk_language(5, 4, 0), cjk_language(2, 0, 7)
    ('zh', 'ja', 'ko')
    """
    if hangul >= HANGUL_SHARE * (han + kana + hangul) and hangul:
        return "ko"
    return "ja" if kana >= KANA_SHARE * (han + kana) and kana else "zh"


def han_variant(text: str) -> str | None:
    """`hans` for simplified Chinese, `hant` for traditional, None where nothing tells.

    Going by characters that only one of the national character sets GB 2312 and Big5 has.

    >>> han_variant("这个国家的语言"), han_variant("這個國家的語言"), han_variant("你好")
    ('hans', 'hant', None)
    """
    simplified = traditional = 0
    for char in text:
        if "\u4e00" <= char <= "\u9fff":
            one, other = _encodes(char, "gb2312"), _encodes(char, "big5")
            simplified += one and not other
            traditional += other and not one
    if simplified == traditional:
        return None
    return "hans" if simplified > traditional else "hant"


def _encodes(char: str, codec: str) -> bool:
    return bool(char.encode(codec, "ignore"))
