"""A model as the judge: P(yes) from the candidates of its first token, never its mere yes or no."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dataflow.evidence.spans import Fault
from dataflow.llm.base import Completion
from schemas.records import Reason

if TYPE_CHECKING:  # the plans use `p_yes`
    from dataflow.sft.drafts import Draft
    from dataflow.sft.plan import Asker, Asking

PROMPT = "judge"
CANDIDATES = 20
"""Candidates asked for: as many as the protocol allows, so that both answers are among them."""
_YES = frozenset(("yes", "y", "true", "correct", "是", "对", "正确", "是的", "有"))
_NO = frozenset(
    ("no", "n", "not", "false", "incorrect", "否", "不", "不是", "不对", "错", "错误", "没", "没有")
)
_MARKS = " \t\r\n▁Ġ\"'*_`.,!。，！：:([（「"
_WORD = re.compile("[a-z]+|不是|不对|错误|没有|正确|是的|[是对有否不错没]")


def p_yes(completion: Completion) -> float | None:
    """The share of yes among the yes and no of the first token; None when there is neither.

    Several tokens may mean yes (`Yes`, ` yes`, `是`): their probabilities are added.

    >>> tokens = ("Yes", math.log(0.6)), (" no", math.log(0.2)), ("是", math.log(0.2))
    >>> round(p_yes(Completion("Yes", 9, 1, first_logprobs=tokens)), 6)
    0.8
    """
    yes = no = 0.0
    for token, logprob in completion.first_logprobs:
        word = token.strip(_MARKS).casefold()
        if math.isnan(logprob):
            continue
        if word in _YES:
            yes += math.exp(min(logprob, 0.0))
        elif word in _NO:
            no += math.exp(min(logprob, 0.0))
    return yes / (yes + no) if yes + no > 0 else None


def said_yes(text: str) -> float | None:
    """1 when an answer begins with a yes, 0 with a no, None with neither.

    >>> said_yes("No, it is not."), said_yes("是的。"), said_yes("不对"), said_yes("Perhaps")
    (0.0, 1.0, 0.0, None)
    """
    found = _WORD.match(text.strip().strip(_MARKS).casefold())
    if found is None or found[0] not in _YES | _NO:
        return None
    return float(found[0] in _YES)


def judged(asker: Asker, draft: Draft, source: str) -> Asking[float | Fault]:
    """P(yes) that `source` holds the draft's answer and that it answers the question.

    Where the back end gives no log-probabilities, 1 or 0 by the answer's first word. The score
    ranks; a threshold for it comes from labels (`calibrate`), since small models say yes readily.
    """
    slots = {"passage": source, "question": _question(draft), "reply": draft.output}
    answer = yield from asker.say(PROMPT, slots, temperature=0.0, top_logprobs=CANDIDATES)
    if isinstance(answer, Fault):
        return answer
    score = p_yes(answer)
    score = said_yes(answer.text) if score is None else score
    if score is None:
        return Fault(Reason.MALFORMED_OUTPUT, f"neither yes nor no: {answer.text[:200]}")
    return score


def _question(draft: Draft) -> str:
    """The last question, with what was said before it when there was something."""
    earlier = [f"{role}: {text}" for role, text in draft.history]
    return "\n".join([*earlier, draft.user_turn])
