"""A document in LaTeX for XeTeX: sections, lists, notes, drawings in TikZ."""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.pdf_roundtrip import figures
from benchmarks.pdf_roundtrip.measure import code_size, is_wide, segments
from benchmarks.pdf_roundtrip.model import (
    Block,
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
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset.tex_preamble import preamble
from benchmarks.pdf_roundtrip.typeset.tex_table import table_rows

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "%": r"\%",
    "[": "{[}",
    "]": "{]}",
}
SECTIONS = ("section", "subsection", "subsubsection", "paragraph")


def tex(text: str) -> str:
    """The text with what LaTeX reads as commands escaped."""
    return "".join(SPECIAL.get(char, char) for char in text)


def document(doc: Doc, style: Style) -> str:
    """The source of a document."""
    writer = Writer(doc, style)
    side = r"\centering" if style.title_center else r"\raggedright"
    size = style.heading_size(0)
    title = (
        f"{{{side}\\fontsize{{{size}}}{{{size * 1.25:.1f}}}\\selectfont\\headingface\\bfseries"
        f"\\noindent {tex(doc.title)}\\par}}\n"
    )
    if doc.authors:
        title += f"\\vspace{{6pt}}{{{side}\\itshape\\noindent {tex(doc.author_line)}\\par}}\n"
    first = "" if style.first_page_head else "\\thispagestyle{first}\n"
    body = first + title + f"\\vspace{{{style.size * 1.2:.0f}pt}}\n\n"
    for wide, blocks in segments(doc.blocks, style):
        writer.columns = style.columns > 1 and not wide
        inner = writer.blocks(blocks)
        if writer.columns:
            inner = f"\\begin{{multicols}}{{{style.columns}}}\n{inner}\n\\end{{multicols}}\n"
        body += inner + "\n\n"
    body = f"\\begin{{body}}\n{body}\\end{{body}}"
    return f"{preamble(doc, style)}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


class Writer:
    """Writes blocks; `columns` says whether they stand in several."""

    def __init__(self, doc: Doc, style: Style) -> None:
        self.doc, self.style = doc, style
        self.columns = False
        self.figures = 0
        self.in_cell = False

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks' source."""
        return "\n\n".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        """A block's source."""
        if isinstance(block, Heading):
            return f"\\{SECTIONS[min(block.level, 4) - 1]}{{{self.inline(block.text)}}}"
        if isinstance(block, Para):
            return self.inline(block.text)
        if isinstance(block, Listing):
            return self.listing(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Code):
            return self.code(block)
        if isinstance(block, Formula):
            lines = r"\\ ".join(map(tex, block.text.split("\n")))
            return f"\\begin{{center}}\\formulaface {lines}\\end{{center}}"
        if isinstance(block, Quote):
            bar = self.style.quote == "bar" and not self.columns
            kind = "leftbar" if bar else "quote"
            lean = r"\itshape " if self.style.quote == "italic" else ""
            return f"\\begin{{{kind}}}\\noindent {lean}{self.blocks(block.blocks)}\\end{{{kind}}}"
        return r"\newpage" if not self.columns else r"\columnbreak"

    def listing(self, block: Listing) -> str:
        """A list's source."""
        kind = f"enumerate}}[start={block.start}]" if block.ordered else "itemize}"
        items = "\n".join(f"\\item {self.blocks(item)}" for item in block.items)
        end = "enumerate" if block.ordered else "itemize"
        return f"\\begin{{{kind}\n{items}\n\\end{{{end}}}"

    def room(self, block: Block) -> float:
        """Width that a block has."""
        return self.style.text_width if is_wide(block, self.style) else self.style.column_width

    def code(self, block: Code) -> str:
        """Code's source: each line a paragraph, its spaces kept."""
        size = code_size(block.text, self.style, self.room(block))
        lines = []
        for line in block.text.split("\n"):
            kept = re.sub(" ", r"\\ ", tex(line)) or r"\strut"
            lines.append(f"\\noindent\\mbox{{{kept}}}\\par")
        font = f"\\fontsize{{{size}}}{{{size * 1.25:.1f}}}\\selectfont\\ttfamily"
        return (
            f"{{\\parskip=0pt\\medskip\\noindent\\hrulefill\\par{font}\n"
            + "\n".join(lines)
            + "\n\\noindent\\hrulefill\\par\\medskip}"
        )

    def figure(self, block: Figure) -> str:
        """A drawing with its caption below."""
        self.figures += 1
        scale = min(1.0, self.room(block) / figures.WIDTH)
        parts = []
        for shape in figures.drawing(block.kind, f"{self.doc.name}/{self.figures}"):
            if isinstance(shape, figures.Box):
                grey = round(100 - 100 * shape.grey)
                low, high = figures.HEIGHT - shape.y - shape.h, figures.HEIGHT - shape.y
                parts.append(
                    f"\\fill[black!{grey}] ({shape.x},{low})"
                    f" rectangle ({shape.x + shape.w},{high});"
                )
            elif isinstance(shape, figures.Line):
                points = " -- ".join(f"({x},{figures.HEIGHT - y})" for x, y in shape.points)
                parts.append(f"\\draw {points};")
            else:
                at = f"({shape.x},{figures.HEIGHT - shape.y})"
                parts.append(
                    f"\\node[anchor=base,font=\\footnotesize] at {at} {{{tex(shape.text)}}};"
                )
        drawn = "\n".join(parts)
        return (
            f"\\begin{{center}}\\begin{{tikzpicture}}[x={scale:.3f}bp,y={scale:.3f}bp]\n{drawn}\n"
            f"\\end{{tikzpicture}}\\\\*[4pt]{self.caption(block.caption)}\\end{{center}}"
        )

    def caption(self, text: Inline) -> str:
        """A caption's text in its face."""
        weight = r"\bfseries" if self.style.caption_bold else ""
        return f"{{\\captionsize{weight} {self.inline(text)}}}"

    def table(self, table: Table) -> str:
        """A table with its caption on the style's side, and its notes behind it."""
        self.in_cell = True
        grid, long = table_rows(self, table, breakable=not self.columns)
        caption = self.caption(table.caption) if table.caption else ""
        self.in_cell = False
        calls = [run.note for cell in table.cells for run in cell.text if run.note]
        calls += [run.note for run in table.caption if run.note]
        notes = "".join(
            f"\\footnotetext[{note}]{{{self.inline(self.doc.notes[note - 1])}}}" for note in calls
        )
        above = self.style.caption_above
        if long:
            upper = f"{{\\centering {caption}\\par\\nobreak}}\\nobreak" if caption and above else ""
            lower = f"{{\\centering {caption}\\par}}\\medskip" if caption and not above else ""
            return f"{upper}\n{grid}\n{lower}\n{notes}"
        parts = [caption, grid] if above else [grid, caption]
        joined = "\\\\*[3pt]".join(part for part in parts if part)
        return f"\\begin{{center}}{joined}\\end{{center}}{notes}"

    def inline(self, text: Inline) -> str:
        """A text's source."""
        return "".join(self._run(run) for run in text)

    def _run(self, run: Run) -> str:
        if run.br:
            return r"\newline " if self.in_cell else r"\\ "
        if run.note:
            if self.in_cell:
                return f"\\footnotemark[{run.note}]"
            return f"\\footnote[{run.note}]{{{self.inline(self.doc.notes[run.note - 1])}}}"
        out = tex(run.text)
        for on, name in ((run.code, "texttt"), (run.italic, "textit"), (run.bold, "textbf")):
            out = f"\\{name}{{{out}}}" if on else out
        return f"\\href{{{run.href.replace('%', chr(92) + '%')}}}{{{out}}}" if run.href else out
