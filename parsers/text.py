"""Plain text: paragraphs at blank lines."""

from __future__ import annotations

import re

from parsers.base import ParseOptions
from parsers.encoding import decode
from schemas.document import Document, Element, ElementKind
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType, Source

_LINE_END = re.compile(r"\r\n?|\u2028")  # U+0085 is mostly half a character of mojibake
_BREAK = re.compile(r"[\f\v\u2029]|\n(?:[^\S\n]*\n)+")
_OUTER_BLANK = re.compile(r"\A(?:[^\S\n]*\n)+")


def paragraphs(text: str) -> list[str]:
    r"""Paragraphs of `text`: a blank line, form feed or paragraph separator ends one.

    Line breaks inside a paragraph stay, as does indentation (verse, code, tables made of blanks);
    white space at the end of a line goes. CR and CRLF count as line ends.

    >>> paragraphs("one\r\ntwo\r\n\r\n  three\f四")
    ['one\ntwo', '  three', '四']
    """
    found = []
    for block in _BREAK.split(_LINE_END.sub("\n", text)):
        kept = _OUTER_BLANK.sub("", block)
        lines = [line.rstrip() for line in kept.split("\n")]
        joined = "\n".join(lines).rstrip()
        if joined:
            found.append(joined)
    return found


def paragraph_elements(text: str) -> tuple[Element, ...]:
    """One PARAGRAPH for each paragraph of `text`."""
    return tuple(Element(ElementKind.PARAGRAPH, part) for part in paragraphs(text))


class TextParser:
    """Plain text files. Nothing is read as markup: `# a` stays a paragraph."""

    name = "text"
    version = 1
    media_types: frozenset[MediaType] = frozenset({MediaType.TEXT})

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document of paragraphs; raises ParseError(NO_TEXT) when there is only white space."""
        text, issues = decode(data)
        elements = paragraph_elements(text)
        if not elements:
            raise ParseError(Reason.NO_TEXT, "holds only white space")
        return Document(source, elements, issues=tuple(issues))
