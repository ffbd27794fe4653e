"""Words -> rows -> segments -> lines: the first steps of the layout, pure geometry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from parsers.pdf.page import ModelRegion, RegionKind, Word
from schemas.geometry import BBox, union

SEGMENT_GAP = 0.9
"""Font sizes of white space that part two segments. Word spaces are .25 em, .6 em at most in
justified text; gutters and table columns begin near 1 em."""
HAN_SPACE = 0.15
"""Font sizes of white that make a space between Han characters. A space is .25 em; lines that are
justified spread less than .1 em between each two characters."""
MONO_ADVANCE = 0.6
"""Width of a character of a monospaced font, in font sizes."""
MAX_SPACES = 60
QUOTES = frozenset("“”‘’—…·")
"""Marks that Chinese sets full width, and that are no full-width characters by their code."""
BASELINE_SHIFT = 0.35
"""Font sizes by which baselines of one row may differ."""


@dataclass(frozen=True)
class Segment:
    """Words of one row with no wide gap between them, left to right.

    `size` and `text` are asked for some eight times each, by the tests for tables; they are kept.
    """

    words: tuple[Word, ...]
    bbox: BBox

    @cached_property
    def size(self) -> float:
        """Font size of the longest run of characters, in points."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[round(word.size, 1)] += len(word.text)
        return max(sizes.items(), key=lambda item: (item[1], item[0]))[0]

    @cached_property
    def text(self) -> str:
        """Its words with spaces between them as set."""
        return words_text(self.words)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of running text with what the later steps ask of it.

    `bold`, `italic`, `mono` hold for most of its characters; `superscript` for its first word.
    `hint` is what a layout model calls the part of the page that the line stands in.
    """

    text: str
    bbox: BBox
    size: float
    bold: bool = False
    italic: bool = False
    mono: bool = False
    superscript: bool = False
    confidence: float | None = None
    hint: RegionKind | None = None


def is_cjk(char: str) -> bool:
    """Whether a character is Han, kana, or full-width punctuation: set without word spaces.

    >>> [is_cjk(c) for c in "中。aあ"]
    [True, True, False, True]
    """
    code = ord(char)
    return code >= 0x2E80 and (
        code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )  # fmt: skip


def _space(left: Word, right: Word) -> str:
    """What stands between two neighbouring words: a space, or nothing.

    Full-width punctuation carries its own white; typesetters squeeze it, and what is left looks
    like a gap. Runs of spaces in code line up what stands under each other: they are kept.
    """
    gap = right.bbox.x0 - left.bbox.x1
    if right.glued and gap < 0.5 * right.size:
        return ""
    a, b = left.text[-1], right.text[0]
    if is_cjk(a) and is_cjk(b):
        return " " if gap > (1.0 if _is_mark(a) or _is_mark(b) else HAN_SPACE) * right.size else ""
    if (is_cjk(a) and b in QUOTES) or (a in QUOTES and is_cjk(b)):
        return "" if gap < right.size else " "
    if left.mono and right.mono:
        return " " * min(MAX_SPACES, max(1, round(gap / (MONO_ADVANCE * right.size))))
    return " "


def _is_mark(char: str) -> bool:
    """Whether a full-width character is punctuation."""
    return not char.isalnum()


def words_text(words: Sequence[Word]) -> str:
    """Text of words that stand side by side."""
    parts: list[str] = []
    for index, word in enumerate(words):
        if index:
            parts.append(_space(words[index - 1], word))
        parts.append(word.text)
    return "".join(parts)


def rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped by baseline, top to bottom, each row left to right.

    Larger words come first, so a superscript joins the row it hangs on; a drop cap, more than
    twice as large, gathers only the row it stands on.
    """
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (-round(w.size, 1), w.bbox.y1, w.bbox.x0)):
        base = word.bbox.y1 - 0.2 * word.size
        for row in reversed(found):
            head = row[0]
            shift = head.bbox.y1 - 0.2 * head.size - base
            if abs(shift) <= BASELINE_SHIFT * word.size or (
                word.size < 0.85 * head.size <= 1.8 * word.size
                and -0.3 * head.size < shift < 0.55 * head.size
            ):
                row.append(word)
                break
        else:
            found.append([word])
    for row in found:
        row.sort(key=lambda w: (w.bbox.x0, w.bbox.y0))
    return sorted(found, key=lambda row: (median(w.bbox.y1 for w in row), row[0].bbox.x0))


def segments(words: Iterable[Word], gap: float = SEGMENT_GAP) -> list[list[Segment]]:
    """Rows of segments, top to bottom: rows cut where the white space exceeds `gap` font sizes."""
    found = []
    for row in rows(words):
        parts: list[list[Word]] = [[row[0]]]
        right = row[0].bbox.x1
        for word in row[1:]:
            size = min(word.size, parts[-1][-1].size)
            if word.bbox.x0 - right > gap * size:
                parts.append([])
            parts[-1].append(word)
            right = max(right, word.bbox.x1)
        found.append([Segment(tuple(part), union(w.bbox for w in part)) for part in parts])
    return found


def hint(box: BBox, model: Sequence[ModelRegion]) -> RegionKind | None:
    """The kind of the smallest model region around the centre of `box`."""
    around = [region for region in model if region.bbox.contains_centre(box)]
    return min(around, key=lambda region: region.bbox.area).kind if around else None


def line(parts: Sequence[Segment], model: Sequence[ModelRegion] = ()) -> Line:
    """The line made of segments that stand side by side."""
    words = tuple(word for part in parts for word in part.words)
    total = sum(len(word.text) for word in words)
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    confidences = [word.confidence for word in words if word.confidence is not None]
    box = union(part.bbox for part in parts)
    return Line(
        text=words_text(words),
        bbox=box,
        size=max(sizes.items(), key=lambda item: (item[1], item[0]))[0],
        bold=2 * sum(len(word.text) for word in words if word.bold) > total,
        italic=2 * sum(len(word.text) for word in words if word.italic) > total,
        mono=2 * sum(len(word.text) for word in words if word.mono) > total,
        superscript=words[0].superscript,
        confidence=min(confidences) if confidences else None,
        hint=hint(box, model),
    )
