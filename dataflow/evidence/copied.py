"""Chinese clauses that are a clause of the quote but for a part, and what that part says.

A clause is compared with each of the quote, character by character (numbers and dates by value).
What stands in it for something else, between the same neighbours, is a change of fact when it is
the opposite, or what the quote says in another place, or no word of the quote for one of its names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from dataflow.evidence.han_words import han_names, words_of
from dataflow.evidence.levelling import level
from dataflow.evidence.proper_names import names_of
from dataflow.evidence.roles import passive
from dataflow.evidence.terms import HAN_FUNCTION, Clause, clauses_of

_LEAST_COPIED = 0.5
"""Share of a clause's terms that another must have in the same order to be compared with it."""
_LEAST_HELD = 0.8
"""Share of a clause of the quote that a longer clause must hold to be let pass for it."""
_LEAST_CONTEXT = 2
_DROPPED = frozenset("了着过的得“”\"'《》「」『』也都才就还便则")
_PRONOUNS = frozenset("他她它其该这那此谁者")
_NEGATORS = frozenset("不没未无非")
_ROLE_ENDINGS = frozenset("者家员师长人手士生工匠")
_NO_NOUN = frozenset("pcudrmfy")
_MOST_CLAUSES = 100
_OPPOSED = (
    "前后 上下 左右 东西 南北 内外 里外 大小 多少 高低 长短 快慢 早晚 早迟 轻重 软硬 深浅 宽窄 厚薄 冷热 "
    "干湿 新旧 增减 升降 涨跌 涨落 开关 开闭 买卖 进出 入出 加减 来去 胜负 胜败 赢输 男女 父母 夫妻 昼夜 日夜 "
    "春秋 夏冬 始终 先后 正负 公私 生死 活死 真假 对错 强弱 明暗 远近 甜苦 粗细 黑白 老少 借还 收放 收发 存取 "
    "推拉 哥弟 姐妹 儿女 首末 长幼 贵贱 贫富 好坏 优劣 满空 动静 分合 攻守 得失 盈亏 主客 横竖 阴晴 古今 "
    "雌雄 公母 奇偶 单双 松紧 稀密 疏密 锐钝 清浊 升落 起落 聚散 胖瘦 美丑 迎送 问答 教学 授受 嫁娶 爱恨 "
    "喜厌 褒贬 奖罚 赏罚 醒睡 立坐 站坐 穿脱 戴摘 装卸 装拆 建拆 添减 扩缩 伸缩 浮沉 凹凸 直弯 曲直 熟生 "
)
_PAIRS = frozenset(
    pair for two in _OPPOSED.split() if len(two) == 2 for pair in (two, two[::-1])
)
_RELATING = frozenset("比于胜输赢给从向让教借租嫁娶")
"""Clauses with these may say the same with an opposite and what it joins exchanged."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in a clause (`said`) where another one has `given`; each as keys of terms."""

    given: tuple[str, ...]
    said: tuple[str, ...]
    context: int

    @property
    def held(self) -> bool:
        """Whether both sides say something."""
        return bool(_trimmed(self.given) and _trimmed(self.said))


def altered(answer: str, quote: str) -> str:
    """What a copied Chinese clause of `answer` has that changes what the quote says, '' for none.

    A clause is let pass when it copies any clause of the quote without such a change.

    >>> altered("铜器放在西厅。", "铜器放在东厅，瓷器放在西厅。")
    '西'
    >>> altered("候鸟三月南返。", "候鸟三月北返。"), altered("候鸟三月返回。", "候鸟三月北返。")
    ('南', '')
    >>> altered("瓷器放在西厅。", "铜器放在东厅，瓷器放在西厅。")
    ''
    """
    given = [(other, _sequence(other)) for other in clauses_of(quote)]
    for clause in clauses_of(answer):
        keys = _sequence(clause)
        found = ""
        for other, theirs in given[:_MOST_CLAUSES]:
            parts, copied = _compared(keys, theirs)
            if not parts and not copied:
                continue
            wrong = _wrong(parts, clause, other, quote)
            if not wrong:
                found = ""
                break
            found = found or (wrong if copied else "")
        if found:
            return found
    return ""


def _sequence(clause: Clause) -> tuple[str, ...]:
    """Keys of the terms that count, in their order."""
    return tuple(term.key for term in clause.terms if term.word not in _DROPPED)


def _compared(said: tuple[str, ...], given: tuple[str, ...]) -> tuple[list[Part], bool]:
    """What `said` has in place of something else, and whether it is a copy of `given`.

    Nothing when it neither is one nor holds nearly all of it.
    """
    copied = max(2.0, _LEAST_COPIED * len(said))
    least = min(copied, max(2.0, _LEAST_HELD * len(given)))
    if len(set(said) & set(given)) < least / 2:
        return [], False
    found: list[Part] = []
    equal = left = 0
    a = b = c = d = 0
    for block in Levenshtein.opcodes(given, said):
        if block.tag != "equal":
            b, d = block.src_end, block.dest_end
            continue
        size = block.src_end - block.src_start
        if b > a or d > c:
            found.append(Part(given[a:b], said[c:d], _context(left, size, a and c)))
        equal, left = equal + size, size
        a = b = block.src_end
        c = d = block.dest_end
    if b > a or d > c:
        found.append(Part(given[a:b], said[c:d], _context(left, -1, a and c)))
    return (found, equal >= copied) if equal >= least else ([], False)


def _context(left: int, right: int, inside: int) -> int:
    """How many neighbours are the same; 0 unless there are some, or an end, on both sides."""
    if (left == 0 and inside) or right == 0:
        return 0
    return left + max(right, 0)


def _wrong(parts: list[Part], clause: Clause, other: Clause, quote: str) -> str:
    """What of the parts says something else, '' for nothing."""
    changed = [p for p in parts if p.held and not _PRONOUNS & {*p.given, *p.said}]
    turned = [p for p in changed if _opposite(p)]
    relating = bool(_RELATING & set(clause.text)) and len(turned) != len(changed)
    if clause.polarity.negations != other.polarity.negations:
        return _denied(parts)
    if turned and not relating:
        return "".join(turned[0].said)
    if passive(clause) != passive(other) or turned:
        return ""
    for part in changed:
        said = "".join(_trimmed(part.said))
        if _elsewhere(part, clause, other, quote) or _for_a_name(part, quote):
            return said.strip("#@ ")
    return ""


def _denied(parts: list[Part]) -> str:
    """The negator by which alone a clause differs from a copy of it, '' for none."""
    found = [p for p in parts if _NEGATORS & {*p.given, *p.said}]
    if len(found) != 1 or any(part.held for part in parts):
        return ""
    return "".join(found[0].said or found[0].given) if _bare(found[0]) else ""


def _bare(part: Part) -> bool:
    return not _trimmed(part.given) and not _trimmed(part.said) and part.context >= _LEAST_CONTEXT


def _trimmed(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Without function characters at both ends."""
    begin, end = 0, len(keys)
    while begin < end and keys[begin] in HAN_FUNCTION:
        begin += 1
    while end > begin and keys[end - 1] in HAN_FUNCTION:
        end -= 1
    return keys[begin:end]


def _opposite(part: Part) -> bool:
    """Whether the parts hold two characters that are opposites, and neither both."""
    if part.context < _LEAST_CONTEXT:
        return False
    given, said = set(part.given), set(part.said)
    return any(
        pair[0] in given and pair[1] in said and pair[1] not in given and pair[0] not in said
        for pair in _PAIRS
    )


def _elsewhere(part: Part, clause: Clause, other: Clause, quote: str) -> bool:
    """Whether the quote says in another place what stands here for something else."""
    said, given = _trimmed(part.said), _trimmed(part.given)
    if part.context < _LEAST_CONTEXT or not said:
        return False
    if len(given) == 1 and given[0][0] not in "#@" and not _noun_with(given[0], other):
        return False
    if len(said) == 1 and said[0][0] not in "#@":
        word = _noun_with(said[0], clause)
        return bool(word) and word in level(quote)
    return any(_run_in(said, _sequence(one)) for one in clauses_of(quote))


def _run_in(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _noun_with(character: str, clause: Clause) -> str:
    """The first word of a clause with that character, '' unless it is long or a noun."""
    word = next((word for word in words_of(clause.text) if character in word.text), None)
    return word.text if word is not None and (len(word.text) > 1 or word.tag == "n") else ""


def _for_a_name(part: Part, quote: str) -> bool:
    """Whether something that the quote has not stands for one of its names."""
    said, given = "".join(_trimmed(part.said)), "".join(_trimmed(part.given))
    if part.context < _LEAST_CONTEXT or len(said) < 2 or any(c in quote for c in said):
        return False
    if said[-1] in _ROLE_ENDINGS or words_of(said)[-1].tag[0] in _NO_NOUN:
        return False
    return any(
        (name in given and len(given) <= len(name) + 2) or (len(given) > 1 and given in name)
        for name in names_in(quote)
    )


@lru_cache(maxsize=512)
def names_in(quote: str) -> tuple[str, ...]:
    """Chinese names of a text, by rules and by the dictionary."""
    ruled = (name.text for name in names_of(quote, "zh") if name.text[0] > "\u3000")
    return tuple(dict.fromkeys((*ruled, *han_names(quote))))
