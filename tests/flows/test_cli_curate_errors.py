"""What a curating command cannot use is one line and exit code 2, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finished_run import Answer, call
from tests.flows.curate_input import write_rows
from tests.flows.test_cli_errors import failed


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_rows(tmp_path)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(f"[perplexity]\nmodel = '{tmp_path / 'model.bin'}'\n")
    return path


def refused(answer: Answer, message: str, out: Path) -> None:
    """Asserts exit code 2, the message in one line, and that there is nothing in `out`."""
    failed(answer, 2, message)
    assert not out.exists()


def test_an_index_of_other_parameters(source: Path, tmp_path: Path) -> None:
    index, out = tmp_path / "index", tmp_path / "out"
    assert call("dedup", source, "-o", tmp_path / "one", "--index", index).code == 0
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    answer = call("dedup", source, "-o", out, "--index", index, "--ngram", "3")
    refused(answer, "ngram 5 there, 3 in this run", out)
    answer = call("dedup", source, "-o", out, "--index", index, "--corpus", "a:b")
    refused(answer, "a corpus cannot be named 'a:b'", out)
    (index / "index.json").write_text("{")
    refused(call("dedup", source, "-o", out, "--index", index), "damaged or missing", out)
    before.pop(index / "index.json")
    assert all(path.read_bytes() == data for path, data in before.items())


def test_an_index_that_is_something_else(source: Path, tmp_path: Path) -> None:
    out, photos = tmp_path / "out", tmp_path / "photos"
    photos.mkdir()
    (photos / "cat.txt").write_text("mine")
    answer = call("dedup", source, "-o", out, "--index", photos)
    refused(answer, "not an index, and not empty", out)
    answer = call("dedup", source, "-o", out, "--index", photos / "cat.txt")
    refused(answer, "cat.txt cannot be written", out)
    assert [path.name for path in photos.iterdir()] == ["cat.txt"]


@pytest.mark.parametrize("command", ["filter", "preview"])
def test_a_model_that_is_no_use(command: str, source: Path, recipe: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "model.bin", tmp_path / "out"
    more = ["--preview"] if command == "preview" else ["-o", str(out)]

    def answer() -> Answer:
        return call("filter", source, "--recipe", recipe, *more)

    refused(answer(), f"perplexity.model: there is no file '{model}'", out)
    model.write_bytes(b"corpusmill perplexity-models 99 2\n{}")
    refused(answer(), "holds perplexity-models, version 99, and not perplexity-models 1", out)
    model.write_text("a text")
    refused(answer(), "not a file of perplexity-models", out)


def test_a_run_with_a_model_of_another_version(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("A text of a few words.")
    (tmp_path / "model.bin").write_bytes(b"corpusmill perplexity-models 99 2\n{}")
    answer = call("run", tmp_path / "in", "-o", tmp_path / "out", "--recipe", recipe,
                  "--workers", "1")  # fmt: skip
    failed(answer, 2, "perplexity.model:")
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_models_never_replace_what_is_not_a_model(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    failed(call("perplexity", source, "-o", source), 2, "is or lies in the input")
    failed(call("perplexity", tmp_path, "-o", tmp_path / "m.bin"), 2, "is or lies in the input")
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("mine")
    failed(call("perplexity", source, "-o", thesis), 2, "was not made by corpusmill")
    failed(call("perplexity", source, "-o", thesis / "m.bin"), 2, "cannot be written")
    failed(call("perplexity", source, "-o", tmp_path), 2, "cannot be written: Is a directory")
    assert source.read_bytes() == before
    assert thesis.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "thesis.txt"]


def test_too_little_text_makes_no_model(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "A text of a few words."}\n')
    answer = call("perplexity", tmp_path / "in.jsonl", "-o", tmp_path / "m.bin")
    refused(answer, "too little text in any language", tmp_path / "m.bin")


def test_an_evaluation_set_that_cannot_be_read(source: Path, tmp_path: Path) -> None:
    sets, out = tmp_path / "sets", tmp_path / "out"
    sets.mkdir()
    answer = call("decontaminate", source, "-o", out, "--sets", sets)
    refused(answer, "is no file and holds none that ends in .jsonl", out)
    (sets / "broken.jsonl").write_text('{"question": "Why?"}\n{\n')
    answer = call("decontaminate", source, "-o", out, "--sets", sets)
    refused(answer, "broken.jsonl: line 2 is no JSON", out)


def test_a_filter_without_an_output_says_what_to_give(source: Path) -> None:
    answer = call("filter", source)
    assert answer.code == 2
    assert "give an output folder with -o, or --preview" in answer.err
