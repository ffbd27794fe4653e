"""A model on the command line that gives nothing, too little or too late; input that is bad."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dataflow.io.shards import read_all
from dataflow.llm.spending import Budget, Prices, Spending, Tokens
from tests.dataflow.sft.model_server import TEXTS, ModelServer, serving
from tests.finished_run import call
from tests.flows.asking import asked


def test_a_model_that_gives_nothing_is_a_failure(source: Path, tmp_path: Path) -> None:
    with serving() as mute:
        mute.script = lambda _: 401
        answer = call("sft", source, "-o", tmp_path / "out", *asked(mute, "--per-document", "1"))
    assert answer.code == 1
    cause, told = answer.err.splitlines()
    assert re.fullmatch(r"most frequent failure \(4 of 4\): .*401.*", cause)
    assert told.startswith("the model gave no sample at all; samples rejected: 4 llm_failed")
    assert read_all(tmp_path / "out", "sft").height


def test_answers_that_are_all_refused_are_a_failure(source: Path, tmp_path: Path) -> None:
    with serving() as vague:
        vague.script = lambda _: "I know nothing about this."
        more = asked(vague, "--per-document", "1")
        answer = call("sft", source, "-o", tmp_path / "out", *more)
        (tmp_path / "in").mkdir()
        for name, text in TEXTS.items():
            (tmp_path / "in" / name).write_text(text)
        llm = "".join(f"{key} = {json.dumps(value)}\n" for key, value in vague.recipe().items())
        (tmp_path / "r.toml").write_text(f"[llm]\n{llm}[embed]\nembedder = 'hashing'\n")
        run = call("run", tmp_path / "in", "-o", tmp_path / "run", "--recipe", tmp_path / "r.toml",
                   "--workers", "1")  # fmt: skip
    assert answer.code == 1
    assert answer.err.startswith(
        "the model gave no sample at all; samples rejected: 4 malformed_output"
    )
    assert run.code == 0, run.err
    assert "the model gave no sample at all" in run.err


def test_a_budget_below_one_request_says_what_one_needs(
    source: Path, tmp_path: Path, model_server: ModelServer
) -> None:
    more = asked(model_server, "--per-document", "1", "--token-budget", "300")
    answer = call("sft", source, "-o", tmp_path / "out", *more)
    assert answer.code == 1
    needed = re.search(
        r"one request needs up to ([\d,]+) tokens: raise llm.token_budget", answer.err
    )
    assert needed is not None, answer.err
    most = int(needed[1].replace(",", ""))
    enough = asked(model_server, "--per-document", "1", "--token-budget", str(most))
    assert call("sft", source, "-o", tmp_path / "out", *enough).code == 0


def test_what_a_killed_run_reserved_is_said(
    source: Path, tmp_path: Path, model_server: ModelServer
) -> None:
    out = tmp_path / "out"
    more = asked(model_server, "--per-document", "1", "--token-budget", "90000")
    with Spending(out / ".work" / "llm" / "spending.sqlite", Budget(90_000), Prices()) as spending:
        assert spending.reserve(Tokens(15_000, 10))
    answer = call("sft", source, "-o", out, *more)
    assert answer.code == 0, answer.err
    assert "15,010 tokens of the budget are those of requests of earlier runs" in answer.err
    again = call("sft", source, "-o", out, *more, "--budget-name", "anew")
    assert (again.code, again.err) == (0, "")


@pytest.mark.parametrize(("bad", "told"), [(1, False), (3, True)])
def test_more_bad_lines_than_the_error_budget_are_told(
    bad: int, *, told: bool, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "r.toml").write_text("[run]\nerror_budget = 0.3\n")
    with source.open("a") as lines:
        lines.write("\nno JSON" * bad)
    answer = call("sft", source, "-o", tmp_path / "out", "--recipe", tmp_path / "r.toml")
    assert answer.code == 0
    assert (f"{bad} of {4 + bad} rows are bad input" in answer.err) is told


def test_an_export_of_no_rows_says_so(source: Path, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[sft]\ntest = 0.0\n")
    out = tmp_path / "out"
    made = call("sft", source, "-o", out, "--recipe", tmp_path / "r.toml", "--format", "rag")
    for answer in (made, call("export", out, "--format", "rag")):
        assert answer.code == 0
        assert f"no rows: {out / 'evalset'} is empty, nothing to write as rag" in answer.err
