"""The stage that holds signals against rules: what is kept, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, ClassVar, NamedTuple

import polars as pl

from dataflow.quality.rule_names import both, known, unknown
from dataflow.quality.rule_sets import ALWAYS, DEFAULT_RULES, RULE_SETS, Rule
from dataflow.stage import Split, check_conserved, reject_frame
from dataflow.text.language import UNDETERMINED
from dataflow.text.language_codes import check_language
from schemas.errors import RecipeError, SchemaError
from schemas.records import Level, Reason, Reject, StageName
from schemas.signals import SIGNALS

__all__ = ["DEFAULT_RULES", "RULE_SETS", "FilterRules", "Rule"]

# any values: those that are no number are refused by the name of their threshold
Overrides = Mapping[str, Any] | tuple[tuple[str, float], ...]
_ORDER = {reason: number for number, reason in enumerate(Reason)}


class Check(NamedTuple):
    """A rule with the rows it is for and those it rejects, as expressions that are never null."""

    rule: Rule
    applies: pl.Expr
    fails: pl.Expr


class _Scoped(NamedTuple):
    """A rule without languages is for those but `named`; other rules have none named."""

    rule: Rule
    named: tuple[str, ...]


class _Listed(NamedTuple):
    """Texts that the lists of languages reject."""

    fails: pl.Expr


@dataclass(frozen=True)
class FilterRules:
    """Splits: rows that pass all rules are kept, each other row has one reject row.

    `sets` names the rule sets in force: `default` (documents), `gopher`, `c4`, `fineweb`, `zh-web`,
    `refinedweb-lines` (web pages, at their papers' numbers). Of several sets a text must pass all.
    Numbers that a paper has for English are used for languages written like it; Chinese texts are
    held against the rows that papers on Chinese have.
    `thresholds` replaces bounds by reason (`too_short = 50`), by signal
    (`duplicate_5gram_ratio = 0.2`) or by both (`"too_short.words" = 50`), in all languages or in
    one (`"too_short:zh" = 80`). `off` names in the same way what is not tested. Both may only name
    what the chosen sets have, and a signal alone only where it serves one reason.
    `languages` is what is kept, anything if empty; `languages_off` what is not. `mixed` is the
    largest share of a text that may be in other languages than its own; 1.0 allows any.
    Texts with too many words from a toxicity list, or with personal data whose action is `drop`,
    are rejected whatever the sets, if these were looked for.
    Needs the columns `doc_id` and `signals`, uses `lang` and `source` when there. Raises
    RecipeError for an unknown name, SchemaError for a frame without signals.
    """

    VERSION: ClassVar[int] = 2

    sets: tuple[str, ...] = ("default",)
    thresholds: Overrides = ()
    off: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    languages_off: tuple[str, ...] = ()
    mixed: float = 1.0

    def __post_init__(self) -> None:
        """Makes the fields sorted tuples, so that equal options have one repr and hash."""
        for name in self.sets:
            if name not in RULE_SETS:
                message = unknown(name, RULE_SETS, "set of rules")
                raise RecipeError(f"filter.sets: {message} (sets: {', '.join(RULE_SETS)})")
        if not 0.0 <= self.mixed <= 1.0:
            raise RecipeError(f"filter.mixed: {self.mixed} is no share; use 0.0 to 1.0")
        twice = sorted(set(self.languages) & set(self.languages_off))
        if twice:
            raise RecipeError(f"filter.languages_off: {', '.join(twice)} is in filter.languages")
        for option in ("languages", "languages_off"):
            for code in getattr(self, option):
                check_language(code, f"filter.{option}")
        object.__setattr__(self, "sets", tuple(name for name in RULE_SETS if name in self.sets))
        given = self.thresholds
        pairs = given.items() if isinstance(given, Mapping) else given
        rows = self._rows()
        thresholds = tuple(
            sorted((_key(str(key), rows), _bound(key, value)) for key, value in pairs)
        )
        off = tuple(sorted({known(str(key), rows, with_lang=False) for key in self.off}))
        object.__setattr__(self, "thresholds", thresholds)
        object.__setattr__(self, "off", off)
        object.__setattr__(self, "languages", tuple(sorted(set(self.languages))))
        object.__setattr__(self, "languages_off", tuple(sorted(set(self.languages_off))))

    def _rows(self) -> tuple[Rule, ...]:
        """The rows of the chosen sets as they are, and those in force with any."""
        return (*(rule for name in self.sets for rule in RULE_SETS[name]), *ALWAYS)

    def rules(self, measured: Sequence[Rule] = ()) -> tuple[Rule, ...]:
        """The rows in force, in the order of their reasons, without copies from other sets.

        `measured` are rows whose bounds come from the data, such as percentiles of the perplexity.
        """
        return tuple(row.rule for row in self._in_force(measured))

    def _in_force(self, measured: Sequence[Rule]) -> list[_Scoped]:
        """The rows in force with the languages that the others of their group name."""
        rows = self._rows()
        if self.mixed < 1.0:
            rows += (
                Rule(Reason.MIXED_LANGUAGE, "other_language_share", "max", self.mixed, None,
                     "recipe", "recipe"),
            )  # fmt: skip
        chosen = dict(self.thresholds)
        groups: dict[tuple[str, Reason, str], list[Rule]] = {}
        for rule in (*rows, *measured):
            if not {rule.reason.value, rule.signal, both(rule)} & set(self.off):
                groups.setdefault((rule.rule_set, rule.reason, rule.signal), []).append(rule)
        found = [row for group in groups.values() for row in _scoped(_overridden(group, chosen))]
        return sorted(_without_copies(found), key=lambda row: _ORDER[row.rule.reason])

    def __call__(self, frame: pl.DataFrame, measured: Sequence[Rule] = ()) -> Split:
        """Kept rows in order, and a reject row for each of the others, in order too.

        Its reason, value and threshold are those of the first failing rule; its detail names all.
        """
        checks: list[Check | _Listed] = [*self._listed(frame), *self.checks(frame, measured)]
        failed = frame.select(check.fails.alias(str(i)) for i, check in enumerate(checks))
        bad = (
            reduce(or_, failed.get_columns())
            if checks
            else pl.repeat(False, frame.height, eager=True)
        )
        kept = frame.filter(~bad)
        rejected = reject_frame(_rejects(frame.filter(bad), failed.filter(bad), checks))
        check_conserved("filter", frame.height, kept.height, rejected.height)
        return Split(kept, rejected)

    def _listed(self, frame: pl.DataFrame) -> list[_Listed]:
        """What the lists of languages reject."""
        lang = _lang(frame)
        wanted = [~lang.is_in(list(self.languages))] if self.languages else []
        unwanted = [lang.is_in(list(self.languages_off))] if self.languages_off else []
        return [_Listed(fails) for fails in wanted + unwanted]

    def checks(self, frame: pl.DataFrame, measured: Sequence[Rule] = ()) -> list[Check]:
        """Each rule in force with the rows of `frame` it is for, and those it rejects, in order.

        Without a language column only rows for any language are in force. Raises SchemaError for a
        frame without signals.
        """
        if "signals" not in frame.columns:
            raise SchemaError("filter: no column 'signals'; run the score stage first")
        lang = _lang(frame)
        found: list[Check] = []
        for rule, named in self._in_force(measured):
            value = pl.col("signals").struct.field(rule.signal)
            beyond = value < rule.threshold if rule.bound == "min" else value > rule.threshold
            meant = ~lang.is_in(list(named)) if rule.langs is None else lang.is_in(list(rule.langs))
            fails = (beyond & meant).fill_null(value=False)
            found.append(Check(rule, meant & value.is_not_null(), fails))
        return found

    def rejected_by_lists(self, frame: pl.DataFrame) -> pl.Series:
        """Whether each row is in a language that the lists reject, Boolean."""
        fails = [check.fails for check in self._listed(frame)]
        if not fails:
            return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return frame.select(reduce(or_, fails).alias("listed"))["listed"]

    def rules_table(self, measured: Sequence[Rule] = ()) -> list[dict[str, Any]]:
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
                "set": rule.rule_set,
                "about": about[rule.signal],
            }
            for rule in self.rules(measured)
        ]


def _key(key: str, rows: Sequence[Rule]) -> str:
    """`key` if it names a rule of `rows`, and a language behind a colon; raises RecipeError."""
    name, colon, lang = key.partition(":")
    if colon and lang:
        known(name, rows)
        check_language(lang, f"filter.thresholds: {key!r}")
    return known(key, rows)


def _bound(key: str, value: Any) -> float:
    """`value` as a number; raises RecipeError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise RecipeError(f"filter.thresholds: {key!r} must be a number, not {value!r}")
    return float(value)


def _lang(frame: pl.DataFrame) -> pl.Expr:
    """The language of each row, `und` where there is none."""
    if "lang" in frame.columns:
        return pl.col("lang").fill_null(UNDETERMINED)
    return pl.repeat(UNDETERMINED, pl.len())


def _overridden(group: Sequence[Rule], chosen: Mapping[str, float]) -> list[Rule]:
    """The rows of one set, reason and signal with the chosen bounds, one more for each language.

    A bound for a signal goes before one for its reason, one for a language before one for all.
    """
    names = (both(group[0]), group[0].signal, group[0].reason.value)
    own: dict[str, float] = {}
    for name in reversed(names):
        prefix = f"{name}:"
        own |= {key.removeprefix(prefix): chosen[key] for key in chosen if key.startswith(prefix)}
    rows: list[Rule] = []
    for rule in group:
        rest = None if rule.langs is None else tuple(x for x in rule.langs if x not in own)
        if rest != ():
            found = [chosen[name] for name in names if name in chosen]
            rows.append(_changed(rule, found[0] if found else rule.threshold, rest))
    return rows + [_changed(group[0], own[lang], (lang,)) for lang in sorted(own)]


def _scoped(group: Sequence[Rule]) -> list[_Scoped]:
    """The rows of one set, reason and signal with the languages that the named rows have."""
    named = tuple(sorted({lang for rule in group for lang in rule.langs or ()}))
    return [_Scoped(rule, named if rule.langs is None else ()) for rule in group]


def _changed(rule: Rule, threshold: float, langs: tuple[str, ...] | None) -> Rule:
    """`rule` with another threshold and languages; its citation names the recipe if it differs."""
    ours = rule.citation if threshold == rule.threshold else f"recipe (default {rule.threshold:g})"
    return replace(rule, threshold=threshold, langs=langs, citation=ours)


def _without_copies(scoped: Iterable[_Scoped]) -> list[_Scoped]:
    """The rows that no earlier one equals, but for its set and citation."""
    found: dict[tuple[object, ...], _Scoped] = {}
    for row in scoped:
        rule = row.rule
        key = (rule.reason, rule.signal, rule.bound, rule.threshold, rule.langs, row.named)
        found.setdefault(key, row)
    return list(found.values())


def _rejects(
    frame: pl.DataFrame, failed: pl.DataFrame, checks: Sequence[Check | _Listed]
) -> list[Reject]:
    """A reject for each row of `frame`; `failed` says by check which rows it rejects."""
    sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
    langs = frame["lang"].to_list() if "lang" in frame.columns else [None] * frame.height
    rows = zip(
        frame["doc_id"], sources, langs, frame["signals"].to_list(), failed.iter_rows(), strict=True
    )
    found = []
    for doc_id, source, lang, signals, verdicts in rows:
        broken = [check for check, fails in zip(checks, verdicts, strict=True) if fails]
        first = broken[0]
        rule = first.rule if isinstance(first, Check) else None
        found.append(
            Reject(
                id=doc_id,
                level=Level.DOCUMENT,
                stage=StageName.FILTER,
                reason=rule.reason if rule else Reason.WRONG_LANGUAGE,
                source=source or "",
                detail="; ".join(_sentence(check, signals, lang) for check in broken),
                value=signals[rule.signal] if rule else None,
                threshold=rule.threshold if rule else None,
            )
        )
    return found


def _sentence(check: Check | _Listed, signals: dict[str, float], lang: str | None) -> str:
    """What was found and what is allowed, such as `too_short: words 12 < 20`."""
    if isinstance(check, _Listed):
        return f"{Reason.WRONG_LANGUAGE.value}: {lang or UNDETERMINED}"
    rule = check.rule
    sign = "<" if rule.bound == "min" else ">"
    value = f"{signals[rule.signal]:.4g}"
    return f"{rule.reason.value}: {rule.signal} {value} {sign} {rule.threshold:g}"
