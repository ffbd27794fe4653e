from __future__ import annotations

import pytest

from dataflow.evidence.han_words import common, han_names, words_of
from dataflow.evidence.levelling import level
from dataflow.evidence.support import SUPPORT, supported


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("铜器放在西厅，瓷器放在东厅。", "铜器放在东厅，瓷器放在西厅。"),
        ("铜器放在西厅。", "铜器放在东厅，瓷器放在西厅。"),
        ("沙罗拜魏行舟为师。", "魏行舟拜沙罗为师，学习木雕。"),
        ("车站在南门，码头在北门。", "车站在北门，码头在南门。"),
        ("候鸟三月南返。", "候鸟三月北返。"),
        ("他1921年随父亲搬到海边。", "他1921年随母亲搬到海边。"),
        ("该药饭前服用。", "该药每日服两次，饭后服用。"),
        ("这种木材怕虫蛀。", "这种木材不怕虫蛀。"),
        ("甲厂去年产煤九万吨。", "甲厂去年产煤六万吨，乙厂去年产煤九万吨。"),
        ("鹿野的桥由石岚设计。", "青棠的桥由石岚设计。"),
        ("石岚在上海设计了这座桥。", "石岚设计了这座桥。"),
        ("渡轮“墨角号”在红雀附近搁浅。", "渡轮“红雀号”在墨角附近搁浅。"),
        ("1949年生于石岚。", "石岚1949年生于泉州。"),
    ],
)
def test_a_copy_with_another_part_is_refused(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is not None or verdict.score < SUPPORT


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("瓷器放在西厅，铜器放在东厅。", "铜器放在东厅，瓷器放在西厅。"),
        ("沙罗收魏行舟为徒。", "魏行舟拜沙罗为师。"),
        ("南方的房子用泥土建造。", "北方的房子用石头建造，南方的用泥土。"),
        ("罗天行在石门关被段明远击败。", "段明远在石门关击败了罗天行。"),
        ("温夫人与郭胜结婚。", "郭胜与温夫人结婚。"),
        ("这种水泵重38公斤。", "这种水泵每分钟出水450升，重38公斤。"),
        ("石岚四个月后离开了公司。", "石岚在公司工作。四个月后，她离开了公司。"),
        ("少数居民种植茶叶。", "居民大多捕鱼，少数人种植茶叶。"),
        ("这种药每天吃两次。", "这种药每日服两次。"),
        ("何秉言寄了3封信给宋卓。", "何秉言给宋卓寄去三封信。"),
        ("郝小溪比郝大川年轻。", "郝大川比郝小溪年长。"),
    ],
)
def test_the_same_in_other_words_is_held(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is None
    assert verdict.score >= SUPPORT


def test_names_by_the_dictionary() -> None:
    assert han_names("翟明德和阿蒂娅在北京见到柏恩斯。") == ("翟明德", "阿蒂娅", "北京", "柏恩斯")
    assert han_names("城市里的温度和长度。") == ()
    assert [common(word) for word in ("封闭", "北京", "马特立")] == [True, False, False]


def test_words_lie_where_they_say() -> None:
    text = "宋艾琳1988年聘请马特立做助手，由陶安平设计。"
    words = words_of(text)
    assert [level(text)[w.start : w.end] for w in words] == [w.text for w in words]
    assert "".join(w.text for w in words) == level(text)


def test_long_and_hostile_texts_end() -> None:
    for text in ("甲比乙高，" * 3000, "北京" * 20_000, "王小明在北京，" * 2000):
        assert 0 <= supported(text[:2000][::-1], text).score <= 1


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("停水从晚上10点开始。", "小区22时停水，次日6时恢复。"),
        ("外出者须在晚上九点半以前回校。", "外出者须于21时30分前返校。"),
        ("专题展是2017年办的。", "铜镜于2016年捐出，馆方次年办了专题展。"),
        ("补贴涨了60元。", "补贴由300元提高到360元。"),
        ("阿尔帕德·萨博执导的影片上映了。", "导演阿尔帕德·萨博的影片上映了。"),
    ],
)
def test_what_follows_from_the_quote_is_held(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is None
    assert verdict.score >= SUPPORT


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("停水从晚上11点开始。", "小区22时停水，次日6时恢复。"),
        ("上午10点停水。", "小区22时停水，次日6时恢复。"),
        ("专题展是2018年办的。", "铜镜于2016年捐出，馆方次年办了专题展。"),
        ("补贴涨了70元。", "补贴由300元提高到360元。"),
        ("出租方无权解除合同。", "逾期满60日，出租方有权解除合同。"),
        ("南部适宜推广这个品种。", "这个品种不宜在南部推广。"),
        ("删除的笔记可以恢复。", "笔记将被抹除，且无法恢复。"),
        ("会议由石岚主持，令附近居民大为惊讶。", "会议由石岚主持，乌日娜汇报了预算。"),
        ("《石岚》由海图首演。", "石岚写的《海图》首演了。"),
    ],
)
def test_what_does_not_follow_is_refused(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is not None or verdict.score < SUPPORT
