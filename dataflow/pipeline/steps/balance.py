"""Balance: caps, quotas and the held-out split, over the documents that are left."""

from __future__ import annotations

import polars as pl

from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import Tables, divided, index_of, shape_of
from dataflow.pipeline.tasks import TEXT
from schemas.ids import content_id

COLUMNS = ["doc_id", "lang", "media_type", "metadata", "n_chars", "n_tokens", "signals"]


def balance(session: Session, dedup_key: str) -> StepResult:
    """Keeps what the quotas allow, and says of each document which split it is in."""
    stage = session.recipe.balance

    def work(meter: Meter) -> Tables:
        index = index_of(session, "dedup", dedup_key)
        clusters = session.store.require("step-dedup", dedup_key).table("clusters")
        facts = _facts(session, index).join(
            clusters.select("doc_id", "cluster_id"), on="doc_id", how="left", maintain_order="left"
        )
        kept, rejects = session.kernel(lambda: stage(facts))
        meter.extra = {"groups": stage.summary(facts)} if stage.bounded else {}
        splits = kept.select("doc_id", "split")
        rest = index.join(splits, on="doc_id", how="semi", maintain_order="left")
        return {**divided("balance", index, rest, rejects, meter), "splits": splits}

    key = content_id("balance", dedup_key, shape_of(stage))
    return session.step("balance", key, work)


def _facts(session: Session, index: pl.DataFrame) -> pl.DataFrame:
    """What is known of each document but its text, in the order of `index`."""
    found = [index.select("source").clear().with_columns(
        pl.lit(None, pl.String).alias("doc_id")
    ).clear()]  # fmt: skip
    for (pack,), part in index.group_by("pack", maintain_order=True):
        table = session.store.require(TEXT, str(pack)).table("rows", COLUMNS)
        found.append(table[part["row"].to_list()].with_columns(part["source"]))
    facts = pl.concat(found, how="diagonal")
    return index.select("doc_id").join(facts, on="doc_id", how="left", maintain_order="left")
