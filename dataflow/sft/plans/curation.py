"""Curation: a score from 1 to 5 for an instruction and its answer, with the source in view."""

from __future__ import annotations

import re

from dataflow.evidence.spans import Fault
from dataflow.sft.plan import Asker, Asking
from dataflow.sft.replies import parse_object
from schemas.records import Reason

_NUMBER = re.compile(r"\s*([1-5])(?:\.0+)?\s*(?:/\s*5|分|[.。]|\s.{0,200})?\s*")
_SAID = re.compile(r"(?:score|rating|评分|得分|分数)\W{0,12}([1-5])(?!\d|\.[1-9])", re.IGNORECASE)


def curated(asker: Asker, instruction: str, answer: str, source: str) -> Asking[int | Fault]:
    """The score, asked for once more when it cannot be read; a fault when it still cannot."""
    slots = {"instruction": instruction, "response": answer, "passage": source}
    said = yield from asker.say("curation", slots, temperature=0.0)
    if isinstance(said, Fault):
        return said
    score = score_in(said.text)
    if score is None:
        wrong = "no score from 1 to 5"
        said = yield from asker.say("curation", slots, faulty=(said.text, wrong))
        if isinstance(said, Fault):
            return said
        score = score_in(said.text)
    if score is None:
        return Fault(Reason.MALFORMED_OUTPUT, f"no score from 1 to 5: {said.text[:200]}")
    return score


def score_in(text: str) -> int | None:
    """The score in a reply: of its JSON, else after the word, else the reply itself.

    >>> score_in('{"reason": "5 of 7", "score": "4/5"}'), score_in("Score: 3"), score_in("9")
    (4, 3, None)
    """
    found = parse_object(text)
    if found is not None:
        value = found.get("score")
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        whole = _NUMBER.fullmatch(str(value)[:300])
        return int(whole[1]) if whole else None
    said = {int(digit) for digit in _SAID.findall(text[:20_000])}
    if len(said) == 1:
        return said.pop()
    alone = _NUMBER.fullmatch(text[:300])
    return int(alone[1]) if alone else None
