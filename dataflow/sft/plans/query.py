"""What somebody would type to find a passage: queries for the training of retrievers."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import INTO_RETRIEVAL, QUERY, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.copying import content, copied
from dataflow.sft.plans.screening import asks_the_title
from dataflow.sft.plans.second_try import COPIES, LENGTH, TEXT, Refusal, asked_twice, foreign
from dataflow.sft.replies import Reply
from schemas.ids import content_id
from schemas.records import Reason

FORMS = ("question", "question", "keywords")
"""Two questions for each query of keywords, chosen by a hash."""
_LONGEST = {"question": 40, "keywords": 16}
"""Words or Han characters; what is typed into a search box is short."""


class QueryReply(Reply):
    """A query as the model gives it."""

    query: str = Field(min_length=1, max_length=1000)


def query(topic: Topic) -> Plan:
    """A query that the chunk answers, in other words than the chunk's."""
    chosen = content_id("query", topic.sampling.seed, topic.chunk.chunk_id)
    form = FORMS[int(chosen[:8], 16) % len(FORMS)]
    chunk, asker = topic.chunk, Asker(topic)
    slots = {"passage": chunk.text, "form": form, "perspective": topic.traits.perspective}
    reply = yield from asked_twice(
        asker, "query", slots, QueryReply, partial(_refused, topic, form)
    )
    if isinstance(reply, Fault):
        return reply
    form = _form_of(reply.query, form)
    draft = Draft(
        QUERY, form, topic.lang, reply.query, chunk.text,
        ((chunk.char_start, chunk.char_end),), asker.calls[0].prompt_id, into=INTO_RETRIEVAL,
        traits=topic.traits, calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def _form_of(said: str, wanted: str) -> str:
    """The form that a query has: one with a question mark is a question, whatever was wanted."""
    return "question" if said.endswith(("?", "？")) else wanted


def _refused(topic: Topic, wanted: str, reply: QueryReply) -> Refusal | None:
    """What is wrong with a query: script, need of the text, length, words, subject."""
    form = _form_of(reply.query, wanted)
    wrong = foreign(reply.query, topic.lang)
    if wrong is not None:
        return wrong
    if needs_text(reply.query, topic.lang):
        fault = Fault(Reason.NOT_ANSWERABLE, "the query cannot be understood without the passage")
        return Refusal(TEXT, fault)
    if asks_the_title(reply.query, topic):
        detail = "the query is for the title, not the passage"
        return Refusal(TEXT, Fault(Reason.NOT_ANSWERABLE, detail))
    size = len(tokens(reply.query))
    if size > _LONGEST[form]:
        detail = "nobody types that much"
        fault = Fault(Reason.SAMPLE_TOO_LONG, detail, float(size), float(_LONGEST[form]))
        return Refusal(LENGTH, fault)
    fault_of_words = copied(reply.query, topic.chunk.text, topic.title, topic.lang)
    if fault_of_words is not None and form == "question":
        return Refusal(COPIES, fault_of_words)
    if not content(reply.query) & content(f"{topic.title} {topic.chunk.text}"):
        fault = Fault(Reason.NOT_ANSWERABLE, "the query shares no word with the passage", 0.0, 1.0)
        return Refusal(TEXT, fault)
    return None
