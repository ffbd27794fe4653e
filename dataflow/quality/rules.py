"""Filter rules: data rows with a paper's default, and the stage that holds texts against them.

The papers filter web pages, of which most are worthless; a corpus of documents is small and most
of it is wanted. Where a default differs from its paper the row says so: it was set so that short
notices, tables of figures and manuals pass, while navigation, dumps and noise still fail.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Literal, NamedTuple

import polars as pl

from dataflow.stage import Split, check_conserved, reject_frame
from dataflow.text.language import UNDETERMINED
from schemas.errors import RecipeError, SchemaError
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import SIGNALS

Overrides = Mapping[str, float] | tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Rule:
    """A row: texts in `langs` whose `signal` is beyond `threshold` are rejected for `reason`.

    `min` rejects smaller values, `max` larger ones; a null signal never rejects. A row without
    `langs` is for the languages that no other row of the same reason names.
    """

    reason: Reason
    signal: str
    bound: Literal["min", "max"]
    threshold: float
    langs: tuple[str, ...] | None
    citation: str


_ALPHABETIC = (
    "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fr", "ga", "gl", "hr", "hu", "id", "is",
    "it", "lt", "lv", "ms", "nl", "nn", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tr", "vi",
)  # fmt: skip
"""Languages written in Latin letters with spaces. In other texts the Latin words are names and
units, and their length says nothing."""
_GOPHER = "Gopher (Rae et al. 2021)"
_FINEWEB2 = "FineWeb-2 cmn_Hani (Penedo et al. 2025)"

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(Reason.TOO_SHORT, "words", "min", 20, None,
         f"{_GOPHER}: 50; lower, as a notice or an abstract is a document"),
    Rule(Reason.TOO_SHORT, "words", "min", 30, ("zh",),
         f"{_GOPHER}: 50 words; ours, 30 characters are about 20 words"),
    Rule(Reason.TOO_LONG, "words", "max", 1_000_000, None,
         f"{_GOPHER}: 100,000; higher, as books and manuals are longer"),
    Rule(Reason.TOO_LONG, "words", "max", 2_000_000, ("zh",),
         f"{_GOPHER}: 100,000 words; ours, counted in characters"),
    Rule(Reason.MEAN_WORD_LENGTH_LOW, "mean_word_length", "min", 3, _ALPHABETIC, _GOPHER),
    Rule(Reason.MEAN_WORD_LENGTH_HIGH, "mean_word_length", "max", 10, _ALPHABETIC, _GOPHER),
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
    Rule(Reason.FEW_STOP_WORDS, "stop_words", "min", 1, ("zh",),
         f"{_FINEWEB2}: 2 of 22; lower, as verse and proverbs hardly have any"),
    Rule(Reason.DUPLICATE_LINES, "duplicate_line_ratio", "max", 0.4, None,
         f"{_GOPHER}: 0.3, {_FINEWEB2}: 0.287; higher, as manuals repeat labels"),
    Rule(Reason.DUPLICATE_LINE_CHARACTERS, "duplicate_line_char_ratio", "max", 0.3, None,
         f"{_GOPHER}: 0.2, {_FINEWEB2}: 0.1; higher, as manuals repeat labels"),
    Rule(Reason.TOP_NGRAM, "top_2gram_ratio", "max", 0.2, None,
         f"{_GOPHER}; pairs that occur three times or more"),
    Rule(Reason.TOP_NGRAM, "top_2gram_ratio", "max", 0.256, ("zh",),
         f"{_FINEWEB2}; pairs of characters"),
    Rule(Reason.REPLACEMENT_CHARACTERS, "replacement_ratio", "max", 0.01, None,
         "ours: one unreadable character in a hundred means a broken text layer or encoding"),
)  # fmt: skip
"""In the order in which the first failing rule names the reason."""


class _Test(NamedTuple):
    """An expression that is true for rows a rule rejects, and what to say about them."""

    reason: Reason
    signal: str
    bound: str
    threshold: float | None
    fails: pl.Expr


def _known(key: str, *, with_lang: bool = True) -> str:
    """`key` if it is the `reason` (or `reason:lang`) of a default rule; raises RecipeError else."""
    reasons = sorted({rule.reason.value for rule in DEFAULT_RULES})
    reason, colon, lang = key.partition(":")
    if reason in reasons and (not colon or (with_lang and len(lang) in (2, 3) and lang.islower())):
        return key
    close = difflib.get_close_matches(reason, reasons, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(reasons)}"
    form = " (a threshold may name a language, such as 'too_short:zh')" if with_lang else ""
    raise RecipeError(f"filter: {key!r} is no rule; {hint}{form}")


@dataclass(frozen=True)
class FilterRules:
    """Splits: rows that pass all rules are kept, each other row has one reject row.

    `thresholds` replaces defaults by reason, for all languages (`too_short = 50`) or for one
    (`"too_short:zh" = 80`); `off` names reasons that are not tested. With `languages` set, texts
    in others are rejected as `wrong_language`. Needs the columns `doc_id` and `signals`, uses
    `lang` and `source` when there. Raises RecipeError for an unknown reason, SchemaError for a
    frame without signals.
    """

    VERSION: ClassVar[int] = 1

    thresholds: Overrides = ()
    off: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Makes the fields sorted tuples, so that equal options have one repr and hash."""
        given = self.thresholds
        pairs = given.items() if isinstance(given, Mapping) else given
        thresholds = tuple(sorted((_known(str(key)), float(value)) for key, value in pairs))
        off = tuple(sorted({_known(str(key), with_lang=False) for key in self.off}))
        object.__setattr__(self, "thresholds", thresholds)
        object.__setattr__(self, "off", off)
        object.__setattr__(self, "languages", tuple(sorted(set(self.languages))))

    def rules(self) -> tuple[Rule, ...]:
        """The rows in force, in order: defaults with this stage's thresholds, without those off."""
        reasons = dict.fromkeys(rule.reason for rule in DEFAULT_RULES)
        chosen = dict(self.thresholds)
        return tuple(
            row
            for reason in reasons
            if reason.value not in self.off
            for row in _rows(reason, chosen)
        )

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Kept rows in order, and a reject row for each of the others, in order too.

        Its reason, value and threshold are those of the first failing rule; its detail names all.
        """
        if "signals" not in frame.columns:
            raise SchemaError("filter: no column 'signals'; run the score stage first")
        tests = self._tests("lang" in frame.columns)
        failed = frame.select(
            test.fails.fill_null(value=False).alias(str(i)) for i, test in enumerate(tests)
        )
        bad = (
            reduce(or_, failed.get_columns())
            if tests
            else pl.repeat(False, frame.height, eager=True)
        )
        kept = frame.filter(~bad)
        rejected = reject_frame(_rejects(frame.filter(bad), failed.filter(bad), tests))
        check_conserved("filter", frame.height, kept.height, rejected.height)
        return Split(kept, rejected)

    def _tests(self, has_lang: bool) -> list[_Test]:
        """What is tested, in order; without a language column only rows for any language."""
        lang = pl.col("lang").fill_null(UNDETERMINED) if has_lang else pl.lit(UNDETERMINED)
        tests: list[_Test] = []
        if self.languages:
            tests.append(
                _Test(Reason.WRONG_LANGUAGE, "lang", "in", None, ~lang.is_in(list(self.languages)))
            )
        rules = self.rules()
        named: dict[Reason, set[str]] = {rule.reason: set() for rule in rules}
        for rule in rules:
            named[rule.reason] |= set(rule.langs or ())
        for rule in rules:
            value = pl.col("signals").struct.field(rule.signal)
            beyond = value < rule.threshold if rule.bound == "min" else value > rule.threshold
            if rule.langs is None:
                meant = ~lang.is_in(sorted(named[rule.reason]))
            else:
                meant = lang.is_in(list(rule.langs))
            test = _Test(rule.reason, rule.signal, rule.bound, rule.threshold, beyond & meant)
            tests.append(test)
        return tests

    def rules_table(self) -> list[dict[str, Any]]:
        """The rows in force as plain values, with what each signal means, for the report."""
        about = dict(SIGNALS)
        return [
            {
                "reason": rule.reason.value,
                "signal": rule.signal,
                "bound": rule.bound,
                "threshold": float(rule.threshold),
                "langs": list(rule.langs) if rule.langs else None,
                "citation": rule.citation,
                "about": about[rule.signal],
            }
            for rule in self.rules()
        ]


def _rows(reason: Reason, chosen: Mapping[str, float]) -> list[Rule]:
    """The default rows of `reason` with the chosen thresholds, and one for each language named."""
    prefix = f"{reason.value}:"
    own = {key.removeprefix(prefix): chosen[key] for key in chosen if key.startswith(prefix)}
    defaults = [rule for rule in DEFAULT_RULES if rule.reason is reason]
    rows: list[Rule] = []
    for rule in defaults:
        rest = None if rule.langs is None else tuple(x for x in rule.langs if x not in own)
        if rest != ():
            rows.append(_changed(rule, chosen.get(reason.value, rule.threshold), rest))
    return rows + [_changed(defaults[0], own[lang], (lang,)) for lang in sorted(own)]


def _changed(rule: Rule, threshold: float, langs: tuple[str, ...] | None) -> Rule:
    """`rule` with another threshold and languages; its citation names the recipe if it differs."""
    ours = rule.citation if threshold == rule.threshold else f"recipe (default {rule.threshold:g})"
    return Rule(rule.reason, rule.signal, rule.bound, threshold, langs, ours)


def _rejects(frame: pl.DataFrame, failed: pl.DataFrame, tests: list[_Test]) -> list[Reject]:
    """A reject for each row of `frame`; `failed` says by test which rows it rejects."""
    sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
    langs = frame["lang"].to_list() if "lang" in frame.columns else [None] * frame.height
    rows = zip(
        frame["doc_id"], sources, langs, frame["signals"].to_list(), failed.iter_rows(), strict=True
    )
    found = []
    for doc_id, source, lang, signals, verdicts in rows:
        broken = [test for test, fails in zip(tests, verdicts, strict=True) if fails]
        first = broken[0]
        found.append(
            Reject(
                id=doc_id,
                level=Level.DOCUMENT,
                stage=StageName.FILTER,
                reason=first.reason,
                source=source or "",
                detail="; ".join(_sentence(test, signals, lang) for test in broken),
                value=None if first.threshold is None else signals[first.signal],
                threshold=first.threshold,
            )
        )
    return found


def _sentence(test: _Test, signals: dict[str, float], lang: str | None) -> str:
    """What was found and what is allowed, such as `too_short: words 12 < 20`."""
    if test.threshold is None:
        return f"{test.reason.value}: {lang or UNDETERMINED}"
    sign = "<" if test.bound == "min" else ">"
    value = f"{signals[test.signal]:.4g}"
    return f"{test.reason.value}: {test.signal} {value} {sign} {test.threshold:g}"
