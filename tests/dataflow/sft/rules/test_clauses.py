from __future__ import annotations

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import document


def drafts(text: str, lang: str, title: str = "", seed: int = 0) -> list[Draft]:
    return rule_drafts(manuscript(document(text, lang, title)), frozenset({EXTRACTIVE}), seed)


def asked(text: str, lang: str, task: str) -> list[tuple[str, str]]:
    return [(one.instruction, one.output) for one in drafts(text, lang) if one.task == task]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The upper weir will receive a second sensor, since one sensor cannot accuse itself.",
         "Why will the upper weir receive a second sensor?",
         "Because one sensor cannot accuse itself."),
        ("The grey boats cannot pass because the lower sluice is shut.",
         "Why can the grey boats not pass?", "Because the lower sluice is shut."),
        ("A dam with a gate is built across the inlet, so that the tide fills a pond.",
         "Why is a dam with a gate built across the inlet?", "So that the tide fills a pond."),
    ],
)  # fmt: skip
def test_a_statement_with_an_auxiliary_is_turned_into_a_why(
    sentence: str, question: str, answer: str
) -> None:
    text = f"The pond is old. {sentence}"
    found = asked(text, "en", "cause") + asked(text, "en", "purpose")
    assert found == [(question, answer)]


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        ("The coast guard has warned against this, since fishing boats have no licence.", "en"),
        ("The command below rewrites the old files, because nothing better is known.", "en"),
        ("The people of the village keep them dry, because wet oil smokes badly.", "en"),
        ("石坎梯田有机质含量高，坎壁又能遮阴，因此失水最慢。", "zh"),
        ("守塔人把它放在阁楼里，因为楼下太潮。", "zh"),
    ],
)
def test_clauses_that_hang_in_the_air_are_not_quoted(sentence: str, lang: str) -> None:
    lead = "The pond is old. " if lang == "en" else "池塘很老。"
    assert asked(lead + sentence, lang, "cause") == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("When the tide goes out, the gate is closed and the stored water turns the wheel.",
         "According to the passage, what happens when the tide goes out?"),
        ("When the tide went out, the keeper closed the gate.",
         "According to the passage, what happened when the tide went out?"),
        ("When the tide goes out, the keeper walked home.", None),
        ("If the members are not satisfied, you can write to the committee.",
         "According to the passage, what can you do if the members are not satisfied?"),
        ("If the ridge is hidden in fog, bring your own breakfast.",
         "According to the passage, what should be done if the ridge is hidden in fog?"),
        ("If the dough smells odd, the whole starter must be thrown away.",
         "According to the passage, what must be done if the dough smells odd?"),
        ("If the bell rings twice, the harbour will close.",
         "According to the passage, what will happen if the bell rings twice?"),
    ],
)  # fmt: skip
def test_what_is_asked_of_a_condition_fits_its_outcome(sentence: str, question: str | None) -> None:
    found = asked(f"The pond is old. {sentence}", "en", "condition")
    assert [one for one, _ in found] == ([question] if question else [])


@pytest.mark.parametrize(
    ("sentence", "ask"),
    [
        ("如果出水量变小，通常是滤芯堵塞。", "可能是什么原因"),
        ("如果净水器持续蜂鸣，说明水箱漏水，应立即关闭进水阀。", "说明什么，该怎么做"),
        ("如果升温太快，陶器就会开裂。", "会怎样"),
        ("如果阀门卡住，请先关闭电源。", "该怎么做"),
    ],
)
def test_what_is_asked_of_a_chinese_condition_fits_its_outcome(sentence: str, ask: str) -> None:
    ((question, _),) = asked(f"机器很老。{sentence}", "zh", "condition")
    assert question.endswith(f"，{ask}？")


def test_chinese_reasons_are_asked_with_why_and_answered_with_because() -> None:
    ((question, answer),) = asked("窑很老。由于热气自然上升，龙窑不需要高烟囱。", "zh", "cause")
    assert "为什么" in question or "原因是什么" in question
    assert answer == "因为热气自然上升。"


def test_a_chinese_aim_and_a_result_are_asked_for_in_different_words() -> None:
    ((aim, _),) = asked("窑很老。师傅在窑墙上留一个小孔，以便观察火色。", "zh", "purpose")
    ((result, _),) = asked("窑很老。师傅在窑墙外面抹一层泥，使热气不外漏。", "zh", "purpose")
    assert aim.endswith("目的是什么？")
    assert "结果" in result


@pytest.mark.parametrize(
    ("text", "lang", "question", "sentence"),
    [
        ("Kelby is small. Kelby Bridge was built in 1880 by the town. It is wide. It is grey.",
         "en", "When was Kelby Bridge built?", "Kelby Bridge was built in 1880 by the town."),
        ("凯里很小。凯里大桥位于北堤尽头，很旧。桥很宽。桥是灰的。", "zh",
         "凯里大桥位于哪里？", "凯里大桥位于北堤尽头，很旧。"),
    ],
)  # fmt: skip
def test_some_questions_ask_for_the_sentence_that_answers(
    text: str, lang: str, question: str, sentence: str
) -> None:
    made = [one for seed in range(12) for one in drafts(text, lang, seed=seed)]
    quotes = [one for one in made if one.task == "quote"]
    assert 0 < len(quotes) < 12
    assert {one.output for one in quotes} == {sentence}
    assert all(question in one.instruction and one.input == text for one in quotes)


def test_which_one_a_thing_is_defines_what_has_a_name_and_no_common_noun() -> None:
    found = drafts("Kelby Hall is the mean of all houses at noon. The hall is small.", "en")
    (draft,) = [one for one in found if one.task == "definition"]
    assert draft.instruction == "What is Kelby Hall?"
    assert draft.input == ""
    storage = drafts("Storage is the mean of daily readings at noon. The storage is small.", "en")
    assert [one for one in storage if one.task == "definition"] == []
    general = drafts("A foghorn is a device that warns ships. It is loud.", "en")
    assert [one.input for one in general if one.task == "definition"] == [""]


def test_footnotes_and_marks_of_quotation_do_not_get_into_questions_and_answers() -> None:
    ((question, answer),) = asked(
        "“脱敏”是指经处理后无法识别特定个人的过程[^1]。", "zh", "definition"
    )
    assert question == "“脱敏”指的是什么？"
    assert answer == "“脱敏”是指经处理后无法识别特定个人的过程。"


def test_what_a_rule_lays_down_for_a_case_is_asked() -> None:
    text = "本规定自九月起施行。遗失图书的，应当购买同一版本的图书归还。"
    assert asked(text, "zh", "condition") == [
        ("根据这段文字，遗失图书的，有什么规定？", "应当购买同一版本的图书归还。")
    ]
    assert asked("这里风很大。山上最高的，是一座灯塔。", "zh", "condition") == []


def test_an_opinion_is_no_definition_and_a_cause_no_subject() -> None:
    assert asked("A lighthouse is an awkward thing to sell to a village.", "en", "definition") == []
    assert asked("七号线因轨道老化于2018年停运。线路很长。", "zh", "date") == []
