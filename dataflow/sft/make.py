"""The stage: documents and their chunks into candidates whose evidence has been checked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import polars as pl

from dataflow.balance.splits import TEST, TRAIN
from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.evidence.support import SUPPORT
from dataflow.llm.base import Answer, Failure, Request
from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.chunk_choice import chosen_chunks
from dataflow.sft.derive.derive import derive
from dataflow.sft.drafts import (
    BACK_TRANSLATION,
    DIALOGUE,
    DIFFICULTIES,
    EVALSET,
    EXTRACTIVE,
    KINDS,
    PERSPECTIVES,
    PREFERENCE,
    QUERY,
    QUESTION,
    REASONING,
    REVISION,
    SELF_INSTRUCT,
    SUMMARY,
    TABLE,
    Draft,
)
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Drafted, Ledger, Model, Place
from dataflow.sft.mixes import Mix, mix_of, traits_of
from dataflow.sft.plan import Plan, Sampling, Topic, carry_out
from dataflow.sft.plans.catalogue import PLANS
from dataflow.sft.rows import chunk_spans
from dataflow.sft.rules.propose import choose, rule_drafts
from dataflow.sft.templates import Library
from schemas.errors import RecipeError

DERIVED = (PREFERENCE, QUERY, EVALSET)
"""Methods that make something of samples which are there already."""
BY_RULES = (EXTRACTIVE, TABLE, BACK_TRANSLATION, DIALOGUE, *DERIVED)
BY_MODEL = (
    QUESTION, BACK_TRANSLATION, DIALOGUE, REASONING, SUMMARY, REVISION, *DERIVED, SELF_INSTRUCT,
)  # fmt: skip

_FLUSH = 512
"""Topics that are collected before the model is asked."""
_LARGEST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class MakeSft:
    """Samples from documents, each with evidence that was found in its source.

    `methods` work by rules: `extractive` (questions, lists, summaries, titles from the text),
    `table` (looked up and computed from cells), `back_translation` (the section is the answer),
    `dialogue`; and, derived from accepted samples, `preference` (a controlled flaw), `query` (for
    training retrievers) and `evalset` (test questions, only from documents in the test split).
    `model_methods` are asked of the model that `[llm]` names, and then not made by rules:
    `question`, `back_translation`, `dialogue`, `reasoning`, `summary`, `revision`, `preference`,
    `query`, `evalset`, and `self_instruct`, which has a section of its own. At most
    `per_document` candidates are drawn from a document by rules and as many by the model, shared
    evenly by the methods of each.

    `perspectives`, `difficulties` and `kinds` are the wanted shares of what the model is asked for
    (`{ novice = 2, expert = 1 }`); empty for the default mix. `support` is how far an answer's
    words must be held by its quotes, 0 to 1; its numbers, dates, names and denials must be held
    whatever this says. A sample whose user turns have a ROUGE-L above `novelty` with an earlier one
    of its data set is dropped, of a passage that it gives as many words counting as the question
    has; 1 keeps all but equal ones.
    `max_tokens`, `temperature` and `seed` go to the model; `prompts` is a folder of prompt files
    that take the place of the package's own of the same name. `validation` and `test` are the
    shares of source clusters that are held out, when [balance] holds none out.
    """

    VERSION: ClassVar[int] = 12

    methods: tuple[str, ...] = BY_RULES
    model_methods: tuple[str, ...] = (QUESTION, BACK_TRANSLATION)
    per_document: int = 12
    perspectives: Mix = ()
    difficulties: Mix = ()
    kinds: Mix = ()
    support: float = SUPPORT
    novelty: float = 0.7
    max_tokens: int = 600
    temperature: float = 0.0
    seed: int = 0
    prompts: str = ""
    validation: float = 0.0
    test: float = 0.1

    def __post_init__(self) -> None:
        """Raises RecipeError for a method that there is not or a number out of its range."""
        for name, known in (("methods", BY_RULES), ("model_methods", BY_MODEL)):
            given = getattr(self, name)
            for method in given:
                if method not in known:
                    raise RecipeError(f"sft.{name}: {method!r} is not one of {', '.join(known)}")
            ordered = tuple(method for method in known if method in given)
            object.__setattr__(self, name, ordered)
        for name, values in (
            ("perspectives", PERSPECTIVES), ("difficulties", DIFFICULTIES), ("kinds", KINDS),
        ):  # fmt: skip
            object.__setattr__(self, name, mix_of(f"sft.{name}", getattr(self, name), values))
        if self.per_document < 1 or self.max_tokens < 1:
            raise RecipeError("sft.per_document and sft.max_tokens must be at least 1")
        if not (0 < self.novelty <= 1 and 0 < self.support <= 1):
            raise RecipeError("sft.novelty and sft.support must be above 0 and at most 1")
        if not (self.validation >= 0 and self.test >= 0):
            raise RecipeError("sft.validation and sft.test must be shares from 0 to 1")
        if self.validation + self.test > _LARGEST_SHARE:
            raise RecipeError(f"sft.validation and sft.test hold out more than {_LARGEST_SHARE}")
        if not 0 <= self.temperature <= 2:
            raise RecipeError("sft.temperature must be from 0 to 2")

    @property
    def identity(self) -> str:
        """The options and the content of every prompt file that may be used, wherever it lies."""
        return f"{replace(self, prompts='')!r} {self.library.identity}"

    @property
    def library(self) -> Library:
        """The prompt files in use."""
        return Library(self.prompts)

    def draft(
        self,
        documents: pl.DataFrame,
        chunks: pl.DataFrame,
        model: Model | None = None,
        judges: Judges | None = None,
    ) -> Drafted:
        """Candidates that passed every check of their own (SAMPLE_FRAME), and all other ones.

        `documents` has doc_id and text and may have source, title, lang, elements and `split`
        (`train` without it); `chunks` are those of the documents. They come in order of source and
        id, so what a run keeps does not depend on how its documents were divided among calls, as
        long as `dataflow.sft.finish` sees the candidates of all together.
        """
        ledger = Ledger(self.support, self.seed, model)
        waiting: list[_Prepared] = []
        for prepared in self._prepared(documents, chunks, model):
            waiting.append(prepared)
            if sum(len(item.topics) for item in waiting) >= _FLUSH:
                self._settle(waiting, ledger, judges or Judges())
                waiting = []
        self._settle(waiting, ledger, judges or Judges())
        return ledger.split()

    def first_requests(
        self, documents: pl.DataFrame, chunks: pl.DataFrame, name: str
    ) -> Iterator[tuple[str, Request]]:
        """The method and the first request of every plan for the model `name`; nothing is asked."""
        asking = Model(_Silent(), name, "")
        for prepared in self._prepared(documents, chunks, asking):
            for topic in prepared.topics:
                plan = PLANS[topic.method](topic)
                with contextlib.suppress(StopIteration):  # a passage that no plan would ask about
                    yield topic.method, next(plan)
                plan.close()

    def _prepared(
        self, documents: pl.DataFrame, chunks: pl.DataFrame, model: Model | None
    ) -> Iterator[_Prepared]:
        by_document: dict[str, pl.DataFrame] = {
            str(key[0]): group for key, group in chunks.group_by(["doc_id"], maintain_order=True)
        }
        order = [name for name in ("source", "doc_id") if name in documents.columns]
        asked = self.model_methods if model is not None else ()
        ruled = frozenset(self.methods) - set(asked)
        by_rules = ruled - set(DERIVED)
        for row in documents.sort(order).iter_rows(named=True):
            document = manuscript(row)
            found = by_document.get(document.doc_id)
            spans = chunk_spans(found) if found is not None else []
            chosen: list[Draft] = []
            if by_rules:
                drafts = rule_drafts(document, by_rules, self.seed)
                chosen = choose(drafts, self.per_document, self.seed)
            held = row.get("split") or TRAIN
            methods = [
                name for name in asked if name in PLANS and (name != EVALSET or held == TEST)
            ]
            topics = self._topics(document, spans, methods, model) if model is not None else []
            derived = ruled & set(DERIVED) - (set() if held == TEST else {EVALSET})
            yield _Prepared(document, spans, chosen, topics, derived)

    def _topics(
        self, document: Manuscript, chunks: Sequence[ChunkSpan], methods: Sequence[str],
        model: Model,
    ) -> list[Topic]:  # fmt: skip
        sampling = self.sampling(model)
        mixes = (self.perspectives, self.difficulties, self.kinds)
        found = []
        share, rest = divmod(self.per_document, max(len(methods), 1))
        for place, method in enumerate(methods):
            wanted = share + (place < rest)
            chosen = chosen_chunks(chunks, wanted, method, self.seed)
            traits = traits_of([chunk.chunk_id for chunk in chosen], method, self.seed, mixes)
            found += [
                Topic(method, document, chunk, own, sampling, self.library)
                for chunk, own in zip(chosen, traits, strict=True)
            ]
        return found

    def _settle(self, waiting: Sequence[_Prepared], ledger: Ledger, judges: Judges) -> None:
        """Asks the model about all that waits and puts every candidate on the ledger."""
        topics: list[tuple[Topic, Callable[[Topic], Plan]]] = [
            (topic, PLANS[topic.method]) for item in waiting for topic in item.topics
        ]
        outcomes = iter(carry_out(topics, ledger.model.llm) if ledger.model and topics else ())
        for item in waiting:
            place = Place(item.document, item.chunks)
            accepted = [draft for draft in item.drafts if ledger.judge(draft, place)]
            for topic in item.topics:
                _, made = next(outcomes)
                if isinstance(made, Fault):
                    ledger.refuse(topic.topic_id, made, item.document.source)
                else:
                    accepted += [draft for draft in made if ledger.judge(draft, place)]
            for draft in accepted:
                others = [other for other in accepted if other is not draft]
                for one in derive(
                    draft, item.document, item.chunks, others, self.seed, item.derived
                ):
                    ledger.judge(one, place)
        ask = partial(judges.scores, sampling=self.sampling(ledger.model), library=self.library)
        ledger.score(ask)

    def sampling(self, model: Model | None) -> Sampling:
        """How a model is asked."""
        return Sampling(
            self.max_tokens, self.temperature, self.seed, model.name if model is not None else ""
        )


class _Silent:
    """A model that is never asked: for what a run would ask."""

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """A failure for each request."""
        return [Failure("unasked", "only the cost was to be known", 0) for _ in requests]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document with what rules proposed, what a model is asked about, what is derived."""

    document: Manuscript
    chunks: Sequence[ChunkSpan]
    drafts: Sequence[Draft]
    topics: Sequence[Topic]
    derived: frozenset[str]
