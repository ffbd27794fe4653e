"""One small finished run that the tests of the command line share, and a way to call commands."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from flows.cli import main

SAMPLES = Path(__file__).parent.parent / "sample_data" / "documents"
INPUTS = (
    "announcement.md", "announcement_revised.md", "article_en.html", "markdown_zh.md",
    "report_tables.pdf", "records.jsonl", "broken/empty.md", "broken/spam_en.txt",
)  # fmt: skip
"""Two near duplicates, both languages, a PDF with tables, records of which one is damaged, a file
that is bad input and one that the filter drops."""

RECIPE = """\
[parse]
ocr = "never"
[embed]
embedder = "hashing"
[sft]
test = 0.4
[run]
error_budget = 0.2
pack_files = 3
"""


class Answer(NamedTuple):
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def call(*arguments: str | Path) -> Answer:
    """Runs `corpusmill ARGUMENTS` in this process, through the same `main` as the script."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        patch.object(sys, "argv", ["corpusmill", *map(str, arguments)]),
        patch.dict(os.environ),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as error:
            code = error.code
    assert isinstance(code, int)
    return Answer(code, out.getvalue(), err.getvalue())


def write_inputs(folder: Path, names: tuple[str, ...] = INPUTS) -> None:
    """Copies sample documents into `folder`, and writes the recipe beside it."""
    for name in names:
        target = folder / Path(name).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLES / name, target)
    (folder.parent / "recipe.toml").write_text(RECIPE)


@cache
def finished(base: Path) -> Path:
    """The folder `base/finished` with `in/`, `recipe.toml` and the run in `out/`; made once."""
    place = base / "finished"
    write_inputs(place / "in")
    answer = call("run", place / "in", "-o", place / "out", "--recipe", place / "recipe.toml",
                  "--workers", "1", "--json")  # fmt: skip
    assert answer.code == 0, answer.err
    (place / "summary.json").write_text(answer.out)
    return place


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `in/`, `recipe.toml`, `summary.json` and a finished run in `out/`."""
    return finished(tmp_path_factory.getbasetemp())


@pytest.fixture
def damaged(done: Path, tmp_path: Path) -> Path:
    """The finished run once more, to be damaged."""
    return Path(shutil.copytree(done / "out", tmp_path / "damaged"))
