from __future__ import annotations

import json

import pytest

from dataflow.evidence.support import support
from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, DIALOGUE, EXTRACTIVE, TABLE, Draft
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import CHINESE, ENGLISH, document

ALL = frozenset({EXTRACTIVE, TABLE, BACK_TRANSLATION, DIALOGUE})


def drafts(text: str, lang: str, title: str = "", seed: int = 0) -> list[Draft]:
    return rule_drafts(manuscript(document(text, lang, title)), ALL, seed)


def of(found: list[Draft], task: str) -> list[tuple[str, str]]:
    return [(draft.instruction, draft.output) for draft in found if draft.task == task]


@pytest.mark.parametrize(
    ("paragraph", "lang", "task", "question", "answer"),
    [
        ("The lawn is cut short, because grass would splash rain into the funnel. It is green.",
         "en", "cause", "Why is the lawn cut short?",
         "Because grass would splash rain into the funnel."),
        ("The pier is wide. If the pump fails at night, the keeper opens the lower gate by hand.",
         "en", "condition",
         "According to the passage, what happens if the pump fails at night?",
         "The keeper opens the lower gate by hand."),
        ("Two people read the gauge in turn so that every value can be compared. They are old.",
         "en", "purpose", "The passage says that two people read the gauge in turn. "
         "What purpose or result does it name?",
         "So that every value can be compared."),
        ("The Kelby bell hangs in the north tower. It is old.", "en", "place",
         "Where does the Kelby bell hang?", "The Kelby bell hangs in the north tower."),
        ("Port Kelby was designed by Ada Storm. It is old.", "en", "person",
         "By whom was Port Kelby designed?", "Port Kelby was designed by Ada Storm."),
        ("山上的风从东南来，所以网面正对东南。山很高。", "zh", "cause",
         "根据这段文字，为什么网面正对东南？", "因为山上的风从东南来。"),
        ("如果水泵夜里坏了，守塔人就用手打开下闸。山很高。", "zh", "condition",
         "根据这段文字，如果水泵夜里坏了，会怎样？", "守塔人就用手打开下闸。"),
        ("凯里大桥位于北堤尽头。山很高。", "zh", "place", "凯里大桥位于哪里？",
         "凯里大桥位于北堤尽头。"),
        ("凯里大桥由石岚设计。山很高。", "zh", "person", "凯里大桥由谁设计？",
         "凯里大桥由石岚设计。"),
        ("凯里灯塔每十分钟记录一次水位。山很高。", "zh", "frequency",
         "凯里灯塔多久记录一次水位？", "凯里灯塔每十分钟记录一次水位。"),
    ],
)  # fmt: skip
def test_questions_on_sentences(
    paragraph: str, lang: str, task: str, question: str, answer: str
) -> None:
    ((asked, said),) = of(drafts(paragraph, lang), task)
    assert (asked.partition("\n")[0], said) == (question, answer)


@pytest.mark.parametrize(
    ("sentence", "lang", "short", "full"),
    [
        ("It is kept by the World Health Organization (WHO) in Kelby.", "en", "WHO",
         "World Health Organization"),
        ("凯里港很大，世界卫生组织（WHO）在此设站。", "zh", "WHO", "世界卫生组织"),
    ],
)  # fmt: skip
def test_abbreviations(sentence: str, lang: str, short: str, full: str) -> None:
    ((asked, said),) = of(drafts(sentence, lang), "abbreviation")
    assert short in asked
    assert said == full


def test_brackets_that_are_no_abbreviation() -> None:
    assert of(drafts("It is kept by the old keeper (Storm) in Kelby.", "en"), "abbreviation") == []
    assert of(drafts("凯里港归世界卫生组织（WHO）管理。", "zh"), "abbreviation") == []


STEPS = """# Pump manual

## Starting the pump

The pump stands in the lower room and is old. The keeper starts it before dawn.

1. Open the lower gate.
2. Turn the screw twice.
3. Close the gate again.
"""
STEPS_ZH = """# 水泵手册

## 启动水泵

水泵放在底层的机房里，已经用了很多年。守塔人每天清早启动它，傍晚再停下。

1. 首先打开下闸。
2. 请把螺丝转两圈。
3. 务必关上闸门。
"""


@pytest.mark.parametrize(("text", "lang"), [(STEPS, "en"), (STEPS_ZH, "zh")])
def test_steps_are_asked_for_and_put_in_order(text: str, lang: str) -> None:
    found = drafts(text, lang, text.split("\n")[0].strip("# "))
    answer = text[text.index("1.") :].strip()
    assert [said for _, said in of(found, "steps")] == [answer]
    (order,) = [draft for draft in found if draft.task == "order"]
    assert order.output == answer
    shown = [line.removeprefix("- ") for line in order.input.split("\n")]
    wanted = [line.split(" ", 1)[1] for line in answer.split("\n")]
    assert shown != wanted
    assert sorted(shown) == sorted(wanted)


@pytest.mark.parametrize(
    ("text", "lang", "requests", "points"),
    [
        ("Dear Theo,\n\nthank you. First, the scale is wrong. Second, the map is old. Third, the "
         "bell is cracked.\n\nCould you send a new map? Please ring the bell twice.", "en",
         "- Could you send a new map?\n- Please ring the bell twice.",
         "- First, the scale is wrong.\n- Second, the map is old.\n- Third, the bell is cracked."),
        ("述年：\n\n来信收到。第一，秤不准。第二，图太旧。第三，钟裂了。\n\n请把新图寄来。"
         "也请您敲两下钟。",
         "zh", "- 请把新图寄来。\n- 也请您敲两下钟。",
         "- 第一，秤不准。\n- 第二，图太旧。\n- 第三，钟裂了。"),
    ],
)  # fmt: skip
def test_letters(text: str, lang: str, requests: str, points: str) -> None:
    found = drafts(text, lang)
    assert [said for _, said in of(found, "requests")] == [requests]
    assert [said for _, said in of(found, "points")] == [points]


def test_a_sentence_of_points_becomes_a_list() -> None:
    text = "明年计划三项工作：加装传感器；移动蒸发皿；录入旧记录。"
    (draft,) = [d for d in drafts(text, "zh") if d.task == "rewrite"]
    assert draft.output == "明年计划三项工作：\n- 加装传感器\n- 移动蒸发皿\n- 录入旧记录"
    assert support(draft.claim or "", text) == 1.0


@pytest.mark.parametrize(("text", "lang"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_records_are_json_with_words_of_the_table(text: str, lang: str) -> None:
    found = [d for d in drafts(text, lang, "T") if d.task == "json" and d.method == TABLE]
    for draft in found:
        record = json.loads(draft.output)
        quote = "\n".join(text[a:b] for a, b in draft.spans)
        assert all(key in quote and value in quote for key, value in record.items())
        assert support(draft.claim or "", quote) == 1.0
    assert found


@pytest.mark.parametrize(("text", "lang"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_statements_are_true_or_corrected(text: str, lang: str) -> None:
    found = [
        d for seed in range(12) for d in drafts(text, lang, "T", seed) if d.task == "true_false"
    ]
    verdicts = {"False": 0, "True": 0, "错误": 0, "正确": 0}
    for draft in found:
        verdict = draft.output[:2] if lang == "zh" else draft.output.partition(".")[0]
        verdicts[verdict] += 1
        claim = draft.claim or ""
        assert claim in draft.output
        said = draft.input.partition("\n")[0]
        if verdict in ("False", "错误"):
            assert claim not in said
            passage = draft.input.partition("\n\n")[2]
            assert support(said.partition(": ")[2] or said.partition("：")[2], passage) < 0.8
    assert sum(count > 1 for count in verdicts.values()) == 2
    assert all(
        len([d for d in drafts(text, lang, "T", seed) if d.task == "true_false"]) <= 1
        for seed in range(3)
    )


def test_kinds_of_instructions_go_by_what_a_section_does() -> None:
    plain = "The old mill stands by the brook and grinds rye for the village. " * 4
    reasons = "The mill stopped because the brook fell dry, and therefore the rye was sold. " * 4
    compared = "The new mill is larger than the old one, and it is faster than the horse. " * 4
    orders = "Open the gate. Turn the screw. Close the gate. Wait until the wheel turns. " * 4
    kinds = {}
    for name, text in (("p", plain), ("r", reasons), ("c", compared), ("o", orders)):
        body = f"# Mills of Kelby\n\nShort text.\n\n## The mill\n\n{text}\n\n## Two\n\n{plain * 9}"
        found = [d for d in drafts(body, "en", "Mills of Kelby") if "The mill" in d.instruction]
        kinds[name] = {d.traits.kind for d in found if d.method == BACK_TRANSLATION}
    assert kinds["p"] <= {"explain", "create"}
    assert kinds["r"] == {"analyse"}
    assert kinds["c"] <= {"explain", "create"}
    assert kinds["o"] == {"apply"}


@pytest.mark.parametrize(("text", "lang"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_dialogues_hold_the_spans_of_all_turns(text: str, lang: str) -> None:
    found = [d for d in drafts(text, lang, "Kelby port" if lang == "en" else "凯里港")
             if d.method == DIALOGUE]  # fmt: skip
    assert found
    for draft in found:
        assert [role for role, _ in draft.history] == ["user", "assistant"] * (
            len(draft.history) // 2
        )
        assert 1 <= len(draft.history) // 2 <= 3
        quote = "\n".join(text[a:b] for a, b in draft.spans)
        assert all(support(said, quote) == 1.0 for said in draft.answers)


def test_two_languages_by_turns_are_left_alone() -> None:
    english = "The path begins at the shed and follows the brook for two kilometres upstream."
    chinese = "步道从晒茶棚出发，沿溪水往上走，全长两公里多一点，雨后要绕行公路。"
    assert drafts(f"# Path | 步道\n\n{english}\n\n{chinese}", "zh") == []
    (found,) = {d.lang for d in drafts(f"# 步道\n\n{english} It is a path. {english}", "zh")} or {
        "-"
    }
    assert found in ("en", "-")


@pytest.mark.parametrize(
    ("heading", "lang", "body", "asked"),
    [
        ("Old mills and new mills",
            "en",
            "New mills are larger than old ones, and they are faster than horses. Old mills are "
            "quieter than new ones. " * 3,
            "old mills and new mills"),
        ("石磨与钢磨", "zh", "钢磨比石磨快，石磨比钢磨便宜，"
            "石磨磨出的面比钢磨磨出的香。" * 3, "石磨和钢磨"),
    ],
)  # fmt: skip
def test_two_things_are_compared(heading: str, lang: str, body: str, asked: str) -> None:
    text = f"# Kelby 磨坊\n\nShort. 短。\n\n## {heading}\n\n{body}"
    (draft,) = [d for d in drafts(text, lang) if d.traits.kind == "compare"]
    assert asked in draft.instruction.lower()


EXACT = (
    "The north quay was built in 1871 by Ada Storm. It is 310 metres long and 12 metres wide. In "
    "May 1904 the quay was raised by 2 metres after the great flood. The crane of the quay lifts "
    "40 tonnes and was bought from the Tarn Works for $9,000."
)
EXACT_ZH = (
    "北码头是由工程师石岚设计的，它已经在1871年建成。它的长度为310米，宽为12米。1904年5月的洪水过后，"
    "渔民们商量了很久，于是把码头加高了2米。码头的起重机可以吊起40吨的货物，它是1910年花9000元从钢铁厂购得的。"
)


@pytest.mark.parametrize(
    ("text", "lang", "facts"),
    [(EXACT, "en", ("1871", "310 metres", "12 metres", "40 tonnes", "$9,000")),
     (EXACT_ZH, "zh", ("1871年", "310米", "12米", "40吨", "9000元"))],
)  # fmt: skip
def test_exact_sections_are_written_from_notes(
    text: str, lang: str, facts: tuple[str, ...]
) -> None:
    heading = "The north quay" if lang == "en" else "北码头"
    body = f"# Kelby 港\n\nShort. 短。\n\n## {heading}\n\n{text}"
    (draft,) = [d for d in drafts(body, lang) if d.method == BACK_TRANSLATION]
    assert (draft.task, draft.output) == ("write_section", text)
    assert [fact for fact in facts if fact not in draft.input] == []
    assert len(draft.input) <= 0.95 * len(text)
    content = {"en": ("flood", "crane", "Tarn Works"), "zh": ("洪水", "商量", "起重机", "钢铁厂")}
    assert all(word in draft.input for word in content[lang])  # or it would have to be made up


def test_a_document_is_written_without_notes_once() -> None:
    orders = "Open the gate. Turn the screw. Close the gate. Wait until the wheel turns. "
    parts = "\n\n".join(f"## The {name} gate\n\n{orders * 4}Ring the {name} bell."
                        for name in ("lower", "upper", "outer"))  # fmt: skip
    found = drafts(f"# Gates of Kelby\n\nShort text.\n\n{parts}", "en", "Gates of Kelby")
    assert [d.traits.kind for d in found if "section_free" in d.prompt_id] == ["apply"]


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        ("Kelby dough takes five hours at 24 degrees, or twelve hours in the cold.", "en"),
        ("Kelby dough takes five hours if the room is warm.", "en"),
        ("Kelby dough takes five or six hours.", "en"),
        ("凯里面团需要五个小时或者十二个小时。", "zh"),
        ("凯里面团发酵需要5小时，如果天冷则要十二小时。", "zh"),
    ],
)
def test_a_part_of_the_answer_is_not_asked_for(sentence: str, lang: str) -> None:
    assert of(drafts(sentence, lang), "number") == []


def test_the_table_comes_with_its_questions() -> None:
    lines = [
        f"| Pier {number} | {number * 7} | {'long quay wall ' * 4}|" for number in range(1, 60)
    ]
    table = "| Pier | Depth | Wall |\n| --- | --- | --- |\n" + "\n".join(lines)
    found = [d for d in drafts(f"# Piers of Kelby\n\n{table}", "en", "Piers of Kelby")
             if d.method == TABLE]  # fmt: skip
    assert found
    for draft in found:
        assert draft.input.startswith("| Pier | Depth | Wall |\n| --- | --- | --- |\n| Pier ")
        assert len(draft.input) <= 1500
    assert not {d.task for d in found} & {"max", "min", "mean", "rank"}
