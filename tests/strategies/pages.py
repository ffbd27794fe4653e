"""Pages as readers return them: paragraphs set in columns, and words thrown anywhere."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from parsers.pdf.page import PageContent, Path, Ruling, Word
from schemas.geometry import BBox
from tests.parsers.pdf.made import word
from tests.parsers.pdf.typeset import HEIGHT, WIDTH, Setter

LETTERS = "etaonirshdlucmfwypvbgk"
HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出"
    "就分对成会可主发年动同工也能下过子说产种面而方后多"
)


def paragraph(lead: str, length: int, rng: random.Random, *, han: bool) -> str:
    """A sentence that begins with `lead`, of `length` characters, half as many for Han."""
    if han:
        return lead + "".join(rng.choice(HAN) for _ in range(length // 2)) + "。"
    words = [lead]
    while sum(map(len, words)) + len(words) < length:
        words.append("".join(rng.choice(LETTERS) for _ in range(rng.randint(2, 9))))
    return " ".join(words) + "."


class Columns:
    """A page of columns with the texts of each column's paragraphs in order."""

    def __init__(self, page: PageContent, texts: tuple[tuple[str, ...], ...]) -> None:
        self.page = page
        self.texts = texts

    def __repr__(self) -> str:
        first = self.page.words[0]
        return f"Columns({self.texts}, size={first.size}, first={first.bbox})"

    @property
    def in_order(self) -> list[str]:
        """All paragraphs, column by column."""
        return [text for column in self.texts for text in column]


@st.composite
def columns(draw: st.DrawFn, number: int = 2) -> Columns:
    """A page of equally wide columns of one to three paragraphs, all English or all Chinese.

    Size of type, gutter, indents and the height at which each column begins differ. Five lines
    stand in every column: fewer beside each other may be a form or an address.
    """
    rng = random.Random(draw(st.integers(0, 10**6)))
    han = draw(st.booleans())
    size = draw(st.sampled_from((8, 9, 10, 11)))
    gap = draw(st.floats(1.3, 4)) * size
    indent = 2.0 * size if han else draw(st.sampled_from((0.0, 1.0, 1.5))) * size
    space = 0.0 if indent else 0.8 * size
    width = (WIDTH - 80 - (number - 1) * gap) / number
    page = Setter()
    texts: list[tuple[str, ...]] = []
    for column in range(number):
        y = 60 + draw(st.floats(0, 15))
        own = []
        for index in range(draw(st.integers(1, 3))):
            lead = f"第{column}栏{index}段" if han else f"Column{column}part{index}"
            length = draw(st.integers(0 if index else 400, 700)) * 2 // number
            own.append(paragraph(lead, length, rng, han=han))
            x = 40 + column * (width + gap)
            y = page.paragraph(x, y, width, own[-1], size=size, indent=indent) + space
        texts.append(tuple(own))
    return Columns(page.page(), tuple(texts))


@st.composite
def scattered(draw: st.DrawFn) -> PageContent:
    """A page of words anywhere, of any size, with lines and shapes; no word stands on another."""
    words: list[Word] = []
    for number in range(draw(st.integers(1, 40))):
        text = draw(st.sampled_from(("word{}", "{}", "字{}", "({})", "{}.5", "x{}"))).format(number)
        size = draw(st.sampled_from((6, 8, 9, 10, 10.5, 12, 24)))
        x, y = draw(st.integers(20, 520)), draw(st.integers(20, 800))
        made = word(x, y, text, size, turn=draw(st.sampled_from((0, 0, 0, 0, 0, 90, 270))))
        if not any(made.bbox.intersection(other.bbox) for other in words):
            words.append(made)
    return PageContent(
        1, WIDTH, HEIGHT, words=tuple(words),
        rulings=tuple(draw(st.lists(rulings, max_size=8))),
        paths=tuple(draw(st.lists(paths, max_size=8))),
        images=tuple(draw(st.lists(boxes, max_size=2))),
    )  # fmt: skip


boxes = st.builds(
    lambda x, y, w, h: BBox(x, y, x + w, y + h),
    st.integers(0, 500), st.integers(0, 700), st.integers(4, 300), st.integers(4, 300),
)  # fmt: skip
paths = st.builds(Path, boxes, st.booleans())
rulings = st.builds(
    lambda across, at, start, length: Ruling(across, at, start, start + length),
    st.booleans(), st.integers(20, 570), st.integers(20, 400), st.integers(10, 400),
)  # fmt: skip
