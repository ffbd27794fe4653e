"""Which bins each measured quantity is counted in, and which bounds its rules set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataflow.report.display import visible
from dataflow.report.model import RejectGroup
from dataflow.report.numbers import Bound
from dataflow.report.tally import Scale
from schemas.errors import RecipeError
from schemas.records import Reason, StageName

TOKENS = Scale("log", 1.0, 2.0**30)
CHUNK_TOKENS = Scale("linear", 16.0, 16384.0)
SIMILARITY = Scale("linear", 0.01, 1.0)

_SHARE = Scale("linear", 0.01, 1.0)
_FINE = Scale("linear", 0.002, 1.0)
SIGNAL_SCALES: dict[str, Scale] = {
    "words": TOKENS,
    "mean_word_length": Scale("linear", 0.25, 32.0),
    "symbol_ratio": Scale("linear", 0.005, 1.0),
    "bullet_line_ratio": _SHARE,
    "ellipsis_line_ratio": _SHARE,
    "alphabetic_word_ratio": _SHARE,
    "stop_words": Scale("linear", 1.0, 64.0),
    "duplicate_line_ratio": _SHARE,
    "duplicate_line_char_ratio": _SHARE,
    "top_2gram_ratio": _SHARE,
    "replacement_ratio": Scale("linear", 0.0005, 1.0),
    "cjk_ratio": _SHARE,
    "lang_score": _SHARE,
    "characters": TOKENS,
    "segmented_words": TOKENS,
    "mean_segmented_word_length": Scale("linear", 0.1, 32.0),
    "segmented_alphabetic_ratio": _FINE,
    "gopher_stop_words": Scale("linear", 1.0, 8.0),
    "segmented_stop_words": Scale("linear", 1.0, 64.0),
    "hash_ratio": Scale("linear", 0.005, 1.0),
    "ellipsis_ratio": Scale("linear", 0.005, 1.0),
    "bracketed_ratio": _SHARE,
    "digit_ratio": _SHARE,
    "han_ratio": _SHARE,
    "unique_word_ratio": _SHARE,
    "word_entropy": Scale("linear", 0.1, 16.0),
    "sentences": TOKENS,
    "long_line_sentences": TOKENS,
    "c4_sentences": TOKENS,
    "terminal_line_ratio": _FINE,
    "short_line_ratio": _SHARE,
    "mean_line_length": TOKENS,
    "line_break_ratio": _FINE,
    "more_line_ratio": _SHARE,
    "policy_line_ratio": _SHARE,
    "lorem_ipsum": Scale("linear", 1.0, 64.0),
    "curly_brackets": TOKENS,
    "noise_line_ratio": _SHARE,
    "noise_word_ratio": _SHARE,
    "duplicate_paragraph_ratio": _SHARE,
    "duplicate_paragraph_char_ratio": _SHARE,
    **{f"top_{n}gram_char_ratio": _FINE for n in (2, 3, 4)},
    **{f"duplicate_{n}gram_ratio": _FINE for n in range(5, 11)},
    "repeated_13gram_ratio": _SHARE,
    "other_language_share": _SHARE,
    "perplexity": Scale("log", 1.0, 2.0**30),
    "toxic_word_ratio": Scale("linear", 0.001, 1.0),
    "personal_data": Scale("linear", 1.0, 64.0),
}
"""Steps are fine enough for the default bounds to fall on an edge."""

LANGUAGES_NAMED = 2


def signal_of_reason() -> dict[str, str]:
    """Reason code -> the signal that the rules hold against a bound for it.

    Where sets have different signals for one reason, that of the first set that has any.
    """
    from dataflow.quality.rule_sets import ALWAYS, RULE_SETS

    found = {
        Reason.MIXED_LANGUAGE.value: "other_language_share",
        Reason.PERPLEXITY_LOW.value: "perplexity",
        Reason.PERPLEXITY_HIGH.value: "perplexity",
    }
    for rules in (*RULE_SETS.values(), ALWAYS):
        for rule in rules:
            found.setdefault(rule.reason.value, rule.signal)
    return found


def rule_bounds(recipe: Mapping[str, Any]) -> dict[str, tuple[Bound, ...]]:
    """Signal -> bounds of the rules that the recipe in a manifest put in force.

    Empty when the run did not filter, or by rules that this version does not know.
    """
    options = recipe.get("filter")
    if not isinstance(options, Mapping) or "filter" in recipe.get("run", {}).get("skip", ()):
        return {}
    from dataflow.quality.rules import FilterRules

    try:
        rules = FilterRules(
            tuple(options.get("sets", ("default",))),
            tuple((name, value) for name, value in options["thresholds"]),
            tuple(options["off"]), tuple(options["languages"]),
            tuple(options.get("languages_off", ())), float(options.get("mixed", 1.0)),
        ).rules()  # fmt: skip
    except (KeyError, TypeError, ValueError, RecipeError):
        return {}
    found: dict[str, tuple[Bound, ...]] = {}
    for rule in rules:
        bound = Bound(
            float(rule.threshold), rule.bound == "min", rule.reason.value, _named(rule.langs),
            rule.citation,
        )  # fmt: skip
        found[rule.signal] = (*found.get(rule.signal, ()), bound)
    return found


def _named(langs: tuple[str, ...] | None) -> str:
    if not langs:
        return ""
    more = f" … ({len(langs)})" if len(langs) > LANGUAGES_NAMED else ""
    return " ".join(langs[:LANGUAGES_NAMED]) + more


AT_LEAST = frozenset(
    {Reason.TOO_SHORT, Reason.MEAN_WORD_LENGTH_LOW, Reason.FEW_ALPHABETIC_WORDS,
     Reason.FEW_STOP_WORDS, Reason.FEW_HAN_CHARACTERS, Reason.FEW_UNIQUE_WORDS,
     Reason.LOW_ENTROPY, Reason.FEW_SENTENCES, Reason.FEW_TERMINAL_LINES,
     Reason.UNSURE_LANGUAGE, Reason.PERPLEXITY_LOW}
)  # fmt: skip
BOUNDS_SHOWN = 4


def observed_bounds(groups: tuple[RejectGroup, ...]) -> dict[str, tuple[Bound, ...]]:
    """Signal -> bounds that rejects were held against, for output whose recipe is not known."""
    signals = signal_of_reason()
    found: dict[str, tuple[Bound, ...]] = {}
    for group in groups:
        if group.stage != StageName.FILTER or group.reason not in signals:
            continue
        values = sorted({s.threshold for s in group.samples if s.threshold is not None})
        name = signals[group.reason]
        found[name] = found.get(name, ()) + tuple(
            Bound(value, group.reason in AT_LEAST, visible(group.reason))
            for value in values[:BOUNDS_SHOWN]
        )
    return found
