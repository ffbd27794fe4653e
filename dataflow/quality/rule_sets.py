"""The named rule sets: data rows, each with the paper that its bound is from.

`default` is for a corpus of documents: most of them are wanted, so it was set so that short
notices, tables of figures and manuals pass, while navigation, dumps and noise still fail. The
others are the papers' rules for web pages, of which most are worthless, at the papers' numbers.

The papers' English numbers are for languages that are written as English is. Chinese has rows of
its own in each set, with the numbers that FineWeb-2 measured for it (`zh-web` adds those of MAP-CC
and ChineseWebText); where no paper has a number for Chinese, as for C4's sentences or short lines,
there is no row. So a set can be chosen for a corpus in both languages.

Left out, since no signal of a single text says so: lists of addresses, C4's spans of three
sentences that other pages have, bad words (`toxic_words` has its own list), ChineseWebText's rule
that a text must be in simplified characters. C4's .99 is the score of another language detector.
MAP-CC's longest text, 10,000 characters, would drop each report and book; its bounds for runs of
5 to 10 characters, .6, and for their counterparts of 2 to 4 are weaker than FineWeb-2's for words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.records import Reason

Bound = Literal["min", "max"]


@dataclass(frozen=True)
class Rule:
    """A row: texts in `langs` whose `signal` is beyond `threshold` are rejected for `reason`.

    `min` rejects smaller values, `max` larger ones; a null signal never rejects. A row without
    `langs` is for the languages that no other row of the same set, reason and signal names.
    """

    reason: Reason
    signal: str
    bound: Bound
    threshold: float
    langs: tuple[str, ...] | None
    citation: str
    rule_set: str = "default"


SPACED_LATIN = (
    "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fr", "ga", "gl", "hr", "hu", "id", "is",
    "it", "lt", "lv", "ms", "nl", "nn", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tr", "vi",
)  # fmt: skip
"""Languages written in Latin letters with spaces. In other texts the Latin words are names and
units, and their length says nothing."""
_GOPHER = "Gopher (Rae et al. 2021)"
_C4 = "C4 (Raffel et al. 2020)"
_FINEWEB = "FineWeb (Penedo et al. 2024)"
_FINEWEB2 = "FineWeb-2 cmn_Hani (Penedo et al. 2025)"
_MAPCC = "MAP-CC (Du et al. 2024)"
_CHINESEWEBTEXT = "ChineseWebText (Chen et al. 2023)"
_REFINEDWEB = "RefinedWeb (Penedo et al. 2023)"
_MEMORY = "; from memory of the paper"
_ZH = ("zh",)

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(Reason.TOO_SHORT, "words", "min", 20, None,
         f"{_GOPHER}: 50; lower, as a notice or an abstract is a document"),
    Rule(Reason.TOO_SHORT, "words", "min", 30, _ZH,
         f"{_GOPHER}: 50 words; ours, 30 characters are about 20 words"),
    Rule(Reason.TOO_LONG, "words", "max", 1_000_000, None,
         f"{_GOPHER}: 100,000; higher, as books and manuals are longer"),
    Rule(Reason.TOO_LONG, "words", "max", 2_000_000, _ZH,
         f"{_GOPHER}: 100,000 words; ours, counted in characters"),
    Rule(Reason.MEAN_WORD_LENGTH_LOW, "mean_word_length", "min", 3, SPACED_LATIN, _GOPHER),
    Rule(Reason.MEAN_WORD_LENGTH_HIGH, "mean_word_length", "max", 10, SPACED_LATIN, _GOPHER),
    Rule(Reason.SYMBOL_RATIO, "symbol_ratio", "max", 0.1, None,
         f"{_GOPHER}; MAP-CC for Chinese; Markdown headings are not counted"),
    Rule(Reason.BULLET_LINES, "bullet_line_ratio", "max", 0.95, None,
         f"{_GOPHER} and MAP-CC: 0.9; higher, as change logs are lists"),
    Rule(Reason.ELLIPSIS_LINES, "ellipsis_line_ratio", "max", 0.3, None,
         f"{_GOPHER}; MAP-CC for Chinese"),
    Rule(Reason.FEW_ALPHABETIC_WORDS, "alphabetic_word_ratio", "min", 0.5, None,
         f"{_GOPHER}: 0.8, {_FINEWEB2}: 0.735; lower, as reports hold tables of figures"),
    Rule(Reason.FEW_STOP_WORDS, "stop_words", "min", 2, ("en",),
         f"{_GOPHER}: 2 of 8; ours, 2 of 18, so that short texts pass"),
    Rule(Reason.FEW_STOP_WORDS, "stop_words", "min", 1, _ZH,
         f"{_FINEWEB2}: 2 of 22; lower, as verse and proverbs hardly have any"),
    Rule(Reason.DUPLICATE_LINES, "duplicate_line_ratio", "max", 0.4, None,
         f"{_GOPHER}: 0.3, {_FINEWEB2}: 0.287; higher, as manuals repeat labels"),
    Rule(Reason.DUPLICATE_LINE_CHARACTERS, "duplicate_line_char_ratio", "max", 0.3, None,
         f"{_GOPHER}: 0.2, {_FINEWEB2}: 0.1; higher, as manuals repeat labels"),
    Rule(Reason.TOP_NGRAM, "top_2gram_ratio", "max", 0.2, None,
         f"{_GOPHER}; pairs that occur three times or more"),
    Rule(Reason.TOP_NGRAM, "top_2gram_ratio", "max", 0.256, _ZH,
         f"{_FINEWEB2}; pairs of characters"),
    Rule(Reason.REPLACEMENT_CHARACTERS, "replacement_ratio", "max", 0.01, None,
         "ours: one unreadable character in a hundred means a broken text layer or encoding"),
)  # fmt: skip
"""In the order in which the first failing rule names the reason."""

ALWAYS: tuple[Rule, ...] = (
    Rule(Reason.TOXIC_WORDS, "toxic_word_ratio", "max", 0.017, None,
         "Data-Juicer recipe for Chinese (Chen et al. 2023); without a list nothing is measured",
         "always"),
    Rule(Reason.PERSONAL_DATA, "personal_data", "max", 0, None,
         "ours: what the recipe wants dropped, if it looks for any", "always"),
)  # fmt: skip
"""In force with each set: they only reject what the recipe had looked for."""

Row = tuple[Reason, str, Bound, float, tuple[str, ...] | None, str]
"""A rule without the name of its set."""


def _runs(bounds: tuple[float, ...], langs: tuple[str, ...] | None, citation: str) -> list[Row]:
    """Rows for the most frequent runs of 2 to 4 words and the repeated ones of 5 to 10."""
    top = [
        (Reason.TOP_NGRAM, f"top_{n}gram_char_ratio", bound)
        for n, bound in enumerate(bounds[:3], start=2)
    ]
    repeated = [
        (Reason.DUPLICATE_NGRAMS, f"duplicate_{n}gram_ratio", bound)
        for n, bound in enumerate(bounds[3:], start=5)
    ]
    return [
        (reason, signal, "max", bound, langs, citation) for reason, signal, bound in top + repeated
    ]


_GOPHER_ROWS: tuple[Row, ...] = (
    (Reason.TOO_SHORT, "segmented_words", "min", 50, None, _GOPHER),
    (Reason.TOO_LONG, "segmented_words", "max", 100_000, None, _GOPHER),
    (Reason.MEAN_WORD_LENGTH_LOW, "mean_segmented_word_length", "min", 3, SPACED_LATIN, _GOPHER),
    (Reason.MEAN_WORD_LENGTH_HIGH, "mean_segmented_word_length", "max", 10, SPACED_LATIN, _GOPHER),
    (Reason.BULLET_LINES, "bullet_line_ratio", "max", 0.9, None, _GOPHER),
    (Reason.ELLIPSIS_LINES, "ellipsis_line_ratio", "max", 0.3, None, _GOPHER),
    (Reason.FEW_ALPHABETIC_WORDS, "segmented_alphabetic_ratio", "min", 0.8, None, _GOPHER),
    (Reason.FEW_STOP_WORDS, "gopher_stop_words", "min", 2, ("en",), _GOPHER),
    (Reason.DUPLICATE_LINES, "duplicate_line_ratio", "max", 0.3, None, _GOPHER),
    (Reason.DUPLICATE_LINE_CHARACTERS, "duplicate_line_char_ratio", "max", 0.2, None, _GOPHER),
    *_runs((0.20, 0.18, 0.16, 0.15, 0.14, 0.13, 0.12, 0.11, 0.10), None, _GOPHER),
    (Reason.HASH_MARKS, "hash_ratio", "max", 0.1, None,
     f"{_GOPHER}; Markdown headings are not counted"),
    (Reason.ELLIPSES, "ellipsis_ratio", "max", 0.1, None, _GOPHER),
    (Reason.DUPLICATE_PARAGRAPHS, "duplicate_paragraph_ratio", "max", 0.3, None, _GOPHER),
    (Reason.DUPLICATE_PARAGRAPH_CHARACTERS, "duplicate_paragraph_char_ratio", "max", 0.2, None,
     _GOPHER),
)  # fmt: skip
_GOPHER_ZH: tuple[Row, ...] = (
    (Reason.MEAN_WORD_LENGTH_LOW, "mean_segmented_word_length", "min", 1, _ZH, _FINEWEB2),
    (Reason.MEAN_WORD_LENGTH_HIGH, "mean_segmented_word_length", "max", 5, _ZH, _FINEWEB2),
    (Reason.FEW_ALPHABETIC_WORDS, "segmented_alphabetic_ratio", "min", 0.735, _ZH, _FINEWEB2),
    (Reason.FEW_STOP_WORDS, "segmented_stop_words", "min", 2, _ZH,
     f"{_FINEWEB2}: 2 of 22; of our 20"),
    (Reason.DUPLICATE_LINES, "duplicate_line_ratio", "max", 0.287, _ZH, _FINEWEB2),
    *_runs((0.256, 0.201, 0.171, 0.198, 0.182, 0.167, 0.154, 0.14, 0.127), _ZH, _FINEWEB2),
)  # fmt: skip
"""What differs for Chinese; the other rows of Gopher hold for it, words counted by segmentation."""
_C4_PAGE: tuple[Row, ...] = (
    (Reason.LOREM_IPSUM, "lorem_ipsum", "max", 0, None, _C4),
    (Reason.CURLY_BRACKETS, "curly_brackets", "max", 0, SPACED_LATIN,
     f"{_C4}; drops whatever holds code"),
)  # fmt: skip
_MAPCC_SENTENCES: Row = (
    Reason.FEW_SENTENCES, "sentences", "min", 2, _ZH, f"{_MAPCC}, for Chinese",
)  # fmt: skip
_FINEWEB_ROWS: tuple[Row, ...] = (
    (Reason.FEW_SENTENCES, "long_line_sentences", "min", 5, ("en",),
     f"{_FINEWEB}: C4's rule without its marks at the end of lines"),
    _MAPCC_SENTENCES,
    (Reason.FEW_TERMINAL_LINES, "terminal_line_ratio", "min", 0.12, SPACED_LATIN, _FINEWEB),
    (Reason.SHORT_LINES, "short_line_ratio", "max", 0.67, SPACED_LATIN, _FINEWEB),
    (Reason.MANY_LINE_BREAKS, "line_break_ratio", "max", 0.3, SPACED_LATIN, _FINEWEB),
    (Reason.DUPLICATE_LINE_CHARACTERS, "duplicate_line_char_ratio", "max", 0.01, None, _FINEWEB),
    (Reason.UNSURE_LANGUAGE, "lang_score", "min", 0.65, ("en",), f"{_FINEWEB}{_MEMORY}"),
)  # fmt: skip
_FINEWEB_ZH: tuple[Row, ...] = (
    (Reason.FEW_TERMINAL_LINES, "terminal_line_ratio", "min", 0.106, _ZH, _FINEWEB2),
    (Reason.MANY_LINE_BREAKS, "line_break_ratio", "max", 0.178, _ZH, _FINEWEB2),
    (Reason.DUPLICATE_LINE_CHARACTERS, "duplicate_line_char_ratio", "max", 0.1, _ZH, _FINEWEB2),
    (Reason.UNSURE_LANGUAGE, "lang_score", "min", 0.692, _ZH, _FINEWEB2),
)
_CHINESE_ROWS: tuple[Row, ...] = (
    _MAPCC_SENTENCES,
    (Reason.TOO_SHORT, "characters", "min", 201, _ZH, f"{_CHINESEWEBTEXT}: more than 200"),
    (Reason.MEAN_WORD_LENGTH_LOW, "mean_segmented_word_length", "min", 1.3, _ZH, _MAPCC),
    (Reason.SHORT_LINES, "mean_line_length", "min", 10, _ZH, _CHINESEWEBTEXT),
    (Reason.FEW_HAN_CHARACTERS, "han_ratio", "min", 0.3, _ZH, _CHINESEWEBTEXT),
    (Reason.BRACKETED, "bracketed_ratio", "max", 0.1, _ZH, _MAPCC),
    (Reason.TOO_MANY_DIGITS, "digit_ratio", "max", 0.3, _ZH, _MAPCC),
    (Reason.MORE_LINES, "more_line_ratio", "max", 0.3, _ZH, _MAPCC),
    (Reason.FEW_UNIQUE_WORDS, "unique_word_ratio", "min", 0.1, _ZH,
     f"{_MAPCC}; of words where its code takes characters"),
    (Reason.LOW_ENTROPY, "word_entropy", "min", 3, _ZH,
     f"{_MAPCC}; of words where its code takes characters"),
    (Reason.LOREM_IPSUM, "lorem_ipsum", "max", 0, _ZH, _MAPCC),
    (Reason.DUPLICATE_NGRAMS, "repeated_13gram_ratio", "max", 0.5, _ZH, _CHINESEWEBTEXT),
)  # fmt: skip


def _beside(rows: tuple[Row, ...], others: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows of a signal and language that `others` have no row for, and then those."""
    taken = {(row[0], row[1], row[4]) for row in others}
    return (*(row for row in rows if (row[0], row[1], row[4]) not in taken), *others)


def _for_chinese(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows for any language as rows for Chinese."""
    return tuple((*row[:4], _ZH, row[5]) for row in rows if row[4] is None)


_GOPHER_BOTH = (*_GOPHER_ROWS, *_GOPHER_ZH)
_ROWS: dict[str, tuple[Row, ...]] = {
    "gopher": _GOPHER_BOTH,
    "c4": (
        (Reason.FEW_SENTENCES, "c4_sentences", "min", 5, ("en",), _C4),
        _MAPCC_SENTENCES,
        *_C4_PAGE,
    ),
    "fineweb": _beside(_GOPHER_BOTH, (*_C4_PAGE, *_FINEWEB_ROWS, *_FINEWEB_ZH)),
    "zh-web": _beside(
        _beside(_for_chinese(_GOPHER_ROWS), _GOPHER_ZH), (*_FINEWEB_ZH, *_CHINESE_ROWS)
    ),
    "refinedweb-lines": (
        (Reason.NOISE_WORDS, "noise_word_ratio", "max", 0.05, None, f"{_REFINEDWEB}{_MEMORY}"),
        (Reason.UNSURE_LANGUAGE, "lang_score", "min", 0.65, ("en",), f"{_REFINEDWEB}{_MEMORY}"),
    ),
}
RULE_SETS: dict[str, tuple[Rule, ...]] = {
    "default": DEFAULT_RULES,
    **{name: tuple(Rule(*row, name) for row in rows) for name, rows in _ROWS.items()},
}
"""By name; several may be combined, a text must then pass all of them."""
