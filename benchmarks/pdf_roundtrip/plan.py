"""Which engines set which document, and what of a style is part of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from benchmarks.pdf_roundtrip.measure import is_wide
from benchmarks.pdf_roundtrip.model import Block, Doc, Heading
from benchmarks.pdf_roundtrip.source import digest
from benchmarks.pdf_roundtrip.style import Style, choose
from benchmarks.pdf_roundtrip.typeset import ENGINES


def able(doc: Doc, engine: str) -> bool:
    """True where an engine can set a document well.

    groff: English; no slides; a text of several columns only without page-wide parts, which would
    begin a new page each.
    """
    if engine != "groff":
        return True
    style = choose(doc, engine)
    wide = any(is_wide(block, style) for block in doc.blocks)
    return doc.lang == "en" and doc.kind != "slides" and not wide


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
    """The document with the capitals of a style in its text: they are what the page says."""
    if style.heading != "caps" or doc.lang != "en":
        return doc
    return replace(doc, blocks=tuple(_capital(block) for block in doc.blocks))


def _capital(block: Block) -> Block:
    if not isinstance(block, Heading) or block.level > 2:
        return block
    runs = tuple(replace(run, text=run.text.upper()) if run.text else run for run in block.text)
    return Heading(block.level, runs)
