"""JSON and JSON Lines: one document a record, one reject for each bad one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.base import ParseOptions
from parsers.records import MAX_DEPTH, RecordParser
from schemas.document import Document, ElementKind
from schemas.errors import ParseError
from schemas.ids import sha256_hex
from schemas.records import Level, Reason, Reject, StageName
from schemas.source import MediaType, Source

Found = list[tuple[Source, bytes] | Reject]


def file_source(data: bytes, name: str) -> Source:
    kind = MediaType.JSONL if name.endswith("jsonl") else MediaType.JSON
    return Source(name, sha256_hex(data), kind, len(data))


def expand(data: bytes | str, name: str = "a.jsonl") -> Found:
    raw = data.encode() if isinstance(data, str) else data
    return list(RecordParser().expand(file_source(raw, name), raw))


def parse(record: object, parser: RecordParser | None = None) -> Document:
    data = json.dumps(record).encode()
    return (parser or RecordParser()).parse(file_source(data, "a.json"), data, ParseOptions())


def units(found: Found) -> list[tuple[str, object]]:
    return [
        (entry[0].uri, json.loads(entry[1])) for entry in found if not isinstance(entry, Reject)
    ]


def rejects(found: Found) -> list[Reject]:
    return [entry for entry in found if isinstance(entry, Reject)]


def test_the_text_is_kept_plain_and_scalars_become_metadata() -> None:
    record = {
        "title": "渡轮", "text": "# not a heading\n\n- 不是列表", "n": 3, "ok": True, "none": None,
        "nested": {"a": 1}, "list": [1],
    }  # fmt: skip
    document = parse(record)
    assert [(e.kind, e.text) for e in document.elements] == [
        (ElementKind.PARAGRAPH, "# not a heading"),
        (ElementKind.PARAGRAPH, "- 不是列表"),
    ]
    assert document.metadata == {"title": "渡轮", "n": "3", "ok": "true"}
    assert document.title == "渡轮"


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"content": "c", "body": "b"}, "c"),
        ({"text": " ", "body": "正文"}, "正文"),
        ({"text": 5, "content": "c"}, "c"),
    ],
)
def test_the_first_text_field_with_text_is_taken(record: object, text: str) -> None:
    assert parse(record).elements[0].text == text


def test_the_text_field_can_be_chosen() -> None:
    assert parse({"text": "no", "正文": "yes"}, RecordParser(("正文",))).elements[0].text == "yes"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"title": "x"}, Reason.INVALID_RECORD),
        (["a"], Reason.INVALID_RECORD),
        ("text", Reason.INVALID_RECORD),
        ({"text": " \n"}, Reason.NO_TEXT),
    ],
)
def test_records_without_text_are_rejected(record: object, reason: Reason) -> None:
    with pytest.raises(ParseError) as caught:
        parse(record)
    assert caught.value.reason is reason


def test_lines_are_sources_and_bad_lines_are_rejects_with_their_number() -> None:
    found = expand('{"text": "one"}\r\n\n{"text": \n["x"]\n{"title": "x"}\n{"text": "二\u2028三"}')
    assert units(found) == [
        ("a.jsonl#1", {"text": "one"}),
        ("a.jsonl#6", {"text": "二\u2028三"}),
    ]
    assert [(r.source, r.level, r.stage, r.reason) for r in rejects(found)] == [
        (f"a.jsonl#{n}", Level.DOCUMENT, StageName.PARSE, Reason.INVALID_RECORD) for n in (3, 4, 5)
    ]
    details = [r.detail for r in rejects(found)]
    assert details[0].startswith("line 3: not JSON: Expecting value at line 1 column 10")
    assert details[1] == "line 4: expected an object, found list"
    assert details[2] == "line 5: no text field: expected a string in text, content, body"
    assert len({r.id for r in rejects(found)}) == 3


def test_an_array_holds_many_records_and_an_object_is_one_file() -> None:
    found = expand('[{"text": "a"}, 5, {"text": "b"}]', "a.json")
    assert units(found) == [("a.json#1", {"text": "a"}), ("a.json#3", {"text": "b"})]
    assert [r.detail for r in rejects(found)] == ["record 2: expected an object, found int"]
    data = b'{\n "text": "whole"\n}'
    assert expand(data, "b.json") == [(file_source(data, "b.json"), data)]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.json", '{"text": "a"}\n{"text": "b"}'), ("a.jsonl", '[{"text": "a"},\n{"text": "b"}]')],
)
def test_a_wrong_name_does_not_matter(name: str, data: str) -> None:
    assert [record for _, record in units(expand(data, name))] == [{"text": "a"}, {"text": "b"}]


def test_equal_records_have_equal_ids_whatever_their_spelling() -> None:
    found = expand('{"text": "一", "n": 1}\n{ "n":1,"text":"\\u4e00"}\n{"text": "一"}')
    ids = [entry[0].doc_id for entry in found if not isinstance(entry, Reject)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "x", "a": ' + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "}",
        '{"text": "x", "a": ' + "[" * 100_000,
        '{"text": "x", "a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"text": "x", "a": ' + "9" * 5000 + "}",
        "{'text': 'x'}",
    ],
)
def test_hostile_lines_are_rejects_and_the_rest_goes_on(line: str) -> None:
    found = expand(f'{line}\n{{"text": "fine"}}')
    assert [r.reason for r in rejects(found)] == [Reason.INVALID_RECORD]
    assert units(found) == [("a.jsonl#2", {"text": "fine"})]


def test_nan_and_lone_surrogates_are_made_valid() -> None:
    ((source, data),) = [
        e for e in expand('{"text": "a\\ud800b\\ud83d\\ude00", "n": NaN}')
        if not isinstance(e, Reject)
    ]  # fmt: skip
    assert json.loads(data) == {"n": None, "text": "a\ufffdb😀"}
    assert source.sha256 == sha256_hex(data)
    assert source.n_bytes == len(data)
    assert parse({"text": "a\ud800"}).elements[0].text == "a\ufffd"


@pytest.mark.parametrize("data", [b"nonsense", bytes(range(256)) * 8, b"[1,"])
def test_a_file_that_cannot_be_read_is_one_reject(data: bytes) -> None:
    (reject,) = rejects(expand(data, "a.json"))
    assert (reject.level, reject.source) == (Level.FILE, "a.json")
    assert reject.reason in (Reason.INVALID_RECORD, Reason.CORRUPT)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(lambda t, x: {"text": t, "x": x}, st.text(max_size=9), json_values)))
def test_every_line_is_a_source_or_a_reject(records: list[dict[str, object]]) -> None:
    found = expand("\n".join(json.dumps(record) for record in records))
    assert rejects(found) == []
    assert [record for _, record in units(found)] == records
    parsed = [e for e in found if not isinstance(e, Reject)]
    for (source, data), record in zip(parsed, records, strict=True):
        if str(record["text"]).replace("\0", "").strip():
            document = RecordParser().parse(source, data, ParseOptions())
            assert document.source.uri == source.uri
