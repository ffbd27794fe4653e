"""Tasks for Label Studio, and the annotations in what it exports as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field, TypeAdapter

from dataflow.review.answers import Answer, Exported, Text
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


class _Value(Exported):
    choices: tuple[Text, ...] = ()
    text: Text | tuple[Text, ...] = ()


class _Result(Exported):
    from_name: Text = ""
    value: _Value = Field(default_factory=_Value)


class _Annotation(Exported):
    was_cancelled: bool | None = None
    result: tuple[_Result, ...]


class _Data(Exported):
    sample_id: Text


class _Task(Exported):
    data: _Data
    annotations: tuple[_Annotation, ...]


_TASKS = TypeAdapter(list[_Task])


def tasks(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One task for each shown sample."""
    names = ("sample_id", *STRATA, "source", *FIELDS)
    return [{"data": {name: row[name] for name in names}} for row in rows]


def answers(exported: object) -> Iterator[Answer]:
    """Each answer of an annotation that was not cancelled, in tasks as exported to JSON.

    Raises pydantic.ValidationError for anything that is no list of tasks.
    """
    for task in _TASKS.validate_python(exported):
        for annotation in task.annotations:
            said = {one.from_name: one.value for one in annotation.result}
            if annotation.was_cancelled or VERDICT not in said or not said[VERDICT].choices:
                continue
            text = said[COMMENT].text if COMMENT in said else ""
            comment = text if isinstance(text, str) else " ".join(text)
            yield Answer(task.data.sample_id, said[VERDICT].choices[0], comment)
