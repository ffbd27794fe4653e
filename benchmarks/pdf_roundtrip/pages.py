"""Text and letter boxes of a PDF's pages by PDFium, to place truths and to check them.

No part of our own parser is used here: a truth that it wrote would agree with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

HYPHEN = re.compile(r"[-‐‑\u00ad\ufffe\u0002]")
BROKEN = re.compile(r"[-‐‑\u00ad\ufffe\u0002]\s*")
CJK = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f])")


def squeezed(text: str) -> str:
    """The text without white space and hyphens, compatibility forms folded, in small letters."""
    folded = unicodedata.normalize("NFKC", text)
    return HYPHEN.sub("", "".join(folded.split())).casefold()


def words(text: str) -> Counter[str]:
    """The words of a text, Chinese signs one by one; a hyphen joins what stands around it."""
    joined = BROKEN.sub("", text)
    folded = unicodedata.normalize("NFKC", CJK.sub(r" \1 ", joined)).casefold()
    return Counter(folded.split())


@dataclass(frozen=True)
class Letter:
    """A letter's box on its page in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float
    char: str
    place: int


class Pdf:
    """The pages of a PDF as PDFium reads them."""

    def __init__(self, data: bytes | Path) -> None:
        self.file = pypdfium2.PdfDocument(data)
        self.texts = [page.get_textpage().get_text_bounded() for page in self.file]
        self.starts: list[int] = []
        self.all = ""
        for text in self.texts:
            self.starts.append(len(self.all))
            self.all += squeezed(text)

    def page_at(self, position: int) -> int:
        """The page (0-based) of a position in `all`."""
        return max(p for p, start in enumerate(self.starts) if start <= position)

    def find(self, text: str, start: int = 0) -> int:
        """Position in `all` of the text's beginning at or behind `start`, -1 if there is none."""
        key = squeezed(text)
        for length in (48, 24, 12, 6):
            position = self.all.find(key[:length], start)
            if position >= 0 or len(key) < length // 2:
                return position
        return -1

    def letters(self, index: int) -> list[Letter]:
        """Boxes of the visible letters of a page."""
        page = self.file[index].get_textpage()
        found = []
        for i in range(page.count_chars()):
            char = page.get_text_range(i, 1)
            if char.strip():
                left, bottom, right, top = page.get_charbox(i)
                found.append(Letter(left, bottom, right, top, char, i))
        return found


def missing(truth: str, pdf: Pdf) -> list[str]:
    """Words of the truth that are not in the PDF, each as often as it lacks.

    A word that stands inside a longer one of the PDF (two cells read as one word) is there.
    """
    there = words("\n".join(pdf.texts))
    lacking = words(truth) - there
    return [
        word
        for word, count in lacking.items()
        for _ in range(min(count, max(0, words(truth)[word] - pdf.all.count(squeezed(word)))))
    ]


def outside(pdf: Pdf, margin: float) -> list[str]:
    """Letters that stand in the left or right margin or off the page: `page: letters`."""
    found = []
    for index in range(len(pdf.texts)):
        width, height = pdf.file[index].get_size()
        bad = [
            letter.char
            for letter in pdf.letters(index)
            if letter.left < margin - 8
            or letter.right > width - margin + 8
            or letter.bottom < 4
            or letter.top > height - 4
        ]
        if bad:
            found.append(f"{index + 1}: {''.join(bad)[:40]}")
    return found


def overprinted(pdf: Pdf) -> list[str]:
    """Letters that cover another letter by half: `page: letters`."""
    found = []
    for index in range(len(pdf.texts)):
        grid: dict[tuple[int, int], list[Letter]] = {}
        bad = []
        for letter in pdf.letters(index):
            keys = [
                (x, y)
                for x in range(int(letter.left // 12), int(letter.right // 12) + 1)
                for y in range(int(letter.bottom // 12), int(letter.top // 12) + 1)
            ]
            if any(_covers(letter, other) for key in keys for other in grid.get(key, ())):
                bad.append(letter.char)
            for key in keys:
                grid.setdefault(key, []).append(letter)
        if bad:
            found.append(f"{index + 1}: {''.join(bad)[:40]}")
    return found


def _covers(a: Letter, b: Letter) -> bool:
    if abs(a.place - b.place) <= 2:  # parts of a ligature share its box
        return False
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.top, b.top) - max(a.bottom, b.bottom)
    if wide <= 0 or high <= 0:
        return False
    sizes = [(c.right - c.left) * (c.top - c.bottom) for c in (a, b)]
    return wide * high > 0.5 * min(sizes) and min(sizes) > 1.0
