from __future__ import annotations

from typing import Any

import pytest

from parsers.pdf.anchors import MAX_LENGTH, MAX_LINKS, clean_uri, links_in
from parsers.pdf.page import Link
from schemas.document import ElementKind
from schemas.geometry import BBox
from tests.parsers.pdf.made import HAN, LOREM, column, of_kind, parsed, pdf, pymupdf


@pytest.mark.parametrize(
    "uri", ["https://example.test/a?b=c#d", "http://例子.test/路径", "mailto:mill@example.test"]
)
def test_web_and_mail_addresses_are_kept(uri: str) -> None:
    assert clean_uri(f" {uri} ") == uri


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)", "file:///etc/passwd", "ftp://example.test/", "https:///a", "http:a",
        "https://example.test/\u202egnp.exe", "https://example.test/a\nb", "https://[::1", "",
        "data:text/html,x", 'https://example.test/"onclick=', "https://a.test/" + "x" * MAX_LENGTH,
    ],
)  # fmt: skip
def test_anything_else_is_left_out(uri: str) -> None:
    assert clean_uri(uri) is None


def test_links_in_a_box_are_bounded_and_single() -> None:
    inside = BBox(10, 10, 20, 20)
    links = [Link(inside, f"https://example.test/{n // 2}") for n in range(4 * MAX_LINKS)]
    outside = Link(BBox(200, 200, 210, 210), "https://example.test/far")
    found = links_in(BBox(0, 0, 100, 100), [outside, *links])
    assert found == tuple(f"https://example.test/{n}" for n in range(MAX_LINKS))


def test_links_go_to_the_elements_that_they_stand_in() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 100, 480, LOREM)
        column(page, 50, 300, 480, HAN, "china-s")
        for y, uri in ((95, "https://example.test/en"), (295, "https://example.test/zh")):
            where = pymupdf.Rect(60, y - 5, 120, y + 8)
            page.insert_link({"kind": pymupdf.LINK_URI, "from": where, "uri": uri})

    found = of_kind(parsed(pdf(draw), pdf_profile="fast"), ElementKind.PARAGRAPH)
    assert [e.links for e in found] == [("https://example.test/en",), ("https://example.test/zh",)]
