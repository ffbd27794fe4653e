"""Cues that are words of their own, half-width marks, headings and bylines among sentences."""

from __future__ import annotations

import re

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, EXTRACTIVE, Draft
from dataflow.sft.rules.denial import denials
from dataflow.sft.rules.notes import notes
from dataflow.sft.rules.phrasing import Phrasing
from dataflow.sft.rules.place import PHRASINGS
from dataflow.sft.rules.propose import rule_drafts
from dataflow.sft.rules.subjects import plural
from dataflow.sft.rules.whole import whole_sentences
from tests.strategies.sft import document

METHODS = frozenset({EXTRACTIVE, BACK_TRANSLATION})


def of(text: str, lang: str, task: str = "", title: str = "") -> list[Draft]:
    made = rule_drafts(manuscript(document(text, lang, title)), METHODS, 0)
    return [one for one in made if task in ("", one.task)]


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("第三级为反渗透膜，可以去除重金属和细菌，使用寿命为三年。", None),
        ("师傅在窑墙外面抹一层泥，使用的泥来自河边。", None),
        ("师傅在窑墙外面抹一层泥，使热气不外漏。", "使热气不外漏。"),
        ("师傅在窑墙外面抹一层泥，使得热气不外漏。", "使得热气不外漏。"),
        ("师傅在窑墙上留一个小孔，以便于观察火色。", "以便于观察火色。"),
    ],
)
def test_a_cue_of_a_result_is_a_word_of_its_own(sentence: str, answer: str | None) -> None:
    found = [one.output for one in of(f"窑很老。{sentence}", "zh", "purpose")]
    assert found == ([answer] if answer else [])


def test_a_number_of_people_is_no_condition() -> None:
    assert of("机器很老。若干渔民离开了渡口，木船就没有人再使用。", "zh", "condition") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "燕尾榫因形状像燕子的尾巴而牢固，因此常用于抽屉和箱子的转角。",
        "燕尾榫的形状像燕子的尾巴，因此常用于抽屉和箱子的转角。",
        "燕尾榫因形状像燕子的尾巴而牢固，因此匠人们用它做箱子。",
        "燕尾榫因形状像燕子的尾巴而牢固，因此老匠人喜欢这种接法。",
    ],
)
def test_no_reason_is_asked_of_nothing_or_given_twice(sentence: str) -> None:
    assert of(f"榫卯很老。{sentence}", "zh", "cause") == []


HALF = (
    "青石渡口始建于1908年,由当地茶商周敬亭出资修建,共有3,200块青石。1956年,渡口改用机动船,"
    "木船从此停用。1987年,上游建成公路大桥,渡口的客流逐渐减少;"
    "渡口的老人说:船还在,人却少了!如今每年仍有许多游客来到这里,在青石台阶上看日落和渔船。"
)


def test_half_width_marks_between_han_characters_are_marks() -> None:
    made = of(HALF, "zh")
    events = {one.output for one in made if one.task == "event"}
    assert "渡口改用机动船，木船从此停用。" in events
    assert all(re.match(r"[\w“《（]", one.output) for one in made if one.task != "timeline")
    (line,) = [one.output for one in made if one.task == "timeline"]
    assert "- 1956：渡口改用机动船，木船从此停用。" in line.split("\n")
    plain = HALF.replace("共有3,200块青石", "共有许多块青石")
    (restore,) = of(plain, "zh", "restore")
    assert not re.search("[,;:!]", restore.output + restore.input.split("\n\n")[-1])
    assert "，由当地茶商" in restore.output


def test_half_width_marks_end_sentences_outside_quotations() -> None:
    text = "渡口还在吗?老人说:“船还在!人少了!”游客来到这里看日落。"
    (block,) = manuscript(document(text, "zh", "")).blocks
    assert next(text[a:b] for a, b in whole_sentences(block, text)) == "渡口还在吗?"
    assert not any(text[a:b].startswith("人少") for a, b in whole_sentences(block, text))


def test_a_list_is_made_of_points_between_half_width_marks() -> None:
    text = "渡口有三样东西:一座石阶,很旧;一只木船,很小;一棵老树,很高。"
    (found,) = of(text, "zh", "rewrite")
    assert found.output.split("\n")[:2] == ["渡口有三样东西：", "- 一座石阶，很旧"]


def test_a_question_on_a_date_ends_at_a_half_width_comma() -> None:
    text = "宋代李诫于1103年编成《营造法式》,对斗拱和榫卯的尺寸作了统一规定。书很有名。"
    (date,) = [one for one in of(text, "zh") if one.task in ("date", "quote")]
    assert "统一规定" not in date.instruction


@pytest.mark.parametrize(
    ("subject", "many"),
    [
        ("the repair", False), ("the repairs of a roof", True), ("the repair of the steps", False),
        ("rye and oil", True), ("three mills", True), ("the class", False), ("the people", True),
        ("the bridges", True), ("the houses", True), ("the bus", False),
    ],
)  # fmt: skip
def test_subjects_are_one_or_many(subject: str, many: bool) -> None:
    assert plural(subject) is many


def test_the_verb_of_a_cost_agrees_with_its_subject() -> None:
    lead = "The mill is old. "
    (one,) = of(f"{lead}The repair cost $450 in the end.", "en", "number")
    assert one.instruction == "How much did the repair cost?"
    (many,) = of(f"{lead}The repairs cost $450 in the end.", "en", "number")
    assert many.instruction == "How much do the repairs cost?"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_within_another_has_one_mark(lang: str) -> None:
    phrasing: Phrasing = PHRASINGS[lang]
    mark = "?" if lang == "en" else "？"
    made = {phrasing.word("quote", seed, question=f"When{mark}") for seed in range(12)}
    made |= {phrasing.word("speaker", seed, said=f"When is it{mark}") for seed in range(12)}
    assert len(made) > 3
    assert not any("?”?" in one or "？”？" in one for one in made)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Larch does not need to be treated with tar.", "to be treated"),
        ("No more than 150 people may be on the bridge at once.", "people may be on bridge"),
        ("The gate must not be opened, and it can also be locked.", "must not be opened"),
        ("The council said that the mill was unsafe.", "council said that mill"),
        ("The families who live beside it pay for the bell.", "families who live"),
        ("The mill that was built by monks is grey.", "mill built by monks"),
    ],
)
def test_notes_keep_what_would_be_misread_without_it(sentence: str, kept: str) -> None:
    rest = [
        "The mill is a very old one.",
        "It was built by the monks.",
        "There is a pond beside it.",
    ]
    assert kept in notes([sentence, *rest], "en")


def test_a_byline_is_no_event() -> None:
    text = (
        "本报记者 林晓岚 2022年9月18日。1872年，第二卷出版。石岚生于1841年。她在1895年搬到塔恩。"
        "她喜欢雨。"
    )
    (found,) = of(text, "zh", "timeline")
    assert [line[2:6] for line in found.output.split("\n")] == ["1841", "1872", "1895"]
    assert "- 1872：第二卷出版。" in found.output


PARTS = (
    ("Lichen", "A lichen is a composite organism of a fungus and some algae on bark. The fungus of "
     "a lichen gives the algae shelter on bark. Algae of a lichen feed the fungus with sugar from "
     "light. Few lichens on bark live without algae or fungus. A fungus without algae is no lichen "
     "of any bark."),
    ("Pigeons", "Pigeons sleep under the bridge throughout the whole winter night. Nobody feeds "
     "pigeons under the bridge because feeding them is forbidden. Under the bridge some pigeons "
     "also raise their young ones in spring. Old pigeons leave the bridge to young pigeons in "
     "summer. Children count pigeons beside the bridge when school has finished."),
    ("Slate roofs", "Slates for the roof are split by hand along the grain in the yard. Nails of "
     "copper hold the slates on the roof in storms. The roof needs new slates when the nails rust. "
     "Splitting slates in the yard takes years to learn. Roof slates outlast the nails in storms."),
)  # fmt: skip


def test_a_heading_on_its_own_line_is_no_part_of_a_sentence() -> None:
    text = "\n\n".join(f"{heading}\n{body}" for heading, body in PARTS)
    made = of(text, "en")
    glued = [f"{heading} {body.split()[0]} " for heading, body in PARTS]
    assert {one.task for one in made} & {"missing_sentence", "definition"}
    for one in made:
        options = one.input.split("\n- ")[1:] if one.task == "missing_sentence" else []
        for shown in (one.output, *options):
            assert not any(shown.startswith(start) for start in glued), one.task


def test_lines_that_were_broken_for_want_of_room_stay_together() -> None:
    text = (
        "The mill stands beside a pond that was dug for\n"
        "Kelby in 1880 by monks. Nobody has lived there\n"
        "since the fire. The roof was mended with slates\n"
        "from the old school, and the wheel turns again."
    )
    (one,) = of(text, "en", "restore")
    assert one.output == text.replace("\n", " ")


def test_a_denial_behind_a_half_width_comma_leaves_the_clause_before_it_alone() -> None:
    full = "渡口可以停靠木船，不能停靠汽船。"
    half = full.replace("，", ",")
    made = list(denials(half, "zh"))
    assert made == list(denials(full, "zh"))
    assert made
