"""A text that kills the worker after it was parsed costs its own document."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl
import pytest

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_all
from dataflow.pipeline.run import run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import Recipe
from dataflow.text.clean import Cleaned, CleanText
from dataflow.verify import verify
from schemas.errors import CorpusmillError
from tests.dataflow.pipeline.conftest import paragraph, recipe


@dataclass(frozen=True)
class FatalClean(CleanText):
    """Cleans, but ends the process on one word and raises on another."""

    VERSION: ClassVar[int] = 1

    def cleaned(self, frame: pl.DataFrame) -> Cleaned:
        if frame["text"].str.contains("lethalword").any():
            os._exit(9)
        if frame["text"].str.contains("buggyword").any():
            raise ZeroDivisionError
        return super().cleaned(frame)


def fatal() -> Recipe:
    plain = recipe()
    sections = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
    return Recipe(**{**sections, "clean": FatalClean()})


def test_it_is_rejected_and_the_others_go_on(
    inputs: Path, tmp_path: Path, engine: LocalEngine
) -> None:
    (inputs / "bad.md").write_text(f"{paragraph('bad')} lethalword\n")
    job = Job((inputs,), tmp_path / "out", fatal())
    run(Session(job, engine))
    rejects = read_all(tmp_path / "out", "rejects").filter(pl.col("source") == "bad.md")
    assert rejects.select("level", "stage", "reason").rows() == [
        ("document", "clean", "parse_crash")
    ]
    assert "exit code 9" in rejects["detail"][0]
    assert "river.md" in read_all(tmp_path / "out", "documents")["source"].to_list()
    assert [check for check in verify(tmp_path / "out") if not check.ok] == []


def test_an_exception_of_our_own_code_stops_the_run(
    inputs: Path, tmp_path: Path, engine: LocalEngine
) -> None:
    (inputs / "bad.md").write_text(f"{paragraph('bad')} buggyword\n")
    with pytest.raises(CorpusmillError, match="ended with error: ZeroDivisionError"):
        run(Session(Job((inputs,), tmp_path / "out", fatal()), engine))
