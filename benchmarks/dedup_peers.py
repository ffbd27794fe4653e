"""Deduplicates a corpus with another library, in an interpreter that has it: called by `dedup`.

    PEERS/bin/python benchmarks/dedup_peers.py --corpus CORPUS --peer rensa --threshold 0.75

Imports nothing of this project. Each peer gets the normalised text and is used as its
documentation shows for speed: in bulk, on one thread, 128 permutations in 16 bands of 8, and its
own check of candidates where it has one. Shingles are made inside the clock, as ours are; imports,
reading the corpus and a run on 200 documents are not. text-dedup is called below its command line,
which spares it the copies that Hugging Face's `datasets` makes.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

Rows = list[tuple[str, str]]
"""Normalised text (units with spaces between them) and language."""
Found = tuple[set[tuple[int, int]] | None, int]
"""Pairs, where the peer tells them, and how many documents it keeps."""

BANDS, ROWS, NGRAM = 16, 8, 5


def shingles(norm: str, lang: str) -> list[str]:
    """Shingles as strings, as the peers need them."""
    units = norm.split(" ")
    glue = "" if lang == "zh" else " "
    ends = range(max(1, len(units) - NGRAM + 1))
    return [glue.join(units[start : start + NGRAM]) for start in ends]


def kept(count: int, pairs: Iterable[tuple[int, int]]) -> int:
    """Documents that stay when one of each chain of pairs does."""
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for a, b in pairs:
        parent[max(root(a), root(b))] = min(root(a), root(b))
    return sum(place == up for place, up in enumerate(parent))


def datasketch(rows: Rows, threshold: float, hashfunc: Callable[..., int] | None = None) -> Found:
    """The bulk path, checked by its own signatures."""
    from datasketch import MinHash, MinHashLSH

    options = {"hashfunc": hashfunc} if hashfunc else {}
    sets = [[shingle.encode() for shingle in shingles(*row)] for row in rows]
    sketches = MinHash.bulk(sets, num_perm=BANDS * ROWS, **options)
    index = MinHashLSH(threshold=threshold, num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch, check_duplication=False)
    pairs = {
        (number, other)
        for number, sketch in enumerate(sketches)
        for other in index.query(sketch)
        if number < other and sketch.jaccard(sketches[other]) >= threshold
    }
    return pairs, kept(len(rows), pairs)


def datasketch_xxh32(rows: Rows, threshold: float) -> Found:
    """The same with a faster hash than its default."""
    import xxhash

    return datasketch(rows, threshold, xxhash.xxh32_intdigest)


def rensa(rows: Rows, threshold: float) -> Found:
    """R-MinHash in bulk and its index, checked by its own signatures."""
    from rensa import RMinHash, RMinHashLSH

    sets = [shingles(*row) for row in rows]
    sketches = RMinHash.from_token_sets(sets, BANDS * ROWS, 1)
    index = RMinHashLSH(threshold=threshold, num_perm=BANDS * ROWS, num_bands=BANDS)
    index.insert_many(sketches)
    pairs = {
        (number, other)
        for number, others in enumerate(index.query_all(sketches))
        for other in others
        if number < other and sketches[number].jaccard(sketches[other]) >= threshold
    }
    return pairs, kept(len(rows), pairs)


def gaoya(rows: Rows, threshold: float) -> Found:
    """Its index of strings, which cuts words and checks signatures in Rust."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, threshold, BANDS, ROWS, None, "word", False, (NGRAM, NGRAM))
    texts = [norm for norm, _ in rows]
    index.par_bulk_insert_docs(list(range(len(rows))), texts)
    found = index.par_bulk_query(texts)
    pairs = {(a, b) for a, others in enumerate(found) for b in others if a < b}
    return pairs, kept(len(rows), pairs)


def datatrove(rows: Rows, threshold: float) -> Found:
    """Its four stages on local files; it has no check, so that the threshold is the bands'."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.utils.logging import logger
    from datatrove.utils.text import TextNormConfig
    from datatrove.utils.word_tokenizers import WordTokenizer

    class Spaces(WordTokenizer):
        """The text is normalised already; spaCy, its own choice, takes several times as long."""

        def word_tokenize(self, text: str) -> list[str]:
            return text.split(" ")

        sent_tokenize = span_tokenize = word_tokenize

    logger.remove()
    config = MinhashConfig(
        n_grams=NGRAM, num_buckets=BANDS, hashes_per_bucket=ROWS,
        norm_config=TextNormConfig(False, False, False, False, False),
    )  # fmt: skip
    documents = [Document(text=norm, id=str(place)) for place, (norm, _) in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(f"{folder}/sig", config, language=Spaces())
        step.run(documents, 0, 1)
        for bucket in range(BANDS):
            MinhashDedupBuckets(f"{folder}/sig", f"{folder}/dups", config=config).run(
                None, bucket, BANDS
            )
        MinhashDedupCluster(f"{folder}/dups", f"{folder}/remove", config=config).run(None, 0, 1)
        left = sum(1 for _ in MinhashDedupFilter(f"{folder}/remove").run(documents, 0, 1))
    return None, left


def text_dedup(rows: Rows, threshold: float) -> Found:
    """Its signatures and clusters, without a check, with the faster of its hashes."""
    import numpy as np
    from text_dedup.minhash import RNG, embed_func
    from text_dedup.utils import UnionFind, xxh3_32hash

    most, prime = np.uint32((1 << 32) - 1), np.uint32((1 << 32) - 5)
    shape = (BANDS * ROWS,)
    permutations = (
        RNG.randint(1, prime, size=shape, dtype=np.uint32),
        RNG.randint(0, prime, size=shape, dtype=np.uint32),
    )
    ranges = [(band * ROWS, (band + 1) * ROWS) for band in range(BANDS)]
    tables: list[dict[bytes, set[int]]] = [defaultdict(set) for _ in ranges]
    for place, (norm, _) in enumerate(rows):
        embedded = embed_func(
            norm, place, num_perm=BANDS * ROWS, ngram_size=NGRAM, min_length=0,
            hashranges=ranges, permutations=permutations, hash_func=xxh3_32hash,
            dtype=np.uint32, max_hash=most, modulo_prime=prime,
        )  # fmt: skip
        for table, key in zip(tables, embedded["__signatures__"], strict=True):
            table[key].add(place)
    clusters = UnionFind()
    for table in tables:
        for members in table.values():
            for member in members:
                clusters.union(member, min(members))
    return None, sum(clusters.find(place) == place for place in range(len(rows)))


PEERS: dict[str, tuple[str, Callable[[Rows, float], Found]]] = {
    "datasketch": ("datasketch", datasketch),
    "datasketch-xxh32": ("datasketch", datasketch_xxh32),
    "rensa": ("rensa", rensa),
    "gaoya": ("gaoya", gaoya),
    "datatrove": ("datatrove", datatrove),
    "text-dedup": ("text-dedup", text_dedup),
}


def main() -> int:
    """Prints one JSON object: CPU seconds of all threads, pairs against the truth, memory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--peer", choices=PEERS, required=True)
    parser.add_argument("--threshold", type=float, default=0.75)
    args = parser.parse_args()
    table = parquet.read_table(args.corpus / "docs.parquet", columns=["norm", "lang"])
    rows = list(zip(*(table[name].to_pylist() for name in ("norm", "lang")), strict=True))
    package, function = PEERS[args.peer]
    function(rows[:200], args.threshold)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    pairs, left = function(rows, args.threshold)
    spent = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report: dict[str, Any] = {
        "version": importlib.metadata.version(package),
        "cpu_s": round(spent, 3),
        "peak_extra_mb": round((after - before) / 1024, 1),
        "kept": left,
    }
    if pairs is not None:
        columns = parquet.read_table(args.corpus / "pairs.parquet").to_pydict()
        of = zip(columns["a"], columns["b"], columns["jaccard"], strict=True)
        truth = {(a, b) for a, b, jaccard in of if jaccard >= args.threshold - 1e-12}
        hits = len(pairs & truth)
        report |= {
            "pairs": len(pairs),
            "recall": round(hits / len(truth), 4),
            "precision": round(hits / max(1, len(pairs)), 4),
        }
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
