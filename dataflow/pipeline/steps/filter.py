"""The filter: each document against the quality rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from dataflow.io.store import Store
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    all_rejects,
    divided,
    index_of,
    only,
    passed,
    shape_of,
)
from dataflow.pipeline.steps.perplexity import measured_rules
from dataflow.pipeline.tasks import Chosen, chosen_packs
from dataflow.quality.rules import FilterRules, Rule
from dataflow.stage import check_conserved
from schemas.ids import content_id

FILTER = "filter"


@dataclass(frozen=True, slots=True)
class FilterTask(Chosen):
    """Split the chosen rows by the quality rules; `measured` are those that the data set."""

    rules: FilterRules
    measured: tuple[Rule, ...]


def filter_pack(task: FilterTask) -> None:
    """Commits which of the chosen rows are kept, and a reject row for each other."""
    frame = task.frame(["doc_id", "lang", "lang_score", "signals"])
    kept, rejected = task.rules(frame, task.measured)
    check_conserved("filter", frame.height, kept.height, rejected.height)
    tables = {"kept": kept.select("doc_id"), "rejects": rejected}
    Store(task.store).put(FILTER, task.key, tables, {"kept": kept.height})


def quality(session: Session, before: str) -> StepResult:
    """Splits all documents by the quality rules."""
    rules = session.recipe.filter
    skipped = "filter" in session.recipe.run.skip
    bounds = session.recipe.perplexity
    percentiles = repr((bounds.low_percentile, bounds.high_percentile))
    shape = "skip" if skipped else content_id(shape_of(rules), percentiles)

    def work(meter: Meter) -> Tables:
        index = index_of(session, "perplexity", before)
        if skipped:
            return passed(index, meter)
        measured = measured_rules(session, index)
        own = content_id(shape, repr(measured))
        build = partial(FilterTask, rules=rules, measured=measured)
        todo = chosen_packs(index, FILTER, own, build, session.store.folder)
        entries = session.parts("filter", FILTER, todo, filter_pack, meter)
        rejects = all_rejects([entry.table("rejects") for entry in entries])
        return divided("filter", index, only(index, entries), rejects, meter)

    return session.step("filter", content_id("filter", before, shape), work)
