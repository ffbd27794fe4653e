"""Cutting documents out of a frame that was filtered: their elements stay their own."""

from __future__ import annotations

import polars as pl

from dataflow.io.arrow_arrays import dtype_of
from dataflow.passages.repeats import CutRepeats
from schemas.tables import ELEMENT

FIRST = "A paragraph that only this one has."
SHARED = (
    "The keeper wrote every number into the book that hung beside the door of the mill, and " * 2
)


def element(start: int, end: int) -> dict[str, object]:
    return {"kind": "paragraph", "char_start": start, "char_end": end, "links": []}


def document(doc_id: str, first: str, second: str) -> dict[str, object]:
    text = f"{first}\n\n{second}"
    spans = [element(0, len(first)), element(len(first) + 2, len(text))]
    return {"doc_id": doc_id, "source": doc_id, "text": text, "elements": spans}


def test_elements_of_a_filtered_frame_are_those_of_its_documents() -> None:
    rows = [document("a", FIRST, SHARED), document("b", "Between the two.", "Another end."),
            document("c", SHARED, "What is left of the last.")]  # fmt: skip
    elements = pl.Series("elements", [row.pop("elements") for row in rows],
                         dtype=pl.List(dtype_of(ELEMENT)))  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(elements)
    stage = CutRepeats(unit="paragraph")
    cuts = stage.resolve([stage.collect(frame)], frame["doc_id"])
    assert cuts["doc_id"].to_list() == ["c"]
    cut = stage.cut(frame.filter(pl.col("doc_id").is_in(["b", "c"])), cuts).frame
    found = {
        row["doc_id"]: [row["text"][e["char_start"] : e["char_end"]] for e in row["elements"]]
        for row in cut.iter_rows(named=True)
    }
    assert found == {
        "b": ["Between the two.", "Another end."], "c": ["What is left of the last."]
    }  # fmt: skip
