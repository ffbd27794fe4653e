"""Earlier documents are found without their texts, and the index is always whole."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup import index as index_module
from dataflow.dedup import index_crowds
from dataflow.dedup.index import CorpusIndex
from dataflow.dedup.index_entry import RECORD
from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate
from schemas.errors import SchemaError, StoreError, UsageError
from tests.dataflow.dedup import oracle
from tests.strategies.dedup import corpora

STAGE = Deduplicate()
ENGLISH = " ".join(f"word{number}" for number in range(200))
CHINESE = "".join(chr(0x4E00 + 7 * number) for number in range(200))


def frame_of(**texts: str) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": list(texts), "text": list(texts.values())})


def opened(path: Path, create: bool = True) -> CorpusIndex:
    return CorpusIndex.open(path, STAGE.scheme, STAGE.bands, create=create)


def add(index: CorpusIndex, corpus: str, frame: pl.DataFrame) -> None:
    index.add(corpus, [STAGE.signatures(frame)], frame["doc_id"])


def ids(blocks: Sequence[SignatureBlock]) -> list[str]:
    return [name for block in blocks for name in block.doc_ids]


def seen(index: CorpusIndex, corpus: str) -> list[str]:
    return [each.name for each in index.snapshot(corpus).entries]


def tree(path: Path) -> dict[str, bytes]:
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in sorted(path.rglob("*"))
        if each.is_file()
    }


@settings(deadline=None, max_examples=40)
@given(corpora(), corpora(), st.sampled_from([0.5, 0.75, 1.0]))
def test_what_is_found_is_what_plain_python_finds(
    tmp_path_factory: pytest.TempPathFactory,
    old: pl.DataFrame,
    new: pl.DataFrame,
    threshold: float,
) -> None:
    index = opened(tmp_path_factory.mktemp("index"))
    half = len(old) // 2
    add(index, "a", old[:half])
    add(index, "b", old[half:])
    expected = sorted(
        f"{'a' if place < half else 'b'}:{doc_id}"
        for place, (doc_id, text) in enumerate(old.select("doc_id", "text").iter_rows())
        if any(oracle.jaccard(text, other) >= threshold for other in new["text"])
    )
    found = index.earlier([STAGE.signatures(new)], threshold)
    if threshold == 0.5:  # found with p = .87 for each pair: the oracle is an upper bound
        assert set(ids(found)) <= set(expected)
    else:
        assert sorted(ids(found)) == expected


@settings(deadline=None, max_examples=40)
@given(corpora(), corpora(), st.data())
def test_decisions_are_those_made_against_all_earlier_documents(
    tmp_path_factory: pytest.TempPathFactory,
    old: pl.DataFrame,
    new: pl.DataFrame,
    data: st.DataObject,
) -> None:
    index = opened(tmp_path_factory.mktemp("index"))
    kept = STAGE(old).kept
    add(index, "old", kept)
    cut = data.draw(st.integers(0, len(new)))
    blocks = [STAGE.signatures(part) for part in (new[cut:], new[:cut])]
    few, every = index.earlier(blocks, STAGE.threshold), index.blocks()
    clusters = STAGE.resolve(blocks, few).clusters
    assert clusters.equals(STAGE.resolve(blocks, every).clusters)
    assert clusters.equals(STAGE.resolve(blocks[::-1], few).clusters)
    whole = [STAGE.signatures(kept.with_columns(pl.format("old:{}", "doc_id").alias("doc_id")))]
    assert clusters.equals(STAGE.resolve(blocks, whole).clusters)
    index.add("new", blocks, clusters.filter("kept")["doc_id"])
    stays = new.filter(pl.col("doc_id").is_in(clusters.filter("kept")["doc_id"].implode()))
    again = [STAGE.signatures(stays)]
    for name in ("new", ""):  # a run repeated on its own result, and one that forgot its name
        seen = index.earlier(again, STAGE.threshold, index.snapshot(name))
        result = STAGE.resolve(again, seen).clusters
        assert result["kept"].to_list() == [name == "new"] * len(stays)


@pytest.mark.parametrize("base", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_found_row_is_the_whole_signature_of_the_earlier_document(
    tmp_path: Path, base: str
) -> None:
    glue = " " if " " in base else ""
    units = base.split(" ") if glue else list(base)
    old = frame_of(b="something else altogether 别的东西", a=base, c="words that nobody repeats")
    index = opened(tmp_path / "index")
    add(index, "web", old)
    new = frame_of(n=glue.join([*units, *reversed(units[:20])]), a="未见过的文本 not seen before")
    (found,) = opened(tmp_path / "index", create=False).earlier([STAGE.signatures(new)], 0.75)
    block = STAGE.signatures(old.filter(doc_id="a"))
    assert found.doc_ids.to_list() == ["web:a"]
    assert found.scheme == block.scheme
    for name in ("content", "signatures", "shingles", "offsets"):
        assert np.array_equal(getattr(found, name), getattr(block, name))
        assert not getattr(found, name).flags.writeable


def test_the_same_document_again_is_told_apart_by_its_corpus(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    frame = frame_of(a=ENGLISH, b=CHINESE)
    add(index, "2025", frame)
    add(index, "2026", frame[:1])
    blocks = [STAGE.signatures(frame)]
    assert ids(index.earlier(blocks, 0.75)) == ["2025:a", "2025:b", "2026:a"]
    assert ids(index.earlier(blocks, 0.75, index.snapshot("2025"))) == []
    assert ids(index.earlier(blocks, 0.75, index.snapshot("2026"))) == ["2025:a", "2025:b"]
    clusters = STAGE.resolve(blocks, index.earlier(blocks, 0.75)).clusters
    assert clusters.select("doc_id", "duplicate_of", "similarity", "method").rows() == [
        ("a", "2025:a", 1.0, "earlier"),
        ("b", "2025:b", 1.0, "earlier"),
    ]


def test_order_and_blocks_do_not_change_a_byte(tmp_path: Path) -> None:
    frame = frame_of(**{f"d{n}": f"{ENGLISH} {n} {CHINESE[n:]}" for n in range(7)})
    one, two = opened(tmp_path / "one"), opened(tmp_path / "two")
    add(one, "web", frame)
    parts = [STAGE.signatures(part) for part in (frame[5:], frame[:2], frame[2:2], frame[2:5])]
    two.add("web", parts, frame["doc_id"].reverse())
    assert tree(one.path) == tree(two.path)
    new = [STAGE.signatures(part) for part in (frame[:3], frame[3:])]
    assert ids(one.earlier(new, 0.9)) == ids(two.earlier([*parts], 0.9))


def test_only_kept_documents_go_in(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    block = STAGE.signatures(frame_of(a=ENGLISH, b=CHINESE))
    index.add("web", [block], pl.Series(["b"]))
    assert ids(index.blocks()) == ["web:b"]
    with pytest.raises(SchemaError, match="document c has no signature"):
        index.add("web", [block], pl.Series(["c"]))
    with pytest.raises(SchemaError, match="an id of its own"):
        index.add("web", [block, block], pl.Series(["a"]))
    assert ids(index.blocks()) == ["web:b"]


def test_adding_again_replaces_and_the_same_changes_nothing(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    add(index, "books", frame_of(b=CHINESE))
    before, state = tree(index.path), index.snapshot().state
    add(index, "web", frame_of(a=ENGLISH))
    assert tree(index.path) == before
    assert [(each.name, each.documents, each.added) for each in index.corpora()] == [
        ("books", 1, 2),
        ("web", 1, 1),
    ]
    add(index, "web", frame_of(a=CHINESE, c="else"))
    assert [(e.name, e.documents, e.added, e.first) for e in index.corpora()] == [
        ("books", 1, 2, 2),
        ("web", 2, 3, 1),
    ]
    assert len(list((index.path / "rows").iterdir())) == 2
    assert index.snapshot().state != state
    index.without("web")
    assert ids(index.blocks()) == ["books:b"]
    with pytest.raises(StoreError, match="it has books"):
        index.without("web")
    index.check()


def test_the_state_tells_what_a_run_could_find(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    empty = index.snapshot().state
    add(index, "web", frame_of(a=ENGLISH))
    assert index.snapshot("web").state == empty
    assert index.snapshot().state != empty
    other = CorpusIndex.open(tmp_path / "other", Deduplicate(ngram=3).scheme, 32, create=True)
    assert other.snapshot().state != empty


def test_a_corpus_is_compared_with_those_that_were_there_before_it(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    for name in ("first", "二", "third"):
        assert seen(index, name) == [e.name for e in index.corpora()], "a new one meets all"
        add(index, name, frame_of(a=f"{name} {ENGLISH}"))
    expected: dict[str, list[str]] = {"first": [], "二": ["first"], "third": ["first", "二"]}
    assert {name: seen(index, name) for name in expected} == expected
    add(index, "first", frame_of(a=CHINESE))  # replaced: its place stays
    assert {name: seen(index, name) for name in expected} == expected
    index.without("first")
    add(index, "first", frame_of(a=CHINESE))  # forgotten: now it is the last
    assert seen(index, "first") == ["third", "二"]
    assert seen(index, "二") == []


def test_a_snapshot_is_of_one_moment(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    snapshot = index.snapshot()
    add(index, "web", frame_of(b=CHINESE))
    add(index, "more", frame_of(c=ENGLISH))
    blocks = [STAGE.signatures(frame_of(n=ENGLISH, m=CHINESE))]
    assert ids(index.earlier(blocks, 0.75, snapshot)) == ["web:a"]
    assert snapshot.state != index.snapshot().state
    assert ids(index.earlier(blocks, 0.75)) == ["more:c", "web:b"]


def test_no_documents_at_all(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    none = frame_of().cast(pl.String)
    add(index, "web", none)
    index.add("nothing", [], none["doc_id"])
    assert index.earlier([STAGE.signatures(frame_of(a="x"))], 0.75) == []
    assert index.earlier([], 0.75) == []
    assert index.earlier([STAGE.signatures(none)], 0.75) == []
    assert index.blocks() == []
    assert [each.documents for each in index.corpora()] == [0, 0]
    index.check()


def test_a_text_without_words_is_found_too(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a="", b="***", c="词"))
    assert ids(index.earlier([STAGE.signatures(frame_of(n=""))], 0.75)) == ["web:a"]
    assert ids(index.earlier([STAGE.signatures(frame_of(n="词。"))], 0.75)) == ["web:c"]


def test_a_crowd_of_templated_documents_is_searched_whole(tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(120)]
    crowd = {}
    for number in range(400):  # alike, but less than the threshold
        own = [f"own{number}x{place}" for place in range(30)]
        crowd[f"{number:03d}"] = " ".join(words + own)
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(**crowd))
    new = frame_of(n=crowd["237"] + " tail")
    assert ids(index.earlier([STAGE.signatures(new)], 0.75)) == ["web:237"]


def templated(number: int, own: int, glue: str = " ") -> dict[str, str]:
    """Pages of one template whose own part keeps them below the threshold."""
    if glue:
        words = [f"w{place}" for place in range(120)]
        parts = [[f"own{page}x{place}" for place in range(own)] for page in range(number)]
    else:
        words = [chr(0x4E00 + place) for place in range(120)]
        parts = [[chr(0x5000 + own * page + place) for place in range(own)]
                 for page in range(number)]  # fmt: skip
    return {f"{page:04d}": glue.join(words + parts[page]) for page in range(number)}


@pytest.mark.parametrize("glue", [" ", ""], ids=["en", "zh"])
def test_in_a_crowd_too_large_to_compare_whole_near_copies_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, glue: str
) -> None:
    for name, value in (("GROUP_LIMIT", 16), ("WHOLE", 32)):
        monkeypatch.setattr(index_crowds, name, value)
    crowd = templated(400, 30, glue)
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(**crowd))
    copies = list(crowd)[7::40]
    tail = {doc_id: f"{crowd[doc_id]}{glue}{'tail' if glue else '尾'}" for doc_id in copies}
    assert ids(index.earlier([STAGE.signatures(frame_of(**tail))], 0.75)) == [
        f"web:{doc_id}" for doc_id in copies
    ]
    assert index.uncompared == 0
    other = frame_of(n=list(templated(401, 31, glue).values())[400])
    assert index.earlier([STAGE.signatures(other)], 0.75) == []
    assert index.uncompared == 1


@settings(deadline=None, max_examples=40)
@given(corpora(), corpora(), st.data())
def test_what_is_found_in_crowds_depends_on_no_order(
    tmp_path_factory: pytest.TempPathFactory,
    old: pl.DataFrame,
    new: pl.DataFrame,
    data: st.DataObject,
) -> None:
    index = opened(tmp_path_factory.mktemp("index"))
    add(index, "old", old)
    cut = data.draw(st.integers(0, len(new)))
    every = set(ids(index.earlier([STAGE.signatures(new)], 0.75)))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("GROUP_LIMIT", 1), ("HUBS", 1), ("WHOLE", 2)):
            patch.setattr(index_crowds, name, value)
        found = ids(index.earlier([STAGE.signatures(new)], 0.75))
        uncompared = index.uncompared
        parts = [STAGE.signatures(part) for part in (new[cut:].reverse(), new[:cut])]
        assert ids(index.earlier(parts, 0.75)) == found
        patch.setattr("dataflow.dedup.index_rows.HASHED_ROWS", 1)  # a batch for each block
        assert ids(index.earlier(parts, 0.75)) == found
        assert index.uncompared == uncompared
        copies = [STAGE.signatures(new.filter(pl.col("text").is_in(old["text"].implode())))]
        clusters = STAGE.resolve(copies, index.earlier(copies, 0.75)).clusters
        assert not clusters["kept"].any(), "a copy is found in any crowd"
    assert set(found) <= every


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (Deduplicate(ngram=3), "ngram 5 there, 3 in this run"),
        (Deduplicate(seed=9), "seed 1 there, 9 in this run"),
        (Deduplicate(permutations=64), "permutations 128 there, 64 in this run"),
        (Deduplicate(threshold=0.9, bands=16), "bands 32 there, 16 in this run"),
    ],
    ids=["ngram", "seed", "permutations", "bands"],
)
def test_other_parameters_are_refused(tmp_path: Path, stage: Deduplicate, told: str) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    with pytest.raises(StoreError, match=told):
        CorpusIndex.open(index.path, stage.scheme, stage.bands, create=True)
    if stage.scheme != STAGE.scheme:
        block = stage.signatures(frame_of(a=ENGLISH))
        with pytest.raises(StoreError, match=told):
            index.earlier([block], 0.75)
        with pytest.raises(StoreError, match=told):
            index.add("b", [block], pl.Series(["a"]))


def test_another_format_or_version_is_refused(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    record = json.loads((index.path / RECORD).read_bytes())
    for change, told in (({"version": 2}, "version 2, this program"), ({"format": "x"}, "x vers")):
        (index.path / RECORD).write_text(json.dumps({**record, **change}))
        with pytest.raises(StoreError, match=told):
            opened(index.path)
    for text in ("", "{}", "[]", '{"format": "corpusmill.index", "version": 1}'):
        (index.path / RECORD).write_text(text)
        with pytest.raises(StoreError, match="damaged or missing"):
            opened(index.path)


def test_a_folder_that_is_no_index_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no index of a corpus"):
        opened(tmp_path / "nowhere", create=False)
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(StoreError, match="not empty"):
        opened(tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        opened(tmp_path / "mine.txt" / "index")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["", "a:b", "../x", "a/b", ".x", "x" * 101, "a b", "a\n"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    index = opened(tmp_path / "index")
    with pytest.raises(UsageError, match="cannot be named"):
        add(index, name, frame_of(a="x"))
    add(index, "语料-2026.1", frame_of(a="x"))
    assert ids(index.blocks()) == ["语料-2026.1:a"]


def damage(path: Path, array: str, place: int, value: int) -> None:
    mapped = np.load(path / f"{array}.npy", mmap_mode="r+")
    mapped.reshape(-1)[place] = value
    mapped.flush()


@pytest.mark.parametrize(
    ("array", "value"),
    [("signatures", 1), ("content", 7), ("ids", 90), ("checks", 1), ("keys", 2**32 - 1),
     ("keys", 0), ("offsets", 2**40), ("offsets", -5), ("shingles", 3)],
)  # fmt: skip
def test_damage_is_noticed(tmp_path: Path, array: str, value: int) -> None:
    index = opened(tmp_path / "index")
    frame = frame_of(a=ENGLISH, b=CHINESE)
    add(index, "web", frame)
    (rows,) = (index.path / "rows").iterdir()
    damage(rows, array, 1 if array == "offsets" else 0, value)
    with pytest.raises(StoreError, match="drop this corpus"):
        index.check()
    try:  # a look-up sees only what it touches, but never wrong rows
        found = index.earlier([STAGE.signatures(frame)], 0.75)
    except StoreError:
        return
    assert set(ids(found)) <= {"web:a", "web:b"}


@pytest.mark.parametrize("array", ["signatures", "keys", "ids", "shingles"])
def test_a_file_cut_short_or_gone_is_noticed(tmp_path: Path, array: str) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    (rows,) = (index.path / "rows").iterdir()
    path = rows / f"{array}.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-8])
    blocks = [STAGE.signatures(frame_of(n=ENGLISH))]
    with pytest.raises(StoreError, match="drop this corpus"):
        index.earlier(blocks, 0.75)
    np.save(path, np.zeros(3, np.uint8))
    with pytest.raises(StoreError, match="other sizes"):
        index.earlier(blocks, 0.75)
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        index.earlier(blocks, 0.75)
    add(index, "web", frame_of(a=ENGLISH, b="new"))  # the remedy
    assert ids(index.earlier(blocks, 0.75)) == ["web:a"]


class DeathError(BaseException):
    """Nothing of the process does anything from here on."""


@contextmanager
def dying(call: int) -> Iterator[None]:
    """From the `call`-th change on, nothing reaches the disk any more: as if killed by then."""
    done = itertools.count(1)

    def until(original: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **options: object) -> object:
            if next(done) >= call:
                raise DeathError
            return original(*args, **options)

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((os, "fsync"), (os, "unlink"), (os, "rename"), (os, "replace"),
                             (Path, "unlink"), (Path, "rename"), (Path, "replace"),
                             (np, "save"), (shutil, "rmtree")):  # fmt: skip
            patch.setattr(module, name, until(getattr(module, name)))
        yield


def test_a_writer_killed_anywhere_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    before, after = ["books:z", "web:a"], ["books:z", "web:a", "web:c"]
    template = opened(tmp_path / "template")
    add(template, "web", frame_of(a=ENGLISH))
    add(template, "books", frame_of(z="book"))
    seen, died = set(), True
    for call in itertools.count(1):
        path = tmp_path / f"index{call}"
        shutil.copytree(template.path, path)
        try:
            with dying(call):
                add(opened(path), "web", frame_of(a=CHINESE, c="third"))
            died = False
        except DeathError:
            pass
        index = opened(path)
        index.check()
        assert ids(index.blocks()) in (before, after)
        seen.add(len(ids(index.blocks())))
        add(index, "web", frame_of(a=CHINESE, c="third"))
        add(index, "more", frame_of(m="more"))
        assert ids(index.blocks()) == [*after[:1], "more:m", *after[1:]]
        assert len(list((path / "rows").iterdir())) == 3
        if not died:
            break
    assert call > 15
    assert seen == {2, 3}


KILLED = """
import os, signal, sys, threading
from pathlib import Path
import polars as pl
from dataflow.dedup.index import CorpusIndex
from dataflow.dedup.stage import Deduplicate
stage = Deduplicate()
index = CorpusIndex.open(Path(sys.argv[1]), stage.scheme, stage.bands)
frame = pl.DataFrame({"doc_id": [f"{n}" for n in range(3000)]})
frame = frame.with_columns(text=pl.format("{} and so on {}", "doc_id", "doc_id"))
blocks = [stage.signatures(frame)]
print("ready", flush=True)
while True:
    for name in ("one", "two"):
        index.add(name, blocks, frame["doc_id"].sample(fraction=0.9, seed=len(name)))
        index.add(name, blocks, frame["doc_id"].head(2000))
"""


@pytest.mark.real
def test_a_process_killed_while_it_writes(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    for number in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(index.path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.4 + 0.23 * number)
        child.kill()
        child.wait()
        child.stdout.close()
        index.check()
        assert {each.documents for each in index.corpora()} <= {1, 2000, 2700}
        add(index, "web", frame_of(a=f"{ENGLISH} {number}"))
        assert len(list((index.path / "rows").iterdir())) == len(index.corpora())


def test_writers_take_turns(tmp_path: Path) -> None:
    def write(number: int) -> None:
        add(opened(tmp_path / "index"), f"corpus{number}", frame_of(a=f"{ENGLISH} {number}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    index = opened(tmp_path / "index", create=False)
    assert [each.name for each in index.corpora()] == [f"corpus{n}" for n in range(6)]
    assert sorted(each.added for each in index.corpora()) == [1, 2, 3, 4, 5, 6]


def test_a_writer_that_waits_too_long_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "PATIENCE", 0.1)
    index = opened(tmp_path / "index")
    with index._writing(), pytest.raises(StoreError, match="another run has been writing"):
        add(index, "web", frame_of(a="x"))
    add(index, "web", frame_of(a="x"))


def test_a_reader_that_a_writer_overtakes_reads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    stale = index._record()
    add(index, "web", frame_of(b=ENGLISH))
    records = iter([stale, index._record()])
    current = index._record()
    monkeypatch.setattr(index, "_record", lambda: next(records, current))
    assert ids(index.blocks()) == ["web:b"]


def test_rows_that_were_found_stay_readable_when_the_corpus_goes(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    add(index, "web", frame_of(a=ENGLISH))
    (block,) = index.blocks()
    index.without("web")
    assert np.array_equal(block.shingles, STAGE.signatures(frame_of(a=ENGLISH)).shingles)
