"""A document in Typst's language; all text goes in as string literals."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.pdf_roundtrip import figures, fonts
from benchmarks.pdf_roundtrip.measure import code_size, column_widths, is_wide, table_size
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

KEPT_ROWS = 12
"""Tables of at most so many rows stay on one page."""


def literal(text: str) -> str:
    """The text as a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _families(names: Iterable[str]) -> str:
    return "(" + "".join(literal(name) + "," for name in names) + ")"


def document(doc: Doc, style: Style) -> str:
    """The source of a document."""
    writer = _Writer(doc, style)
    side = "center" if style.title_center else "left"
    face = _families(fonts.stack(style, heading=True))
    title = (
        f"#align({side})[#set par(justify: false)\n"
        f"#text(font: {face}, size: {style.heading_size(0)}pt,"
        f' weight: "bold", hyphenate: false, {literal(doc.title)})]'
    )
    if doc.authors:
        title += f"\n#align({side})[#emph[#{literal(doc.author_line)}]]"
    if style.columns > 1:
        title = f'#place(top, float: true, scope: "parent", clearance: 1.5em)[{title}]'
    else:
        title += "\n#v(0.8em)"
    return "\n".join((_setup(doc, style), title, writer.blocks(doc.blocks)))


def _slots(slots: Slots) -> str:
    cells = []
    for text in slots:
        parts = [f"#{literal(part)}" if part else "" for part in text.split(PAGE)]
        cells.append("[" + "#counter(page).display()".join(parts) + "]")
    return f"grid(columns: (auto, 1fr, auto), align: (left, center, right), {', '.join(cells)})"


def _setup(doc: Doc, style: Style) -> str:
    small = f"#set text(size: {style.size * 0.8:.1f}pt, fill: luma(60))\n"
    skip = "" if style.first_page_head else "if here().page() > 1 "
    rule = "#v(-0.6em)#line(length: 100%, stroke: 0.5pt)" if style.head == "rule" else ""
    upper, lower = (
        f"context {{ {gate}{{ if calc.odd(here().page()) {{ {_slots(slot(doc, style, odd=True))} }}"
        f" else {{ {_slots(slot(doc, style, odd=False))} }} }} }}"
        for slot, gate in ((head, skip), (foot, ""))
    )
    rule = f"#context {{ {skip}[{rule}] }}" if rule else ""
    first = "2em" if doc.lang == "zh" else "1.2em"
    indent = f"(amount: {first}, all: {'true' if doc.lang == 'zh' else 'false'})"
    leading = max(style.leading - 0.75, 0.45)
    return f"""
#set document(title: {literal(doc.title)}, author: {_families(doc.authors)}, date: none)
#set page(width: {style.width}pt, height: {style.height}pt, margin: {style.margin}pt,
  columns: {style.columns},
  header: [{small}#{upper}{rule}], footer: [{small}#{lower}])
#set columns(gutter: {style.gutter}pt)
#set text(font: {_families(fonts.stack(style))}, size: {style.size}pt, lang: "{doc.lang}",
  hyphenate: {"true" if style.justify else "false"})
#set par(justify: {"true" if style.justify else "false"}, leading: {leading:.2f}em,
  spacing: {leading + (0 if style.indent else 0.55):.2f}em,
  first-line-indent: {indent if style.indent else "0pt"})
#set list(marker: [{style.bullet}], indent: 0.6em, spacing: {leading + 0.1:.2f}em)
#set enum(indent: 0.6em, spacing: {leading + 0.1:.2f}em)
#show list: set block(above: 0.9em, below: 0.9em)
#show enum: set block(above: 0.9em, below: 0.9em)
#show raw: set text(font: {_families(fonts.mono_stack(style))})
#show link: set text(fill: rgb("{style.accent}"))
#set footnote.entry(indent: 0pt)
{_headings(style)}
"""


def _headings(style: Style) -> str:
    weight = '"regular"' if style.heading == "regular" else '"bold"'
    colour = f'rgb("{style.accent}")' if style.heading in ("colour", "regular") else "black"
    face = _families(fonts.stack(style, heading=True))
    out = (
        f"#show heading: set text(font: {face}, weight: {weight}, fill: {colour},"
        " hyphenate: false)\n"
        "#show heading: set block(above: 1.5em, below: 0.8em)\n"
        "#show heading: set par(justify: false)\n"
    )
    for level in range(1, 5):
        size = style.heading_size(level)
        out += f"#show heading.where(level: {level}): set text(size: {size}pt)\n"
    if style.heading == "rule":
        box = "width: 100%, stroke: (bottom: 0.6pt), inset: (bottom: 3pt)"
        out += f"#show heading: it => block({box}, it)\n"
    return out


class _Writer:
    def __init__(self, doc: Doc, style: Style) -> None:
        self.doc, self.style = doc, style
        self.figures = 0

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks' source."""
        return "\n\n".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        """A block's source."""
        if isinstance(block, Heading):
            return f"#heading(level: {block.level})[{self.inline(block.text)}]"
        if isinstance(block, Para):
            return self.inline(block.text)
        if isinstance(block, Listing):
            name = f"enum(start: {block.start}, " if block.ordered else "list("
            items = ", ".join(f"[{self.blocks(item)}]" for item in block.items)
            return f"#{name}{items})"
        if isinstance(block, Formula):
            lines = r" \ ".join(f"#{literal(line)}" for line in block.text.split("\n"))
            face = _families([fonts.latin(self.style), "DejaVu Serif", fonts.chinese(self.style)])
            face = f'font: {face}, style: "normal"'
            inner = f"#set align(center)\n#set text({face})\n{lines}"
            return f"#block(above: 1em, below: 1em, width: 100%)[{inner}]"
        if isinstance(block, Quote):
            return self.quote(block)
        if isinstance(block, Table | Figure | Code):
            return self.display(block)
        return "#pagebreak(weak: true)"

    def quote(self, block: Quote) -> str:
        """A quotation's source."""
        inner = "#set par(first-line-indent: 0pt)\n" + self.blocks(block.blocks)
        if self.style.quote == "bar":
            stroke = f'(left: 2pt + rgb("{self.style.accent}"))'
            return f"#block(stroke: {stroke}, inset: (left: 1em, y: 0.3em))[{inner}]"
        lean = '#set text(style: "italic")\n' if self.style.quote == "italic" else ""
        return f"#pad(x: 2em)[{lean}{inner}]"

    def display(self, block: Table | Figure | Code) -> str:
        """A table, figure or code, across the page where it is too wide for a column."""
        wide = is_wide(block, self.style)
        room = self.style.text_width if wide else self.style.column_width
        if isinstance(block, Table):
            inner = self.table(block, room)
        elif isinstance(block, Figure):
            inner = self.figure(block, room)
        else:
            size = code_size(block.text, self.style, room)
            inner = (
                "#block(fill: luma(243), stroke: 0.4pt + luma(200), inset: 6pt, width: 100%)["
                f"#set text(size: {size / 0.8:.2f}pt)\n#set par(justify: false, leading: 0.5em)\n"
                f"#raw(block: true, {literal(block.text)})]"
            )
        return f'#place(auto, float: true, scope: "parent")[{inner}]' if wide else inner

    def caption(self, text: Inline, *, sticky: bool) -> str:
        """A caption's source."""
        weight = "bold" if self.style.caption_bold else "regular"
        return (
            f"#block(width: 100%, sticky: {'true' if sticky else 'false'})[#set align(center)\n"
            f'#set text(size: 0.9em, weight: "{weight}")\n'
            f"#set par(first-line-indent: 0pt, justify: false)\n{self.inline(text)}]"
        )

    def figure(self, block: Figure, room: float) -> str:
        """A drawing with its caption below."""
        self.figures += 1
        shapes = figures.drawing(block.kind, f"{self.doc.name}/{self.figures}")
        drawn = literal(figures.svg(shapes, "Liberation Sans"))
        width = min(figures.WIDTH, room)
        return (
            "#block(breakable: false, width: 100%, above: 1.2em, below: 1.2em)"
            f"[#align(center)[#image(bytes({drawn}),"
            f' format: "svg", width: {width}pt)]\n{self.caption(block.caption, sticky=False)}]'
        )

    def table(self, table: Table, room: float) -> str:
        """A table with its caption on the style's side."""
        style = self.style
        size = table_size(table, style, room)
        widths = column_widths(table, room, size, style.table_full)
        cells = [self.cell(cell) for row in range(table.head) for cell in table.row(row)]
        body = [self.cell(c) for row in range(table.head, table.rows) for c in table.row(row)]
        header = f"table.header({', '.join(cells)}), " if cells else ""
        columns = "".join(f"{width:.1f}pt, " for width in widths)
        grid = (
            f"#align(center)[#set text(size: {size}pt, hyphenate: false)\n"
            "#set par(justify: false, first-line-indent: 0pt, leading: 0.5em, spacing: 0.5em)\n"
            f"#table(columns: ({columns}), inset: (x: 4pt, y: 3.2pt), {_rules(table, style)}"
            f"{header}{', '.join(body)})]"
        )
        if not table.caption:
            return f"#block(width: 100%, above: 1.1em, below: 1.1em)[{grid}]"
        caption = self.caption(table.caption, sticky=style.caption_above)
        both = f"{caption}\n{grid}" if style.caption_above else f"{grid}\n{caption}"
        kept = "false" if table.rows <= KEPT_ROWS else "true"
        return f"#block(breakable: {kept}, width: 100%, above: 1.2em, below: 1.2em)[{both}]"

    def cell(self, cell: Cell) -> str:
        """A cell's source."""
        spans = f"rowspan: {cell.rowspan}, colspan: {cell.colspan}, align: {cell.align} + top"
        colour = "white" if cell.head and self.style.table == "headed" else "black"
        inner = self.inline(cell.text)
        if cell.head:
            inner = f'#text(weight: "bold", fill: {colour})[{inner}]'
        return f"table.cell({spans})[{inner}]"

    def inline(self, text: Inline) -> str:
        """A text's source."""
        return "".join(self._run(run) for run in text)

    def _run(self, run: Run) -> str:
        if run.br:
            return " \\\n"
        if run.note:
            return f"#footnote[{self.inline(self.doc.notes[run.note - 1])}]"
        out = f"#{literal(run.text)}"
        if run.code:
            out = f"#raw({literal(run.text)})"
        for on, name in ((run.italic, "emph"), (run.bold, "strong")):
            out = f"#{name}[{out}]" if on else out
        return f"#link({literal(run.href)})[{out}]" if run.href else out


def _rules(table: Table, style: Style) -> str:
    """Strokes and fills of a table."""
    last = table.rows
    accent = f'rgb("{style.accent}")'
    return {
        "grid": "stroke: 0.5pt + luma(50), ",
        "rules": "stroke: (x, y) => (top: if y == 0 { 1.1pt } else if y == "
        f"{table.head} {{ 0.6pt }} else {{ none }}, bottom: if y == {last - 1} {{ 1.1pt }}), ",
        "lines": "stroke: (x, y) => (bottom: if y == "
        f"{table.head - 1} {{ 1pt }} else {{ 0.4pt + luma(130) }}), ",
        "bare": "stroke: none, ",
        "shaded": f'stroke: none, fill: (x, y) => if y < {table.head} {{ rgb("d9dee4") }}'
        + ("" if table.spans else ' else if calc.odd(y) { rgb("f0f2f5") }')
        + ", ",
        "headed": "stroke: 0.5pt + luma(150), "
        f"fill: (x, y) => if y < {table.head} {{ {accent} }}, ",
    }[style.table]
