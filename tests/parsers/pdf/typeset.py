"""Pages set by hand: words with boxes, as a reader returns them, from paragraphs and cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

from parsers.pdf.blocks import Block
from parsers.pdf.columns import Gutters
from parsers.pdf.figures import Figure
from parsers.pdf.furniture import FurnitureFinder
from parsers.pdf.joining import paragraph as joined_lines
from parsers.pdf.layout import Flow, PageLayout, page_layout
from parsers.pdf.page import PageContent, Word
from parsers.pdf.tables import FoundTable
from tests.parsers.pdf.made import word

WIDTH, HEIGHT = 595.0, 842.0
ENGLISH = (
    "the miller weighs each sack of grain before the stones turn and after the flour cools so "
    "that the loss is known and written down in the book which lies beside the door for all who "
    "come to read it while the water drives the wheel through the long and quiet afternoon "
)
HAN = (
    "磨坊主人在石磨转动之前称量每一袋谷物并在面粉冷却之后再称一次"
    "这样损耗就清楚地记在门边的账本里供人查阅"
)


def prose(lead: str, length: int) -> str:
    """A sentence of about `length` characters that begins with `lead`, in the lead's script."""
    if lead.isascii():
        return lead + " " + "".join(islice(cycle(ENGLISH), length)).strip() + "."
    return lead + "".join(islice(cycle(HAN), length)) + "。"


def wide(text: str, size: float = 10) -> float:
    """Points that a text takes: half an em for a letter, one for a Han character."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in text) * size


class Setter:
    """Sets words on a page; every call adds to `words`."""

    def __init__(self) -> None:
        self.words: list[Word] = []

    def line(self, x: float, y: float, text: str, size: float = 10) -> float:
        """A line with its top at `y`; returns its right edge."""
        for part in text.split():
            self.words.append(word(x, y, part, size))
            x = self.words[-1].bbox.x1 + 0.3 * size
        return x - 0.3 * size

    def right(self, x: float, y: float, text: str, size: float = 10) -> None:
        """A line that ends at `x`."""
        self.line(x - wide(text, size), y, text, size)

    def paragraph(
        self, x: float, y: float, width: float, text: str, *,
        size: float = 10, pitch: float | None = None, indent: float = 0.0,
    ) -> float:  # fmt: skip
        """A paragraph in lines of at most `width`; returns the top of the line behind it.

        The pitch is 1.25 sizes, 1.6 for Chinese; `indent` in points is the first line's.
        """
        han = not text.isascii()
        step = (pitch or (1.6 if han else 1.25)) * size
        for line in lines(text, width, size, indent):
            self.line(x + indent, y, line, size)
            y, indent = y + step, 0.0
        return y

    def page(self, number: int = 1, height: float = HEIGHT) -> PageContent:
        """What a reader would return."""
        return PageContent(number, WIDTH, height, words=tuple(self.words))


def lines(text: str, width: float, size: float, indent: float = 0.0) -> list[str]:
    """`text` broken into lines of at most `width` points."""
    found: list[str] = []
    units, space = (text.split(), " ") if text.isascii() else (list(text), "")
    current = ""
    for unit in units:
        longer = f"{current}{space}{unit}" if current else unit
        room = width - (0.0 if found else indent)
        if wide(longer, size) - 0.2 * size * longer.count(" ") > room and current:
            found.append(current)
            current = unit
        else:
            current = longer
    return [*found, current]


def table(page: Setter, xs: Sequence[float], y: float, rows: Sequence[Sequence[str]]) -> float:
    """Rows of cells, the first column set left, the others right at their x; returns the end."""
    for row in rows:
        page.line(xs[0], y, row[0])
        for x, cell in zip(xs[1:], row[1:], strict=True):
            page.right(x, y, cell)
        y += 14
    return y


def said(item: Flow) -> str:
    """A part of a page as one text: a block's lines joined, a table's size, a figure's labels."""
    if isinstance(item, Block):
        return joined_lines([line.text for line in item.lines])
    if isinstance(item, FoundTable):
        return f"[table {item.table.n_rows}x{item.table.n_cols}]"
    return f"[figure {item.text}]"


def read(content: PageContent, gutters: Gutters | None = None) -> list[str]:
    """What is on a page in reading order, no furniture taken out."""
    return [said(item) for item in page_layout(content, (), gutters=gutters).flow]


def laid_out(pages: Sequence[PageContent]) -> list[PageLayout]:
    """The layouts of a file's pages, furniture and gutters as in the parser."""
    finder, gutters = FurnitureFinder(len(pages)), Gutters()
    return [
        page_layout(content, rows, gutters=gutters)
        for content, rows in zip(pages, finder.feed(pages), strict=True)
    ]


def everything(layout: PageLayout) -> list[str]:
    """All words of a layout, sorted: of blocks, tables, figures, heads and feet."""
    found: list[str] = []
    for item in layout.flow:
        if isinstance(item, Block):
            found += [part for line in item.lines for part in line.text.split()]
        elif isinstance(item, FoundTable):
            found += [part for cell in item.table.cells for part in cell.text.split()]
        elif isinstance(item, Figure):
            found += item.text.split()
    for line in (*layout.heads, *layout.feet):
        found += line.text.split()
    return sorted(found)
