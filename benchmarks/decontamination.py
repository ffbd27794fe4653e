"""Plants leaks of evaluation items in real documents and measures what decontamination finds.

    python -m benchmarks decontamination --corpus CORPUS [--peer PYTHON] [--items N] [--seed S]

CORPUS holds docs.parquet (id, lang, norm, text), such as the one that benchmarks/dedup.py reads.
Three tenths of its documents are set aside; from each of some of them an item is made: a question
of two or three sentences, an answer, four choices, one set for English and one for Chinese. No half
of any of its sentences stands in the other documents. It is planted in one of these in each of the
dresses below, and the hard negatives in the same way. Untouched documents are negatives too.
Documents that the corpus itself made from others are left out, as their edited sentences are leaks
of a kind.

Leaks: `verbatim`, `reformatted` (bold, broken lines, other punctuation), `width` (English in full
width, Chinese punctuation in half width), `prompt`, `answer`, `short-answer` (one of fewer units
than an n-gram: such an answer alone is no hit, by definition), `choices` (the prompt, and the
choices as a lettered list in another order). Hard negatives: `topic` (sentences of the same
document that the item does not have), `quoted` (a sentence that is less than .4 of the question),
`shuffled` (the words of the question in another order), `beginning` (a third of the question).

Seconds are CPU seconds of one process, after a first call that compiles the loops; reading the sets
is given apart. `--peer` is an interpreter that has datatrove, spacy and jieba: its n-gram filter
gets the same items (query and label) and documents, by language, with n-grams of the same lengths.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from dataflow.decontamination.stage import Decontaminate

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ROOT / "../shared/bench/dedup/corpus"
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[。！？])|\n+")
WORD = re.compile(r"\w")
GOOD = {"en": (12, 40), "zh": (18, 70)}
"""Words, or ideographs, of a sentence that is taken."""
NGRAM = {"en": 13, "zh": 20}
LEAKS = ("verbatim", "reformatted", "width", "prompt", "answer", "short-answer", "choices")
HARD = ("topic", "quoted", "shuffled", "beginning")


class Item(NamedTuple):
    """An item, and sentences around it that it does not have."""

    id: str
    lang: str
    question: tuple[str, ...]
    answer: str
    choices: tuple[str, ...]
    near: tuple[str, ...]


def size_of(sentence: str, lang: str) -> int:
    """Words of an English sentence, ideographs of a Chinese one."""
    if lang == "en":
        return sum(WORD.search(word) is not None for word in sentence.split())
    return sum("\u4e00" <= char <= "\u9fff" for char in sentence)


def key_of(sentence: str) -> str:
    """A sentence reduced to its letters, to look for it elsewhere."""
    return "".join(WORD.findall(sentence.lower()))


def good_sentences(text: str, lang: str) -> list[str]:
    """Prose sentences of a text, of a middling length."""
    low, high = GOOD[lang]
    found = []
    for raw in SENTENCE.split(text):
        sentence = " ".join(raw.split()) if lang == "en" else raw.strip()
        letters = sum(char.isalpha() for char in sentence)
        if low <= size_of(sentence, lang) <= high and letters > 0.7 * len(
            sentence.replace(" ", "")
        ):
            found.append(sentence)
    return found


def make_items(
    held: pl.DataFrame, rest: pl.DataFrame, limit: int, rng: random.Random
) -> list[Item]:
    """Items of the documents in `held`; no half of a sentence stands in `rest` or twice."""
    everything = "\n".join(key_of(text) for text in rest["text"])
    taken: list[str] = []

    def is_new(sentence: str) -> bool:
        key = key_of(sentence)
        middle = len(key) // 2
        return not any(
            half in text for text in (everything, *taken) for half in (key[:middle], key[middle:])
        )

    items: list[Item] = []
    per_lang: Counter[str] = Counter()
    rows = held.rows(named=True)
    rng.shuffle(rows)
    for row in rows:
        lang = row["lang"]
        if per_lang[lang] >= limit:
            continue
        candidates = good_sentences(row["text"], lang)[:30]
        sentences = apart([one for one in candidates if is_new(one)])
        if len(sentences) < 12:
            continue
        taken.append(key_of(row["text"]))
        length = rng.choice((2, 3))
        items.append(
            Item(
                f"{lang}{per_lang[lang]}", lang, tuple(sentences[:length]), sentences[length],
                tuple(sentences[4:8]), tuple(sentences[8:12]),
            )
        )  # fmt: skip
        per_lang[lang] += 1
    return items


def apart(sentences: list[str]) -> list[str]:
    """`sentences` without those of which a half stands in an earlier one."""
    found: list[str] = []
    keys = ""
    for sentence in sentences:
        key = key_of(sentence)
        middle = len(key) // 2
        if key[:middle] not in keys and key[middle:] not in keys:
            found.append(sentence)
            keys += "\n" + key
    return found


def glue(lang: str) -> str:
    """What stands between sentences."""
    return " " if lang == "en" else ""


def widened(text: str, lang: str) -> str:
    """English letters in full width, or Chinese punctuation in half width."""
    if lang == "en":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return text.translate(str.maketrans("，。！？；：（）", ",.!?;:()"))


def reformatted(text: str, lang: str, rng: random.Random) -> str:
    """The same words with other punctuation, bold print and broken lines."""
    words = text.split(" ") if lang == "en" else list(text)
    for at in rng.sample(range(1, len(words)), max(1, len(words) // 12)):
        if not words[at].isascii() or lang == "en":
            words[at] = f"**{words[at]}**" if WORD.search(words[at]) else words[at] + "\n"
    return (" " if lang == "en" else "").join(words).replace(",", " —").replace("，", "、\n")


def answer_kind(item: Item) -> str:
    """The kind of leak that the answer alone is."""
    return "answer" if size_of(item.answer, item.lang) >= NGRAM[item.lang] else "short-answer"


def is_quotable(item: Item) -> bool:
    """Whether one sentence of the question is clearly less than half of it."""
    sizes = [len(key_of(sentence)) for sentence in item.question]
    return min(sizes) <= 0.4 * sum(sizes)


def leak(item: Item, kind: str, rng: random.Random) -> str:
    """What is planted for a leak."""
    question = glue(item.lang).join(item.question)
    if kind == "prompt":
        return question
    if kind.endswith("answer"):
        return item.answer
    if kind == "choices":
        order = zip("ABCD", rng.sample(item.choices, 4), strict=True)
        return question + "\n" + "\n".join(f"({mark}) {text}" for mark, text in order)
    whole = question + glue(item.lang) + item.answer
    if kind == "width":
        return widened(whole, item.lang)
    return reformatted(whole, item.lang, rng) if kind == "reformatted" else whole


def hard(item: Item, kind: str, rng: random.Random) -> str:
    """What is planted for a hard negative."""
    question = glue(item.lang).join(item.question)
    if kind == "topic":
        return glue(item.lang).join(item.near)
    if kind == "quoted":
        return min(item.question, key=lambda text: size_of(text, item.lang))
    words = question.split(" ") if item.lang == "en" else list(question)
    if kind == "shuffled":
        rng.shuffle(words)
    else:
        words = words[: len(words) // 3]
    return (" " if item.lang == "en" else "").join(words)


def planted(
    items: list[Item], rest: pl.DataFrame, rng: random.Random
) -> tuple[pl.DataFrame, dict[str, tuple[str, str, str]]]:
    """Documents, and for those with something planted: kind, item and what."""
    rows = rest.rows(named=True)
    hosts = {lang: [row for row in rows if row["lang"] == lang] for lang in ("en", "zh")}
    truth: dict[str, tuple[str, str, str]] = {}
    documents = []
    for item in items:
        for kind in (*LEAKS, *HARD):
            if kind.endswith("answer") and kind != answer_kind(item):
                continue
            if kind == "quoted" and not is_quotable(item):
                continue
            text = leak(item, kind, rng) if kind in LEAKS else hard(item, kind, rng)
            host = rng.choice(hosts[item.lang])["text"]
            paragraphs = host.split("\n")
            at = rng.randrange(len(paragraphs) + 1)
            whole = "\n".join([*paragraphs[:at], "", text, "", *paragraphs[at:]])
            doc_id = f"{kind}-{item.id}"
            truth[doc_id] = (kind, item.id, text)
            documents.append((doc_id, item.lang, whole))
    documents += [(f"host-{row['id']}", row["lang"], row["text"]) for row in rows]
    frame = pl.DataFrame(documents, schema=["doc_id", "lang", "text"], orient="row")
    return frame.sample(fraction=1.0, shuffle=True, seed=rng.randrange(1 << 30)), truth


def write_sets(items: list[Item], folder: Path) -> None:
    """One file of JSON lines for each language."""
    for lang in ("en", "zh"):
        lines = [
            json.dumps(
                {"id": item.id, "question": glue(lang).join(item.question), "answer": item.answer,
                 "choices": item.choices},
                ensure_ascii=False,
            )
            for item in items
            if item.lang == lang
        ]  # fmt: skip
        (folder / f"{lang}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def scores(found: set[str], truth: dict[str, tuple[str, str, str]]) -> dict[str, Any]:
    """Recall by kind of leak, false positives by kind of negative, and precision of all."""
    told: dict[str, list[bool]] = defaultdict(list)
    for doc_id, (kind, item, _) in truth.items():
        told[f"{kind}/{item[:2]}"].append(doc_id in found)
    leaks = {doc_id for doc_id, (kind, _, _) in truth.items() if kind in LEAKS}
    leaks -= {doc_id for doc_id in leaks if doc_id.startswith("short-answer")} - found
    natural = {doc_id for doc_id in found if doc_id.startswith("host-")}
    return {
        "recall": {key: sum(hits) / len(hits) for key, hits in sorted(told.items())
                   if key.split("/")[0] in LEAKS},
        "false_positives": {key: f"{sum(hits)}/{len(hits)}" for key, hits in sorted(told.items())
                            if key.split("/")[0] in HARD} | {"untouched": len(natural)},
        "recall_all": len(found & leaks) / len(leaks),
        "precision_all": len(found & leaks) / max(1, len(found)),
    }  # fmt: skip


def seconds(task: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of `task` and its result."""
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def ours(
    documents: pl.DataFrame, truth: dict[str, tuple[str, str, str]], sets: Path
) -> dict[str, Any]:
    """Scores and speed of the stage."""
    stage = Decontaminate(sets=(str(sets),))
    loading, index = seconds(stage.load)
    stage(documents.head(200), index)
    spent, (split, hits) = seconds(lambda: stage(documents, index))
    exact = 0
    by_document = dict(documents.select("doc_id", "text").iter_rows())
    for row in hits.iter_rows(named=True):
        passage = by_document[row["doc_id"]][row["char_start"] : row["char_end"]]
        exact += passage == row["text"] and key_of(passage) in key_of(
            truth.get(row["doc_id"], ("", "", passage))[2]
        )
    size = int(documents["text"].str.len_bytes().sum()) / 1e6
    return {
        **scores(set(split.rejected["id"]), truth),
        "hits": hits.height,
        "spans_within_what_was_planted": exact,
        "index": index.facts,
        "load_cpu_s": round(loading, 2),
        "mb": round(size, 1),
        "cpu_s": round(spent, 2),
        "mb_per_cpu_s": round(size / spent, 1),
    }


PEER = """
import json, sys, time
import numpy as np
from datatrove.data import Document
from datatrove.pipeline.decont import n_grams
from pathlib import Path

folder = Path(sys.argv[1])
found, spent, size = [], 0.0, 0
for lang, code, n in (("en", "en", 13), ("zh", "cmn_Hani", int(sys.argv[2]))):
    config = n_grams.NGramsDecontConfig(
        n_grams=n, find_query_ngrams=True, find_overlap_ngrams=False)
    indexer = object.__new__(n_grams.NGramsDecontIndexer)
    guard = n_grams.NGramsDecontFilter(str(folder / "none"), config=config, language=code)
    indexer.config, indexer.tokenizer, indexer.hash_func = config, guard.tokenizer, guard.hash_func
    hashes = set()
    for line in (folder / f"{lang}.jsonl").read_text().splitlines():
        item = json.loads(line)
        hashes.update(indexer.compute_hashes(item["answer"], item["question"]))
    guard._index_hashes = dict.fromkeys(hashes, "set")
    documents = [json.loads(line) for line in (folder / f"{lang}.docs").read_text().splitlines()]
    guard.filter(Document(text=documents[0]["text"], id="warm"))
    start = time.process_time()
    for row in documents:
        if guard.filter(Document(text=row["text"], id=row["id"])) is not True:
            found.append(row["id"])
        size += len(row["text"].encode())
    spent += time.process_time() - start
print(json.dumps({"found": found, "cpu_s": spent, "mb": size / 1e6}))
"""


def with_datatrove(
    documents: pl.DataFrame, truth: dict[str, tuple[str, str, str]], sets: Path, python: str
) -> dict[str, Any]:
    """Scores and speed of datatrove's filter; 12 of its Chinese words are about 20 characters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "none").mkdir()
        for lang in ("en", "zh"):
            (folder / f"{lang}.jsonl").write_bytes((sets / f"{lang}.jsonl").read_bytes())
            part = documents.filter(lang=lang)
            lines = [json.dumps({"id": row[0], "text": row[1]})
                     for row in part.select("doc_id", "text").iter_rows()]  # fmt: skip
            (folder / f"{lang}.docs").write_text("\n".join(lines))
        done = subprocess.run(
            [python, "-c", PEER, name, "12"], capture_output=True, text=True, check=False
        )
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        **scores(set(answer["found"]), truth),
        "cpu_s": round(answer["cpu_s"], 2),
        "mb_per_cpu_s": round(answer["mb"] / answer["cpu_s"], 2),
    }


def main() -> int:
    """Runs the comparison and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=DEFAULT)
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--items", type=int, default=100, help="of each language, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", default="", help="interpreter that has datatrove")
    args = parser.parse_args()
    corpus = pl.read_parquet(args.corpus / "docs.parquet", columns=["id", "lang", "text", "kind"])
    corpus = corpus.filter(pl.col("kind") == "base")
    corpus = corpus.sample(min(args.documents, len(corpus)), seed=args.seed, shuffle=True)
    held = corpus.head(len(corpus) * 3 // 10)
    rest = corpus.tail(len(corpus) - len(held))
    rng = random.Random(args.seed)
    items = make_items(held, rest, args.items, rng)
    documents, truth = planted(items, rest, rng)
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    report: dict[str, Any] = {"commit": commit, "seed": args.seed, "documents": len(documents),
                              "items": Counter(item.lang for item in items)}  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        write_sets(items, Path(name))
        report["corpusmill"] = ours(documents, truth, Path(name))
        if args.peer:
            report["datatrove"] = with_datatrove(documents, truth, Path(name), args.peer)
    print(json.dumps(report, indent=1, ensure_ascii=False))
    mine = report["corpusmill"]
    print(f"recall {mine['recall_all']:.4f}  precision {mine['precision_all']:.4f}  "
          f"{mine['mb_per_cpu_s']} MB/CPU-s")  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
