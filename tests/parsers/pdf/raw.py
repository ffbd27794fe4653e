"""PDF files made of raw bytes: what no writer would write."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 5 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
RESOURCES = b"<</Font<</F1 6 0 R>>>>"


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object of `content`, with more dictionary entries; `packed` deflates it."""
    if packed:
        content, entries = zlib.compress(content, 9), b"/Filter/FlateDecode" + entries
    return b"<</Length %d%s>>\nstream\n" % (len(content), entries) + content + b"\nendstream"


def file(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of numbered objects, the first of them the catalog, with a right cross-reference."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def page_file(
    content: bytes, *more: bytes, page: bytes = PAGE, resources: bytes = RESOURCES
) -> bytes:
    """A file of one page: 1 catalog, 2 pages, 3 page, 4 content, 5 resources, 6 font, 7... more."""
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page, stream(content), resources, FONT, *more,
        ]
    )  # fmt: skip


def said(text: bytes, x: int = 72, y: int = 700, size: int = 12) -> bytes:
    """Operators that show a line of text."""
    return b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, x, y, text)
