"""Whole names in a text and what each is of, by the words around it: for swaps within a kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from dataflow.evidence.spans import Span
from dataflow.sft.rules.words import word_spans

PERSON, AGENT, PLACE, BODY, LANDMARK, WORK, COUNTRY = (
    "person", "agent", "place", "body", "landmark", "work", "country",
)  # fmt: skip
"""An agent is a person or a body by whom something was done: which of both, nothing shows."""
Kind = tuple[str, int]
"""What a name is of, and its words, of Chinese names the characters."""

_PROSE = re.compile(r"(?m)^(?!\s*(?:#|\||<|```))(?=.*[.!?。！？])(?P<line>.+)$")
_CAPITALISED = re.compile(r"\b[A-Z][a-z’'-]*[a-z](?:[ ][A-Z][a-z’'-]*[a-z])*\b(?![’'](?!s\b))")
_POSSESSIVE = re.compile(r"[’']s$")
_OPENS = re.compile('(?:^|[.!?:;“”"(*•\\n—-])[\\s*_]*$')
_NEVER_WORDS = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday i the a an it he she we they "
    "table figure chapter section part appendix st mr mrs dr inc ltd"
)
_NEVER = frozenset(_NEVER_WORDS.split())
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Miss|Professor|Sir|Lady|Captain|President|Queen|King|Saint|engineer"
    r"|poet|painter|architect|composer|author|writer|philosopher|observer)\.?\s$"
)
_BY = re.compile(r"[a-z](?:ed|en|wn|lt|id|ught|ade|ung|un)\sby\s$")
_ACTS = re.compile(
    r"(?:,?\swho\b|\s(?:said|says|wrote|writes|told|asked|added|explained|argued|argues|died|married"
    r"|was\sborn|invented|discovered|painted|composed|believed|thought)\b)"
)
_BODY = re.compile(
    r"(?:University|Institute|College|School|Company|Corporation|Council|Committee|Department"
    r"|Ministry|Association|Society|Bank|Party|Church|Museum|Agency|Union|Court|League|Office)$"
)
_LANDMARK = re.compile(
    r"(?:River|Mountain|Mountains|Lake|Bridge|Street|Road|Hill|Hills|Island|Islands|Valley|Bay|Park"
    r"|Station|County|Province|Sea|Ocean|Brook|Square|Castle|Tower|Canal|Harbour|Harbor|Coast)$"
)
_IN = re.compile(r"\b(?:in|near|around|outside|throughout|across)\s$")
_GOES_ON = re.compile(
    r"\s(?!(?:and|or|in|on|at|to|from|with|was|is|were|are|by|as|for|but|who)\b)[a-z]"
)

_PART = re.compile(r"\s(?:of|for|and|de|von|van)\s(?:the\s)?[A-Z]")
_PART_OF = re.compile(r"[A-Z]\w*\s(?:of|for|and)\s$")
"""A capitalised run in these is a piece of a longer name."""

_ZH_WORK = re.compile("《(?P<name>[^《》\\n]{2,20})》")
_ZH_COUNTRIES = (
    "中国 美国 英国 法国 德国 日本 韩国 朝鲜 印度 俄罗斯 苏联 意大利 西班牙 "
    "葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 芬兰 丹麦 波兰 奥地利 匈牙利 希腊 土耳其 "
    "埃及 巴西 阿根廷 墨西哥 加拿大 澳大利亚 新西兰 泰国 越南 缅甸 马来西亚 新加坡 "
    "印尼 菲律宾 伊朗 伊拉克 以色列 南非 "
)
_COUNTRIES = frozenset(_ZH_COUNTRIES.split())
_ZH_SUFFIXES = (
    "大学 学院 中学 小学 公司 银行 医院 博物馆 图书馆 委员会 研究所 省 市 县 镇 "
    "村 乡 州 河 江 湖 山 岛 寺 桥 溪 港 街 路 "
)
_SUFFIXES = tuple(_ZH_SUFFIXES.split())
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤阮"
)
_ZH_ROLE = re.compile(
    "(?:工程师|教授|老师|作者|导演|总统|主席|队员|员|记者|作家|诗人|将军|皇帝|院长|校长|主任|站长|经理|部长|画家|演员"
    "|歌手|科学家|学者|医生|父亲|母亲|妻子|丈夫|弟弟|哥哥|儿子|女儿)$"
)
_ZH_ACTS = re.compile(
    "(?:先生|女士|老师|教授|博士|师傅|主任|认为|表示|指出|写道|说|担任|出生|逝世|去世|毕业|负责|任)"
)
_ZH_EDGE = frozenset("在于到从向往由至是的和与及或对把被让给为比了、，。；：（）“”《》有称")


def mentions(text: str, lang: str) -> Iterator[tuple[Span, str, str]]:
    """Place, name and what it is of, of the names in lines of prose; '' where nothing shows it.

    An English name at the beginning of a sentence is left out: its first word may be none.

    >>> [(n, k) for _, n, k in mentions("The plan was drawn by Ada Storm.", "en")]
    [('Ada Storm', 'agent')]
    """
    for line in _PROSE.finditer(text):
        found = _chinese(line["line"]) if lang == "zh" else _english(line["line"])
        for (start, end), name, kind in found:
            yield (line.start("line") + start, line.start("line") + end), name, kind


@lru_cache(maxsize=16)
def kinds(text: str, lang: str) -> dict[str, Kind]:
    """Kind of each name of the text, by most of its mentions; those without any are left out.

    So are words that the text also writes small, which are no names.
    """
    votes: dict[str, Counter[str]] = {}
    for _, name, kind in mentions(text, lang):
        if kind:
            votes.setdefault(name, Counter())[kind] += 1
    small = set(re.findall(r"\b[a-z]+\b", text)) if lang != "zh" else set()
    return {
        name: (max(sorted(count, reverse=True), key=lambda kind: count[kind]), _size(name, lang))
        for name, count in votes.items()
        if not any(word.casefold() in small | _NEVER for word in name.split())
    }


def _size(name: str, lang: str) -> int:
    return len(name) if lang == "zh" and "·" not in name else len(re.split("[ ·]", name))


def _english(line: str) -> Iterator[tuple[Span, str, str]]:
    for found in _CAPITALISED.finditer(line):
        name = _POSSESSIVE.sub("", found[0])
        before, after = line[max(0, found.start() - 30) : found.start()], line[found.end() :][:20]
        if not _OPENS.search(before):
            span = (found.start(), found.start() + len(name))
            yield span, name, _english_kind(name, before, after)


def _english_kind(name: str, before: str, after: str) -> str:
    if _TITLED.search(before) or _ACTS.match(after):
        return PERSON
    if _PART.match(after) or _PART_OF.search(before):
        return ""
    if _BODY.search(name):
        return BODY if " " in name else ""
    if _LANDMARK.search(name):
        return LANDMARK if " " in name else ""
    if " " in name and _BY.search(before):
        return AGENT
    return PLACE if _IN.search(before) and not _GOES_ON.match(after) else ""


def _chinese(line: str) -> Iterator[tuple[Span, str, str]]:
    for work in _ZH_WORK.finditer(line):
        yield work.span("name"), work["name"], WORK
    words = word_spans(line)
    for number, (start, end) in enumerate(words):
        word = line[start:end]
        clean = _edge(line[max(0, start - 1) : start]) and _edge(line[end : end + 1])
        if line[end : end + 1] == "·":
            yield from _foreign(line, words[number:])
        elif clean and word in _COUNTRIES:
            yield (start, end), word, COUNTRY
        elif clean and len(word) > 2 and word.endswith(_SUFFIXES):
            suffix = next(one for one in _SUFFIXES if word.endswith(one))
            if len(word) > len(suffix) + 1:
                yield (start, end), word, suffix
        elif word[0] in SURNAMES:
            yield from _person(line, words[number : number + 2])


def _person(line: str, words: Sequence[Span]) -> Iterator[tuple[Span, str, str]]:
    """A surname and one or two characters, between words that go with people."""
    start, end = words[0]
    if end - start == 1 and len(words) > 1 and words[1][0] == end:
        end = words[1][1]
    known = _ZH_ROLE.search(line[max(0, start - 4) : start]) or _ZH_ACTS.match(line[end:][:3])
    before = line[max(0, start - 1) : start]
    if 2 <= end - start <= 3 and known and (_edge(before) or _ZH_ROLE.search(line[:start][-4:])):
        yield (start, end), line[start:end], PERSON


def _foreign(line: str, words: Sequence[Span]) -> Iterator[tuple[Span, str, str]]:
    """A foreign name with dots between its parts, each a word; both of its ends must be clear."""
    start, end = words[0]
    for begin, stop in words[1:]:
        if begin != end + 1 or line[end] != "·":
            break
        end = stop
    if (
        _edge(line[max(0, start - 1) : start])
        and _edge(line[end : end + 1])
        and "·" in line[start:end]
    ):
        yield (start, end), line[start:end], PERSON


def _edge(character: str) -> bool:
    return not character or character in _ZH_EDGE or not "\u4e00" <= character <= "\u9fff"
