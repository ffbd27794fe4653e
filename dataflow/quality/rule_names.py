"""How a recipe names rules: by reason, by signal, by both, in one language or in all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from dataflow.quality.rule_sets import RULE_SETS, Rule
from schemas.errors import RecipeError


def both(rule: Rule) -> str:
    """Reason and signal, as a recipe may name them."""
    return f"{rule.reason.value}.{rule.signal}"


def unknown(key: str, known: Iterable[str], what: str) -> str:
    """A message about an unknown name with what it could have been."""
    close = difflib.get_close_matches(key, list(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
    return f"{key!r} is no {what}; {hint}"


def known(key: str, rows: Sequence[Rule], *, with_lang: bool = True) -> str:
    """`key` if it is a reason or signal of `rows`, with `:lang` behind; raises RecipeError else."""
    names = {name for rule in rows for name in (rule.reason.value, rule.signal, both(rule))}
    name, colon, lang = key.partition(":")
    reasons = sorted({rule.reason.value for rule in rows if rule.signal == name})
    if len(reasons) > 1:
        forms = " or ".join(f"{reason}.{name}" for reason in reasons)
        raise RecipeError(f"filter: {key!r} serves more than one reason; use {forms}")
    if name in names and (not colon or (with_lang and len(lang) in (2, 3) and lang.islower())):
        return key
    homes = [home for home, rules in RULE_SETS.items() for rule in rules
             if name in (rule.reason.value, rule.signal, both(rule))]  # fmt: skip
    if homes and name not in names:
        raise RecipeError(f"filter: {key!r} is a rule of {homes[0]!r}, which is not in filter.sets")
    form = " (a threshold may name a language, such as 'too_short:zh')" if with_lang else ""
    raise RecipeError(f"filter: {unknown(key if name in names else name, names, 'rule')}{form}")
