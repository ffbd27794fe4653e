"""Times all quality signals in one pass, beside datatrove's filters, and compares decisions.

    python -m benchmarks filters --corpus CORPUS [--peers PEERS/bin/python] [--peer-mb 1]

CORPUS holds docs.parquet with the columns lang and text. Three corpora are made of it: its
English texts, its Chinese ones, the English ones as Markdown with headings and tables. Prints one
line of JSON for each: MB of UTF-8 per CPU second of the whole scoring stage (median of ROUNDS, the
loops compiled before), by step, and with --peers what datatrove's filters take for the first
--peer-mb MB, and how often the sets decide as they do, by datatrove's words and by ours: for its
tokenizers punctuation is a word, so that fewer words have letters. PEERS is an environment with
`pip install 'datatrove[processing]' spacy jieba`, see filters_peer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl

from benchmarks.cost import BENCH, commit
from dataflow.quality.character_classes import class_table
from dataflow.quality.chinese_words import mark_words
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from dataflow.quality.word_kernels import words_of

DEFAULT = BENCH / "dedup" / "corpus"
ROUNDS = 5
MOST_MB = 6.0
SETS = {
    "gopher": ("gopher quality", "gopher repetition"),
    "c4": ("c4",),
    "fineweb": ("gopher quality", "gopher repetition", "fineweb"),
}
"""Our sets and the filters that decide the same question, for `fineweb` but C4's part."""
C4_REASONS = ("few_sentences", "lorem_ipsum", "curly_brackets")


def markdown(text: str, rng: Random) -> str:
    """`text` with headings, lists and tables of its own words among its lines."""
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        words = line.split()
        if number % 12 == 5 and len(words) > 3:
            lines += ["", f"## {' '.join(words[:3])}", ""]
        lines.append(f"- {line}" if number % 7 == 3 else line)
        if number % 9 == 4 and len(words) > 4:
            rows = [rng.sample(words, 4) for _ in range(rng.randint(2, 8))]
            rule = "| --- | --- | --- | --- |"
            table = [f"| {' | '.join(row)} |" for row in rows]
            lines += ["", table[0], rule, *table[1:], ""]
    return "\n".join(lines)


def corpora(path: Path, most_mb: float) -> dict[str, list[str]]:
    """The three corpora, at most so many MB of each."""
    docs = pl.read_parquet(path / "docs.parquet", columns=["lang", "text"])
    found = {}
    for name, lang in (("english", "en"), ("chinese", "zh")):
        found[name] = _first(docs.filter(pl.col("lang") == lang)["text"].to_list(), most_mb)
    rng = Random(11)
    found["markdown"] = _first([markdown(text, rng) for text in found["english"]], most_mb)
    return found


def _first(texts: Sequence[str], most_mb: float) -> list[str]:
    chosen: list[str] = []
    size = 0
    for text in texts:
        size += len(text.encode())
        if size > most_mb * 1e6 and chosen:
            break
        chosen.append(text)
    return chosen


def megabytes(texts: Sequence[str]) -> float:
    """Size in UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6


def frame_of(texts: Sequence[str], lang: str) -> pl.DataFrame:
    """Rows as the stages have them."""
    ids = [f"{number:08d}" for number in range(len(texts))]
    return pl.DataFrame({"doc_id": ids, "source": ids, "lang": [lang] * len(ids), "text": texts})


def ours(texts: Sequence[str], lang: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Scored rows, and what that took."""
    frame, stage, seconds = frame_of(texts, lang), ScoreText(), []
    stage(frame.head(3))
    scored = frame
    for _ in range(ROUNDS):
        began = time.process_time()
        scored = stage(frame)
        seconds.append(time.process_time() - began)
    began = time.process_time()
    for name in SETS:
        FilterRules(sets=(name,))(scored)
    deciding = (time.process_time() - began) / len(SETS)
    size, median = megabytes(texts), statistics.median(seconds)
    return scored, {
        "mb": round(size, 2), "documents": len(texts), "cpu_s": round(median, 3),
        "mb_per_cpu_s": round(size / median, 1),
        "slowest": round(size / max(seconds), 1), "fastest": round(size / min(seconds), 1),
        "deciding_cpu_s_per_set": round(deciding, 4),
    }  # fmt: skip


def words(text: str) -> list[str]:
    """The words of `text` as the signals have them, capitals as they are."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    bits = class_table()[codes]
    mark_words(codes, bits)
    begins, ends, _, _ = words_of(codes, bits, np.array([codes.size]))
    return [text[begin:end] for begin, end in zip(begins, ends, strict=True)]


def peers(python: Path, texts: Sequence[str], lang: str, scored: pl.DataFrame) -> dict[str, Any]:
    """What datatrove's filters take for `texts`, and how often they decide as we do."""
    texts = list(dict.fromkeys(texts))
    scored = scored.filter(pl.col("text").is_in(texts)).unique("text", maintain_order=True)
    code = {"en": "eng", "zh": "cmn_Hani"}[lang]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        given = {"texts": texts, "words": [words(text) for text in texts]}
        path.write_text(json.dumps(given), encoding="utf-8")
        script = Path(__file__).with_name("filters_peer.py")
        found = subprocess.run(
            [str(python), "-P", str(script), str(path), code],
            capture_output=True, text=True, check=True, cwd=folder,
        )  # fmt: skip
    report = json.loads(found.stdout.splitlines()[-1])
    size = megabytes(texts)
    speed = {name: round(size / one["cpu_s"], 2) for name, one in report.items()}
    total = sum(one["cpu_s"] for one in report.values())
    same = {
        f"{name}, {whose}": agreement(scored, name, [report[part][key] for part in parts])
        for name, parts in SETS.items()
        for whose, key in (("its words", "verdicts"), ("our words", "same_words"))
        if all(part in report for part in parts)
    }
    return {"mb": round(size, 2), "mb_per_cpu_s": speed, "all": round(size / total, 3)} | same


def agreement(scored: pl.DataFrame, name: str, verdicts: list[list[str]]) -> dict[str, Any]:
    """How many documents both keep, both drop, and only one drops, and for what."""
    reasons = [next(filter(None, row), "") for row in zip(*verdicts, strict=True)]
    theirs = [not reason for reason in reasons]
    off = tuple(
        reason for reason in (*C4_REASONS, "unsure_language")
        if name != "c4" and any(r.reason == reason for r in FilterRules(sets=(name,)).rules())
    )  # fmt: skip
    rejected = FilterRules(sets=(name,), off=off)(scored).rejected
    dropped = dict(rejected.select("id", "detail").iter_rows())
    mine = [doc_id not in dropped for doc_id in scored["doc_id"]]
    ours_alone = Counter(
        dropped[doc_id].split(" ")[1]
        for doc_id, kept in zip(scored["doc_id"], theirs, strict=True)
        if kept and doc_id in dropped
    )
    theirs_alone = Counter(r for r, kept in zip(reasons, mine, strict=True) if kept and r)
    pairs = list(zip(mine, theirs, strict=True))
    return {
        "kept_by_both": pairs.count((True, True)), "dropped_by_both": pairs.count((False, False)),
        "only_ours_drops": pairs.count((False, True)),
        "only_theirs_drops": pairs.count((True, False)),
        "ours_for": dict(ours_alone.most_common(4)),
        "theirs_for": dict(theirs_alone.most_common(4)),
    }  # fmt: skip


def main() -> None:
    """Measures the three corpora."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=DEFAULT)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--peer-mb", type=float, default=1.0)
    parser.add_argument("--mb", type=float, default=MOST_MB)
    args = parser.parse_args()
    for name, texts in corpora(args.corpus, args.mb).items():
        lang = "zh" if name == "chinese" else "en"
        scored, report = ours(texts, lang)
        line: dict[str, Any] = {"corpus": name, "ours": report, "commit": commit()}
        if args.peers:
            line["datatrove"] = peers(args.peers, _first(texts, args.peer_mb), lang, scored)
            line["ratio"] = round(report["mb_per_cpu_s"] / line["datatrove"]["all"])
        print(json.dumps(line))


if __name__ == "__main__":
    main()
