from __future__ import annotations

import pytest

from parsers.base import ParseOptions
from parsers.registry import parse_bytes
from schemas.document import Document


@pytest.mark.parametrize("tag", ["main", "article", "section", "header", "div"])
@pytest.mark.parametrize("lead", ["", "<!doctype html>", "<!doctype html><html>"])
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Tides", "The tide turned twice before the ferry came back to the harbour. " * 6),
        ("潮汐", "渡船回到港口之前，潮水已经转了两次，码头上的人都在等。" * 8),
    ],
)
def test_a_page_without_head_and_body_tags_keeps_its_text(
    tag: str, lead: str, title: str, text: str
) -> None:
    head = f'{lead}<meta charset="utf-8"><title>{title}</title>'
    page = f"{head}<{tag}><h1>{title}</h1><p>{text}</p></{tag}>"
    document = parse_bytes("page.html", page.encode(), ParseOptions())[0]
    assert isinstance(document, Document)
    assert document.title == title
    assert text.strip() in "\n".join(element.text for element in document.elements)


def test_what_stands_before_and_behind_keeps_its_place() -> None:
    page = (
        "<title>T</title><main><p>" + "First sentence of the page. " * 8 + "</p></main>"
        "<p>" + "Second paragraph behind the main one. " * 8 + "</p>"
    )
    document = parse_bytes("page.html", page.encode(), ParseOptions())[0]
    assert isinstance(document, Document)
    texts = [element.text for element in document.elements if "sentence" in element.text]
    assert texts == [("First sentence of the page. " * 8).strip()]
