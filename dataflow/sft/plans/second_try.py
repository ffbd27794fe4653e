"""One more try for a reply that can be read but not used, with the fault told to the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import cjk_share
from dataflow.sft.plan import Asker, Asking
from dataflow.sft.replies import Reply
from schemas.records import Reason

R = TypeVar("R", bound=Reply)

COPIES, TEXT, LANGUAGE, LENGTH, QUOTE = "copies", "text", "language", "length", "quote"
NOTES = (COPIES, TEXT, LANGUAGE, LENGTH, QUOTE)
"""Values of the slot `note`, which the templates put into words; '' at the first try."""

_WARMER = 0.6
"""Temperature of the second try at least: at 0 small models say the same again."""
_FOREIGN = 0.15
"""Share of Han among the letters below which a text is not Chinese; a question may be mostly
Latin names. The same share of other letters is left to a text that is not."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reply is of no use: what the model is told, and the fault if it stays so."""

    note: str
    fault: Fault


def asked_twice(
    asker: Asker,
    name: str,
    slots: Mapping[str, str],
    kind: type[R],
    refused: Callable[[R], Refusal | None],
) -> Asking[R | Fault]:
    """The reply that is not `refused`, of the first try or the second; else the fault.

    A second call is only made where the first was of no use.
    """
    reply = yield from asker.ask(name, {**slots, "note": ""}, kind)
    if isinstance(reply, Fault):
        return reply
    refusal = refused(reply)
    if refusal is None:
        return reply
    warmer = max(asker.topic.sampling.temperature, _WARMER)
    reply = yield from asker.ask(name, {**slots, "note": refusal.note}, kind, temperature=warmer)
    if isinstance(reply, Fault):
        return reply
    refusal = refused(reply)
    return refusal.fault if refusal else reply


def foreign(text: str, lang: str) -> Refusal | None:
    """The refusal of a text in another script than the language's."""
    share = cjk_share(text)
    if lang == "zh" and share < _FOREIGN:
        fault = Fault(Reason.SAMPLE_WRONG_LANGUAGE, "not Chinese", share, _FOREIGN)
    elif lang not in ("zh", "ja", "ko") and share > 1 - _FOREIGN:
        fault = Fault(Reason.SAMPLE_WRONG_LANGUAGE, f"not {lang}", share, 1 - _FOREIGN)
    else:
        return None
    return Refusal(LANGUAGE, fault)
