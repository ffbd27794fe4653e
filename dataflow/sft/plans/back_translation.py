"""Instruction back-translation: the passage is the answer, the model writes the instruction.

After Li et al. (2023), Self-Alignment with Instruction Backtranslation, without training: examples
take the place of their backward model, checks by code and a score with the source in view that of
their curation.
"""

from __future__ import annotations

from functools import partial

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import BACK_TRANSLATION, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.copying import copied
from dataflow.sft.plans.curation import curated
from dataflow.sft.plans.passages import Passage, passage_of
from dataflow.sft.plans.second_try import COPIES, LENGTH, TEXT, Refusal, asked_twice, foreign
from dataflow.sft.replies import Reply
from schemas.records import Reason

_AROUND = 500
"""Characters before and after the passage that the curation sees."""
_LONGEST = 0.6
_ALWAYS = 40
"""An instruction of up to 40 tokens is never too long, a longer one when it is above this share of
its answer: it then does the answer's work."""


class InstructionReply(Reply):
    """A back-translated instruction as the model gives it."""

    instruction: str = Field(min_length=1, max_length=4000)


def back_translation(topic: Topic) -> Plan:
    """A passage of the chunk as the answer to an instruction that the model wrote for it.

    The passage is cut so that it stands alone, before anything is asked. The instruction is
    checked for what it takes from the passage, then scored 1 to 5 with the passage's surroundings
    in view.
    """
    passage = passage_of(topic.document, topic.chunk)
    if isinstance(passage, Fault):
        return passage
    asker = Asker(topic)
    slots = {
        "title": _where(topic, passage),
        "passage": passage.text,
        "perspective": topic.traits.perspective,
        "difficulty": topic.traits.difficulty,
        "kind": topic.traits.kind,
    }
    refused = partial(_refused, topic, passage)
    reply = yield from asked_twice(asker, "back_translation", slots, InstructionReply, refused)
    if isinstance(reply, Fault):
        return reply
    source = _around(topic.document.text, passage)
    score = yield from curated(asker, reply.instruction, passage.text, source)
    if isinstance(score, Fault):
        return score
    draft = Draft(
        BACK_TRANSLATION, "write_section", topic.lang, reply.instruction, passage.text,
        ((passage.start, passage.end),), asker.calls[0].prompt_id, traits=topic.traits,
        scores=(("curation", float(score)),), calls=tuple(asker.calls),
        model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def _where(topic: Topic, passage: Passage) -> str:
    """Title and nearest heading, which say what a passage is about that does not say it."""
    heading = passage.heading or " / ".join(topic.chunk.heading_path[-1:])
    return " / ".join(dict.fromkeys(part for part in (topic.title, heading) if part))


def _around(text: str, passage: Passage) -> str:
    """The passage's surroundings, with a mark where it stands."""
    before = text[max(passage.start - _AROUND, 0) : passage.start]
    return f"{before}[ANSWER]{text[passage.end : passage.end + _AROUND]}"


def _refused(topic: Topic, passage: Passage, reply: InstructionReply) -> Refusal | None:
    """What is wrong with an instruction: script, need of the text, length, what it gives away."""
    instruction = reply.instruction
    wrong = foreign(instruction, topic.lang)
    if wrong is not None:
        return wrong
    needed = needs_text(instruction, topic.lang)
    if needed:
        detail = f"the instruction cannot be understood without the passage: {needed}"
        return Refusal(TEXT, Fault(Reason.NOT_ANSWERABLE, detail))
    fault = copied(instruction, passage.text, _where(topic, passage), topic.lang)
    if fault is not None:
        return Refusal(COPIES, fault)
    asked, most = len(tokens(instruction)), _LONGEST * len(tokens(passage.text))
    if asked > max(_ALWAYS, most):
        detail = "the instruction is nearly as long as its answer"
        return Refusal(LENGTH, Fault(Reason.COPIES_SOURCE, detail, float(asked), most))
    return None
