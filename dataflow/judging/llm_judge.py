"""A model as the judge: P(yes) from the candidates of its first token, never its mere yes or no."""

from __future__ import annotations

import math

from dataflow.llm.base import Completion

_YES = frozenset(("yes", "是", "对"))
_NO = frozenset(("no", "否", "不"))
_MARKS = " \t\n▁Ġ\"'*.。：:"


def p_yes(completion: Completion) -> float | None:
    """The share of yes among the yes and no of the first token; None when there is neither.

    Several tokens may mean yes (`Yes`, ` yes`, `是`): their probabilities are added.
    """
    yes = no = 0.0
    for token, logprob in completion.first_logprobs:
        word = token.strip(_MARKS).casefold()
        if word in _YES:
            yes += math.exp(min(logprob, 0.0))
        elif word in _NO:
            no += math.exp(min(logprob, 0.0))
    return yes / (yes + no) if yes + no > 0 else None
