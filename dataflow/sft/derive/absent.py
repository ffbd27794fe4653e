"""Things that a text might say of its subject, and words without which it does not say them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """A question and the words that would stand in a text that answers it, as a pattern.

    `given` are words of which one must stand in the text: what is asked is about a thing there.
    """

    question: str
    words: re.Pattern[str]
    given: re.Pattern[str] = re.compile("")


def _absent(*entries: tuple[str, ...]) -> tuple[Absent, ...]:
    return tuple(
        Absent(asked, *(re.compile(words, re.IGNORECASE) for words in patterns))
        for asked, *patterns in entries
    )


OF_DOCUMENT = {
    "en": _absent(
        ("how many copies were printed?", r"\bcop(?:y|ies)\b|\bprint",
         r"\bbook|\breport|\bpaper|\bleaflet|\bnovel"),
        ("which company insures the building?", r"\binsur", r"\bbuilding|\bhouse|\bhall\b"),
        ("who took the photographs?", r"\bphoto|\bcamera", r"\bpicture|\bfigure|\bimage"),
        ("which prize was awarded?", r"\bprize|\baward|\bmedal",
         r"\bbook|\bfilm|\bsong|\balbum|\bteam|\bnovel|\bartist|\bdesign"),
        ("which court decided the matter?", r"\bcourt|\bjudge",
         r"\blaw|\bcontract|\bclaim|\bright|\bagreement"),
        ("how many people were injured?", r"\binjur|\bhurt|\bwound|\bcasualt",
         r"\baccident|\bstorm|\bflood|\bbattle|\bfire\b|\battack|\bwar\b"),
        ("which airport is the nearest?", r"\bairport|\bflight|\bfly\b",
         r"\broad\b|\bbus\b|\bvisitor|\broute|\bcity|\btown"),
        ("who paid for the repairs?", r"\bpaid|\bpay|\bcost|\bfund|\bmoney|\bexpens",
         r"\brepair|\bmend|\brebuil"),
        ("what does a ticket cost?", r"\bticket|\bfee|\bprice|\bfree\b|\bcost|[$€£]",
         r"\bvisitor|\bmuseum|\bconcert|\bexhibition"),
    ),
    "zh": _absent(
        ("一共印了多少册？", "印|册", "书|报告|年报|手册|小说"),
        ("建筑由哪家公司承保？", "保险|承保", "楼|建筑|房|馆|殿|站"),
        ("照片是谁拍摄的？", "照片|摄|拍|照相", "图"),
        ("获得了什么奖项？", "奖", "作品|小说|电影|歌|专辑|队|设计|研究"),
        ("案件由哪个法院审理？", "法院|审|诉", "法律|案|合同|权利|规定"),
        ("有多少人受伤？", "伤", "事故|暴雨|洪水|战|火灾|袭击|雷"),
        ("最近的机场是哪一个？", "机场|飞机|航班", "公路|铁路|车站|游客|参观|路线"),
        ("维修费用由谁承担？", "费|钱|元|款|资金", "修"),
        ("门票多少钱一张？", "票|免费|元", "游客|参观|观众|比赛"),
    ),
}  # fmt: skip
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
