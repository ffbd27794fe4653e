"""A search larger than memory finds what one in memory finds; large groups are searched on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup import search
from dataflow.dedup.buckets import Buckets, Room
from dataflow.dedup.clusters import Clustering, Decision, resolve
from dataflow.dedup.search import joined_bands, whole_groups
from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate
from dataflow.dedup.twins import Twins, check_twins
from schemas.errors import ConservationError, StoreError
from tests.strategies.dedup import corpora

STAGE = Deduplicate()


def templated(number: int, edits: int) -> pl.DataFrame:
    """Pages of one template in two languages, each with some words of its own."""
    rng = np.random.default_rng(7)
    texts = []
    for place in range(number):
        words = [f"word{step}" if place % 2 else chr(0x4E00 + step) for step in range(200)]
        for edit in rng.choice(200, edits, replace=False):
            words[edit] = f"edit{place}at{edit}" if place % 2 else chr(0x5E00 + place)
        texts.append((" " if place % 2 else "").join(words))
    return pl.DataFrame({"doc_id": [f"{place:05d}" for place in range(number)], "text": texts})


def same(one: Clustering, other: Clustering) -> bool:
    counts = [{name: getattr(each.counts, name) for name in each.counts.__slots__}
              for each in (one, other)]  # fmt: skip
    for each in counts:
        each.pop("bytes_on_disk")
    return (
        one.clusters.equals(other.clusters)
        and one.pairs().equals(other.pairs())
        and counts[0] == counts[1]
    )


def blocks_of(frame: pl.DataFrame, cuts: list[int]) -> list[SignatureBlock]:
    return [STAGE.signatures(frame[a:b]) for a, b in pairwise([0, *sorted(cuts), len(frame)])]


@settings(deadline=None, max_examples=30)
@given(corpora(), st.data())
def test_disk_and_the_number_of_buckets_change_nothing(
    frame: pl.DataFrame, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(frame)), max_size=5))
    blocks = blocks_of(frame, cuts)
    keys = data.draw(st.integers(1, 30))
    shingles = data.draw(st.integers(1, 300))
    found = STAGE.resolve(blocks, room=Room(documents=0, keys=keys, shingles=shingles))
    assert same(found, STAGE.resolve([STAGE.signatures(frame)]))


def test_templates_are_searched_on_disk_as_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "KEYS_AT_A_TIME", 90)
    monkeypatch.setattr(search, "KEYS_TOGETHER", 150 * 32)
    monkeypatch.setattr("dataflow.dedup.buckets.MERGE_AFTER", 2000)
    frame = templated(300, 5)
    expected = STAGE.resolve([STAGE.signatures(frame)])
    blocks = blocks_of(frame, [70, 71, 180, 250])
    paths = [tmp_path / f"{number}.arrow" for number in range(len(blocks))]
    for path, block in zip(paths, blocks, strict=True):
        STAGE.write_block(path, block)
    work = tmp_path / "work"
    work.mkdir()
    room = Room(folder=work, documents=0, keys=200, shingles=20_000)
    found = STAGE.resolve(STAGE.open_blocks(paths), room=room)
    assert expected.counts.crowded == 300
    assert same(found, expected)
    assert found.counts.bytes_on_disk > expected.counts.bytes_on_disk == 0
    assert list(work.iterdir()) == [], "the buckets are gone"


def test_mapped_blocks_are_a_sequence_that_checks_each_once(tmp_path: Path) -> None:
    blocks = blocks_of(templated(9, 2), [3, 6])
    paths = [tmp_path / f"{number}.arrow" for number in range(3)]
    for path, block in zip(paths, blocks, strict=True):
        STAGE.write_block(path, block)
    mapped = STAGE.open_blocks(paths)
    assert [len(block) for block in mapped] == [3, 3, 3]
    assert len(mapped[1:]) == 2
    whole = paths[0].read_bytes()
    at = whole.index(blocks[0].signatures.tobytes())
    paths[0].write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(StoreError, match="checksum"):
        STAGE.open_blocks(paths)[0]


def test_large_groups_are_searched_again_by_joined_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variants of one text a little under the threshold: almost all stay, few pairs reach it."""
    rng = np.random.default_rng(0)
    texts = []
    for place in range(1500):
        words = [f"word{step}" for step in range(300)]
        for edit in rng.choice(300, 6, replace=False):
            words[edit] = f"edit{place}at{edit}"
        texts.append(" ".join(words))
    frame = pl.DataFrame({"doc_id": [f"{place:05d}" for place in range(1500)], "text": texts})
    blocks = [STAGE.signatures(frame)]
    last = STAGE.resolve(blocks).counts
    assert (last.crowded, last.uncompared) == (1500, 0)  # few enough for all with all at last
    assert last.kept < 1105  # all with all from the beginning: 1090
    monkeypatch.setattr(search, "LAST_PAIRS", 0)
    counts = STAGE.resolve(blocks).counts
    assert counts.kept < 1125  # without joins: 1136
    assert counts.candidates < 400_000  # all with all: 1,124,250
    assert 0 < counts.uncompared <= 1500 * 1499 // 2


@pytest.fixture
def shelves() -> search.Search:
    frame = pl.DataFrame(
        {"doc_id": list("abc"), "text": ["one two three four five six"] * 2 + ["something else"]}
    )
    from dataflow.dedup.corpus import gather

    corpus = gather([STAGE.signatures(frame)], [], "first")
    return search.Search(corpus, 0.75, 32, Room(), None)


@pytest.mark.parametrize(
    ("twin", "similarity", "component", "earlier", "what"),
    [
        ([0, 0, 0], [1, 1, 0], [0, 0, 0], 0, "not similar enough"),
        ([0, 0, 0], [1, 1, 1], [0, 0, 0], 0, "not similar enough"),
        ([1, 0, 2], [1, 1, 1], [0, 0, 2], 0, "twin is not kept"),
        ([0, 0, 2], [1, 1, 1], [0, 1, 2], 0, "another cluster"),
        ([0, 0, 2], [1, 0.9, 1], [0, 0, 2], 0, "another similarity"),
        ([0, 0, 2], [1, 1, 1], [0, 0, 2], 2, "earlier document"),
    ],
)
def test_a_drop_without_a_kept_twin_stops_the_run(
    shelves: search.Search, twin: list[int], similarity: list[float], component: list[int],
    earlier: int, what: str,
) -> None:  # fmt: skip
    twins = Twins(np.array(twin), np.array(similarity, float), np.array(component))
    with pytest.raises(ConservationError, match=what):
        check_twins(shelves.shelves, twins, earlier, 0.75)


def test_whole_twins_pass(shelves: search.Search) -> None:
    twins = Twins(np.array([0, 0, 2]), np.ones(3), np.array([0, 0, 2]))
    check_twins(shelves.shelves, twins, 0, 0.75)


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_bucket_gives_what_was_put_in(
    tmp_path: Path, on_disk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataflow.dedup.buckets.MERGE_AFTER", 10)
    plain = Buckets(2, tmp_path / "plain" if on_disk else None)
    unique = Buckets(2, tmp_path / "unique" if on_disk else None, unique=True)
    expected: list[int] = []
    for start in range(20):
        numbers = np.arange(start, 3 * start, 2, dtype=np.uint64)
        expected += numbers.tolist()
        plain.append(1, numbers)
        unique.append(1, numbers)
    assert plain.take(1).tolist() == expected
    assert plain.take(1).tolist() == plain.take(0).tolist() == []
    assert unique.take(1).tolist() == sorted(set(expected))
    unique.append(0, np.array([3, 3], np.uint64))
    assert unique.take(0).tolist() == [3]
    plain.close()
    unique.close()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_bucket_is_told(tmp_path: Path) -> None:
    buckets = Buckets(1, tmp_path / "keys")
    buckets.append(0, np.arange(9, dtype=np.uint64))
    next((tmp_path / "keys").iterdir()).write_bytes(b"cut")
    with pytest.raises(StoreError, match="damaged"):
        buckets.take(0)


def test_groups_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "KEYS_AT_A_TIME", 3)
    hashes = [0, 0, 0, 0, 1, 2, 2, 2**60 - 1, 2**60 - 1]
    keys = np.array([h << 4 | place for place, h in enumerate(hashes)], np.uint64)
    parts = [part.tolist() for part in whole_groups(keys, 4)]
    assert [len(part) for part in parts] == [4, 3, 2]
    assert [key for part in parts for key in part] == keys.tolist()


@pytest.mark.parametrize(("bands", "joins"), [(1, 1), (2, 1), (3, 3), (9, 36), (32, 128)])
def test_each_join_has_two_bands_and_each_band_is_in_one(bands: int, joins: int) -> None:
    pairs = joined_bands(bands).tolist()
    assert len(pairs) == joins
    assert {band for pair in pairs for band in pair} == set(range(bands))
    assert bands == 1 or all(one < other for one, other in pairs)


@settings(deadline=None, max_examples=30)
@given(corpora(), st.sampled_from([(8, 8), (8, 1), (6, 3), (16, 2)]))
def test_any_number_of_bands_is_searched(frame: pl.DataFrame, shape: tuple[int, int]) -> None:
    stage = Deduplicate(permutations=shape[0])
    decision = Decision(bands=shape[1])  # fewer than the stage would take
    found = resolve([stage.signatures(frame)], decision)
    kept, rejected = stage.split(frame, found.clusters)
    assert len(kept) + len(rejected) == len(frame)
