"""The check that nothing is dropped without a kept twin, made before clusters leave the search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dataflow.dedup.kernels import I64
from dataflow.dedup.matching import F64
from dataflow.dedup.shelves import Shelves
from schemas.errors import ConservationError


class Twins(NamedTuple):
    """For each document the one it goes for (itself when kept), their similarity, its component.

    A component is named by the place of its smallest doc_id among all doc_ids.
    """

    twin: I64
    similarity: F64
    component: I64


def check_twins(shelves: Shelves, twins: Twins, earlier: int, threshold: float) -> None:
    """Computes each dropped document's similarity to its kept twin once more, from the shingles.

    Raises:
        ConservationError: a twin is not kept, lies in another component, or is less similar than
            `threshold` or than was recorded; an earlier document or a whole component would go.
    """
    every = np.arange(len(twins.twin))
    dropped = np.flatnonzero(twins.twin != every)
    twin = twins.twin[dropped]
    measured = shelves.similarities(dropped, twin)
    kept = twins.twin == every
    staying = np.unique(twins.component[kept])
    broken = {
        "an earlier document would be dropped": dropped < earlier,
        "the twin is not kept": ~kept[twin],
        "the twin is of another cluster": twins.component[dropped] != twins.component[twin],
        "the twin is not similar enough": measured < threshold,
        "another similarity was recorded": measured != twins.similarity[dropped],
        "nothing of the cluster stays": ~np.isin(twins.component[dropped], staying),
    }
    for what, flags in broken.items():
        if flags.any():
            place = int(np.argmax(flags))
            doc_ids = shelves.corpus.doc_ids
            raise ConservationError(
                f"dedup: {what}: {doc_ids[int(dropped[place])]} for {doc_ids[int(twin[place])]} "
                f"at {measured[place]:.4f} ({int(flags.sum())} of {len(dropped)} dropped "
                "documents). This is a bug in the stage."
            )
