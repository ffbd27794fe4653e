"""Runs of characters as a page draws them -> words: what all readers share.

A reader hands over runs in content order, in points, on the page before /Rotate (origin at its top
left). Words come out the same whatever library read the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple
from unicodedata import normalize

from parsers.pdf.page import Word
from schemas.geometry import BBox

SPACE = 0.15
"""Font sizes of white space between two letters that part two words. Kerning moves letters by up
to .1 em, the narrowest word spaces of justified text are .18 em."""
HAN_WORD_SPACE, HAN_SPACE = 0.2, 0.5
"""The same between two Chinese characters, over the gap that a justified line has between all, and
beside punctuation, where lines are stretched and squeezed first. Spaces are .25 em and more."""
OVERPRINT = 0.5
"""Font sizes by which a character may begin before the end of the last one in its word."""
MANY_CONTROLS = 0.1
"""Share of a page's characters; exports of layout programs have under .01 of them."""
_UP = {0: -1.0, 90: 1.0, 180: 1.0, 270: -1.0}
"""Where "up" is across the line, as a sign on the axis that `Run.base` is measured on."""
_BLANK = frozenset("\0\u200b\ufeff\uf020")
_SPELLED = {
    "\xad": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "ft", "\ufb06": "st",
}  # fmt: skip
"""Ligatures, and the soft hyphen: a page shows it as a hyphen or has none."""
_PRIVATE = {
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf076": "❖", "\uf06e": "■",
    "\uf06f": "□", "\uf0a8": "□", "\uf071": "❑", "\uf0e0": "→", "\uf0fb": "✗", "\uf06c": "●",
    "\uf0b0": "°", "\uf0b1": "±", "\uf0b4": "×", "\uf0b8": "÷", "\uf0a3": "≤", "\uf0b3": "≥",
    "\uf0ae": "→", "\uf0b9": "≠", "\uf0bb": "≈", "\uf06d": "μ", "\uf061": "α", "\uf062": "β",
    "\uf067": "γ", "\uf064": "δ", "\uf02d": "−", "\uf0d7": "⋅",
}  # fmt: skip
"""Characters of the symbol fonts that office programs write without a mapping to Unicode: bullets
of Wingdings, and of Symbol the signs that stand in running text. Codes that the two fonts share go
to the one more often met."""
_ACCENTS = {
    "¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "¸": "\u0327",
    "˚": "\u030a", "ˇ": "\u030c", "˘": "\u0306", "¯": "\u0304", "˙": "\u0307", "˝": "\u030b",
}  # fmt: skip
"""Accents that old fonts draw over a letter as a glyph of their own."""
_NARROW, _WIDE = frozenset("iljtfI.,'"), frozenset("mwMWOQ")


class Style(NamedTuple):
    """How characters are drawn; `hidden` says that they leave no mark (rendering mode 3)."""

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    mono: bool = False
    color: int = 0
    hidden: bool = False


@dataclass(slots=True)
class Run:
    """Characters in one style on one baseline.

    `starts` and `ends` are the characters' advances along the reading direction, rising; `base` is
    the baseline across it: y for a turn of 0 or 180, else x. Along a turn of 180 or 270 degrees
    positions are negated, so that they rise, too.
    """

    style: Style
    turn: int
    base: float
    chars: list[str]
    starts: list[float]
    ends: list[float]

    def box(self, first: int = 0, last: int | None = None) -> BBox:
        """Where characters `first` to `last` stand.

        Across the line it is .8 of the font size over the baseline and .2 below, whatever the font
        says of itself: boxes of fonts with wrong ascenders overlap the neighbouring lines.
        """
        low, high = min(self.starts[first:last]), max(self.ends[first:last])
        over, under = 0.8 * self.style.size, 0.2 * self.style.size
        if self.turn == 0:
            return BBox(low, self.base - over, high, self.base + under)
        if self.turn == 180:
            return BBox(-high, self.base - under, -low, self.base + over)
        if self.turn == 90:
            return BBox(self.base - under, low, self.base + over, high)
        return BBox(self.base - over, -high, self.base + under, -low)


def advance(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float]:
    """Start and end of a character's box along a reading direction, as `Run` counts them."""
    if turn == 0:
        return x0, x1
    if turn == 90:
        return y0, y1
    return (-x1, -x0) if turn == 180 else (-y1, -y0)


def _is_han(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" or char > "\U0001ffff"


def _is_mark(char: str) -> bool:
    """Whether a character is full-width punctuation."""
    return "\u3000" <= char <= "\u303f" or ("\uff00" <= char <= "\uffef" and not char.isalnum())


def _is_blank(char: str) -> bool:
    return char in _BLANK or char.isspace()


def joined(runs: Iterable[Run]) -> list[Run]:
    """Runs, those made one that only the producer's operators cut: same style, line and no gap."""
    found: list[Run] = []
    for run in runs:
        if not run.chars:
            continue
        last = found[-1] if found else None
        size = run.style.size
        if last is not None and _struck_again(last, run):
            continue
        if (
            last is not None and last.turn == run.turn and last.style == run.style
            and abs(last.base - run.base) <= 0.02 * size
            and -OVERPRINT * size < run.starts[0] - last.ends[-1] < size
        ):  # fmt: skip
            last.chars += run.chars
            last.starts += run.starts
            last.ends += run.ends
        else:
            found.append(run)
    return found


def _struck_again(last: Run, run: Run) -> bool:
    """Whether `run` draws the last letter of `last` once more: bold type made letter by letter."""
    reach = 0.1 * run.style.size
    return (
        len(run.chars) == 1 and last.chars[-1] == run.chars[0] and last.turn == run.turn
        and abs(last.starts[-1] - run.starts[0]) <= reach and abs(last.base - run.base) <= reach
    )  # fmt: skip


def _usual_gap(run: Run) -> float:
    """Points that stand between all characters of a run: letterspacing, or a justified line."""
    size = run.style.size
    pairs = zip(run.chars, run.chars[1:], run.ends, run.starts[1:], strict=False)
    gaps = [b - a for left, right, a, b in pairs if _is_han(left) is _is_han(right)]
    if len(gaps) < 4 or max(gaps) <= SPACE * size:
        return 0.0
    usual = median(gaps)
    near = sum(abs(gap - usual) <= 0.05 * size for gap in gaps)
    if 0.06 * size < usual < HAN_SPACE * size and near >= 0.6 * len(gaps):
        return usual
    return 0.0


def _pieces(run: Run) -> Iterator[tuple[int, int, bool]]:
    """(first, last + 1, whether a space stands before) of each piece without white space."""
    usual, size = _usual_gap(run), run.style.size
    first, spaced = -1, False
    for index, char in enumerate(run.chars):
        if _is_blank(char):
            if first >= 0:
                yield first, index, spaced
            first, spaced = -1, True
            continue
        if first >= 0:
            gap = run.starts[index] - run.ends[index - 1] - usual
            if gap < -OVERPRINT * size - usual or (
                gap > SPACE * size and gap > _limit(run.chars[index - 1], char) * size
            ):
                yield first, index, spaced
                first, spaced = index, True
        else:
            first = index
    if first >= 0:
        yield first, len(run.chars), spaced


def _limit(left: str, right: str) -> float:
    """Font sizes of white space between two characters, over the usual, that part two words."""
    if not (_is_han(left) and _is_han(right)):
        return SPACE
    return HAN_SPACE if _is_mark(left) or _is_mark(right) else HAN_WORD_SPACE


def _touches(left: Run, right: Run) -> bool:
    """Whether `right` goes on where `left` ends, without a space: other styles, raised digits."""
    size = max(left.style.size, right.style.size)
    gap = right.starts[0] - left.ends[-1]
    return (
        left.turn == right.turn
        and abs(left.base - right.base) <= 0.7 * size
        and -OVERPRINT * size < gap <= SPACE * min(left.style.size, right.style.size)
        and not _is_blank(left.chars[-1])
        and not _is_blank(right.chars[0])
    )


def _raised(run: Run, other: Run | None) -> bool:
    """Whether `run` is set small and high beside `other`."""
    if other is None or other.turn != run.turn:
        return False
    size = other.style.size
    lift = (run.base - other.base) * _UP[run.turn]
    apart = max(run.starts[0] - other.ends[-1], other.starts[0] - run.ends[-1])
    return run.style.size <= 0.85 * size and 0.15 * size <= lift <= 0.75 * size and apart < size


def _text(chars: Sequence[str]) -> str:
    """Characters as text: ligatures spelled out, symbols of office fonts by their sign."""
    text = "".join(chars)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_SPELLED.get(char) or _PRIVATE.get(char, char) for char in text)


def _composed(run: Run) -> None:
    """Joins accents with the letters that they are drawn over."""
    index = 0
    while index < len(run.chars):
        accent = _ACCENTS.get(run.chars[index])
        for letter in (index + 1, index - 1):
            if accent is None or not 0 <= letter < len(run.chars):
                continue
            left, right = min(index, letter), max(index, letter)
            base = {"ı": "i", "ȷ": "j"}.get(run.chars[letter], run.chars[letter])
            both = normalize("NFC", base + accent)
            if len(both) == 1 and run.starts[right] < run.ends[left] - 0.1 * run.style.size:
                run.chars[letter] = both
                del run.chars[index], run.starts[index], run.ends[index]
                index -= 1
                break
        index += 1


def _mended(runs: list[Run]) -> list[Run]:
    """Runs with accents on their letters, and with their control characters named.

    A few are marks of the producer's that show nothing: blanks. Many are a font without a map to
    Unicode: U+FFFD, which tells that the text layer is worth little.
    """
    total = sum(len(run.chars) for run in runs)
    control = [run for run in runs if min(run.chars) < " "]
    count = sum(char < " " for run in control for char in run.chars)
    name = "\ufffd" if count > MANY_CONTROLS * total else " "
    for run in control:
        run.chars = [name if char < " " else char for char in run.chars]
    for run in runs:
        if not _ACCENTS.keys().isdisjoint(run.chars):
            _composed(run)
    return runs


def fixed_pitch(runs: Iterable[Run]) -> tuple[set[str], set[str]]:
    """(fonts whose narrow and wide letters advance alike, fonts that set Chinese).

    Chinese fonts call themselves fixed in pitch, which says nothing of the text set in them.
    """
    widths: dict[str, tuple[list[float], list[float]]] = {}
    chinese: set[str] = set()
    for run in runs:
        narrow, wide = widths.setdefault(run.style.font, ([], []))
        if len(narrow) > 20 and len(wide) > 20 and run.style.font not in chinese:
            continue
        for char, start, end in zip(run.chars, run.starts, run.ends, strict=True):
            if char in _NARROW:
                narrow.append((end - start) / run.style.size)
            elif char in _WIDE:
                wide.append((end - start) / run.style.size)
            elif "\u2e80" <= char <= "\u9fff":
                chinese.add(run.style.font)
    fixed = {
        font for font, (narrow, wide) in widths.items()
        if len(narrow) >= 2 and len(wide) >= 2
        and max(narrow + wide) - min(narrow + wide) < 0.03
    }  # fmt: skip
    return fixed, chinese


def words(runs: Iterable[Run]) -> Iterator[Word]:
    """Words of a page's runs as `joined` returns them, in their order."""
    lines = _mended(list(runs))
    fixed, chinese = fixed_pitch(lines)
    for index, run in enumerate(lines):
        before = lines[index - 1] if index else None
        after = lines[index + 1] if index + 1 < len(lines) else None
        glued = before is not None and _touches(before, run)
        style = run.style
        high = _raised(run, before) or _raised(run, after)
        mono = style.font in fixed or (style.mono and style.font not in chinese)
        for first, last, spaced in _pieces(run):
            yield Word(
                text=_text(run.chars[first:last]), bbox=run.box(first, last), size=style.size,
                font=style.font, bold=style.bold, italic=style.italic, mono=mono,
                superscript=high, glued=glued and not spaced, turn=run.turn,
                color=style.color,
            )  # fmt: skip
