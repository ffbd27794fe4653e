"""Measures what a model makes of documents, method by method: yield, refusals, judge, requests.

    python -m benchmarks sft_model (--gguf FILE | --url URL --model NAME) [--chunks 6] [--seed 0]
        [--corpus OUT | --documents DIR] [--methods NAME ...] [--self-instruct 2] [--pairs 10]
        [--work FOLDER] [--prompts FOLDER] [--outcomes FILE.jsonl]

OUT is the folder of a run (its documents/ and chunks/ are read); without one DIR (sample_data) is
run first. Of each language so many documents are drawn, and one chunk of each is given to the plan
of every method; `--self-instruct` is how many requests for instructions are made of each kind and
language; of `--pairs` facts (benchmarks/evidence) the judge is shown a true and a false statement.
A topic gives no draft (refused while it was made), or drafts that the checks keep or refuse.
Answers are cached in FOLDER, so a change of one prompt pays for that prompt alone; FILE gets every
outcome to read. A line of JSON is printed, then a table.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.cost import commit
from benchmarks.evidence.planted import facts
from benchmarks.perplexity import auc
from benchmarks.sft_rules import corpus_of
from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.llm.opened import Opened, open_llm
from dataflow.llm.options import EMBEDDED, OPENAI, LlmOptions
from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.chunk_choice import chosen_chunks
from dataflow.sft.drafts import QUESTION, Draft, Traits
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Ledger, Model, Place
from dataflow.sft.make import MakeSft
from dataflow.sft.mixes import traits_of
from dataflow.sft.plan import Outcome, Topic, carry_out
from dataflow.sft.plans.catalogue import PLANS
from dataflow.sft.rows import chunk_spans
from dataflow.sft.self_instruct.bootstrap import bootstrap
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.sft.self_instruct.seeds import seeds_for
from schemas.ids import content_id

LANGS = ("en", "zh")
ASKED = {"en": "State one thing that the text says.", "zh": "说出文字中讲到的一件事。"}
TOLD = ("into", "task", "history", "instruction", "input", "output", "rejected", "scores")
NOWHERE = Place(Manuscript("", "", "", "", "", ()), ())
Found = Iterable[tuple[str, Place, Outcome]]
"""Language, place and what came of each thing that was asked for."""


@dataclass
class Yield:
    """What came of a method in a language: refused by reason while `made`, and by `checks`."""

    topics: int = 0
    drafts: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def as_dict(self) -> dict[str, Any]:
        """The counts, and of each score its mean, least and most."""
        return {
            "topics": self.topics,
            "drafts": self.drafts,
            "kept": dict(self.kept.most_common()),
            "refused_while_made": dict(self.made.most_common()),
            "refused_by_checks": dict(self.checks.most_common()),
            "scores": {
                name: [round(float(f(values)), 3) for f in (np.mean, np.min, np.max)]
                for name, values in sorted(self.scores.items())
            },
        }


@dataclass(frozen=True)
class Bench:
    """What is asked about what: the model, its account, places by language, where to tell."""

    model: Model
    opened: Opened
    stage: MakeSft
    places: dict[str, list[Place]]
    tell: Callable[[dict[str, Any]], None]

    def topics(self, method: str) -> list[tuple[str, Place, Topic]]:
        """One chunk of each document, for one reader."""
        seed, sampling, found = self.stage.seed, self.stage.sampling(self.model), []
        for lang, places in self.places.items():
            for place in places:
                (chunk,) = chosen_chunks(place.chunks, 1, method, seed)
                (traits,) = traits_of([chunk.chunk_id], method, seed, ((), (), ()))
                topic = Topic(method, place.document, chunk, traits, sampling, self.stage.library)
                found.append((lang, place, topic))
        return found

    def planned(self, method: str) -> Found:
        """What the method's plan makes of each topic."""
        given = self.topics(method)
        made = carry_out([(topic, PLANS[method]) for _, _, topic in given], self.model.llm)
        for (lang, place, _), (_, outcome) in zip(given, made, strict=True):
            yield lang, place, outcome

    def bootstrapped(self, requests: int, *, grounded: bool) -> Found:
        """What Self-Instruct makes with and without passages."""
        for lang in LANGS:
            options = SelfInstruct(
                instructions=requests * 6, per_request=6, requests=requests, rounds=1,
                grounded=float(grounded), langs=((lang, 1.0),), seed=self.stage.seed,
            )  # fmt: skip
            given = [t for t in self.topics("self_instruct") if t[0] == lang] if grounded else []
            places = {topic.document.doc_id: place for _, place, topic in given}
            topics = [replace(topic, traits=Traits()) for _, _, topic in given]
            for origin, outcome in bootstrap(
                self.model.llm, seeds_for(""), topics, options, library=self.stage.library,
                model=self.model.name,
            ):  # fmt: skip
                about = origin.topic.document.doc_id if origin.topic is not None else ""
                yield lang, places.get(about, NOWHERE), outcome

    def counted(self, name: str, found: Found) -> dict[str, Yield]:
        """The yields by language, with the scores of what was kept."""
        yields = {lang: Yield() for lang in LANGS}
        for lang, place, outcome in found:
            one = yields[lang]
            one.topics += 1
            if isinstance(outcome, Fault):
                one.made[outcome.reason.value] += 1
                self.tell({"method": name, "lang": lang, "made": repr(outcome)})
                continue
            ledger = Ledger(self.stage.support, self.stage.seed, self.model)
            kept = [draft for draft in outcome if self._judged(ledger, name, lang, draft, place)]
            one.drafts += len(outcome)
            one.kept.update(draft.into for draft in kept)
            split = ledger.split()
            one.checks.update(split.rejected["reason"].to_list())
            for draft in kept:
                for score, value in draft.scores:
                    one.scores[score].append(value)
        return yields

    def _judged(self, ledger: Ledger, name: str, lang: str, draft: Draft, place: Place) -> bool:
        kept = ledger.judge(draft, place)
        told = {"method": name, "lang": lang, "kept": kept, "calls": len(draft.calls)}
        told |= {key: getattr(draft, key) for key in TOLD} | {"traits": repr(draft.traits)}
        self.tell(told if kept else told | {"fault": repr(ledger.rejects[-1])})
        return kept

    def judge(self, pairs: int) -> dict[str, Any]:
        """How far P(yes) tells true statements from false ones, by language."""
        judges, sampling = Judges(self.model), self.stage.sampling(self.model)
        found: dict[str, Any] = {}
        for lang in LANGS:
            given = statements(lang, pairs)
            said = judges.scores([one for one, _ in given], sampling, self.stage.library)
            scores = np.array([one.scores.get("judge", np.nan) for one in said])
            true, told = np.array([right for _, right in given]), np.isfinite(scores)
            high, low = scores[true & told], scores[~true & told]
            if not (len(high) and len(low)):
                continue
            right = (np.mean(high >= 0.5) + np.mean(low < 0.5)) / 2
            found[lang] = {
                "statements": len(given), "without_score": int((~told).sum()),
                "auc": round(auc(low, high), 3), "accuracy_at_half": round(float(right), 3),
                "mean_true": round(float(high.mean()), 3),
                "mean_false": round(float(low.mean()), 3),
            }  # fmt: skip
        return found


def statements(lang: str, wanted: int) -> list[tuple[tuple[Draft, Place], bool]]:
    """Of so many facts a true statement and a false one, each as an answer, with its source."""
    found = []
    for fact in facts("development", lang)[:wanted]:
        text = fact.source
        document = Manuscript("fact", "", "", lang, text, ())
        place = Place(document, (ChunkSpan("fact", "fact", 0, len(text), text),))
        for right in (True, False):
            said = [one for kind, true, one in fact.answers if true is right and kind != "short"]
            if said:
                where = ((0, len(text)),)
                draft = Draft(QUESTION, "qa", lang, ASKED[lang], said[0], where, "", written=True)
                found.append(((draft, place), right))
    return found


def places_of(corpus: Path, wanted: int, seed: int) -> dict[str, list[Place]]:
    """So many documents of each language that have something to ask about, with their chunks."""
    documents = pl.read_parquet(corpus / "documents" / "*.parquet")
    chunks = pl.read_parquet(corpus / "chunks" / "*.parquet")
    found: dict[str, list[Place]] = {lang: [] for lang in LANGS}
    rows = sorted(
        documents.iter_rows(named=True), key=lambda row: content_id("drawn", seed, row["doc_id"])
    )
    for row in rows:
        spans = chunk_spans(chunks.filter(pl.col("doc_id") == row["doc_id"]))
        drawn = found.get(row["lang"], [])
        if row["lang"] in found and len(drawn) < wanted and chosen_chunks(spans, 1, "", seed):
            drawn.append(Place(manuscript(row), spans))
    return found


def measured(bench: Bench, methods: Sequence[str], requests: int, pairs: int) -> dict[str, Any]:
    """All figures; seconds and requests are those of a method in both languages."""
    tasks: list[tuple[str, Callable[[], Found]]] = [
        (name, partial(bench.planned, name)) for name in methods
    ]
    if requests:
        for name, grounded in (("grounded", True), ("free", False)):
            bootstrapped = partial(bench.bootstrapped, requests, grounded=grounded)
            tasks.append((f"self_instruct {name}", bootstrapped))
    found: dict[str, Any] = {}
    account = bench.opened.account
    for name, make in tasks:
        started, before, cached = time.monotonic(), account.requests, account.cached
        yields = bench.counted(name, make())
        found[name] = {lang: one.as_dict() for lang, one in yields.items()} | {
            "requests": account.requests - before,
            "cached": account.cached - cached,
            "seconds": round(time.monotonic() - started, 1),
        }
        print(name, found[name]["seconds"], "s", file=sys.stderr, flush=True)
    return {
        "commit": commit(), "model": bench.model.name, "seed": bench.stage.seed,
        "documents": {lang: len(places) for lang, places in bench.places.items()}, "methods": found,
        "judge": bench.judge(pairs) if pairs else {},
        "account": account.as_dict(),
    }  # fmt: skip


def main() -> int:
    """Prints the figures."""
    args = _parser().parse_args()
    options = LlmOptions(
        backend=EMBEDDED if args.gguf else OPENAI, gguf=args.gguf, url=args.url, model=args.model,
        threads=1, timeout_s=600.0,
    )  # fmt: skip
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        corpus = args.corpus or corpus_of(args.documents, folder)
        opened = stack.enter_context(open_llm(options, args.work or folder))
        told = stack.enter_context(args.outcomes.open("w")) if args.outcomes else None

        def tell(outcome: dict[str, Any]) -> None:
            if told is not None:
                print(json.dumps(outcome, ensure_ascii=False), file=told, flush=True)

        places = places_of(corpus, args.chunks, args.seed)
        model = Model(opened.llm, options.model_name, options.backend)
        bench = Bench(model, opened, MakeSft(seed=args.seed, prompts=args.prompts), places, tell)
        found = measured(bench, args.methods, args.self_instruct, args.pairs)
    print(json.dumps(found, ensure_ascii=False))
    for name, one in found["methods"].items():
        for lang in LANGS:
            row = one[lang]
            refused = Counter(row["refused_while_made"]) + Counter(row["refused_by_checks"])
            print(
                f"{name:24} {lang} {row['topics']:3} topics {row['drafts']:3} drafts "
                f"{sum(row['kept'].values()):3} kept; refused: {dict(refused)}"
            )
    for lang, said in found["judge"].items():
        print(f"judge {lang}: {said}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--gguf", default="")
    asked.add_argument("--url", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--documents", type=Path, default=Path("sample_data/documents"))
    parser.add_argument("--chunks", type=int, default=6)
    parser.add_argument("--methods", nargs="*", choices=list(PLANS), default=list(PLANS))
    parser.add_argument("--self-instruct", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--outcomes", type=Path)
    parser.add_argument("--prompts", default="")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
