"""Failures that another run may not meet: what was to come after them waits for that run."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import Fault
from dataflow.llm.base import CONTEXT_OVERFLOW, LLM, TRUNCATED, Answer, Failure, Request
from dataflow.sft.plan import fault_of

_SETTLED = frozenset({
    TRUNCATED, CONTEXT_OVERFLOW, "refused", "malformed", "too_large", "redirected",
})  # fmt: skip
"""Kinds of failures that belong to the request: to wait for another answer might never end."""
_PASSING_STATUS = frozenset({401, 402, 403, 408, 409, 425, 429})
"""A key, money, a time limit, another request under way: nothing about this request."""


class Watch:
    """A model, and those of its failures that another run may not meet, in `passing`."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.passing: list[Failure] = []

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        answers = self._llm.complete(requests)
        self.passing += [one for one in answers if isinstance(one, Failure) and _passes(one)]
        return answers


def _passes(failure: Failure) -> bool:
    return failure.kind not in _SETTLED or failure.status in _PASSING_STATUS


def postponed(passing: Sequence[Failure]) -> Fault:
    """Why no more rounds are asked for after these failures of a round."""
    first = fault_of(passing[0])
    detail = (
        f"stopped: {len(passing)} requests of the last round met what may pass ({first.detail}), "
        "and what later requests show depends on their answers; run again to go on from there, "
        "without paying for any answer twice"
    )
    return Fault(first.reason, detail, float(len(passing)), 0.0)
