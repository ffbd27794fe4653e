"""A user's mistake is one line and an exit code, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dataflow.pipeline.run import locked
from tests.finished_run import Answer, call

STAGES = (
    "clean", "redact", "filter", "dedup", "balance", "chunk", "sft", "embed", "pack",
)  # fmt: skip


def failed(answer: Answer, code: int, message: str) -> None:
    """Asserts that the command said `message` in one line of ours and nothing on stdout."""
    assert answer.code == code, answer
    assert answer.out == ""
    assert message in answer.err
    assert answer.err.startswith("corpusmill: ")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("name", ["run", "parse", *STAGES])
def test_a_missing_input_is_named(name: str, tmp_path: Path) -> None:
    answer = call(name, tmp_path / "nowhere", "-o", tmp_path / "out")
    failed(answer, 2, "nowhere' does not exist")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[dedup]\ntreshold = 0.8\n",
            "unknown key of [dedup] 'treshold'; did you mean 'threshold'",
        ),
        ("[dedupe]\n", "unknown section 'dedupe'; did you mean 'dedup'?"),
        ("[dedup\n", "not valid TOML"),
        ('[dedup]\nthreshold = "high"\n', "[dedup] threshold: Input should be a valid number"),
        ("run = 3\n", "[run] must be a table, not int"),
        ("[run]\nerror_budget = nan\n", "run.error_budget must be from 0 to 1"),
        ("[embed]\nembedder = 'word2vec'\n", "unknown embedder 'word2vec'"),
    ],
)
@pytest.mark.parametrize("name", ["run", "chunk"])
def test_a_wrong_recipe_is_explained(name: str, text: str, message: str, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(text)
    (tmp_path / "in").mkdir()
    answer = call(name, tmp_path / "in", "-o", tmp_path / "out", "--recipe", recipe)
    failed(answer, 2, message)
    assert str(recipe) in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["run", *STAGES])
def test_a_recipe_that_is_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    answer = call(name, tmp_path / "in", "-o", tmp_path / "out", "--recipe", tmp_path / "no.toml")
    failed(answer, 2, "no.toml: cannot be read: No such file")


@pytest.mark.parametrize("name", ["run", "parse", *STAGES])
@pytest.mark.parametrize("below", [False, True])
def test_an_output_that_cannot_be_written(
    name: str, below: bool, done: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, not a folder")
    source = done / ("in" if name in ("run", "parse") else "out")
    answer = call(name, source, "-o", taken / "out" if below else taken)
    failed(answer, 2, "cannot be written")
    assert taken.read_text() == "a file, not a folder"


@pytest.mark.parametrize("name", STAGES)
def test_an_input_without_a_text_column(name: str, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    pl.DataFrame({"doc_id": ["a"], "main": ["some text"]}).write_parquet(path)
    answer = call(name, path, "-o", tmp_path / "out")
    failed(answer, 2, "no column text (or content, body); found doc_id")
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("name", STAGES)
def test_a_corrupt_parquet_file(name: str, done: Path, tmp_path: Path) -> None:
    whole = (done / "out" / "documents" / "part-00000.parquet").read_bytes()
    path = tmp_path / "in.parquet"
    path.write_bytes(whole[: len(whole) // 2])
    failed(call(name, path, "-o", tmp_path / "out"), 2, "not a readable Parquet file")


@pytest.mark.parametrize("name", STAGES)
def test_a_folder_without_any_table(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    failed(call(name, tmp_path / "in", "-o", tmp_path / "out"), 2, "`corpusmill parse ")


@pytest.mark.parametrize("name", ["verify", "report", "inspect", "search"])
@pytest.mark.parametrize("content", ["{", "null", "[]", '{"manifest_version": 9}'])
def test_a_damaged_manifest(name: str, content: str, damaged: Path) -> None:
    (damaged / "manifest.json").write_text(content)
    more = {"inspect": ["0123456789"], "search": ["rain"]}.get(name, [])
    failed(call(name, damaged, *more), 1, "manifest")


@pytest.mark.parametrize("name", ["verify", "report", "inspect", "search"])
def test_a_folder_without_a_run(name: str, tmp_path: Path) -> None:
    more = {"inspect": ["0123456789"], "search": ["rain"]}.get(name, [])
    failed(call(name, tmp_path, *more), 2, "holds no finished run")


def test_a_second_run_in_the_same_folder_waits_outside(done: Path, tmp_path: Path) -> None:
    with locked(tmp_path / "out"):
        answer = call("run", done / "in", "-o", tmp_path / "out")
        failed(answer, 2, "another run is working in")
        failed(call("clean", done / "out", "-o", tmp_path / "out"), 2, "another run is working in")


def foreign_readme(folder: Path) -> None:
    (folder / "README.md").write_text("mine")


def foreign_documents(folder: Path) -> None:
    (folder / "documents").mkdir()
    (folder / "documents" / "thesis.txt").write_text("mine")


@pytest.mark.parametrize("prepare", [foreign_readme, foreign_documents])
def test_a_run_replaces_nothing_that_it_did_not_write(
    prepare: Callable[[Path], None], done: Path, tmp_path: Path
) -> None:
    prepare(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    failed(call("run", done / "in", "-o", tmp_path), 2, "was not made by corpusmill")
    assert sorted(tmp_path.rglob("*")) == before


def test_an_input_is_never_replaced_by_the_output(done: Path, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    note = tmp_path / "documents" / "note.md"
    note.write_text("# Mine")
    for place in (tmp_path, tmp_path / "documents"):
        for name in ("run", "parse", "clean"):
            to = ["--to", "parquet"] if name == "parse" else []
            answer = call(name, tmp_path / "documents", "-o", place, *to)
            failed(answer, 2, "would be replaced by output")
    assert note.read_text() == "# Mine"
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "documents", note]


def test_a_stage_does_not_replace_a_run(done: Path, damaged: Path, tmp_path: Path) -> None:
    before = (damaged / "manifest.json").read_bytes()
    failed(call("clean", done / "out", "-o", damaged), 2, "holds the data sets of a run")
    failed(call("chunk", damaged, "-o", damaged), 2, "would be replaced by output")
    assert (damaged / "manifest.json").read_bytes() == before
    assert not list(damaged.glob(".tmp-*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chunk", "--size", "3"], "a chunk needs at least 16 tokens"),
        (["chunk", "--size", "20", "--overlap", "15"], "half of size"),
        (["chunk", "--tokenizer", "words"], "unknown tokenizer 'words'"),
        (["pack", "--tokenizer", "hf:/no/such.json"], "is not a tokenizer.json"),
        (["embed", "--embedder", "word2vec"], "unknown embedder 'word2vec'"),
        (["dedup", "--threshold", "7"], "dedup.threshold must be in (0, 1]"),
        (["dedup", "--semantic", "2"], "semantic.threshold must be in [0, 1]"),
        (["dedup", "--corpus", "spring"], "--corpus is a name in an index"),
        (["balance", "--validation", "0.7", "--test", "0.7"], "are more than the whole"),
        (["filter", "--rules", "gofer"], "'gofer' is no set of rules; did you mean 'gopher'?"),
        (["decontaminate"], "no evaluation set: name some with --sets"),
        (["decontaminate", "--sets", "/no/such"], "'/no/such' is no file and holds none"),
        (["sft", "--backend", "openai"], "needs llm.url and llm.model"),
        (["sft", "--backend", "embedded", "--gguf", "/no/such.gguf"], "no such model file"),
    ],
)
def test_an_option_that_does_not_fit(
    arguments: list[str], message: str, done: Path, tmp_path: Path
) -> None:
    name, *options = arguments
    failed(call(name, done / "out", "-o", tmp_path / "out", *options), 2, message)
    assert not (tmp_path / "out" / "manifest.json").exists()


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed console script in a process of its own."""
    path = Path(sys.executable).parent / "corpusmill"
    return subprocess.run(  # our own script with our own arguments
        [path, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_script_exits_with_the_codes_of_main(tmp_path: Path) -> None:
    missing = script("run", str(tmp_path / "nowhere"), "-o", str(tmp_path / "out"))
    assert missing.returncode == 2
    assert missing.stderr == f"corpusmill: input '{tmp_path / 'nowhere'}' does not exist\n"
    (tmp_path / "manifest.json").write_text("{")
    damaged = script("verify", str(tmp_path))
    assert damaged.returncode == 1
    assert damaged.stderr.startswith("corpusmill: manifest.json is damaged")
