"""Quality signals: numbers about a text, apart from any judgement.

Words are runs of letters, marks and digits, held together by `'`, `_` and `-`. There are two ways
to count in scripts without spaces. In `words` and the signals of the default rules each Han, kana
or hangul character is a word. In those of the papers' rules (`segmented_words`, n-grams, entropy)
Chinese is cut by a dictionary, hangul by its spaces, and kana stay words of one character.

Lines are those with something on them. Repetition is counted over lines that hold a word and stand
outside fenced code, so table borders and imports are none; a line repeats when it stands further
up already. One line with an ellipsis at its end is no pattern yet: a text of a single line would
be all ellipses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.quality import kernels as k
from dataflow.quality import line_kernels, ngram_kernels, phrases, prose_kernels, word_kernels
from dataflow.quality.character_classes import class_table
from dataflow.quality.chinese_words import mark_words
from dataflow.text.language import UNDETERMINED
from schemas.signals import SIGNALS

STOP_WORDS = {
    "en": (
        "the", "of", "and", "to", "in", "is", "that", "for", "with", "as", "this", "are", "be",
        "it", "or", "on", "by", "not",
    ),
    "zh": tuple("的是在了和不有也以中之而其为為这這与與于於一上就"),
}  # fmt: skip
"""Function words: 18 English, 20 Chinese, classical ones too, traditional forms beside them."""
GOPHER_STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
"""The eight words of Gopher's rule (Rae et al. 2021)."""
SIGNAL_STRUCT = pl.Struct({name: pl.Float64 for name, _ in SIGNALS})
BATCH_CHARS = 1_000_000
"""Characters measured at once, more only for a single longer text; each takes about 40 bytes."""

Values = NDArray[np.float64]

TABLE_TAG = re.compile(r"</?(?:table|tr|t[hd](?: (?:row|col)span=\"\d+\")*)>")
"""The tags that `dataflow.render` writes for a table with spans: markup, not words."""
_LISTED = tuple(dict.fromkeys(STOP_WORDS["en"] + GOPHER_STOP_WORDS))
_LISTS = np.array(
    [
        sum(1 << i for i, word in enumerate(_LISTED) if word in words)
        for words in (STOP_WORDS["en"], GOPHER_STOP_WORDS)
    ]
)
_PHRASES = phrases.table((phrases.LOREM, *phrases.POLICY))
_MORE = phrases.table(phrases.MORE)[:2]


def _blank(tag: re.Match[str]) -> str:
    return " " * len(tag.group())


def _codes(text: str) -> NDArray[np.uint32]:
    """The code points of `text`."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """Hashes of words as the kernels make them."""
    codes = [_codes(word) for word in words]
    return np.array([k.text_hash(word, 0, word.size) for word in codes], dtype=np.uint64)


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


def counts(texts: Sequence[str]) -> Values:
    """What the kernels count, float64[texts, N_COUNTS].

    >>> found = counts(["two words", "北京很大"])
    >>> found[1, [k.WORDS, k.SEGMENTED]].tolist()
    [4.0, 2.0]
    """
    characters = np.full(0x10000, -1, dtype=np.int32)
    characters[[ord(char) for char in STOP_WORDS["zh"]]] = np.arange(len(STOP_WORDS["zh"]))
    stops = (_hashes(_LISTED), characters)
    found = [np.zeros((0, k.N_COUNTS))]
    found += [_measure(batch, stops) for batch in _batches(texts)]
    return np.concatenate(found)


def _measure(texts: Sequence[str], stops: tuple[NDArray[np.uint64], NDArray[np.int32]]) -> Values:
    """The counts of one batch."""
    codes = _codes("".join(TABLE_TAG.sub(_blank, t) if "<t" in t else t for t in texts))
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    bits = np.take(class_table(), codes)
    mark_words(codes, bits)
    rows = np.zeros((len(texts), k.N_COUNTS))
    words = word_kernels.words_of(codes, bits, ends)
    word_kernels.count_words(codes, bits, words, stops, _LISTS, rows)
    prose_kernels.count_text(codes, bits, ends, words[:2], _PHRASES, rows)
    line_kernels.count_lines(codes, bits, ends, _MORE, rows)
    ngram_kernels.count_runs(codes, bits, ends, words, rows)
    return rows


def _share(part: Values, whole: Values) -> Values:
    """`part / whole`, 0 where there is nothing to share."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


_SHARES: dict[str, tuple[int, int]] = {
    "symbol_ratio": (k.SYMBOLS, k.WORDS),
    "bullet_line_ratio": (k.BULLETS, k.LINES),
    "alphabetic_word_ratio": (k.ALPHABETIC, k.WORDS),
    "duplicate_line_ratio": (k.REPEATED_LINES, k.CONTENT_LINES),
    "duplicate_line_char_ratio": (k.REPEATED_CHARS, k.CONTENT_CHARS),
    "top_2gram_ratio": (k.TOP_PAIR, k.WORD_CHARS),
    "replacement_ratio": (k.REPLACED, k.CHARS),
    "cjk_ratio": (k.CJK_LETTERS, k.LETTERS),
    "mean_segmented_word_length": (k.SEGMENTED_CHARS, k.SEGMENTED),
    "segmented_alphabetic_ratio": (k.SEGMENTED_ALPHABETIC, k.SEGMENTED),
    "hash_ratio": (k.HASHES, k.SEGMENTED),
    "ellipsis_ratio": (k.ELLIPSES, k.SEGMENTED),
    "bracketed_ratio": (k.BRACKETED, k.CHARS),
    "digit_ratio": (k.DIGITS, k.INK),
    "han_ratio": (k.HAN_LETTERS, k.CHARS),
    "more_line_ratio": (k.MORE_LINES, k.LINES),
    "terminal_line_ratio": (k.TERMINAL_LINES, k.LINES),
    "short_line_ratio": (k.SHORT_LINES, k.LINES),
    "mean_line_length": (k.LINE_CHARS, k.LINES),
    "policy_line_ratio": (k.POLICY_LINES, k.LINES),
    "noise_line_ratio": (k.NOISE_LINES, k.PROSE_LINES),
    "noise_word_ratio": (k.NOISE_WORDS, k.PROSE_WORDS),
    "duplicate_paragraph_ratio": (k.REPEATED_PARAGRAPHS, k.PARAGRAPHS),
    "duplicate_paragraph_char_ratio": (k.REPEATED_PARAGRAPH_CHARS, k.PARAGRAPH_CHARS),
    **{f"duplicate_{n}gram_ratio": (k.DUP_5 + n - 5, k.CHARS) for n in range(5, 11)},
}
"""Signals that are one count by another."""
_PLAIN: dict[str, int] = {
    "words": k.WORDS,
    "characters": k.CHARS,
    "segmented_words": k.SEGMENTED,
    "gopher_stop_words": k.STOPS_GOPHER,
    "segmented_stop_words": k.STOPS_SEGMENTED,
    "sentences": k.SENTENCES,
    "long_line_sentences": k.LONG_LINE_SENTENCES,
    "c4_sentences": k.C4_SENTENCES,
    "curly_brackets": k.CURLY,
    "lorem_ipsum": k.LOREM_IPSUM,
    "unique_word_ratio": k.UNIQUE,
    "word_entropy": k.ENTROPY,
}
ELSEWHERE = ("perplexity", "toxic_word_ratio")
"""Signals that other stages fill."""


def signals(frame: pl.DataFrame) -> pl.Series:
    """The signals of each row of `frame`: a struct of Float64 named `signals`."""
    found = counts([text or "" for text in frame["text"].to_list()]).T
    ellipses = found[k.ELLIPSIS_LINES]
    none = [None] * frame.height
    langs = frame["lang"].to_list() if "lang" in frame.columns else none
    values = {
        **{name: _share(found[part], found[whole]) for name, (part, whole) in _SHARES.items()},
        **{name: found[column] for name, column in _PLAIN.items()},
        **{
            f"top_{n}gram_char_ratio": np.minimum(1, _share(found[k.TOP_2 + n - 2], found[k.CHARS]))
            for n in (2, 3, 4)
        },
        "mean_word_length": _or_null(found[k.LATIN_CHARS], found[k.LATIN_WORDS]),
        "ellipsis_line_ratio": _share(np.where(ellipses > 1, ellipses, 0.0), found[k.LINES]),
        "line_break_ratio": _share(np.maximum(found[k.LINES] - 1, 0), found[k.SEGMENTED]),
        "stop_words": _stop_words(found, langs),
        "repeated_13gram_ratio": _or_null(found[k.REPEATED_13], found[k.GRAMS_13]),
        "lang_score": frame["lang_score"] if "lang_score" in frame.columns else none,
        "other_language_share": _other_language(frame),
        "personal_data": _personal_data(frame),
        **dict.fromkeys(ELSEWHERE, none),
    }
    columns = [pl.Series(name, values[name], dtype=pl.Float64) for name, _ in SIGNALS]
    return pl.DataFrame(columns).to_struct("signals")


def _or_null(part: Values, whole: Values) -> list[float | None]:
    """`part / whole`, None where there is nothing to share."""
    return [float(a / b) if b else None for a, b in zip(part, whole, strict=True)]


def _stop_words(found: Values, langs: Sequence[str | None]) -> list[float | None]:
    """Distinct stop words by each row's language."""
    english, chinese = found[k.STOPS_EN], found[k.STOPS_ZH]
    by_lang: dict[str | None, Values] = {"en": english, "zh": chinese}
    by_lang[None] = by_lang[UNDETERMINED] = np.maximum(english, chinese)
    return [
        float(by_lang[lang][row]) if lang in by_lang else None for row, lang in enumerate(langs)
    ]


def _other_language(frame: pl.DataFrame) -> list[float | None]:
    """Share of each text that is not in its language; None without a list of languages."""
    if "languages" not in frame.columns or "lang" not in frame.columns:
        return [None] * frame.height
    found: list[float | None] = []
    for lang, shares in frame.select("lang", "languages").iter_rows():
        own = sum(part["share"] or 0.0 for part in shares or () if part["lang"] == lang)
        found.append(min(1.0, max(0.0, 1.0 - own)) if shares else None)
    return found


def _personal_data(frame: pl.DataFrame) -> list[float | None]:
    """Items of personal data to be dropped in each text; None when none were looked for."""
    if "personal_data" not in frame.columns:
        return [None] * frame.height
    return [
        None if items is None
        else float(sum(item["count"] or 0 for item in items if item["action"] == "drop"))
        for items in frame["personal_data"].to_list()
    ]  # fmt: skip
