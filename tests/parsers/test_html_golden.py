"""Whole documents, element by element, against golden files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parsers.base import ParseOptions
from parsers.html.parser import HtmlParser
from parsers.markdown import MarkdownParser
from schemas.document import Document, Element
from schemas.ids import sha256_hex
from schemas.source import MediaType, Source

GOLDEN = Path(__file__).parents[1] / "golden"


def shown(element: Element) -> str:
    """Kind, level and marker on one line, the text indented below; a table cell by cell."""
    about = [element.kind.value]
    about += [f"level={element.level}"] if element.level is not None else []
    about += [f"marker={element.marker}"] if element.marker is not None else []
    if element.table is None:
        lines = element.text.split("\n")
    else:
        lines = [
            f"{c.row},{c.col} {c.row_span}x{c.col_span} {'head' if c.header else 'cell'} {c.text!r}"
            for c in element.table.cells
        ]
    return "\n".join([" ".join(about), *(f"    {line}".rstrip() for line in lines)])


def dump(document: Document) -> str:
    metadata = [f"{key}: {value}" for key, value in document.metadata.items()]
    issues = [f"issue {issue.code.value}: {issue.detail}" for issue in document.issues]
    return "\n".join([*metadata, *issues, *map(shown, document.elements)]) + "\n"


@pytest.mark.parametrize(
    ("name", "parser", "kind"),
    [
        ("html/guide.html", HtmlParser(), MediaType.HTML),
        ("markdown/guide.md", MarkdownParser(), MediaType.MARKDOWN),
    ],
)
def test_whole_documents(
    name: str,
    parser: HtmlParser | MarkdownParser,
    kind: MediaType,
    golden: Callable[[str, str], None],
) -> None:
    data = (GOLDEN / name).read_bytes()
    source = Source(name, sha256_hex(data), kind, len(data))
    golden(f"{name}.txt", dump(parser.parse(source, data, ParseOptions())))
