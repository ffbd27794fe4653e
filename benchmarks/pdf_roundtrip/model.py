"""What a document of the round trip consists of, before any engine sets it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face; `note` is a footnote's number, `br` a forced line end."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""
    note: int = 0
    br: bool = False


Inline = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A section's heading; `level` 1 is the top section, below the title."""

    level: int
    text: Inline


@dataclass(frozen=True)
class Para:
    """A paragraph of body text."""

    text: Inline


@dataclass(frozen=True)
class Listing:
    """A list: the blocks of each item, numbered from `start` where `ordered`."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Cell:
    """A cell at `row`, `col` (0-based) of its table; `align` is left, center or right."""

    row: int
    col: int
    rowspan: int
    colspan: int
    head: bool
    align: str
    text: Inline


@dataclass(frozen=True)
class Table:
    """A table of `rows` × `cols` slots, each covered by one cell; `head` rows repeat on a page."""

    rows: int
    cols: int
    head: int
    cells: tuple[Cell, ...]
    caption: Inline = ()

    def row(self, index: int) -> list[Cell]:
        """The cells that begin in a row, from left to right."""
        return sorted((cell for cell in self.cells if cell.row == index), key=lambda c: c.col)

    def owner(self, row: int, col: int) -> Cell:
        """The cell that covers a slot."""
        return next(
            cell
            for cell in self.cells
            if cell.row <= row < cell.row + cell.rowspan
            and cell.col <= col < cell.col + cell.colspan
        )

    @property
    def spans(self) -> bool:
        """True where a cell covers more than one row."""
        return any(cell.rowspan > 1 for cell in self.cells)


@dataclass(frozen=True)
class Figure:
    """A drawing of `kind` bars, lines or flow, with its caption."""

    kind: str
    caption: Inline


@dataclass(frozen=True)
class Code:
    """Lines of code."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A displayed formula in Unicode."""

    text: str


@dataclass(frozen=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PageBreak:
    """A forced new page."""


Block = Heading | Para | Listing | Table | Figure | Code | Formula | Quote | PageBreak


@dataclass(frozen=True)
class Doc:
    """A source document; `notes[n - 1]` is the text of footnote n."""

    name: str
    title: str
    lang: str
    kind: str
    columns: int
    authors: tuple[str, ...]
    header: str
    footer: str
    blocks: tuple[Block, ...]
    notes: tuple[Inline, ...] = field(default=())

    @property
    def traditional(self) -> bool:
        """True where the text is in traditional Chinese: the title has signs that GB 2312 lacks."""
        return any("一" <= c <= "鿿" and not c.encode("gb2312", "ignore") for c in self.title)

    @property
    def author_line(self) -> str:
        """The authors as they are set, one line."""
        return ("、" if self.lang == "zh" else ", ").join(self.authors)


def plain(text: Inline) -> str:
    """The characters of a text, note numbers as digits, forced line ends as a space."""
    parts = [" " if run.br else str(run.note) if run.note else run.text for run in text]
    return "".join(parts)


def merged(runs: list[Run]) -> Inline:
    """The runs with neighbours of one face joined."""
    out: list[Run] = []
    for run in runs:
        if out and not (run.note or run.br or out[-1].note or out[-1].br):
            last = out[-1]
            same = (last.bold, last.italic, last.code, last.href)
            if same == (run.bold, run.italic, run.code, run.href):
                out[-1] = Run(last.text + run.text, *same)
                continue
        out.append(run)
    return tuple(out)


def characters(doc: Doc) -> set[str]:
    """The signs that a document uses."""
    found = set(doc.title + doc.author_line + doc.header + doc.footer)
    for note in doc.notes:
        found |= set(plain(note))
    for block in doc.blocks:
        found |= _of_block(block)
    return found


def _of_block(block: Block) -> set[str]:
    if isinstance(block, Listing):
        return {char for item in block.items for part in item for char in _of_block(part)}
    if isinstance(block, Quote):
        return {char for part in block.blocks for char in _of_block(part)}
    if isinstance(block, Table):
        texts: list[Inline] = [cell.text for cell in block.cells] + [block.caption]
        return {char for text in texts for char in plain(text)}
    if isinstance(block, Code | Formula):
        return set(block.text)
    if isinstance(block, Heading | Para):
        return set(plain(block.text))
    return set(plain(block.caption)) if isinstance(block, Figure) else set()
