"""Controlled mixes: for whom an instruction is written, how hard it is, what it asks to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataflow.sft.drafts import PERSPECTIVES, Traits
from schemas.errors import RecipeError
from schemas.ids import content_id

Mix = tuple[tuple[str, float], ...]
"""Value and share, the shares summing to 1; empty for the default."""

DEFAULT_MIXES: tuple[Mix, Mix, Mix] = (
    tuple((value, 1 / len(PERSPECTIVES)) for value in sorted(PERSPECTIVES)),
    (("easy", 0.3), ("hard", 0.2), ("medium", 0.5)),
    (("analyse", 0.2), ("apply", 0.15), ("compare", 0.1), ("create", 0.2), ("explain", 0.35)),
)
"""Of perspectives, difficulties and kinds. Texts mostly explain and describe, so that is what most
instructions ask for; a passage that sets two things against each other, or that says what to do in
a case, is rarer, and an instruction that its passage does not carry out is refused later on."""


def mix_of(key: str, given: Mapping[str, float] | Mix, values: Sequence[str]) -> Mix:
    """The shares of `given` (weights by value) as a sorted Mix; raises RecipeError naming `key`."""
    pairs = dict(given.items() if isinstance(given, Mapping) else given)
    for value, weight in pairs.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if value not in values or not number or not 0 <= weight < float("inf"):
            raise RecipeError(f"{key}: {value!r} = {weight!r} is no share of {', '.join(values)}")
    total = sum(pairs.values())
    if pairs and not 0 < total < float("inf"):
        raise RecipeError(f"{key}: the shares sum to {total}; one must be above 0")
    return tuple(sorted((value, weight / total) for value, weight in pairs.items()))


def traits_of(
    chunk_ids: Sequence[str], method: str, seed: int, mixes: tuple[Mix, Mix, Mix]
) -> list[Traits]:
    """The traits of each of a document's topics, given in the document's order.

    They depend on nothing but the document's own chunks, so it does not matter which documents it
    is handled with. Of n topics a value with the share p gets n*p, rounded up or down by a hash
    that is fair over many documents. Each mix shuffles the topics in its own way, so the three do
    not go in step (Latin hypercube sampling: McKay, Beckman and Conover, 1979).
    """
    columns = []
    for dimension, default in enumerate(DEFAULT_MIXES):
        keys = [content_id("trait", seed, method, dimension, chunk_id) for chunk_id in chunk_ids]
        shuffled = sorted(range(len(keys)), key=keys.__getitem__)
        columns.append(_dealt(mixes[dimension] or default, shuffled, "".join(keys[:1])))
    return [Traits(*values) for values in zip(*columns, strict=True)]


def _dealt(mix: Mix, shuffled: Sequence[int], key: str) -> list[str]:
    """A value for each topic: the topic at place i of `shuffled` gets what holds (i + u) / n."""
    start = int(content_id("start", key)[:12], 16) / 16**12
    found = [""] * len(shuffled)
    for place, topic in enumerate(shuffled):
        found[topic] = _at(mix, (place + start) / len(shuffled))
    return found


def _at(mix: Mix, place: float) -> str:
    """The value whose stretch of 0..1 holds `place`; one with no share never comes up."""
    held = [(value, share) for value, share in mix if share > 0]
    for value, share in held:
        place -= share
        if place < 0:
            return value
    return held[-1][0]
