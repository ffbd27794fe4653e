"""The stage that holds the scores of samples against thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import polars as pl

from dataflow.judging.reward import RewardOptions
from dataflow.sft.drafts import INTO_EVALSET, INTO_PREFERENCES, INTO_RETRIEVAL, INTO_SFT
from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import RecipeError
from schemas.records import Level, Reason, Reject, StageName

_SETS = (INTO_SFT, INTO_PREFERENCES, INTO_EVALSET, INTO_RETRIEVAL)
_RANKS = ((INTO_EVALSET, 10), (INTO_RETRIEVAL, 10))

Ranks = Mapping[str, Any] | tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class JudgeSamples:
    """Splits: samples whose scores reach every threshold are kept, each other has a reject row.

    A threshold applies where the score was measured; what is null passes. Where a model is to
    measure what a threshold decides about and fails in a way that may pass, the sample is refused
    as `llm_failed` or `budget_exhausted`, and the next run asks again.
    `min_faithfulness` is for the rule judge: how far an answer keeps to its evidence, 0..1; a copy
    has about 1, a true answer in quite other words may have 0.15, one about something else has
    less than 0.1. 0.4 suits answers that should stay with the text: on labelled news sentences it
    refuses 1 of 100 good ones and 1 of 5 bad ones.
    `min_curation` is for the 1 to 5 that a model gives its own sample with the source in view: 4
    drops what it calls middling (Humback keeps 5 only, which leaves few of a small model).
    `ask` has a model judge every sample that a model wrote, with the source in view: one more
    request each. `min_judge` is for its P(yes); 0 keeps all, since a threshold is worth something
    only when it comes from labels: `corpusmill calibrate` finds it.
    `max_retrieval_rank` is by data set (`evalset`, `retrieval`, `sft`, `preferences`; 0: off): the
    rank of the sample's own chunk when all chunks are searched for its question. 10 is as many as
    a retriever hands on; instructions for training need no retrieval.
    `ifd` has a server measure perplexities, one that gives the log-probabilities of prompts (vLLM):
    three requests for each sample, which count against the budget of [llm].
    `max_ifd` is for perplexity with the question over that without: above 1 the question does not
    belong to the answer. 0 is off. `min_reward` is for the reward model, on its own scale; null is
    off. `min_quality` is for the model of imported verdicts, 0..1.
    `reward_url` is the reward model's address, ending in `/score`, `/rerank` or `/classify`; '' for
    none. `reward_model` is its name; `reward_api_key_env` names the environment variable that holds
    its key, '' for none. It has the budget of [llm] too: with a money budget `reward_price` says
    what a million of the tokens that it reads cost (0 for nothing).
    `url` and `model` are those of a judge that is another model than the writer, for `ask` and
    `ifd`; '' for the same. It has the budget of [llm], but not its key and prices: `api_key_env`
    names the variable that holds its own key, '' for none, and with a money budget `price_input`
    and `price_output` say what a million of its tokens cost (0 for nothing).
    """

    VERSION: ClassVar[int] = 1

    min_faithfulness: float = 0.1
    min_curation: float = 4.0
    ask: bool = False
    min_judge: float = 0.0
    max_retrieval_rank: Ranks = _RANKS
    max_ifd: float = 1.0
    min_reward: float | None = None
    min_quality: float = 0.0
    ifd: bool = False
    reward_url: str = ""
    reward_model: str = ""
    reward_api_key_env: str = ""
    reward_price: float | None = None
    url: str = ""
    model: str = ""
    api_key_env: str = ""
    price_input: float | None = None
    price_output: float | None = None

    def __post_init__(self) -> None:
        """Makes equal options equal; raises RecipeError for one that is out of its range."""
        for name in ("min_faithfulness", "min_judge", "min_quality"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise RecipeError(f"judge.{name}: {getattr(self, name)} is no share; use 0 to 1")
        if not 0.0 <= self.min_curation <= 5.0:
            raise RecipeError(f"judge.min_curation: {self.min_curation}; use 1 to 5, or 0 for off")
        if not self.max_ifd >= 0.0:
            raise RecipeError(f"judge.max_ifd: {self.max_ifd} is below 0; use 0 for off")
        self._check_servers()
        object.__setattr__(self, "max_retrieval_rank", _ranks(self.max_retrieval_rank))

    def _check_servers(self) -> None:
        if self.url and not self.url.startswith(("http://", "https://")):
            raise RecipeError(f"judge.url: {self.url!r} is no http address")
        if self.url and not self.model:
            raise RecipeError("judge.model: the judge at judge.url needs the name of its model")
        for name in ("price_input", "price_output", "reward_price"):
            price = getattr(self, name)
            if price is not None and not 0 <= price < float("inf"):
                raise RecipeError(f"judge.{name}: {price} is no price; use 0 or more")
        if self.reward_url:
            _ = self.reward
            if not self.reward_model:
                raise RecipeError("judge.reward_model: scores are kept by the name of their model")

    @property
    def reward(self) -> RewardOptions:
        """How the reward model is asked; raises UsageError for an address of no known protocol."""
        return RewardOptions(self.reward_url, self.reward_model, self.reward_api_key_env)

    @property
    def identity(self) -> str:
        """The thresholds and the models; where these are and what they cost shapes no row."""
        return repr(replace(
            self, url="", model=self.model if self.url else "", api_key_env="",
            price_input=None, price_output=None, reward_url="", reward_api_key_env="",
            reward_price=None, reward_model=self.reward.identity if self.reward_url else "",
        ))  # fmt: skip

    @property
    def measuring(self) -> JudgeSamples:
        """What models are asked of samples, without the thresholds: those decide afterwards."""
        return replace(
            JudgeSamples(), ask=self.ask, ifd=self.ifd, reward_url=self.reward_url,
            reward_model=self.reward_model, url=self.url, model=self.model,
        )  # fmt: skip

    @property
    def needed(self) -> frozenset[str]:
        """Scores by models that a threshold decides about."""
        bounds = {"judge": self.min_judge > 0, "ifd": self.max_ifd > 0,
                  "reward": self.min_reward is not None}  # fmt: skip
        return frozenset(name for name, decides in bounds.items() if decides)

    @property
    def ranked(self) -> tuple[str, ...]:
        """Data sets whose questions are searched for."""
        return tuple(into for into, rank in _ranks(self.max_retrieval_rank) if rank)

    def decide(self, frame: pl.DataFrame) -> Split:
        """Kept rows, in order, and one reject row for each other row, with what decided first.

        `frame` has `sample_id`, `source`, `into` and the struct `scores`.
        """
        kept: list[bool] = []
        rejects: list[Reject] = []
        columns = frame.select("sample_id", "source", "into", "scores")
        for sample_id, source, into, scores in columns.iter_rows():
            fault = self._fault(into, scores or {})
            kept.append(fault is None)
            if fault is not None:
                reason, detail, value, bound = fault
                rejects.append(
                    Reject(
                        sample_id, Level.SAMPLE, StageName.SFT, reason, source or "", detail,
                        value, bound,
                    )
                )  # fmt: skip
        found = frame.filter(pl.Series(kept, dtype=pl.Boolean))
        check_conserved("judge", frame.height, found.height, len(rejects))
        return Split(found, reject_frame(rejects))

    def _fault(
        self, into: str, scores: Mapping[str, float | None]
    ) -> tuple[Reason, str, float, float] | None:
        """Reason, detail, value and threshold of the first score that is too low or too high."""
        least = {
            "faithfulness": self.min_faithfulness, "curation": self.min_curation,
            "judge": self.min_judge, "reward": self.min_reward, "quality": self.min_quality,
        }  # fmt: skip
        for name, bound in least.items():
            value = scores.get(name)
            if value is not None and bound is not None and not value >= bound:
                return Reason.JUDGED_LOW, name, value, bound
        ifd = scores.get("ifd")
        if ifd is not None and self.max_ifd and not ifd <= self.max_ifd:
            return Reason.JUDGED_LOW, "ifd", ifd, self.max_ifd
        rank, most = scores.get("retrieval_rank"), dict(self.max_retrieval_rank).get(into, 0)
        if rank is not None and most and rank > most:
            return Reason.NOT_RETRIEVABLE, "retrieval_rank", rank, float(most)
        return None


def _ranks(given: Ranks) -> tuple[tuple[str, int], ...]:
    """Ranks by data set, sorted; those that are not named are as by default."""
    found = dict(_RANKS)
    for name, rank in given.items() if isinstance(given, Mapping) else given:
        if name not in _SETS:
            raise RecipeError(
                f"judge.max_retrieval_rank: no data set {name!r}; use {', '.join(_SETS)}"
            )
        if isinstance(rank, bool) or not isinstance(rank, int) or rank < 0:
            raise RecipeError(f"judge.max_retrieval_rank.{name}: {rank!r} is no rank; 0 is off")
        found[name] = rank
    return tuple(sorted(found.items()))
