"""Kernels on single characters: compatibility forms, combining marks, controls, line ends.

The policy of `compatible` keeps every distinction a reader can see in meaning and removes those
that only a font or an input method made. Mapped: full-width Latin letters and digits and the four
signs ％＠＆＄, ligatures, half-width kana and hangul, Arabic presentation forms, Kangxi radicals
and the radicals that PDF fonts put in place of ideographs, vertical punctuation (to its ordinary
full-width form), and whatever NFC maps, which includes the CJK compatibility ideographs. Kept:
full-width punctuation, superscripts, fractions, circled and Roman numbers, units, mathematical
alphabets. Full-width forms of Markdown marks (＊ ＃ ｜ ＜ ＿ ～ …) stay too: as ASCII they would
turn prose into structure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import numpy as np

MARK_LIMIT = 30
"""Combining marks kept in a row: the bound of the Stream-Safe Text Format (UAX #15). Canonical
ordering is quadratic in their number: 40,000 on one letter took 0.86 CPU-s, 1 M would take 9
minutes."""

_BY_NFKC = (
    (0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A), (0xFF05, 0xFF06), (0xFF04, 0xFF04),
    (0xFF20, 0xFF20), (0xFB00, 0xFB06), (0xFB13, 0xFB17), (0x2F00, 0x2FD5),
    (0xFB50, 0xFBB1), (0xFBD3, 0xFD3D), (0xFD50, 0xFDC7), (0xFE80, 0xFEFC),
)  # fmt: skip
"""Inclusive ranges whose NFKC form is the wanted one."""
_RADICALS = dict(
    zip(
        "⺟⺠⺩⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母民王虎西见角贝车長长门青页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that are whole words of their own; NFKC knows only two of them, fonts use them all."""
_VERTICAL = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
        "，、。：；！？〖〗（）｛｝〔〕【】《》〈〉「」『』",
        strict=True,
    )
)


def _table() -> dict[int, str]:
    """Code point -> replacement; unassigned code points have none."""
    mapped = {
        code: unicodedata.normalize("NFKC", chr(code))
        for first, last in _BY_NFKC
        for code in range(first, last + 1)
    }
    table = {code: form for code, form in mapped.items() if form != chr(code)}
    table |= {ord(char): form for char, form in (_RADICALS | _VERTICAL).items()}
    return table


_TABLE = _table()
_MAPPED = re.compile("[" + "".join(map(chr, sorted(_TABLE))) + "]+")
_FORMS = re.compile("[" + "".join(map(chr, sorted(_TABLE))) + "．\uff61-\uffdc]")
_HALF_WIDTH = re.compile("[\uff61-\uffdc]+")
_DECIMAL_POINT = re.compile(r"(?<=[0-9])．(?=[0-9])")

_REMOVED_ASCII = "\x00-\x08\x0b-\x1f\x7f"
_CONTROL_ASCII = re.compile(f"[{_REMOVED_ASCII}]+")
_REMOVED = (
    f"{_REMOVED_ASCII}\x80-\x9f\u00ad\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0001\U000e0020-\U000e007f"
)
_CONTROL = re.compile(f"[{_REMOVED}]+")
_UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf]"
"""Thai, Lao, Myanmar, Khmer, Tai: written without spaces, U+200B marks where a word ends."""
_ZERO_WIDTH = re.compile(
    f"\u200b(?:(?<!{_UNSPACED}\u200b)|(?!{_UNSPACED}))|\u180e(?<![\u1820-\u18aa]\u180e)"
)
"""Zero-width spaces elsewhere, and Mongolian vowel separators behind no Mongolian letter."""
_CONTROL_OR_JOINER = re.compile(f"[{_REMOVED}\u180e\u200b-\u200d\u2028\u2029]")
_JOINER = re.compile(
    "(?<![\u0590-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\U00010a00-\U00011fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_TERMINAL = re.compile("\x1b\\[[0-9;?]{0,20}[@-~]")
_OVERSTRIKE = re.compile("[^\n\b]\b")
_LINE_ENDS = (
    ("\r\n", "\n"), ("\r", "\n"), ("\v", "\n"), ("\f", "\n"), ("\u2028", "\n"), ("\u2029", "\n\n")
)  # fmt: skip


@lru_cache(maxsize=1)
def _mark_flood() -> re.Pattern[str]:
    """More than `MARK_LIMIT` combining marks in a row; the group holds those to keep."""
    codes = [code for code in range(0x300, 0x1E94B) if unicodedata.combining(chr(code))]
    codes += range(0xE0100, 0xE01F0)
    marks = "".join(map(chr, codes))
    return re.compile(f"([{marks}]{{{MARK_LIMIT}}})[{marks}]+")


def composed(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> tuple[str, int]:
    r"""`text` in this Unicode normal form, and how many sequences changed, at least.

    >>> composed("cafe\u0301")
    ('café', 1)
    """
    if text.isascii():
        return text, 0
    bounded, floods = _mark_flood().subn(r"\1", text) if _has_marks(text) else (text, 0)
    if unicodedata.is_normalized(form, bounded):
        return bounded, floods
    result = unicodedata.normalize(form, bounded)
    return result, floods + max(1, len(bounded) - len(result))


_SOME_MARK = re.compile("[\u0300-\u036f\u0483-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u3099"
                        "\ua66f-\uabed\ufb1e\ufe20-\ufe2f\U000101fd-\U0001e94a"
                        "\U000e0100-\U000e01ef]")  # fmt: skip


def _has_marks(text: str) -> bool:
    """Whether `text` may hold combining marks; Latin, Han and kana text answers at once."""
    return _SOME_MARK.search(text) is not None


_LONG = 400
"""Characters from which on cutting out what is not ASCII costs less than searching all."""


def upper_part(text: str) -> str:
    """The characters of `text` outside ASCII, each with the ones beside it: what gates search.

    Of text in Latin letters that is a small part; short texts come back as they are.
    """
    return text if len(text) < _LONG else _upper_part(text)


@lru_cache(maxsize=1)  # each gate asks for the same text
def _upper_part(text: str) -> str:
    if sum(char > "\x7f" for char in text[:_LONG]) * 2 > _LONG:
        return text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    upper = codes > 0x7F
    near = upper.copy()
    near[1:] |= upper[:-1]
    near[:-1] |= upper[1:]
    if int(near.sum()) * 2 > len(codes):
        return text
    return codes[near].tobytes().decode("utf-32-le", "surrogatepass")


def has_forms(text: str, *, full: bool = False) -> bool:
    """Whether `compatible` (or NFKC, when `full`) may change `text`; never wrongly False."""
    if text.isascii():
        return False
    text = upper_part(text)
    if full:
        return not unicodedata.is_normalized("NFKC", text)
    mapped = _FORMS.search(text) is not None
    return mapped or not unicodedata.is_normalized("NFC", text)


def has_controls(text: str) -> bool:
    """Whether `without_controls` or `line_feeds` may change `text`; never wrongly False."""
    upper = text if text.isascii() else upper_part(text)
    if upper is not text and _CONTROL_OR_JOINER.search(upper):
        return True
    gate = _CONTROL_ASCII if text.isascii() or upper is not text else _CONTROL_OR_JOINER
    return gate.search(text) is not None


def compatible(text: str) -> tuple[str, int]:
    """`text` with compatibility forms replaced as the module says, and how many.

    >>> compatible("ＧＰＵ　占用率为９８％，ﬁle x² ½ ⽤")
    ('GPU\u3000占用率为98%，file x² ½ 用', 8)
    """
    if text.isascii():
        return text, 0
    count = 0

    def mapped(match: re.Match[str]) -> str:
        nonlocal count
        count += len(match[0])
        return match[0].translate(_TABLE)

    def widened(match: re.Match[str]) -> str:
        nonlocal count
        count += len(match[0])
        return unicodedata.normalize("NFKC", match[0])

    if _FORMS.search(text):
        text = _HALF_WIDTH.sub(widened, _MAPPED.sub(mapped, text))
        text, points = _DECIMAL_POINT.subn(".", text)
        count += points
    text, sequences = composed(text)
    return text, count + sequences


def without_controls(text: str) -> tuple[str, int]:
    r"""`text` without what has no width and no meaning, and how many characters went.

    Removed: C0 and C1 controls but tab and line feed, soft hyphens, zero-width and bidirectional
    marks, the byte order mark, tag characters, non-characters. A joiner (U+200C, U+200D) stays
    behind letters that need it (Arabic, Indic and South-East Asian scripts, emoji), a zero-width
    space between letters of scripts without spaces, Mongolian's vowel separator behind its letters.
    Terminal colour codes go as a whole, and so does the struck-over character before a backspace
    (manual pages).

    >>> without_controls("soft\xadware\u200b 文\ufeff字\x00")
    ('software 文字', 4)
    """
    length = len(text)
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    if "\b" in text:
        text = _OVERSTRIKE.sub("", text)
    if text.isascii():
        text = _CONTROL_ASCII.sub("", text) if _CONTROL_ASCII.search(text) else text
    else:
        text = _CONTROL.sub("", text)
        text = _ZERO_WIDTH.sub("", text)
        text = _JOINER.sub("", text) if "\u200c" in text or "\u200d" in text else text
    return text, length - len(text)


def line_feeds(text: str, after: str = "") -> tuple[str, int]:
    r"""`text` with every line end as a line feed, and how many were not.

    CR, CRLF, VT, FF and U+2028 become one, U+2029 two. A CR at the very end goes when `after`,
    the character behind `text`, is its line feed.

    >>> line_feeds("a\r\nb\u2029c")
    ('a\nb\n\nc', 2)
    """
    count = 0
    if after == "\n" and text.endswith("\r"):
        text, count = text[:-1], 1
    for end, feeds in _LINE_ENDS:
        if end in text:
            count += text.count(end)
            text = text.replace(end, feeds)
    return text, count
