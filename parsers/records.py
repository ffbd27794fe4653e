"""JSON and JSON Lines: each record with a text field is one document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from parsers.base import ParseOptions
from parsers.encoding import decode, valid_text
from parsers.text import paragraph_elements
from schemas.document import Document
from schemas.errors import ParseError
from schemas.ids import document_id, sha256_hex
from schemas.records import Level, Reason, Reject, StageName
from schemas.source import MediaType, Source

TEXT_FIELDS = ("text", "content", "body")
"""Names of the text field, first match wins."""

MAX_RECORD_BYTES = 64 * 2**20
"""Bytes of one record; a longer line is a reject, so that memory stays bounded."""

MAX_DEPTH = 64
"""Nesting of arrays and objects in one record."""

MAX_METADATA = 64
"""Scalar fields of a record that become metadata, in the record's own order."""

MAX_METADATA_CHARS = 2000
"""Characters of one metadata value; the rest is cut."""

Record = dict[str, object]


class RecordParser:
    """One record: a JSON object whose first text field of `text_fields` is the document.

    The text is kept plain even where it looks like Markdown or HTML; the other scalar fields
    become metadata.
    """

    name = "json"
    version = 1
    media_types: frozenset[MediaType] = frozenset({MediaType.JSON, MediaType.JSONL})

    def __init__(self, text_fields: tuple[str, ...] = TEXT_FIELDS) -> None:
        self.text_fields = text_fields

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document of the one record in `data`.

        Raises ParseError(INVALID_RECORD) when `data` is not one object with a text field,
        ParseError(NO_TEXT) when that field is blank. Files of many records go through `expand`.
        """
        text, issues = decode(data)
        record = _checked(_load(text), self.text_fields)
        field = _text_field(record, self.text_fields)
        elements = paragraph_elements(valid_text(str(record[field])).replace("\0", ""))
        if not elements:
            raise ParseError(Reason.NO_TEXT, f"the field {field!r} is blank")
        metadata = _metadata(record, field)
        return Document(source, elements, issues=tuple(issues), metadata=metadata)

    def expand(self, source: Source, data: bytes) -> Iterator[tuple[Source, bytes] | Reject]:
        """The records of a file as sources of their own, in order, and a reject for each bad one.

        A record's uri is `<file>#<n>`: n is its line in JSON Lines and its 1-based position in
        an array; its bytes are canonical JSON (sorted keys, no blanks), so that equal records
        have equal ids. A file that is one object is yielded as it is. A file that cannot be read
        at all becomes one reject of level FILE. Nothing is raised.
        """
        try:
            text, _ = decode(data)
        except ParseError as error:
            yield _reject(source, data, error, level=Level.FILE)
            return
        stripped = text.strip()
        if source.media_type is MediaType.JSONL and not stripped.startswith("["):
            yield from self._lines(source, text)
            return
        try:
            value = _load(stripped)
        except ParseError as error:
            if "\n" in stripped:  # JSON Lines under the name .json, or an array after all
                yield from self._lines(source, text)
            else:
                yield _reject(source, data, error, level=Level.FILE)
            return
        if isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield self._record(source, number, f"record {number}", item)
        elif source.media_type is MediaType.JSONL:
            yield self._record(source, 1, "line 1", value)
        else:
            yield source, data

    def _lines(self, source: Source, text: str) -> Iterator[tuple[Source, bytes] | Reject]:
        # Only \n ends a record: U+2028 and its like may stand inside a JSON string.
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            where = f"line {number}"
            try:
                value = _load(line)
            except ParseError as error:
                raw = line.encode("utf-8", "surrogatepass")
                yield _reject(source, raw, error, number, where)
            else:
                yield self._record(source, number, where, value)

    def _record(
        self, source: Source, number: int, where: str, value: object
    ) -> tuple[Source, bytes] | Reject:
        try:
            dumped = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        except RecursionError:
            error = ParseError(Reason.INVALID_RECORD, f"nested deeper than {MAX_DEPTH}")
            return _reject(source, repr(number).encode(), error, number, where)
        canonical = valid_text(dumped).encode("utf-8")
        try:
            if len(canonical) > MAX_RECORD_BYTES:
                raise ParseError(Reason.INVALID_RECORD, f"longer than {MAX_RECORD_BYTES} bytes")
            _checked(value, self.text_fields)
        except ParseError as error:
            return _reject(source, canonical, error, number, where)
        unit = replace(
            source,
            uri=f"{source.uri}#{number}",
            sha256=sha256_hex(canonical),
            media_type=MediaType.JSON,
            n_bytes=len(canonical),
        )
        return unit, canonical


def _load(text: str) -> object:
    """The JSON value in `text`; raises ParseError(INVALID_RECORD).

    NaN and Infinity, which pandas writes, are read as null.
    """
    if len(text) > MAX_RECORD_BYTES and not text.lstrip().startswith("["):
        raise ParseError(Reason.INVALID_RECORD, f"longer than {MAX_RECORD_BYTES} characters")
    try:
        value: object = json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        detail = f"not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        raise ParseError(Reason.INVALID_RECORD, detail) from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number of >4300 digits
        raise ParseError(Reason.INVALID_RECORD, f"not readable JSON: {error}") from error
    return value


def _checked(value: object, text_fields: tuple[str, ...]) -> Record:
    """`value` as a record; raises ParseError(INVALID_RECORD) unless it is an object with text."""
    if not isinstance(value, dict):
        kind = type(value).__name__
        raise ParseError(Reason.INVALID_RECORD, f"expected an object, found {kind}")
    if _deeper_than(value, MAX_DEPTH):
        raise ParseError(Reason.INVALID_RECORD, f"nested deeper than {MAX_DEPTH}")
    _text_field(value, text_fields)
    return value


def _text_field(record: Record, text_fields: tuple[str, ...]) -> str:
    """Name of the field with the text: the first that is a non-blank string, else a blank one."""
    present = [name for name in text_fields if isinstance(record.get(name), str)]
    if not present:
        wanted = ", ".join(text_fields)
        raise ParseError(Reason.INVALID_RECORD, f"no text field: expected a string in {wanted}")
    return next((name for name in present if str(record[name]).strip()), present[0])


def _deeper_than(value: object, limit: int) -> bool:
    level: list[object] = [value]
    for _ in range(limit):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return any(isinstance(item, dict | list) for item in level)


def _metadata(record: Record, text_field: str) -> dict[str, str]:
    """Scalar fields other than the text, as strings."""
    kept: dict[str, str] = {}
    for key, value in record.items():
        if key == text_field or value is None or isinstance(value, dict | list):
            continue
        if len(kept) >= MAX_METADATA:
            break
        shown = value if isinstance(value, str) else json.dumps(value)
        kept[valid_text(key)[:100]] = valid_text(shown).replace("\0", "")[:MAX_METADATA_CHARS]
    return kept


def _reject(
    source: Source,
    raw: bytes,
    error: ParseError,
    number: int | None = None,
    where: str = "",
    level: Level = Level.DOCUMENT,
) -> Reject:
    place = f"{where}: " if where else ""
    return Reject(
        id=document_id(sha256_hex(raw)),
        level=level,
        stage=StageName.PARSE,
        reason=error.reason,
        source=source.uri if number is None else f"{source.uri}#{number}",
        detail=f"{place}{error}",
    )
