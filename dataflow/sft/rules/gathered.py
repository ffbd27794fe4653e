"""All of one kind that a passage names, as a JSON list: dates, amounts, works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.whole import plain_whole

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_MONEY_END = r"(?:\s(?:million|billion|trillion|thousand|hundred)\b|(?:m|bn|tn|k|M|B|K)\b)?"
_ZH_MONEY = "(?:元|美元|欧元|英镑|日元|港元|港币|人民币|新台币|韩元|卢布)"
_KINDS = {
    "en": {
        "dates": (
            re.compile(
                rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s[12]\d{{3}})?(?!\d)"
                rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s[12]\d{{3}})?(?!\d)|\b{_MONTH}(?:\sof)?\s[12]\d{{3}}\b"
                r"|(?<=\b[Ii]n\s)[12]\d{3}\b|(?<=\b(?:[Bb]y|of)\s)[12]\d{3}\b|(?<=\b[Ss]ince\s)[12]\d{3}\b"
                r"|(?<=\b(?:[Ff]rom|into)\s)[12]\d{3}\b|(?<=\b(?:[Uu]ntil|[Aa]fter)\s)[12]\d{3}\b"
            ),
            re.compile(
                r"\b(?:1[5-9]|20)\d\d\b(?!,)|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
                rf"|(?-i:\b{_MONTH})|\d0s\b|\bcentur"
            ),
        ),
        "amounts": (
            re.compile(
                rf"(?:US|A|C|HK)?[$€£¥]\s?\d[\d,.]*(?<![.,]){_MONEY_END}"
                r"|\b\d[\d,]*(?:\.\d+)?\s?(?:%|percent\b|per\scent\b)"
            ),
            re.compile(
                r"[$€£¥%]|\bper\s?cent\b|\b(?:dollars?|euros?|pounds?|cents?|million|billion|percentage)\b"
            ),
        ),
    },
    "zh": {
        "dates": (
            re.compile(
                r"(?:\d{4}|[一二三四五六七八九〇零]{4})\s?年(?:\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?月)?"
                r"(?:\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日号])?|(?<!\d)\d{1,2}\s?月\s?\d{1,2}\s?[日号]"
            ),
            re.compile("[年月](?![轻龄级纪薪球饼票租饭])|世纪|[同次翌当去今明]年|[\\d一二三四五六七八九十][日号]|(?<!\\d)(?:1[5-9]|20)\\d\\d(?!\\d)"),
        ),
        "amounts": (
            re.compile(
                rf"(?:约|近|超过)?\d[\d,.]*\s?[万亿千百]{{0,2}}{_ZH_MONEY}|\d[\d.]*\s?[%％]"
                "|百分之[一二三四五六七八九十百点零〇两]+"
            ),
            re.compile(f"{_ZH_MONEY}|[%％]|百分|成(?=以上|左右)|万(?=的)"),
        ),
        "works": (re.compile("《[^《》\\n]{1,30}》"), re.compile("[《》]")),
    },
}  # fmt: skip
"""Of each kind what is taken, and what shows that something of the kind may have been missed."""
_LEAST = 3
_MOST = 12


def gathered(place: Place) -> Iterator[Draft]:
    """For each stretch of prose the kinds of which it names three or more, all of them for sure.

    What is left when they are taken away must have nothing that may be another one.
    """
    for span in place.stretches():
        text = plain_whole(place.cut(span))
        if REDACTED in text:
            continue
        for task, (taken, missed) in _KINDS[place.lang].items():
            found = [one[0].strip() for one in taken.finditer(text)]
            if missed.search(taken.sub(" ", text)):
                continue
            listed = list(dict.fromkeys(found))
            if not _LEAST <= len(listed) <= _MOST:
                continue
            shown = [one.strip("《》") for one in listed] if task == "works" else listed
            yield Draft(
                EXTRACTIVE, task, place.lang, place.word(task, key=text),
                json.dumps(shown, ensure_ascii=False), (span,),
                place.phrasing.rule(task), text, claim=text,
            )  # fmt: skip
