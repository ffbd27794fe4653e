"""Tasks for Label Studio, and the annotations in what it exports as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dataflow.review.shown import BAD, COMMENT, FIELDS, GOOD, VERDICT
from dataflow.review.strata import STRATA

_TEXTS = "".join(
    f'  <Header value="{name}"/><Text name="{name}" value="${name}"/>\n' for name in FIELDS
)
CONFIG = f"""\
<View>
{_TEXTS}\
  <Choices name="{VERDICT}" toName="answer" choice="single" required="true">
    <Choice value="{GOOD}"/>
    <Choice value="{BAD}"/>
  </Choices>
  <TextArea name="{COMMENT}" toName="answer" maxSubmissions="1"/>
</View>
"""
"""The labelling interface of the project."""


def tasks(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One task for each shown sample."""
    names = ("sample_id", *STRATA, "source", *FIELDS)
    return [{"data": {name: row[name] for name in names}} for row in rows]


def answers(exported: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    """Sample id, verdict, reviewer and comment of each annotation that was not cancelled.

    Raises LookupError, TypeError or AttributeError for what is no such task.
    """
    for task in exported:
        for annotation in task["annotations"]:
            if annotation.get("was_cancelled"):
                continue
            said = {one["from_name"]: one["value"] for one in annotation["result"]}
            if VERDICT in said:
                comment = " ".join(said.get(COMMENT, {}).get("text", ()))
                reviewer = annotation.get("completed_by")
                name = reviewer.get("email") if isinstance(reviewer, Mapping) else reviewer
                yield (
                    task["data"]["sample_id"],
                    said[VERDICT]["choices"][0],
                    str(name or ""),
                    comment,
                )
