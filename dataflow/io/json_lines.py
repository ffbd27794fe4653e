"""JSON Lines from outside and for outside: a line ends at a line feed and nowhere else.

`str.splitlines` also cuts at U+0085, U+2028 and U+2029, which JSON lets stand inside a string.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schemas.errors import UsageError

LONGEST = 16 << 20
"""Bytes of a line; a longer one is no row."""

_ESCAPES = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPED = str.maketrans(_ESCAPES)
_BOM = b"\xef\xbb\xbf"


def line_of(row: Mapping[str, Any]) -> str:
    r"""One line of JSON; what some readers take for the end of a line is escaped.

    >>> line_of({"灯": "a\u2028b"})
    '{"灯": "a\\u2028b"}\n'
    """
    return json.dumps(row, ensure_ascii=False).translate(_ESCAPED) + "\n"


def numbered_lines(path: Path, longest: int = LONGEST) -> Iterator[tuple[int, bytes | None]]:
    """The number, from 1, and the bytes of each line that is not blank; None for a longer one.

    Raises UsageError when the file cannot be read. Memory holds one line.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(longest + 1):
                number += 1
                whole = len(line) <= longest
                while not whole and line and not line.endswith(b"\n"):
                    line = file.readline(longest)
                if number == 1:
                    line = line.removeprefix(_BOM)
                if not whole:
                    yield number, None
                elif line.strip():
                    yield number, line
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
