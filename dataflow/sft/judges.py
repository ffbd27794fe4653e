"""Scores that models give to samples: P(yes) with the source in view, IFD, reward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from dataflow.evidence.spans import Fault
from dataflow.judging.ifd import Scorer, difficulties
from dataflow.judging.llm_judge import judged
from dataflow.llm.base import Failure
from dataflow.sft.drafts import INTO_SFT, Draft, Traits
from dataflow.sft.ledger import Judged, Model, Place
from dataflow.sft.plan import (
    TRANSIENT,
    Asker,
    Asking,
    Sampling,
    Topic,
    carry_out,
    fault_of,
)
from dataflow.sft.templates import Library

_JUDGE = "judge"
_JUDGE_TOKENS = 16
"""Room for a word, and for what a talkative model puts before it."""


class Rewards(Protocol):
    """What `dataflow.judging.reward.open_rewards` gives."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float | Failure]:
        """The reward of each answer to its question, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Judges:
    """The models that score samples; each may be absent. `asked` judges what a model wrote.

    `needed` are the scores (`judge`, `ifd`, `reward`) that a threshold decides about.
    """

    asked: Model | None = None
    scorer: Scorer | None = None
    rewards: Rewards | None = None
    needed: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return not (self.asked is None and self.scorer is None and self.rewards is None)

    def scores(
        self, drafts: Sequence[tuple[Draft, Place]], sampling: Sampling, library: Library
    ) -> list[Judged]:
        """What is said of each accepted draft, scores by names of `schemas.samples.SCORES`.

        A score that there is not (a text too short to measure, an answer that is neither yes nor
        no) is left out. One that failed in a way that may pass is `missing`, and refuses the draft
        where a threshold needs it. Raises BackendError where a server cannot measure perplexity.
        """
        found = [Judged() for _ in drafts]
        self._judge(drafts, sampling, library, found)
        places = [i for i, (draft, _) in enumerate(drafts) if draft.into == INTO_SFT]
        pairs = [(drafts[i][0].user_turn, drafts[i][0].output) for i in places]
        if self.scorer is not None:
            for i, one in zip(places, difficulties(self.scorer, pairs), strict=True):
                if isinstance(one, Failure):
                    self._failed("ifd", fault_of(one), found[i])
                elif one is not None:
                    found[i].scores |= {"perplexity": one.perplexity, "ifd": one.ifd}
        if self.rewards is not None:
            for i, reward in zip(places, self.rewards.score(pairs), strict=True):
                if isinstance(reward, Failure):
                    self._failed("reward", fault_of(reward), found[i])
                else:
                    found[i].scores["reward"] = reward
        return found

    def _failed(self, name: str, fault: Fault, judged: Judged) -> None:
        """Notes a score that another run may have."""
        if fault.reason not in TRANSIENT:
            return
        judged.missing.append(name)
        if name in self.needed and judged.refused is None:
            judged.refused = Fault(fault.reason, f"not judged ({name}): {fault.detail}")

    def _judge(
        self,
        drafts: Sequence[tuple[Draft, Place]],
        sampling: Sampling,
        library: Library,
        found: list[Judged],
    ) -> None:
        """Adds P(yes) of what a model wrote and the documents' chunks can answer for."""
        if self.asked is None:
            return
        own = Sampling(_JUDGE_TOKENS, 0.0, sampling.seed, self.asked.name)
        asked: list[tuple[int, Callable[[int], Asking[float | Fault]]]] = []
        for i, (draft, place) in enumerate(drafts):
            chunks = [
                chunk for chunk in place.chunks
                if any(chunk.char_start < end and start < chunk.char_end
                       for start, end in draft.spans)
            ]  # fmt: skip
            if draft.written and draft.into == INTO_SFT and chunks:
                topic = Topic(_JUDGE, place.document, chunks[0], Traits(), own, library)
                source = "\n\n".join(chunk.text for chunk in chunks)
                asked.append((i, partial(_plan, topic, draft, source)))
        for i, score in carry_out(asked, self.asked.llm):
            if isinstance(score, Fault):
                self._failed("judge", score, found[i])
            else:
                found[i].scores["judge"] = score


def _plan(topic: Topic, draft: Draft, source: str, _: int) -> Asking[float | Fault]:
    return judged(Asker(topic), draft, source)
