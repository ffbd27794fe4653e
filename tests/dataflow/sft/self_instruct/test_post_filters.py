from __future__ import annotations

import pytest

from dataflow.evidence.spans import Fault
from dataflow.sft.self_instruct.post_filters import (
    clean_input,
    instance_fault,
    instance_faults,
    instruction_fault,
    n_words,
)
from dataflow.sft.self_instruct.seeds import Instance
from schemas.records import Reason


def fault(text: str, lang: str) -> Fault:
    found = instruction_fault(text, lang)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Name four European rivers."),
        ("en", "Écrire is French: explain what it means."),
        ("en", "Explain the geography of Chile."),
        ("en", "What does 图书馆 mean in English?"),
        ("en", "Compute 12345 + 67890 * 2."),
        ("zh", "写一首诗"),
        ("zh", "“画龙点睛”这个成语是什么意思？"),
        ("zh", "《西游记》里谁最会变化？"),
        ("zh", "介绍一位你喜欢的画家。"),
        ("zh", "图书馆的规章试图解决什么问题？"),
        ("zh", "概括中央文件的要点。"),
        ("zh", "用Python写一个排序函数。"),
    ],
)
def test_tasks_for_a_text_model_pass(lang: str, text: str) -> None:
    assert instruction_fault(text, lang) is None


def test_lengths_count_words_and_han() -> None:
    assert n_words("用 Python 3 写诗") == 5
    assert fault("Sort these words", "en") == Fault(
        Reason.SAMPLE_TOO_SHORT, "the instruction has 3 words or Han characters", 3.0, 4.0
    )
    assert fault("写首诗", "zh").value == 3.0
    assert instruction_fault("word " * 150, "en") is None
    assert fault("word " * 151, "en").reason is Reason.SAMPLE_TOO_LONG
    assert instruction_fault("字" * 150, "zh") is None
    assert fault("字" * 151, "zh").value == 151.0
    assert fault("a b c " + "d" * 5000, "en").threshold == 4000.0


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Describe the image in one sentence."),
        ("en", "Draw a house with a red roof."),
        ("en", "Read the Files below and sort them."),
        ("en", "Go to the shop and buy milk."),
        ("en", "write a program that sorts numbers"),
        ("zh", "描述这张图片的内容。"),
        ("zh", "请画一只在树下睡觉的猫。"),
        ("zh", "根据下图回答问题。"),
        ("zh", "打开附件并总结要点。"),
        ("zh", "读取这个文件，统计行数。"),
        ("zh", "点击链接，查看今天的天气。"),
        ("zh", "编写一个程序，计算阶乘。"),
        ("zh", "请帮我写一段程序来排序。"),
        ("zh", "听录音，写出听到的词语。"),
    ],
)
def test_what_text_alone_cannot_do(lang: str, text: str) -> None:
    assert fault(text, lang).reason is Reason.NOT_TEXTUAL


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "(Optional) Name a large river."),
        ("en", "- name a large river"),
        ("zh", "，然后写出这句话的意思"),
        ("zh", "。写出这句话的意思"),
        ("en", "a ++ == ?? ## b c"),
        ("en", "12 34 56 78 90"),
    ],
)
def test_what_is_no_sentence(lang: str, text: str) -> None:
    assert fault(text, lang).reason is Reason.MALFORMED_OUTPUT


def test_other_language() -> None:
    assert fault("Name a large river, please.", "zh").reason is Reason.SAMPLE_WRONG_LANGUAGE
    assert fault("说出一条大河的名字。", "en").reason is Reason.SAMPLE_WRONG_LANGUAGE
    assert instruction_fault("Nenne einen großen Fluss.", "de") is None


@pytest.mark.parametrize(
    "text", ["", " None ", "N/A", "<noinput>", "(no input)", "无", "（无）", "没有。"]
)
def test_words_for_no_input(text: str) -> None:
    assert clean_input(text) == ""


def test_instances_by_themselves() -> None:
    reasons = [
        getattr(instance_fault(Instance(*pair)), "reason", None)
        for pair in [
            ("a", ""), ("same", "same"), ("list:", "x"), ("x", "结果如下："), ("x", "y"), ("", "y"),
        ]
    ]  # fmt: skip
    assert reasons == [
        Reason.SAMPLE_TOO_SHORT, Reason.COPIES_SOURCE, Reason.MALFORMED_OUTPUT,
        Reason.MALFORMED_OUTPUT, None, None,
    ]  # fmt: skip


def reasons_of(*pairs: tuple[str, str]) -> list[Reason | None]:
    faults = instance_faults([Instance(*pair) for pair in pairs])
    return [None if fault is None else fault.reason for fault in faults]


def test_conflicting_outputs_spoil_all() -> None:
    clash = Reason.CONFLICTING_OUTPUTS
    assert reasons_of(("九月", "秋"), ("九月", "夏"), ("一月", "冬")) == [clash, clash, clash]
    empty = Reason.SAMPLE_TOO_SHORT
    assert reasons_of(("a", "1"), ("a", ""), ("b", "2")) == [None, empty, None]


def test_without_input_several_outputs_are_no_conflict() -> None:
    assert reasons_of(("", "one poem"), ("", "another")) == [None, None]


def test_equal_instances_once() -> None:
    twice = Reason.EXACT_DUPLICATE
    assert reasons_of(("a", "1"), ("b", "2"), ("a", "1")) == [None, None, twice]
