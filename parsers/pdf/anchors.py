"""Links of a page given to the elements they stand in: recorded as text, never fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from parsers.pdf.page import Link
from schemas.geometry import BBox

MAX_LINKS = 50
"""Links of one element; a list of references has some twenty."""
MAX_LENGTH = 2000
"""Characters of a URI; longer ones are left out, cut ones would lead elsewhere."""
_SCHEMES = frozenset({"http", "https", "mailto"})
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>\"]")


def clean_uri(uri: str) -> str | None:
    """A web or mail address without control characters; None for anything else.

    >>> clean_uri("https://example.test/a"), clean_uri("javascript:x"), clean_uri("http:/a")
    ('https://example.test/a', None, None)
    """
    plain = uri.strip()
    if not 0 < len(plain) <= MAX_LENGTH or _UNSAFE.search(plain):
        return None
    try:
        parts = urlsplit(plain)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    return plain if parts.netloc or (parts.scheme.lower() == "mailto" and parts.path) else None


def links_in(box: BBox, links: Sequence[Link]) -> tuple[str, ...]:
    """Addresses of the links whose boxes' centres lie in `box`, in order, each once."""
    found: dict[str, None] = {}
    for link in links:
        if box.contains_centre(link.bbox):
            uri = clean_uri(link.uri)
            if uri is not None:
                found.setdefault(uri)
            if len(found) == MAX_LINKS:
                break
    return tuple(found)
