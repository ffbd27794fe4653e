"""Masking: texts, spans, elements' own texts, links and what a row says of itself."""

from __future__ import annotations

import pickle
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.personal import names
from dataflow.personal.find import find
from dataflow.personal.kinds import KINDS, mask
from dataflow.personal.masking import masked
from dataflow.personal.stage import FOUND, RedactPersonalData
from dataflow.text.clean import CHANGE_STRUCT
from dataflow.text.segments import Span
from schemas.errors import RecipeError, SchemaError
from schemas.signals import CHANGES
from tests.strategies.text import documents, element_rows

ITEMS = st.sampled_from(
    ["anna@uni.org", "13912345678", "手机", "电话：", "62751234", "password = ", "Tr4vel!ing",
     "4111 1111 1111 1111", "45.33.32.156", "Tel ", "020 7946 0958", " ", "\n", "，", "@", ".org",
     "+44 ", "11010519491231002X", "x", "-", "order ", "⟨EMAIL⟩", "version "]
)  # fmt: skip
personal_texts = st.lists(ITEMS, max_size=12).map("".join)
ALL = frozenset(kind.name for kind in KINDS)


def element(kind: str, start: int | None, end: int | None, text: str | None, **more: Any) -> Any:
    bare = dict.fromkeys(
        ("page", "bbox", "level", "marker", "confidence", "cells", "links"), None
    )  # fmt: skip
    return {**bare, "kind": kind, "char_start": start, "char_end": end, "text": text, **more}


def cell(text: str) -> dict[str, Any]:
    places = {"row": 0, "col": 0, "row_span": 1, "col_span": 1, "header": False}
    return {**places, "text": text, "bbox": None, "page": None}


def parsed() -> pl.DataFrame:
    parts = [
        "Ask anna@uni.org.",
        "```\ndb(password='Tr4vel!ing')\n```",
        "| 电话 | 备注 |\n|---|---|\n| 0571-87951122 | v1.2.3.4 |",
    ]
    text = "\n\n".join(parts)
    starts = [text.index(part) for part in parts]
    spans = [(start, start + len(part)) for start, part in zip(starts, parts, strict=True)]
    elements = [
        element("paragraph", *spans[0], parts[0], links=["mailto:anna@uni.org", "https://x.org"]),
        element("code", *spans[1], "db(password='Tr4vel!ing')"),
        element("table", *spans[2], None,
                cells=[cell("电话"), cell("0571-87951122"), cell("v1.2.3.4")]),
        element("footer", None, None, "bob@uni.org · page 3"),
    ]  # fmt: skip
    return documents([(text, elements), ("Nothing here.", [])])


def test_text_spans_own_texts_cells_and_links_are_masked_together() -> None:
    frame = RedactPersonalData()(parsed())
    text, elements = frame["text"][0], frame["elements"].to_list()[0]
    assert text == (
        "Ask ⟨EMAIL⟩.\n\n```\ndb(password='⟨PASSWORD⟩')\n```\n\n"
        "| 电话 | 备注 |\n|---|---|\n| ⟨PHONE⟩ | v1.2.3.4 |"
    )
    shown = [text[e["char_start"] : e["char_end"]] for e in elements[:3]]
    assert shown == text.split("\n\n")
    assert elements[0]["text"] == "Ask ⟨EMAIL⟩."
    assert elements[0]["links"] == ["mailto:⟨EMAIL⟩", "https://x.org"]
    assert elements[1]["text"] == "db(password='⟨PASSWORD⟩')"
    assert [one["text"] for one in elements[2]["cells"]] == ["电话", "⟨PHONE⟩", "v1.2.3.4"]
    assert elements[3]["text"] == "⟨EMAIL⟩ · page 3"
    assert frame["text"][1] == "Nothing here."
    assert frame.schema["elements"] == parsed().schema["elements"]


def test_what_was_found_is_told_by_kind() -> None:
    frame = RedactPersonalData()(parsed())
    assert frame.schema["personal_data"] == FOUND
    assert frame["personal_data"].to_list() == [
        [
            {"kind": "email", "count": 1, "action": "mask"},
            {"kind": "password", "count": 1, "action": "mask"},
            {"kind": "phone", "count": 1, "action": "mask"},
        ],
        [],
    ]


def test_actions_tag_drop_and_off_leave_the_text() -> None:
    stage = RedactPersonalData({"email": "tag", "phone": "drop", "ip": "off"})
    text = "anna@uni.org, bob@uni.org, 13912345678, 45.33.32.156"
    frame = stage(pl.DataFrame({"text": [text]}))
    assert frame["text"][0] == text
    assert frame["personal_data"].to_list()[0] == [
        {"kind": "email", "count": 2, "action": "tag"},
        {"kind": "phone", "count": 1, "action": "drop"},
    ]


def test_null_texts_stay_null_and_have_found_nothing() -> None:
    frame = RedactPersonalData()(pl.DataFrame({"text": [None, ""]}, schema={"text": pl.String}))
    assert frame["text"].to_list() == [None, ""]
    assert frame["personal_data"].to_list() == [[], []]
    assert RedactPersonalData()(frame.clear()).schema["personal_data"] == FOUND


def test_masked_items_are_added_to_the_changes() -> None:
    before = {name: 2 for name, _ in CHANGES}
    frame = pl.DataFrame(
        {"text": ["anna@uni.org 13912345678", "none"], "changes": [before, before]},
        schema={"text": pl.String, "changes": CHANGE_STRUCT},
    )
    changes = RedactPersonalData({"phone": "tag"})(frame)["changes"].to_list()
    assert changes == [{**before, "masked": 3}, before]


def test_title_and_metadata_are_masked_and_metadata_stays_json() -> None:
    said = '{"author": "Anna <anna@uni.org>", "n": 4111111111111111, "to": ["bob@uni.org", 7]}'
    frame = pl.DataFrame(
        {"text": [""] * 3, "title": ["To anna@uni.org", None, ""],
         "metadata": [said, "{ }", "no JSON, bob@uni.org"]}
    )  # fmt: skip
    result = RedactPersonalData()(frame)
    assert result["title"].to_list() == ["To ⟨EMAIL⟩", None, ""]
    assert result["metadata"].to_list() == [
        '{"author": "Anna <⟨EMAIL⟩>", "n": 4111111111111111, "to": ["⟨EMAIL⟩", 7]}',
        "{ }", "no JSON, ⟨EMAIL⟩",
    ]  # fmt: skip


def test_actions_are_checked_and_normalised() -> None:
    stage = RedactPersonalData({"phone": "tag", "email": "off"})
    assert stage.actions == (("email", "off"), ("phone", "tag"))
    assert stage == RedactPersonalData((("phone", "tag"), ("email", "off")))
    assert hash(stage) == hash(pickle.loads(pickle.dumps(stage)))
    assert stage.in_force()["iban"] == "mask"
    with pytest.raises(RecipeError, match=r"pii\.actions: 'phones' is no kind"):
        RedactPersonalData({"phones": "tag"})
    with pytest.raises(RecipeError, match=r"pii\.actions\.email must be one of off, tag"):
        RedactPersonalData({"email": "hide"})


def test_a_span_outside_its_text_is_an_error() -> None:
    frame = documents([("short", [element("paragraph", 0, 9, "short")])])
    with pytest.raises(SchemaError, match="lies outside its text"):
        RedactPersonalData()(frame)


def test_an_item_across_pieces_is_masked_in_each() -> None:
    lines = ["-----BEGIN " + "PRIVATE KEY-----", "Q2" * 40, "-----END " + "PRIVATE KEY-----"]
    text = "\n\n".join(["Key:", *lines, "End."])
    spans = [Span(text.index(line), text.index(line) + len(line)) for line in lines]
    result = masked(text, spans, find, ALL)
    shown = [result.text[span.start : span.end] for span in result.spans]
    assert shown == ["⟨PRIVATE_KEY⟩"] * 3
    assert result.text == "\n\n".join(["Key:", *shown, "End."])
    assert result.counts == {"private_key": 1}


@settings(max_examples=300, deadline=None)
@given(personal_texts)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text, [], find, ALL)
    again = masked(once.text, [], find, ALL)
    assert again.text == once.text
    assert again.replaced == 0
    for kind in once.counts:
        assert mask(kind) in once.text


@settings(max_examples=60, deadline=None)
@given(st.lists(element_rows(), max_size=2), personal_texts)
def test_spans_keep_to_their_elements(
    rows: list[tuple[str, list[dict[str, Any]]]], more: str
) -> None:
    whole = [(f"{more}\n\n", [element("paragraph", 0, len(more), more)]), *rows]
    frame = documents(whole)
    result = RedactPersonalData()(frame)
    first = result["elements"].to_list()[0][0]
    assert result["text"][0][first["char_start"] : first["char_end"]] == first["text"]
    assert RedactPersonalData()(result).drop("personal_data").equals(result.drop("personal_data"))


def test_rows_do_not_depend_on_each_other() -> None:
    frame = parsed()
    whole = RedactPersonalData()(frame)
    parts = [RedactPersonalData()(frame[i : i + 1]) for i in (1, 0)]
    assert pl.concat(parts[::-1]).equals(whole)


def test_names_are_found_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Marie Curie met Pierre in Paris, Tennessee Valley helped. anna@uni.org"
    spans = [("Marie Curie", "PERSON"), ("Pierre", "PERSON"), ("Paris", "GPE"),
             ("anna@uni.org", "PERSON")]  # fmt: skip
    entities = [(text.index(name), text.index(name) + len(name), label) for name, label in spans]
    monkeypatch.setattr(names, "entities", lambda _: entities)
    frame = pl.DataFrame({"text": [text]})
    assert RedactPersonalData()(frame)["text"][0].startswith("Marie Curie met")
    named = RedactPersonalData(names=True)(frame)
    assert named["text"][0] == ("⟨NAME⟩ met Pierre in Paris, Tennessee Valley helped. ⟨EMAIL⟩")
    off = RedactPersonalData({"name": "off"}, names=True)(frame)
    assert off["text"][0].startswith("Marie Curie met")
    assert list(names.person_names("玛丽·居里在巴黎 Marie Curie")) == []


@pytest.mark.real
def test_names_with_the_model() -> None:
    text = "The study was led by Hannah Whitmore and her colleague David Okonkwo in Leeds."
    frame = RedactPersonalData(names=True)(pl.DataFrame({"text": [text]}))
    assert frame["text"][0] == ("The study was led by ⟨NAME⟩ and her colleague ⟨NAME⟩ in Leeds.")
