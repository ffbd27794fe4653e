"""What a PDF says of itself: the information dictionary and font names."""

from __future__ import annotations

import re

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_KEYS = (
    ("title", "title"), ("author", "authors"), ("subject", "subject"), ("keywords", "keywords"),
    ("producer", "producer"),
)  # fmt: skip
_BOLD = re.compile(r"bold|black|heavy|demi|(?<![a-z])bd(?![a-z])|-b$|黑体|粗", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|-it$", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|menlo|code", re.IGNORECASE)
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

    >>> font_style("ABCDEF+Times-BoldItalic")
    (True, True, False)
    """
    family = name.split("+")[-1]
    return (
        bool(_BOLD.search(family)), bool(_ITALIC.search(family)), bool(_MONO.search(family))
    )  # fmt: skip


def embedded_style(data: bytes) -> tuple[bool, bool, bool]:
    """Whether an embedded TrueType or OpenType font calls itself bold, italic, monospaced.

    Reads head.macStyle, OS/2.usWeightClass (600 is semi-bold) and post.isFixedPitch; other formats,
    missing tables and damage count as no.
    """
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
