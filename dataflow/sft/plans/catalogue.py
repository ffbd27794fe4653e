"""Which plan makes the samples of a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataflow.sft.drafts import (
    BACK_TRANSLATION,
    DIALOGUE,
    EVALSET,
    PREFERENCE,
    QUERY,
    QUESTION,
    REASONING,
    REVISION,
    SUMMARY,
)
from dataflow.sft.plan import Plan, Topic
from dataflow.sft.plans.back_translation import back_translation
from dataflow.sft.plans.dialogue import MAX_REQUESTS as DIALOGUE_MOST
from dataflow.sft.plans.dialogue import TYPICAL_REQUESTS as DIALOGUE_REQUESTS
from dataflow.sft.plans.dialogue import dialogue
from dataflow.sft.plans.evalset_question import evalset_question
from dataflow.sft.plans.preference import MAX_REQUESTS as PREFERENCE_MOST
from dataflow.sft.plans.preference import TYPICAL_REQUESTS as PREFERENCE_REQUESTS
from dataflow.sft.plans.preference import preference
from dataflow.sft.plans.query import query
from dataflow.sft.plans.question import question
from dataflow.sft.plans.reasoning import MAX_REQUESTS as REASONING_MOST
from dataflow.sft.plans.reasoning import TYPICAL_REQUESTS as REASONING_REQUESTS
from dataflow.sft.plans.reasoning import reasoning
from dataflow.sft.plans.revision import MAX_REQUESTS as REVISION_MOST
from dataflow.sft.plans.revision import TYPICAL_REQUESTS as REVISION_REQUESTS
from dataflow.sft.plans.revision import revision
from dataflow.sft.plans.summary import summary

OVERFLOWING = 4
"""Requests of which one is answered where a passage is cut thrice: the others cost nothing."""

PLANS: Mapping[str, Callable[[Topic], Plan]] = {
    QUESTION: question,
    BACK_TRANSLATION: back_translation,
    DIALOGUE: dialogue,
    REASONING: reasoning,
    REVISION: revision,
    PREFERENCE: preference,
    SUMMARY: summary,
    QUERY: query,
    EVALSET: evalset_question,
}

ANSWERS: Mapping[str, tuple[float, float]] = {
    QUESTION: (1, 4),
    BACK_TRANSLATION: (2, 6),
    DIALOGUE: (DIALOGUE_REQUESTS, DIALOGUE_MOST / OVERFLOWING),
    REASONING: (REASONING_REQUESTS, REASONING_MOST / OVERFLOWING),
    REVISION: (REVISION_REQUESTS, REVISION_MOST / OVERFLOWING),
    PREFERENCE: (PREFERENCE_REQUESTS, PREFERENCE_MOST / OVERFLOWING),
    SUMMARY: (1, 4),
    QUERY: (1, 4),
    EVALSET: (1.25, 6),
}
"""How many answers a sample of each method takes: typically, and with every second try."""
