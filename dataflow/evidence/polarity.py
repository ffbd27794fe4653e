"""What a text denies and which way it points: negations, and words that have an opposite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level
from dataflow.evidence.opposites import LONGEST_HAN, OPPOSITES

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
_NOT_DENYING = re.compile(
    "不仅|不但|不光|不只|不同|不断|不少|不过|不久|不足|不锈|不管|不论|不如|不得不|不禁|不料|不幸|不得|不可能|不超过|"
    "不到|不等|不丹|不动产|无论|无锡|无线|无数|无人机|无非|无疑|无需|无害|未来|未婚|非常|非洲|非法|非凡|非典|"
    "别人|别墅|别名|别称|特别|区别|分别|级别|类别|性别|差别|个别|告别|识别|鉴别|派别|辨别|"
    "淹没|沉没|没收|出没|没落|莫不|无机|除非|南非|北非|东非|西非|是非|不规则|不可见|不对称"
)
_END = frozenset(("but", "although", "though", "whereas", "while", "however", "because", "except"))
_PIECE = re.compile(
    r"[A-Za-z]+(?:'[a-z]+)?|[\u3400-\u9fff]+|\d[\d.,]*|[,.;:!?，。；：！？、()（）]"
)
_SKIPPED = frozenset(_BARE.split())
_HEADS = 2
"""Content words after a negator that it is taken to deny."""
_HAN_REACH = 4
"""Han characters after a negator that it is taken to deny."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text denies and which way it points.

    `denied` are the words (Han: runs) that follow a negator, `said` the words that stand free.
    `directions` are pairs of opposites with the side that the text takes; a negator before the
    word turns the side round.
    """

    negations: int
    denied: frozenset[str]
    said: frozenset[str]
    directions: frozenset[tuple[int, int]]


@lru_cache(maxsize=1024)
def polarity_of(text: str) -> Polarity:
    """The polarity of `text`, English or Chinese.

    >>> polarity_of("It did not rise.").directions == polarity_of("It fell.").directions
    True
    >>> sorted(polarity_of("The pass is not open.").denied)
    ['open']
    """
    count, reach = 0, 0
    denied: set[str] = set()
    said: set[str] = set()
    directions: set[tuple[int, int]] = set()
    for piece in _PIECE.findall(level(text).casefold()):
        if piece[0] >= "\u3400":
            count += _han(piece, denied, said, directions)
            continue
        if piece in _NEGATORS or piece.endswith("n't") or piece == "cannot":
            count, reach = count + 1, _HEADS
        elif not piece[0].isalnum() or piece in _END:
            reach = 0
        elif piece not in _SKIPPED or piece in OPPOSITES:
            (denied if reach else said).add(piece)
            if piece in OPPOSITES:
                line, side = OPPOSITES[piece]
                directions.add((line, -side if reach else side))
            reach = max(0, reach - 1)
    return Polarity(count, frozenset(denied), frozenset(said), frozenset(directions))


def _han(run: str, denied: set[str], said: set[str], directions: set[tuple[int, int]]) -> int:
    """How many negators stand in a run of Han characters; fills the sets."""
    blocked = [match.span() for match in _NOT_DENYING.finditer(run)]
    until, count, at = -1, 0, 0
    free: list[str] = []
    while at < len(run):
        match = _HAN_NEGATOR.match(run, at)
        if match and not any(a <= at < b for a, b in blocked):
            count, at = count + 1, match.end()
            until = at + _HAN_REACH
            denied.add(run[at : at + 2])
            continue
        for size in range(min(LONGEST_HAN, len(run) - at), 0, -1):
            found = OPPOSITES.get(run[at : at + size])
            if found is not None and (size > 1 or len(run) < 3):
                directions.add((found[0], -found[1] if at < until else found[1]))
                break
        if at >= until:
            free.append(run[at : at + 2])
        at += 1
    said.update(free)
    return count
