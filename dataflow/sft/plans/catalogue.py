"""Which plan makes the samples of a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataflow.sft.drafts import BACK_TRANSLATION, QUESTION
from dataflow.sft.plan import Plan, Topic
from dataflow.sft.plans.back_translation import back_translation
from dataflow.sft.plans.question import question

PLANS: Mapping[str, Callable[[Topic], Plan]] = {
    QUESTION: question,
    BACK_TRANSLATION: back_translation,
}
