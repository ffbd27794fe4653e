"""Chinese answers in other words than their quote: what is held, and what is turned round."""

from __future__ import annotations

import pytest

from dataflow.evidence.support import SUPPORT, supported
from schemas.records import Reason


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("珍贵的包裹不能寄放。", "包裹可在前台寄放，珍贵物品不可寄放。"),
        ("数据整理每晚进行一次。", "系统每晚自动整理数据，整理记录保留十天。"),
        ("负责修建西岭大桥的是华通集团。", "西岭大桥长800米，由华通集团修建。"),
        ("没有登记的车辆不能入场。", "入场车辆须登记，登记费5元。"),
        ("周二不营业。", "本店星期二歇业，其他日子照常开门。"),
        ("六岁的小孩不用买票。", "七岁以下儿童免费入园。"),
    ],
)
def test_the_same_in_other_words_is_held(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is None
    assert verdict.score >= SUPPORT


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("高岚没有打破纪录。", "高岚游出53秒，打破了沈雅的纪录。"),
        ("西岭隧道没有贯通。", "西岭隧道长14公里，由华通集团承建，提前五个月贯通。"),
        ("糕点可以加热。", "糕点应冷藏，不可加热，三天内吃完。"),
        ("门票收入创下新低。", "门票收入达到新高。"),
        ("更换滤芯前不必切断电源。", "更换滤芯前务必切断电源。"),
        ("末班车六点发车。", "首班车六点发车。"),
    ],
)
def test_the_opposite_in_other_words_is_refused(answer: str, quote: str) -> None:
    verdict = supported(answer, quote)
    assert verdict.fault is not None
    assert verdict.fault.reason == Reason.CONTRADICTS_SOURCE


def test_a_club_of_another_name_is_refused_even_if_the_name_is_a_word() -> None:
    verdict = supported("启明队先落后两球。", "昨晚海鹰队先落后两球。")
    assert verdict.fault is not None
    assert verdict.fault.reason in (Reason.UNSUPPORTED_NAME, Reason.CONTRADICTS_SOURCE)


def test_what_the_cutter_takes_for_a_name_is_none() -> None:
    assert supported("别猛踩刹车，慢行。", "应减速慢行，不要急刹车。").fault is None
