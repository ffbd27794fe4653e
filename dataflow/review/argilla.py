"""Records for Argilla 2 (`dataset.records.from_json`), and the answers in its exported records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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
"""
"""A script that makes the dataset on an Argilla server."""


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


def answers(exported: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    """Sample id, verdict, reviewer and comment of each answer in records as Argilla exports them.

    Raises LookupError, TypeError or AttributeError for what is no such record.
    """
    for record in exported:
        given = record["responses"]
        comments = {one.get("user_id"): one["value"] for one in given.get(COMMENT) or ()}
        for one in given.get(VERDICT) or ():
            reviewer = one.get("user_id")
            yield record["id"], one["value"], str(reviewer or ""), str(comments.get(reviewer) or "")
