from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from dataflow.evidence.spans import Evidence
from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import Call, Draft, Traits
from dataflow.sft.rows import DATA_SETS, SAMPLE_FRAME, chunk_spans, page_at, row_of, rows_of
from tests.dataflow.sft.candidates import scores
from tests.strategies.sft import CHINESE, by_heading, document

TEXT = "Ada Storm built it."
DOCUMENT = document(TEXT, "en", "Kelby", "kelby.md")
CHUNKS = by_heading(DOCUMENT)
(CHUNK,) = chunk_spans(CHUNKS)
EVIDENCE = [
    Evidence(DOCUMENT["doc_id"], CHUNK.chunk_id, 3, a, b, TEXT[a:b], CHUNK.sha256)
    for a, b in ((0, 9), (10, 15))
]
TALK = (("user", "What is it?"), ("assistant", "A tower."))
PROVENANCE = {
    "backend": "openai", "model": "m", "prompt_id": "question.en/1", "seed": 4,
    "split": "validation", "source": "kelby.md", "lang": "en", "method": "question",
    "task": "qa", "doc_id": DOCUMENT["doc_id"],
}  # fmt: skip


def made(into: str, **fields: Any) -> dict[str, Any]:
    """The only row of a data set that one draft of it and one of each other give."""
    rows = []
    for name in DATA_SETS:
        draft = Draft(
            "question", "qa", "en", "Who built it?", "Ada Storm", ((0, 9),), "question.en/1",
            into=name, model="m", calls=(Call("question.en/1", "t" * 64, "p" * 64, "key"),),
            traits=Traits("novice", "easy", "explain"), **(fields if name == into else {}),
        )  # fmt: skip
        row = row_of(
            draft, manuscript(DOCUMENT), EVIDENCE, {CHUNK.chunk_id: CHUNK}, {"support": 1.0}
        )
        rows.append(row | {"backend": "openai", "seed": 4, "split": "validation"})
    frame = pl.DataFrame(rows, schema={**SAMPLE_FRAME, "split": pl.String})
    shaped = rows_of(into, frame)
    assert shaped.columns == DATA_SETS[into].schema.names
    assert DATA_SETS[into].conform(shaped.to_arrow()).num_rows == 1
    return shaped.row(0, named=True)


def turns(*said: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in said]


@pytest.mark.parametrize("into", DATA_SETS)
def test_every_data_set_says_where_a_row_is_from(into: str) -> None:
    row = made(into)
    assert {name: row[name] for name in PROVENANCE} == PROVENANCE
    assert [span["quote"] for span in row["evidence"]] == ["Ada Storm", "built"]
    assert [span["page"] for span in row["evidence"]] == [3, 3]
    assert row["calls"] == [
        {"prompt_id": "question.en/1", "template_sha256": "t" * 64, "prompt_sha256": "p" * 64,
         "cache_key": "key"},
    ]  # fmt: skip
    assert row["scores"] == scores(support=1.0)
    assert len({made(name)["sample_id"] for name in DATA_SETS}) == len(DATA_SETS)


def test_instructions_end_with_the_answer() -> None:
    row = made("sft", history=TALK, input="The tower of Kelby")
    assert row["messages"] == turns(
        *TALK, ("user", "Who built it?\n\nThe tower of Kelby"), ("assistant", "Ada Storm")
    )
    assert (row["instruction"], row["input"]) == ("Who built it?", "The tower of Kelby")
    assert (row["perspective"], row["difficulty"], row["kind"]) == ("novice", "easy", "explain")
    assert made("sft")["messages"] == turns(("user", "Who built it?"), ("assistant", "Ada Storm"))


def test_preferences_end_before_the_answer() -> None:
    row = made("preferences", history=TALK, rejected="Ida Storm", flaw="name")
    assert row["prompt"] == turns(*TALK, ("user", "Who built it?"))
    assert (row["chosen"], row["rejected"], row["flaw"]) == ("Ada Storm", "Ida Storm", "name")


def test_test_questions_have_their_contexts_once() -> None:
    row = made("evalset", input="It is a tower.")
    assert row["question"] == "Who built it?\n\nIt is a tower."
    assert (row["ground_truth"], row["answerable"]) == ("Ada Storm", True)
    assert (row["contexts"], row["context_ids"]) == ([TEXT], [CHUNK.chunk_id])


def test_queries_have_the_chunk_that_answers() -> None:
    row = made("retrieval")
    assert (row["query"], row["positive"]) == ("Who built it?", TEXT)
    assert row["positive_id"] == CHUNK.chunk_id


@pytest.mark.parametrize("into", DATA_SETS)
def test_no_candidates_make_no_rows(into: str) -> None:
    frame = pl.DataFrame(schema={**SAMPLE_FRAME, "split": pl.String})
    rows = rows_of(into, frame)
    assert DATA_SETS[into].conform(rows.to_arrow()).num_rows == 0


def test_chunks_come_in_the_order_of_their_places() -> None:
    chunks = by_heading(document(CHINESE, "zh")).with_columns(page_start=pl.lit(2, pl.Int32))
    spans = chunk_spans(chunks.sample(fraction=1, shuffle=True, seed=1))
    assert [span.char_start for span in spans] == sorted(chunks["char_start"])
    assert {span.page for span in spans} == {2}
    assert all(CHINESE[span.char_start : span.char_end] == span.text for span in spans)


def test_a_place_is_on_the_page_of_its_block() -> None:
    elements = [
        {
            "kind": "paragraph",
            "page": page,
            "char_start": at,
            "char_end": at + 2,
            "cells": None,
            "level": None,
        }
        for page, at in ((1, 0), (5, 4))
    ]
    found = manuscript(document("一。\n\n二。", "zh", elements=elements))
    assert [page_at(found, position) for position in (0, 4, 5, 60)] == [1, 5, 5, None]
