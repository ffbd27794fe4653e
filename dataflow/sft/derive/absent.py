"""Things that a text might say of its subject, and words without which it does not say them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """A question and the words that would stand in a text that answers it, as a pattern."""

    question: str
    words: re.Pattern[str]


def _absent(*pairs: tuple[str, str]) -> tuple[Absent, ...]:
    return tuple(Absent(asked, re.compile(words, re.IGNORECASE)) for asked, words in pairs)


OF_DOCUMENT = {
    "en": _absent(
        ("how many copies were printed?", r"\bcop(?:y|ies)\b|\bprint"),
        ("who translated the text?", r"\btranslat"),
        ("which company insures the building?", r"\binsur"),
        ("who took the photographs?", r"\bphoto|\bcamera|\bpicture"),
        ("which prize was awarded?", r"\bprize|\baward|\bmedal"),
        ("which court decided the matter?", r"\bcourt|\bjudge|\blaw"),
        ("how many people were injured?", r"\binjur|\bhurt|\bwound|\bcasualt"),
        ("which airport is the nearest?", r"\bairport|\bflight|\bfly\b"),
    ),
    "zh": _absent(
        ("一共印了多少册？", "印|册"),
        ("译者是谁？", "译"),
        ("建筑由哪家公司承保？", "保险|承保"),
        ("照片是谁拍摄的？", "照片|摄|拍|照相"),
        ("获得了什么奖项？", "奖"),
        ("案件由哪个法院审理？", "法院|审|法律|诉"),
        ("有多少人受伤？", "伤"),
        ("最近的机场是哪一个？", "机场|飞机|航班"),
    ),
}
OF_ROW = {
    "en": _absent(
        ("supplier", r"\bsuppl|\bvendor|\bmanufactur|\bmaker"),
        ("date of purchase", r"\bpurchas|\bbought|\bacquir"),
        ("serial number", r"\bserial"),
        ("telephone number", r"\bphone|\btel\b"),
        ("warranty period", r"\bwarrant|\bguarant"),
        ("colour", r"\bcolou?r|\bred\b|\bblue\b|\bgreen\b|\bwhite\b|\bblack\b"),
    ),
    "zh": _absent(
        ("供应商", "供应|厂商|厂家|制造"),
        ("购买日期", "购|买|采办"),
        ("序列号", "序列"),
        ("联系电话", "电话|手机|联系"),
        ("保修期", "保修|质保"),
        ("颜色", "颜色|色$|[红蓝绿白黑]色"),
    ),
}
"""Columns that a table might have."""
