"""Clusters agree with exact all-pairs similarities, whatever the order and the split."""

from __future__ import annotations

import dataclasses
import itertools
import pickle
import time
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup.stage import Deduplicate
from dataflow.stage import REJECT_FRAME
from schemas.errors import RecipeError, SchemaError, StoreError
from schemas.records import Reason
from schemas.tables import CLUSTERS, REJECTS
from tests.dataflow.dedup import oracle
from tests.strategies.dedup import corpora

STAGE = Deduplicate()
ENGLISH = " ".join(f"word{number}" for number in range(200))
CHINESE = "".join(chr(0x4E00 + 7 * number) for number in range(200))


def frame_of(**texts: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"doc_id": list(texts), "text": list(texts.values()),
         "source": [f"file:{name}" for name in texts]}
    )  # fmt: skip


def truth(frame: pl.DataFrame, threshold: float) -> dict[tuple[str, str], float]:
    rows = sorted(frame.select("doc_id", "text").iter_rows())
    found = {}
    for (a, one), (b, other) in itertools.combinations(rows, 2):
        similarity = oracle.jaccard(one, other)
        if similarity >= threshold:
            found[a, b] = similarity
    return found


@settings(deadline=None)
@given(corpora())
def test_pairs_are_those_of_plain_python(frame: pl.DataFrame) -> None:
    pairs = STAGE.verified_pairs([STAGE.signatures(frame)])
    found = {(a, b): similarity for a, b, similarity in pairs.iter_rows()}
    assert found == truth(frame, STAGE.threshold)


@settings(deadline=None)
@given(corpora())
def test_every_dropped_document_has_its_best_kept_twin(frame: pl.DataFrame) -> None:
    pairs = truth(frame, STAGE.threshold)
    pairs |= {(b, a): similarity for (a, b), similarity in pairs.items()}
    clusters = STAGE.cluster([STAGE.signatures(frame)])
    assert clusters["doc_id"].to_list() == sorted(frame["doc_id"])
    kept = set(clusters.filter("kept")["doc_id"])
    text = dict(frame.select("doc_id", "text").iter_rows())
    component = dict(clusters.select("doc_id", "cluster_id").iter_rows())
    for doc_id, cluster_id, stays, twin, similarity, method in clusters.iter_rows():
        twins = {other: s for (one, other), s in pairs.items() if one == doc_id and other in kept}
        assert cluster_id == min(d for d in component if component[d] == cluster_id)
        if stays:
            assert (twin, similarity, method) == (None, None, None)
            assert not twins, "two kept documents are duplicates of each other"
        else:
            best = max(twins.values())
            assert (twin, similarity) == (min(t for t, s in twins.items() if s == best), best)
            same = oracle.units(text[doc_id]) == oracle.units(text[twin])
            assert method == ("exact" if same else "near")
    for one, other in pairs:
        assert component[one] == component[other]


@settings(deadline=None)
@given(corpora(), st.data())
def test_order_and_blocks_do_not_matter(frame: pl.DataFrame, data: st.DataObject) -> None:
    expected = STAGE.cluster([STAGE.signatures(frame)])
    order = data.draw(st.permutations(range(len(frame))))
    shuffled = frame[order]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3)))
    parts = [shuffled[a:b] for a, b in itertools.pairwise([0, *cuts, len(frame)])]
    blocks = data.draw(st.permutations([STAGE.signatures(part) for part in parts]))
    assert STAGE.cluster(blocks).equals(expected)


@settings(deadline=None)
@given(corpora())
def test_rows_are_conserved(frame: pl.DataFrame) -> None:
    kept, rejected = STAGE(frame)
    assert sorted([*kept["doc_id"], *rejected["id"]]) == sorted(frame["doc_id"])
    assert kept["doc_id"].to_list() == [d for d in frame["doc_id"] if d in set(kept["doc_id"])]
    assert rejected.schema == REJECT_FRAME
    again, none = STAGE(kept)
    assert again.equals(kept)
    assert none.is_empty()


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_reject_rows_name_the_kept_twin(base: str) -> None:
    glue = " " if " " in base else ""
    units = base.split(" ") if glue else list(base)
    near = glue.join([*units, *reversed(units[:20])])
    frame = frame_of(b=base.upper() + "!", c=near, a=base, d="另一个完全不同的文本 entirely other")
    kept, rejected = STAGE(frame)
    assert kept["doc_id"].to_list() == ["a", "d"]
    similarity = oracle.jaccard(base, near)
    assert 0.75 < similarity < 1
    assert rejected.to_dicts() == [
        {"id": "b", "level": "document", "stage": "dedup", "reason": Reason.EXACT_DUPLICATE.value,
         "value": 1.0, "threshold": 0.75, "detail": "duplicate of a", "source": "file:b"},
        {"id": "c", "level": "document", "stage": "dedup", "reason": Reason.NEAR_DUPLICATE.value,
         "value": similarity, "threshold": 0.75, "detail": "duplicate of a", "source": "file:c"},
    ]  # fmt: skip


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_exact_level_drops_equal_folded_texts_only(base: str) -> None:
    stage = Deduplicate(level="exact")
    frame = frame_of(a=base, b=base.upper() + "。", c=base + " 尾 tail", d="ha " * 7, e="ha " * 8)
    kept, rejected = stage(frame)
    assert kept["doc_id"].to_list() == ["a", "c", "d", "e"]
    assert rejected.select("id", "reason", "value", "threshold").rows() == [
        ("b", Reason.EXACT_DUPLICATE.value, 1.0, 1.0)
    ]
    clusters = stage.cluster([STAGE.signatures(frame)])
    assert clusters["cluster_id"].to_list() == ["a", "a", "c", "d", "e"]
    near = STAGE.cluster([stage.signatures(frame)])
    assert near["method"].to_list() == [None, "exact", "near", None, "near"]
    assert near["similarity"].to_list()[4] == 1.0  # the same shingles, said once more


def test_a_chain_keeps_an_end_that_is_not_similar_to_the_other() -> None:
    words = [f"word{number}" for number in range(240)]
    frame = frame_of(a=" ".join(words[:200]), b=" ".join(words[20:220]), c=" ".join(words[40:240]))
    result = STAGE.resolve([STAGE.signatures(frame)])
    assert result.clusters["cluster_id"].to_list() == ["a", "a", "a"]
    assert result.clusters["kept"].to_list() == [True, False, True]
    assert (result.counts.components, result.counts.kept) == (1, 2)


def test_a_twin_with_a_larger_id_is_preferred_when_more_similar() -> None:
    words = [f"word{number}" for number in range(240)]
    frame = frame_of(a=" ".join(words[:200]), b=" ".join(words[22:222]), c=" ".join(words[42:240]))
    clusters = STAGE.cluster([STAGE.signatures(frame)])
    assert clusters["duplicate_of"].to_list() == [None, "c", None]


def test_ten_thousand_copies_of_one_text_are_one_comparison_each() -> None:
    texts = ["", "one", ENGLISH, CHINESE]
    frame = pl.DataFrame(
        {"doc_id": [f"{place:05d}" for place in range(10_000)], "text": texts * 2500}
    )
    result = STAGE.resolve([STAGE.signatures(frame)])
    assert result.counts.kept == result.counts.components == 4
    assert result.counts.candidates <= 6
    assert result.counts.exact_copies == 9_996
    assert len(result.pairs()) == 9_996
    kept, rejected = STAGE.split(frame, result.clusters)
    assert kept["doc_id"].to_list() == ["00000", "00001", "00002", "00003"]
    assert set(rejected["reason"]) == {Reason.EXACT_DUPLICATE.value}


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_template_filled_in_many_ways_is_linear(base: str) -> None:
    number = 4000
    glue = " " if " " in base else ""
    names = [f"{glue}{chr(0x3400 + place)}" for place in range(number)]
    frame = pl.DataFrame(
        {"doc_id": [f"{place:05d}" for place in range(number)],
         "text": [base + name for name in names]}
    )  # fmt: skip
    start = time.process_time()
    result = STAGE.resolve([STAGE.signatures(frame)])
    assert result.counts.exact_copies == 0
    assert result.counts.crowded == number
    assert result.counts.candidates < 60 * number  # all pairs would be 2000 * number
    assert result.counts.kept == result.counts.components == 1
    assert time.process_time() - start < 60


def test_crowds_at_the_threshold_are_searched_again_among_those_that_stay() -> None:
    rng = np.random.default_rng(0)
    texts = {}
    for place in range(1500):
        words = [f"word{number}" for number in range(300)]
        for edit in rng.choice(300, 5, replace=False):
            words[edit] = f"edit{place}at{edit}"
        texts[f"{place:05d}"] = " ".join(words)
    result = STAGE.resolve([STAGE.signatures(frame_of(**texts))])
    assert result.counts.crowded == 1500
    assert result.counts.components == 1
    assert result.counts.kept < 130  # one round: 143; all with all: 87
    assert result.counts.candidates < 200_000  # all with all: 1,124,250


def test_planted_similarities_around_the_threshold_are_told_apart() -> None:
    rng = np.random.default_rng(5)
    texts, expected = {}, {}
    for family in range(30):
        words = [f"f{family}w{number}" for number in range(300)]
        for variant in range(4):
            edited = list(words)
            for place in rng.choice(300, size=4 * variant + 2, replace=False):
                edited[place] = f"new{variant}at{place}"
            texts[f"{family:02d}{variant}"] = " ".join(edited)
        sets = {f"{family:02d}{v}": oracle.shingles(texts[f"{family:02d}{v}"]) for v in range(4)}
        for one, other in itertools.combinations(sets, 2):
            a, b = sets[one], sets[other]
            if len(a & b) >= STAGE.threshold * len(a | b):
                expected[one, other] = len(a & b) / len(a | b)
    assert 20 < len(expected) < 160
    pairs = STAGE.verified_pairs([STAGE.signatures(frame_of(**texts))])
    assert {(a, b): similarity for a, b, similarity in pairs.iter_rows()} == expected


def test_no_documents_and_no_blocks() -> None:
    empty = frame_of()
    empty = empty.cast(pl.String)
    kept, rejected = STAGE(empty)
    assert (len(kept), len(rejected)) == (0, 0)
    assert STAGE.cluster([]).is_empty()
    assert STAGE.verified_pairs([]).is_empty()


def test_tables_have_the_schemas_on_disk() -> None:
    frame = frame_of(a=ENGLISH, b=ENGLISH, c=CHINESE)
    block = STAGE.signatures(frame)
    CLUSTERS.conform(STAGE.cluster([block]).to_arrow())
    REJECTS.conform(STAGE(frame).rejected.to_arrow())


def test_wrong_input_is_named() -> None:
    block = STAGE.signatures(frame_of(a="x"))
    with pytest.raises(SchemaError, match="each different"):
        STAGE.cluster([block, block])
    with pytest.raises(StoreError, match="different schemes"):
        STAGE.cluster([block, Deduplicate(ngram=3).signatures(frame_of(b="x"))])
    with pytest.raises(SchemaError, match="document b"):
        STAGE.split(frame_of(a="x", b="y"), STAGE.cluster([block]))


def test_blocks_of_stages_that_differ_only_in_decisions_are_comparable() -> None:
    block = STAGE.signatures(frame_of(a=ENGLISH, b=ENGLISH + " more"))
    strict = Deduplicate(threshold=1.0, bands=16)
    assert strict.scheme == STAGE.scheme
    assert strict.cluster([block])["kept"].to_list() == [True, True]
    assert STAGE.cluster([block])["kept"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("threshold", "permutations", "bands"),
    [(1.0, 128, 32), (0.75, 128, 32), (0.7, 128, 32), (0.6, 128, 64), (0.4, 128, 64),
     (0.2, 128, 128), (0.75, 100, 50), (0.75, 6, 6)],
)  # fmt: skip
def test_a_threshold_has_the_bands_it_needs(
    threshold: float, permutations: int, bands: int
) -> None:
    stage = Deduplicate(threshold=threshold, permutations=permutations)
    assert stage.bands == bands
    rows = permutations // bands
    assert 1 - (1 - threshold**rows) ** bands >= 0.99
    assert f"bands={bands}," in repr(stage)
    assert pickle.loads(pickle.dumps(stage)) == stage
    assert dataclasses.replace(STAGE, threshold=threshold, permutations=permutations) == stage


def test_bands_that_miss_similar_pairs_are_refused() -> None:
    told = r"bands = 32 .*threshold = 0.4: .* p = 0.56 only; 64 bands, the fewest .* = 128,"
    with pytest.raises(RecipeError, match=told):
        Deduplicate(threshold=0.4, bands=32)
    with pytest.raises(RecipeError, match=r"bands = 16 .* p = 0.82 only; 32 bands"):
        Deduplicate(bands=16)
    told = r"permutations = 128 are too few .*threshold = 0.01: .* p = 0.72 at best, .* needs 459"
    for bands in (0, 128):
        with pytest.raises(RecipeError, match=told):
            Deduplicate(threshold=0.01, bands=bands)
    assert Deduplicate(threshold=0.01, level="exact").bands == 32
    assert Deduplicate(threshold=0.01, permutations=459).bands == 459


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_low_threshold_finds_what_is_that_similar(base: str) -> None:
    glue = " " if " " in base else ""
    units = base.split(" ") if glue else list(base)
    frames = [frame_of(a0=base)]
    for place in range(1, 41):  # 120 of 200 units in common, the rest their own
        own = [f"{unit}x{place}" if glue else chr(0x6000 + 97 * place + n)
               for n, unit in enumerate(units[120:])]  # fmt: skip
        frames.append(frame_of(**{f"a{place}": glue.join([*units[:120], *own])}))
    frame = pl.concat(frames)
    expected = truth(frame, 0.4)
    assert len(expected) == 820
    stage = Deduplicate(threshold=0.4)
    found = stage.verified_pairs([stage.signatures(frame)])
    assert len(found) >= 0.99 * len(expected)


def test_few_signature_places_exclude_no_similar_pair() -> None:
    rng = np.random.default_rng(2)
    texts = {}
    for family in range(40):
        words = [f"f{family}w{number}" for number in range(100)]
        texts[f"{family:02d}a"] = " ".join(words)
        for place in rng.choice(np.arange(5, 95, 6), 2, replace=False):
            words[place] = "new"
        texts[f"{family:02d}b"] = " ".join(words)
    frame = frame_of(**texts)
    stage = Deduplicate(permutations=16)
    found = stage.verified_pairs([stage.signatures(frame)])
    assert len(found) == len(truth(frame, 0.75)) == 40


@pytest.mark.parametrize(
    "options",
    [{"threshold": 0.0}, {"threshold": 1.5}, {"bands": 30}, {"bands": -1}, {"ngram": 0},
     {"seed": -1}, {"permutations": 0}, {"keep": "last"}, {"level": "fuzzy"}],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=next(iter(options))):
        Deduplicate(**options)
