"""A model's reply as a checked object: untrusted words, repaired once, validated, or a fault."""

from __future__ import annotations

import json
import re
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dataflow.evidence.spans import Fault
from schemas.records import Reason

_FENCE = re.compile(r"^\s*```[a-zA-Z]{0,10}\s*|\s*```\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MAX_REPLY = 20_000


class Reply(BaseModel):
    """Base of all replies: strict types, unknown keys ignored, white space around texts cut."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)


R = TypeVar("R", bound=Reply)


def read_reply(text: str, kind: type[R]) -> R | Fault:
    """The reply in a model's text, or the fault of one that cannot be read."""
    if not is_unicode(text):
        return Fault(Reason.MALFORMED_OUTPUT, "half a surrogate pair in the answer")
    if len(text) > _MAX_REPLY:
        detail = "the answer is longer than any that was asked for"
        return Fault(Reason.MALFORMED_OUTPUT, detail, float(len(text)), float(_MAX_REPLY))
    found = parse_object(text)
    if found is None:
        return Fault(Reason.MALFORMED_OUTPUT, f"no JSON object: {text[:200]}")
    try:
        reply = kind.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Fault(Reason.MALFORMED_OUTPUT, f"{where}: {first['msg']}")
    if not is_unicode(reply.model_dump_json()):  # \\ud800 in the JSON
        return Fault(Reason.MALFORMED_OUTPUT, "half a surrogate pair in the answer")
    return reply


def is_unicode(text: str) -> bool:
    """Whether `text` can be written as UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def parse_object(text: str) -> dict[str, object] | None:
    r"""The JSON object in a reply: as it is, else repaired once; None when it cannot be read.

    >>> parse_object('Sure! ```json\n{"a": "b",}\n```')
    {'a': 'b'}
    """
    found = _loaded(text)
    return found if found is not None else _loaded(repaired(text))


def _loaded(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def repaired(text: str) -> str:
    """`text` cut to its outermost braces, without fences and trailing commas, closed at its end."""
    text = _FENCE.sub("", text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        return text
    text = text[start : end + 1] if end > start else text[start:] + _closing(text[start:])
    return _TRAILING_COMMA.sub(r"\1", text)


def _closing(text: str) -> str:
    """What a cut object lacks: a quotation mark if one is open, and its brace."""
    inside, escaped = False, False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = inside
        elif character == '"':
            inside = not inside
    return '"}' if inside else "}"
