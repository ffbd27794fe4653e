"""HTML pages: the main content as a document."""

from __future__ import annotations

from parsers.base import ParseOptions
from parsers.html.content import Choice, main_content, whole
from parsers.html.convert import Converter
from parsers.html.dom import metadata, parse_markup, parse_page
from schemas.document import Document, Element, Issue, IssueCode
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType, Source


class HtmlParser:
    """HTML and XHTML pages.

    Menus, teasers, comments and other boilerplate are left out. When no main content stands out,
    the whole visible body is the document, with the issue NO_MAIN_CONTENT.
    """

    name = "html"
    version = 1
    media_types: frozenset[MediaType] = frozenset({MediaType.HTML})

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document of the page's main content; raises ParseError(NO_TEXT) for a page of none."""
        root, issues = parse_page(data)
        body = root.find("body")
        choice = main_content(root if body is None else body)
        elements = _elements(choice)
        if not choice.clear and elements:
            issues.append(
                Issue(IssueCode.NO_MAIN_CONTENT, "no part of the page stands out: all of it kept")
            )
        if not elements:
            raise ParseError(Reason.NO_TEXT, "no visible text in the page")
        return Document(source, elements, issues=tuple(issues), metadata=metadata(root))


def fragment_elements(markup: str, issues: list[Issue]) -> tuple[Element, ...]:
    """Elements of a piece of HTML, all of it kept; extends `issues`."""
    root = parse_markup(markup, issues)
    return () if root is None else _elements(whole(root))


def _elements(choice: Choice) -> tuple[Element, ...]:
    return Converter(choice.skip).convert(choice.root)
