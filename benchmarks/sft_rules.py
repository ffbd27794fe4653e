"""Measures what rules make of documents without any model: yield, variety, checks, flaws.

    python -m benchmarks sft_rules [--corpus OUT | --documents DIR] [--per-document 16] [--seed 0]

OUT is the folder of a run (its documents/ and chunks/ are read); without one DIR (sample_data) is
run first. Candidates are drawn, checked and compared with each other as a run does it; all
documents count as held out, so that each may give test questions. Yields are samples per 100
chunks. A line of JSON is printed, then one for people.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.cost import COMMAND, commit  # noqa: E402 - the repository need not be installed
from dataflow.balance.splits import TEST  # noqa: E402
from dataflow.diversity.measures import distinct_n, self_bleu  # noqa: E402
from dataflow.sft.finish import known_dropped  # noqa: E402
from dataflow.sft.make import MakeSft  # noqa: E402

NOVELTY = 0.7


def corpus_of(documents: Path, folder: Path) -> Path:
    """A corpus made of `documents` under `folder`, without samples."""
    recipe = folder / "recipe.toml"
    recipe.write_text("[run]\nerror_budget = 1.0\n", encoding="utf-8")
    out = folder / "out"
    command = [*COMMAND, "run", str(documents), "-o", str(out), "--recipe", str(recipe)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def candidates(
    corpus: Path, per_document: int, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Candidates that passed the checks, the rejected ones, and the corpus's chunks."""
    documents = pl.read_parquet(corpus / "documents" / "*.parquet")
    chunks = pl.read_parquet(corpus / "chunks" / "*.parquet")
    made = MakeSft(per_document=per_document, seed=seed).draft(
        documents.with_columns(pl.lit(TEST).alias("split")), chunks
    )
    return made.kept, made.rejected, chunks


def variety(texts: Sequence[str], seed: int) -> dict[str, float]:
    """Distinct-1 and -2 and self-BLEU-4 of texts."""
    if len(texts) < 2:
        return {}
    return {
        "distinct_1": round(distinct_n(texts, 1), 4),
        "distinct_2": round(distinct_n(texts, 2), 4),
        "self_bleu": round(self_bleu(texts, seed=seed), 4),
    }


def per_hundred(counts: Counter[str], chunks: int) -> dict[str, float]:
    """Counts for 100 chunks, the largest first."""
    return {name: round(100 * n / max(chunks, 1), 1) for name, n in counts.most_common()}


def of_language(kept: pl.DataFrame, chunks: int, seed: int) -> dict[str, Any]:
    """Yield and variety of the samples in one language."""
    sft = kept.filter(pl.col("into") == "sft")
    fresh = known_dropped(sft, NOVELTY).kept
    pairs = kept.filter(pl.col("into") == "preferences")["flaw"].to_list()
    asked = kept.filter(pl.col("into") == "evalset")["answerable"].to_list()
    return {
        "samples": sft.height,
        "novel": fresh.height,
        "novel_per_100_chunks": round(100 * fresh.height / max(chunks, 1), 1),
        "tasks": fresh["task"].n_unique(),
        "by_method": per_hundred(Counter(fresh["method"].to_list()), chunks),
        "by_task": per_hundred(Counter(fresh["task"].to_list()), chunks),
        "instructions": variety(fresh["instruction"].to_list(), seed),
        "outputs": variety(fresh["output"].to_list(), seed),
        "flaws": {name: round(n / len(pairs), 3) for name, n in Counter(pairs).most_common()},
        "queries": kept.filter(pl.col("into") == "retrieval").height,
        "test_questions": {"answerable": asked.count(True), "unanswerable": asked.count(False)},
    }


def report(corpus: Path, per_document: int, seed: int) -> dict[str, Any]:
    """All figures of a corpus."""
    kept, rejected, chunks = candidates(corpus, per_document, seed)
    languages = sorted(set(kept["lang"].to_list()))
    return {
        "commit": commit(),
        "per_document": per_document,
        "seed": seed,
        "chunks": chunks.height,
        "passed": kept.height,
        "pass_rate": round(kept.height / max(kept.height + rejected.height, 1), 4),
        "rejected": dict(Counter(rejected["reason"].to_list()).most_common()),
        "languages": {
            lang: of_language(
                kept.filter(pl.col("lang") == lang),
                chunks.filter(pl.col("lang") == lang).height, seed,
            )
            for lang in languages
        },
    }  # fmt: skip


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--documents", type=Path, default=ROOT / "sample_data" / "documents")
    parser.add_argument("--per-document", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = args.corpus or corpus_of(args.documents, Path(folder))
        found = report(corpus, args.per_document, args.seed)
    print(json.dumps(found, ensure_ascii=False))
    for lang, one in found["languages"].items():
        print(
            f"{lang}: {one['novel']} samples of {one['tasks']} kinds, "
            f"{one['novel_per_100_chunks']} per 100 chunks"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
