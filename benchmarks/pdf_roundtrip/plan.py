"""Which engines set which document, and what of a style is part of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from benchmarks.pdf_roundtrip.measure import is_wide
from benchmarks.pdf_roundtrip.model import Block, Doc, Heading, PageBreak, Table, characters
from benchmarks.pdf_roundtrip.source import digest
from benchmarks.pdf_roundtrip.style import Style, choose
from benchmarks.pdf_roundtrip.typeset import ENGINES
from benchmarks.pdf_roundtrip.typeset.troff import KEPT_ROWS

LACKING = frozenset("☐☑☒✓✔✗★☆①②③④⁴⁵⁶⁷⁸⁹⁰⁻₀₁₂₃₄ℓ≪≫⊕⌈⌉⌊⌋")
"""Signs that groff's PostScript faces lack."""


def able(doc: Doc, engine: str) -> bool:
    """True where an engine can set a document well.

    reportlab: no page-wide parts in columns, its frames have one width. groff: neither, each part
    would begin a new page; English, in signs that its faces have; no slides; no table over several
    pages with cells over several rows or above notes, which tbl tears or lets run into the notes.
    """
    if engine not in ("groff", "reportlab"):
        return True
    style = choose(doc, engine)
    wide = any(is_wide(block, style) for block in doc.blocks)
    if engine == "reportlab":
        return not wide
    long = [block for block in doc.blocks if isinstance(block, Table) and block.rows > KEPT_ROWS]
    torn = bool(long and doc.notes) or any(table.spans for table in long)
    if doc.lang != "en" or doc.kind == "slides" or wide or torn:
        return False
    return not characters(doc) & LACKING


def engines_of(docs: Iterable[Doc]) -> dict[str, tuple[str, ...]]:
    """Engines of each document: one, or two for every other document of a language and kind.

    Documents come in the order of their digests; each takes the engine that has set the fewest
    documents of that kind and language, then the fewest in all.
    """
    total: Counter[str] = Counter()
    of_kind: Counter[tuple[str, str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    plan = {}
    for doc in sorted(docs, key=lambda d: digest(d.name)):
        group = (doc.lang, doc.kind)
        chosen: list[str] = []
        for _ in range(1 + seen[group] % 2):
            left = [e for e in ENGINES if e not in chosen and able(doc, e)]
            best = min(
                left,
                key=lambda e: (of_kind[(*group, e)], total[e], digest(f"{doc.name}/{e}")),
            )
            chosen.append(best)
            total[best] += 1
            of_kind[(*group, best)] += 1
        seen[group] += 1
        plan[doc.name] = tuple(chosen)
    return dict(sorted(plan.items()))


def prepared(doc: Doc, style: Style) -> Doc:
    """The document with what a style adds to it: capitals in headings, a slide for each section."""
    if doc.kind == "slides":
        doc = replace(doc, blocks=tuple(_slides(doc.blocks)))
    if style.heading != "caps" or doc.lang != "en":
        return doc
    return replace(doc, blocks=tuple(_capital(block) for block in doc.blocks))


def _slides(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with a new page before each top section."""
    out: list[Block] = []
    for block in blocks:
        starts = isinstance(block, Heading) and block.level == 1
        if starts and not (out and isinstance(out[-1], PageBreak)):
            out.append(PageBreak())
        out.append(block)
    return out


def _capital(block: Block) -> Block:
    if not isinstance(block, Heading) or block.level > 2:
        return block
    runs = tuple(replace(run, text=run.text.upper()) if run.text else run for run in block.text)
    return Heading(block.level, runs)
