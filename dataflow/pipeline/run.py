"""The whole run: every step in order, by one function that the command line and Prefect share."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dataflow.pipeline.commit import commit
from dataflow.pipeline.listing import ingest
from dataflow.pipeline.parsing import parse
from dataflow.pipeline.session import WORK, Session, StepResult
from dataflow.pipeline.steps.balance import balance
from dataflow.pipeline.steps.cutting import boilerplate
from dataflow.pipeline.steps.decontaminate import decontaminate
from dataflow.pipeline.steps.dedup import dedup
from dataflow.pipeline.steps.filter import quality
from dataflow.pipeline.steps.making import chunk, embed
from dataflow.pipeline.steps.passages import passages
from dataflow.pipeline.steps.perplexity import perplexity
from dataflow.pipeline.steps.samples import sft
from dataflow.pipeline.steps.text import text
from schemas.errors import UsageError
from schemas.manifest import Manifest

Step = Callable[[Session, dict[str, str]], StepResult]

STEPS: dict[str, Step] = {
    "ingest": lambda session, keys: ingest(session),
    "parse": lambda session, keys: parse(session, keys["ingest"]),
    "text": lambda session, keys: text(session, keys["parse"]),
    "boilerplate": lambda session, keys: boilerplate(session, keys["text"]),
    "perplexity": lambda session, keys: perplexity(session, keys["boilerplate"]),
    "filter": lambda session, keys: quality(session, keys["perplexity"]),
    "decontaminate": lambda session, keys: decontaminate(session, keys["filter"]),
    "dedup": lambda session, keys: dedup(session, keys["decontaminate"]),
    "balance": lambda session, keys: balance(session, keys["dedup"]),
    "passages": lambda session, keys: passages(
        session, keys["balance"], keys["dedup"], keys["perplexity"]
    ),
    "chunk": lambda session, keys: chunk(session, keys["passages"]),
    "sft": lambda session, keys: sft(
        session, keys["passages"], keys["chunk"], keys["balance"], keys["dedup"]
    ),
    "embed": lambda session, keys: embed(session, keys["chunk"]),
}
"""Step name -> what runs it, given the keys of the steps before; in the order of a run."""
STEP_ORDER = tuple(STEPS)


def run(session: Session) -> Manifest:
    """Carries out the session's job and returns the committed manifest.

    Whatever an earlier run, finished or killed, has committed is used and not computed again.
    """
    session.store.check_layout()
    session.store.sweep()
    results: list[StepResult] = []
    keys: dict[str, str] = {}
    for name in STEP_ORDER:
        results.append(STEPS[name](session, keys))
        keys[name] = results[-1].key
    return commit(session, keys, results)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Holds the output folder's lock; raises UsageError when another run works there."""
    path = out / WORK / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"another run is working in {out}; wait for it, or stop it") from error
        yield


def over_budget(manifest: Manifest, budget: float) -> bool:
    """Whether more of the input files were bad than the error budget allows."""
    files = int(manifest.counts["files"])
    return files > 0 and int(manifest.counts["files_bad"]) / files > budget
