"""Root verb and object of Chinese instructions, by word order and the usual dictionary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from dataflow.quality.character_classes import HAN, STARTS
from dataflow.quality.chinese_words import mark_words

_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]+")
_MARKS = re.compile(r"[（(][^（()）]{0,60}[）)]|[\s“”\"‘’'《》（）()「」*_`]")
_TOKEN = re.compile(r"[a-z0-9][a-z0-9+#.-]*|[\u3400-\u9fff]|、", re.IGNORECASE)
_VERB_LIST = """
回答 解答 列出 列举 举出 写出 写下 撰写 编写 改写 续写 缩写 扩写 仿写 起草 草拟 创作 写作 解释
阐释 阐述 说明 讲解 讲述 介绍 描述 叙述 概述 总结 概括 归纳 提炼 翻译 比较 对比 分析 评价 评估
评论 点评 判断 识别 辨别 检查 找出 查找 提取 抽取 选出 选择 挑选 计算 求出 求解 估算 统计 推断
推理 推荐 建议 提出 提供 给出 设计 制定 制作 规划 安排 生成 构造 构建 创建 实现 修改 修正 纠正
改正 润色 优化 简化 压缩 完善 补充 补全 补上 填写 填空 填上 填出 加上 分类 归类 排序 排列 整理
转换 转化 讨论 探讨 论述 论证 证明 反驳 定义 命名 指出 标出 标注 说出 算出 画出 告诉 谈谈 说说
想象 模拟 扮演 写 编 画 拟 译 解 举 求 列 填 补 答 取 讲 说 做 造 算
"""
_VERBS = _VERB_LIST.split()
_KNOWN = frozenset(_VERBS)
_ANY = "|".join(sorted(_VERBS, key=lambda verb: (-len(verb), verb)))
_FIRST = re.compile(_ANY)
_OPENING = re.compile(
    "^(?:请问|请你|请您|请|麻烦你|麻烦您|麻烦|帮我|帮忙|给我|为我|替我|能否|能不能|可否|可以"
    "|是否可以|你能|你可以|你|您|试着|尝试|尽量|简要地?|简单地?|简短地?|详细地?|具体地?"
    "|仔细地?|然后|首先|我想让|我要)+"
)
_SETTING = re.compile(
    "^(?:根据|按照?|依据|基于|结合|通过|利用|使用|运用|参考|针对"
    "|以|用|从|在|对|就|给|为|向|由|假如|如果|当|代)"
)
_MOVED = re.compile(f"^(?:把|将)(.+?)((?:{_ANY})|[\u3400-\u9fff](?:成|为|入|进|作))")
"""The object stands before the verb: "把句子翻译成英文", "将引语改为转述句"."""
_WHY = re.compile(
    "^(.{0,40}?)(?:为什么|为何|怎么样?|怎样|如何)(?:会|能够?|可以|要|应该|应当|才能?)*(.+)$"
)
_WHAT = re.compile("^什么(?:是|叫)(.+)$")
_NAMED = re.compile("^(.{1,40}?)(?:是|叫|属于|位于)(?:什么|谁|哪|多少|几|何|怎|.{1,20}还是)")
_HAVING = re.compile("^(.{0,40}?)(?:有|包括|包含|具有|分为?)(?:哪些?|什么|多少|几)(.{0,30})$")
_DONE = re.compile("^.{0,20}?(?:谁|哪[\u3400-\u9fff]{0,3}|何时|什么时候)(.{2,20})$")
_CHOICE = re.compile("是否|是不是|能不能|有没有|属于|是(?=.{1,20}还是)")
_ASKS = re.compile("什么|怎|如何|为何|多少|谁")
_DETERMINER = re.compile(
    "^(?:一下|出|了|以下|下面|下列|上述|上面|后面|文中|这|那|该|此|其|所有|每|各"
    "|[一二两三四五六七八九十几0-9]+)*"
    "(?:[个篇首段句条种类项份张幅道些位名件本部封则点组副](?!.?的)|的)*"
)
_LINKS = frozenset(("并", "并且", "以便", "从而", "成", "为", "给", "到", "来", "进", "入"))
_AND = frozenset(("和", "与", "或", "及", "以及", "、", "还是"))


def chinese_pair(text: str) -> tuple[str, str]:
    """Verb and noun, '' for what is not there."""
    for clause in _CLAUSE.findall(_MARKS.sub("", text)):
        if clause.startswith("不"):  # what shall not be done
            continue
        found = _instruction(clause) or _question(clause)
        if found:
            return found
    return "", ""


def _instruction(clause: str) -> tuple[str, str] | None:
    """The pair of a clause that asks for something to be done."""
    said = _OPENING.sub("", clause)
    moved = _MOVED.match(said)
    if moved:
        return moved[2], _head(words_of(moved[1]))
    first = _FIRST.match(said)
    if first:
        return first[0], _object(said[first.end() :])
    if said == clause and not _SETTING.match(said):
        return None
    parts = words_of(said)
    for place in range(1, len(parts)):
        if parts[place] in _KNOWN:
            return parts[place], _object("".join(parts[place + 1 :]))
    return None


def _question(clause: str) -> tuple[str, str] | None:
    """The pair of a direct question."""
    clause = _OPENING.sub("", clause)
    what, having = _WHAT.match(clause), _HAVING.match(clause)
    if what:
        return "是", _head(words_of(what[1]))
    if having:
        return "有", _head(words_of(having[2])) or _head(words_of(having[1]))
    why = _WHY.match(clause)
    if why:
        return _predicate(words_of(why[2]), _head(words_of(why[1])))
    named = _NAMED.match(clause)
    if named:
        return "是", _head(words_of(named[1]))
    done = _DONE.match(clause)
    return _predicate(words_of(done[1]), "") if done else None


def _predicate(parts: Sequence[str], subject: str) -> tuple[str, str] | None:
    """The pair of a predicate: a verb that is known or has 了 behind it, else the first word."""
    if len(parts) < 2 and not subject:
        return None
    done = (i for i in range(len(parts) - 1) if parts[i + 1] == "了")
    verb = next((i for i, word in enumerate(parts) if word in _KNOWN), next(done, 0))
    return parts[verb], _head([word for word in parts[verb + 1 :] if word != "了"]) or subject


def _object(rest: str) -> str:
    """The head of what follows a verb; of an indirect question what it is about, '' for others."""
    choice = _CHOICE.search(rest)
    if choice:
        return _head(words_of(rest[: choice.start()]))
    if _ASKS.search(rest):
        return ""
    return _head(words_of(_DETERMINER.sub("", rest, count=1)))


def _head(parts: Sequence[str]) -> str:
    """The last word of a noun phrase: what stands after the last 的, of several the first."""
    stop = next((i for i, word in enumerate(parts) if word in _LINKS), len(parts))
    phrase = list(parts[:stop])
    while phrase and phrase[-1] in ("的", "了", "呢", "吗", "吧", "中", "里", "上"):
        phrase.pop()
    if "的" in phrase:
        phrase = phrase[len(phrase) - phrase[::-1].index("的") :]
    first = next((i for i, word in enumerate(phrase) if word in _AND), len(phrase))
    # the dictionary has 的话 ("if it is so") as a word
    return phrase[first - 1].lower().removeprefix("的") if first else ""


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[str, ...]:
    """Words by the dictionary; runs of Latin letters and digits as they are.

    >>> words_of("Python排序函数")
    ('Python', '排序', '函数')
    """
    pieces = _TOKEN.findall(text)
    han = "".join(piece for piece in pieces if "\u3400" <= piece <= "\u9fff")
    codes = np.frombuffer(han.encode("utf-32-le"), np.uint32)
    bits = np.full(codes.size, HAN, np.uint16)
    if codes.size:
        mark_words(codes, bits)
    starts = iter((bits & STARTS).astype(bool).tolist())
    found: list[str] = []
    joined = False
    for piece in pieces:
        inside = "\u3400" <= piece <= "\u9fff"
        if inside and not next(starts) and joined:
            found[-1] += piece
        else:
            found.append(piece)
        joined = inside
    return tuple(found)
