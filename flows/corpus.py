"""The Prefect flow of a whole run: one task for each step, over the same functions as the CLI.

Tasks take and return keys and counts, never rows. A step commits its result under a key in the
output folder, so a retried task, a restarted flow or the command line goes on where it stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dataflow.report.build import write_report
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.client.schemas.objects import State

from dataflow.pipeline.commit import commit
from dataflow.pipeline.run import STEP_ORDER, STEPS, locked, over_budget
from dataflow.pipeline.session import Job, Session, StepResult
from dataflow.recipe import load_recipe
from flows.commands.run import make_engine
from schemas.errors import CorpusmillError, UsageError

RETRIES = 2
RETRY_SECONDS = [10.0, 60.0]


class OverBudgetError(CorpusmillError):
    """The run is complete, but more files were bad input than the recipe allows."""


def retry_helps(_: object, __: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: a full disk or a lost mount may, a wrong recipe may not."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, UsageError)


def _job(parameters: dict[str, Any]) -> Job:
    recipe = parameters["recipe"]
    return Job(
        tuple(Path(path) for path in parameters["inputs"]),
        Path(parameters["out"]),
        load_recipe(Path(recipe) if recipe else None),
        parameters["limit"],
    )


@task(
    task_run_name="{name}",
    cache_policy=NO_CACHE,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=retry_helps,
)
def step(name: str, parameters: dict[str, Any], keys: dict[str, str]) -> StepResult:
    """Runs one step of the job, or finds it committed; returns its key and counts."""
    with make_engine(parameters["engine"], parameters["workers"]) as engine:
        return STEPS[name](Session(_job(parameters), engine), keys)


@task(task_run_name="commit", cache_policy=NO_CACHE, retries=RETRIES,
      retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=retry_helps)  # fmt: skip
def commit_and_report(
    parameters: dict[str, Any], keys: dict[str, str], results: list[StepResult]
) -> dict[str, Any]:
    """Writes data sets, manifest and report; returns the rows of each data set."""
    job = _job(parameters)
    with make_engine("local", 1) as engine:
        manifest = commit(Session(job, engine), keys, results)
    report = write_report(job.out)
    return {
        "datasets": {name: entry.rows for name, entry in manifest.datasets.items()},
        "content_hash": manifest.content_hash,
        "report": str(report),
        "files": manifest.counts["files"],
        "files_bad": manifest.counts["files_bad"],
        "over_budget": over_budget(manifest, job.recipe.run.error_budget),
    }


@flow(name="corpusmill-corpus", log_prints=False)
def corpus(
    inputs: list[str],
    out: str,
    recipe: str | None = None,
    engine: str = "local",
    workers: int = 0,
    limit: int | None = None,
) -> dict[str, Any]:
    """The run `corpusmill run INPUTS -o OUT` as a flow; fails when over the error budget."""
    parameters = {
        "inputs": inputs, "out": out, "recipe": recipe, "engine": engine, "workers": workers,
        "limit": limit,
    }  # fmt: skip
    logger = get_run_logger()
    keys: dict[str, str] = {}
    results: list[StepResult] = []
    with locked(Path(out)):
        for name in STEP_ORDER:
            result = step(name, parameters, keys)
            keys[name] = result.key
            results.append(result)
            logger.info("%s: %d kept, %d rejected", name, result.kept, result.rejected)
        summary = commit_and_report(parameters, keys, results)
    _publish(results, summary)
    if summary["over_budget"]:
        raise OverBudgetError(
            f"{summary['files_bad']} of {summary['files']} files are bad input, more than the "
            f"recipe's error budget; the data sets and the report are complete: {out}"
        )
    return summary


def _publish(results: list[StepResult], summary: dict[str, Any]) -> None:
    """Artifacts in the Prefect UI: the funnel, and where the report is."""
    create_table_artifact(
        key="corpusmill-funnel",
        table=[
            {
                "step": result.name, "rows in": result.rows_in, "kept": result.kept,
                "rejected": result.rejected, "cached parts": result.cached_parts,
                "seconds": round(result.seconds, 1),
            }
            for result in results
        ],
        description="Rows in = kept + rejected, step by step.",
    )  # fmt: skip
    link = Path(summary["report"]).resolve().as_uri()
    rows = "\n".join(f"- {name}: {count:,} rows" for name, count in summary["datasets"].items())
    create_markdown_artifact(
        key="corpusmill-report",
        markdown=f"[Data-quality report]({link})\n\n{rows}\n\nContent hash "
        f"`{summary['content_hash']}`",
        description="Where the report of this run is.",
    )
