"""An index on a real Redis server does what one in a folder does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from dataflow.dedup import index_redis
from dataflow.dedup.index import CorpusIndex
from dataflow.dedup.index_entry import EarlierDocuments, open_index
from dataflow.dedup.index_redis import SharedIndex
from dataflow.dedup.index_server import Address
from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate
from schemas.errors import BackendError, MissingExtraError, SchemaError, StoreError, UsageError

STAGE = Deduplicate()
ENGLISH = " ".join(f"word{number}" for number in range(200))
CHINESE = "".join(chr(0x4E00 + 7 * number) for number in range(200))


@contextmanager
def started(folder: Path, *more: str) -> Iterator[str]:
    """The URL of a server that is there until the end."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on the PATH: apt-get install redis-server")
    pytest.importorskip("redis", reason="the extra `redis` is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *options, *more], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server that is there for these tests."""
    with started(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def index(server: str, request: pytest.FixtureRequest) -> Iterator[SharedIndex]:
    """An index with a name of its own."""
    name = "".join(char for char in request.node.name if char.isalnum())
    opened = SharedIndex.open(f"{server}#{name}", STAGE.scheme, STAGE.bands, create=True)
    yield opened
    opened.close()


def frame_of(**texts: str) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": list(texts), "text": list(texts.values())})


def add(index: EarlierDocuments, corpus: str, frame: pl.DataFrame) -> None:
    index.add(corpus, [STAGE.signatures(frame)], frame["doc_id"])


def found(index: SharedIndex, **texts: str) -> list[str]:
    blocks = index.earlier([STAGE.signatures(frame_of(**texts))], 0.75)
    return [name for block in blocks for name in block.doc_ids]


def keys_of(index: SharedIndex) -> set[str]:
    return {key.decode(errors="replace") for key in index._client.keys(f"{index.address.name}:*")}


def variants(number: int, seed: int) -> pl.DataFrame:
    """Documents in families around the threshold, English and Chinese."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(number):
        family = int(rng.integers(number // 4))
        units = [f"f{family}w{n}" for n in range(80)]
        if family % 2:
            units = [chr(0x4E00 + 90 * family + n) for n in range(80)]
        for at in rng.choice(80, rng.integers(0, 4), replace=False):
            units[at] = f"x{place}y{at}" if family % 2 == 0 else chr(0x3400 + place)
        rows.append((f"{seed}-{place:03d}", ("" if family % 2 else " ").join(units)))
    return pl.DataFrame(rows, {"doc_id": pl.String, "text": pl.String}, orient="row")


@pytest.mark.real
def test_it_finds_what_the_folder_finds(index: SharedIndex, tmp_path: Path) -> None:
    folder = CorpusIndex.open(tmp_path / "index", STAGE.scheme, STAGE.bands, create=True)
    old, more, new = variants(120, 1), variants(40, 2), variants(80, 3)
    both: Sequence[EarlierDocuments] = (index, folder)
    for each in both:
        each.add("old", [STAGE.signatures(old[:50]), STAGE.signatures(old[50:])], old["doc_id"])
        add(each, "更多", more)
    blocks = [STAGE.signatures(new[:30]), STAGE.signatures(new[30:])]
    assert [(e.name, e.documents) for e in index.corpora()] == [
        (e.name, e.documents) for e in folder.corpora()
    ]
    assert index.snapshot("old").entries == folder.snapshot("old").entries == ()
    for corpus in ("", "更多"):
        mine = index.earlier(blocks, STAGE.threshold, index.snapshot(corpus))
        theirs = folder.earlier(blocks, STAGE.threshold, folder.snapshot(corpus))
        rows = sorted(name for block in theirs for name in block.doc_ids)
        assert [name for block in mine for name in block.doc_ids] == rows
        assert len(rows) > 5
        decided = STAGE.resolve(blocks, mine).clusters
        assert decided.equals(STAGE.resolve(blocks, theirs).clusters)
        assert "earlier" in set(decided["method"])


@pytest.mark.real
def test_a_row_comes_back_as_it_was(index: SharedIndex) -> None:
    frame = frame_of(a=ENGLISH, 字=CHINESE, empty="")
    add(index, "web", frame)
    (back,) = index.earlier([STAGE.signatures(frame)], 0.75)
    block = STAGE.signatures(frame.sort("doc_id"))
    assert back.doc_ids.to_list() == ["web:a", "web:empty", "web:字"]
    for name in ("content", "signatures", "shingles", "offsets"):
        assert np.array_equal(getattr(back, name), getattr(block, name))
    assert index.earlier([STAGE.signatures(frame_of(x="else"))], 0.75) == []
    assert index.earlier([], 0.75) == []


@pytest.mark.real
def test_another_process_sees_it(index: SharedIndex, server: str) -> None:
    add(index, "web", frame_of(a=ENGLISH))
    other = open_index(f"{server}#{index.address.name}", STAGE.scheme, STAGE.bands)
    assert isinstance(other, SharedIndex)
    assert found(other, n=ENGLISH + " tail") == ["web:a"]
    assert other.snapshot().state == index.snapshot().state
    other.close()


@pytest.mark.real
def test_adding_again_replaces_and_leaves_nothing_behind(index: SharedIndex) -> None:
    empty, state = keys_of(index), index.snapshot().state
    add(index, "web", frame_of(a=ENGLISH, b=CHINESE))
    once, first = keys_of(index), index.corpora()
    add(index, "web", frame_of(a=ENGLISH, b=CHINESE))
    assert index.corpora() == first
    assert keys_of(index) == once
    add(index, "web", frame_of(c=ENGLISH))
    assert found(index, n=ENGLISH) == ["web:c"]
    assert found(index, n=CHINESE) == []
    assert index.snapshot("web").state == state != index.snapshot().state
    index.without("web")
    assert index.corpora() == []
    assert keys_of(index) - empty == {f"{index.address.name}:generation"}
    with pytest.raises(StoreError, match="it has none"):
        index.without("web")
    with pytest.raises(SchemaError, match="document z"):
        index.add("web", [STAGE.signatures(frame_of(a="x"))], pl.Series(["z"]))
    with pytest.raises(UsageError, match="cannot be named"):
        add(index, "a:b", frame_of(a="x"))


@pytest.mark.real
def test_a_writer_that_died_is_not_seen_and_cleared_away(
    index: SharedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(index, "web", frame_of(a=ENGLISH))
    before = keys_of(index)
    send = index._bands.insert

    def dies(block: SignatureBlock) -> None:
        send(block)
        raise KeyboardInterrupt

    monkeypatch.setattr(index_redis, "BATCH", 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(index._bands), "insert", lambda self, block: dies(block))
        with pytest.raises(KeyboardInterrupt):
            add(index, "web", frame_of(b=CHINESE, c="x"))
    assert found(index, n=ENGLISH, m=CHINESE) == ["web:a"]
    assert keys_of(index) > before
    add(index, "web", frame_of(d=ENGLISH))
    assert found(index, n=ENGLISH, m=CHINESE) == ["web:d"]
    assert {key for key in keys_of(index) if ":rows:" in key} == {
        f"{index.address.name}:rows:{index.corpora()[0].added}"
    }


@pytest.mark.real
def test_a_reader_that_a_writer_overtakes_is_told(
    index: SharedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(index, "web", frame_of(a=ENGLISH))
    candidates = type(index._bands).candidates

    def overtaken(bands: Any, block: SignatureBlock) -> pl.DataFrame:
        found = candidates(bands, block)
        if index.corpora()[0].added == 1:
            add(index, "web", frame_of(b=ENGLISH))
        return found

    monkeypatch.setattr(type(index._bands), "candidates", overtaken)
    with pytest.raises(StoreError, match="another run replaced web"):
        found(index, n=ENGLISH)
    assert found(index, n=ENGLISH) == ["web:b"]


@pytest.mark.real
def test_a_replaced_entry_keeps_its_place_and_what_it_held_is_gone(index: SharedIndex) -> None:
    for name in ("first", "second"):
        add(index, name, frame_of(a=f"{name} {ENGLISH}"))
    snapshot = index.snapshot("second")
    assert [each.name for each in snapshot.entries] == ["first"]
    add(index, "first", frame_of(b=ENGLISH))
    assert [(e.name, e.added, e.first) for e in index.corpora()] == [
        ("first", 3, 1),
        ("second", 2, 2),
    ]
    assert index.snapshot("first").entries == ()
    blocks = [STAGE.signatures(frame_of(n=ENGLISH))]
    with pytest.raises(StoreError, match="another run replaced first"):
        index.earlier(blocks, 0.75, snapshot)  # never less than the state says


@pytest.mark.real
def test_the_password_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(tmp_path, "--requirepass", "S3cret/#") as url:
        with pytest.raises(BackendError, match="says"):
            SharedIndex.open(url, STAGE.scheme, create=True)
        monkeypatch.setenv("CORPUSMILL_REDIS_PASSWORD", "S3cret/#")
        SharedIndex.open(url, STAGE.scheme, create=True).close()
        wrong = url.replace("redis://", "redis://:other@")  # that of the address counts
        with pytest.raises(BackendError, match="says") as caught:
            SharedIndex.open(wrong, STAGE.scheme)
        assert "other" not in str(caught.value)


@pytest.mark.real
def test_rows_that_the_server_lost_are_noticed(index: SharedIndex) -> None:
    add(index, "web", frame_of(a=ENGLISH))
    rows = f"{index.address.name}:rows:{index.corpora()[0].added}"
    whole = index._client.hget(rows, "a")
    for damaged in (whole[:-1], whole[:30], whole[:-8], b"?" + whole[1:]):
        index._client.hset(rows, "a", damaged)
        with pytest.raises(StoreError, match="missing or damaged"):
            found(index, n=ENGLISH)
    index._client.hdel(rows, "a")
    with pytest.raises(StoreError, match="missing or damaged"):
        found(index, n=ENGLISH)
    index.without("web")
    add(index, "web", frame_of(a=ENGLISH))
    assert found(index, n=ENGLISH) == ["web:a"]


@pytest.mark.real
def test_other_parameters_versions_and_names_are_refused(index: SharedIndex, server: str) -> None:
    url = f"{server}#{index.address.name}"
    other = {
        "ngram 5 there, 3": Deduplicate(ngram=3),
        "bands 32 there": Deduplicate(threshold=0.9, bands=16),
    }
    for told, stage in other.items():
        with pytest.raises(StoreError, match=told):
            SharedIndex.open(url, stage.scheme, stage.bands, create=True)
    with pytest.raises(StoreError, match="ngram"):
        index.earlier([Deduplicate(ngram=3).signatures(frame_of(a="x"))], 0.75)
    with pytest.raises(StoreError, match="no index of a corpus"):
        SharedIndex.open(f"{server}#nothing", STAGE.scheme, STAGE.bands)
    record = f"{index.address.name}:record"
    for value, told in (
        ("{", "damaged record"),
        ('{"format": "x", "version": 1, "parameters": {}}', "x version 1"),
    ):
        index._client.set(record, value)
        with pytest.raises(StoreError, match=told):
            SharedIndex.open(url, STAGE.scheme, STAGE.bands)


@pytest.mark.real
def test_writers_take_turns(
    index: SharedIndex, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(number: int) -> None:
        own = SharedIndex.open(f"{server}#{index.address.name}", STAGE.scheme, STAGE.bands)
        add(own, f"corpus{number}", frame_of(a=f"{ENGLISH} {number}"))
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert [each.name for each in index.corpora()] == [f"corpus{n}" for n in range(4)]
    assert len(found(index, n=ENGLISH)) == 4
    monkeypatch.setattr(index_redis, "PATIENCE", 0.1)
    held = index._client.lock(f"{index.address.name}:lock", timeout=5)
    with held, pytest.raises(StoreError, match="another run is writing"):
        add(index, "more", frame_of(a="x"))


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    pytest.importorskip("redis", reason="the extra `redis` is not installed")
    with pytest.raises(BackendError, match=r"redis://127\.0\.0\.1:1/0#corpusmill") as caught:
        SharedIndex.open("redis://:secret@127.0.0.1:1/0", STAGE.scheme)
    assert "secret" not in str(caught.value)


def test_an_address_names_server_and_index() -> None:
    assert Address.of("redis://:pw@host:7/2#news") == Address("redis://:pw@host:7/2", "news")
    assert str(Address.of("redis://:pw@host:7/2#news")) == "redis://host:7/2#news"
    for wrong in ("http://host", "redis://host#a:b", "host:6379"):
        with pytest.raises(UsageError):
            Address.of(wrong)
    for wrong in ("redis://u:s3/cret@host", "redis://u:6/s3cret@host", "redis://:s3#cret@host"):
        with pytest.raises(UsageError, match=r"redis://\(hidden\)@host") as caught:
            Address.of(wrong)
        assert "cret" not in str(caught.value)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingExtraError, match=r"corpusmill\[redis\]"):
        open_index("redis://localhost#x", STAGE.scheme)


def test_a_path_opens_a_folder(tmp_path: Path) -> None:
    opened = open_index(os.fspath(tmp_path / "index"), STAGE.scheme, create=True)
    assert isinstance(opened, CorpusIndex)
    opened.close()
