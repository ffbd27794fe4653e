"""Whether all is there that a run will need, before the hours that come before it needs it."""

from __future__ import annotations

from pathlib import Path

from dataflow.decontamination.sets import set_files
from dataflow.perplexity.served import check_server
from dataflow.perplexity.stage import CORPUS
from dataflow.pipeline.earlier import EarlierCorpora
from dataflow.pipeline.steps.perplexity import saved_models
from dataflow.recipe import Recipe
from schemas.errors import UsageError


def check_ready(recipe: Recipe, out: Path) -> None:
    """Raises UsageError unless the files and servers that `recipe` names can be used.

    That is models, evaluation sets, word lists and the index of earlier corpora; nothing is
    computed. MissingExtraError for a package that is not installed, BackendError for a server that
    does not answer.
    """
    if recipe.toxicity.enabled:
        recipe.toxicity.terms()
    if recipe.perplexity.server:
        check_server(recipe.perplexity)
    elif recipe.perplexity.enabled and recipe.perplexity.model != CORPUS:
        saved_models(recipe.perplexity)
    if recipe.decontaminate.enabled:
        for _, path in set_files(recipe.decontaminate.sets):
            _check_readable("decontaminate.sets", path)
    earlier = EarlierCorpora.of(recipe, out)
    if earlier is not None and "dedup" not in recipe.run.skip:
        earlier.check()


def _check_readable(key: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{key}: {path} cannot be read: {error.strerror}") from error
