"""Options of the recipe's section `[self_instruct]`."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from dataflow.sft.self_instruct.seeds import OWN
from schemas.errors import RecipeError, UsageError

LANGS = ("en", "zh")
"""Languages that there are seeds and prompts of."""

Shares = Mapping[str, Any] | tuple[tuple[str, float], ...]

_LEAST_MOST: tuple[tuple[str, int, int], ...] = (
    ("instructions", 1, 100_000),
    ("per_request", 1, 20),
    ("requests", 1, 1000),
    ("rounds", 1, 10_000),
    ("instances", 1, 8),
    ("max_tokens", 64, 100_000),
)


@dataclass(frozen=True)
class SelfInstruct:
    """How new instructions are bootstrapped from seeds, as in Self-Instruct (Wang et al. 2022).

    `instructions` is how many new ones are wanted; `rounds` bounds how often the model is asked
    for more of them, with at most `requests` requests in a round, each for `per_request` new ones.
    `grounded` is the share of requests, 0 to 1, that show a passage of the corpus and ask for
    tasks it can serve; all others have no document. Where there is no passage at all, 1 asks for
    nothing, and a smaller share for tasks without document only. `langs` are the shares of
    languages among those, such as `{en = 1, zh = 2}`; empty: as the passages have them, and
    without any passage English and Chinese in equal parts. `instances` is how many examples of a
    task are asked for at most. `seeds` is a file of seed tasks in the published format (JSON
    Lines with id, name, instruction, instances and is_classification); empty: the package's own,
    which also serve a language that the file has no task of. `novelty` is the highest ROUGE-L F
    that a new instruction may have with a seed or an accepted one; one of equal words is refused
    whatever the number. `seed` decides which seeds and passages are shown. `temperature` is that
    of the questions for instructions; the questions for their kind and their instances are asked
    at 0, as published. `max_tokens` bounds each answer.
    """

    VERSION: ClassVar[int] = 2

    instructions: int = 100
    per_request: int = 8
    requests: int = 16
    rounds: int = 10
    grounded: float = 1.0
    langs: Shares = ()
    instances: int = 3
    seeds: str = ""
    novelty: float = 0.7
    seed: int = 0
    temperature: float = 0.7
    max_tokens: int = 1024

    def __post_init__(self) -> None:
        """Makes `langs` sorted pairs, so that equal options have one repr and hash."""
        for name, least, most in _LEAST_MOST:
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise RecipeError(
                    f"self_instruct.{name} must be a whole number from {least} to {most}"
                )
        if type(self.seed) is not int:
            raise RecipeError("self_instruct.seed must be a whole number")
        if not isinstance(self.seeds, str):
            raise RecipeError("self_instruct.seeds must be the path of a file, or empty")
        _check_between("grounded", self.grounded, 0.0, 1.0)
        _check_between("temperature", self.temperature, 0.0, 2.0)
        _check_between("novelty", self.novelty, 0.05, 1.0)
        object.__setattr__(self, "langs", _pairs(self.langs))

    @property
    def identity(self) -> str:
        """The options, and the content of all seeds: where a file of them lies shapes no row."""
        own = [OWN / f"{lang}.jsonl" for lang in LANGS]  # stand in for what a file has none of
        given = [Path(self.seeds)] if self.seeds else []
        return " ".join([repr(replace(self, seeds="")), *map(_content, [*own, *given])])

    @property
    def lang_shares(self) -> tuple[tuple[str, float], ...]:
        """Languages and their shares, sorted, as given."""
        return tuple((lang, float(share)) for lang, share in _items(self.langs))


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"self_instruct.seeds: {path} cannot be read: {error}") from error


def _check_between(name: str, value: Any, least: float, most: float) -> None:
    if not _is_number(value) or not least <= value <= most:
        raise RecipeError(f"self_instruct.{name} must be a number from {least:g} to {most:g}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and type(value) is not bool and math.isfinite(value)


def _items(shares: Shares) -> list[tuple[str, Any]]:
    if isinstance(shares, Mapping):
        return list(shares.items())
    try:
        return [(lang, share) for lang, share in shares]
    except (TypeError, ValueError) as error:
        raise RecipeError("self_instruct.langs must be like {en = 1, zh = 1}") from error


def _pairs(shares: Shares) -> tuple[tuple[str, float], ...]:
    found = _items(shares)
    for lang, share in found:
        if lang not in LANGS:
            raise RecipeError(f"self_instruct.langs.{lang}: known are {', '.join(LANGS)}")
        if not _is_number(share) or share <= 0:
            raise RecipeError(f"self_instruct.langs.{lang} must be a number above 0")
    if len({lang for lang, _ in found}) < len(found):
        raise RecipeError("self_instruct.langs names a language twice")
    return tuple(sorted((lang, float(share)) for lang, share in found))
