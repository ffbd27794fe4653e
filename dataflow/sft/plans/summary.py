"""An abstractive summary: the model condenses a passage, in the form that the instruction asks."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import longest_run, tokens
from dataflow.sft.drafts import SUMMARY, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.passages import passage_of
from dataflow.sft.plans.second_try import COPIES, LENGTH, Refusal, asked_twice, foreign
from dataflow.sft.replies import Reply
from dataflow.text.sentence_ends import split_sentences
from schemas.ids import content_id
from schemas.records import Reason

FORMS = ("sentence", "sentences", "paragraph", "points")
"""One sentence, two or three, a short paragraph, a list of points."""
_MIN_TOKENS = 60
"""A shorter passage has nothing that could be left out."""
_SHORT = {"sentence": 0.5, "sentences": 0.6, "paragraph": 0.7, "points": 0.7}
"""A summary is at most this share of its passage."""
_TOLD = 0.8
"""Share of that bound which the model is told: small ones write a fifth more than they are told."""
_COPIED = 0.7
"""Share of a summary that may be one run of its passage; above, it is a sentence lifted out."""


class SummaryReply(Reply):
    """A summary as the model gives it."""

    summary: str = Field(min_length=1, max_length=8000)


def summary(topic: Topic) -> Plan:
    """The summary of a passage of the chunk; the filters check that the passage holds it."""
    passage = passage_of(topic.document, topic.chunk)
    if isinstance(passage, Fault):
        return passage
    size = len(tokens(passage.text))
    if size < _MIN_TOKENS:
        detail = "the passage is too short to be summarised"
        return Fault(Reason.SAMPLE_TOO_SHORT, detail, float(size), float(_MIN_TOKENS))
    forms = FORMS[:3] if size < 2 * _MIN_TOKENS else FORMS
    form = forms[_pick(topic, "form") % len(forms)]
    asker = Asker(topic)
    refused = partial(_refused, topic.lang, passage.text, form)
    most = int(_TOLD * _SHORT[form] * size) // 5 * 5
    slots = {"passage": passage.text, "form": form, "most": str(most)}
    reply = yield from asked_twice(asker, "summary", slots, SummaryReply, refused)
    if isinstance(reply, Fault):
        return reply
    draft = Draft(
        SUMMARY, "summary", topic.lang, _instruction(topic, form), reply.summary,
        ((passage.start, passage.end),), asker.calls[0].prompt_id, input=passage.text,
        calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def _pick(topic: Topic, what: str) -> int:
    return int(content_id(what, topic.sampling.seed, topic.chunk.chunk_id)[:8], 16)


def _instruction(topic: Topic, form: str) -> str:
    """One of the wordings for the form, of the language's prompt file."""
    template = topic.library.template("summary", topic.lang)
    wordings = [
        wording for key, wording in sorted(template.words.get("instruction", {}).items())
        if key.rsplit("_", 1)[0] == form
    ]  # fmt: skip
    if not wordings:
        return template.words.get("form", {}).get(form, form)
    return wordings[_pick(topic, "wording") % len(wordings)]


def _refused(lang: str, passage: str, form: str, reply: SummaryReply) -> Refusal | None:
    wrong = foreign(reply.summary, lang)
    if wrong is not None:
        return wrong
    said, given = tokens(reply.summary), tokens(passage)
    most = _SHORT[form] * len(given)
    if len(said) > most:
        detail = "the summary is hardly shorter than its passage"
        return Refusal(LENGTH, Fault(Reason.SAMPLE_TOO_LONG, detail, float(len(said)), most))
    sentences = len(split_sentences(reply.summary))
    if form == "sentence" and sentences > 1:
        detail = "more than the one sentence that was asked for"
        return Refusal(LENGTH, Fault(Reason.SAMPLE_TOO_LONG, detail, float(sentences), 1.0))
    share = longest_run(said, given) / max(len(said), 1)
    if share > _COPIED:
        fault = Fault(Reason.COPIES_SOURCE, "the summary is lifted out of it", share, _COPIED)
        return Refusal(COPIES, fault)
    return None
