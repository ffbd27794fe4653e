from __future__ import annotations

import pytest

from dataflow.diversity.verb_noun import READ, verb_noun, verb_noun_map


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Write a short story about a lighthouse keeper.", ("write", "story")),
        ("Please list three advantages of trains.", ("list", "advantage")),
        ("Could you please summarise the following paragraph?", ("summarise", "paragraph")),
        ("Given the table, compute the mean price.", ("compute", "price")),
        ("In one sentence, describe the main idea of the text.", ("describe", "idea")),
        ("Your task is to translate these sentences into French.", ("translate", "sentence")),
        ("Explain how a vaccine works.", ("explain", "")),
        ("Think about a recent trip.", ("think", "trip")),
        ("What is the capital of Peru?", ("be", "capital")),
        ("Is the tone friendly or angry?", ("be", "tone")),
        ("How many rivers are there in Asia?", ("be", "river")),
        ("Why did the council approve the bridge?", ("approve", "bridge")),
        ("Why do rivers flood in spring?", ("flood", "river")),
        ("Which methods does the report compare?", ("compare", "method")),
        ("Who designed the bridge?", ("designed", "bridge")),
    ],
)
def test_english(text: str, pair: tuple[str, str]) -> None:
    assert verb_noun(text, "en") == pair


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("写一首关于春天的诗。", ("写", "诗")),
        ("请列出三种常见的水果。", ("列出", "水果")),
        ("把下面的句子翻译成英文。", ("翻译", "句子")),
        ("根据表格，计算总的价格。", ("计算", "价格")),
        ("请用一句话概括这段文字的大意。", ("概括", "大意")),
        ("解释为什么天空是蓝色的。", ("解释", "")),
        ("说明“速度”和“速率”的区别。", ("说明", "区别")),
        ("判断这句话是陈述句还是疑问句。", ("判断", "话")),
        ("法国的首都是哪里？", ("是", "首都")),
        ("什么是光合作用？", ("是", "光合作用")),
        ("这种方法有哪些缺点？", ("有", "缺点")),
        ("谁发明了电话？", ("发明", "电话")),
        ("用Python写一个排序函数", ("写", "函数")),
    ],
)
def test_chinese(text: str, pair: tuple[str, str]) -> None:
    assert verb_noun(text, "zh") == pair


@pytest.mark.parametrize("lang", ["en", "zh", "de"])
@pytest.mark.parametrize(
    "text", ["", "…", "???", "12 34", "的的的", "the of and", "请", "把", "a" * 9]
)
def test_what_says_nothing_gives_nothing_or_little(text: str, lang: str) -> None:
    verb, noun = verb_noun(text, lang)
    assert len(verb) + len(noun) <= 9


@pytest.mark.parametrize("piece", ["把", "为什么", "请", "you to ", "is ", "((((", "哪", "是的"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_only_the_beginning_is_read(piece: str, lang: str) -> None:
    text = piece * READ
    assert verb_noun(text, lang) == verb_noun(text[:READ], lang)


def test_map_is_bounded_and_in_order() -> None:
    pairs = [("Write a poem.", "en")] * 3 + [("Write an essay.", "en"), ("Write.", "en")]
    pairs += [("画一张地图", "zh"), ("List rivers.", "en"), ("…", "en")]
    assert verb_noun_map(pairs, verbs=2, nouns=2) == {
        "write": {"poem": 3, "": 1},
        "list": {"river": 1},
    }
    assert list(verb_noun_map(pairs)) == ["write", "list", "画"]
