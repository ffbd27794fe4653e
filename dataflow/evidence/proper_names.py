"""Names in a text by rules: capitals for Latin letters; titles, endings and surnames for Chinese.

What stands at the beginning of an English sentence is capitalised anyway: a single word there is a
name only when another sign says so (`sure`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level

_OPENING = (
    "a about above according across after against all almost along already also although always "
    "among an and another any anyone are around as at back be because been before behind below "
    "besides between beyond both but by can could despite did do does during each either else "
    "even ever every everyone few finally first for four from had has have he hence her here his "
    "how however i if in indeed inside instead into is it its just last later least less like "
    "many may me meanwhile more moreover most much must my near nearly neither never next no "
    "nobody none nor not nothing now of off often on once one only onto or other others our out "
    "outside over part people per perhaps please second several shall she should since so some "
    "someone something soon still such ten than that the their them then there therefore these "
    "they third this those though three through throughout thus to today together too toward "
    "towards two under unlike until up upon us very was we were what whatever when where whether "
    "which while who whom whose why will with within without would yes yet you your list name "
    "describe explain give state write compare define identify outline discuss provide show find "
    "summarise summarize answer question note five six seven eight nine eleven twelve hundred "
    "hundreds thousands"
)
_CALENDAR = (
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct "
    "nov dec am pm ad bc ce bce"
)
_HONORIFICS = (
    "mr mrs ms miss dr prof professor sir dame lord lady president king queen captain st the"
)

_CAP = r"(?:[A-Z][^\W\d_]*(?:['.-][A-Z][^\W\d_]+)*|[a-z]{1,3}[A-Z][^\W_]+|\d{1,4}[A-Z]{1,3}\b)"
_RUN = re.compile(
    rf"(?<![\w'])(?:{_CAP}(?:-\d+)?|[A-Z]+\d+[A-Z]*)"
    rf"(?:(?:\s(?:of(?:\sthe)?|de|del|la|van|von|der|den|al|bin|da|di|du|ibn)){{0,2}}\s?[\s-]{_CAP}){{0,8}}"
    r"(?:\s(?:[IVX]{1,5}|\d{1,3})\b)?"
)
_OPENERS = frozenset(_OPENING.split())
_DATED = frozenset(_CALENDAR.split())
_TITLES = frozenset(_HONORIFICS.split())
_BEGINS = re.compile(r"(?:^|[.!?。！？:;\n]|[\"“‘(*#>-])\s*[\"“‘'(*#]*$")
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹苏潘葛范彭鲁韦马苗方俞任袁柳"
    "鲍史唐费薛雷贺倪汤殷罗毕郝邬安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫丁邓洪包诸左石崔吉龚"
    "程邢裴陆荣翁甄曲封储靳段富焦谷侯宁仇甘武符刘景詹龙叶幸黎薄白蒲从卓池乔阴闻党翟谭劳申冉雍桑桂牛边"
    "燕尚农温庄晏柴瞿阎连艾向古易廖耿文寇广欧沃利师聂关荆游权盖益桓公岳叶岑严冷辛简沙鞠丰楚闫涂肖"
)
_ROLE = (
    "先生|女士|小姐|教授|博士|老师|校长|院长|主任|市长|县长|省长|局长|部长|总统|总理|主席|书记|将军|上校|医生|"
    "工程师|经理|董事长|总裁|导演|作家|诗人|画家|同志|队长|船长|馆长|记者|律师|站长|村长|镇长"
)
PLACE_ENDINGS = (
    "自治区|自治州|特别行政区|有限公司|集团|公司|银行|大学|学院|中学|小学|研究所|研究院|博物馆|图书馆|医院|出版社|"
    "实验室|委员会|协会|联盟|政府|法院|车站|机场|港|省|市|县|区|镇|乡|村|州|国|岛|河|江|湖|山|海|桥|寺|塔|路|街"
)
"""Endings of the names of places and bodies, as alternatives of a pattern."""
_H = "[\u4e00-\u9fff]"
_NO_NAME = (
    "的了之后要应须能会可来去是在和与及或于从到对为被把由向以将让使比跟而但且这那该本此其某每各哪谁一二三四五六七八九十两几多"
    "我你他她它们也都还又再就才只不没未无已曾正很最更太个座条所家名位年月日时"
)
_S = f"(?:(?![{_NO_NAME}]){_H})"
_HAN = (
    re.compile(r"《([^《》\n]{1,40})》|[“「『]([^“”「」『』\n]{1,20})[”」』]"),
    re.compile(f"({_H}{{1,8}}(?:·{_H}{{1,8}}){{1,3}})"),
    re.compile(f"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[{_NO_NAME}]))([{_SURNAMES}]{_S}{{0,2}})(?:{_ROLE})"),
    re.compile(f"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[{_NO_NAME}]))({_S}{{1,7}}?(?:{PLACE_ENDINGS}))"),
    re.compile(
        f"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[由被和与为是让把给向对在据]))([{_SURNAMES}]{_S}{{1,2}}?)"
        "(?=[在于从的和与及是曾将把被也对向任当写说画建发出设获担率带提创著以，。、,：]|$|\\d)"
    ),
)  # fmt: skip
_FOREIGN = re.compile(
    "(?:[耶卢图鲁阿埃艾奥巴贝比彼波伯布查达德迪蒂丁杜多恩尔法菲费夫弗福盖戈格古哈海汉赫亨霍基吉加杰卡凯坎科克肯库拉莱兰"
    "劳勒雷里丽利林琳伦罗洛马玛迈曼梅蒙米密莫姆纳娜内尼诺努欧帕佩皮普奇乔切琼萨塞森沙圣施史斯丝苏索塔泰坦特汤"
    "提廷托瓦威韦维温翁沃乌伍西希谢休雅亚扬伊因约泽詹珍兹佐]){3,10}"
)
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*[A-Za-z0-9+]|[A-Z]|\d{1,4}[A-Z]{1,3}(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in `level(text)[start:end]`; `sure` unless only its place says so."""

    text: str
    start: int
    end: int
    sure: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """Its folded words that count, without articles, titles and possessive endings."""
        found = re.findall(r"[^\W_]+(?:\.[^\W_]+)*", re.sub(r"'s\b", "", self.text).casefold())
        return tuple(word for word in found if word not in _OPENERS and word not in _TITLES)


@lru_cache(maxsize=512)
def names_of(text: str, lang: str = "en") -> tuple[Name, ...]:
    """The names of `text` in order; for `zh` by the Chinese rules, else by capitals.

    >>> [n.text for n in names_of("When did Ada Lovelace leave the University of Kelby for WHO?")]
    ['Ada Lovelace', 'University of Kelby', 'WHO']
    >>> [n.text for n in names_of("石岚教授在凯里市读《海图》，用iPhone。", "zh")]
    ['石岚', '凯里市', '海图', 'iPhone']
    """
    text = level(text)
    found = _chinese(text) if lang == "zh" else _latin(text)
    return tuple(sorted(found, key=lambda name: name.start))


def _latin(text: str) -> list[Name]:
    found: list[Name] = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        begins = bool(_BEGINS.search(text, max(0, start - 6), start)) or start == 0
        start = _skip(text, start, end, opening=begins)
        words = text[start:end].split()
        if not words or all(word.casefold().rstrip(".") in _DATED for word in words):
            continue
        single = len(words) == 1 and not any(c.isupper() or c.isdigit() for c in words[0][1:])
        sure = not (begins and start == match.start() and single)
        found.append(Name(text[start:end], start, end, sure))
    return found


def _skip(text: str, start: int, end: int, *, opening: bool) -> int:
    """Where the name begins once function words and titles before it are gone."""
    while match := re.compile(r"([^\W_]+)(?:'s|\.)?(\s+|$)").match(text, start, end):
        word = match[1].casefold()
        shouted = match[1].isupper() and len(word) > 1
        known = word in _OPENERS and not shouted and (opening or len(word) < 4)
        if word in _TITLES or match[1] == "I" or known:
            start = match.end()
            continue
        break
    return start


def _chinese(text: str) -> list[Name]:
    found: list[Name] = []
    for rule in _HAN:
        for match in rule.finditer(text):
            group = match.lastindex or 0
            found.append(Name(match[group], *match.span(group)))
    found += [Name(match[0], *match.span()) for match in _FOREIGN.finditer(text)]
    found += [Name(match[0], *match.span()) for match in _TERM.finditer(text)]
    found.sort(key=lambda name: (name.start, -name.end))
    apart: list[Name] = []
    for name in found:
        if not apart or name.start >= apart[-1].end:
            apart.append(name)
    return apart
