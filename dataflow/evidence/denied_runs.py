"""Whether a quote denies what it has word by word, by what stands before that in its clause.

A run of a quote's tokens is no evidence for an answer where a negator that reaches it stands before
it in its clause: 能够抵御洪水 in 该堤坝不能够抵御洪水, "safe to drink" in "not at all safe to
drink".
"""

from __future__ import annotations

import re
from functools import lru_cache

from dataflow.evidence.han_words import words_of
from dataflow.evidence.polarity import NOT_DENYING
from dataflow.evidence.wording import cjk_share, tokens

_STOP = re.compile(r"[。；！？，：;!?:\n]|(?<!\d)[,.]|[,.](?!\d)")
_MOST, _LONGEST_FRONT = 200, 300
"""Places of a run that are looked at, and characters before each: bounds the time."""
_CUT = re.compile(r"\b(?:but|although|though|while|whereas|because|since|unless|yet)\b")
_LOOSE = (
    r"(?:(?:\w+ly|at all|in any way|in fact|ever|so|very|too|even|always|quite|longer|also|still|"
    r"is|are|was|were|be|been|being|am|has|have|had|do|does|did|will|would|can|could|may|might|"
    r"must|shall|should|to|going|able|considered|deemed|allowed|permitted|"
    r"an?|the|any|his|her|its|their) )*"
)
"""What a denial reaches over; no word in two ways, else time would double with each."""
_SAYING = (
    r"(?:that|says?|said|shows?|showed|shown|suggests?|suggested|proves?|proved|indicat\w+|"
    r"confirm\w*)"
)
_NOUN = r"(?!(?:who|that|which|in|on|at|for|with|of|to|and|or|the|an?|is|are|was|were)\b)\w+"
_TRUTH = r"(?:true|certain|clear|proven|proved|shown|established|known|the case|likely|confirmed)"
_DENIED = re.compile(
    r"\b(?:"
    rf"(?:not|never|cannot|hardly|scarcely|barely|rarely|seldom|neither|nor|without) {_LOOSE}"
    rf"|(?:not|never|neither|nor|far from) {_LOOSE}{_TRUTH} that {_LOOSE}"
    rf"|no (?:{_NOUN} ){{0,3}}{_LOOSE}"
    rf"|(?:no|without|not any|lacks?|lacked) (?:\w+ ){{1,3}}{_SAYING} (?:that )?{_LOOSE}"
    rf"|(?:nobody|nothing|none|no one|neither) (?!to\b)(?:else )?(?:of (?:\w+ ){{1,3}})?{_LOOSE}"
    r"|(?:den(?:y|ies|ied|ying)|disput(?:es?|ed)|disprov(?:es?|ed)|doubts?|doubted|"
    r"refut(?:es?|ed)|false|untrue|incorrect|wrong|unlikely|impossible|myth|unproven|unclear|"
    rf"uncertain) (?:that|whether) {_LOOSE}"
    r"|(?:fail(?:s|ed|ing)?|refus(?:es?|ed|ing)|declin(?:es?|ed)|unable) to (?:\w+ly )?"
    r")$"
)
_SPARING = re.compile(
    r"\bnot (?:only|just|merely|until|simply|unlike)\b|\bno (?:doubt|question|wonder|matter|"
    r"sooner|(?:longer|more|less|fewer|later|earlier) than)\b|\bwithout (?:a )?doubt\b"
)
_NEGATOR = re.compile(
    r"\b(?:not|never|cannot|no|nobody|nothing|none|without|hardly|den(?:y|ies|ied)|"
    r"doubt(?:s|ed)?|fail(?:s|ed)?|refused|unable|false|untrue|wrong|impossible|unlikely)\b"
)
_OTHER_NOUN = re.compile(rf"\bno (?:(?!{_SAYING}\b)\w+ ){{1,3}}$")
_DETERMINER = frozenset(("the", "a", "an", "this", "these", "those", "his", "her", "its", "their"))
"""Begin another noun than the one that "no" denies: "with no side effects the drug works"."""

_HAN_LOOSE = (
    "(?:能够|能|会|可以|可|要|应该|应|该|必须|必|被|再|很|太|都|全|是|完全|真正|一定|允许|准许|让|得到|"
    "所有|每[个位名]|任何|有|在|曾经|曾|已经|真的|真|那么|这么|十分|非常|怎么|直接|立即|随意|擅自|"
    "需要|需|想|肯|敢|愿意|打算|准备|说|一[个位名例种]|人|谁){0,6}"
)
_HAN_SAYING = (
    "(?:[^没无不]{0,6}?(?:证据|依据|迹象|研究|资料|数据|理由|人|记录|把握)|能|能够|可以)?"
    "(?:可以|可|能够|能|足以)?(?:直接|充分)?"
    "(?:表明|证明|显示|说明|证实|认为|相信|支持|指出|保证|确定|断定|看出)[了过]?"
)
_HAN_NEGATOR = (
    "没有|没|未曾|未能|尚未|从未|从不|并非|绝非|并不|并未|绝不|不得|不能|不可能|不许|不准|无法|无须|无需|"
    "禁止|严禁|难以|拒绝|否认|毫无|不|未|无|非|勿|莫|(?:^|(?<=[请你您千万切]))别"
)
_HAN_DENIED = re.compile(
    f"(?P<negator>{_HAN_NEGATOR})(?:(?:{_HAN_SAYING})?{_HAN_LOOSE}|任何[^的不没无]{{1,6}}"
    "|(?:一[个名位例种家]|[^的不没无]{0,2}人)[^的不没无]{0,4})$"
)
_HAN_DOUBLE = re.compile("(?:没有?|无|未|非|不|难|勿)[^不没无未非]{0,4}$")
_HAN_CUT = re.compile("但是|但|然而|而是|而|却|反而|所以|因此|于是|并且|且")
_HAN_FRONT = 40
_PREDICATE = frozenset(("v", "vd", "vi", "vg", "a", "ad", "ag", "i", "l"))
_MOSTLY = 0.5


def denied_run(quote: str, answer: str) -> bool:
    """Whether `quote` denies the tokens of `answer` wherever it has them as one run.

    Of a Chinese run only with a verb or an adjective in it: nouns are what a denial is about.

    >>> denied_run("In all groups no side effects were seen.", "side effects were seen")
    True
    >>> [denied_run(quote, "抵御洪水") for quote in ("堤坝不能抵御洪水", "不仅能抵御洪水")]
    [True, False]
    """
    needle = _joined(tokens(answer))
    found = 0
    for clause in _clauses(quote) if needle.strip() else ():
        at = clause.find(needle)
        while at >= 0 and found < _MOST:
            if not _denies(clause[max(0, at + 1 - _LONGEST_FRONT) : at + 1], needle):
                return False
            found, at = found + 1, clause.find(needle, at + 1)
    return found > 0


@lru_cache(maxsize=256)
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(_joined(tokens(piece)) for piece in _STOP.split(text))


def _joined(found: tuple[str, ...]) -> str:
    return f" {' '.join(found)} "


def _denies(front: str, run: str) -> bool:
    """Whether what stands before a run in its clause denies it."""
    if cjk_share(run) > _MOSTLY:
        return _han_denies(front.replace(" ", "")[-_HAN_FRONT:], run.replace(" ", ""))
    front = _CUT.split(front)[-1]
    if _SPARING.search(front) or not _DENIED.search(front):
        return False
    if _OTHER_NOUN.search(front) and run.split()[0] in _DETERMINER:
        return False
    return len(_NEGATOR.findall(front)) <= 1


def _han_denies(front: str, run: str) -> bool:
    front = _HAN_CUT.split(front)[-1]
    spared = [match.span() for match in NOT_DENYING.finditer(front + run[:2])]
    for at in range(len(front)):
        match = _HAN_DENIED.match(front, at)
        if match is None or _HAN_DOUBLE.search(front[:at]):
            continue
        size = len(match["negator"])
        asked = at > 0 and front[at - 1] == (front + run)[at + 1]  # 能不能
        if not asked and not any(a <= at < b and b - a > size for a, b in spared):
            return _says(run)
    return False


def _says(run: str) -> bool:
    """Whether a Chinese run has a predicate, and not only one before 的 of a noun."""
    words = words_of(run)
    of = max((place for place, word in enumerate(words) if word.text == "的"), default=-1)
    said = [word.tag in _PREDICATE for word in words]
    return any(said[of + 1 :]) or said[:1] == [True]
