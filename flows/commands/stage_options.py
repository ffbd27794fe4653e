"""What the commands of single stages share: arguments, recipe, summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from dataflow.recipe import Recipe
    from schemas.manifest import Manifest

F = TypeVar("F", bound=Callable[..., Any])


def stage_options(command: F) -> F:
    """The arguments that every stage has: IN, -o, --recipe, --json."""
    for decorate in (
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
        click.option("--recipe", type=click.Path(path_type=Path), help="Recipe in TOML."),
        click.option(
            "-o", "--out", required=True, type=click.Path(path_type=Path), help="Output folder."
        ),
        click.argument("path", metavar="IN", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def recipe_of(path: Path | None) -> Recipe:
    """The recipe in that file, or the default one."""
    from dataflow.recipe import load_recipe

    return load_recipe(path)


def with_options(recipe: Recipe, stage: str, **options: Any) -> Recipe:
    """`recipe` with the options of `stage` that were given on the command line."""
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if not given:
        return recipe
    return replace(recipe, **{stage: replace(getattr(recipe, stage), **given)})


def tell(out: Path, manifest: Manifest, as_json: bool) -> None:
    """Prints how many rows each data set got, and how many were rejected for what."""
    from dataflow.io.shards import read_all
    from flows.console import print_json

    rows = {name: entry.rows for name, entry in manifest.datasets.items()}
    found = read_all(out, "rejects", ["reason"])["reason"].value_counts().sort("reason")
    reasons = dict(found.iter_rows())
    if as_json:
        print_json(
            {
                "out": str(out), "rows_in": manifest.counts["rows_in"], "datasets": rows,
                "reasons": reasons,
            }
        )  # fmt: skip
        return
    click.echo(f"{manifest.counts['rows_in']} rows in")
    for name, count in rows.items():
        click.echo(f"{count} rows in {out / name}")
    for reason, count in reasons.items():
        click.echo(f"{count} rejected: {reason}")


def tell_bad_input(out: Path, manifest: Manifest) -> None:
    """Says when more of the rows were bad input than the recipe's error budget allows."""
    from dataflow.io.shards import read_all
    from schemas.records import BAD_INPUT

    rows, budget = manifest.counts["rows_in"], manifest.recipe["run"]["error_budget"]
    bad = int(read_all(out, "rejects", ["reason"])["reason"].is_in(list(BAD_INPUT)).sum())
    if bad > rows * budget:
        click.echo(
            f"{bad} of {rows} rows are bad input: over the error budget of the recipe "
            "([run] error_budget); the details are in rejects/",
            err=True,
        )
