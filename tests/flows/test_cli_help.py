"""Every command explains itself, and asking for it costs nothing."""

from __future__ import annotations

from importlib import import_module, metadata

import click
import pytest

from flows.cli import COMMANDS, cli
from tests.finished_run import call


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    answer = call(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: corpusmill {name} ")
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_is_named_in_its_help(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    shown = call(name, "--help").out
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[-1] in shown


def test_the_list_of_commands_is_the_table() -> None:
    answer = call("--help")
    shown = " ".join(answer.out.split())
    assert answer.code == 0
    for name, (_, line) in COMMANDS.items():
        assert line.endswith(".")
        assert f"{name} {line}" in shown
    assert "Exit codes: 0 whole, 1 failed, 2 wrong usage, 3 more bad files" in shown


def test_no_command_is_defined_that_the_table_does_not_name() -> None:
    for module in sorted({module for module, _ in COMMANDS.values()}):
        found = {
            value.name
            for value in vars(import_module(module)).values()
            if isinstance(value, click.Command)
        }
        assert found == {name for name, (home, _) in COMMANDS.items() if home == module}


def test_the_version_is_that_of_the_distribution() -> None:
    answer = call("--version")
    assert answer.code == 0
    assert metadata.version("corpusmill") in answer.out


@pytest.mark.parametrize("arguments", [("rnu",), (), ("run",), ("run", "--nope")])
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert "Usage: corpusmill" in answer.err
