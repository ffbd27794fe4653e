"""The README is short, and what it tells a reader to type works."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import cli
from tests.finished_run import SAMPLES, call

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s#\s*exit (\d)\s*$")


def blocks(kind: str, text: str = README) -> list[str]:
    """Bodies of the fenced blocks of a kind."""
    return [match["body"] for match in BLOCK.finditer(text) if match["kind"] == kind]


def typed(text: str = README) -> list[tuple[list[str], int]]:
    """Arguments and promised exit code of every line `$ corpusmill …` of the console blocks."""
    found = []
    for body in blocks("console", text):
        for line in body.splitlines():
            if line.startswith("$ corpusmill "):
                promised = EXIT.search(line)
                words = shlex.split(line.removeprefix("$ corpusmill "), comments=True)
                found.append((words, int(promised[1]) if promised else 0))
    return found


def mentioned() -> Iterator[list[str]]:
    """Arguments of every other `corpusmill …` line of a block, which need not be run here."""
    for body in blocks("bash"):
        for line in body.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["corpusmill"]:
                yield words[1:]


def test_blocks_and_exit_codes_are_found() -> None:
    text = "```console\n$ corpusmill verify out   # exit 1\nFAIL\n$ corpusmill doctor\n```\n"
    assert typed(text) == [(["verify", "out"], 1), (["doctor"], 0)]
    assert typed("```bash\n$ corpusmill run\n```\n") == []


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200


def test_the_readme_has_commands_to_run() -> None:
    commands = [words[0] for words, _ in typed()]
    assert "run" in commands
    assert len(commands) >= 5


@pytest.mark.parametrize(
    "words", [*(words for words, _ in typed()), *mentioned()], ids=lambda words: " ".join(words)
)
def test_every_command_line_is_one_that_is_understood(words: list[str]) -> None:
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    command.make_context(words[0], words[1:])


@pytest.mark.real
@pytest.mark.timeout(600)
def test_the_console_blocks_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "documents")
    shutil.copyfile(SAMPLES.parent / "recipe.toml", tmp_path / "recipe.toml")
    monkeypatch.chdir(tmp_path)
    for words, code in typed():
        answer = call(*words)
        assert answer.code == code, (words, answer)
