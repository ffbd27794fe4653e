"""Names of the files that parsing without a run writes."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.execution.outcome import Outcome, OutcomeKind
from dataflow.ingest import Found
from dataflow.parse_only import NAME_BYTES, _Files, _fitting
from dataflow.pipeline.parse_file import ParsedFile, ParseTask, settled
from dataflow.pipeline.rows import ipc_to_frame
from parsers.base import ParseOptions
from schemas.records import Reason

PARTS = st.sampled_from(["a", "b", "a.md", "a.html", "a-1", "水位", "x" * 252, "..", "a.md.md"])
URIS = st.lists(
    st.lists(PARTS, min_size=1, max_size=3).map("/".join), min_size=1, max_size=12, unique=True
)


def rows(uri: str, suffixes: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source": [uri + suffix for suffix in suffixes],
            "suffix": suffixes,
            "text": [f"{uri}{suffix}" for suffix in suffixes],
        }
    )


def written(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): path.read_text("utf-8").rstrip("\n")
        for path in out.rglob("*")
        if path.is_file()
    }


def files(out: Path, uris: list[str]) -> _Files:
    found = [Found(Path("/in") / uri, uri, 1, 1, 1) for uri in uris]
    return _Files(out, ".md", found)


@given(URIS)
def test_every_document_has_a_file_of_its_own_inside_the_folder(uris: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        writer = files(out, uris)
        for uri in sorted(uris):
            writer.write(rows(uri, ["", "#1", "#2"]))
        texts = written(out)
        assert sorted(texts.values()) == sorted(u + s for u in uris for s in ("", "#1", "#2"))
        assert [path.name for path in Path(folder).iterdir()] == ["out"]


def test_a_number_sign_in_a_name_is_no_record(tmp_path: Path) -> None:
    writer = files(tmp_path / "out", ["a #3.md"])
    writer.write(rows("a #3.md", ["", "#7"]))
    assert sorted(written(tmp_path / "out")) == ["a #3-7.md", "a #3.md"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=300))
def test_names_fit_and_short_ones_stay(stem: str) -> None:
    name = _fitting(stem, "-12.json")
    assert len(name.encode()) <= NAME_BYTES
    assert name.endswith("-12.json")
    if len(stem.encode()) + 8 <= NAME_BYTES:
        assert name == f"{stem}-12.json"


def test_long_names_that_differ_at_the_end_stay_apart() -> None:
    names = {_fitting("水" * 100 + end, ".md") for end in "abc"}
    assert len(names) == 3
    assert all(PurePosixPath(name).name == name for name in names)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (OutcomeKind.ERROR, Reason.PARSE_FAILED),
        (OutcomeKind.TIMEOUT, Reason.PARSE_TIMEOUT),
        (OutcomeKind.CRASH, Reason.PARSE_CRASH),
        (OutcomeKind.MEMORY, Reason.PARSE_MEMORY),
    ],
)
def test_a_worker_that_did_not_return_is_a_reject(kind: OutcomeKind, reason: Reason) -> None:
    task = ParseTask("key", b"/in/a.pdf", "file.pdf", "", ParseOptions())
    outcome: Outcome[ParsedFile] = Outcome(kind, detail="what happened")
    parsed = settled(task, outcome)
    assert ipc_to_frame([parsed.rows]).height == parsed.n_rows == 0
    (reject,) = parsed.rejects
    assert (reject.reason, reject.source) == (reason, "file.pdf")
    assert reject.detail.startswith("what happened")
