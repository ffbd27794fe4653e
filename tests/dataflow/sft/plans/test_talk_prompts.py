"""The examples in the prompts keep to what the prompts ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dataflow.evidence.locate import locate
from dataflow.sft.make import MakeSft
from dataflow.sft.plans.agreement import likeness
from dataflow.sft.plans.answering import AnswerReply, QuestionOnly
from dataflow.sft.plans.arithmetic import equations
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.dialogue import CheckReply
from dataflow.sft.plans.preference import ScoreReply
from dataflow.sft.plans.reasoning import ReasoningReply, SecondReply
from dataflow.sft.plans.revision import CritiqueReply
from dataflow.sft.plans.screening import speaks_of_source, unknown_numbers
from dataflow.sft.replies import Reply, read_reply
from dataflow.sft.templates import OWN, Library, Template

KINDS: dict[str, type[Reply]] = {
    "dialogue_open": QuestionOnly, "dialogue_follow": QuestionOnly, "dialogue_answer": AnswerReply,
    "dialogue_check": CheckReply, "dialogue_revise": AnswerReply, "reasoning": ReasoningReply,
    "reasoning_check": SecondReply, "answer_question": QuestionOnly, "answer": AnswerReply,
    "critique": CritiqueReply, "revision": AnswerReply, "preference_score": ScoreReply,
}  # fmt: skip
BOTH = pytest.mark.parametrize("lang", ["en", "zh"])


def shots(name: str, lang: str) -> list[tuple[dict[str, Any], Any]]:
    """Slots and answer of each example, the answer read as the plan reads it."""
    template = Library().template(name, lang)
    found = []
    for shot in template.shots:
        slots = {key: value for key, value in shot.items() if key != "answer"}
        found.append((slots, read_reply(json.dumps(shot["answer"]), KINDS[name])))
    return found


@pytest.mark.parametrize("name", KINDS)
def test_both_languages_ask_for_the_same(name: str) -> None:
    english, chinese = (Library().template(name, lang) for lang in ("en", "zh"))

    def shape(template: Template) -> str:  # a Han character says more: its bounds are lower
        return re.sub(r'"maxLength": \d+', "", template.schema or "")

    assert shape(english) == shape(chinese)
    assert len(english.shots) == len(chinese.shots) > 0
    assert {k: set(v) for k, v in english.words.items()} == {
        k: set(v) for k, v in chinese.words.items()
    }


@BOTH
@pytest.mark.parametrize("name", KINDS)
def test_examples_can_be_read(name: str, lang: str) -> None:
    wanted = set(json.loads(Library().template(name, lang).schema or "")["required"])
    for shot in Library().template(name, lang).shots:
        assert set(shot["answer"]) == wanted
    for slots, reply in shots(name, lang):
        assert isinstance(reply, KINDS[name]), reply
        said = " ".join(str(value) for value in reply.model_dump().values())
        assert not speaks_of_source(said, slots["passage"])


@BOTH
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind is AnswerReply])
def test_examples_quote_and_keep_to_the_passage(name: str, lang: str) -> None:
    for slots, reply in shots(name, lang):
        assert locate(reply.quote, slots["passage"]) is not None
        assert unknown_numbers(reply.answer, slots["passage"]) == []


@BOTH
@pytest.mark.parametrize("name", ["dialogue_open", "answer_question"])
def test_examples_of_questions_stand_alone(name: str, lang: str) -> None:
    for _, reply in shots(name, lang):
        assert needs_text(reply.question, lang) == ""


@BOTH
def test_follow_ups_do_not_ask_again(lang: str) -> None:
    for slots, reply in shots("dialogue_follow", lang):
        assert all(likeness(reply.question, line) < 0.6 for line in slots["talk"].splitlines())


@BOTH
def test_examples_of_reasoning_are_right(lang: str) -> None:
    calculated = 0
    for slots, reply in shots("reasoning", lang):
        assert needs_text(reply.question, lang) == ""
        quoted = [step.quote for step in reply.steps if step.quote]
        assert len(set(quoted)) >= 2
        assert all(locate(quote, slots["passage"]) is not None for quote in quoted)
        found = [equation for step in reply.steps for equation in equations(step.text)]
        assert all(equation.holds for equation in found)
        calculated += len(found)
    assert calculated >= 3
    for _, reply in shots("reasoning_check", lang):
        assert isinstance(reply, SecondReply)


@BOTH
def test_critics_see_both_sides(lang: str) -> None:
    assert {reply.ok for _, reply in shots("critique", lang)} == {True, False}
    checks = [reply for _, reply in shots("dialogue_check", lang)]
    assert {reply.faithful for reply in checks} == {reply.more for reply in checks} == {True, False}


@pytest.mark.parametrize("path", sorted(OWN.glob("*.toml")), ids=lambda path: path.name)
def test_examples_have_the_keys_of_the_schema_in_its_order(path: Path) -> None:
    """A grammar writes keys in the schema's order; examples in another one mislead."""
    template = Library().template(*path.name.removesuffix(".toml").rsplit(".", 1))
    wanted = list(template.answer)
    for shot in template.shots:
        if wanted:
            assert list(shot["answer"]) == wanted
        for key, keys in template.answer.items():
            if keys["type"] == "array":
                inner = list(keys["items"]["properties"])
                assert all(list(item) == inner for item in shot["answer"][key])


@pytest.mark.parametrize("path", sorted(OWN.glob("*.zh.toml")), ids=lambda path: path.name)
def test_a_chinese_answer_of_full_length_fits_the_tokens_of_an_answer(path: Path) -> None:
    """A Han character is about a token; a cut answer is lost."""
    answer = Library().template(path.name.split(".")[0], "zh").answer
    bounds = [keys.get("maxLength", 0) for keys in answer.values()]
    assert sum(bounds) < MakeSft().max_tokens
