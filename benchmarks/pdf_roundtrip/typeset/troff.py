"""A document in the ms macros of troff, its tables for tbl and its drawings for pic."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.pdf_roundtrip import figures
from benchmarks.pdf_roundtrip.measure import PADDING, code_size, column_widths, table_size
from benchmarks.pdf_roundtrip.model import (
    Block,
    Cell,
    Code,
    Doc,
    Figure,
    Formula,
    Heading,
    Inline,
    Listing,
    Para,
    Quote,
    Run,
    Table,
)
from benchmarks.pdf_roundtrip.running import PAGE, Slots, foot, head
from benchmarks.pdf_roundtrip.style import Style

FAMILIES = {True: ("T", "P", "N"), False: ("H", "H", "A")}
"""Times, Palatino, New Century Schoolbook; Helvetica, Avant Garde."""
ESCAPES = {"\\": r"\e", "'": r"\[aq]", "`": r"\[ga]", "^": r"\[ha]", "~": r"\[ti]"}
BULLETS = {"•": r"\[bu]", "–": r"\[en]", "▪": r"\[sq]"}
SIDES = {"left": "l", "right": "r", "center": "c"}
KEPT_ROWS = 14
"""Tables of at most so many rows stay on one page."""


def troff(text: str) -> str:
    """The text with what troff reads as commands escaped."""
    return "".join(ESCAPES.get(char, char) for char in text)


def document(doc: Doc, style: Style) -> str:
    """The source of a document."""
    writer = _Writer(doc, style)
    adjust = ".ad b" if style.justify else ".ad l"
    side = ".ad c" if style.title_center else ".ad l"
    size = style.heading_size(0)
    title = [
        f".LP\n{side}\n.ps {size:.0f}\n.vs {size * 1.25:.0f}p\n.ft B\n.hy 0",
        f"{troff(doc.title)}\n.br\n.ft R",
        f".ps {style.size:g}\n.vs {style.size * style.leading:.1f}p",
    ]
    if doc.authors:
        title.append(f".sp 0.4v\n.ft I\n{troff(doc.author_line)}\n.br\n.ft R")
    title.append(f".br\n.hy {6 if style.justify else 0}\n{adjust}\n.sp 1v")
    columns = {1: "", 2: ".2C", 3: f".MC {style.column_width:.1f}p {style.gutter:.1f}p"}
    return "\n".join(
        (_setup(doc, style), *title, columns[style.columns], writer.blocks(doc.blocks), "")
    )


def _setup(doc: Doc, style: Style) -> str:
    family = FAMILIES[style.serif][style.face]
    indent = f"{1.2 * style.size if style.indent else 0:.1f}p"
    gap = f"{0.1 if style.indent else 0.5}v"
    odd_head, even_head = (_title("H", head(doc, style, odd=odd), odd) for odd in (True, False))
    odd_foot, even_foot = (_title("F", foot(doc, style, odd=odd), odd) for odd in (True, False))
    first = "" if not style.first_page_head else ".P1"
    adjust = "b" if style.justify else "l"
    hyphens = ".nr HY 6" if style.justify else ".nr HY 0"
    return f""".do xflag 3
.pl {style.height}p
.nr PS {style.size:g}
.nr VS {style.size * style.leading:.1f}p
.nr LL {style.text_width:.1f}p
.nr LT {style.text_width:.1f}p
.nr PO {style.margin:.1f}p
.nr HM {style.margin:.1f}p
.nr FM {style.margin:.1f}p
.nr PI {indent}
.nr PD {gap}
.nr QI 2m
.nr GROWPS 0
.nr FPS {style.size * 0.82:.1f}
.nr FVS {style.size * 1.0:.1f}p
{hyphens}
.fam {family}
.ds FAM {family}
.ad {adjust}
.ds LH
.ds CH
.ds RH
.ds LF
.ds CF
.ds RF
{odd_head}
{even_head}
{odd_foot}
{even_foot}
{first}"""


def _title(kind: str, slots: Slots, odd: bool) -> str:
    parts = [troff(text).replace(PAGE, "%").replace("'", r"\[aq]") for text in slots]
    side = "O" if odd else "E"
    return f".{side}{kind} '{parts[0]}'{parts[1]}'{parts[2]}'"


class _Writer:
    def __init__(self, doc: Doc, style: Style) -> None:
        self.doc, self.style = doc, style
        self.figures = 0
        self.pending: list[int] = []

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks' source."""
        out = []
        first = True
        blocks = list(blocks)
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            if isinstance(block, Heading):
                out.append(self.heading(block, following))
            else:
                out.append(self.block(block, first=first))
            first = not isinstance(block, Para)
            out.append(self.notes())
        return "\n".join(part for part in out if part)

    def notes(self) -> str:
        """The notes that were called since the last."""
        out = "\n".join(
            f".FS {note}\n{self.inline(self.doc.notes[note - 1])}\n.FE" for note in self.pending
        )
        self.pending = []
        return out

    def block(self, block: Block, *, first: bool) -> str:
        """A block's source."""
        if isinstance(block, Para):
            return f"{'.LP' if first else '.PP'}\n{self.inline(block.text)}"
        if isinstance(block, Listing):
            return self.listing(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Code):
            size = code_size(block.text, self.style, self.style.column_width)
            lines = "\n".join("\\&" + troff(line) for line in block.text.split("\n"))
            font = f".ft CR\n.ps {size:g}\n.vs {size * 1.25:.1f}p"
            return f".LP\n.sp 0.3v\n.nf\n{font}\n{lines}\n.ft R\n.ps\n.vs\n.fi\n.sp 0.3v"
        if isinstance(block, Formula):
            lines = "\n".join(f"\\fI{troff(line)}\\fR" for line in block.text.split("\n"))
            return f".LP\n.sp 0.4v\n.ce 9\n{lines}\n.ce 0\n.sp 0.4v"
        if isinstance(block, Quote):
            lean = ".ft I\n" if self.style.quote == "italic" else ""
            return f".QS\n{lean}{self.blocks(block.blocks)}\n.ft R\n.QE"
        return ".bp"

    def heading(self, block: Heading, following: Block | None) -> str:
        """A heading, kept with three lines of what follows, or with a table that is kept itself."""
        size = self.style.heading_size(block.level)
        font = "R" if self.style.heading == "regular" else "B"
        family = FAMILIES[self.style.headings_serif][self.style.face]
        line = self.style.size * self.style.leading
        need = 3 * line + size
        if isinstance(following, Table) and following.rows <= KEPT_ROWS:
            need += (following.rows + 3) * line
        elif isinstance(following, Figure | Heading):
            need += figures.HEIGHT if isinstance(following, Figure) else 3 * line
        return (
            f".LP\n.sp {0.9 * size:.0f}p\n.ne {need:.0f}p\n.ad l\n.fam {family}\n"
            f".ft {font}\n.ps {size:g}\n.vs {size * 1.2:.1f}p\n{self.inline(block.text)}\n"
            ".br\n.ft R\n"
            f".fam {FAMILIES[self.style.serif][self.style.face]}\n"
            f".ps {self.style.size:g}\n.vs {line:.1f}p\n.ad {'b' if self.style.justify else 'l'}\n"
            ".sp 0.2v\n.ns"
        )

    def listing(self, block: Listing) -> str:
        """A list's source, a nested one shifted right."""
        out = []
        for index, item in enumerate(block.items):
            mark = f"{block.start + index}." if block.ordered else BULLETS[self.style.bullet]
            lead = f'.IP "{mark}" 1.6m'
            for place, part in enumerate(item):
                if isinstance(part, Para):
                    out.append(f"{lead if place == 0 else '.IP'}\n{self.inline(part.text)}")
                else:
                    out.append(f".RS 1.6m\n{self.block(part, first=False)}\n.RE")
                out.append(self.notes())
        return "\n".join(part for part in out if part)

    def figure(self, block: Figure) -> str:
        """A drawing with its caption below."""
        self.figures += 1
        scale = min(1.0, self.style.column_width / figures.WIDTH)
        lines = []
        for shape in figures.drawing(block.kind, f"{self.doc.name}/{self.figures}"):
            lines.append(_pic(shape, scale / 72))
        drawn = "\n".join(lines)
        return f".KS\n.sp 0.5v\n.PS\n{drawn}\n.PE\n{self.caption(block.caption)}\n.sp 0.5v\n.KE"

    def caption(self, text: Inline) -> str:
        """A caption's source."""
        font = "B" if self.style.caption_bold else "R"
        size = self.style.size * 0.9
        return (
            f".LP\n.ps {size:.1f}\n.ft {font}\n.ad c\n{self.inline(text)}\n.br\n.ft R\n"
            f".ad {'b' if self.style.justify else 'l'}\n.ps {self.style.size:g}"
        )

    def table(self, table: Table) -> str:
        """A table for tbl, with its caption on the style's side."""
        room = self.style.column_width
        size = table_size(table, self.style, room)
        widths = column_widths(table, room - 8, size, self.style.table_full)
        frame = {"grid": "allbox", "headed": "allbox"}.get(self.style.table, "")
        options = " ".join(
            filter(None, ("center", frame, "tab(\t)", "nokeep" if table.rows > KEPT_ROWS else ""))
        )
        formats = [self.format_row(table, index, widths) for index in range(table.rows)]
        data = [self.data_row(table, index) for index in range(table.rows)]
        rules = self.style.table in ("rules", "lines")
        for index in reversed(range(table.rows)):
            if (
                rules
                and (self.style.table == "lines" or index == table.head - 1)
                and index < table.rows - 1
            ):
                data.insert(index + 1, "_")
        if table.head and table.rows > KEPT_ROWS:
            data.insert(table.head + int(rules), ".TH")
        if rules:
            data = ["_" if self.style.table == "rules" else "", *data, "_"]
        body = "\n".join(part for part in data if part)
        begin = ".TS H" if ".TH" in data else ".TS"
        grid = (
            f".ps {size:g}\n.vs {size * 1.2:.1f}p\n.hy 0\n{begin}\n{options};\n"
            + "\n".join(formats)
            + f".\n{body}\n.TE\n.hy 6\n.ps {self.style.size:g}\n"
            f".vs {self.style.size * self.style.leading:.1f}p"
        )
        caption = self.caption(table.caption) if table.caption else ""
        parts = [caption, grid] if self.style.caption_above else [grid, caption]
        inner = "\n.sp 0.3v\n".join(filter(None, parts))
        kept = table.rows <= KEPT_ROWS
        inner = f".KS\n{inner}\n.KE" if kept else f".ne 8v\n{inner}"
        return f".LP\n.sp 0.4v\n{inner}\n.sp 0.5v"

    def format_row(self, table: Table, index: int, widths: list[float]) -> str:
        """The format of a row: alignment, spans, and in the first row widths."""
        parts = []
        for col in range(table.cols):
            cell = table.owner(index, col)
            width = f"w({widths[col] - PADDING:.1f}p) 2"
            bold = "b" if cell.head else ""
            if col > cell.col:
                parts.append(f"s {width}")
            elif index > cell.row:
                parts.append(f"^ {width}")
            else:
                parts.append(f"{SIDES[cell.align]}{bold}t {width}")
        return " ".join(parts)

    def data_row(self, table: Table, index: int) -> str:
        """The data of a row; every text is a block, so that it can break."""
        parts = []
        for col in range(table.cols):
            cell = table.owner(index, col)
            if col > cell.col:
                continue
            parts.append("" if index > cell.row else self.cell(cell))
        return "\t".join(parts)

    def cell(self, cell: Cell) -> str:
        """A cell's text."""
        inner = self.inline(cell.text)
        if not inner:
            return ""
        side = {"left": "l", "right": "r", "center": "c"}[cell.align]
        return f"T{{\n.ad {side}\n{inner}\nT}}"

    def inline(self, text: Inline) -> str:
        """A text's source; what looks like a request at a line's start is no request."""
        said = "".join(self._run(run) for run in text)
        return "\n".join(
            "\\&" + line if line[:1] in (".", "'") and not line.startswith(".br") else line
            for line in said.split("\n")
        )

    def _run(self, run: Run) -> str:
        if run.br:
            return "\n.br\n"
        if run.note:
            self.pending.append(run.note)
            return rf"\*{{{run.note}\*}}"
        out = troff(run.text)
        if run.code:
            return rf"\f[CR]{out}\f[]"
        font = {(True, True): "BI", (True, False): "B", (False, True): "I"}.get(
            (run.bold, run.italic)
        )
        return rf"\f[{font}]{out}\f[]" if font else out


def _pic(shape: figures.Shape, unit: float) -> str:
    """A shape in pic's language; `unit` is a point in inches."""

    def at(x: float, y: float) -> str:
        return f"{x * unit:.3f},{(figures.HEIGHT - y) * unit:.3f}"

    if isinstance(shape, figures.Box):
        size = f"wid {shape.w * unit:.3f} ht {shape.h * unit:.3f}"
        middle = at(shape.x + shape.w / 2, shape.y + shape.h / 2)
        return f"box {size} fill {1 - shape.grey:.2f} at {middle}"
    if isinstance(shape, figures.Line):
        points = " to ".join(at(x, y) for x, y in shape.points)
        return f"line from {points}"
    return f'"\\s9{shape.text}\\s0" at {at(shape.x, shape.y - 3)}'
