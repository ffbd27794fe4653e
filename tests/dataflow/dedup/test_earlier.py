"""Documents of an earlier corpus stay, come first, and have no rows."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup.stage import Deduplicate
from schemas.errors import StoreError
from schemas.records import Reason
from schemas.tables import CLUSTERS
from tests.strategies.dedup import corpora

STAGE = Deduplicate()
ENGLISH = " ".join(f"word{number}" for number in range(200))
CHINESE = "".join(chr(0x4E00 + 7 * number) for number in range(200))
ROW = ("doc_id", "kept", "duplicate_of", "similarity")


def frame_of(source: str = "s", **texts: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"doc_id": list(texts), "text": list(texts.values()), "source": [source] * len(texts)}
    )


@settings(deadline=None)
@given(corpora(), st.data())
def test_the_result_is_that_of_one_run_in_which_they_come_first(
    frame: pl.DataFrame, data: st.DataObject
) -> None:
    chosen = pl.Series(data.draw(st.lists(st.booleans(), min_size=len(frame), max_size=len(frame))),
                       dtype=pl.Boolean)  # fmt: skip
    first = STAGE(frame.filter(chosen)).kept.with_columns(source=pl.lit("1"))
    then = frame.filter(~chosen).with_columns(source=pl.lit("2"))
    blocks = [STAGE.signatures(part) for part in (first, then)]
    found = STAGE.resolve(blocks[1:], blocks[:1])
    both = STAGE.resolve(blocks)
    of_then = pl.col("doc_id").is_in(then["doc_id"].implode())
    expected = both.clusters.filter(of_then)
    assert found.clusters.select(*ROW, "cluster_id").equals(expected.select(*ROW, "cluster_id"))
    assert found.pairs().equals(both.pairs())
    old = pl.col("duplicate_of").is_in(first["doc_id"].implode())
    methods = expected.select(
        pl.when("kept").then(None).when(old).then(pl.lit("earlier"))
        .otherwise("method").alias("method")
    )  # fmt: skip
    assert found.clusters.select("method").equals(methods)
    assert both.clusters.filter(~of_then)["kept"].all()
    assert (found.counts.documents, found.counts.earlier) == (len(then), len(first))


@settings(deadline=None)
@given(corpora(), corpora())
def test_nothing_of_an_earlier_corpus_is_dropped_or_listed(
    old: pl.DataFrame, new: pl.DataFrame
) -> None:
    old = old.with_columns(pl.col("doc_id").str.replace("d", "old"))
    earlier = [STAGE.signatures(old), STAGE.signatures(old)]  # ids may repeat over corpora
    clusters = STAGE.resolve([STAGE.signatures(new)], earlier).clusters
    assert clusters["doc_id"].to_list() == sorted(new["doc_id"])
    kept = {*old["doc_id"], *clusters.filter("kept")["doc_id"]}
    assert set(clusters["duplicate_of"].drop_nulls()) <= kept
    of_old = clusters.filter(pl.col("duplicate_of").str.starts_with("old"))
    assert set(of_old["method"]) <= {"earlier"}


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_reject_row_says_that_the_twin_is_of_an_earlier_corpus(base: str) -> None:
    old = STAGE.signatures(frame_of(z=base))
    new = frame_of(a=base, b=base + " 尾 tail", c="etwas ganz anderes")
    result = STAGE.resolve([STAGE.signatures(new)], [old])
    CLUSTERS.conform(result.clusters.to_arrow())
    kept, rejected = STAGE.split(new, result.clusters)
    assert kept["doc_id"].to_list() == ["c"]
    assert rejected["reason"].to_list() == [Reason.EARLIER_DUPLICATE.value] * 2
    assert rejected["detail"].to_list() == ["duplicate of z"] * 2
    assert rejected["value"][0] == 1.0
    assert 0.75 < rejected["value"][1] < 1
    assert result.clusters["cluster_id"].to_list() == ["a", "a", "c"]
    assert (result.counts.components, result.counts.kept) == (2, 1)


def test_a_document_that_is_there_already_goes_for_itself() -> None:
    block = STAGE.signatures(frame_of(a=ENGLISH, b=CHINESE))
    clusters = STAGE.resolve([block], [block]).clusters
    assert clusters["duplicate_of"].to_list() == ["a", "b"]
    assert clusters["method"].to_list() == ["earlier", "earlier"]


def test_new_documents_without_an_old_twin_are_compared_with_each_other() -> None:
    old = STAGE.signatures(frame_of(a="磨坊把谷物磨成面粉"))
    new = STAGE.signatures(frame_of(b=ENGLISH, c=ENGLISH))
    clusters = STAGE.resolve([new], [old]).clusters
    assert clusters.select("doc_id", "duplicate_of", "method").rows() == [
        ("b", None, None),
        ("c", "b", "exact"),
    ]


def test_an_earlier_corpus_of_another_scheme_is_refused() -> None:
    old = Deduplicate(ngram=3).signatures(frame_of(a="x"))
    with pytest.raises(StoreError, match="different schemes"):
        STAGE.resolve([STAGE.signatures(frame_of(b="x"))], [old])
