"""Numbers in a text with what they count, whether in digits or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from dataflow.evidence.dates import dates_of
from dataflow.evidence.levelling import level
from dataflow.evidence.numerals import ENGLISH, HAN, HAN_SCALES, SCALES, english_value, han_value
from dataflow.evidence.units import AFTER, BEFORE, measured

_MEASURES = (
    "个 個 名 位 只 隻 条 條 座 家 人 天 次 米 公 千米 吨 噸 元 岁 歲 分 秒 小时 小時 层 層 台 辆 "
    "輛 艘 本 种 種 项 項 倍 成 度 克 斤 亩 平方 立方 户 所 届 场 場 件 张 張 颗 棵 头 頭 匹 块 "
    "段 部 幅 枚 处 處 株 口 间 間 扇 根 支 架 册 卷 篇 章 节 節 门 門 级 級 号 號 代 期 批 组 組 "
    "队 隊 类 類 排 行 列 页 頁 字 点 點 年 周 日 英里 英尺 海里 毫 厘 里 票 星 盏 尊 眼 道 孔 尾 "
    "片 粒 剂 桶 箱 袋 盒 瓶 杯 碗 包 双 對 对 套 份 封 首 滴 岛 国 省 市 县 村 镇 校 路 站 线"
)
_COUNTED = "|".join(sorted({word for word in _MEASURES.split() if word}, key=len, reverse=True))
_GROUPED = r"\d{1,3}(?:[, ]\d{3}(?!\d))+(?:\.\d{1,20})?"
_DIGITS = rf"(?:(?<![\w.])|(?<=[^\x00-\x7f])){_GROUPED}|\d{{1,30}}(?:\.\d{{1,20}})?"
_NUMBER = re.compile(
    r"(?P<clock>(?<![\d:.])\d{1,2}:[0-5]\d(?![\d:]))|half past (?P<past>\d{1,2}|[a-z]{3,6})\b"
    rf"|(?P<sign>(?<![\w)])-)?(?P<money>[$€£¥]\s?)?(?P<digits>{_DIGITS})"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|\s?(?P<han>[十百千万萬亿億兆]{{1,2}})(?![分])"
    r"|(?P<near>k|bn|mn|m)\b(?=.{0,0})|[\s-](?P<scale>hundred|thousand|million|billion|trillion|dozen)\b)?"
    rf"|百分之(?P<share>[\d.]{{1,12}}|{HAN}{{1,8}})"
    rf"|第(?P<nth>{HAN}{{1,8}})|(?P<zh>{HAN}{{2,20}}"
    rf"|[零二三四五六七八九十百千两兩](?={_COUNTED}|[到至或][二三四五六七八九十]))"
    rf"|(?P<words>{ENGLISH})|\b(?P<special>both|twice|double|doubled|triple|tripled|half|dozen|pair)\b",
    re.IGNORECASE,
)
_SPECIAL = {
    "both": 2, "twice": 2, "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "dozen": 12,
    "pair": 2,
}  # fmt: skip
_IDIOMS = re.compile("千万[不别要]|万一|十分|一一|百分|万分|千千万万|三三两两|七七八八|万万")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value in the unit's base, the unit's dimension ('' for none), its place.

    `value` is exact; 5 km is 5000 of `length`. `written` is its value as written, before the unit.
    `spelled` says that it stands in words, `ordinal` that it is a place in an order, `weak` that it
    is a word such as `both`, `double` or `one`, which hardly counts. `start` and `end` (with the
    unit) are places in `level(text)`.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    written: Decimal
    spelled: bool = False
    ordinal: bool = False
    weak: bool = False


@lru_cache(maxsize=512)
def numbers_of(text: str) -> tuple[Number, ...]:
    """The numbers of `text` in order, without those of its dates.

    >>> [(str(n.value), n.unit) for n in numbers_of("1.2 thousand, 3 km; 一千二百人, 3万元, 50%")]
    [('1200.0', ''), ('3000', 'length'), ('1200', 'people'), ('30000', 'cny'), ('50', 'share')]
    """
    text = level(text)
    dates = dates_of(text)
    dated = bytearray(len(text))
    for date in dates:
        dated[date.start : date.end] = b"\1" * (date.end - date.start)
    found = (_number(match, text) for match in _NUMBER.finditer(text))
    return tuple(n for n in found if n is not None and not any(dated[n.start : n.end]))


def _number(match: re.Match[str], text: str) -> Number | None:
    read = _value(match)
    if read is None:
        return None
    value, ordinal = read
    spelled = match["digits"] is None
    if ordinal:
        return Number(value, "", *match.span(), value, spelled, True)
    if match["clock"] or match["past"]:
        return Number(value, "clock", *match.span(), value, False)
    if match["share"]:
        return Number(value, "share", *match.span(), value, spelled)
    if match["money"]:
        return Number(value, BEFORE[match["money"][0]], *match.span(), value, spelled)
    after = AFTER.match(text, match.end())
    if after is None or (match["near"] and after):
        weak = match["special"] is not None or (spelled and value <= 1)
        return Number(value, "", *match.span(), value, spelled, weak=weak)
    unit, factor = measured(after)
    if unit == "clock" and text[after.end() : after.end() + 1] == "半":
        return Number(value + Decimal("0.5"), unit, match.start(), after.end() + 1, value, spelled)
    weak = spelled and value <= 1
    return Number(value * factor, unit, match.start(), after.end(), value, spelled, weak=weak)


def _value(match: re.Match[str]) -> tuple[Decimal, bool] | None:
    """Value and whether it is an ordinal; None for idioms."""
    if match["clock"] or match["past"]:
        return _clock(match)
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", "").replace(" ", ""))
        for character in match["han"] or "":
            value *= HAN_SCALES[character]
        if word := match["near"] or match["scale"]:
            value *= SCALES[word.casefold()]
        return -value if match["sign"] else value, bool(match["ordinal"])
    if share := match["share"]:
        plain = _decimal(share) if share[0].isdigit() else han_value(share)
        return None if plain is None else (plain, False)
    if han := match["nth"] or match["zh"]:
        if _IDIOMS.match(match.string, match.start()):
            return None
        plain = han_value(han)
        return None if plain is None else (plain, bool(match["nth"]))
    if special := match["special"]:
        return (Decimal(_SPECIAL.get(special.casefold(), 0)), False) if special != "half" else None
    return english_value(match["words"])


def _clock(match: re.Match[str]) -> tuple[Decimal, bool] | None:
    """Hours of a time of day, half an hour as .5."""
    if match["clock"]:
        hour, _, minute = match["clock"].partition(":")
        return Decimal(hour) + Decimal(minute) / 60, False
    hour = match["past"]
    named = (Decimal(hour), False) if hour.isdigit() else english_value(hour)
    return None if named is None else (named[0] + Decimal("0.5"), False)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text.count(".") <= 1 and text[-1] != "." else None
