"""Self-Instruct over a corpus: passages chosen, instructions bootstrapped, candidates checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.chunk_choice import chosen_chunks
from dataflow.sft.drafts import SELF_INSTRUCT, Traits
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Drafted, Ledger, Model, Place
from dataflow.sft.make import MakeSft
from dataflow.sft.plan import Sampling, Topic
from dataflow.sft.rows import chunk_spans
from dataflow.sft.self_instruct.bootstrap import bootstrap
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.sft.self_instruct.seeds import seeds_for
from schemas.ids import content_id

_FREE = Place(Manuscript("", "", "", "", "", ()), ())
"""Where a task without a document stands: nowhere."""


def passages_wanted(options: SelfInstruct) -> int:
    """How many documents are enough to show another passage in every request."""
    return options.rounds * options.requests if options.grounded else 0


def chosen_documents(doc_ids: Sequence[str], options: SelfInstruct) -> list[str]:
    """The documents whose passages are shown, decided by a hash with the seed."""
    ranked = sorted(doc_ids, key=lambda doc_id: content_id("bootstrap", options.seed, doc_id))
    return ranked[: passages_wanted(options)]


def bootstrapped(
    stage: MakeSft,
    options: SelfInstruct,
    documents: pl.DataFrame,
    chunks: pl.DataFrame,
    model: Model,
    judges: Judges | None = None,
) -> Drafted:
    """Candidates that passed every check of their own (SAMPLE_FRAME), and all other ones.

    `documents` are those of `chosen_documents` with doc_id, text, source and what is known of
    title, lang and elements; `chunks` are theirs. One passage of each is shown.
    """
    places = _places(documents, chunks)
    sampling = Sampling(options.max_tokens, options.temperature, options.seed, model.name)
    topics = [
        Topic(SELF_INSTRUCT, place.document, chunk, Traits(), sampling, stage.library)
        for place in places.values()
        for chunk in chosen_chunks(place.chunks, 1, SELF_INSTRUCT, options.seed)
    ]
    ledger = Ledger(stage.support, options.seed, model)
    seeds = seeds_for(options.seeds)
    for origin, outcome in bootstrap(
        model.llm, seeds, topics, options, library=stage.library, model=model.name
    ):
        topic = origin.topic
        place = _FREE if topic is None else places[topic.document.doc_id]
        if isinstance(outcome, tuple):
            for draft in outcome:
                ledger.judge(draft, place)
        else:
            ledger.refuse(origin.origin_id, outcome, place.document.source)
    ask = partial((judges or Judges()).scores, sampling=sampling, library=stage.library)
    ledger.score(ask)
    return ledger.split()


def _places(documents: pl.DataFrame, chunks: pl.DataFrame) -> dict[str, Place]:
    by_document = {
        str(key[0]): group for key, group in chunks.group_by(["doc_id"], maintain_order=True)
    }
    found = {}
    for row in documents.sort("source", "doc_id").iter_rows(named=True):
        document = manuscript(row)
        if document.doc_id in by_document:
            found[document.doc_id] = Place(document, chunk_spans(by_document[document.doc_id]))
    return found
