"""A recipe as TOML text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def recipe_toml(recipe: Mapping[str, Any]) -> str:
    """The recipe of a manifest as a file that `--recipe` reads.

    >>> print(recipe_toml({"chunk": {"size": 512, "strategy": "auto", "seed": None}}), end="")
    [chunk]
    size = 512
    strategy = "auto"
    """
    parts = []
    for section, options in recipe.items():
        if not isinstance(options, Mapping):
            continue
        lines = [f"{_key(name)} = {toml_value(value, name)}" for name, value in options.items()
                 if value is not None]  # fmt: skip
        parts.append("\n".join([f"[{_key(section)}]", *lines]) + "\n")
    return "\n".join(parts)


def _key(name: str) -> str:
    return (
        name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _text(name)
    )


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any, name: str = "") -> str:
    """A TOML value; pairs of names and numbers, as filter thresholds are kept, become a table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        rows = [f"{_text(str(key))} = {toml_value(item)}" for key, item in value.items()]
        return "{" + ", ".join(rows) + "}"
    if isinstance(value, list | tuple):
        if name == "thresholds":
            return toml_value({str(key): number for key, number in value})
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return _text(str(value))
