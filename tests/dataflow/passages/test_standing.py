"""What was cut is looked for where it is said to stand; blocks are mapped one at a time."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from dataflow.passages.mapped import MappedUnits, opened
from dataflow.passages.repeats import CutRepeats
from dataflow.passages.standing import lost
from schemas.errors import StoreError
from tests.dataflow.passages.texts import paragraph

CUT: list[tuple[str, str | None, str]] = [
    ("b", "a", "The lock is shut."),
    ("c", "a", "船闸，关了。"),
]


def rows(cut: list[tuple[str, str | None, str]]) -> pl.DataFrame:
    return pl.DataFrame(cut, schema=["doc_id", "of_doc_id", "text"], orient="row")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ｔhe LOCK\nis shut; 船闸关了", []),
        ("The lock is open. 船闸关了", ["b: a passage was cut that is not in a"]),
        ("The lock is shut. 船闸", ["c: a passage was cut that is not in a"]),
    ],
)
def test_a_passage_is_found_as_it_was_compared(text: str, told: list[str]) -> None:
    documents = [pl.DataFrame({"doc_id": ["a", "x"], "text": [text, ""]}),
                 pl.DataFrame({"doc_id": ["b", "c"], "text": ["", ""]})]  # fmt: skip
    assert list(lost([rows(CUT)], documents)) == told


def test_without_the_keeper_every_document_is_named_once() -> None:
    documents = [pl.DataFrame({"doc_id": ["b"], "text": ["x"]})]
    told = list(lost([rows([*CUT, ("c", "a", "more"), ("b", None, "y")])], documents))
    assert told == [
        "b: a passage was cut for nothing, which is not in the corpus",
        "b: a passage was cut for a, which is not in the corpus",
        "c: a passage was cut for a, which is not in the corpus",
    ]


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
def test_blocks_in_files_give_what_blocks_in_memory_give(unit: str, tmp_path: Path) -> None:
    stage = CutRepeats(unit=unit, min_tokens=10)  # type: ignore[arg-type]  # one of its units
    shared = paragraph(random.Random(9))
    frames = [
        pl.DataFrame(
            {"doc_id": [f"doc-{n}"], "text": [f"{paragraph(random.Random(n))}\n\n{shared}"]}
        )
        for n in range(4)
    ]
    blocks = [stage.collect(frame) for frame in frames]
    order = pl.Series([f"doc-{n}" for n in (2, 0, 1, 3)])
    paths = [tmp_path / f"{n}.arrow" for n in range(4)]
    for path, block in zip(paths, blocks, strict=True):
        stage.write_block(path, block)
    found = stage.resolve(opened(stage, paths), order)
    assert found.equals(stage.resolve(blocks, order))
    assert set(found["of_doc_id"]) == {"doc-2"}
    assert [block.doc_ids[0] for block in MappedUnits(paths)[1:3]] == ["doc-1", "doc-2"]
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    with pytest.raises(StoreError):
        stage.resolve(opened(stage, paths), order)
