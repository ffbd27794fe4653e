"""Controlled mixes: for whom an instruction is written, how hard it is, what it asks to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataflow.sft.drafts import DIFFICULTIES, KINDS, PERSPECTIVES, Traits
from schemas.errors import RecipeError
from schemas.ids import content_id

Mix = tuple[tuple[str, float], ...]
"""Value and share, the shares summing to 1; empty for the default."""


def mix_of(key: str, given: Mapping[str, float] | Mix, values: Sequence[str]) -> Mix:
    """The shares of `given` (weights by value) as a sorted Mix; raises RecipeError naming `key`."""
    pairs = dict(given.items() if isinstance(given, Mapping) else given)
    for value, weight in pairs.items():
        if value not in values or not 0 <= weight < float("inf"):
            raise RecipeError(f"{key}: {value!r} = {weight!r} is no share of {', '.join(values)}")
    total = sum(pairs.values())
    if pairs and total <= 0:
        raise RecipeError(f"{key}: the shares are all 0")
    return tuple(sorted((value, weight / total) for value, weight in pairs.items()))


def traits_of(
    chunk_ids: Sequence[str], method: str, seed: int, mixes: tuple[Mix, Mix, Mix]
) -> list[Traits]:
    """The traits of each topic, by its chunk, the method and the seed."""
    return [
        Traits(
            *(
                _pick(mix or tuple((value, 1 / len(values)) for value in values),
                      content_id("trait", seed, method, chunk_id, values[0]))
                for mix, values in zip(mixes, (PERSPECTIVES, DIFFICULTIES, KINDS), strict=True)
            )
        )
        for chunk_id in chunk_ids
    ]  # fmt: skip


def _pick(mix: Mix, key: str) -> str:
    place = int(key[:8], 16) / (1 << 32)
    for value, share in mix:
        place -= share
        if place < 0:
            return value
    return mix[-1][0]
