"""Words of a Chinese text with their places, and those that are names by a dictionary's tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level

_LONGEST = 40_000
_NAMING = ("nr", "ns", "nt")
_GIVEN = ("n", "nr", "a", "b", "g", "q", "t", "zg", "ng", "ns", "nrt", "nz", "j")
"""Tags of what may be a given name behind a surname: the dictionary has it as another word."""
_JOINTS = "由被把将向给从让比与和跟同对于在自是教请为据到随叫派替但拜"
_JOINT = re.compile(f"([{_JOINTS}])")
"""What the cutter takes into names that stand beside it."""
_ADVERBS = frozenset("太很更最较极已又再都也不没未")
_LONGEST_NAME = 6
_TAGGED_WRONGLY = """
城市 都市 大城市 小镇 大镇 城镇 长度 深度 海洋 湖泊 山脉 山坡 河口 港湾 海湾 大街 外国
国家队 加盟 卫星 太阳 王朝 朝廷 陆军 国防军 青少年 小姐 祖先 子孙 嘉宾 顾问 古老 博客 亚军
荣获 晋级 美丽 上市 长约 南北 东西 东北 东南 西北 西南 阴阳 新建 熊猫 修道院 交汇处 天桥
新城 北站 西站 南站 南路 北路 东路 西路 二人 富豪 巨龙 史前 成文法 明白 康复 温泉 雷雨
毛巾 马匹 马达 钱财 田野 高峰 曾祖 古典 古城 白昼 祖母 哥哥 胡同 胡子 胡萝卜 苗木 苗圃
梅花 林木 柳树 杨树 松树 桂花 安静 贺信 罗列 祝贺 祝福 杜绝 江水 钟楼 徐徐 樊篱 莫非 洪水
滑雪 荣誉 井水 乌云 巴士 山峰 山村 秋收 宫殿 宁静 暴风雨
"""
_COMMON = frozenset(_TAGGED_WRONGLY.split())
"""Common words that the dictionary tags as names, seen or thought of as words of an answer."""
_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class HanWord:
    """A word as it stands in `level(text)[start:end]`; `tag` is its part of speech."""

    text: str
    start: int
    end: int
    tag: str

    @property
    def names(self) -> bool:
        """Whether it names a person, a place or a body."""
        named = self.tag[:2] in _NAMING and len(self.text) > 1 and self.text[0] not in _ADVERBS
        return named and self.text not in _COMMON


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[HanWord, ...]:
    """The words of `text` in order, a surname and what it is followed by as one.

    >>> [(w.text, w.names) for w in words_of("翟明德在北京教书。")][:3]
    [('翟明德', True), ('在', False), ('北京', True)]
    """
    from dataflow.quality.chinese_words import tagged  # compiled kernels: not for English alone

    found: list[HanWord] = []
    at = 0
    for word, tag in tagged(level(text[:_LONGEST])):
        for piece in _JOINT.split(word) if _glued(word, tag) else (word,):
            if not piece:
                continue
            start, at = at, at + len(piece)
            last = found[-1] if found else None
            if last is not None and last.tag == "m" and tag[:2] == "nr":
                tag = "n"  # what is counted: 三 + 封信
            if last is not None and _continues(last, piece, tag):
                found[-1] = HanWord(last.text + piece, last.start, at, "nr")
            else:
                found.append(HanWord(piece, start, at, "p" if piece in _JOINTS else tag))
    return tuple(found)


def _glued(word: str, tag: str) -> bool:
    """Whether the cutter made it up, so that function words may be in it."""
    return tag[:2] == "nr" and len(word) > 2 and not known(word)


def _continues(last: HanWord, word: str, tag: str) -> bool:
    """Whether a word belongs to the name before it."""
    size = len(last.text) + len(word)
    if last.tag[:2] != "nr" or not _HAN.fullmatch(word) or size > _LONGEST_NAME:
        return False
    if word[0] in _JOINTS:
        return False
    if tag[:2] == "nr":
        return True
    return size < 4 and len(last.text) < 3 and tag in _GIVEN and last.text not in _COMMON


@lru_cache(maxsize=20_000)
def common(word: str) -> bool:
    """Whether the dictionary has the word, and not as a name.

    >>> common("封闭"), common("石岚"), common("北京")
    (True, False, False)
    """
    from dataflow.quality.chinese_words import tagged  # as above

    found = tagged(word)
    return len(found) == 1 and found[0][1][:2] not in _NAMING and known(word)


def known(word: str) -> bool:
    """Whether the dictionary has the word."""
    from dataflow.quality.chinese_words import in_dictionary  # as above

    return in_dictionary(word)


@lru_cache(maxsize=512)
def han_names(text: str) -> tuple[str, ...]:
    """The different names among the words of `text`, in order."""
    return tuple(dict.fromkeys(word.text for word in words_of(text) if word.names))
