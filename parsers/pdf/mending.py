"""What runs do not say of themselves: accents on letters, lost characters, fixed pitch."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from parsers.pdf.runs import Run

MANY_CONTROLS = 0.1
"""Share of a page's characters; exports of layout programs have under .01 of them."""
_ACCENTS = {
    "¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "¸": "\u0327",
    "˚": "\u030a", "ˇ": "\u030c", "˘": "\u0306", "¯": "\u0304", "˙": "\u0307", "˝": "\u030b",
}  # fmt: skip
"""Accents that old fonts draw over a letter as a glyph of their own."""
_NARROW, _WIDE = frozenset("iljtfI.,'"), frozenset("mwMWOQ")


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


def mended(runs: list[Run]) -> list[Run]:
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
