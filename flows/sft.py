"""The Prefect flow that makes SFT samples from documents that are there already."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from dataflow.recipe import load_recipe
from dataflow.standalone import samples


@task(cache_policy=NO_CACHE)
def make_samples(path: str, out: str, recipe: str | None) -> dict[str, int]:
    """Writes `out/sft` and `out/rejects`; returns the rows of each data set."""
    options = load_recipe(Path(recipe) if recipe else None)
    manifest = samples.sft(Path(path), Path(out), options)
    return {name: entry.rows for name, entry in manifest.datasets.items()}


@flow(name="corpusmill-sft", log_prints=False)
def sft(path: str, out: str, recipe: str | None = None) -> dict[str, int]:
    """`corpusmill sft PATH -o OUT` as a flow; an LLM's answers are cached under OUT."""
    rows = make_samples(path, out, recipe)
    create_markdown_artifact(
        key="corpusmill-sft",
        markdown="\n".join(f"- {name}: {count:,} rows" for name, count in rows.items()),
        description="What the SFT run wrote.",
    )
    return rows
