"""Quality judged by stages on their own: the filter, its preview, n-gram models of trusted text.

Rows stand in the order of the input; only a run sorts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataflow.io.tables_in import DocumentReader
from dataflow.perplexity.stage import CORPUS
from dataflow.pipeline.annotate import Annotate
from dataflow.pipeline.session import WORK
from dataflow.pipeline.steps.perplexity import ANSWERS, saved_models
from dataflow.quality.preview import Preview, preview
from dataflow.quality.rules import Rule
from dataflow.recipe import Recipe
from dataflow.stage import check_conserved
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Spool, finish, writing
from schemas.errors import UsageError
from schemas.manifest import Manifest
from schemas.tables import DOCUMENTS, REJECTS

if TYPE_CHECKING:
    from dataflow.perplexity.models import NgramModels

MODELS = b"corpusmill perplexity-models "
"""How a file of n-gram models begins."""


def filter_rows(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents that pass the quality rules; language and signals are computed afresh.

    With a perplexity trained on the documents themselves, reads `path` twice.
    """
    reader, saved = DocumentReader(path), _ready(recipe)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        spool = Spool(output)
        models = saved or _trained(path, recipe)
        for frame in _measured(reader, recipe, models, out / WORK / ANSWERS):
            spool.add(frame)
        measured = _bounds(recipe, spool)
        for frame in spool:
            kept, rejected = recipe.filter(frame, measured)
            check_conserved("filter", frame.height, kept.height, rejected.height)
            output.write_documents(kept)
            output.write(REJECTS, rejected)
        return finish(output, reader, "filter", recipe.filter)


def preview_filter(path: Path, recipe: Recipe) -> Preview:
    """What each rule would drop of the documents of `path`; nothing is written."""
    columns = ["doc_id", "source", "lang", "signals"]
    models = _ready(recipe) or _trained(path, recipe)
    measured = _measured(DocumentReader(path), recipe, models, None)
    frames: Iterable[pl.DataFrame] = (frame.select(columns) for frame in measured)
    if recipe.perplexity.enabled:
        frames = list(frames)  # its bounds are percentiles of all
    return preview(frames, recipe.filter, _bounds(recipe, frames))


def _ready(recipe: Recipe) -> NgramModels | None:
    """The models in the file that the recipe names; raises UsageError when they are no use.

    Raises BackendError for a server that cannot give perplexities.
    """
    stage = recipe.perplexity
    if stage.server:
        from dataflow.perplexity.served import check_server

        check_server(stage)
        return None
    return saved_models(stage) if stage.enabled and stage.model != CORPUS else None


def _trained(path: Path, recipe: Recipe) -> NgramModels | None:
    """Models of the documents of `path` themselves, when the recipe asks for them."""
    stage = recipe.perplexity
    if stage.model != CORPUS:
        return None
    return stage.train([stage.count(recipe.language(frame)) for frame in DocumentReader(path)])


def _measured(
    reader: DocumentReader, recipe: Recipe, models: NgramModels | None, answers: Path | None
) -> Iterator[pl.DataFrame]:
    """Frames with language and signals, perplexity included by `models` or by a server.

    What a server answers is kept in the folder `answers`, if there is one.
    """
    annotate, stage = Annotate.of(recipe), recipe.perplexity
    for frame in reader:
        found = annotate.measured(frame)
        if stage.server:
            from dataflow.perplexity.served import score_served

            found, _ = score_served(stage, found, answers)
        yield found if models is None else stage.score(found, models)


def _bounds(recipe: Recipe, frames: Iterable[pl.DataFrame]) -> tuple[Rule, ...]:
    """The rules whose bounds are percentiles of what was measured."""
    if not recipe.perplexity.enabled:
        return ()
    perplexity = pl.col("signals").struct.field("perplexity")
    found = [frame.select("lang", perplexity) for frame in frames]
    return recipe.perplexity.bounds(pl.concat(found)) if found else ()


def train_perplexity(path: Path, out: Path, recipe: Recipe) -> dict[str, int]:
    """Writes the n-gram models of the documents of `path` to the file `out`.

    Returns the tokens that the model of each language learnt from. Raises UsageError when there is
    too little text for any, or when `out` would cost a file that is not of our making.
    """
    stage, reader = replace(recipe.perplexity, model="", folds=1), DocumentReader(path)
    _check_file(out, path)
    models = stage.train([stage.count(with_lang(frame, recipe.language)) for frame in reader])
    if not models.models:
        raise UsageError(f"{path}: too little text in any language to train a model on")
    stage.save(models, out)
    return {lang: model.tokens for (lang, _), model in sorted(models.models.items())}


def _check_file(out: Path, path: Path) -> None:
    """Raises UsageError unless models may be written to `out`; makes its folder."""
    place = out.resolve()
    if place == path.resolve() or (path.is_dir() and place.is_relative_to(path.resolve())):
        raise UsageError(f"{out} is or lies in the input; choose another file for the models")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            with out.open("rb") as file:
                ours = file.read(len(MODELS)) == MODELS
            if not ours:
                raise UsageError(
                    f"{out} was not made by corpusmill and would be replaced; choose another file"
                )
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
