"""What a text denies and which way it points: negations, and words that have an opposite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level
from dataflow.evidence.opposites import COMPARED, LONGEST_HAN, OPPOSITES

_DENYING = (
    "not no never none neither nor cannot without nobody nothing nowhere hardly barely lack lacks "
    "lacked lacking"
)
_BARE = (
    "a an the any been be being to of in on at by for with as is are was were has have had do "
    "does did will would can could should may might must it its his her their them him this that "
    "these those longer yet ever only just so very too much more than there and or who which from "
    "into even still also one such"
)

_NEGATORS = frozenset(_DENYING.split())
_HAN_NEGATOR = re.compile("没有|没|未曾|未能|尚未|从未|从不|并非|并不|并未|不|未|无|非|勿|别")
NOT_DENYING = re.compile(
    "不仅|不但|不光|不只|不同|不断|不少|不过|不久|不足|不锈|不管|不论|不如|不得不|不禁|不料|不幸|不得|不可能|不超过|"
    "不到|不等|不丹|不动产|无论|无锡|无线|无数|无人机|无非|无疑|无需|无害|未来|未婚|非常|非洲|非法|非凡|非典|"
    "别人|别墅|别名|别称|特别|区别|分别|级别|类别|性别|差别|个别|告别|识别|鉴别|派别|辨别|"
    "淹没|沉没|没收|出没|没落|莫不|无机|除非|南非|北非|东非|西非|是非|不规则|不可见|不对称"
)
_END = frozenset(("but", "although", "though", "whereas", "while", "however", "because", "except"))
_QUOTES = re.compile('["“”‘’「」『』《》]')
_WIDE = frozenset(("no", "neither", "none", "without", "nobody", "nothing"))
_ALLOWING = frozenset(("may", "allowed", "permitted"))
_MODAL = frozenset("会能可要是有须必应该就被得予宜法权")
_BARRING = frozenset(
    ("不得", "禁止", "严禁", "不许", "不准", "不可以", "不必", "不须", "无须", "无需")
)
_MEASURED = re.compile("[\u4e00-\u9fff]{1,2}(?:[一二两三四五六七八九十半]|$)")
_COMPARING = re.compile("$|[一二两三四五六七八九十百千半几得了很多些出的过于，]")
"""What follows a character that compares: 大 of 比大川年轻 does not."""
_PIECE = re.compile(
    r"[A-Za-z]+(?:'[a-z]+)?|[\u3400-\u9fff]+|\d[\d.,]*|[,.;:!?，。；：！？、()（）]"
)
_SKIPPED = frozenset(_BARE.split())
_REACH = 6
"""Content words after a negator within which it bars what may be done."""
_HAN_REACH = 4
"""Han characters after a negator that it is taken to deny."""


_PHRASES = (
    (re.compile(r"\b(?:(?:must|may|should|can)(?: not|n't)|cannot|must never)\b"), "forbidden not"),
    (re.compile(r"\b(?:need not|needn't|(?:do|does|did|is|are)(?: not|n't) (?:have|need|required) "
                r"to)\b"), "optional"),
    (re.compile(r"\b(?:at least|(?:no|not) (?:less|fewer) than)\b"), "atleast"),
    (re.compile(r"\b(?:at most|(?:no|not) more than)\b"), "atmost"),
    (re.compile(r"\b(?:has|have|had) to\b"), "must"),
    (re.compile(r"\bno longer than\b"), "atmost"),
    (re.compile(r"\b(?:switch|turn)(?:e[sd]|s|ing|ed)? ((?:[a-z-]+ ){0,3}?)(on|off)\b"),
     r"\1switch\2"),
    (re.compile(r"\b(the|his|her|its|their|your) (left|right) (?!to\b|of\b|time|way|place|after)"),
     r"\1 \2side "),
    (re.compile(r"\bnot (?:only|just|merely)\b"), ""),
    (re.compile(r"\b(?:nothing|nobody|no one)\b(?=\s(?:at|for|from|in|of|on|to|with)\b|[.,;]|$)"),
     "not,"),
    (re.compile(r"\b(t[ao]k(?:e|es|en|ing)|took|hand(?:s|ed|ing)?|turn(?:s|ed|ing)?|g(?:o|oes|one)|"
                r"carr(?:y|ies|ied)|pass(?:es|ed)?|left) over\b"), r"\1"),
    (re.compile(r"\b(?:not|n't)\b(?=[^.;]{0,60}\buntil\b)"), ""),
    (re.compile(r"\b(?:not|n't)\b(?=[^.,;]{0,40}\b(?:as|so)\b[^.,;]{1,25}\bas\b)"), "lesser"),
    (re.compile("没有(?=[^,，。;]{1,10}[高低多少大小长短快慢早晚好差重轻贵远近强](?:[,，。;]|$))"),
     "弱比"),
)  # fmt: skip
"""Several words that mean one: obligation, permission, bounds."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A word with an opposite: the pair, the side (turned round by a negator), where it stands."""

    line: int
    side: int
    start: int


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text denies and which way it points.

    `denied` are the words (Han: pairs of characters) that follow a negator, `said` those that
    stand free. `turns` are the words that have an opposite, in their order.
    """

    negations: int
    denied: frozenset[str]
    said: frozenset[str]
    turns: tuple[Turn, ...]


@lru_cache(maxsize=2048)
def polarity_of(text: str) -> Polarity:
    """The polarity of `text`, English or Chinese.

    >>> polarity_of("It did not rise.").turns[-1].side == polarity_of("It fell.").turns[0].side
    True
    >>> sorted(polarity_of("The pass is not open.").denied)
    ['open']
    """
    text = _QUOTES.sub("", level(text).casefold())
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    reading = _Reading()
    reach = denying = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece[0] >= "\u3400":
            reading.han(piece, match.start())
        elif piece in _NEGATORS or piece.endswith("n't"):
            reading.negations, reach = reading.negations + 1, 1 + (piece in _WIDE)
            denying = _REACH
            reading.turn(piece, match.start(), denied=False)
        elif not piece[0].isalnum() or piece in _END:
            reach = denying = 0
        elif piece not in _SKIPPED or piece in OPPOSITES:
            (reading.denied if reach else reading.said).add(piece)
            barred = denying > 0 and piece in _ALLOWING
            reading.turn(piece, match.start(), denied=bool(reach) or barred)
            reach, denying = max(0, reach - 1), max(0, denying - 1)
    said, denied = frozenset(reading.said), frozenset(reading.denied)
    return Polarity(reading.negations, denied, said, tuple(reading.turns))


class _Reading:
    """What was found so far."""

    def __init__(self) -> None:
        self.negations = 0
        self.denied: set[str] = set()
        self.said: set[str] = set()
        self.turns: list[Turn] = []

    def turn(self, word: str, start: int, *, denied: bool) -> None:
        """Notes the word if it has an opposite."""
        if word in OPPOSITES:
            for line, side in OPPOSITES[word]:
                self.turns.append(Turn(line, -side if denied else side, start))

    def han(self, run: str, start: int) -> None:
        """Reads a run of Han characters that begins at `start`."""
        blocked = [match.span() for match in NOT_DENYING.finditer(run)]
        until, at = -1, 0
        while at < len(run):
            word = _opposite(run, at)
            match = _HAN_NEGATOR.match(run, at)
            if match and len(word) <= len(match[0]) and not _within(at, blocked):
                self.negations, at = self.negations + 1, match.end()
                until = at + _HAN_REACH
                self.denied.add(_head(run, at))
                continue
            if word:
                weaker = word in COMPARED and "弱比" in run[:at]
                self.turn(word, start + at, denied=weaker or at < until)
                if word in _BARRING or word[0] in "没无":
                    self.negations += 1
                    self.denied.add(_head(run, at + len(word)))
            if at >= until:
                self.said.update(run[i : i + 2] for i in range(at, at + max(1, len(word))))
            at += len(word) or 1


def _head(run: str, at: int) -> str:
    """The two characters that a negator before `at` denies, modal verbs left out."""
    while at < len(run) - 1 and run[at] in _MODAL:
        at += 1
    return run[at : at + 2]


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(begin <= at < end for begin, end in spans)


def _opposite(run: str, at: int) -> str:
    """The longest word with an opposite that begins at `at`; '' for none.

    One character alone is one only after 比 (than), for comparisons; 多 and 少 also before a verb
    and a number, 前 and 后 at the end of a clause.
    """
    for size in range(min(LONGEST_HAN, len(run) - at), 1, -1):
        if run[at : at + size] in OPPOSITES:
            return run[at : at + size]
    if run[at] in COMPARED and "比" in run[max(0, at - 12) : at] and _COMPARING.match(run, at + 1):
        return run[at]
    if run[at] in "多少" and _MEASURED.match(run, at + 1):
        return run[at]
    last = at == len(run) - 1 and at > 0
    return run[at] if last and run[at] in "前后" and run[at - 1] not in "目当提最今然先背空" else ""
