from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.io.shards import read_all
from dataflow.pipeline import slices as module
from dataflow.pipeline.slices import slices
from dataflow.verify import verify
from tests.dataflow.pipeline.conftest import Runner, paragraph, rows


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40)),
    st.integers(1, 60),
)
def test_slices_cover_the_file_once_and_end_at_lines(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int
) -> None:
    path = tmp_path_factory.mktemp("s") / "a.jsonl"
    data = ("{" + "\n".join(lines)).encode()
    path.write_bytes(data)
    found = slices(path, len(data), hashlib.sha256(data).hexdigest(), size)
    assert b"".join(data[part.start : part.end] for part in found) == data
    for part in found:
        assert hashlib.sha256(data[part.start : part.end]).hexdigest() == part.sha256
        assert data[: part.start].count(b"\n") == part.lines_before
        assert part.start == 0 or data[part.start - 1 : part.start] == b"\n"


def test_other_files_are_one_slice(tmp_path: Path) -> None:
    for name, data in (("a.json", b"{\n" * 99), ("a.jsonl", b"[\n" * 99), ("a.txt", b"{\n" * 99)):
        (tmp_path / name).write_bytes(data)
        assert len(slices(tmp_path / name, len(data), "", 10)) == 1
    assert len(slices(tmp_path / "gone.jsonl", 10_000, "", 10)) == 1


def _records(path: Path) -> None:
    lines = [json.dumps({"text": paragraph(f"topic{number}", 3)}) for number in range(12)]
    lines[4] = "{broken"
    lines[7] = json.dumps({"text": " "})
    path.write_text("\n".join(lines) + "\n")


def test_a_sliced_file_gives_the_rows_of_the_whole_one(
    runner: Runner, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _records(inputs / "large.jsonl")
    whole = runner("whole")
    monkeypatch.setattr(module.slices, "__defaults__", (600,))
    sliced = runner("sliced")
    assert rows(sliced) == rows(whole)
    assert all(check.ok for check in verify(tmp_path / "sliced"))
    sources = read_all(tmp_path / "sliced", "documents")["source"].to_list()
    records = [source for source in sources if source.startswith("large")]
    assert records == [f"large.jsonl#{n}" for n in (1, 2, 3, 4, 6, 7, 9, 10, 11, 12)]
    assert runner("sliced").content_hash == whole.content_hash
