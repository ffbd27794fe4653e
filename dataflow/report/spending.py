"""What models cost in a run, and what is left of the budget."""

from __future__ import annotations

from dataflow.report.bars import parts_bar
from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.phrases import compact, explained, number, say, short
from dataflow.report.sample_model import Spent
from dataflow.report.tables import pairs
from dataflow.report.wording_samples import FAILURES

FAILURES_SHOWN = 12
MILLIONTHS = 1_000_000
"""Parts of a bar are whole numbers; money is drawn in millionths."""


def spending(spent: Spent | None) -> Markup:
    """Tiles of what was asked, the budgets as bars, failures by kind; empty without a model."""
    if spent is None:
        return join()
    tiles = [
        el("li", el("strong", value), el("span", say(key), class_="label"))
        for key, value, there in (
            ("requests", number(spent.requests), True),
            ("from_cache", number(spent.cached), True),
            ("prompt_tokens", compact(spent.prompt_tokens), True),
            ("completion_tokens", compact(spent.completion_tokens), True),
            ("unknown_tokens", compact(spent.unknown_tokens), spent.unknown_tokens > 0),
            ("money", short(spent.money), spent.money > 0),
        )
        if there
    ]
    return join(
        el("h3", say("spent")), el("p", say("spent_note"), class_="note"),
        el("ul", *tiles, class_="tiles"), el("div", *_budgets(spent), _failures(spent),
                                             class_="mixes"),
    )  # fmt: skip


def _budgets(spent: Spent) -> list[Child]:
    found: list[Child] = []
    if spent.tokens_left is not None:
        now = spent.prompt_tokens + spent.completion_tokens + spent.unknown_tokens
        parts = (spent.tokens_before, now, spent.tokens_left)
        found.append(_budget("token_budget", parts, [compact(part) for part in parts]))
    if spent.money_left is not None:
        sums = (spent.money_before, spent.money, spent.money_left)
        drawn = tuple(round(one * MILLIONTHS) for one in sums)
        found.append(_budget("money_budget", drawn, [short(one) for one in sums]))
    return found


def _budget(key: str, parts: tuple[int, ...], said: list[str]) -> Markup:
    """A bar of what was spent before, what was spent now, what is left."""
    names = ("before", "now", "left")
    label = ", ".join(f"{name} {value}" for name, value in zip(names, said, strict=True))
    keys = [
        (part, f"spent-{name}", say(f"spent_{name}", value=value))
        for part, name, value in zip(parts, names, said, strict=True)
    ]
    return el(
        "figure", el("figcaption", say(key)), parts_bar(keys, label, counted=False)
    )  # fmt: skip


def _failures(spent: Spent) -> Markup:
    if not spent.failures:
        return el("p", say("no_failures"), class_="quiet") if spent.requests else join()
    rows = (
        (explained(FAILURES, one.name), number(one.count))
        for one in spent.failures[:FAILURES_SHOWN]
    )
    return el("figure", el("figcaption", say("failures")), pairs(rows))
