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
from dataflow.sft.finish import COMPARED, Finish, document_splits, with_splits
from dataflow.sft.make import Model
from dataflow.sft.rows import DATA_SETS, SAMPLE_FRAME, rows_of
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Output, Spool, writing
from schemas.manifest import Manifest
from schemas.tables import CHUNKS, REJECTS


def sft(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Samples of all four data sets from the documents of `path`.

    Candidates lie on disk until all are known; what is compared of them is held in memory.
    """
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output, _model(recipe, out) as (model, opened):
        output.touch(CHUNKS)
        drafted, chunks = Spool(output, "drafted"), Spool(output, "chunks")
        candidates = _drafted(reader, output, recipe, model, (drafted, chunks))
        finish = Finish(recipe.sft, recipe.judge, recipe.select)
        kept, dropped = finish(candidates, lambda: chunks)
        _write_kept(output, kept, drafted)
        output.write(REJECTS, dropped)
        output.write(REJECTS, reader.rejected)
        counts: dict[str, Any] = {"stage": repr(recipe.sft), "rows_in": reader.rows_in}
        if opened is not None:
            counts["llm"] = opened.account.as_dict()
        return output.close("sft", counts)


def _drafted(
    reader: DocumentReader,
    output: Output,
    recipe: Recipe,
    model: Model | None,
    spools: tuple[Spool, Spool],
) -> pl.DataFrame:
    """What is compared of all candidates, each with its place on the spool (entry, row)."""
    drafted, pieces = spools
    found = [SAMPLE_FRAME.to_frame().select(COMPARED).with_row_index("row")]
    found[0] = found[0].with_columns(entry=pl.lit(0, pl.UInt32))
    splits = []
    for number, frame in enumerate(reader):
        documents = with_lang(frame, recipe.language)
        held = document_splits(documents, recipe.sft)
        documents = documents.drop("split", strict=False).with_columns(held["split"])
        chunks = recipe.chunk(documents)
        output.write(CHUNKS, chunks)
        pieces.add(chunks.select("chunk_id", "text"))
        kept, rejected = recipe.sft.draft(documents, chunks, model)
        drafted.add(kept)
        output.write(REJECTS, rejected)
        splits.append(held)
        rows = kept.select(COMPARED).with_row_index("row")
        found.append(rows.with_columns(entry=pl.lit(number, pl.UInt32)))
    if not splits:
        splits = [document_splits(pl.DataFrame(schema={"doc_id": pl.String}), recipe.sft)]
    return with_splits(pl.concat(found), pl.concat(splits))


def _write_kept(output: Output, kept: pl.DataFrame, drafted: Spool) -> None:
    """Writes the kept rows of every spooled frame to their data sets."""
    for dataset in DATA_SETS.values():
        output.touch(dataset)
    chosen = {int(entry): part.sort("row") for (entry,), part in kept.group_by("entry")}
    for number, frame in enumerate(drafted):
        if number in chosen:
            mine = chosen[number]
            rows = frame[mine["row"].to_list()].with_columns(mine["split"], mine["scores"])
            for into, dataset in DATA_SETS.items():
                output.write(dataset, rows_of(into, rows))


@contextmanager
def _model(recipe: Recipe, out: Path) -> Iterator[tuple[Model | None, Opened | None]]:
    if not recipe.llm.asked:
        yield None, None
        return
    with open_llm(recipe.llm, out / WORK / "llm") as opened:
        yield Model(opened.llm, recipe.llm.model_name, recipe.llm.backend), opened
