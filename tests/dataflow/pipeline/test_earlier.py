"""The index as one run sees it: a name that moves with its folder, and one order of corpora."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate
from dataflow.pipeline.earlier import EarlierCorpora, kept_name, own_name
from dataflow.recipe import recipe_from
from schemas.errors import UsageError

STAGE = Deduplicate()
ENGLISH = "one two three four five six seven eight nine ten eleven"
CHINESE = "昨天下午三点我们在图书馆门口等了他很久"


def blocks_of(*texts: str) -> list[SignatureBlock]:
    frame = pl.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": list(texts)})
    return [STAGE.signatures(frame)]


def of(index: Path, out: Path, corpus: str = "") -> EarlierCorpora:
    recipe = recipe_from({"index": {"path": str(index), "corpus": corpus}}, "test")
    found = EarlierCorpora.of(recipe, out)
    assert found is not None
    return found


def kept(blocks: list[SignatureBlock], corpora: EarlierCorpora) -> pl.Series:
    clusters = STAGE.resolve(blocks, corpora.similar(blocks)).clusters
    return clusters.filter("kept")["doc_id"]


def test_a_folder_that_was_moved_is_still_the_same_corpus(tmp_path: Path) -> None:
    index, blocks = tmp_path / "index", blocks_of(ENGLISH, CHINESE)
    (tmp_path / "语料 out").mkdir()
    first = of(index, tmp_path / "语料 out")
    assert (first.corpus, first.state) == ("", "")
    first.enter(blocks, kept(blocks, first))
    shutil.move(tmp_path / "语料 out", tmp_path / "moved")
    again = of(index, tmp_path / "moved")
    assert again.corpus == first.corpus == kept_name(tmp_path / "moved")
    assert again.corpus.startswith("语料-out-")
    assert (again.state, kept(blocks, again).to_list()) == ("", ["d0", "d1"])
    other = of(index, tmp_path / "other")
    assert (other.state != "", kept(blocks, other).to_list()) == (True, [])


def test_the_same_path_elsewhere_is_another_corpus(tmp_path: Path) -> None:
    out = tmp_path / "out"
    one = own_name(out)
    assert own_name(out) == one
    shutil.rmtree(out)  # as on another machine
    assert own_name(out) != one


def test_looking_makes_nothing(tmp_path: Path) -> None:
    corpora = of(tmp_path / "index", tmp_path / "out")
    corpora.check()
    assert (corpora.state, corpora.similar(blocks_of(ENGLISH))) == ("", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_two_corpora_never_both_drop_a_document_for_the_other(tmp_path: Path, text: str) -> None:
    index, blocks, stays = tmp_path / "index", blocks_of(text), []
    for _ in range(3):  # at the same time, again and again
        pair = [of(index, tmp_path, name) for name in ("a", "b")]
        stays = [kept(blocks, each) for each in pair]
        for each, ids in zip(pair, stays, strict=True):
            each.enter(blocks, ids)
    assert [ids.to_list() for ids in stays] == [["d0"], []]


def test_what_is_found_belongs_to_the_state_that_was_told(tmp_path: Path) -> None:
    index, blocks = tmp_path / "index", blocks_of(ENGLISH, CHINESE)
    of(index, tmp_path, "web").enter(blocks, pl.Series(["d0"]))
    run = of(index, tmp_path, "run")
    state = run.state
    of(index, tmp_path, "web").enter(blocks, pl.Series(["d1"]))
    of(index, tmp_path, "more").enter(blocks, pl.Series(["d0", "d1"]))
    assert kept(blocks, run).to_list() == ["d1"]
    assert run.state == state
    run.enter(blocks, pl.Series(["d1"]))
    assert run.state != state


def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be named"):
        of(tmp_path / "index", tmp_path, "a:b").check()
