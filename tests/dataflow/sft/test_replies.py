from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.sft.replies import Reply, parse_object, read_reply
from schemas.records import Reason


class Pair(Reply):
    """Two texts."""

    question: str = Field(min_length=1, max_length=50)
    answer: str = Field(min_length=1, max_length=50)


def read(text: str) -> Pair | Fault:
    return read_reply(text, Pair)


def test_texts_are_stripped_and_unknown_keys_ignored() -> None:
    found = read('{"question": " How tall? ", "answer": "42 m", "char_start": 7}')
    assert found == Pair(question="How tall?", answer="42 m")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no idea", "no JSON object: no idea"),
        ("[1, 2]", "no JSON object"),
        ("{" * 15_000, "no JSON object"),
        ('{"question": ' + "[" * 15_000, "no JSON object"),
        ('{"question": "a?"}', "answer: "),
        ('{"question": "a?", "answer": 42}', "answer: "),
        ('{"question": "a?", "answer": ["b"]}', "answer: "),
        ('{"question": "a?", "answer": null}', "answer: "),
        ('{"question": "a?", "answer": " "}', "answer: "),
        ('{"question": "' + "x" * 51 + '", "answer": "b"}', "question: "),
        ('{"question": "a\\ud800", "answer": "b"}', "unicode"),
        ('{"question": "a\ud800", "answer": "b"}', "surrogate"),
        ("x" * 1_000_000, "longer than any"),
    ],
)
def test_what_cannot_be_read_is_a_fault_that_says_why(text: str, said: str) -> None:
    found = read(text)
    assert isinstance(found, Fault)
    assert found.reason is Reason.MALFORMED_OUTPUT
    assert said in found.detail
    assert len(found.detail) < 400


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "b"}',
        ' \n{"a": "b"}\n',
        '```json\n{"a": "b"}\n```',
        'Here it is: {"a": "b"} I hope this helps!',
        '{"a": "b",}',
        '{"a": "b"',
        '{"a": "b',
    ],
)
def test_json_is_repaired(text: str) -> None:
    assert parse_object(text) == {"a": "b"}


def test_raw_line_breaks_in_strings_are_accepted() -> None:
    assert parse_object('{"a": "甲\n乙"}') == {"a": "甲\n乙"}


@given(st.text(), st.sampled_from(("", "{", '{"question": "', '{"question": "a", "answer": "')))
def test_any_text_is_a_reply_or_a_fault(text: str, start: str) -> None:
    assert isinstance(read(start + text), Pair | Fault)
