"""EML: headers as metadata, the body as elements, attachments named and left alone.

Read with the standard library rather than unstructured, whose splitter makes an element (often a
"title") of each line of a plain body and drops the spans of tables in an HTML one (0.27.32).
"""

from __future__ import annotations

import email
import email.policy
import email.utils
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage, Message

from parsers.encoding import decode, valid_text
from parsers.html.parser import fragment_elements
from parsers.text import paragraph_elements
from schemas.document import Document, Element, Issue, IssueCode
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import Source

HEADERS = {
    "subject": "title", "from": "author", "to": "to", "cc": "cc", "date": "date",
    "message-id": "message_id", "in-reply-to": "in_reply_to",
}  # fmt: skip
MAX_DEPTH = 20
"""Nesting of multiparts."""

MAX_VALUE = 1000
"""Characters of one metadata value."""

BAD_HEADER = (ValueError, IndexError, KeyError, AttributeError, TypeError, LookupError)
"""What the header parser of the standard library raises for malformed headers."""


def mail_document(source: Source, data: bytes) -> Document:
    """Document of a message's body; raises ParseError(NO_TEXT) when it has none."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except BAD_HEADER as error:
        raise ParseError(Reason.CORRUPT, f"no readable message: {error}") from error
    issues: list[Issue] = []
    elements: list[Element] = []
    attachments: list[str] = []
    for part in body_parts(message, attachments, issues):
        elements.extend(_part_elements(part, issues))
    if not elements:
        raise ParseError(Reason.NO_TEXT, f"{source.uri}: the message has no text")
    found = headers(message)
    if attachments:
        found["attachments"] = ", ".join(attachments)[:MAX_VALUE]
    return Document(source, tuple(elements), issues=tuple(issues), metadata=found)


def headers(message: Message) -> dict[str, str]:
    """Metadata out of a message's headers; the date in ISO 8601 where it can be read."""
    found: dict[str, str] = {}
    for name, key in HEADERS.items():
        try:
            value = " ".join(str(message.get(name, "")).split())
        except BAD_HEADER:
            continue
        if value:
            found[key] = valid_text(value)[:MAX_VALUE]
    with suppress(KeyError, ValueError, TypeError, IndexError, OverflowError):
        found["date"] = email.utils.parsedate_to_datetime(found["date"]).isoformat()
    return found


def body_parts(
    message: Message, attachments: list[str], issues: list[Issue], depth: int = 0
) -> Iterator[Message]:
    """Text parts that a mail program shows, in order; names of the others go to `attachments`."""
    if depth > MAX_DEPTH:
        issues.append(Issue(IssueCode.DEPTH_LIMIT, f"parts nested deeper than {MAX_DEPTH}"))
        return
    kind = message.get_content_type()
    children = message.get_payload() if message.is_multipart() else []
    if kind == "multipart/alternative" and isinstance(children, list):
        shown = [part for part in map(_as_message, children) if _is_text(part)]
        rich = [part for part in shown if part.get_content_type() != "text/plain"]
        for part in (rich or shown)[-1:]:
            yield from body_parts(part, attachments, issues, depth + 1)
    elif message.get_content_maintype() == "multipart" and isinstance(children, list):
        for part in map(_as_message, children):
            yield from body_parts(part, attachments, issues, depth + 1)
    elif kind in ("text/plain", "text/html") and _disposition(message) != "attachment":
        yield message
    else:
        attachments.append(_filename(message) or kind)


def _as_message(part: object) -> Message:
    return part if isinstance(part, Message) else EmailMessage()


def _is_text(part: Message) -> bool:
    """Whether a branch of alternatives can hold text: a text, or parts with one inside."""
    return part.get_content_type() in ("text/plain", "text/html") or (
        part.get_content_maintype() == "multipart"
    )


def _disposition(message: Message) -> str:
    try:
        return message.get_content_disposition() or ""
    except BAD_HEADER:
        return ""


def _filename(message: Message) -> str:
    try:
        return valid_text(message.get_filename() or "")
    except BAD_HEADER:
        return ""


def _part_elements(part: Message, issues: list[Issue]) -> tuple[Element, ...]:
    """Elements of a text part, decoded by its declared charset or by content."""
    try:
        raw = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except BAD_HEADER as error:
        issues.append(Issue(IssueCode.RECORD_SKIPPED, f"unreadable part: {error}"))
        return ()
    if not isinstance(raw, bytes) or not raw.strip():
        return ()
    try:
        text, found = decode(raw, charset)
    except ParseError as error:
        issues.append(Issue(IssueCode.RECORD_SKIPPED, f"unreadable part: {error}"))
        return ()
    issues.extend(found)
    if part.get_content_type() == "text/html":
        return fragment_elements(text, issues)
    return paragraph_elements(text)
