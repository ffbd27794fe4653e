"""Which documents stay under caps, quotas and sizes; each step takes what the one before left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from dataflow.balance.groups import defects_of, fractions, groups_of, tokens_of
from dataflow.balance.stage import DIMENSIONS, BalanceCorpus
from schemas.errors import UsageError

SHOWN = 10
"""Groups that a message names."""
REST = "*"
"""All groups that no quota names."""


class Why(NamedTuple):
    """Why a document goes: its group's amount with it, and the bound."""

    value: float
    bound: float
    detail: str


@dataclass
class Selection:
    """What stays of `size` documents, why the others go, and what each rule did."""

    size: int
    dropped: dict[int, Why] = field(default_factory=dict)
    summary: list[dict[str, object]] = field(default_factory=list)

    @property
    def kept(self) -> list[bool]:
        """By row, whether it stays."""
        return [row not in self.dropped for row in range(self.size)]


def select(frame: pl.DataFrame, options: BalanceCorpus) -> Selection:
    """Which rows of `frame` stay."""
    selection = Selection(frame.height)
    if not options.bounded:
        return selection
    tokens = tokens_of(frame)
    amounts = tokens if options.unit == "tokens" else [1] * frame.height
    order = _order(frame, tokens, options)
    for dimension in DIMENSIONS:
        order = _capped(frame, dimension, order, amounts, options, selection)
    if options.quotas:
        order = _shared(frame, order, amounts, options, selection)
    for unit, bound, sizes in (
        ("documents", options.max_documents, [1] * frame.height),
        ("tokens", options.max_tokens, tokens),
    ):
        if bound:
            fits = _fill(order, sizes, bound, f"max_{unit}", unit, selection)
            _note(selection, ("size", "", unit, float(bound)), order, fits, sizes)
            order = fits
    return selection


def _order(frame: pl.DataFrame, tokens: list[int], options: BalanceCorpus) -> list[int]:
    """Rows, those that stay longest first; ties by hash, then by id."""
    ids = [str(doc_id) for doc_id in frame["doc_id"]]
    chance = fractions(ids, options.seed, "sample")
    first = np.zeros(frame.height)
    if options.prefer == "length":
        first = -np.array(tokens, np.float64)
    elif options.prefer == "quality":
        first = defects_of(frame)
    keys = zip(first.tolist(), chance.tolist(), ids, range(frame.height), strict=True)
    return [row for _, _, _, row in sorted(keys)]


def _fill(
    order: Iterable[int], amounts: Sequence[int], bound: float, name: str, unit: str,
    selection: Selection,
) -> list[int]:  # fmt: skip
    """Those of `order` that fit under `bound`; one that does not fit is passed over."""
    used, fits = 0, []
    for row in order:
        amount = amounts[row]
        if used + amount <= bound:
            used += amount
            fits.append(row)
        else:
            detail = f"{name}: {used + amount:,} of at most {bound:,.0f} {unit} with this document"
            selection.dropped[row] = Why(float(used + amount), float(bound), detail)
    return fits


def _capped(
    frame: pl.DataFrame, dimension: str, order: list[int], amounts: Sequence[int],
    options: BalanceCorpus, selection: Selection,
) -> list[int]:  # fmt: skip
    """Those of `order` that fit under the caps of one kind of group."""
    caps = {
        key: bound
        for key, bound in dict(options.caps).items()
        if key.partition(":")[0] == dimension
    }
    if not caps:
        return order
    groups = groups_of(frame, dimension)
    members: dict[str, list[int]] = defaultdict(list)
    for row in order:
        members[groups[row]].append(row)
    for name, most in sorted(caps.items()):
        if ":" in name and name.partition(":")[2] not in members:
            _note(selection, ("cap", name, options.unit, most), (), (), amounts)
    fits: set[int] = set()
    for group, rows in sorted(members.items()):
        name = f"{dimension}:{group}"
        bound = caps.get(name, caps.get(dimension))
        if bound is None:
            fits.update(rows)
            continue
        kept = _fill(rows, amounts, bound, f"cap {name}", options.unit, selection)
        fits.update(kept)
        if len(kept) < len(rows):
            _note(selection, ("cap", name, options.unit, bound), rows, kept, amounts)
    return [row for row in order if row in fits]


def _shared(
    frame: pl.DataFrame, order: list[int], amounts: Sequence[int], options: BalanceCorpus,
    selection: Selection,
) -> list[int]:  # fmt: skip
    """Those of `order` that fit under the quotas."""
    quotas = dict(options.quotas)
    dimension = min(quotas).partition(":")[0]
    shares = {key.partition(":")[2]: share for key, share in quotas.items()}
    shares[REST] = max(0.0, 1.0 - sum(shares.values()))
    if shares[REST] < 1e-9:
        shares[REST] = 0.0
    found = groups_of(frame, dimension)
    _check_there(frame, dimension, Counter(found), list(quotas))
    groups = [group if group in shares else REST for group in found]
    there: Counter[str] = Counter()
    for row in order:
        there[groups[row]] += amounts[row]
    bounds = _bounds(there, shares, _most(options), options.keep_at_least)
    members: dict[str, list[int]] = defaultdict(list)
    for row in order:
        members[groups[row]].append(row)
    fits: set[int] = set()
    for group in sorted(shares):
        name = f"{dimension}:{group}" if group != REST else f"any other {dimension}"
        title = f"quota {name} = {shares[group]:g}"
        kept = _fill(members[group], amounts, bounds[group], title, options.unit, selection)
        fits.update(kept)
        wanted = ("quota", name, options.unit, shares[group])
        _note(selection, wanted, members[group], kept, amounts)
    whole = sum(amounts[row] for row in fits)
    for entry in selection.summary:
        if entry["rule"] == "quota":
            entry["share"] = int(str(entry["after"])) / whole if whole else 0.0
    return [row for row in order if row in fits]


def _check_there(
    frame: pl.DataFrame, dimension: str, there: Counter[str], quotas: list[str]
) -> None:
    """Raises UsageError when no document at all is in a group that quotas name."""
    if not frame.height or any(key.partition(":")[2] in there for key in quotas):
        return
    known = [f"{dimension}:{group}" for group, _ in there.most_common(SHOWN) if group]
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    what = (
        f"there are {', '.join(sorted(known))}{more}" if known else f"no document has a {dimension}"
    )
    raise UsageError(f"balance.quotas: no document is in {', '.join(quotas)}; {what}")


def _most(options: BalanceCorpus) -> float:
    """The size that the result may have in the unit of the quotas."""
    bound = options.max_tokens if options.unit == "tokens" else options.max_documents
    return float(bound) if bound else float("inf")


def _bounds(
    there: Counter[str], shares: dict[str, float], most: float, floor: float
) -> dict[str, float]:
    """How much of each group may stay, for the size that all shares allow."""
    able = {group: share for group, share in shares.items() if share and there[group]}
    scale = sum(able.values())
    if not scale:
        return dict.fromkeys(shares, 0.0)
    least = floor * sum(there[group] for group in able)
    size = max(min(there[group] * scale / share for group, share in able.items()), least)
    size = min(size, most)
    return {group: round(size * able.get(group, 0.0) / scale, 6) for group in shares}


def _note(
    selection: Selection, rule: tuple[str, str, str, float], before: Iterable[int],
    after: Iterable[int], amounts: Sequence[int],
) -> None:  # fmt: skip
    """Adds a line to the summary."""
    kind, group, unit, wanted = rule
    had, has = (sum(amounts[row] for row in rows) for rows in (before, after))
    selection.summary.append(
        {"rule": kind, "group": group, "unit": unit, "wanted": wanted, "before": had, "after": has,
         "share": None}
    )  # fmt: skip
