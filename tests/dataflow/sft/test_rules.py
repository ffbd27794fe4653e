from __future__ import annotations

from collections.abc import Callable

import pytest

from dataflow.sft.blocks import Manuscript, manuscript, sentences
from dataflow.sft.drafts import BACK_TRANSLATION, DIALOGUE, EXTRACTIVE, TABLE, Draft
from dataflow.sft.rules.propose import choose, rule_drafts
from schemas.document import ElementKind
from tests.strategies.sft import CHINESE, ENGLISH, document

ALL = frozenset({EXTRACTIVE, TABLE, BACK_TRANSLATION, DIALOGUE})
FACTS = (
    "definition", "date", "number", "name", "cause", "purpose", "condition", "place", "person",
    "comparison", "frequency", "list",
)  # fmt: skip


def drafts(text: str, lang: str, title: str = "") -> list[Draft]:
    return rule_drafts(manuscript(document(text, lang, title)), ALL, 0)


def facts(sentence: str, lang: str) -> list[tuple[str, str]]:
    """Question and answer of a sentence; a whole sentence as the answer is shown as '='."""
    found = [d for d in drafts(sentence, lang) if d.task in FACTS]
    return [(d.instruction, "=" if d.output == sentence else d.output) for d in found]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("A foghorn is a device that warns ships.", "What is a foghorn?", "="),
        ("Foghorns are the devices that warn ships.", None, ""),
        ("The Tane (also Tayn) is a river in the north.", "What is the Tane?", "="),
        ("Ada Storm was an engineer from Kelby.", "Who was Ada Storm?", "="),
        ("Scour refers to the loss of sand at a pier.", "What is meant by Scour?", "="),
        ("Port Kelby was founded in 1712.", "When was Port Kelby founded?", "="),
        ("The Kelby mole was opened in spring by the king in May 1880 after a storm.",
         "When was the Kelby mole opened in spring by the king?",
         "The Kelby mole was opened in spring by the king in May 1880."),
        ("Kelby Bridge was built on 3 May 1880.", "When was Kelby Bridge built?", "="),
        ("Kelby has about 12,000 inhabitants.", "How many inhabitants does Kelby have?", "="),
        ("Kelby had 3 million trees in 1700.", "How many trees did Kelby have?",
         "Kelby had 3 million trees."),
        ("Kelby Tower is 42.5 metres tall.", "How tall is Kelby Tower?", "="),
        ("Kelby stone weighs 3 tonnes.", "How much does Kelby stone weigh?", "="),
        ("Kelby ale costs $4.50.", "How much does Kelby ale cost?", "="),
        ("Kelby Mole was repaired in 1902.", "When was Kelby Mole repaired?", "="),
        ("Ada Storm was born in Tarn, near the sea.", "Where was Ada Storm born?",
         "Ada Storm was born in Tarn."),
        ("There are twelve lamps in Kelby.", "How many lamps are there in Kelby?", "="),
        ("Kelby Mole is also known as Long Arm.", "What is Kelby Mole also known as?", "="),
        ("Kelby ale is the strongest drink of the north.", None, ""),
    ],
)  # fmt: skip
def test_english_facts(sentence: str, question: str | None, answer: str) -> None:
    assert facts(sentence, "en") == ([(question, answer)] if question else [])


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("雾号是一种警示船只的装置。", "什么是雾号？", "="),
        ("雾号（又名雾笛）是一种警示船只的装置。", "什么是雾号？", "="),
        ("冲刷是指桩基周围泥沙流失的现象。", "“冲刷”指的是什么？", "="),
        ("石岚是一位来自凯里的工程师。", "石岚是谁？", "="),
        ("光合作用是植物利用光能制造养分的过程。", "光合作用是什么？", "="),
        ("凯里港建成于1871年5月3日。", "凯里港建成于什么时候？", "="),
        ("凯里大桥于1880年正式通车。", "凯里大桥是什么时候正式通车的？", "="),
        ("凯里港的面积约为12.5平方公里。", "凯里港的面积是多少？", "="),
        ("凯里灯塔高42米。", "凯里灯塔有多高？", "="),
        ("凯里灯塔共有212级台阶，三个房间。", None, ""),
        ("凯里港设有三个码头，", None, ""),
        ("凯里港设有三个码头。", "凯里港设有多少个码头？", "="),
        ("凯里港1871年开放参观。", "凯里港什么时候开放参观？", "="),
        ("凯里港1871年开放参观时很小。", None, ""),
        ("凯里河发源于云台山。", "凯里河发源于哪里？", "="),
        ("凯里大桥历时三年，花费很大。", "凯里大桥历时多长时间？", "凯里大桥历时三年。"),
        ("凯里港占全省货运的百分之四十。", "凯里港占全省货运的百分之多少？", "="),
        ("凯里港的平均气温为15.9摄氏度。", "凯里港的平均气温是多少？", "="),
        ("凯里港已有三个码头。", None, ""),
        ("石岚是凯里港最有名的设计师。", "石岚是谁？", "="),
        ("尽管雾号是一种装置。", None, ""),
        ("凯里港开放时间延长30分钟。", None, ""),
        ("1982年毕业于凯里大学。", None, ""),
        ("关心凯里港的鸟类是在岛上的。", None, ""),
        ("凯里镇有1,200多名渔民。", "凯里镇有多少名渔民？", "="),
    ],
)
def test_chinese_facts(sentence: str, question: str | None, answer: str) -> None:
    assert facts(sentence, "zh") == ([(question, answer)] if question else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a device that warns ships of hazards.",
        "This is a device that warns ships of hazards.",
        "The reason for this is a lack of sand on the shore.",
        "If the pier is a mole it may be flooded by the sea.",
        "What we call fog is a cloud that touches the ground.",
        "He was born in 1871.",
        "Its tower is 42 metres tall.",
        "The house has 12 percent more rooms than before.",
        "Kelby is a town",
        "Is a foghorn a device that warns ships?",
    ],
)
def test_english_sentences_that_do_not_stand_alone(sentence: str) -> None:
    assert facts(sentence, "en") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "这是一种警示船只的装置。",
        "它是一种警示船只的装置。",
        "他是一位工程师。",
        "其中最大的是一座白色灯塔。",
        "这就是一个例子。",
        "雾号不是一种乐器。",
        "如果风暴是一种灾害，就要防范。",
        "该港建成于1871年。",
    ],
)
def test_chinese_sentences_that_do_not_stand_alone(sentence: str) -> None:
    assert facts(sentence, "zh") == []


def test_all_tasks_in_both_languages() -> None:
    tasks = {"title", "definition", "date", "number", "faq", "lookup",
             "find_row", "json", "true_false"}  # fmt: skip
    english = drafts(ENGLISH, "en", "Harbour lights of Kelby")
    chinese = drafts(CHINESE, "zh", "凯里港的灯塔")
    assert tasks <= {d.task for d in english}
    assert (tasks - {"date"}) | {"quote"} <= {d.task for d in chinese}
    for found, text in ((english, ENGLISH), (chinese, CHINESE)):
        for draft in found:
            quotes = [text[start:end] for start, end in draft.spans]
            assert all(quotes)
            if draft.task in ("list", "faq", "write_section"):
                assert [draft.output] == quotes


def test_golden_drafts(golden: Callable[[str, str], None]) -> None:
    lines = [
        f"{draft.task} | {draft.prompt_id} | {draft.user_turn!r} | {draft.output!r}"
        for text, lang, title in (
            (ENGLISH, "en", "Harbour lights of Kelby"),
            (CHINESE, "zh", "凯里港的灯塔"),
        )
        for draft in drafts(text, lang, title)
    ]
    golden("sft/rule_drafts.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("lang", "lead", "body", "title"),
    [
        ("en", "The lamp room holds the lamp of the tower, its oil, a ladder and one keeper.",
         "A new lamp was bought abroad. Cheap oil smokes badly. Any ladder must be dry. No keeper "
         "smokes there. Stone from the quarry made a good tower. Rain seldom comes through the "
         "roof. Visitors climb up on Sundays when wind and weather allow it, and wonder at the "
         "view over the sea towards the islands.", "The lamp room"),
        ("zh", "灯室里放着灯塔的灯芯、灯油、梯子和守塔人的床。",
         "好灯芯要用棉线。便宜灯油冒黑烟。旧梯子必须干燥。新守塔人不抽烟。采石场送来石料。屋顶很少漏雨。"
         "天气好的星期天游客上来看海。", "灯室"),
    ],
)  # fmt: skip
def test_summary_is_the_sentence_that_two_signs_agree_on(
    lang: str, lead: str, body: str, title: str
) -> None:
    text = f"# Kelby 灯塔\n\nShort. 短。\n\n## {title}\n\n{lead} {body}"
    found = [d for d in drafts(text, lang) if d.task == "summary"]
    assert [d.output for d in found] == [lead]
    shuffled = text.replace(lead, f"Keepers sleep by day. {lead}")
    assert [d for d in drafts(shuffled, lang) if d.task == "summary"] == []


def test_other_languages_yield_nothing() -> None:
    assert drafts("# Der Turm\n\nDer Turm ist 42 Meter hoch.", "de") == []


def test_undetermined_language_goes_by_script() -> None:
    assert [d.lang for d in drafts("雾号是一种警示船只的装置。", "und")] == ["zh"]
    assert [d.lang for d in drafts("A foghorn is a device that warns ships.", "und")] == ["en"]


def test_choice_is_bounded_varied_and_depends_on_the_seed() -> None:
    found = drafts(ENGLISH, "en", "Harbour lights of Kelby")
    chosen = choose(found, 8, 0)
    assert len(chosen) == 8
    assert len({draft.task for draft in chosen}) >= 7
    assert [d for d in found if d in chosen] == chosen
    assert {tuple(d.sample_id for d in choose(found, 8, seed)) for seed in range(5)} != {
        tuple(d.sample_id for d in chosen)
    }
    assert choose(found, 1000, 0) == found


ROWS = [
    {"row": 0, "col": 0, "row_span": 1, "col_span": 1, "header": True, "text": "Pier"},
    {"row": 0, "col": 1, "row_span": 1, "col_span": 1, "header": True, "text": "Depth|m"},
    {"row": 1, "col": 0, "row_span": 1, "col_span": 1, "header": False, "text": "North"},
    {"row": 1, "col": 1, "row_span": 1, "col_span": 1, "header": False, "text": "5 & more"},
    {"row": 2, "col": 0, "row_span": 1, "col_span": 2, "header": False, "text": "closed"},
]  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        "| Pier | Depth\\|m |\n| --- | --- |\n| North | 5 & more |\n| closed | |",
        "<table>\n<tr><th>Pier</th><th>Depth|m</th></tr>\n<tr><td>North</td><td>5 &amp; more</td>"
        '</tr>\n<tr><td colspan="2">closed</td></tr>\n</table>',
    ],
)
def test_cells_of_elements(table: str) -> None:
    text = f"# Piers\n\n{table}"
    elements = [
        {"kind": "heading", "page": 3, "char_start": 0, "char_end": 7, "cells": None},
        {"kind": "table", "page": 3, "char_start": 9, "char_end": len(text), "cells": ROWS},
    ]
    found = manuscript(document(text, "en", elements=elements))
    assert [block.page for block in found.blocks] == [3, 3]
    (draft,) = [d for d in rule_drafts(found, frozenset({TABLE}), 0) if d.task == "lookup"]
    assert "Depth|m" in draft.instruction
    assert "North" in draft.instruction
    assert draft.output == "5 & more"
    quotes = [text[start:end] for start, end in draft.spans]
    assert ["Pier" in quotes[0], "North" in quotes[1]] == [True, True]


def test_tables_with_equal_names_are_left_alone() -> None:
    text = "| a | b |\n| --- | --- |\n| x | 1 |\n| x | 2 |"
    assert [d for d in drafts(text, "en") if d.task == "lookup"] == []


def test_elements_outside_of_the_text_are_ignored() -> None:
    elements = [
        {"kind": "paragraph", "page": 1, "char_start": 0, "char_end": 99, "cells": None},
        {"kind": "page_header", "page": 1, "char_start": None, "char_end": None, "cells": None},
        {"kind": "paragraph", "page": 1, "char_start": 4, "char_end": 2, "cells": None},
    ]
    assert manuscript(document("short", "en", elements=elements)).blocks == ()


def test_markdown_blocks() -> None:
    text = "# T\ntext\nmore\n\n- one\n- two\n  more\n\n```\n# no\n\n- no\n```\n| a |\n> q"
    found = manuscript(document(text, "en"))
    kinds = [(block.kind.value, text[block.start : block.end]) for block in found.blocks]
    assert kinds == [
        ("heading", "# T"),
        ("paragraph", "text\nmore"),
        ("list_item", "- one"),
        ("list_item", "- two"),
        ("paragraph", "  more"),
        ("code", "```\n# no\n\n- no\n```"),
        ("table", "| a |"),
        ("paragraph", "> q"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Storm came. He left at 4.30 p.m. today.", ["Mr. Storm came.",
                                                        "He left at 4.30 p.m. today."]),
        ("他来了。“真的？”他问！好", ["他来了。", "“真的？”", "他问！", "好"]),
        ("See e.g. Fig. 3. Done", ["See e.g. Fig. 3.", "Done"]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    found: Manuscript = manuscript(document(text, "en"))
    (block,) = found.blocks
    assert block.kind is ElementKind.PARAGRAPH
    assert [text[start:end] for start, end in sentences(block, text)] == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000, "[" * 20_000, "*" * 20_000, "- " * 20_000, "|" * 20_000, "是" * 20_000,
        ("The a " * 60 + ". ") * 300, ("有" * 300 + "。") * 300, "```" * 5000, "\\" * 20_000,
        "# " + "x " * 5000, "| a | b |\n| --- | --- |\n" + "| x | y |\n" * 3000,
        "1871年" * 9000 + "。", "A is " * 4000 + ".",
    ],
)  # fmt: skip
def test_hostile_texts_end_soon(text: str) -> None:
    assert isinstance(drafts(text, "en") + drafts(text, "zh"), list)
