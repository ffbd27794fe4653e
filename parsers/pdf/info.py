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
