"""The Prefect flow of a whole run: one task for each step, over the same functions as the CLI.

Tasks return keys and counts, never rows. A step commits its result under a key in the output
folder, so a retried task, a restarted flow or the command line goes on where it stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.utilities.annotations import quote

from dataflow.execution.main_module import hidden_main
from dataflow.ownership import RUN, check_place
from dataflow.pipeline.commit import commit
from dataflow.pipeline.ready import check_ready
from dataflow.pipeline.run import STEP_ORDER, STEPS, locked, over_budget
from dataflow.pipeline.session import Job, Session, StepResult
from dataflow.recipe import load_recipe
from dataflow.report.build import write_report
from flows.commands.run import make_engine
from schemas.errors import ConservationError, CorpusmillError, SchemaError, UsageError

ENGINES = ("local", "ray")
RETRIES = 2
RETRY_SECONDS = [10.0, 60.0]
PASSING = (OSError, MemoryError, CorpusmillError)
LASTING = (UsageError, SchemaError, ConservationError)
"""A full disk or a lost worker may pass; a wrong recipe or a bug is the same the next time."""


class OverBudgetError(CorpusmillError):
    """The run is complete, but more files were bad input than the recipe allows."""


def retry_helps(_: object, __: object, state: State[Any]) -> bool:
    """Whether the failed task may succeed when it is tried again."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, PASSING) and not isinstance(error, LASTING)


@task(
    task_run_name="{name}",
    cache_policy=NO_CACHE,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=retry_helps,
)
def step(session: Session, name: str, keys: dict[str, str]) -> StepResult:
    """Runs one step of the session's job, or finds it committed; returns its key and counts."""
    return STEPS[name](session, keys)


@task(
    task_run_name="commit",
    cache_policy=NO_CACHE,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=retry_helps,
)
def commit_and_report(
    session: Session, keys: dict[str, str], results: list[StepResult]
) -> dict[str, Any]:
    """Writes data sets, manifest and report; returns what they hold and where they are."""
    manifest = commit(session, keys, results)
    report = write_report(session.job.out)
    return {
        "datasets": {name: entry.rows for name, entry in manifest.datasets.items()},
        "content_hash": manifest.content_hash,
        "report": str(report.resolve()),
        "files": manifest.counts["files"],
        "files_bad": manifest.counts["files_bad"],
        "over_budget": over_budget(manifest, session.recipe.run.error_budget),
    }


@flow(name="corpusmill-corpus")
def corpus(
    inputs: list[str],
    out: str,
    recipe: str | None = None,
    engine: str = "local",
    workers: int = 0,
    limit: int | None = None,
) -> dict[str, Any]:
    """The run `corpusmill run INPUTS -o OUT` as a flow; fails when over the error budget."""
    if engine not in ENGINES:
        raise UsageError(f"engine {engine!r} is not one of {', '.join(ENGINES)}")
    options = load_recipe(None if recipe is None else Path(recipe))
    job = Job(tuple(Path(path) for path in inputs), Path(out), options, limit)
    check_place(job.out, job.inputs, RUN)
    check_ready(options, job.out)
    logger = get_run_logger()
    keys: dict[str, str] = {}
    results: list[StepResult] = []
    with hidden_main(), make_engine(engine, workers) as started, locked(job.out):
        session = Session(job, started)
        session.store.sweep()
        for name in STEP_ORDER:
            result = step(_whole(session), name, keys)
            keys[name] = result.key
            results.append(result)
            logger.info("%s: %d kept, %d rejected", name, result.kept, result.rejected)
        summary: dict[str, Any] = commit_and_report(_whole(session), keys, results)
    _publish(results, summary)
    if summary["over_budget"]:
        raise OverBudgetError(
            f"{summary['files_bad']} of {summary['files']} files are bad input, more than the "
            f"recipe's error budget; the data sets and the report are complete: {job.out}"
        )
    return summary


def _whole(session: Session) -> Session:
    """The session for a task: Prefect would look for futures in it, field by field."""
    quoted: Any = quote(session)  # the task gets what is inside
    return cast("Session", quoted)


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
    # the path as text too: a browser opens no file: link from a page that came over http
    link = Path(summary["report"]).as_uri()
    rows = "\n".join(f"- {name}: {count:,} rows" for name, count in summary["datasets"].items())
    create_markdown_artifact(
        key="corpusmill-report",
        markdown=f"[Data-quality report]({link}): `{summary['report']}`\n\n{rows}\n\nContent hash "
        f"`{summary['content_hash']}`",
        description="Where the report of this run is.",
    )
