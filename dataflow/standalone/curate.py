"""Curating stages on their own: clean, mask, decontaminate, deduplicate, balance.

Rows stand in the order of the input; only a run sorts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataflow.balance.stage import NO_CLUSTERS, clustered
from dataflow.dedup.buckets import Room
from dataflow.dedup.clusters import Clustering
from dataflow.dedup.signatures import SignatureBlock
from dataflow.io.tables_in import DocumentReader
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.mapped import opened
from dataflow.passages.repeats import CutRepeats
from dataflow.pipeline.annotate import Annotate, removed_rows
from dataflow.pipeline.earlier import EarlierCorpora
from dataflow.recipe import Recipe
from dataflow.stage import check_conserved, reject_frame
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Output, Spool, finish, writing
from schemas.errors import UsageError
from schemas.manifest import Manifest
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import CLUSTERS, CONTAMINATION, DOCUMENTS, REJECTS, REMOVED


def clean(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Cleaned documents of `path`, without residue and the lines that many of one source share."""
    reader, stage = DocumentReader(path), recipe.boilerplate
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        output.touch(REMOVED)
        spool = Spool(output)
        for frame in reader:
            cleaned, lines = recipe.clean.cleaned(frame)
            spool.add(cleaned)
            documents = frame.select("doc_id", "source").with_row_index("row")
            output.write(REMOVED, removed_rows(lines, documents))
        _without_repeats(output, spool, stage if stage.enabled else None)
        return finish(output, reader, "clean", recipe.clean, stage)


def _without_repeats(
    output: Output,
    frames: Spool,
    stage: CutBoilerplate | CutRepeats | None,
    order: pl.Series | None = None,
) -> list[str]:
    """Writes the documents of `frames` and what `stage` cuts out of them.

    `order` has their ids, those first that keep a passage rather. Returns the ids of documents of
    which nothing is left: they become reject rows.
    """
    if stage is None:
        for frame in frames:
            output.write_documents(frame)
        return []
    output.touch(REMOVED)
    cuts = _cuts(output, frames, stage, order)
    emptied: list[str] = []
    for frame in frames:
        own = cuts.filter(pl.col("doc_id").is_in(frame["doc_id"].implode()))
        cutting = stage.cut(frame, own)
        gone = pl.col("doc_id").is_in(cutting.emptied)
        rest = cutting.frame.filter(~gone)
        if "signals" in rest.columns:
            rest = _measured_again(rest, own, Annotate.of(output.recipe))
        output.write_documents(rest)
        output.write(REMOVED, cutting.removed)
        output.write(REJECTS, _nothing_left(cutting.frame.filter(gone), stage))
        emptied += cutting.emptied
    return emptied


def _cuts(
    output: Output, frames: Spool, stage: CutBoilerplate | CutRepeats, order: pl.Series | None
) -> pl.DataFrame:
    """What to cut of all documents; of copies that in the first document of `order` stays."""
    if isinstance(stage, CutBoilerplate):
        return stage.resolve([stage.collect(frame) for frame in frames])
    assert order is not None
    folder = output.staging / "passages"
    folder.mkdir()
    paths = []
    for number, frame in enumerate(frames):
        paths.append(folder / f"{number}.arrow")
        stage.write_block(paths[-1], stage.collect(frame))
    return stage.resolve(opened(stage, paths), order)


def _measured_again(frame: pl.DataFrame, cuts: pl.DataFrame, annotate: Annotate) -> pl.DataFrame:
    """`frame` with the signals of the documents that were cut as their text is now."""
    was_cut = frame["doc_id"].is_in(cuts["doc_id"].implode())
    parts = [frame.filter(~was_cut), annotate.measured(frame.filter(was_cut)).select(frame.columns)]
    places = frame.select("doc_id").with_row_index("place")
    return pl.concat(parts).join(places, on="doc_id").sort("place").drop("place")


def _nothing_left(frame: pl.DataFrame, stage: CutBoilerplate | CutRepeats) -> pl.DataFrame:
    """A reject row for each document of `frame`."""
    name, reason = (
        (StageName.BOILERPLATE, Reason.ONLY_BOILERPLATE)
        if isinstance(stage, CutBoilerplate)
        else (StageName.PASSAGES, Reason.ONLY_REPEATED_PASSAGES)
    )
    return reject_frame(
        Reject(
            doc_id, Level.DOCUMENT, name, reason, source or "", "no letter of it is left", 0.0, 0.0
        )
        for doc_id, source in frame.select("doc_id", "source").iter_rows()
    )


def redact(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents of `path` with personal data and secrets masked, each kind counted."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        for frame in reader:
            output.write_documents(recipe.pii(frame))
        return finish(output, reader, "redact", recipe.pii)


def decontaminate(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents of `path` that share nothing with the evaluation sets, and all that is shared.

    Raises UsageError without any set: nothing would have been compared.
    """
    stage, reader = recipe.decontaminate, DocumentReader(path)
    if not stage.enabled:
        raise UsageError("no evaluation set: name some with --sets, or in [decontaminate] sets")
    sets = stage.load()
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        output.touch(CONTAMINATION)
        for frame in reader:
            (kept, rejected), hits = stage(frame, sets)
            check_conserved("decontaminate", frame.height, kept.height, rejected.height)
            output.write_documents(kept)
            output.write(REJECTS, rejected)
            output.write(CONTAMINATION, hits)
        return finish(output, reader, "decontaminate", stage)


def dedup(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents without duplicates, and a cluster row for every document of `path`.

    Reads `path` twice or, with passages or meanings, three times: once for signatures, once to
    write what is kept.
    """
    stage, reader, index = recipe.dedup, DocumentReader(path), EarlierCorpora.of(recipe, out)
    if index is not None:
        index.check()
    with writing(out, recipe, path) as output:
        blocks = _signed(path, recipe, output)
        earlier = [] if index is None else index.similar(blocks)
        near = stage.resolve(blocks, earlier, Room(folder=output.staging))
        clusters = _by_meaning(path, recipe, near)
        output.write(CLUSTERS, clusters.sort("doc_id"))
        output.touch(DOCUMENTS)
        of = clusters.select("doc_id", "cluster_id")
        spool = Spool(output)
        for frame in reader:
            plain = frame.drop("cluster_id", strict=False)
            kept, rejected = recipe.semantic.split(plain, clusters, stage)
            check_conserved("dedup", frame.height, kept.height, rejected.height)
            spool.add(kept.join(of, on="doc_id", how="left", maintain_order="left"))
            output.write(REJECTS, rejected)
        cutting = recipe.passages if recipe.passages.unit != "off" else None
        emptied = _without_repeats(output, spool, cutting, near.order)
        manifest = finish(output, reader, "dedup", stage, recipe.semantic, recipe.passages)
        if index is not None:
            there = clusters.filter("kept", ~pl.col("doc_id").is_in(emptied))
            index.enter(blocks, there["doc_id"])
        return manifest


def _signed(path: Path, recipe: Recipe, output: Output) -> Sequence[SignatureBlock]:
    """The signatures of `path`, put aside on disk as long as the stage works."""
    stage, folder, paths = recipe.dedup, output.staging / "signatures", list[Path]()
    folder.mkdir()
    for number, frame in enumerate(DocumentReader(path)):
        paths.append(folder / f"{number}.arrow")
        stage.write_block(paths[-1], stage.signatures(frame))
    return stage.open_blocks(paths)


def _by_meaning(path: Path, recipe: Recipe, near: Clustering) -> pl.DataFrame:
    """The clusters after what is left was compared by meaning, when the recipe asks for it."""
    stage = recipe.semantic
    if not stage.enabled:
        return near.clusters
    left = pl.col("doc_id").is_in(stage.wanted(near.clusters).implode())
    blocks = []
    for frame in DocumentReader(path):
        blocks.append(stage.vectors(frame.filter(left)))
    return stage.resolve(blocks, near.clusters, near.order, near.pairs())


def balance(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents of `path` within the recipe's quotas, each with the split it is in.

    Where quotas or caps are about languages, rows without one have it detected.

    Raises UsageError when a split is asked for and a row has no cluster_id.
    """
    stage, reader = recipe.balance, DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        spool = Spool(output)
        facts = []
        for frame in reader:
            if stage.splits and not clustered(frame).all():
                raise UsageError(NO_CLUSTERS)
            told = with_lang(frame, recipe.language) if stage.concerns("lang") else frame
            whole = output.as_documents(told)
            spool.add(whole)
            facts.append(whole.drop("text", "elements"))
        splits = None
        if facts:
            kept, rejected = stage(pl.concat(facts))
            check_conserved("balance", sum(f.height for f in facts), kept.height, rejected.height)
            output.write(REJECTS, rejected)
            splits = kept.select("doc_id", "split")
        for frame in spool:
            assert splits is not None
            rows = frame.drop("split").join(splits, on="doc_id", how="inner", maintain_order="left")
            output.write(DOCUMENTS, rows)
        return finish(output, reader, "balance", stage)
