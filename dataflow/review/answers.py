"""What reviewers answered, as every tool's export is read: text of people, so it is checked."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _encodable(value: Any) -> Any:
    """`value` with each lone surrogate, which no file can hold, as a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_encodable)]
"""A string that UTF-8 can write."""


class Answer(NamedTuple):
    """One reviewer's verdict on a sample."""

    sample_id: str
    verdict: str
    comment: str


class Exported(BaseModel):
    """An object of a tool's export, of which we know some fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)
