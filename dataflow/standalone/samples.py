"""Instruction samples, preferences, test questions and queries from documents, on their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.tables_in import DocumentReader
from dataflow.judging.reward import reward_request
from dataflow.llm.account import Account
from dataflow.llm.base import Answer, Failure, Request, prompt_bound
from dataflow.llm.estimate import Estimate
from dataflow.llm.estimate import estimate as cost
from dataflow.llm.opened import open_llm
from dataflow.llm.options import OPENAI
from dataflow.llm.spending import Spent
from dataflow.pipeline.ready import check_samples
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe
from dataflow.sft.bootstrapping import bootstrapped, chosen_documents
from dataflow.sft.drafts import INTO_SFT, SELF_INSTRUCT
from dataflow.sft.finish import COMPARED, Finish, document_splits, held_out, with_splits
from dataflow.sft.ledger import Drafted, Model
from dataflow.sft.make import DERIVED
from dataflow.sft.opening import FOLDER, Models, open_models, reward_limits
from dataflow.sft.plans.catalogue import ANSWERS
from dataflow.sft.rows import DATA_SETS, SAMPLE_FRAME, rows_of
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Output, Spool, writing
from schemas.errors import UsageError
from schemas.manifest import Manifest
from schemas.tables import CHUNKS, REJECTS

JUDGE_TOKENS = 16
"""Room for a judge's answer, a yes or no (`dataflow.sft.judges`)."""
_BYTES_OF_TOKEN = 4
"""Bytes of a token of English or Chinese text, as a rule, when an answer becomes a prompt."""


def sft(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Samples of all four data sets from the documents of `path`.

    Documents and candidates lie on disk until all are known; what is compared of the candidates
    is held in memory.
    """
    check_samples(recipe)
    reader = DocumentReader(path)
    folder = out / WORK / FOLDER
    with (
        writing(out, recipe, path) as output,
        open_models(recipe.llm, recipe.judge, folder) as models,
    ):
        making = _Making(output, recipe, models, held=_held_out(path))
        for frame in reader:
            making.add(with_lang(frame, recipe.language))
        if models.model is not None and SELF_INSTRUCT in recipe.sft.model_methods:
            making.bootstrap(models.model)
        making.finish()
        output.write(REJECTS, reader.rejected)
        counts: dict[str, Any] = {"stage": repr(recipe.sft), "rows_in": reader.rows_in}
        if models.accounts:
            counts["llm"] = models.spent
        return output.close("sft", counts)


def estimate(path: Path, out: Path, recipe: Recipe) -> dict[str, Estimate]:
    """What asking the model about the documents of `path` would cost, by method; asks nothing.

    Every method that is asked of the model is there, and `judge` and `reward` where such a model
    scores: once for each sample, a reward model also for those of rules. What was asked in `out`
    before is free, except to Self-Instruct and to what scores, and what it cost counts against the
    budget. Raises UsageError when the recipe names no model.
    """
    llm = recipe.llm
    if not llm.asked:
        raise UsageError("there is no model whose cost could be estimated: see [llm] backend")
    methods = recipe.sft.model_methods
    asked: dict[str, list[Request]] = {name: [] for name in methods if name != SELF_INSTRUCT}
    first: list[Request] = []
    ruled: list[Request] = []
    given = _held_out(path)
    for frame in DocumentReader(path):
        documents = with_lang(frame, recipe.language)
        held = document_splits(documents, recipe.sft, given=given)
        documents = documents.drop("split", strict=False).with_columns(held["split"])
        chunks = recipe.chunk(documents)
        for method, request in recipe.sft.first_requests(documents, chunks, llm.model_name):
            asked[method].append(request)
        ruled += _of_rules(documents, chunks, recipe)
        if SELF_INSTRUCT in methods and not first:
            first = _first_of_self_instruct(documents, chunks, recipe)
    folder = out / WORK / FOLDER
    if llm.backend == OPENAI and folder.is_dir():  # nothing is sent by opening it
        with open_llm(llm, folder) as opened:
            found = {
                method: opened.estimate(requests, calls=ANSWERS[method])
                for method, requests in asked.items()
            }
            account, spent = opened.account, opened.spending.spent()
            return found | _others(recipe, asked, first, ruled, account, spent)
    account = Account(llm.budget, llm.prices, Spent())
    found = {
        method: cost(requests, account, Spent(), calls=ANSWERS[method])
        for method, requests in asked.items()
    }
    return found | _others(recipe, asked, first, ruled, account, Spent())


def _others(
    recipe: Recipe,
    asked: dict[str, list[Request]],
    first: list[Request],
    ruled: list[Request],
    account: Account,
    spent: Spent,
) -> dict[str, Estimate]:
    """What Self-Instruct, the judge and the reward model cost, as far as it can be known before.

    Self-Instruct asks for instructions at most `rounds` times `requests` times, and for each of
    them two questions of its kind and its instances, each repeated at most once.
    """
    options, found = recipe.self_instruct, {}
    bootstraps = SELF_INSTRUCT in recipe.sft.model_methods
    if bootstraps:
        wanted = options.instructions
        typical = ceil(wanted / options.per_request) + 2 * wanted
        most = options.rounds * options.requests + 4 * wanted
        largest = sorted(first, key=prompt_bound)[-1:] * typical
        found[SELF_INSTRUCT] = cost(largest, account, spent, calls=(1, most / typical))
    written = [request for name in asked if name not in DERIVED for request in asked[name]]
    written += first[:1] * (options.instructions if bootstraps else 0)
    if recipe.judge.ask:
        judged = [_judging(request, JUDGE_TOKENS) for request in written]
        found["judge"] = cost(judged, account, spent)
    if recipe.judge.reward_url:
        limits = reward_limits(recipe.llm, recipe.judge)
        paid = Account(limits.budget, limits.prices)
        found["reward"] = cost([*ruled, *(_judging(one, 0) for one in written)], paid, spent)
    return found


def _judging(request: Request, max_tokens: int) -> Request:
    """A question about what a request gives: its passage, and the answer in full length."""
    answer = ("user", " " * _BYTES_OF_TOKEN * request.max_tokens)
    return replace(request, messages=(*request.messages, answer), max_tokens=max_tokens)


def _of_rules(documents: pl.DataFrame, chunks: pl.DataFrame, recipe: Recipe) -> list[Request]:
    """What a reward model is asked about the samples that rules make of some documents."""
    if not recipe.judge.reward_url:
        return []
    asked = recipe.sft.model_methods
    rules = replace(recipe.sft, methods=tuple(m for m in recipe.sft.methods if m not in asked))
    kept = rules.draft(documents, chunks).kept.filter(pl.col("into") == INTO_SFT)
    said = kept.select("instruction", "input", "output").iter_rows()
    return [reward_request(f"{one}\n\n{given}" if given else one, answer)
            for one, given, answer in said]  # fmt: skip


def _first_of_self_instruct(
    documents: pl.DataFrame, chunks: pl.DataFrame, recipe: Recipe
) -> list[Request]:
    """The requests of the first round about some of the documents; nothing is asked."""
    options = recipe.self_instruct
    ids = chosen_documents(documents["doc_id"].to_list(), options)
    wanted = pl.col("doc_id").is_in(ids)
    silent = _Recording()
    model = Model(silent, recipe.llm.model_name, "")
    bootstrapped(recipe.sft, options, documents.filter(wanted), chunks.filter(wanted), model)
    return silent.requests


class _Recording:
    """A model that answers nothing and keeps what it is asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """A failure for each request."""
        self.requests += requests
        return [Failure("unasked", "only the cost was to be known", 0) for _ in requests]


def _held_out(path: Path) -> bool:
    """Whether any document says that it is held out; decided before the first of them is used."""
    return any(held_out(frame) for frame in DocumentReader(path))


class _Making:
    """What was drafted so far: candidates, documents and chunks on disk, facts in memory."""

    def __init__(self, output: Output, recipe: Recipe, models: Models, *, held: bool) -> None:
        self.output, self.recipe, self.models, self.held = output, recipe, models, held
        self.drafted, self.chunks = Spool(output, "drafted"), Spool(output, "chunks")
        self.documents = Spool(output, "documents")
        self.order: list[pl.Series] = []
        self.candidates = [_compared(SAMPLE_FRAME.to_frame(), 0)]
        empty = pl.DataFrame(schema={"doc_id": pl.String})
        self.splits = [document_splits(empty, recipe.sft)]
        for data_set in (CHUNKS, *DATA_SETS.values()):
            output.touch(data_set)

    def add(self, documents: pl.DataFrame) -> None:
        """Drafts the samples of some documents."""
        held = document_splits(documents, self.recipe.sft, given=self.held)
        documents = documents.drop("split", strict=False).with_columns(held["split"])
        chunks = self.recipe.chunk(documents)
        self.output.write(CHUNKS, chunks)
        self.splits.append(held)
        self.order.append(documents.sort("source", "doc_id")["doc_id"])
        self.chunks.add(chunks)
        self.documents.add(documents)
        models = self.models
        self._take(self.recipe.sft.draft(documents, chunks, models.model, models.judges))

    def bootstrap(self, model: Model) -> None:
        """Drafts what Self-Instruct makes, with passages of all documents."""
        options = self.recipe.self_instruct
        ids = [doc_id for held in self.splits for doc_id in held["doc_id"]]
        wanted = pl.col("doc_id").is_in(chosen_documents(ids, options))
        documents = [frame.filter(wanted) for frame in self.documents]
        chunks = [frame.filter(wanted) for frame in self.chunks]
        if documents:
            found = pl.concat(documents, how="diagonal"), pl.concat(chunks)
            judges = self.models.judges
            self._take(bootstrapped(self.recipe.sft, options, *found, model, judges))

    def _take(self, found: Drafted) -> None:
        self.candidates.append(_compared(found.kept, self.drafted.count))
        self.drafted.add(found.kept)
        self.output.write(REJECTS, found.rejected)

    def finish(self) -> None:
        """Decides over all candidates together, and writes what stays, in the order of a run."""
        kept, dropped = Finish.of(self.recipe)(self._candidates(), lambda: self.chunks)
        self.output.write(REJECTS, dropped)
        chosen = {int(entry): part.sort("row") for (entry,), part in kept.group_by("entry")}

        def rows(number: int) -> pl.DataFrame:
            mine = chosen.get(number, kept.clear())
            frame = self.drafted[number][mine["row"].to_list()]
            return frame.with_columns(mine["split"], mine["scores"])

        others = [rows(number) for number in range(len(self.order), self.drafted.count)]
        for frame in others:
            self._write(frame.filter(pl.col("doc_id") == ""))
        for number, ids in enumerate(self.order):
            made = pl.concat([rows(number), *others])
            self._write(
                ids.to_frame().join(made, on="doc_id", how="inner", maintain_order="left_right")
            )

    def _candidates(self) -> pl.DataFrame:
        """What is decided about: without a document first, of a document Self-Instruct's last."""
        found = with_splits(pl.concat(self.candidates), pl.concat(self.splits))
        ids = pl.concat([pl.Series("doc_id", [], dtype=pl.String), *self.order])
        places = ids.to_frame().with_row_index("place")
        placed = found.join(places, on="doc_id", how="left", maintain_order="left")
        return placed.sort("place", "entry", "row").drop("place")

    def _write(self, rows: pl.DataFrame) -> None:
        for into, data_set in DATA_SETS.items():
            self.output.write(data_set, rows_of(into, rows))


def _compared(candidates: pl.DataFrame, entry: int) -> pl.DataFrame:
    """What is compared of candidates, with their place on the spool (entry, row)."""
    rows = candidates.select(COMPARED).with_row_index("row")
    return rows.with_columns(entry=pl.lit(entry, pl.UInt32))
