"""Whether a text layer can be language: simple counts that a wrong font map upsets.

A PDF says with each font which characters its glyphs stand for. Where that map is wrong the page
looks right and its text is shifted letters, rare Han or mojibake. Nothing here knows words: each
count holds for all languages of a script, and what it doubts is recognised and compared.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœ")
WORD = re.compile(r"[a-zà-öø-ÿ]{4,}")
MIN_WORDS = 30
ODD_WORDS = 0.09
"""Share of words without a vowel, with five consonants or four vowels in a row. English prose and
Python code: 0 to .006, German .06, Polish .16 in tongue-twisters only; English under 40 random
permutations of its letters: .18 to .58, under the 25 shifts .16 to .50."""
MIN_HAN = 40
RARE_HAN = 0.15
"""Share of Han outside of the first levels of GB 2312, Big5 and JIS X 0208, which were drawn up
by frequency. Running text has .00 to .02, Han picked evenly from Unicode .66, UTF-8 read as GBK
.62, text that is out by a few code points .51 to .65."""
MIN_PROSE = 200
PARTICLES = frozenset(
    "的一是不在了有和人这中大为上个国地到以与之其而也於及等年于我你他说時这這個為國來會對們沒"
)
FEW_PARTICLES = 0.015
"""Share of the commonest characters below which 200 Han and more are no sentences. Prose has .13
to .22; common characters picked evenly .011, a map that is out by a few places .001 to .007."""
MIN_LATIN = 40
FOREIGN = 0.35
"""Share of letters U+00A1 to U+00FF from which text is bytes of another encoding read as Latin-1;
Icelandic has .12, French .05, Chinese in UTF-8 or GBK read so .5 and more."""
AGREE = 0.5
"""Share of a layer's pairs of neighbouring characters that recognition must see too for the layer
to be right. Right layers: .85 and more even at one error in twenty; wrong ones: below .15."""


def implausible(text: str) -> str:
    """Why a page's text can hardly be language, '' when it can or there is too little to tell.

    >>> implausible("a few words")
    ''
    """
    return _latin(text) or _words(text) or _han(text)


def _latin(text: str) -> str:
    solid = [char for char in text if not char.isspace()]
    if len(solid) < MIN_LATIN:
        return ""
    share = sum("\u00a1" <= char <= "\u00ff" for char in solid) / len(solid)
    return f"{share:.0%} of the characters are accented or signs" if share > FOREIGN else ""


def _words(text: str) -> str:
    words = WORD.findall(text)
    if len(words) < max(MIN_WORDS, sum("\u3400" <= char <= "\u9fff" for char in text) / 4):
        return ""
    share = sum(map(odd, words)) / len(words)
    return f"{share:.0%} of the words cannot be spoken" if share > ODD_WORDS else ""


def odd(word: str) -> bool:
    """Whether a word of Latin letters has no vowel, or far too many of a kind in a row.

    >>> [odd(word) for word in ("strengths", "uijt", "queueing", "wkhvh")]
    [True, False, True, True]
    """
    shape = "".join("v" if char in VOWELS else "c" for char in word)
    return "v" not in shape or "ccccc" in shape or "vvvv" in shape


def _han(text: str) -> str:
    han = [char for char in text if "\u3400" <= char <= "\u9fff"]
    if len(han) < MIN_HAN:
        return ""
    rare = sum(not common(char) for char in han) / len(han)
    if rare > RARE_HAN:
        return f"{rare:.0%} of the Han are rare ones"
    few = sum(char in PARTICLES for char in han) / len(han)
    kana = any("\u3040" <= char <= "\u30ff" for char in text)
    if len(han) >= MIN_PROSE and few < FEW_PARTICLES and not kana:
        return f"only {few:.1%} of {len(han)} Han are those of any sentence"
    return ""


@cache
def common(char: str) -> bool:
    """Whether a Han is in the frequent level of a national standard.

    >>> [common(char) for char in "国國锛"]
    [True, True, False]
    """
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6),
                                  ("euc_jp", 0xB0, 0xCF)):  # fmt: skip
        try:
            code = char.encode(encoding)
        except UnicodeEncodeError:
            continue
        if len(code) == 2 and first <= code[0] <= last:
            return True
    return False


def agreement(layer: str, read: str) -> float:
    """Share of the layer's pairs of neighbouring characters that recognition saw too.

    White space and case do not count; order does not matter beyond the pairs.

    >>> agreement("The mill", "the  mi1l")
    0.6666666666666666
    """
    said, seen = (_pairs(text) for text in (layer, read))
    return (said & seen).total() / max(1, said.total())


def _pairs(text: str) -> Counter[str]:
    solid = "".join(text.casefold().split())
    return Counter(solid[index : index + 2] for index in range(len(solid) - 1))
