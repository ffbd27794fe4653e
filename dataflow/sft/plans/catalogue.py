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
from dataflow.sft.plans.dialogue import TYPICAL_REQUESTS as DIALOGUE_REQUESTS
from dataflow.sft.plans.dialogue import dialogue
from dataflow.sft.plans.evalset_question import evalset_question
from dataflow.sft.plans.preference import TYPICAL_REQUESTS as PREFERENCE_REQUESTS
from dataflow.sft.plans.preference import preference
from dataflow.sft.plans.query import query
from dataflow.sft.plans.question import question
from dataflow.sft.plans.reasoning import TYPICAL_REQUESTS as REASONING_REQUESTS
from dataflow.sft.plans.reasoning import reasoning
from dataflow.sft.plans.revision import TYPICAL_REQUESTS as REVISION_REQUESTS
from dataflow.sft.plans.revision import revision
from dataflow.sft.plans.summary import summary

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

TYPICAL_REQUESTS: Mapping[str, float] = {
    QUESTION: 1,
    BACK_TRANSLATION: 2,
    DIALOGUE: DIALOGUE_REQUESTS,
    REASONING: REASONING_REQUESTS,
    REVISION: REVISION_REQUESTS,
    PREFERENCE: PREFERENCE_REQUESTS,
    SUMMARY: 1,
    QUERY: 1,
    EVALSET: 1.25,
}
"""How many requests a sample of each method takes, without second tries."""
