"""Topics for plans, and models that say what a script tells them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dataflow.evidence.spans import ChunkSpan
from dataflow.llm.base import Answer, Completion, Request
from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import Traits
from dataflow.sft.plan import Outcome, Plan, Sampling, Topic, carry_out
from dataflow.sft.templates import Library
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.strategies.sft import document

TRAITS = Traits("novice", "medium", "explain")

Said = str | Mapping[str, Any] | Answer
"""What a model says: a text, an object, or an answer as it is."""


def topic_of(
    text: str,
    lang: str = "en",
    *,
    part: str = "",
    title: str = "",
    traits: Traits = TRAITS,
    temperature: float = 0.0,
    seed: int = 0,
) -> Topic:
    """A topic about `part` of the text, else about all of it."""
    row = document(text, lang, title)
    start = text.index(part) if part else 0
    end = start + len(part) if part else len(text)
    chunk = ChunkSpan(f"c{start}", row["doc_id"], start, end, text[start:end])
    sampling = Sampling(400, temperature, seed, "m")
    return Topic("test", manuscript(row), chunk, traits, sampling, Library())


def answer_of(said: Said) -> Answer:
    """The answer in which the model says it."""
    if isinstance(said, str):
        return Completion(said, 1, 1, cache_key="k")
    if isinstance(said, Mapping):
        return Completion(json.dumps(said, ensure_ascii=False), 1, 1, cache_key="k")
    return said


def name_of(request: Request) -> str:
    """Name of the template that the request was made from."""
    return request.prompt_id.split(".", 1)[0]


def carried_out(
    plan: Callable[[Topic], Plan], topic: Topic, **said: Said | list[Said]
) -> tuple[Outcome, list[Request]]:
    """The plan's outcome and what was asked; `said` are replies by template, a list in turn."""
    scripts = {name: list(of) if isinstance(of, list) else [of] for name, of in said.items()}

    def script(request: Request) -> Answer:
        replies = scripts[name_of(request)]
        return answer_of(replies.pop(0) if len(replies) > 1 else replies[0])

    llm = ScriptedLLM(script)
    ((_, outcome),) = carry_out([(topic, plan)], llm)
    return outcome, llm.asked
