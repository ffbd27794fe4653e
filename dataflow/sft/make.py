"""The stage: documents and their chunks into instruction samples with verified evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from dataflow.diversity.novelty import novel
from dataflow.evidence.spans import ChunkSpan, Fault, cite
from dataflow.llm.base import LLM
from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.drafts import BACK_TRANSLATION, EXTRACTIVE, METHODS, SELF_INSTRUCT, Draft
from dataflow.sft.filters import Bounds, Setting, check
from dataflow.sft.generate import Ask, Sampling, asks, draft_of
from dataflow.sft.rows import SFT_FRAME, chunk_spans, page_at, row_of
from dataflow.sft.rules.propose import choose, rule_drafts
from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import UsageError
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import SFT

BACKENDS = ("rules", "openai", "embedded")

_FLUSH = 512
"""Requests that are collected before the model is asked."""


@dataclass(frozen=True, slots=True)
class MakeSft:
    """Samples from documents: `extractive` by rules, `self_instruct` and `back_translation`.

    `extractive` always works by rules and `self_instruct` needs a model; `back_translation` works
    by rules with `backend="rules"`, else with the model. At most `per_document` candidates are
    drawn from a document, shared evenly by the methods. A sample whose user turn has a ROUGE-L
    above `novelty` with an earlier one is dropped; 1 keeps all but equal samples.
    `support` is the share of an answer's words that its quote must hold. `token_budget` (0: none)
    bounds what the model may cost; `structured` sends a JSON schema along with each request.
    """

    VERSION: ClassVar[int] = 1

    backend: str = "rules"
    url: str = ""
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    gguf: str = ""
    methods: tuple[str, ...] = (EXTRACTIVE, BACK_TRANSLATION)
    per_document: int = 8
    novelty: float = 0.7
    support: float = 0.8
    max_tokens: int = 600
    temperature: float = 0.0
    token_budget: int = 0
    seed: int = 0
    concurrency: int = 4
    timeout_s: float = 120.0
    structured: bool = True

    def __post_init__(self) -> None:
        unknown = sorted(set(self.methods) - set(METHODS))
        if self.backend not in BACKENDS:
            raise UsageError(f"unknown backend {self.backend!r}: use one of {', '.join(BACKENDS)}")
        if unknown or not self.methods or len(set(self.methods)) < len(self.methods):
            raise UsageError(f"methods must be some of {', '.join(METHODS)}, each once")
        if self.backend == "rules" and SELF_INSTRUCT in self.methods:
            raise UsageError("self_instruct needs a model: set backend to 'openai' or 'embedded'")
        if self.backend == "openai" and not (self.url and self.model):
            raise UsageError("backend 'openai' needs url and model")
        if self.backend == "embedded" and not self.gguf:
            raise UsageError("backend 'embedded' needs gguf, the path of a model file")
        if min(self.per_document, self.max_tokens, self.concurrency) < 1 or self.token_budget < 0:
            raise UsageError("per_document, max_tokens and concurrency must be at least 1")
        if not (0 < self.novelty <= 1 and 0 < self.support <= 1):
            raise UsageError("novelty and support must be above 0 and at most 1")

    @property
    def identity(self) -> str:
        """The options that shape rows, and the content of the model file behind its path.

        How often and how patiently a server is asked, and where its key is kept, shape none.
        """
        plain = MakeSft()
        shaping = replace(
            self, timeout_s=plain.timeout_s, concurrency=plain.concurrency,
            api_key_env=plain.api_key_env, gguf=self._model_name if self.gguf else "",
        )  # fmt: skip
        content = ""
        if self.backend == "embedded" and Path(self.gguf).is_file():
            with Path(self.gguf).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{shaping!r} {content}"

    @property
    def needs_llm(self) -> bool:
        """Whether a model is asked at all."""
        return any(self._by_model(method) for method in self.methods)

    def __call__(
        self, documents: pl.DataFrame, chunks: pl.DataFrame, llm: LLM | None = None
    ) -> Split:
        """Samples with exactly the SFT columns, in their order, and a reject row for all others.

        `documents` has doc_id and text and may have source, title, lang and elements; `chunks`
        are those of the documents. Candidates are kept + rejected, see `draft`. `llm` is what
        `dataflow.sft.backends.open_llm` gives; UsageError without one where it is needed.
        """
        drafted = self.draft(documents, chunks, llm)
        fresh, known = drop_known(self, [drafted.kept])
        check_conserved("sft", drafted.kept.height, fresh.height, known.height)
        return Split(fresh.sort(SFT.order), pl.concat([drafted.rejected, known]))

    def draft(self, documents: pl.DataFrame, chunks: pl.DataFrame, llm: LLM | None = None) -> Split:
        """The same before the comparison of samples with each other, in order of the documents.

        Documents come in order of source and id, so what a run keeps does not depend on how its
        documents were divided among calls, as long as `drop_known` sees all of them together.
        """
        if self.needs_llm and llm is None:
            raise UsageError(f"backend {self.backend!r} needs a model: open it with open_llm")
        ledger = _Ledger(self)
        waiting: list[_Prepared] = []
        for prepared in self._prepared(documents, chunks):
            waiting.append(prepared)
            if sum(len(item.asks) for item in waiting) >= _FLUSH:
                self._settle(waiting, ledger, llm)
                waiting = []
        self._settle(waiting, ledger, llm)
        check_conserved("sft", ledger.candidates, len(ledger.rows), len(ledger.rejects))
        kept = pl.DataFrame(ledger.rows, schema=SFT_FRAME)
        return Split(kept, reject_frame(ledger.rejects))

    def _by_model(self, method: str) -> bool:
        return self.backend != "rules" and method != EXTRACTIVE

    @property
    def _model_name(self) -> str:
        """The file's name for an embedded model: its path is the machine's business."""
        return (
            self.model if self.backend == "openai" else self.gguf.replace("\\", "/").split("/")[-1]
        )

    def _shares(self) -> dict[str, int]:
        """How many of a document's candidates each method may draw."""
        share, rest = divmod(self.per_document, len(self.methods))
        return {method: share + (i < rest) for i, method in enumerate(self.methods)}

    def _prepared(self, documents: pl.DataFrame, chunks: pl.DataFrame) -> Iterator[_Prepared]:
        by_document: dict[str, pl.DataFrame] = {
            str(key[0]): group for key, group in chunks.group_by(["doc_id"], maintain_order=True)
        }
        order = [name for name in ("source", "doc_id") if name in documents.columns]
        sampling = Sampling(self.max_tokens, self.temperature, self.seed, self._model_name)
        shares = self._shares()
        by_rules = frozenset(method for method in self.methods if not self._by_model(method))
        for row in documents.sort(order).iter_rows(named=True):
            document = manuscript(row)
            found = by_document.get(document.doc_id)
            spans = chunk_spans(found) if found is not None else []
            drafts = rule_drafts(document, by_rules, self.seed)
            chosen = choose(drafts, sum(shares[method] for method in by_rules), self.seed)
            requests = [
                ask
                for method in self.methods
                if self._by_model(method)
                for ask in asks(document, spans, method, shares[method], sampling)
            ]
            yield _Prepared(document, spans, chosen, requests)

    def _settle(self, waiting: list[_Prepared], ledger: _Ledger, llm: LLM | None) -> None:
        """Asks the model for all that waits and puts every candidate on the ledger."""
        requests = [ask.request for item in waiting for ask in item.asks]
        answers = iter(llm.complete(requests) if llm is not None and requests else [])
        for item in waiting:
            chunks = {chunk.chunk_id: chunk for chunk in item.chunks}
            for draft in item.drafts:
                ledger.judge(draft, item, chunks)
            for ask in item.asks:
                made = draft_of(ask, next(answers), self._model_name)
                if isinstance(made, Fault):
                    ledger.refuse(ask.request_id, made, item.document)
                else:
                    ledger.judge(made, item, chunks)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document with what rules proposed and what a model is to be asked."""

    document: Manuscript
    chunks: Sequence[ChunkSpan]
    drafts: Sequence[Draft]
    asks: Sequence[Ask]


@dataclass(slots=True)
class _Ledger:
    """Every candidate once: a row or a reject."""

    stage: MakeSft
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    candidates: int = 0

    def judge(self, draft: Draft, item: _Prepared, chunks: Mapping[str, ChunkSpan]) -> None:
        """Checks a candidate; only one without a fault becomes a row."""
        document = item.document
        pages = {start: page_at(document, start) for start, _ in draft.spans}
        known = {start: page for start, page in pages.items() if page is not None}
        evidence = cite(draft.spans, document.text, item.chunks, known)
        setting = Setting(document.text, document.title, chunks, evidence)
        fault = check(draft, setting, Bounds(support=self.stage.support))
        if fault is not None:
            self.refuse(draft.sample_id, fault, document)
            return
        self.candidates += 1
        backend = self.stage.backend if draft.written else "rules"
        scores = {"support_threshold": self.stage.support}
        row = row_of(draft, document, evidence, scores)
        self.rows.append(row | {"backend": backend, "seed": self.stage.seed})

    def refuse(self, sample_id: str, fault: Fault, document: Manuscript) -> None:
        """A reject row."""
        self.candidates += 1
        self.rejects.append(
            Reject(
                sample_id, Level.SAMPLE, StageName.SFT, fault.reason, document.source,
                fault.detail, fault.value, fault.threshold,
            )
        )  # fmt: skip


def drop_known(stage: MakeSft, candidates: Sequence[pl.DataFrame]) -> Split:
    """The samples that say something new, in the order given, and a reject row for each other.

    Needs the columns sample_id, instruction and source, and `input` where samples have one: what
    is compared is the user's whole turn. A reject's detail is the id of the kept twin.
    """
    frame = pl.concat(candidates) if candidates else SFT_FRAME.to_frame()
    ids = frame["sample_id"].to_list()
    turns = frame["instruction"].to_list()
    if "input" in frame.columns:
        given = frame["input"].to_list()
        turns = [f"{a}\n\n{b}" if b else a for a, b in zip(turns, given, strict=True)]
    first: dict[str, int] = {}
    unique = [i for i, sample in enumerate(ids) if first.setdefault(sample, i) == i]
    twins = {i: (first[sample], 1.0) for i, sample in enumerate(ids) if first[sample] != i}
    decided = novel([turns[i] for i in unique], stage.novelty)
    for place, found in zip(unique, decided, strict=True):
        if found is not None:
            twins[place] = (unique[found[0]], found[1])
    sources = frame["source"].to_list()
    rejects = [
        Reject(
            ids[i], Level.SAMPLE, StageName.SFT, Reason.NOT_NOVEL, sources[i],
            f"says what sample {ids[twin]} says", similarity, stage.novelty,
        )
        for i, (twin, similarity) in sorted(twins.items())
    ]  # fmt: skip
    fresh = frame.filter(pl.Series([i not in twins for i in range(len(ids))], dtype=pl.Boolean))
    return Split(fresh, reject_frame(rejects))
