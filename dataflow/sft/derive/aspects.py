"""Other things that might be asked of what a question asks about: to find what is not told."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aspect:
    """A question on {thing} and the words one of which stands in a text that answers it."""

    question: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions from which the `thing` can be taken, and other aspects of such a thing."""

    asked: re.Pattern[str]
    aspects: tuple[Aspect, ...]


def _kind(asked: str, *aspects: tuple[str, str]) -> Kind:
    found = tuple(Aspect(text, re.compile(words, re.IGNORECASE)) for text, words in aspects)
    return Kind(re.compile(asked), found)


_BUILT = (
    "(?i:bridge|tower|lighthouse|church|museum|station|hall|house|building|mill|dam|weir|pier|castle"
    "|school|library|hospital|theatre|tunnel|gate)"
)
_ZH_BUILT = "[桥塔馆站楼路线堤坝厂校院港寺殿门窑库场]"
"""Ends of names of what somebody has built: a lake has no architect."""

KINDS = {
    "en": (
        _kind(
            r"Who was (?P<thing>[A-Z].{2,40})\?$|Where was (?P<thing2>[A-Z].{2,40}) born\?$",
            ("how many children did {thing} have?", r"\bchild|\bson\b|\bsons\b|\bdaughter"),
            ("at which university did {thing} study?", r"\buniversit|\bstud(?:y|ied)|\bcollege"),
            ("to whom was {thing} married?", r"\bmarr|\bwife|\bhusband|\bspouse"),
            ("which languages did {thing} speak?", r"\blanguage|\bspoke|\bfluent"),
        ),
        _kind(
            r"(?:When|By whom) (?:was|were) (?P<thing>.{3,50}) (?:built|opened|completed"
            r"|constructed|designed)\?$|(?:How (?:tall|long|wide|high|deep|old) is|Where is) "
            r"(?P<thing2>(?:the )?[^?]{0,40}?" + _BUILT + r")(?: located| situated)?\?$",
            ("how much did {thing} cost?", r"\bcost|\bprice|\bpaid|\bfund|[$€£]"),
            (
                "which material is {thing} made of?",
                r"\bmade of|\bstone|\bwood|\bsteel|\bbrick|\bconcrete|\biron|\bgranite|\bmaterial",
            ),
            ("when was {thing} last repaired?", r"\brepair|\brestor|\brenovat|\brebuil"),
            ("who owns {thing}?", r"\bown|\bbelong|\bproperty"),
        ),
        _kind(
            r"When (?:was|were) (?P<thing>.{3,50}) (?:published|written|released)\?$",
            ("how many pages does {thing} have?", r"\bpages?\b"),
            ("into which languages has {thing} been translated?", r"\btranslat|\blanguage"),
            ("how was {thing} received by the critics?", r"\bcritic|\breview|\breceived|\bprais"),
        ),
        _kind(
            r"What (?:is (?P<thing>an? [^?“.]{3,50})"
            r"|are (?P<thing2>(?!the )[a-z][^?“.]{3,40}s))\?$",
            ("who invented {thing}?", r"\binvent|\bdevis|\bcreat|\bdevelop"),
            ("how much does {thing} cost?", r"\bcost|\bprice|\bexpens|\bcheap|[$€£]"),
            ("in which country is {thing} most common?", r"\bcountr|\bcommon|\bworldwide"),
            ("what is the origin of the name of {thing}?", r"\bname[ds]?\b|\bcalled|\bword\b"),
        ),
    ),
    "zh": (
        _kind(
            r"(?P<thing>[^，。？“]{2,10})是谁？$",
            ("{thing}有几个子女？", "子女|儿子|女儿|孩子"),
            ("{thing}毕业于哪所大学？", "毕业|大学|学院|就读|考入"),
            ("{thing}的配偶叫什么名字？", "妻|丈夫|结婚|配偶|夫人"),
            ("{thing}会说哪几种语言？", "语言|外语|精通|英语|日语"),
        ),
        _kind(
            r"(?P<thing>[^，。？“]{1,18}" + _ZH_BUILT + r")(?:位于|坐落于|坐落在)哪里？$"
            r"|(?P<thing2>[^，。？“]{2,18})(?:建成于|竣工于|始建于)什么时候？$"
            r"|(?P<thing3>[^，。？“]{2,18}?)(?:是什么时候(?:建成|竣工|通车|开放|启用)的|有多[高长宽深])？$"
            r"|(?P<thing4>[^，。？“]{1,18}"
            + _ZH_BUILT
            + r")的(?:全长|面积|高度|长度|总长)是多少？$",
            ("{thing}的造价是多少？", "造价|投资|耗资|花费|经费|[元款]"),
            ("{thing}由谁设计？", "设计"),
            ("{thing}上一次大修是在什么时候？", "修|翻新|整治|改造"),
            ("{thing}每年接待多少游客？", "游客|参观|旅游|访客"),
        ),
        _kind(
            r"什么是(?P<thing>[^，。？“”]{2,12})？$|(?P<thing2>[^，。？“”]{2,12})是什么？$",
            ("{thing}是由谁发明的？", "发明|首创|创制|提出|发现"),
            ("{thing}在哪个国家最常见？", "国家|各国|常见|全球|世界"),
            ("{thing}的市场价格大约是多少？", "价|元|费用|成本"),
            ("{thing}这一名称最早出现于哪一年？", "得名|名称|起名|命名|称为|最早"),
        ),
    ),
}


def other_aspects(question: str, lang: str) -> list[tuple[str, str, re.Pattern[str]]]:
    """Of a question: the thing it asks about, questions on it, and the words of their answers.

    >>> [(thing, asked) for thing, asked, _ in other_aspects("What is a foghorn?", "en")][:2]
    [('a foghorn', 'who invented a foghorn?'), ('a foghorn', 'how much does a foghorn cost?')]
    """
    for kind in KINDS[lang]:
        found = kind.asked.match(question)
        if found is None:
            continue
        thing = next(value for value in found.groupdict().values() if value)
        return [(thing, one.question.format(thing=thing), one.words) for one in kind.aspects]
    return []
