"""Notes of a section: for each sentence its numbers, names and terms, in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dataflow.evidence.wording import tokens
from dataflow.sft.derive import terms_en, terms_zh

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
_EXACT = re.compile("\\d+|[一二三四五六七八九十百千〇零]{2,}(?!些|样|般)")
"""Numbers that the notes must hold, or they are none."""
_MOST_TERMS = 6
_LEAST_LINES = 3
_COVERED = 0.8
"""Share of the sentences of which there are notes."""
_SHORT, _LONG = 0.3, 0.75
"""Length of notes in that of the section: shorter ones leave too much to be made up, longer ones
would be a copy."""
_MOST = 1500


def notes(said: Sequence[str], document: str, lang: str) -> str:
    """A line for each sentence with what it speaks of; '' where that is too little or too much."""
    lines = [line for one in said if (line := _line(one, document, lang))]
    enough = len(lines) >= _LEAST_LINES and len(lines) >= _COVERED * len(said)
    shown = "\n".join(f"- {line}" for line in lines)
    exact = _EXACT.findall(" ".join(said))
    if any(number not in shown for number in exact):
        return ""  # what is left out would have to be made up
    size = len("".join(said))
    return shown if enough and _SHORT * size <= len(shown) <= min(_MOST, _LONG * size) else ""


def _line(sentence: str, document: str, lang: str) -> str:
    """Numbers with what they count, names and terms; '' for fewer than two."""
    counted = [found.span() for found in NUMBERS[lang].finditer(sentence)]
    candidates = terms_zh.candidates if lang == "zh" else terms_en.candidates
    named: list[tuple[int, int]] = []
    for term in sorted(candidates(sentence, document), key=len, reverse=True):
        found = re.search(rf"(?i){re.escape(term)}", sentence)
        apart = found and all(
            found.end() <= start or end <= found.start() for start, end in [*counted, *named]
        )
        if found and apart and len(named) < _MOST_TERMS:
            named.append(found.span())
    spans = sorted([*counted, *named])
    shown = [sentence[start:end].strip() for start, end in spans]
    kept = [part for index, part in enumerate(shown) if tokens(part) and part not in shown[:index]]
    return (
        ("；" if lang == "zh" else "; ").join(kept)
        if len(kept) > 1 or (counted and kept[0][0] != "一")
        else ""
    )
