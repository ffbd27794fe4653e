"""Wanted shares as whole numbers: of one kind of groups, and of several kinds at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

REST = "*"
"""All values that no share names."""
Stratum = tuple[str, ...]
"""A value for each kind of groups that has shares."""


def apportioned(shares: Mapping[str, float], size: int) -> dict[str, int]:
    """`size` divided by shares, what they leave of 1 being that of REST; by largest remainders.

    >>> apportioned({"en": 0.5, "zh": 0.25}, 10)
    {'*': 3, 'en': 5, 'zh': 2}
    """
    whole = {**shares, REST: max(0.0, 1 - sum(shares.values()))}
    exact = {value: round(share * size, 9) for value, share in sorted(whole.items())}
    found = {value: int(amount) for value, amount in exact.items()}
    left = size - sum(found.values())
    for value in sorted(exact, key=lambda value: (found[value] - exact[value], value))[:left]:
        found[value] += 1
    return found


def allotted(
    sizes: Mapping[Stratum, int], targets: Sequence[Mapping[str, int]], keep: int
) -> dict[Stratum, int]:
    """How many of each stratum to take: `keep` in all, of none more than its size.

    The sums by value come as near to `targets`, one mapping for each place of a stratum, as single
    moves can bring them, by the sum of squared differences: samples are given one by one to the
    stratum that lacks most, then moved while that makes it better. `keep` is at most all there are.

    >>> allotted({("en", "easy"): 9, ("en", "hard"): 1, ("zh", "hard"): 9},
    ...          [{"en": 2, "zh": 2}, {"easy": 3, "hard": 1}], 4)
    {('en', 'easy'): 3, ('en', 'hard'): 0, ('zh', 'hard'): 1}
    """
    strata = sorted(sizes)
    values = [(place, value) for place, wanted in enumerate(targets) for value in sorted(wanted)]
    holds = np.array(
        [[int(stratum[place] == value) for place, value in values] for stratum in strata], np.int64
    ).reshape(len(strata), len(values))
    lacking = np.array([targets[place][value] for place, value in values], np.int64)
    room = np.array([sizes[stratum] for stratum in strata], np.int64)
    taken = np.zeros(len(strata), np.int64)
    for _ in range(keep):
        best = int(np.where(taken < room, holds @ lacking, np.iinfo(np.int64).min).argmax())
        taken[best] += 1
        lacking -= holds[best]
    apart = 2 * (len(targets) - holds @ holds.T)
    while len(strata) > 1:
        gain = holds @ lacking
        change = 2 * (gain[:, None] - gain[None, :]) + apart  # of moving one from row to column
        change[taken == 0] = 0
        change[:, taken == room] = 0
        source, target = divmod(int(change.argmin()), len(strata))
        if change[source, target] >= 0:
            break
        taken[source] -= 1
        taken[target] += 1
        lacking += holds[source] - holds[target]
    return dict(zip(strata, taken.tolist(), strict=True))
