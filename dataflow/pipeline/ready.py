"""Whether all is there that a run will need, before the hours that come before it needs it."""

from __future__ import annotations

from pathlib import Path

from dataflow.decontamination.sets import set_files
from dataflow.llm.embedded import check_embedded
from dataflow.llm.options import EMBEDDED
from dataflow.perplexity.served import check_server
from dataflow.perplexity.stage import CORPUS
from dataflow.pipeline.earlier import EarlierCorpora
from dataflow.pipeline.steps.perplexity import saved_models
from dataflow.recipe import Recipe
from dataflow.sft.drafts import SELF_INSTRUCT
from dataflow.sft.make import MakeSft
from dataflow.sft.opening import judging_options
from dataflow.sft.self_instruct.seeds import seeds_for
from schemas.errors import UsageError


def check_ready(recipe: Recipe, out: Path) -> None:
    """Raises UsageError unless the files and servers that `recipe` names can be used.

    That is models, evaluation sets, word lists, prompts, verdicts and the index of earlier
    corpora; nothing is computed. MissingExtraError for a package that is not installed,
    BackendError for a server that does not answer.
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
    if "sft" not in recipe.run.skip:
        check_samples(recipe)
    earlier = EarlierCorpora.of(recipe, out)
    if earlier is not None and "dedup" not in recipe.run.skip:
        earlier.check()


def check_samples(recipe: Recipe) -> None:
    """Raises UsageError unless the files that making samples needs can be used.

    That is the model file and what serves it, prompt files, seed tasks and verdicts; a server is
    not asked, since an answer may cost something.
    """
    llm, methods = recipe.llm, recipe.sft.model_methods
    if llm.backend == EMBEDDED:
        check_embedded(llm.embedded())
    if not llm.asked and methods != MakeSft().model_methods:
        raise UsageError(
            f"sft.model_methods ({', '.join(methods)}) needs a model: set [llm] backend"
        )
    if recipe.sft.prompts and not Path(recipe.sft.prompts).is_dir():
        raise UsageError(f"sft.prompts: {recipe.sft.prompts} is no folder")
    _ = recipe.sft.library.identity, recipe.review.identity  # read every file
    if llm.asked and SELF_INSTRUCT in methods:
        seeds_for(recipe.self_instruct.seeds)
    if recipe.judge.ask and not llm.asked:
        raise UsageError("judge.ask has a model judge what a model wrote: set [llm] backend")
    if recipe.judge.ifd and not (recipe.judge.url or llm.url):
        raise UsageError("judge.ifd needs a server with log-probabilities of prompts: judge.url")
    judging_options(llm, recipe.judge)


def _check_readable(key: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{key}: {path} cannot be read: {error.strerror}") from error
