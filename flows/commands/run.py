"""`corpusmill run`: the whole way from files to a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dataflow.execution.outcome import Engine
    from dataflow.pipeline.session import Job
    from dataflow.recipe import Recipe
    from schemas.manifest import Manifest


def make_engine(name: str, workers: int) -> Engine:
    """The engine of that name, not started yet."""
    if name == "ray":
        from dataflow.execution.ray_engine import RayEngine

        return RayEngine(workers)
    from dataflow.execution.local import LocalEngine

    return LocalEngine(workers)


@click.command("run")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Output folder.")
@click.option("--recipe", type=click.Path(path_type=Path), help="Recipe in TOML (default: none).")
@click.option("--password", help="Opens encrypted files; kept out of everything that is written.")
@click.option("--limit", type=click.IntRange(min=1), help="Read only the first N files.")
@click.option(
    "--dry-run", is_flag=True, help="Show what would run and what is cached; run nothing."
)
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Processes; 0: one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def run_command(
    inputs: tuple[Path, ...],
    out: Path,
    recipe: Path | None,
    password: str | None,
    limit: int | None,
    dry_run: bool,
    engine: str,
    workers: int,
    as_json: bool,
) -> int:
    """Turn INPUT files and folders into a corpus with chunks, SFT samples, embeddings, a report.

    What an earlier run has done is not done again: stop it, kill it, add a file, change a
    threshold, and run the same command.
    """
    from dataclasses import replace

    from dataflow.ownership import RUN, check_place
    from dataflow.pipeline.plan import plan
    from dataflow.pipeline.ready import check_ready
    from dataflow.pipeline.session import Job
    from dataflow.recipe import load_recipe
    from flows.cli import EXIT_FAILED, EXIT_OVER_BUDGET

    options = load_recipe(recipe)
    if password is not None:
        options = replace(options, parse=replace(options.parse, password=password))
    job = Job(inputs, out, options, limit)
    check_place(out, inputs, RUN)
    check_ready(options, out)
    if dry_run:
        _print_plan(plan(job), as_json)
        return 0
    manifest, usage = carry_out(job, make_engine(engine, workers), quiet=as_json)
    if not manifest.counts["files"]:
        click.echo("no input file: look at the paths and at [input] include", err=True)
    over = _over(manifest, job.recipe)
    _print_summary(out, manifest, usage, over, as_json)
    if _tell_model(out, manifest, job.recipe):
        return EXIT_FAILED
    return EXIT_OVER_BUDGET if over else 0


def carry_out(job: Job, engine: Engine, *, quiet: bool) -> tuple[Manifest, dict[str, float]]:
    """Runs a job and its report; returns the manifest and what it cost."""
    import time

    from dataflow.ownership import RUN, check_place
    from dataflow.pipeline.run import locked, run
    from dataflow.pipeline.session import Session
    from dataflow.report.build import write_report
    from flows.console import progress

    check_place(job.out, job.inputs, RUN)
    began = time.perf_counter()
    with progress(quiet) as listener, engine, locked(job.out):
        session = Session(job, engine, listener)
        manifest = run(session)
        write_report(job.out)
    return manifest, {
        "seconds": round(time.perf_counter() - began, 2),
        "kernel_cpu_seconds": round(session.kernel_seconds, 2),
        "peak_worker_mib": session.peak_bytes >> 20,
    }


def _over(manifest: Manifest, recipe: Recipe) -> bool:
    from dataflow.pipeline.run import over_budget

    return over_budget(manifest, recipe.run.error_budget)


def _tell_model(out: Path, manifest: Manifest, recipe: Recipe) -> bool:
    """Whether the model that was to write samples gave no answer at all; says what failed."""
    from flows.commands.asked import answers_in, hints, nothing_written, yield_of

    if "sft" not in manifest.datasets or not recipe.llm.asked:
        return False
    found, spent = yield_of(out), manifest.counts.get("llm") or {}
    for hint in hints(spent, found, recipe.llm):
        click.echo(hint, err=True)
    answered = bool(spent) and answers_in(spent)
    if found.failed or (answered and not found.written):
        again = "" if answered else "; run again to ask it again"
        click.echo(f"{nothing_written(found)}{again}", err=True)
    return found.failed and not answered


def _print_plan(planned: list[dict[str, Any]], as_json: bool) -> None:
    from flows.console import print_json, print_table

    if as_json:
        print_json({"plan": planned})
        return
    rows = [(step["step"], step["parts"], step["cached"], step["note"]) for step in planned]
    print_table("What would run", ("step", "parts", "cached", "note"), rows)


def _print_summary(
    out: Path, manifest: Manifest, usage: dict[str, float], over: bool, as_json: bool
) -> None:
    from flows.console import print_json, print_table

    rows = {name: entry.rows for name, entry in manifest.datasets.items()}
    if as_json:
        print_json(
            {
                "out": str(out), "content_hash": manifest.content_hash, "datasets": rows,
                "counts": manifest.counts, "steps": manifest.steps_as_dicts(), "usage": usage,
                "over_error_budget": over, "report": str(out / "report" / "index.html"),
            }
        )  # fmt: skip
        return
    steps = [(s.name, s.rows_in, s.kept, s.rejected, s.cached_parts) for s in manifest.steps]
    print_table("Steps", ("step", "rows in", "kept", "rejected", "cached parts"), steps)
    print_table("Data sets", ("data set", "rows"), list(rows.items()))
    if over:
        click.echo(
            f"{manifest.counts['files_bad']} of {manifest.counts['files']} files are bad input: "
            "over the error budget of the recipe ([run] error_budget)",
            err=True,
        )
    if manifest.counts.get("llm"):
        from flows.commands.asked import told_of

        click.echo(told_of(manifest.counts["llm"]))
    click.echo(f"{usage['seconds']} s, report: {out / 'report' / 'index.html'}")
