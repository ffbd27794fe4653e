"""What a PDF says of itself: the information dictionary, font names, page sizes."""

from __future__ import annotations

import re

from schemas.errors import ParseError
from schemas.records import Reason

MAX_SIDE = 1_000_000.0
"""Points, some 350 m: PDF allows 14,400 units of up to 75 points each."""

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_KEYS = (
    ("title", "title"), ("author", "authors"), ("subject", "subject"), ("keywords", "keywords"),
    ("producer", "producer"),
)  # fmt: skip
_BOLD = re.compile(
    r"bold|black|heavy|demi|(?<![a-z])bd(?![a-z])|-b$|黑体|粗|^(?:cm|ec|sf)(?:ss)?bx|^cmb\d",
    re.IGNORECASE,
)
_ITALIC = re.compile(
    r"italic|oblique|slanted|kursiv|(?:-|bold|light|black|medium)it$|-obl"
    r"|^(?:cm|ec|sf)(?:bx)?(?:ti|sl|mi|itt|ssi)[a-z]*\d",
    re.IGNORECASE,
)
_MONO = re.compile(
    r"mono(?!type|line)|courier|consol|typewriter|menlo|monaco|(?<!uni)(?<!bar)code|nimbusmon"
    r"|letter ?gothic|cousine|fixedsys|iosevka|^(?:cm|ec|sf)(?:sl|i|cs)?tt\d",
    re.IGNORECASE,
)
"""Computer Modern and its kin name their styles by letters: bx, ti, sl, tt."""
_HEAVY = re.compile(rb"/Weight\s*\((?:semi|demi|extra)?-?(?:bold|black|heavy)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(untitled|microsoft word - .*|.*\.(docx?|indd|qxd|tex|dvi|pdf))",
                          re.IGNORECASE)  # fmt: skip


def clean_metadata(raw: dict[str, str]) -> dict[str, str]:
    """The filled entries among title, authors, subject, keywords, producer and date (ISO).

    A title that is only the name of a file is left out: it would stand above the document's own.

    >>> clean_metadata({"title": " Ends ", "creationDate": "D:20240131120000Z"})
    {'title': 'Ends', 'date': '2024-01-31'}
    """
    lowered = {key.lower(): value for key, value in raw.items() if isinstance(value, str)}
    found = {}
    for key, name in _KEYS:
        value = " ".join(lowered.get(key, "").replace("\0", "").split())
        if value and not (key == "title" and _PLACEHOLDER.fullmatch(value)):
            found[name] = value
    date = _DATE.match(lowered.get("creationdate", "") or lowered.get("moddate", ""))
    if date:
        found["date"] = "-".join(part for part in date.groups() if part)
    return found


def font_style(name: str) -> tuple[bool, bool, bool]:
    """Whether a font is bold, italic, monospaced, by its name.

    >>> font_style("ABCDEF+Times-BoldItalic"), font_style("CMTT10"), font_style("ArialUnicodeMS")
    ((True, True, False), (False, False, True), (False, False, False))
    """
    family = name.split("+")[-1]
    return (
        bool(_BOLD.search(family)), bool(_ITALIC.search(family)), bool(_MONO.search(family))
    )  # fmt: skip


def embedded_style(data: bytes) -> tuple[bool, bool, bool]:
    """Whether an embedded font calls itself bold, italic, monospaced.

    Reads head.macStyle, OS/2.usWeightClass (600 is semi-bold) and post.isFixedPitch of TrueType and
    OpenType, the header of Type 1; other formats, missing tables and damage count as no.
    """
    if data[:2] in (b"%!", b"\x80\x01"):
        header = data[:4096]
        slant = re.search(rb"/ItalicAngle\s+-\d*[1-9]", header)
        fixed = re.search(rb"/isFixedPitch\s+true", header)
        return _HEAVY.search(header) is not None, slant is not None, fixed is not None
    if data[:4] not in (b"\0\1\0\0", b"true", b"OTTO") or len(data) < 12:
        return False, False, False
    tables = {}
    for index in range(min(int.from_bytes(data[4:6]), 64)):
        entry = data[12 + 16 * index : 28 + 16 * index]
        start, length = int.from_bytes(entry[8:12]), int.from_bytes(entry[12:16])
        tables[entry[:4]] = data[start : start + min(length, 128)]
    head, os2, post = (tables.get(name, b"") for name in (b"head", b"OS/2", b"post"))
    style = int.from_bytes(head[44:46])
    heavy = 600 <= int.from_bytes(os2[4:6]) <= 1000
    return bool(style & 1) or heavy, bool(style & 2), int.from_bytes(post[12:16]) != 0


def check_size(width: float, height: float, number: int) -> None:
    """Raises ParseError for a page that is no sheet: without an area, endless, or no number."""
    if not (1.0 <= width <= MAX_SIDE and 1.0 <= height <= MAX_SIDE):
        detail = f"the page calls itself {width:g} x {height:g} points: repair its MediaBox"
        raise ParseError(Reason.PARSE_FAILED, detail, page=number)
