"""Chinese words that name something: found by how the document uses them, without a tagger."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from dataflow.sft.rules.words import word_spans

_NOT_NAMES_WORDS = (
    "时候 我们 他们 她们 它们 你们 咱们 自己 人家 大家 别人 对方 双方 这个 那个 "
    "哪个 这些 那些 这样 那样 这里 那里 这种 那种 这次 那次 这时 那时 此时 此外 "
    "一个 一种 一些 一次 一样 一直 一起 一定 一般 一边 一面 一下 一点 一旦 没有 "
    "可以 可能 能够 应当 应该 必须 需要 不能 不会 不是 不同 不少 不过 不要 无法 "
    "因为 所以 如果 但是 而且 并且 或者 或是 还是 虽然 尽管 即使 然而 因此 因而 "
    "于是 由于 通过 根据 按照 关于 对于 至于 为了 除了 以及 及其 其中 其他 其它 "
    "其余 另外 另一 之一 之后 之前 之间 之外 之内 以后 以前 以来 以上 以下 以内 "
    "以外 以便 以免 当时 当年 当天 当地 后来 随后 目前 现在 如今 今天 明天 昨天 "
    "今年 去年 明年 每年 每天 每月 每次 每个 平时 开始 结束 继续 进行 使用 采用 "
    "利用 成为 作为 认为 称为 视为 表示 显示 说明 指出 提出 提到 包括 包含 属于 "
    "位于 来自 用于 适于 处于 在于 等于 大于 小于 高于 低于 关系到 发生 出现 "
    "发现 产生 形成 造成 导致 引起 影响 得到 取得 获得 达到 受到 遭到 看到 听到 "
    "找到 想到 遇到 感到 觉得 希望 打算 准备 决定 要求 允许 负责 参加 参与 举行 "
    "举办 担任 拥有 具有 带有 含有 设有 只有 所有 全部 部分 部份 整个 各个 各种 "
    "各自 多个 几个 两个 三个 许多 很多 大量 多数 少数 大多 多半 大约 左右 附近 "
    "上下 前后 旁边 中间 里面 外面 上面 下面 前面 后面 左边 右边 对面 这边 那边 "
    "主要 重要 基本 一致 完全 非常 十分 特别 尤其 比较 相当 相对 更加 越来越 "
    "几乎 已经 曾经 正在 刚刚 仍然 依然 再次 重新 首先 其次 最后 最终 终于 随着 "
    "同时 同样 例如 比如 等等 甚至 只是 就是 也是 都是 而是 便是 正是 总是 还有 "
    "没有什么 什么 怎么 怎样 如何 为何 多少 几时 哪里 哪些 是否 能否 方面 情况 "
    "问题 事情 东西 地方 方式 程度 过程 结果 原因 目的 作用 意思 内容 特点 性质 "
    "第一 第二 第三 第四 之类 为止 起来 下来 出来 上去 下去 回来 过来 进入 离开 "
    "回到 来到 前往 返回 放在 写在 留在 住在 站在 很大 很小 较大 较小 较高 较低 "
    "最大 最小 最高 最低 最多 最少 最早 最近 最好 大型 小型 要紧 至少 至多 不久 "
    "相反 用力 好像 通常 一般 常常 往往 经常 变小 变大 变成 好几 当中 本来 原来 从来 未必"
)
_NOT_NAMES = frozenset(_NOT_NAMES_WORDS.split())
"""Words that come in texts of all kinds and are not what anybody searches for."""
_FUNCTION = frozenset(
    "正的了着过得地把被给让对从向往在和与及或而且但若如因为由以于则也都就才又再还只很"
    "太最更做这那哪此其之某每各几怎什么吗呢吧啊不没无未勿请"
)
_NUMERAL = re.compile(r"^[零〇一二两三四五六七八九十百千万亿半几多]")
_PLACE_END = re.compile("[里中内外后前时间上下们]$|(?<=.)[来去掉出住完起回满断坏进]$")
"""Ends of words that say where or when, and of verbs with their result (蒸发掉, 落下来)."""
_KEPT_END_WORDS = "时间 空间 房间 区间 民间 车间 地下 天下 手下 未来 将来 支出 产出 演出 进出 历来"
_KEPT_END = frozenset(_KEPT_END_WORDS.split())
_BEFORE_NOUN = re.compile(
    "(?:[的个位名种座条台只张件项篇本辆艘颗株支把块家所间该《“和与及、]|[，。；：]由|被|把)$"
)
_BEFORE_VERB = re.compile(
    "(?:[不没未请会能可要应须想去来再已正才都也还就先并曾将地得]|可以|应当|应该|必须|需要|开始|已经)$"
)
_AFTER_NOUN = re.compile("(?:[的是里中上下内外与和及、》”）]|有|在(?!一)|由|被|也|都|[，。；]|$)")
_AFTER_VERB = re.compile("(?:[了着过到出起成得完掉这那它他她其一]|[两三四五六七八九十]+[个条座位])")
_LONGEST = 8


def candidates(text: str, document: str) -> Counter[str]:
    """How often each term stands in `text`; which words are terms goes by the whole document.

    Words that stand together more than once in the document, or whose first is always followed
    by the second, are one term (翻斗式 + 雨量计).
    """
    nouns = _nouns(document)
    pairs = _pairs(document)
    found: Counter[str] = Counter()
    run: list[tuple[int, int]] = []
    for start, end in (*word_spans(text), (len(text) + 1, len(text) + 1)):
        word = text[start:end]
        joined = run and run[-1][1] == start and (text[run[-1][0] : run[-1][1]], word) in pairs
        if run and not joined:
            _put(text[run[0][0] : run[-1][1]], found)
            run = []
        if word in nouns and (not run or end - run[0][0] <= _LONGEST):
            run.append((start, end))
        elif run:
            _put(text[run[0][0] : run[-1][1]], found)
            run = []
    return found


def _put(term: str, found: Counter[str]) -> None:
    if 2 <= len(term) <= _LONGEST:
        found[term] += 1


@lru_cache(maxsize=8)
def _nouns(document: str) -> frozenset[str]:
    """Words that stand more often where a noun does than where a verb does."""
    votes: Counter[str] = Counter()
    for start, end in word_spans(document):
        word = document[start:end]
        if not _may_name(word):
            continue
        before, after = document[max(0, start - 3) : start], document[end : end + 3]
        votes[word] += bool(_BEFORE_NOUN.search(before)) + bool(_AFTER_NOUN.match(after))
        votes[word] -= 2 * bool(_BEFORE_VERB.search(before)) + 2 * bool(_AFTER_VERB.match(after))
    return frozenset(word for word, vote in votes.items() if vote > 0)


def _may_name(word: str) -> bool:
    if len(word) < 2 or word in _NOT_NAMES or _NUMERAL.match(word):
        return False
    if _PLACE_END.search(word) and word not in _KEPT_END:
        return False
    return not _FUNCTION & set(word)


@lru_cache(maxsize=8)
def _pairs(document: str) -> frozenset[tuple[str, str]]:
    """Neighbours of which the document has the pair twice."""
    spans = word_spans(document)
    seen: Counter[tuple[str, str]] = Counter(
        (document[a:b], document[c:d]) for (a, b), (c, d) in pairwise(spans) if b == c
    )
    return frozenset(pair for pair, count in seen.items() if count > 1)
