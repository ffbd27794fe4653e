"""Numbers and dates of Chinese answers that follow from a quote by arithmetic."""

from __future__ import annotations

import pytest

from dataflow.evidence.entities import unsupported_date, unsupported_number
from dataflow.evidence.han_amounts import amounts_of


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("停了30分钟。", "业务中断约半小时。"),
        ("晚了七天。", "推迟一周举行。"),
        ("三十天之内喝完。", "应在一个月内饮用。"),
        ("每晚440元。", "每晚880元，淡季五折。"),
        ("第一年能拿到120万元。", "每个可获得200万元，第一年拨付六成。"),
        ("不合格率只有0.3%。", "不合格品率降到千分之三。"),
        ("体积小了25MB。", "体积由86MB缩减至61MB。"),
        ("一共花了50万元。", "设备30万元，安装20万元。"),
        ("大约1.27万辆车被召回。", "共计12,680辆汽车。"),
        ("不到四十分钟就能充满。", "38分钟可充满。"),
        ("一天要吃6片。", "每日两次，每次三片。"),
        ("产量是原来的两倍。", "产量翻了一番。"),
        ("供应一个半小时，即90分钟。", "供应时间为7:00至8:30。"),
        ("七十岁的老人免票。", "六十五岁以上老人免票。"),
        ("其余四成没有表态。", "六成受访者表示愿意。"),
    ],
)
def test_what_follows_by_arithmetic_is_supported(answer: str, quote: str) -> None:
    assert unsupported_number(answer, quote) == ""


@pytest.mark.parametrize(
    ("answer", "quote", "found"),
    [
        ("停了40分钟。", "业务中断约半小时。", "40分钟"),
        ("每晚460元。", "每晚880元，淡季五折。", "460元"),
        ("四成受访者愿意。", "六成受访者表示愿意。", "四成"),
        ("花了50万元。", "设备30万元，安装20万元。", "50万元"),
        ("大约1.5万辆车被召回。", "共计12,680辆汽车。", "1.5万"),
        ("六十岁的老人免票。", "六十五岁以上老人免票。", "六十岁"),
        ("70岁以上老人免票。", "65岁以上老人免票。", "70岁"),
    ],
)
def test_what_does_not_follow_is_not(answer: str, quote: str, found: str) -> None:
    assert unsupported_number(answer, quote) == found


def test_dates_that_lie_so_long_after_another_are_supported() -> None:
    assert unsupported_date("水库是1964年建成的。", "始建于1958年，历时六年完工。") == ""
    assert unsupported_date("1965年建成。", "始建于1958年，历时六年完工。") == "1965年"
    assert unsupported_date("改到了5月15日。", "原定于5月8日，推迟一周。") == ""
    assert unsupported_date("改到了5月16日。", "原定于5月8日，推迟一周。") == "5月16日"


def test_a_unit_in_latin_letters_ends_where_han_begins() -> None:
    found = amounts_of("由86MB缩减，计12,680辆")
    assert [(str(a.value), a.unit, a.counted) for a in found] == [
        ("86000000", "bytes", "缩"),
        ("12680", "", "辆"),
    ]
