"""Lines that a narrow column broke, and texts with a blank line behind each line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text import broken_lines
from dataflow.text.clean import CleanText

PROSE = (
    "水车立在河边，已经三百多年了，村里的老人说它是一位外地来的木匠造的，那位木匠在村里住了两年，用的全是山上的"
    "老松木，一根铁钉也没有用。每天早上磨坊主打开水闸，轮子就开始转动，磨出来的面又细又白，附近几个村子的人都到这里"
    "来磨面。后来通了电，磨坊主的儿子买了一台GNU 3000型电动磨面机，"
    "水车就慢慢停了下来；直到去年，县里拨了款，请人"
    "把它修好，它才又转了起来。"
)


def wrapped(text: str, columns: int) -> str:
    """`text` broken as a column breaks it: no mark begins a line, no Latin word is cut."""
    lines, line = [], ""
    at = 0
    while at < len(text):
        stop = at + 1
        while stop < len(text) and text[at].isascii() and text[stop].isascii() and text[stop] > " ":
            stop += 1
        while stop < len(text) and text[stop] in "，。、；：”）》！？":
            stop += 1
        if line and broken_lines.width(line + text[at:stop]) > columns:
            lines.append(line.rstrip())
            line = ""
        line += text[at:stop] if line else text[at:stop].lstrip()
        at = stop
    return "\n".join([*lines, line])


@pytest.mark.parametrize("columns", [24, 30, 38, 40, 52, 60, 66, 76, 78, 100])
def test_wrapped_chinese_comes_back(columns: int) -> None:
    broken = wrapped(PROSE, columns)
    assert broken.count("\n") >= 3
    counts: Counter[str] = Counter()
    assert CleanText().clean(f"{broken}\n\n{broken}", counts) == f"{PROSE}\n\n{PROSE}"
    assert counts["lines"] == 2 * broken.count("\n")
    assert CleanText(lines=False).clean(broken) == broken


def test_two_lines_are_joined_when_the_sentence_goes_on() -> None:
    text = "水车立在河边，为全村的人磨面，每天早上磨\n坊主打开水闸，轮子就开始转动。"
    assert broken_lines.joined(text) == (text.replace("\n", ""), 1)


@pytest.mark.parametrize("columns", [38, 40, 60, 76])
def test_letters_are_joined_below_a_greeting_and_above_a_signature(columns: int) -> None:
    broken = wrapped(PROSE, columns)
    letter = "各位同事：\n{}\n谢谢！\n张三\n"
    whole = (letter.format(PROSE), broken.count("\n"))
    assert broken_lines.joined(letter.format(broken)) == whole
    quoted = "> 老师好！\n> " + broken.replace("\n", "\n> ") + "\n>\n>> 再见。\n\n同意。"
    found = f"> 老师好！\n> {PROSE}\n>\n>> 再见。\n\n同意。"
    assert broken_lines.joined(quoted) == (found, broken.count("\n"))
    assert CleanText().clean(quoted) == found


def test_three_lines_broken_by_hand_are_joined() -> None:
    lines = (
        "水车立在河边，已经三百多年了，村里的老人说它是一位外地来的木匠",
        "造的，那位木匠在村里住了两年，用的全是山上的老松木，一根铁钉也没有",
        "用过，每天都在磨面。",
    )
    assert broken_lines.joined("\n".join(lines)) == ("".join(lines), 2)
    alike = [f"水车{line}" for line in lines]
    assert broken_lines.joined("\n".join(alike)) == ("\n".join(alike), 0)


KEPT = (
    "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
    "轻轻的我走了，正如我轻轻的来；\n我轻轻的招手，作别西天的云彩。",
    "风急天高猿啸哀，渚清沙白鸟飞回，\n"
    "无边落木萧萧下，不尽长江滚滚来，"
    "\n万里悲秋常作客，百年多病独登台，\n艰难苦恨繁霜鬓，潦倒新停浊酒杯。",
    "关于开展全市安全生产大检查工作的通知\n各单位要认真落实。",
    "水车村第一小学校长王明\n水车村第二小学校长李芳\n水车村第三小学校长张强",
    "第一条　为了保护水车，制定本办法，适用于全村所有的\n"
    "第二条　任何人不得损坏水车，违者按照规定处罚，情节严重的。",
    "一、打开水闸，等待水流稳定，再检查轮子是否正常转动\n二、关闭水闸，清理杂物，再检查轮子是否正常转动。",
    "- 打开水闸，等待水流稳定，再检查轮子是否正常\n- 关闭水闸，清理杂物，再检查轮子是否正常。",
    "水车立在河边，为全村的人磨面，每天早上磨  \n坊主打开水闸，轮子就开始转动。",
    "水车立在河边，为全村的人磨面。\n每天早上磨坊主打开水闸，轮子就开始转动。\n夏天欢迎游客来参观。",
    "甲：今天的水很大，水车转得很快，你看见了没有\n乙：看见了，我们去看看吧，晚了就关门了。",
    "| 水车立在河边，为全村的人磨面，每天早上磨 |\n| 坊主打开水闸，轮子就开始转动。 |",
    "    水车立在河边，为全村的人磨面，每天早上磨\n    坊主打开水闸，轮子就开始转动。",
    "> 床前明月光，\n> 疑是地上霜。\n> 举头望明月，\n> 低头思故乡。",
    "> - 打开水闸，等待水流稳定，再检查轮子是否正常\n> - 关闭水闸，清理杂物，再检查轮子是否正常。",
    "> 水车立在河边，为全村的人磨面，每天早上磨\n坊主打开水闸，轮子就开始转动。",
    "致橡树：\n我如果爱你，绝不像攀援的凌霄花\n我如果爱你，绝不学痴情的鸟儿啊\n也不止像险峰，衬托你的威仪！",
    "各位来宾：\n水车村第一小学，校长王明，教师二十人整\n水车村第二小学，校长李芳，教师三十人整\n水车村第三小学，校长张强，教师四十人。",
    "收件人：\n张三丰，北京市海淀区中关村大街一号\n李四光，上海市浦东新区世纪大道二号\n王五常，广州市天河区体育西路三号\n谢谢！",
    "亲爱的老师：\n您好，我今天生病了，不能来上课，请把作业\n发给我。\n学生李明",
    "浙江省某县水车村一号\n邮编三一〇〇〇〇\n电话见后，联系人王明。",
    "The mill stands by the river and grinds\ncorn for the whole village.",
    "Roses are red,\nviolets are blue,\nsugar is sweet.",
)


@pytest.mark.parametrize("text", KEPT)
def test_verse_lists_headings_and_hard_breaks_stay(text: str) -> None:
    assert broken_lines.joined(text) == (text, 0)
    assert CleanText(whitespace=False).clean(text) == text


def test_fenced_code_stays() -> None:
    code = f"```\n{wrapped(PROSE, 40)}\n```"
    assert CleanText().clean(code) == code


ENGLISH_LINES = (
    "The mill stands by the river and grinds corn for the whole",
    "village. Every morning the miller opens the sluice, and the",
    "wheel begins to turn. Visitors are welcome in summer, but they",
    "should not touch the gears of the old machine.",
    "It was built in 1784 by a carpenter who had never seen one",
    "before, and who left the village as soon as the wheel had",
    "turned for the first time. Nobody knows where he went after",
    "that, but his plans are kept in the parish church.",
)


def test_a_blank_line_behind_every_line_is_repaired() -> None:
    counts: Counter[str] = Counter()
    found = CleanText().clean("\n\n".join(ENGLISH_LINES), counts)
    assert found == " ".join(ENGLISH_LINES[:4]) + "\n\n" + " ".join(ENGLISH_LINES[4:])
    assert counts["lines"] == 6
    chinese = wrapped(PROSE, 40).replace("\n", "\n\n")
    assert CleanText().clean(chinese).count("\n\n") < chinese.count("\n\n") // 2


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"{line}." for line in ENGLISH_LINES),
        "\n\n".join(ENGLISH_LINES[:5]),
        "\n\n".join(line[:30].lower() for line in ENGLISH_LINES),
        "\n\n".join(f"- {line.lower()}" for line in ENGLISH_LINES),
        "\n\n".join([*ENGLISH_LINES, "A line\nand another one"]),
        "\n\n".join([*ENGLISH_LINES, "A paragraph " * 40]),
    ],
)  # fmt: skip
def test_paragraphs_verse_and_lists_keep_their_blank_lines(text: str) -> None:
    assert broken_lines.unspaced(text) == (text, 0)


chinese_lines = st.lists(
    st.sampled_from(
        (*wrapped(PROSE, 40).split("\n"), *KEPT[0].split("\n"), "", "- 项", "标题", "# 题")
    ),
    max_size=9,
)


@settings(max_examples=200, deadline=None)
@given(chinese_lines)
def test_joining_settles_and_loses_no_character(lines: list[str]) -> None:
    text = "\n".join(lines)
    once = CleanText(residue=False).clean(text)
    assert CleanText(residue=False).clean(once) == once
    joined, _ = broken_lines.joined(text)
    assert "".join(joined.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "hostile",
    [
        "水\n" * 100_000,
        "水，" * 100_000,
        "水车，车\n" * 50_000,
        "水" * 30 + "\n" * 100_000,
        "> 水，车\n" * 50_000,
        ">" * 100_000 + "\n水",
        "> 水\n>> 水\n" * 30_000,
    ],
)
def test_hostile_lines_take_linear_time(hostile: str) -> None:
    found, _ = broken_lines.joined(hostile)
    assert len(found) <= len(hostile)
    assert len(broken_lines.unspaced(hostile)[0]) <= len(hostile)
