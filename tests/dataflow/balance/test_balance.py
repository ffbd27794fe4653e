"""Caps, quotas and the split: what stays depends on documents, not on their order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.balance.groups import defects_of, domain_of, fractions, groups_of
from dataflow.balance.stage import BalanceCorpus
from schemas.errors import RecipeError, UsageError


def corpus(size: int = 400) -> pl.DataFrame:
    numbers = range(size)
    return pl.DataFrame(
        {
            "doc_id": [f"{number:032x}" for number in numbers],
            "source": [f"{'wiki' if n % 4 else 'news'}/{n % 8}.jsonl#{n}" for n in numbers],
            "lang": ["zh" if number % 5 == 0 else "en" for number in numbers],
            "media_type": ["text/html"] * size,
            "n_chars": [number * 50 for number in numbers],
            "n_tokens": [number * 10 for number in numbers],
            "cluster_id": [f"{number // 4:032x}" for number in numbers],
        }
    )


def kept(stage: BalanceCorpus, frame: pl.DataFrame) -> set[str]:
    return set(stage(frame).kept["doc_id"])


def test_without_options_everything_is_train() -> None:
    frame = corpus(7)
    split = BalanceCorpus()(frame)
    assert split.kept.drop("split").equals(frame)
    assert split.kept["split"].to_list() == ["train"] * 7
    assert split.rejected.height == 0
    assert BalanceCorpus()(frame.clear()).kept.schema["split"] == pl.String


def test_a_cap_bounds_every_group_and_says_so() -> None:
    frame = corpus()
    split = BalanceCorpus(caps={"source": 10, "source:news/0.jsonl": 3})(frame)
    counts = Counter(groups_of(split.kept, "source"))
    assert counts == {"news/0.jsonl": 3, "news/4.jsonl": 10} | {
        f"wiki/{number}.jsonl": 10 for number in (1, 2, 3, 5, 6, 7)
    }
    assert split.rejected.height == 400 - 73
    row = split.rejected.filter(pl.col("source").str.starts_with("news/0")).row(0, named=True)
    assert (row["stage"], row["reason"], row["level"]) == ("balance", "over_quota", "document")
    assert (row["value"], row["threshold"]) == (4.0, 3.0)
    assert row["detail"] == ("cap source:news/0.jsonl: 4 of at most 3 documents with this document")


@pytest.mark.parametrize(
    ("caps", "dimension", "most"),
    [
        ({"domain": 30}, "domain", {"news": 30, "wiki": 30}),
        ({"lang:en": 7}, "lang", {"en": 7, "zh": 80}),
        ({"length": 9}, "length", {"short": 9, "medium": 9, "long": 9}),
        ({"media_type": 5}, "media_type", {"text/html": 5}),
        ({"lang:de": 0}, "lang", {"en": 320, "zh": 80}),
        ({"lang": 0}, "lang", {}),
    ],
)
def test_caps_of_every_kind(caps: dict[str, float], dimension: str, most: dict[str, int]) -> None:
    split = BalanceCorpus(caps=caps)(corpus())
    assert Counter(groups_of(split.kept, dimension)) == most


def test_caps_count_tokens_and_pass_over_what_does_not_fit() -> None:
    frame = pl.DataFrame(
        {"doc_id": list("abcd"), "source": ["x"] * 4, "n_tokens": [90, 40, 30, 20]}
    )
    split = BalanceCorpus(caps={"source": 75}, unit="tokens", prefer="length")(frame)
    assert split.kept["doc_id"].to_list() == ["b", "c"]
    assert split.rejected["id"].to_list() == ["a", "d"]
    assert split.rejected["value"].to_list() == [90.0, 90.0]


def test_quotas_are_met_by_dropping_only() -> None:
    frame = corpus()
    stage = BalanceCorpus(quotas={"lang:zh": 0.5, "lang:en": 0.5}, keep_at_least=0.0)
    split = stage(frame)
    assert Counter(split.kept["lang"]) == {"zh": 80, "en": 80}
    summary = {row["group"]: (row["after"], row["share"]) for row in stage.summary(frame)}
    assert summary["lang:en"] == (80, 0.5)
    assert split.rejected["detail"][0].startswith("quota lang:en = 0.5: 81 of at most 80 documents")


def test_quotas_that_cost_too_much_are_missed_and_said_so() -> None:
    frame = corpus()
    stage = BalanceCorpus(quotas={"lang:zh": 0.5, "lang:en": 0.5})
    assert Counter(stage(frame).kept["lang"]) == {"zh": 80, "en": 100}
    summary = {row["group"]: row["share"] for row in stage.summary(frame)}
    assert summary["lang:zh"] == pytest.approx(80 / 180)


def test_what_no_quota_names_has_the_rest() -> None:
    frame = corpus().with_columns(
        lang=pl.when(pl.col("n_tokens") < 1000).then(pl.lit("de")).otherwise("lang")
    )
    before = Counter(frame["lang"])
    assert before == {"de": 100, "zh": 60, "en": 240}
    stage = BalanceCorpus(quotas={"lang:zh": 0.25, "lang:en": 0.5}, keep_at_least=0.0)
    assert Counter(stage(frame).kept["lang"]) == {"zh": 60, "en": 120, "de": 60}
    stage = BalanceCorpus(quotas={"lang:zh": 0.25, "lang:en": 0.75}, keep_at_least=0.0)
    assert Counter(stage(frame).kept["lang"]) == {"zh": 60, "en": 180}


def test_a_group_with_nothing_leaves_its_share_to_the_others() -> None:
    stage = BalanceCorpus(quotas={"lang:zh": 0.4, "lang:en": 0.4, "lang:fr": 0.2}, keep_at_least=0)
    assert Counter(stage(corpus()).kept["lang"]) == {"zh": 80, "en": 80}


@pytest.mark.parametrize(
    ("quotas", "told"),
    [
        ({"lang:fr": 1.0}, "lang:fr; there are lang:en, lang:zh$"),
        ({"lang:fr": 0.3, "lang:de": 0.2}, "lang:de, lang:fr; there are lang:en, lang:zh$"),
        ({"media_type:pdf": 0.5}, "media_type:pdf; there are media_type:text/html$"),
    ],
)
def test_quotas_that_are_for_nobody_are_refused(quotas: dict[str, float], told: str) -> None:
    stage = BalanceCorpus(quotas=quotas)
    with pytest.raises(UsageError, match="balance.quotas: no document is in " + told):
        stage(corpus())
    assert stage(corpus(0)).kept.height == 0


def test_a_refused_quota_names_some_of_many_groups_and_says_when_there_are_none() -> None:
    stage = BalanceCorpus(quotas={"source:x": 1.0})
    frame = corpus(26).with_columns(source=pl.Series([f"{chr(97 + n)}.md" for n in range(26)]))
    with pytest.raises(UsageError, match=r"are source:a.md, .*source:j.md and 16 more$"):
        stage(frame)
    nothing = corpus(4).with_columns(lang=pl.lit(None, pl.String))
    with pytest.raises(UsageError, match=r"in lang:zh; no document has a lang$"):
        BalanceCorpus(quotas={"lang:zh": 0.5})(nothing)


def test_a_cap_that_matches_nothing_is_told() -> None:
    stage = BalanceCorpus(caps={"lang:de": 3, "lang:en": 7, "domain": 300, "domain:a.org": 5})
    rows = {row["group"]: row for row in stage.summary(corpus())}
    assert set(rows) == {"lang:de", "lang:en", "domain:a.org"}
    assert rows["domain:a.org"] == {
        "rule": "cap", "group": "domain:a.org", "unit": "documents", "wanted": 5.0,
        "before": 0, "after": 0, "share": None,
    }  # fmt: skip
    assert (rows["lang:de"]["before"], rows["lang:en"]["before"]) == (0, 320)


def test_the_domain_of_a_record_is_that_of_its_address() -> None:
    metadata = (
        ['{"url": "https://www.A.org/1", "link": "http://b.org/"}'] * 9
        + ['{"link": "http://b.org/页", "url": 3}'] * 8
        + ['{"source_url": "no address"}', "[" * 5000 + '"://"', None]
    )
    frame = corpus(20).with_columns(
        metadata=pl.Series(metadata), source=pl.Series([f"web/crawl.jsonl#{n}" for n in range(20)])
    )
    assert Counter(groups_of(frame, "domain")) == {"a.org": 9, "b.org": 8, "web": 3}
    split = BalanceCorpus(caps={"domain:a.org": 5, "domain": 7})(frame)
    assert Counter(groups_of(split.kept, "domain")) == {"a.org": 5, "b.org": 7, "web": 3}
    web = frame.with_columns(source=pl.lit("https://c.org/x"))
    assert set(groups_of(web, "domain")) == {"c.org"}
    stored = frame.with_columns(source=pl.lit("s3://bucket/crawl.jsonl#1"))
    assert Counter(groups_of(stored, "domain")) == {"a.org": 9, "b.org": 8, "bucket": 3}


def test_quotas_by_tokens_stay_under_their_bounds() -> None:
    frame = corpus()
    stage = BalanceCorpus(
        quotas={"lang:zh": 0.2, "lang:en": 0.8}, unit="tokens", max_tokens=100_000
    )
    sums = dict(stage(frame).kept.group_by("lang").agg(pl.col("n_tokens").sum()).rows())
    assert 19_000 < sums["zh"] <= 20_000
    assert 79_000 < sums["en"] <= 80_000


def test_the_size_of_the_whole_is_bounded() -> None:
    split = BalanceCorpus(max_documents=50)(corpus())
    assert split.kept.height == 50
    assert set(split.rejected["threshold"]) == {50.0}
    assert BalanceCorpus(max_tokens=5_000)(corpus()).kept["n_tokens"].sum() <= 5_000


def test_who_stays_is_who_is_preferred() -> None:
    frame = corpus(20).with_columns(
        pl.struct(
            symbol_ratio=pl.col("n_tokens") / 1000.0, perplexity=pl.lit(None, pl.Float64)
        ).alias("signals")
    )
    best = BalanceCorpus(max_documents=3, prefer="quality")(frame).kept["n_tokens"].to_list()
    longest = BalanceCorpus(max_documents=3, prefer="length")(frame).kept["n_tokens"].to_list()
    assert (best, longest) == ([0, 10, 20], [170, 180, 190])
    first = kept(BalanceCorpus(max_documents=3, seed=1), frame)
    assert first != kept(BalanceCorpus(max_documents=3, seed=2), frame)
    assert defects_of(frame.drop("signals")).tolist() == [0.0] * 20


def test_a_sample_hardly_changes_when_documents_come() -> None:
    small, large = corpus(200), corpus(400)
    stage = BalanceCorpus(max_documents=100)
    before, after = kept(stage, small), kept(stage, large)
    old = set(small["doc_id"])
    assert after & old <= before  # only what newcomers outrank goes


def test_no_cluster_crosses_the_split_and_growth_moves_nobody() -> None:
    stage = BalanceCorpus(validation=0.1, test=0.2)
    small, large = stage(corpus(2000)).kept, stage(corpus(8000)).kept
    sides = large.group_by("cluster_id").agg(pl.col("split").n_unique())
    assert sides["split"].max() == 1
    shares = {side: count / 8000 for side, count in Counter(large["split"]).items()}
    assert shares["test"] == pytest.approx(0.2, abs=0.03)
    assert shares["validation"] == pytest.approx(0.1, abs=0.03)
    assert large["split"].head(2000).to_list() == small["split"].to_list()
    other = BalanceCorpus(validation=0.1, test=0.2, seed=9)(corpus(2000)).kept
    assert other["split"].to_list() != small["split"].to_list()


def test_documents_without_a_cluster_are_their_own() -> None:
    stage, frame = BalanceCorpus(test=0.5), corpus(500)
    first = pl.col("doc_id") == frame["doc_id"][0]
    own, null, empty = (
        frame.with_columns(pl.when(first).then("cluster_id").otherwise(other).alias("cluster_id"))
        for other in (pl.col("doc_id"), pl.lit(None, pl.String), pl.lit(""))
    )
    assert set(stage(own).kept["split"]) == {"train", "test"}
    assert stage(null).kept["split"].equals(stage(own).kept["split"])
    assert stage(empty).kept["split"].equals(stage(own).kept["split"])
    assert set(BalanceCorpus(test=1.0)(frame).kept["split"]) == {"test"}
    assert set(BalanceCorpus(validation=1.0)(frame).kept["split"]) == {"validation"}


@pytest.mark.parametrize("shares", [{"test": 0.1}, {"validation": 1.0}])
def test_nothing_is_held_out_without_clusters(shares: dict[str, Any]) -> None:
    none = corpus(9).with_columns(cluster_id=pl.lit(None, pl.String))
    for frame in (none, none.drop("cluster_id"), none.with_columns(cluster_id=pl.lit(""))):
        with pytest.raises(UsageError, match="run `corpusmill dedup` first"):
            BalanceCorpus(**shares)(frame)
        assert set(BalanceCorpus()(frame).kept["split"]) == {"train"}
        assert BalanceCorpus(**shares)(frame.clear()).kept.height == 0


@given(st.permutations(range(60)), st.sampled_from(["sample", "quality", "length"]))
def test_order_changes_nothing(order: list[int], prefer: Any) -> None:
    stage = BalanceCorpus(
        caps={"source": 4, "length:short": 10}, quotas={"lang:zh": 0.3, "lang:en": 0.7},
        max_documents=15, prefer=prefer, test=0.3,
    )  # fmt: skip
    frame = corpus(60)
    one, two = stage(frame), stage(frame[order])
    assert one.kept.equals(two.kept.sort("doc_id"))
    assert one.rejected.equals(two.rejected.sort("id"))
    assert one.kept.height + one.rejected.height == 60


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        ("https://www.example.org:8080/a?b#c", "example.org"),
        ("http://user:pw@Example.ORG", "example.org"),
        ("wiki/zh/page.html", "wiki"),
        ("page.html#12", "."),
        ("", "."),
        ("https://例子.中国/页", "例子.中国"),
    ],
)
def test_domains(source: str, domain: str) -> None:
    assert domain_of(source) == domain


def test_fractions_are_spread_evenly_and_uses_are_independent() -> None:
    ids = [str(number) for number in range(5000)]
    sample, split = fractions(ids, 1, "sample"), fractions(ids, 1, "split")
    assert 0 <= sample.min() < sample.max() < 1
    assert sample.mean() == pytest.approx(0.5, abs=0.02)
    held = split < 0.1
    assert sample[held].mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"caps": {"planet": 3}}, "balance.caps"),
        ({"caps": {"source": -1}}, "balance.caps"),
        ({"caps": {"source": float("nan")}}, "balance.caps"),
        ({"caps": {"lang:": 1}}, "balance.caps"),
        ({"quotas": {"lang": 0.5}}, "balance.quotas"),
        ({"quotas": {"lang:zh": 0.0}}, "balance.quotas"),
        ({"quotas": {"lang:zh": 0.7, "lang:en": 0.4}}, "balance.quotas"),
        ({"quotas": {"lang:zh": 0.5, "domain:a": 0.5}}, "balance.quotas"),
        ({"unit": "bytes"}, "balance.unit"),
        ({"prefer": "luck"}, "balance.prefer"),
        ({"max_documents": -1}, "balance.max_documents"),
        ({"test": 1.5}, "balance.test"),
        ({"test": 0.6, "validation": 0.6}, "balance.validation"),
        ({"keep_at_least": -0.1}, "balance.keep_at_least"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, Any], key: str) -> None:
    with pytest.raises(RecipeError, match=key):
        BalanceCorpus(**options)


def test_equal_options_are_equal() -> None:
    one = BalanceCorpus(caps={"source": 3, "lang:zh": 4})
    two = BalanceCorpus(caps=(("lang:zh", 4), ("source", 3)))
    assert (one, hash(one), repr(one)) == (two, hash(two), repr(two))
