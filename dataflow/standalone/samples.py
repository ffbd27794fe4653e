"""Instruction samples, preferences, test questions and queries from documents, on their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.tables_in import DocumentReader
from dataflow.llm.opened import Opened, open_llm
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe
from dataflow.sft.bootstrapping import bootstrapped, chosen_documents
from dataflow.sft.drafts import SELF_INSTRUCT
from dataflow.sft.finish import COMPARED, Finish, document_splits, with_splits
from dataflow.sft.ledger import Model
from dataflow.sft.rows import DATA_SETS, SAMPLE_FRAME, rows_of
from dataflow.stage import Split
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Output, Spool, writing
from schemas.manifest import Manifest
from schemas.tables import CHUNKS, REJECTS


def sft(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Samples of all four data sets from the documents of `path`.

    Documents and candidates lie on disk until all are known; what is compared of the candidates
    is held in memory.
    """
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output, _model(recipe, out) as (model, opened):
        making = _Making(output, recipe, model)
        for frame in reader:
            making.add(with_lang(frame, recipe.language))
        if model is not None and SELF_INSTRUCT in recipe.sft.model_methods:
            making.bootstrap(model)
        making.finish()
        output.write(REJECTS, reader.rejected)
        counts: dict[str, Any] = {"stage": repr(recipe.sft), "rows_in": reader.rows_in}
        if opened is not None:
            counts["llm"] = opened.account.as_dict()
        return output.close("sft", counts)


class _Making:
    """What was drafted so far: candidates, documents and chunks on disk, facts in memory."""

    def __init__(self, output: Output, recipe: Recipe, model: Model | None) -> None:
        self.output, self.recipe, self.model = output, recipe, model
        self.drafted, self.chunks = Spool(output, "drafted"), Spool(output, "chunks")
        self.documents = Spool(output, "documents")
        self.candidates = [_compared(SAMPLE_FRAME.to_frame(), 0)]
        empty = pl.DataFrame(schema={"doc_id": pl.String})
        self.splits = [document_splits(empty, recipe.sft)]
        for data_set in (CHUNKS, *DATA_SETS.values()):
            output.touch(data_set)

    def add(self, documents: pl.DataFrame) -> None:
        """Drafts the samples of some documents."""
        held = document_splits(documents, self.recipe.sft)
        documents = documents.drop("split", strict=False).with_columns(held["split"])
        chunks = self.recipe.chunk(documents)
        self.output.write(CHUNKS, chunks)
        self.splits.append(held)
        self.chunks.add(chunks)
        self.documents.add(documents)
        self._take(self.recipe.sft.draft(documents, chunks, self.model))

    def bootstrap(self, model: Model) -> None:
        """Drafts what Self-Instruct makes, with passages of all documents."""
        options = self.recipe.self_instruct
        ids = [doc_id for held in self.splits for doc_id in held["doc_id"]]
        wanted = pl.col("doc_id").is_in(chosen_documents(ids, options))
        documents = [frame.filter(wanted) for frame in self.documents]
        chunks = [frame.filter(wanted) for frame in self.chunks]
        if documents:
            found = pl.concat(documents, how="diagonal"), pl.concat(chunks)
            self._take(bootstrapped(self.recipe.sft, options, *found, model))

    def _take(self, found: Split) -> None:
        self.candidates.append(_compared(found.kept, self.drafted.count))
        self.drafted.add(found.kept)
        self.output.write(REJECTS, found.rejected)

    def finish(self) -> None:
        """Decides over all candidates together, and writes what stays."""
        recipe = self.recipe
        candidates = with_splits(pl.concat(self.candidates), pl.concat(self.splits))
        decide = Finish(recipe.sft, recipe.review, recipe.judge, recipe.select)
        kept, dropped = decide(candidates, lambda: self.chunks)
        self.output.write(REJECTS, dropped)
        chosen = {int(entry): part.sort("row") for (entry,), part in kept.group_by("entry")}
        for number, frame in enumerate(self.drafted):
            if number in chosen:
                mine = chosen[number]
                rows = frame[mine["row"].to_list()].with_columns(mine["split"], mine["scores"])
                for into, data_set in DATA_SETS.items():
                    self.output.write(data_set, rows_of(into, rows))


def _compared(candidates: pl.DataFrame, entry: int) -> pl.DataFrame:
    """What is compared of candidates, with their place on the spool (entry, row)."""
    rows = candidates.select(COMPARED).with_row_index("row")
    return rows.with_columns(entry=pl.lit(entry, pl.UInt32))


@contextmanager
def _model(recipe: Recipe, out: Path) -> Iterator[tuple[Model | None, Opened | None]]:
    if not recipe.llm.asked:
        yield None, None
        return
    with open_llm(recipe.llm, out / WORK / "llm") as opened:
        yield Model(opened.llm, recipe.llm.model_name, recipe.llm.backend), opened
