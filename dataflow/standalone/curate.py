"""Curating stages on their own: clean, mask, measure, filter, deduplicate, balance.

Rows stand in the order of the input; only a run sorts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from dataflow.dedup.clusters import Clustering
from dataflow.io.tables_in import DocumentReader
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.repeats import CutRepeats
from dataflow.pipeline.annotate import Annotate
from dataflow.pipeline.earlier import EarlierCorpora
from dataflow.quality.preview import Preview, preview
from dataflow.quality.rules import Rule
from dataflow.recipe import Recipe
from dataflow.stage import check_conserved, reject_frame
from dataflow.standalone.make import with_lang
from dataflow.standalone.output import Output, Spool, finish, writing
from schemas.manifest import Manifest
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import CLUSTERS, CONTAMINATION, DOCUMENTS, REJECTS, REMOVED


def clean(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Cleaned documents of `path`, without the lines that many of one source share."""
    reader, stage = DocumentReader(path), recipe.boilerplate
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        spool = Spool(output)
        for frame in reader:
            spool.add(recipe.clean(frame))
        _without_repeats(output, spool, stage if stage.enabled else None)
        return finish(output, reader, "clean", recipe.clean, stage)


def _without_repeats(
    output: Output, frames: Spool, stage: CutBoilerplate | CutRepeats | None
) -> None:
    """Writes the documents of `frames`, what `stage` cuts out of them, and what is left of none."""
    if stage is None:
        for frame in frames:
            output.write_documents(frame)
        return
    output.touch(REMOVED)
    blocks = [stage.collect(frame) for frame in frames]
    if isinstance(stage, CutRepeats):
        order = (
            pl.concat([frame["doc_id"] for frame in frames])
            if blocks
            else pl.Series([], dtype=pl.String)
        )
        cuts, name, reason = (
            stage.resolve(blocks, order),
            StageName.PASSAGES,
            Reason.ONLY_REPEATED_PASSAGES,
        )
    else:
        cuts, name, reason = stage.resolve(blocks), StageName.BOILERPLATE, Reason.ONLY_BOILERPLATE
    for frame in frames:
        own = cuts.filter(pl.col("doc_id").is_in(frame["doc_id"].implode()))
        cutting = stage.cut(frame, own)
        gone = pl.col("doc_id").is_in(cutting.emptied)
        rejects = [
            Reject(
                doc_id,
                Level.DOCUMENT,
                name,
                reason,
                source or "",
                "no letter of it is left",
                0.0,
                0.0,
            )
            for doc_id, source in cutting.frame.filter(gone).select("doc_id", "source").iter_rows()
        ]
        output.write_documents(cutting.frame.filter(~gone))
        output.write(REMOVED, cutting.removed)
        output.write(REJECTS, reject_frame(rejects))


def redact(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents of `path` with personal data and secrets masked, each kind counted."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        for frame in reader:
            output.write_documents(recipe.pii(frame))
        return finish(output, reader, "redact", recipe.pii)


def filter_rows(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents that pass the quality rules; language and signals are computed afresh."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        spool = Spool(output)
        for frame in _measured(reader, recipe):
            spool.add(frame)
        measured = _bounds(recipe, spool)
        for frame in spool:
            kept, rejected = recipe.filter(frame, measured)
            check_conserved("filter", frame.height, kept.height, rejected.height)
            output.write_documents(kept)
            output.write(REJECTS, rejected)
        return finish(output, reader, "filter", recipe.filter)


def preview_filter(path: Path, recipe: Recipe) -> Preview:
    """What each rule would drop of the documents of `path`; nothing is written."""
    columns = ["doc_id", "source", "lang", "signals"]
    measured = _measured(DocumentReader(path), recipe)
    frames: Iterable[pl.DataFrame] = (frame.select(columns) for frame in measured)
    if recipe.perplexity.enabled:
        frames = list(frames)  # its bounds are percentiles of all
    return preview(frames, recipe.filter, _bounds(recipe, frames))


def _measured(reader: Iterable[pl.DataFrame], recipe: Recipe) -> Iterator[pl.DataFrame]:
    """Frames with language and signals, perplexity included when the recipe asks for it."""
    annotate, stage = Annotate.of(recipe), recipe.perplexity
    frames: Iterable[pl.DataFrame] = (annotate.measured(frame) for frame in reader)
    if not stage.enabled:
        yield from frames
        return
    if stage.model == "corpus":
        frames = list(frames)
        models = stage.train([stage.count(frame) for frame in frames])
    else:
        models = stage.load(Path(stage.model))
    for frame in frames:
        yield stage.score(frame, models)


def _bounds(recipe: Recipe, frames: Iterable[pl.DataFrame]) -> tuple[Rule, ...]:
    """The rules whose bounds are percentiles of what was measured."""
    if not recipe.perplexity.enabled:
        return ()
    perplexity = pl.col("signals").struct.field("perplexity")
    found = [frame.select("lang", perplexity) for frame in frames]
    return recipe.perplexity.bounds(pl.concat(found)) if found else ()


def decontaminate(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents of `path` that share nothing with the evaluation sets, and all that is shared."""
    stage, reader = recipe.decontaminate, DocumentReader(path)
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
    with writing(out, recipe, path) as output:
        blocks = [stage.signatures(frame) for frame in DocumentReader(path)]
        earlier = [] if index is None else index.similar(blocks)
        near = stage.resolve(blocks, earlier)
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
        _without_repeats(output, spool, recipe.passages if recipe.passages.unit != "off" else None)
        manifest = finish(output, reader, "dedup", stage, recipe.semantic, recipe.passages)
    if index is not None:
        index.enter(blocks, clusters.filter("kept")["doc_id"])
    return manifest


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
    """Documents of `path` within the recipe's quotas, each with the split it is in."""
    stage, reader = recipe.balance, DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        spool = Spool(output)
        facts = []
        for frame in reader:
            whole = output.as_documents(frame)
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


def train_perplexity(path: Path, out: Path, recipe: Recipe) -> dict[str, int]:
    """Writes the n-gram models of the documents of `path` to the file `out`.

    Returns how many documents each language's model learnt from.
    """
    stage = replace(recipe.perplexity, model="", folds=1)
    blocks = []
    documents: Counter[str] = Counter()
    for frame in DocumentReader(path):
        found = with_lang(frame, recipe.language)
        documents.update(found["lang"])
        blocks.append(stage.count(found))
    stage.save(stage.train(blocks), out)
    return dict(sorted(documents.items()))
