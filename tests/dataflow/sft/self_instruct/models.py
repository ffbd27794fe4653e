"""Passages in both languages and a model that plays all parts of Self-Instruct."""

from __future__ import annotations

import json
from collections.abc import Callable

from dataflow.evidence.spans import ChunkSpan
from dataflow.llm.base import Answer, Completion, Request
from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import SELF_INSTRUCT, Traits
from dataflow.sft.plan import Sampling, Topic
from dataflow.sft.templates import Library

EN_FIRST, EN_SECOND = "The old mill stands by the weir.", "It ground rye until 1921."
ZH_FIRST, ZH_SECOND = "老磨坊在水坝旁边。", "它一直磨黑麦到1921年。"
PASSAGES = {"en": f"Top.\n\n{EN_FIRST} {EN_SECOND}", "zh": f"开头。\n\n{ZH_FIRST}{ZH_SECOND}"}
TASKS = {
    "en": ["Name the place where the old mill stands.", "Is the sentence about a building?"],
    "zh": ["说出老磨坊所在的地点。", "这句话是不是关于建筑的？"],
}
Part = Callable[[Request], str]


def topic(lang: str, doc_id: str = "d") -> Topic:
    """A chunk that does not begin at the document's first character."""
    text = PASSAGES[lang]
    start = text.index("\n\n") + 2
    row = {"doc_id": f"{doc_id}-{lang}", "source": "a.md", "text": text, "lang": lang}
    chunk = ChunkSpan(f"c-{doc_id}-{lang}", str(row["doc_id"]), start, len(text), text[start:])
    sampling = Sampling(300, 0.5, 3, "scripted")
    return Topic(SELF_INSTRUCT, manuscript(row), chunk, Traits(), sampling, Library())


def lang_of(request: Request) -> str:
    return request.prompt_id.rsplit("/", 1)[0].rsplit(".", 1)[1]


def name_of(request: Request) -> str:
    return request.prompt_id.split(".")[0].removeprefix("self_instruct_")


def listing(request: Request) -> str:
    return "\n".join(f"{9 + i}. {task}" for i, task in enumerate(TASKS[lang_of(request)]))


def kind(request: Request) -> str:
    said = request.messages[-1][1]
    return json.dumps({"is_classification": "Is the" in said or "是不是" in said})


def written(*instances: dict[str, str]) -> str:
    return json.dumps({"instances": list(instances)}, ensure_ascii=False)


def input_first(request: Request) -> str:
    pairs = {"en": ("List: oak, ash", "ash, oak"), "zh": ("清单：橡树、白蜡树", "白蜡树、橡树")}
    given, output = pairs[lang_of(request)]
    return written({"input": given, "output": output})


def output_first(request: Request) -> str:
    zh = lang_of(request) == "zh"
    yes, no = ("是", "否") if zh else ("yes", "no")
    one, other = ("塔很高。", "雨停了。") if zh else ("The tower is tall.", "The rain stopped.")
    return written({"label": yes, "input": one}, {"label": no, "input": other})


def grounded_input_first(request: Request) -> str:
    zh = lang_of(request) == "zh"
    output, quote = ("水坝旁边", ZH_FIRST) if zh else ("by the weir", EN_FIRST)
    return written({"input": "", "output": output, "quote": quote})


def grounded_output_first(request: Request) -> str:
    zh = lang_of(request) == "zh"
    label, given = ("是", ZH_FIRST) if zh else ("yes", EN_FIRST)
    return written({"label": label, "input": given})


PARTS: dict[str, Part] = {
    "free": listing, "grounded": listing, "kind": kind, "input_first": input_first,
    "output_first": output_first, "grounded_input_first": grounded_input_first,
    "grounded_output_first": grounded_output_first,
}  # fmt: skip


def script(**parts: Part) -> Callable[[Request], Answer]:
    """A model in which some parts are played otherwise."""
    playing = {**PARTS, **parts}
    return lambda request: Completion(playing[name_of(request)](request), 10, 5, cache_key="k")
