"""Trained models: one for each language and left-out fold, and their file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dataflow.perplexity import container
from dataflow.perplexity.counting import SPELLING, TEXT, CountBlock, Counted, Scheme
from dataflow.perplexity.estimation import BYTES_PER_ROW, Table, estimate
from schemas.errors import StoreError

FORMAT = "perplexity-models"
FEWEST_TOKENS = 1_000
"""Tokens that a model must have been trained on; with fewer it knows hardly any word."""
_PARTS = ("slots", "values", "contexts", "backoffs")


@dataclass(frozen=True, slots=True, eq=False)
class NgramModel:
    """The model that documents of one language and fold are scored by.

    `spelling` is the model of the letters of words, None for a language read by characters.
    `tokens` are those it was trained on.
    """

    text: Table
    spelling: Table | None
    tokens: int


@dataclass(frozen=True, slots=True, eq=False)
class NgramModels:
    """Models by language and fold; with one fold only, the model has seen everything."""

    scheme: Scheme
    models: dict[tuple[str, int], NgramModel]


def train(blocks: Sequence[CountBlock], scheme: Scheme, memory_mib: int) -> NgramModels:
    """One model for each language and fold, of all counts but those of the fold itself.

    Raises:
        StoreError: a block was counted under another scheme.
    """
    for block in blocks:
        if block.scheme != scheme:
            raise StoreError(
                f"perplexity: counts of {block.scheme} do not fit {scheme}; count again"
            )
    most_rows = max(1, (memory_mib << 20) // BYTES_PER_ROW)
    langs = sorted({lang for block in blocks for lang, _, _ in block.groups})
    models = {}
    for lang in langs:
        for fold in range(scheme.folds):
            parts = _others(blocks, scheme, lang, fold, TEXT)
            tokens = sum(part.tokens for part in parts)
            if tokens < FEWEST_TOKENS:
                continue
            letters = _others(blocks, scheme, lang, fold, SPELLING)
            spelling = estimate(letters, scheme.order, most_rows) if letters else None
            text = estimate(parts, scheme.order, most_rows)
            models[lang, fold] = NgramModel(text, spelling, tokens)
    return NgramModels(scheme, models)


def _others(
    blocks: Sequence[CountBlock], scheme: Scheme, lang: str, fold: int, stream: str
) -> list[Counted]:
    """Counts of all folds but `fold`; of the only one when there is one."""
    folds = [other for other in range(scheme.folds) if other != fold or scheme.folds == 1]
    found = [block.groups.get((lang, other, stream)) for block in blocks for other in folds]
    return [part for part in found if part is not None]


def save(models: NgramModels, path: Path) -> None:
    """Writes all models into one file, whole or not at all; equal models give equal bytes."""
    arrays: dict[str, Any] = {}
    listed = []
    for number, ((lang, fold), model) in enumerate(sorted(models.models.items())):
        listed.append([lang, fold, model.tokens, model.spelling is not None])
        for stream, table in ((TEXT, model.text), (SPELLING, model.spelling)):
            for part in _PARTS if table is not None else ():
                arrays[f"{number}/{stream}/{part}"] = getattr(table, part)
    scheme = models.scheme
    about = {"order": scheme.order, "folds": scheme.folds, "models": listed}
    container.write_arrays(path, FORMAT, scheme.version, about, arrays)


def load(path: Path, version: int) -> NgramModels:
    """The models in `path`, mapped from the file, so that processes share the memory.

    Raises:
        StoreError: missing, damaged, or of another version.
    """
    remedy = "train the model again with this version of corpusmill"
    about, arrays = container.read_arrays(path, FORMAT, version, remedy)
    models = {}
    for number, (lang, fold, tokens, has_spelling) in enumerate(about["models"]):
        streams = (TEXT, SPELLING) if has_spelling else (TEXT,)
        tables = [
            Table(*(arrays[f"{number}/{stream}/{part}"] for part in _PARTS)) for stream in streams
        ]
        spelling = tables[1] if has_spelling else None
        models[lang, int(fold)] = NgramModel(tables[0], spelling, int(tokens))
    return NgramModels(Scheme(version, int(about["order"]), int(about["folds"])), models)


def same_tables(one: Table, other: Table) -> bool:
    """Whether two tables are equal, byte for byte."""
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in _PARTS)
