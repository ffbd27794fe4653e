"""Records for Argilla 2 (`dataset.records.from_json`), and the answers in its exported records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from dataflow.review.answers import Answer, Exported, Text
from dataflow.review.shown import BAD, COMMENT, FIELDS, GOOD, VERDICT
from dataflow.review.strata import STRATA

SETTINGS = f"""\
import argilla

settings = argilla.Settings(
    fields=[
        argilla.TextField("conversation"),
        argilla.TextField("answer", required=False),
        argilla.TextField("worse_answer", required=False),
        argilla.TextField("evidence", required=False),
    ],
    questions=[
        argilla.LabelQuestion("{VERDICT}", labels=["{GOOD}", "{BAD}"]),
        argilla.TextQuestion("{COMMENT}", required=False),
    ],
    metadata=[argilla.TermsMetadataProperty(name) for name in {STRATA!r}],
)
dataset = argilla.Dataset("samples", settings=settings)
dataset.create()
dataset.records.from_json("argilla.json")

# When people are done. The file does not say whether a response was submitted or discarded, so
# ask for records that have a submitted one:
# done = argilla.Query(filter=argilla.Filter([("response.status", "==", "submitted")]))
# dataset.records(done).to_json("reviewed.json")
"""
"""A script that makes the dataset on an Argilla server."""

_COUNTED = (None, "", "submitted")
"""Status of a response that is a verdict; Argilla's own export leaves the status out."""


class _Response(Exported):
    value: Text | None = None
    user_id: Text | int | None = None
    status: Text | None = None


class _Responses(Exported):
    verdict: tuple[_Response, ...] | None = None
    comment: tuple[_Response, ...] | None = None


class _Record(Exported):
    id: Text
    status: Text | None = None
    responses: _Responses


_RECORDS = TypeAdapter(list[_Record])


def records(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One record for each shown sample; its id is the sample's."""
    return [
        {
            "id": row["sample_id"],
            "fields": {name: row[name] for name in FIELDS if row[name]},
            "metadata": {name: row[name] for name in (*STRATA, "source")},
            "suggestions": {},
            "responses": {},
            "vectors": {},
        }
        for row in rows
    ]


def answers(exported: object) -> Iterator[Answer]:
    """Each submitted answer in records as Argilla exports them.

    What was discarded, or is a draft, is no verdict. Raises pydantic.ValidationError for anything
    that is no list of records.
    """
    for record in _RECORDS.validate_python(exported):
        if record.status == "discarded":
            continue
        said = {one.user_id: one.value for one in record.responses.comment or ()}
        for one in record.responses.verdict or ():
            if one.status in _COUNTED and one.value is not None:
                yield Answer(record.id, one.value, said.get(one.user_id) or "")
