"""Names of the files that parsing without a run writes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.execution.outcome import Outcome, OutcomeKind
from dataflow.ingest import Found
from dataflow.parse_only import NAME_BYTES, Names, _fitting, write_document
from dataflow.pipeline.parse_file import ParsedFile, ParseTask, settled
from dataflow.pipeline.rows import ipc_to_frame
from dataflow.written import LEDGER, Written
from parsers.base import ParseOptions
from schemas.records import Reason

PARTS = st.sampled_from(["a", "b", "a.md", "a.html", "a-1", "水位", "x" * 252, "..", "a.md.md"])
URIS = st.lists(
    st.lists(PARTS, min_size=1, max_size=3).map("/".join), min_size=1, max_size=12, unique=True
)


def written(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): path.read_text("utf-8").rstrip("\n")
        for path in out.rglob("*")
        if path.is_file() and path.name != LEDGER
    }


def named(out: Path, uris: list[str]) -> Names:
    return Names(out, ".md", [Found(Path("/in") / uri, uri, 1, 1, 1) for uri in uris])


@given(URIS)
def test_every_document_has_a_file_of_its_own_inside_the_folder(uris: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        names, writer = named(out, uris), Written(out)
        for uri in sorted(uris):
            for record in ("", "#1", "#2"):
                name = names.claim(uri, record)
                write_document(writer, {"name": name, "text": uri + record})
        texts = written(out)
        assert sorted(texts.values()) == sorted(u + s for u in uris for s in ("", "#1", "#2"))
        assert [path.name for path in Path(folder).iterdir()] == ["out"]


def test_json_is_without_what_only_names_files(tmp_path: Path) -> None:
    row = {"name": "深/a.json", "file_key": "k", "suffix": "#1", "source": "a#1", "text": "水\n"}
    write_document(Written(tmp_path), row)
    shown = json.loads((tmp_path / "深" / "a.json").read_text("utf-8"))
    assert shown == {"source": "a#1", "text": "水\n"}


def test_a_number_sign_in_a_name_is_no_record(tmp_path: Path) -> None:
    names = named(tmp_path, ["a #3.md"])
    assert [names.claim("a #3.md", record) for record in ("", "#7")] == ["a #3.md", "a #3-7.md"]


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
