"""Notes of a section: its sentences without the words that carry nothing, in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dataflow.evidence.wording import tokens
from dataflow.sft.rules.whole import wide
from dataflow.sft.rules.words import word_spans

_HAN = "[一二两三四五六七八九十百千万〇零半]{1,8}"
_ZH_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ZH_UNIT = (
    "(?:平方米|立方米|平方公里|公里|千米|厘米|毫米|摄氏度|公顷|公斤|小时|分钟|个月|年代|[天日年月个名支根米吨"
    "元升克秒倍种次项座条篇件届岁亩斤两点张袋筐桶瓶锅成级步句遍段排根家位台棵只度])"
)
NUMBERS = {
    "en": re.compile(
        r"(?:[$€£]\s?)?\d[\d,.:/-]*(?<![.,:/-])(?:\s?[%°℃]C?|\s(?!(?:and|by|is|per|or|the|of|in|to|at|it|on|for)\b)"
        r"(?:[a-z]+|[A-Z][a-z]+\s\d{4}))?"
        r"|\b(?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December)(?:\s\d{1,2}(?!\d))?(?:,?\s\d{4})?"
        r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
        r"|sixty|seventy|eighty|ninety|half|hundred)(?:[ -][a-z]+)?\s"
        r"(?!(?:and|is|per|or|the|of|in|to|at|it)\b)[a-z]+"
    ),
    "zh": re.compile(
        rf"(?:\d{{4}}|[一二三四五六七八九〇零]{{4}})\s?年(?:\s?{_ZH_SMALL}\s?月(?:\s?{_ZH_SMALL}\s?日)?)?"
        rf"|{_ZH_SMALL}\s?月(?:\s?{_ZH_SMALL}\s?日)?|百分之{_HAN}(?:点{_HAN})?|{_HAN}分之{_HAN}"
        rf"|[约近]?(?:\d[\d,.]*(?<![.,])|{_HAN}(?:点{_HAN})?)\s?(?:[%％℃]|{_ZH_UNIT})"
        r"|\d[\d,.:：/-]*(?<![.,:：/-])"
    ),
}
_EN_EMPTY = re.compile(
    r"(?P<kept>\b(?:to|can|could|may|might|must|shall|should|will|would|cannot|need|not|[a-z]+n[’']t)"
    r"(?: (?:not|never|only|always|also|then|still|[a-z]+ly))? (?:be|have been|has been)\b"
    r"|(?<=[a-z0-9] )(?:that|which|who) (?!(?:is|are|was|were|has been|have been|had been) ))"
    r"|\b(?:the|an?(?!\.)|is|are|was|were|am|be|been|being|has been|have been|had been|there"
    r"|it is|it was|that|which|who|its|their|his|her|our|very|also|then|therefore|thus|however|so"
    r"|indeed|just|quite|rather|still|even|moreover|furthermore|finally|he|she|it|they|we|I)\b ?",
    re.IGNORECASE,
)
"""Articles, forms of be, pronouns, and words that join sentences.

`kept` is what would be misread without it: the verb behind “may”, and what opens a clause."""
_ZH_EMPTY_WORDS = (
    "的 了 着 也 都 就 才 又 还 很 则 便 却 而 但 并 并且 而且 但是 不过 因此 所以 于是 然而 "
    "同时 另外 此外 其实 当然 于 被 把 将 它 他 她 它们 其 "
    "地 得 之 所 以 一个 一种 一直 已经 已 曾 曾经 往往 非常 十分 比较 从而 进行"
)
_ZH_EMPTY = frozenset(_ZH_EMPTY_WORDS.split())
_ZH_ONE = re.compile("一(?:[家道座条项张位名只片段部本篇根]|种|个)(?=[\u4e00-\u9fff]{2})|为(?=\\d)")
"""“A” before a noun, and “is” before a number."""
_LEAST_LINES = 3
_COVERED = 0.9
"""Share of the sentences of which there are notes."""
_LONG = {"en": 0.86, "zh": 0.93}
"""Share of the section's tokens above which the notes would be a copy. English sections keep about
.75 of their words; Chinese has neither articles nor forms of be and keeps about .9."""
_MOST = 1500


def notes(said: Sequence[str], lang: str) -> str:
    r"""A line for each sentence without its empty words; '' where that leaves too much of them.

    Nothing that has a content is left out: who writes the passage must make nothing up.

    >>> notes(["The mill is old.", "It was built by monks.", "There is a pond beside it."], "en")
    '- mill old\n- built by monks\n- pond beside'
    """
    shorten = _chinese if lang == "zh" else _english
    lines = [line for one in said if (line := shorten(one))]
    enough = len(lines) >= _LEAST_LINES and len(lines) >= _COVERED * len(said)
    shown = "\n".join(f"- {line}" for line in lines)
    size = len(tokens(" ".join(said)))
    short = len(shown) <= _MOST and len(tokens(shown)) <= _LONG[lang] * size
    return shown if enough and short else ""


def _english(sentence: str) -> str:
    """The sentence in the style of a telegram, '' for less than two words."""
    bare = _EN_EMPTY.sub(lambda found: found["kept"] or "", sentence)
    bare = re.sub(r" {2,}", " ", bare).strip(" .!")
    bare = re.sub(r"\s+([,;:.])", r"\1", bare).strip(" ,;:")
    return bare if len(tokens(bare)) > 1 else ""


def _chinese(sentence: str) -> str:
    """The sentence without particles, pronouns and connectives, its clauses between semicolons."""
    kept, at = "", 0
    for start, end in word_spans(sentence):
        kept += sentence[at:start]
        kept += "" if sentence[start:end] in _ZH_EMPTY else sentence[start:end]
        at = end
    kept = _ZH_ONE.sub("", kept + sentence[at:])
    parts = [part.strip() for part in re.split("[，。；！]", wide(kept, "zh"))]
    bare = "；".join(part for part in parts if tokens(part))
    return bare if len(tokens(bare)) > 1 else ""
