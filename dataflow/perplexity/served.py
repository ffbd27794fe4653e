"""Perplexity of the rows of a frame by a model behind a server; what was asked once is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataflow.llm.base import LLM, Answer, Completion, Failure, Request, collect
from dataflow.llm.cache import CachedLLM
from dataflow.llm.server_call import ServerOptions
from dataflow.perplexity.llm import PromptScorer, as_answer
from schemas.errors import BackendError

if TYPE_CHECKING:
    import httpx

    from dataflow.perplexity.stage import ScorePerplexity

CACHE_NAME = "prompt-scores.sqlite"
PROMPT_ID = "perplexity/1"
SAMPLE = "The quick brown fox jumps over the lazy dog. 春眠不觉晓，处处闻啼鸟。"
"""A text of more than two tokens in any vocabulary, to ask a server whether it can."""
UNREACHABLE = "unreachable"
_AT_ONCE = 8
"""Texts asked before their answers are kept: so many are lost when a run is killed."""


@dataclass(frozen=True, slots=True)
class PromptModel:
    """A scorer as an LLM, so that the cache of answers serves it: a text in, its score out."""

    scorer: PromptScorer

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Answers in order, a few at a time; raises BackendError as the scorer does."""
        for start in range(0, len(requests), _AT_ONCE):
            some = requests[start : start + _AT_ONCE]
            answers = self.scorer.score([request.messages[0][1] for request in some])
            for place, answer in enumerate(answers, start):
                yield place, as_answer(answer)


def check_server(stage: ScorePerplexity, *, transport: httpx.BaseTransport | None = None) -> None:
    """Asks the server of `stage` for one short text; does nothing for a stage without a server.

    Raises BackendError, with what to do, unless the answer has the log-probabilities of the prompt.
    """
    if not stage.server:
        return
    options = _options(stage)
    with PromptScorer(options, transport=transport) as scorer:
        (answer,) = scorer.score([SAMPLE])
    if isinstance(answer, Failure):
        raise BackendError(
            f"perplexity.model: {scorer.endpoint} gave no perplexity for model "
            f"{options.model!r} ({answer.kind}: {answer.detail})"
        )


def score_served(
    stage: ScorePerplexity,
    frame: pl.DataFrame,
    cache: Path | None,
    *,
    transport: httpx.BaseTransport | None = None,
) -> tuple[pl.DataFrame, int]:
    """`frame` (text, signals) with the signal `perplexity`, and how many texts had no answer.

    Those, and texts of fewer tokens than `stage.min_tokens`, have none. `cache` is the folder where
    answers are kept, by the model's name and not its address. Raises BackendError when the server
    gives no log-probabilities of prompts, or when it answers for no text at all.
    """
    options = _options(stage)
    texts = [(text or "")[: stage.max_chars] for text in frame["text"].to_list()]
    asked = [place for place, text in enumerate(texts) if text.strip()]
    requests = [Request(PROMPT_ID, (("user", texts[place]),), 1) for place in asked]
    with ExitStack() as stack:
        scorer = stack.enter_context(PromptScorer(options, transport=transport))
        llm: LLM = PromptModel(scorer)
        if cache is not None:
            llm = stack.enter_context(
                CachedLLM(llm, cache / CACHE_NAME, f"perplexity {stage.served}")
            )
        answers = llm.complete(requests)
    failed = [answer for answer in answers if isinstance(answer, Failure)]
    if (
        failed
        and all(answer.kind == UNREACHABLE for answer in failed)
        and len(failed) == len(texts)
    ):
        raise BackendError(f"{scorer.endpoint} does not answer ({failed[0].detail})")
    found: list[float | None] = [None] * len(texts)
    for place, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Completion):
            perplexity, tokens = json.loads(answer.text)
            found[place] = perplexity if tokens >= stage.min_tokens else None
    return stage.with_perplexity(frame, found), len(failed)


def _options(stage: ScorePerplexity) -> ServerOptions:
    url, _, model = stage.model.partition("#")
    return ServerOptions(url, model, attempts=2)  # a server that is away is told of in a second
