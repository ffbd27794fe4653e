"""Quality signals: numbers about a text, apart from any judgement.

Words are runs of letters, marks and digits, held together by `'`, `_` and `-`; each Han, kana or
hangul character is a word. Lines are those with something on them. Repetition is counted over
lines that hold a word and stand outside fenced code, so table borders and imports are none; a
line repeats when it stands further up already. One line with an ellipsis at its end is no pattern
yet: a text of a single line would be all ellipses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.quality import kernels
from dataflow.quality.character_classes import class_table
from dataflow.text.language import UNDETERMINED
from schemas.tables import SIGNALS

STOP_WORDS = {
    "en": (
        "the", "of", "and", "to", "in", "is", "that", "for", "with", "as", "this", "are", "be",
        "it", "or", "on", "by", "not",
    ),
    "zh": tuple("的是在了和不有也以中之而其为為这這与與于於一上就"),
}  # fmt: skip
"""Function words: 18 English, 20 Chinese, classical ones too, traditional forms beside them."""
SIGNAL_STRUCT = pl.Struct({name: pl.Float64 for name, _ in SIGNALS})
BATCH_CHARS = 4_000_000
"""Characters measured at once, more only for a single longer text; each takes about 14 bytes."""


TABLE_TAG = re.compile(r"</?(?:table|tr|t[hd](?: (?:row|col)span=\"\d+\")*)>")
"""The tags that `dataflow.render` writes for a table with spans: markup, not words."""


def _blank(tag: re.Match[str]) -> str:
    return " " * len(tag.group())


def _codes(text: str) -> NDArray[np.uint32]:
    """The code points of `text`."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _stop_hashes(lang: str) -> NDArray[np.uint64]:
    """Hashes of the stop words of `lang` as the kernels make them."""
    words = [_codes(word) for word in STOP_WORDS[lang]]
    return np.array([kernels.text_hash(word, 0, word.size) for word in words], dtype=np.uint64)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Runs of `texts` of at most `BATCH_CHARS` characters, or of one text."""
    start, size = 0, 0
    for i, text in enumerate(texts):
        if i > start and size + len(text) > BATCH_CHARS:
            yield texts[start:i]
            start, size = i, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]


def counts(texts: Sequence[str]) -> NDArray[np.float64]:
    """What the kernels count, float64[texts, N_COUNTS].

    >>> int(counts(["two words", "三个字"])[1, kernels.WORDS])
    3
    """
    stops = (_stop_hashes("en"), _stop_hashes("zh"))
    table = class_table()
    found = [np.zeros((0, kernels.N_COUNTS))]
    for batch in _batches(texts):
        codes = _codes("".join(TABLE_TAG.sub(_blank, text) for text in batch))
        ends = np.cumsum([len(text) for text in batch], dtype=np.int64)
        found.append(kernels.measure(codes, table[codes], ends, stops))
    return np.concatenate(found)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """`part / whole`, 0 where there is nothing to share."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def signals(frame: pl.DataFrame) -> pl.Series:
    """The signals of each row of `frame`: a struct of Float64 named `signals`."""
    found = counts([text or "" for text in frame["text"].to_list()]).T
    ellipses = found[kernels.ELLIPSIS_LINES]
    none = [None] * frame.height
    langs = frame["lang"].to_list() if "lang" in frame.columns else none
    scores = frame["lang_score"] if "lang_score" in frame.columns else none
    values = {
        "words": found[kernels.WORDS],
        "mean_word_length": _word_length(found),
        "symbol_ratio": _share(found[kernels.SYMBOLS], found[kernels.WORDS]),
        "bullet_line_ratio": _share(found[kernels.BULLETS], found[kernels.LINES]),
        "ellipsis_line_ratio": _share(np.where(ellipses > 1, ellipses, 0.0), found[kernels.LINES]),
        "alphabetic_word_ratio": _share(found[kernels.ALPHABETIC], found[kernels.WORDS]),
        "stop_words": _stop_words(found, langs),
        "duplicate_line_ratio": _share(found[kernels.REPEATED_LINES], found[kernels.CONTENT_LINES]),
        "duplicate_line_char_ratio": _share(
            found[kernels.REPEATED_CHARS], found[kernels.CONTENT_CHARS]
        ),
        "top_2gram_ratio": _share(found[kernels.TOP_CHARS], found[kernels.WORD_CHARS]),
        "replacement_ratio": _share(found[kernels.REPLACED], found[kernels.CHARS]),
        "cjk_ratio": _share(found[kernels.CJK_LETTERS], found[kernels.LETTERS]),
        "lang_score": scores,
        **dict.fromkeys(
            ("other_language_share", "perplexity", "toxic_word_ratio", "personal_data"), none
        ),
    }
    columns = [pl.Series(name, values[name], dtype=pl.Float64) for name, _ in SIGNALS]
    return pl.DataFrame(columns).to_struct("signals")


def _word_length(found: NDArray[np.float64]) -> list[float | None]:
    """Mean characters per word with Latin letters; None without any."""
    pairs = zip(found[kernels.LATIN_CHARS], found[kernels.LATIN_WORDS], strict=True)
    return [float(chars / words) if words else None for chars, words in pairs]


def _stop_words(found: NDArray[np.float64], langs: Sequence[str | None]) -> list[float | None]:
    """Distinct stop words by each row's language."""
    english, chinese = found[kernels.STOPS_EN], found[kernels.STOPS_ZH]
    by_lang: dict[str | None, NDArray[np.float64]] = {"en": english, "zh": chinese}
    by_lang[None] = by_lang[UNDETERMINED] = np.maximum(english, chinese)
    return [
        float(by_lang[lang][row]) if lang in by_lang else None for row, lang in enumerate(langs)
    ]
