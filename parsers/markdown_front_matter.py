"""YAML front matter -> metadata."""

from __future__ import annotations

import yaml

from parsers.encoding import valid_text

MAX_CHARS = 65_536
"""Characters of front matter that are read as YAML."""

MAX_FIELDS = 64
MAX_VALUE_CHARS = 2000

_YAML_ERRORS = (
    yaml.YAMLError,
    ValueError,  # a date such as 2024-13-40, a number of too many digits
    RecursionError,
    AttributeError,  # a value tagged !!timestamp that is none; the next three are like it
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
)


def front_matter(text: str) -> dict[str, str]:
    r"""Scalars of YAML front matter as strings; lists of scalars joined by commas.

    Aliases are never expanded into the result, since nested values are left out. What is not a
    YAML mapping, or too long, is kept under `front_matter` as it is, cut at 2,000 characters.

    >>> front_matter("title: 数据\ntags: [a, b]\ndraft: true")
    {'title': '数据', 'tags': 'a, b', 'draft': 'true'}
    """
    if not text.strip():
        return {}
    value: object = None
    if len(text) <= MAX_CHARS:
        try:
            value = yaml.safe_load(text)
        except _YAML_ERRORS:
            value = None
    if not isinstance(value, dict):
        return {"front_matter": valid_text(text.strip())[:MAX_VALUE_CHARS]}
    found: dict[str, str] = {}
    for key, item in value.items():
        shown = _shown(item)
        if shown and isinstance(key, str | int) and len(found) < MAX_FIELDS:
            found[valid_text(str(key))[:100]] = shown
    return found


def _shown(value: object) -> str:
    if isinstance(value, list):
        parts = [_scalar(item) for item in value[:MAX_FIELDS]]
        return ", ".join(part for part in parts if part)[:MAX_VALUE_CHARS]
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None or isinstance(value, dict | list | set | tuple | bytes):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 64:
        return ""  # more than 4,300 digits cannot be printed
    return valid_text(str(value)).strip()[:MAX_VALUE_CHARS]
