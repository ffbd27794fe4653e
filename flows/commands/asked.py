"""What a model was asked, what came of it and what it would cost, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dataflow.llm.estimate import Estimate
    from dataflow.llm.options import LlmOptions

_NEEDED = re.compile(r"; needed (\d+) tokens")
_SHOWN = 300
"""Characters of a failure's detail that are printed."""


@dataclass(frozen=True, slots=True)
class Yield:
    """What a model gave in a run.

    `written` counts its rows in the four data sets; `reasons` are those of all rejected samples,
    `failures` the details of failed requests with their counts, and `needed` the most tokens that
    a request which was not sent might have cost (0: none was held back).
    """

    written: int
    reasons: Mapping[str, int]
    failures: Mapping[str, int]
    needed: int

    @property
    def failed(self) -> bool:
        """Whether requests failed or were held back, and no row of the model is there."""
        return not self.written and bool(self.failures or self.needed)


def yield_of(out: Path) -> Yield:
    """What the model gave to the samples in `out`, read from the data sets."""
    from dataflow.io.shards import iterate, read_manifest
    from dataflow.sft.rows import DATA_SETS
    from schemas.records import Level, Reason

    there = read_manifest(out).datasets
    written = sum(
        int((frame["backend"] != "rules").sum())
        for data_set in DATA_SETS.values() if data_set.name in there
        for frame in iterate(out, data_set.name, ["backend"])
    )  # fmt: skip
    reasons: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    needed = 0
    for frame in iterate(out, "rejects", ["level", "reason", "detail"]):
        for level, reason, detail in frame.iter_rows():
            reasons[reason] += level == Level.SAMPLE.value
            failures[detail] += reason == Reason.LLM_FAILED.value
            if reason == Reason.BUDGET_EXHAUSTED.value:
                found = _NEEDED.search(detail)
                needed = max(needed, int(found[1]) if found else 1)
    return Yield(written, dict(+reasons), dict(+failures), needed)


def answers_in(spent: Mapping[str, Any]) -> bool:
    """Whether a model gave any answer, whole or cut, according to its account."""
    overflows = int((spent.get("failures") or {}).get("context_overflow", 0))
    return bool(spent["completion_tokens"]) or int(spent["cached"]) > overflows


def told_of(spent: Mapping[str, Any]) -> str:
    """What the model was asked, what that cost and what is left, in a line."""
    parts = [
        f"{spent['requests']:,} requests", f"{spent['cached']:,} from the cache",
        f"{spent['prompt_tokens']:,} + {spent['completion_tokens']:,} tokens",
    ]  # fmt: skip
    if spent.get("unknown_tokens"):
        parts.append(f"up to {spent['unknown_tokens']:,} more for what broke off")
    if spent.get("money"):
        parts.append(f"{spent['money']:.4f} spent")
    if spent.get("tokens_left") is not None:
        parts.append(f"{spent['tokens_left']:,} tokens left")
    if spent.get("money_left") is not None:
        parts.append(f"{spent['money_left']:.4f} left")
    failed = ", ".join(f"{count} {kind}" for kind, count in (spent.get("failures") or {}).items())
    return f"model: {', '.join(parts)}" + (f"; failed: {failed}" if failed else "")


def hints(spent: Mapping[str, Any], found: Yield, llm: LlmOptions) -> list[str]:
    """What a reader of the counts should know: the cause of failures, what holds the budget."""
    from dataflow.report.display import visible

    said = []
    if found.failures:
        detail, count = max(found.failures.items(), key=lambda item: (item[1], item[0]))
        times = f"{count:,} of {sum(found.failures.values()):,}"
        said.append(f"most frequent failure ({times}): {visible(detail, _SHOWN)}")
    if found.needed:
        said.append(
            f"{found.reasons['budget_exhausted']:,} were not asked for, since the budget is used "
            f"up: one request needs up to {found.needed:,} tokens: raise {_bounds(llm)}"
        )
    lost = (spent.get("earlier") or {}).get("unanswered", 0)
    if lost and (llm.token_budget or llm.money_budget):
        said.append(
            f"{lost:,} tokens of the budget are those of requests of earlier runs that never "
            "ended or gave no whole answer; another name ([llm] budget_name, --budget-name) "
            "counts anew"
        )
    return said


def _bounds(llm: LlmOptions) -> str:
    names = ("token_budget", "money_budget")
    return " and ".join(f"llm.{name}" for name in names if getattr(llm, name)) or "the budget"


def nothing_written(found: Yield) -> str:
    """Why there is no sample of the model, for the end of a run."""
    counts = sorted(found.reasons.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{count:,} {reason}" for reason, count in counts)
    return f"the model gave no sample at all; samples rejected: {told or 'none'}; see rejects/"


def tell_estimate(found: Mapping[str, Estimate], as_json: bool) -> None:
    """Prints the cost of each method, and of all together."""
    from flows.console import print_json

    if as_json:
        print_json({method: one.as_dict() for method, one in found.items()})
        return
    for method, one in found.items():
        click.echo(f"{method}: {one if one.requests else '0 requests: no passage'}")
    most, typical = (
        sum(getattr(one, f"{name}_tokens") for one in found.values())
        for name in ("most", "typical")
    )
    click.echo(f"all: at most {most:,} tokens, typically {typical:,}")
