"""Bookmarks of a file, found again by the words of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from parsers.pdf.page import OutlineItem

_WORD_NUMBER = re.compile(r"[\W\d_]+")


def plain(text: str) -> str:
    """Letters of a heading, for comparison with bookmarks: numbers and punctuation left out."""
    return _WORD_NUMBER.sub("", text).casefold()


def outline_index(outline: Iterable[OutlineItem]) -> dict[str, list[OutlineItem]]:
    """Bookmarks by plain title; those without two letters are left out."""
    found: dict[str, list[OutlineItem]] = {}
    for item in outline:
        key = plain(item.title)
        if len(key) > 1:
            found.setdefault(key, []).append(item)
    return found


def bookmark(text: str, page: int, outline: Mapping[str, Sequence[OutlineItem]]) -> int | None:
    """Depth of the bookmark with this text that points to this page or to no page."""
    items = outline.get(plain(text), ())
    return next((max(1, i.level) for i in items if i.page in (0, page, page - 1, page + 1)), None)
