"""Which sentences put the text they stand in under a licence, and which only mention one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from dataflow.quality.licence_names import Name, joined, named

_NOUN = (
    r"(?:documents?|works?|books?|e-?books?|articles?|texts?|contents?|pages?|(?:web\s?)?sites?|web|"
    r"wikis?|blogs?|posts?|projects?|software|programs?|code|sources?|repository|repo|packages?|"
    r"librar(?:y|ies)|modules?|files?|data(?:sets?|bases?)?|corpus|papers?|reports?|manuals?|"
    r"guides?|tutorials?|documentation|materials?|publications?|courses?|chapters?|translations?|"
    r"editions?|specifications?|standard|tools?|apps?|applications?|scripts?|collections?|"
    r"resources?|thesis|lectures?|notes|handbooks?|framework|template|theme|crates?|gems?|plugins?|extensions?|"
    r"firmware|models?|benchmarks?|games?|utility|distribution|releases?|license)"
)
_SELF = re.compile(
    rf"\b(?:this|these|our|the accompanying)\s+(?:[\w-]+\s+){{0,2}}?{_NOUN}\b|\bthis\s+(?=is\b)|"
    rf"\ball\s+(?:original\s+|other\s+|of\s+the\s+)?(?:contents?|texts?|materials?|articles|posts|"
    rf"code)\b|\b(?:unless|except\s+where)\s+otherwise\s+\w+|(?:©|\(c\)|\bcopyright\b)[^.]{{0,80}}?"
    rf"|^\W*(?:the\s+)?(?:text|contents?|documentation|data|code|materials?)(?=\s+(?:is|are)\b)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:(?:dual[- ]|multi[- ])?licen[sc]ed|released|distributed?|published|available|provided|"
    r"redistribute|shared|offered|covered|governed|dedicated|placed|issued|subject|modify|copy|marked|"
    r"licen[sc]e(?:\s+is)?|open[- ]access|in(?=\s+the\s+$))\b",
    re.IGNORECASE,
)
_GAP_STOP = re.compile(
    r"\b(?:us(?:es?|ing)|includ\w+|contain\w*|depends?|bundl\w+|requires?|which|that|whose|based|"
    r"describ\w+|discuss\w*|explain\w*|compar\w+|lists?|shows?|unlike|links?|ships|photos?|"
    r"photograph\w*|images?|figures?|icons?|fonts?|logos?|illustrations?|about|examin\w+|"
    r"introduc\w+|analy\w+|parts?\s+of|some|portions?|cover\s+image|argu\w+|because|how|why|"
    r"when|whether|survey\w*|review\w*|reproduc\w+|adapted|derived|quot\w+)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|cannot|no\s+longer|isn't|aren't|unlike|instead\s+of|rather\s+than|formerly|"
    r"previously|originally|used\s+to|would|could|might|should|if|whether|e\.g|for\s+example|"
    r"such\s+as|versus|vs|incompatible|until|once|was\s+first|before|planned|will\s+be)\b|\?",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"\bif\s+not\b|\bnot\s+(?:be\s+)?(?:copied|limited|warrant)\b|\bwhether\s+or\s+not\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:and\s+)?(?:is|are)\s+)?(?:(?:dual[- ]|multi[- ])?licen[sc]ed|released|distributed|"
    r"published|(?:made\s+)?available|provided|permission\s+is\s+granted\s+to)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:(?:software|code|content|data|copyright|project)\s+)?(?:licen[sc]es?|licensing|"
    r"rights|许可证?|許可證?|许可协议|授权协议|授權條款|开源协议|版权许可|协议|授权)\s*\W{0,3}?"
    r"[:：|=–—]\W*(?:(?:released\s+|licensed\s+)?under\s+)?(?:the\s+|an?\s+|本\S{1,6}采用)?",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s*+(?:#++\s*+|\*\*|\d++[.)]\s*+)*+(?:(?:copyright\s*(?:and|&)\s*)?licen[sc](?:e|es|ing)"
    r"(?:\s+information)?|许可证?|许可协议|开源协议|授权协议|开源许可证?|版权声明|版权与许可|许可声明)"
    r"[\s*#:：]*$",
    re.IGNORECASE,
)
_SELF_ZH = re.compile(
    r"(?:本|此)(?:作品|文(?!献)|书|文档|文件|文章|站|网站|网页|项目|软件|程序|仓库|代码|源码|源代码|页面|博客|"
    r"手册|教程|资料|数据集?|语料库?|课程|报告|译文|内容|库|工具|框架|论文|模块|插件|词典|讲义|電子書|網站|作品)"
    r"|除(?:非)?(?:另有|特别|文中另有|特殊|非另有)?(?:说明|声明|注明|标明|聲明|說明)"
    r"|所有(?:文章|内容|文字|代码|原创内容)"
)
_OPENING_ZH = re.compile(r"^\W*(?:采用|遵循|基于|依据|根据|使用|以|按)\W*$")
_CLOSING_ZH = re.compile(
    r"^[\s》」”]*(?:国际)?(?:许可(?:证|协议)?|协议)?(?:进行)?(?:许可|授权|发布|开源|共享|分发)?[。.\s]*$"
)
_VERB_ZH = re.compile(
    r"采用|採用|遵循|遵守|遵从|基于|依据|依據|根据|使用|以|按照?|在|受|适用|属于|進入|进入|授权"
)
_GAP_STOP_ZH = re.compile(
    r"介绍|讨论|比较|对比|分析|说明了|讲述|依赖|引用|包含|其中|图片|照片|插图|封面|字体|图标|认为|研究|讲解|探讨|列出|解释"
)
_DENIED_ZH = re.compile(
    r"不(?:采用|是|属于|再|同于|使用|遵循|适用)|并非|而非|没有|如果|假如|若|是否|曾经|曾|以前|原先|此前|例如|比如|"
    r"[？?]|什么|如何|怎样|为何|为什么|应该|可以选择|考虑|将来|计划|拟"
)
_QUOTES = "\"“‘'`「『«《"
_OR = re.compile(r"\bor\b|\beither\b|或|任选|/", re.IGNORECASE)
LONGEST_GAP = 160
"""Code points between what is licensed and the licence; notices name the publisher in between."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(“*_\[<])|(?<=[。！？；])")


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph, its line breaks made spaces."""
    yield from _SENTENCE_END.split(" ".join(paragraph.split()))


def is_heading(line: str) -> bool:
    """Whether a line is a heading that says "licence" and nothing else.

    >>> is_heading("## License"), is_heading("## GPL"), is_heading("许可协议")
    (True, False, True)
    """
    return len(line) < 60 and _HEADING.match(line) is not None


def granted(sentence: str, *, headed: bool = False) -> str:
    """The licence that a sentence puts its own text under, '' when it does not.

    `headed` sentences stand right below a heading that announces the licence: there a name is
    enough.

    >>> granted("This work is licensed under CC BY 4.0.")
    'CC-BY-4.0'
    >>> granted("The kernel is licensed under the GPLv2.")
    ''
    """
    names = named(sentence) if len(sentence) < 4000 else []
    if not names:
        return ""
    label = _label(sentence, names)
    if label:
        return label
    first = names[0].start
    if _is_denied(sentence[: names[-1].end]) or sentence.rstrip().endswith(("?", "？")):
        return ""
    if headed and len(sentence) < 300 and not _GAP_STOP.search(sentence[:first]):
        return _expression(sentence, names)
    for opens, verb, stop in ((_SELF, _VERB, _GAP_STOP), (_SELF_ZH, _VERB_ZH, _GAP_STOP_ZH)):
        for own in opens.finditer(sentence, 0, first):
            gap = sentence[own.start() : first]
            if (
                len(gap) <= LONGEST_GAP
                and sentence[own.start() - 1 : own.start()] not in tuple(_QUOTES)
                and (verb.search(gap) or verb.match(own[0].strip()))
                and not stop.search(sentence, own.end(), first)
            ):
                return _expression(sentence, names)
    if _OPENING_ZH.match(sentence[:first]) and _CLOSING_ZH.match(sentence[names[-1].end :]):
        return _expression(sentence, names)
    opening = _OPENING.match(sentence)
    if opening and first - opening.end() <= 100 and not _GAP_STOP.search(sentence, 0, first):
        return _expression(sentence, names)
    return ""


def _label(sentence: str, names: list[Name]) -> str:
    """The licence of a line such as `License: MIT`."""
    label = _LABEL.match(sentence)
    if not label or names[0].start - label.end() > 12 or len(sentence) - names[-1].end > 80:
        return ""
    if _is_denied(sentence[: names[-1].end]) or sentence.rstrip().endswith(("?", "？")):
        return ""
    return _expression(sentence, names)


def _is_denied(text: str) -> bool:
    """Whether what leads to a name speaks of another time, another work, or a possibility."""
    return bool(_DENIED.search(_ALLOWED.sub("", text)) or _DENIED_ZH.search(text))


def _expression(sentence: str, names: list[Name]) -> str:
    """`names` as an SPDX expression: a choice when the sentence gives one, else all of them."""
    between = " ".join(sentence[one.end : two.start] for one, two in pairwise(names))
    different = len({name.id for name in names}) > 1
    return joined([name.id for name in names], "OR" if different and _OR.search(between) else "AND")
