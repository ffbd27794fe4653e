"""A passage in two languages and replies about it that make good samples."""

from __future__ import annotations

from math import log
from typing import Any

from dataflow.evidence.spans import Fault
from dataflow.llm.base import Completion
from dataflow.sft.drafts import Draft
from dataflow.sft.plan import Outcome, Topic
from dataflow.sft.plans.dialogue import n_exchanges
from tests.dataflow.sft.plans.stage import topic_of

ENGLISH = (
    "The Hask rope works were founded in 1812. They had 12 looms, and each loom made 30 metres of "
    "rope a day. Hemp came by barge from Tolen. In 1995 the works were closed, because nylon was "
    "cheaper. The long hall is a museum now."
)
CHINESE = (
    "哈斯克制绳厂成立于1812年，共有十二台织机，每台每天制绳30米。麻用驳船从托伦运来。"
    "1995年因为尼龙更便宜，工厂关闭。长厅如今是博物馆。"
)
PASSAGES = {"en": ENGLISH, "zh": CHINESE}
GOOD = {"faithful": True, "complete": True, "more": True, "problem": ""}
LAST = {**GOOD, "more": False}
BAD: dict[str, Any] = {"faithful": False, "complete": True, "more": True, "problem": "It was 1812."}

Talk = list[tuple[str, str, str]]
TALKS: dict[str, Talk] = {
    "en": [
        ("When were the Hask rope works founded?", "They were founded in 1812.",
         "The Hask rope works were founded in 1812."),
        ("And how did the hemp get there?", "Hemp came by barge from Tolen.",
         "Hemp came by barge from Tolen."),
        ("Why did it all end?", "The works were closed in 1995, because nylon was cheaper.",
         "In 1995 the works were closed, because nylon was cheaper."),
        ("What stands there today?", "The long hall is a museum now.",
         "The long hall is a museum now."),
    ],
    "zh": [
        ("哈斯克制绳厂是什么时候成立的？", "成立于1812年。", "哈斯克制绳厂成立于1812年"),
        ("那么麻是怎样运来的？", "麻用驳船从托伦运来。", "麻用驳船从托伦运来。"),
        ("后来为什么关闭了？", "1995年因为尼龙更便宜，工厂关闭。",
         "1995年因为尼龙更便宜，工厂关闭。"),
        ("那里现在还有什么？", "长厅如今是博物馆。", "长厅如今是博物馆。"),
    ],
}  # fmt: skip


def topic(lang: str = "en", *, exchanges: int = 0, text: str = "") -> Topic:
    """A topic about the passage of the language; with `exchanges`, one that draws so many."""
    found = (topic_of(text or PASSAGES[lang], lang, seed=seed) for seed in range(99))
    return next(t for t in found if exchanges in (0, n_exchanges(t)))


def only(outcome: Outcome) -> Draft:
    assert not isinstance(outcome, Fault), outcome
    (draft,) = outcome
    return draft


def fault(outcome: Outcome) -> Fault:
    assert isinstance(outcome, Fault), outcome
    return outcome


def quotes(draft: Draft, text: str) -> list[str]:
    return [text[start:end] for start, end in draft.spans]


def talking(lang: str, **said: Any) -> dict[str, Any]:
    """Replies that make a good dialogue, but for those in `said`."""
    talk = TALKS[lang]
    replies: dict[str, Any] = {
        "dialogue_open": {"question": talk[0][0]},
        "dialogue_follow": [{"question": asked} for asked, _, _ in talk[1:]],
        "dialogue_answer": [{"answer": answer, "quote": quote} for _, answer, quote in talk],
        "dialogue_check": GOOD,
        "dialogue_revise": {"answer": talk[0][1], "quote": talk[0][2]},
    }
    return replies | said


STEPS: dict[str, dict[str, Any]] = {
    "en": {
        "question": "For how many years did the Hask rope works exist?",
        "steps": [
            {"text": "The works were founded in 1812.",
             "quote": "The Hask rope works were founded in 1812."},
            {"text": "In 1995 the works were closed.",
             "quote": "In 1995 the works were closed, because nylon was cheaper."},
            {"text": "1995 - 1812 = 183", "quote": ""},
        ],
        "answer": "183 years",
    },
    "zh": {
        "question": "哈斯克制绳厂所有织机一天共制绳多少米？",
        "steps": [
            {"text": "共有十二台织机。", "quote": "共有十二台织机"},
            {"text": "每台每天制绳30米，所以是12×30＝360米。", "quote": "每台每天制绳30米"},
        ],
        "answer": "三百六十米",
    },
}  # fmt: skip
SECOND = {"en": {"work": "", "answer": "It existed for 183 years"}, "zh": {"answer": "360米"}}

QUESTION = {"en": "Why were the Hask rope works closed?", "zh": "哈斯克制绳厂为什么关闭？"}
FIRST = {
    "en": {"answer": "Nobody wanted rope any more.", "quote": "the works were closed"},
    "zh": {"answer": "没有人再要绳子了。", "quote": "工厂关闭"},
}
MENDED = {
    "en": {"answer": "The works were closed in 1995, because nylon was cheaper.",
           "quote": "In 1995 the works were closed, because nylon was cheaper."},
    "zh": {"answer": "1995年因为尼龙更便宜，工厂关闭。",
           "quote": "1995年因为尼龙更便宜，工厂关闭。"},
}  # fmt: skip
FLAW = {"problem": "It was nylon.", "ok": False}


def yes(probability: float, word: str = "yes", other: str = "no") -> Completion:
    found = ((word, log(probability)), (other, log(1 - probability)))
    return Completion(word, 1, 1, cache_key="k", first_logprobs=found)
