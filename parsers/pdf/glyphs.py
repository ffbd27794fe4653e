"""Runs of characters as a page draws them -> words: what all readers share.

A reader hands over runs in content order; words come out the same whatever library read the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from parsers.pdf.mending import fixed_pitch, mended
from parsers.pdf.page import Word
from parsers.pdf.runs import Run

SPACE = 0.15
"""Font sizes of white space between two letters that part two words. Kerning moves letters by up
to .1 em, the narrowest word spaces of justified text are .18 em."""
HAN_WORD_SPACE, HAN_SPACE = 0.2, 0.5
"""The same between two Chinese characters, over the gap that a justified line has between all, and
beside punctuation, where lines are stretched and squeezed first. Spaces are .25 em and more."""
OVERPRINT = 0.5
"""Font sizes by which a character may begin before the end of the last one in its word."""
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


def words(runs: Iterable[Run]) -> Iterator[Word]:
    """Words of a page's runs as `joined` returns them, in their order."""
    lines = mended(list(runs))
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
