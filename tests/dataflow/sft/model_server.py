"""A server that a script speaks for, and documents that it knows something about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.dataflow.llm.json_server import json_server
from tests.strategies.sft import CHINESE, ENGLISH

ORCHARD = """# The orchard of Hollin

The orchard of Hollin is a walled garden below the church. Its eldest pear tree was planted by \
Martha Reed in 1822. The garden wall is 3 metres high and keeps the frost out until late October. \
In a good year the village presses 900 litres of cider.

## Work in spring

- Prune the pear trees before the buds open.
- Whitewash the trunks against the sun.
- Open the sluice of the lower pond.

## The pond

The lower pond was dug as a fish pond, and its water drives the cider press. Ducks breed on the \
island, which nobody may enter before July.
"""
MILL = """# 石桥镇的老磨坊

老磨坊是一座位于石桥镇东头的木结构建筑，由木匠陈大河建造。老磨坊建成于1756年。水轮直径5米，每分钟转动八圈。\
磨坊主每天清晨打开水闸，傍晚再把它关上。镇上的人用这里磨出的面粉做月饼。

## 参观须知

- 进门前请先脱鞋。
- 请不要触摸水轮。
- 十岁以下的儿童需要家长陪同。

## 水闸的历史

最早的水闸用松木制成，三十年后改用铸铁。1934年的洪水冲毁了堤坝，第二年由全镇居民重新修好。
"""
TEXTS = {"kelby.md": ENGLISH, "hollin.md": ORCHARD, "凯里.md": CHINESE, "石桥.md": MILL}
"""Two English and two Chinese documents of our own."""

FACTS = (
    ("The tower is 42 metres tall", "How tall is the tower of Kelby?", "42 metres"),
    ("The garden wall is 3 metres high", "How high is the garden wall of Hollin?", "3 metres"),
    ("凯里灯塔高42米", "凯里灯塔有多高？", "42米"),
    ("水轮直径5米", "老磨坊的水轮直径是多少？", "5米"),
)
"""Quotes of the documents with a question and its answer."""

LISTS = {
    "en": "1. Suggest a name for a small fishing boat.\n"
    "2. Decide whether the remark is polite or rude.",
    "zh": "1. 给一条小渔船起一个名字。\n2. 判断下面这句话是否礼貌。",
}
INSTANCES = {
    "en": [{"label": "polite", "input": "Would you mind closing the gate behind you?"},
           {"input": "She is painted blue and sails at dawn.", "output": "Morning Heron"}],
    "zh": [{"label": "礼貌", "input": "麻烦您随手把大门关好，谢谢。"},
           {"input": "船身漆成蓝色，天亮就出海。", "output": "晨鹭号"}],
}  # fmt: skip

Body = dict[str, Any]
Said = str | int
"""What the server says, or the HTTP status of its refusal."""
Script = Callable[[Body], Said]


def asked_for(body: Body) -> set[str]:
    """Names of the fields of the object that is asked for; none for free text."""
    shape = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return set(shape.get("properties", ()))


def knowing(body: Body) -> Said:
    """Answers questions about FACTS, and plays the parts of Self-Instruct without documents."""
    last, names = body["messages"][-1]["content"], asked_for(body)
    lang = "zh" if re.search("[一-鿿]", body["messages"][0]["content"]) else "en"
    if names == {"question", "answer", "quote"}:
        for quote, question, answer in FACTS:
            if quote in last:
                return _json(question=question, answer=answer, quote=quote)
        return "I know nothing about this."
    if "is_classification" in names:
        return _json(is_classification="polite" in last or "礼貌" in last)
    if "instances" in names:
        wanted = "label" in json.dumps(body["response_format"])
        (one,) = (one for one in INSTANCES[lang] if ("label" in one) is wanted)
        return _json(instances=[one])
    return LISTS[lang]


def _json(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)


@dataclass
class ModelServer:
    """A running server: its address, its script, and the bodies of all requests so far."""

    script: Script = knowing
    url: str = ""
    asked: list[Body] = field(default_factory=list)
    usage: tuple[int, int] = (10, 5)
    """Tokens of each prompt and of each answer, as it says."""
    finish: str = "stop"
    """Why its answers end."""
    keys: list[str] = field(default_factory=list)
    """The header that carries the key, of all requests so far."""

    def recipe(self, **more: Any) -> dict[str, Any]:
        """The section `[llm]` that names it."""
        return {"backend": "openai", "url": self.url, "model": "m", "api_key_env": ""} | more

    def answer(self, path: str, body: Body, key: str) -> tuple[int, Body]:
        """HTTP status and body, whatever the path."""
        self.keys.append(key)
        self.asked.append(body)
        said = self.script(body)
        if isinstance(said, int):
            return said, {"error": {"message": "no"}}
        message = {"role": "assistant", "content": said}
        usage = dict(zip(("prompt_tokens", "completion_tokens"), self.usage, strict=True))
        return 200, {
            "choices": [{"message": message, "finish_reason": self.finish}],
            "usage": usage,
        }


@contextmanager
def serving() -> Iterator[ModelServer]:
    """A server on this machine that lives as long as the block."""
    model = ModelServer()
    with json_server(model.answer) as url:
        model.url = f"{url}/v1"
        yield model
