"""Instruction back-translation: the passage is the answer, the model writes the instruction."""

from __future__ import annotations

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.sft.drafts import BACK_TRANSLATION, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.replies import Reply


class InstructionReply(Reply):
    """A back-translated instruction as the model gives it."""

    instruction: str = Field(min_length=1, max_length=4000)


def back_translation(topic: Topic) -> Plan:
    """The chunk as the answer to an instruction that the model wrote for it."""
    asker = Asker(topic)
    reply = yield from asker.ask(
        "back_translation", {"passage": topic.chunk.text}, InstructionReply
    )
    if isinstance(reply, Fault):
        return reply
    chunk = topic.chunk
    draft = Draft(
        BACK_TRANSLATION, "write_section", topic.lang, reply.instruction, chunk.text,
        ((chunk.char_start, chunk.char_end),), asker.calls[0].prompt_id,
        traits=topic.traits, calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)
