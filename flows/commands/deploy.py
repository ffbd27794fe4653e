"""`corpusmill deploy` and `serve`: the run as a scheduled Prefect deployment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from schemas.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def deployment_options(command: F) -> F:
    """What a deployment needs: inputs, output, recipe, schedule, name."""
    for decorate in (
        click.option("--workers", type=click.IntRange(min=0), default=0),
        click.option("--engine", type=click.Choice(["local", "ray"]), default="local"),
        click.option("--interval", type=click.IntRange(min=1), help="Run every so many seconds."),
        click.option("--cron", help="Run at these times, such as '0 3 * * *' (UTC)."),
        click.option("--name", default="corpus", show_default=True, help="Deployment name."),
        click.option("--recipe", type=click.Path(path_type=Path), help="Recipe in TOML."),
        click.option("-o", "--out", required=True, type=click.Path(path_type=Path)),
        click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def _parameters(
    inputs: tuple[Path, ...], out: Path, recipe: Path | None, engine: str, workers: int
) -> dict[str, Any]:
    return {
        "inputs": [str(path.resolve()) for path in inputs],
        "out": str(out.resolve()),
        "recipe": None if recipe is None else str(recipe.resolve()),
        "engine": engine,
        "workers": workers,
    }


def _check(recipe: Path | None, cron: str | None, interval: int | None) -> None:
    """Raises UsageError for what would fail at every scheduled run, before Prefect is imported."""
    from dataflow.recipe import load_recipe

    if cron is not None and interval is not None:
        raise UsageError("--cron and --interval: give one of them")
    load_recipe(recipe)


@click.command("deploy")
@deployment_options
@click.option("--pool", default="corpusmill", show_default=True, help="Process work pool.")
def deploy_command(
    inputs: tuple[Path, ...],
    out: Path,
    recipe: Path | None,
    name: str,
    cron: str | None,
    interval: int | None,
    engine: str,
    workers: int,
    pool: str,
) -> None:
    """Register `corpusmill run INPUTS -o OUT` on the Prefect server at PREFECT_API_URL.

    Creates the process work pool when it is not there. Runs happen where a worker runs:
    `prefect worker start --pool corpusmill`.
    """
    _check(recipe, cron, interval)
    from flows.deployment import Deployment, deploy

    parameters = _parameters(inputs, out, recipe, engine, workers)
    identity = deploy(Deployment(name, parameters, cron, interval), pool)
    click.echo(f"deployment {identity}; start a worker: prefect worker start --pool {pool}")


@click.command("serve")
@deployment_options
def serve_command(
    inputs: tuple[Path, ...],
    out: Path,
    recipe: Path | None,
    name: str,
    cron: str | None,
    interval: int | None,
    engine: str,
    workers: int,
) -> None:
    """Serve the run from this process: no worker and no work pool; stop it with Ctrl-C."""
    _check(recipe, cron, interval)
    from flows.deployment import Deployment, serve

    parameters = _parameters(inputs, out, recipe, engine, workers)
    serve(Deployment(name, parameters, cron, interval))
