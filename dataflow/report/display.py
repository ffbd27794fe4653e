"""Text of documents made fit to be looked at: short, and with nothing invisible in it."""

from __future__ import annotations

import math
import re
import unicodedata

CELL = 160
"""Code points of a title, path or detail that are shown."""

ELLIPSIS = "…"
WHITE = frozenset("\t\n\r\v\f\x85\u2028\u2029\u00a0\u3000")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""General categories without a glyph of their own, bidirectional controls among them."""

CONTROL_PICTURES = 0x2400

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_EMPTY_LINES = re.compile("\n{3,}")


def visible(text: str | None, limit: int = CELL) -> str:
    r"""At most `limit` code points of `text`, white space folded, control characters spelled out.

    What cannot be seen can deceive: a right-to-left override turns `gpj.exe` around, a NUL ends
    the text in some viewers. Such characters appear as ␀ or ⟨U+202E⟩.

    >>> visible("a\n b\0\u202ec")
    'a b␀⟨U+202E⟩c'
    """
    if not text:
        return ""
    head = "".join(" " if char in WHITE else char for char in text[: 4 * limit + 64])
    shown = "".join(_shown(char) for char in " ".join(head.split(" ")).strip())
    shown = " ".join(shown.split())
    cut = len(text) > 4 * limit + 64 or len(shown) > limit
    return shown[: limit - 1].rstrip() + ELLIPSIS if cut else shown


def visible_lines(text: str | None, limit: int) -> str:
    r"""Like `visible`, but lines stay lines; of several empty ones one stays.

    >>> visible_lines("a  b\r\n\n\n\nc\0", 9)
    'a b\n\nc␀'
    """
    head = (text or "")[: 4 * limit + 64]
    lines = "\n".join(visible(line, limit + 1) for line in _LINE_END.split(head))
    shown = _EMPTY_LINES.sub("\n\n", lines).strip("\n")
    cut = len(text or "") > len(head) or len(shown) > limit
    return shown[: limit - 1].rstrip() + ELLIPSIS if cut else shown


def _shown(char: str) -> str:
    if char.isprintable() or unicodedata.category(char) not in HIDDEN:
        return char
    code = ord(char)
    if code < ord(" "):
        return chr(CONTROL_PICTURES + code)
    return f"⟨U+{code:04X}⟩"


def finite(value: float | None, digits: int = 6) -> float | None:
    """`value` rounded to so many decimals; None for null, NaN and infinities: JSON has none."""
    if value is None or not math.isfinite(value):
        return None
    return round(value, digits)


def share(part: int, whole: int) -> float | None:
    """`part / whole`, None when there is nothing to divide by."""
    return finite(part / whole) if whole else None
