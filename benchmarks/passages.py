"""What cutting boilerplate and repeated passages finds, loses and costs, on planted corpora.

    python -m benchmarks passages [--documents 4000 16000] [--seed 1] [--out DIR]

Documents are generated, half English and half Chinese: words drawn by rank, so that frequent ones
are frequent. For boilerplate they make sites of 8 to 60 pages; a site has a menu (one line with
bars, or a line for each entry), a notice in the words of one of NOTICES, and a foot with the page's
number. Beside them stand lines that are shared and wanted: headings without a mark, `name: value`,
an instruction before all, a step in the middle, a closing formula, a line of a third of the pages.
For passages, paragraphs are planted in two to six documents; for sentences and
substrings half of them between two sentences of a paragraph. Recall and precision are of planted
characters. Each size runs in a process of its own; `anonymous_mb` is the growth of its private
memory, mapped files left out. `--out` writes the passages corpus as JSON lines, for peers.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import polars as pl

from benchmarks.cost import commit
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.repeats import CutRepeats

T = TypeVar("T")
Spans = dict[str, list[tuple[int, int]]]
VOCABULARY = 20_000
PACK = 500
HEADINGS = {
    "en": ("Abstract", "Materials and methods", "Results and discussion", "See also"),
    "zh": ("摘要", "材料与方法", "结果与讨论", "参考文献"),
}
NOTICES = {
    "en": (
        "This website is run by {} and friends.", "Published twice a year by {}.",
        "The opinions in these pages are those of {} and of nobody else.",
        "To unsubscribe from all letters write to {}.", "Find out more at www.{}.example today.",
        "Nothing may be reprinted without the permission of the editor, {}.",
    ),
    "zh": (
        "本网站由{}维护。", "如需转载请先联系{}。", "文章不代表本刊和{}的立场。",
        "扫码关注{}的公众号。", "更多内容见 www.a{}.example 网站。", "欢迎向{}编辑部投稿。",
    ),
}  # fmt: skip
HOME = {"en": "Home", "zh": "首页"}
WANTED = {"en": ("Status: approved", "Yes"), "zh": ("状态：已批准", "是")}


class Corpus(NamedTuple):
    """A frame, and the spans of each document that should be cut and that should not."""

    frame: pl.DataFrame
    planted: Spans
    wanted: Spans


class Language:
    """Words and sentences of a made-up English or Chinese."""

    def __init__(self, name: str, rng: random.Random) -> None:
        self.name = name
        letters = "etaoinshrdlucmfwypvbgk"
        count = VOCABULARY if name == "en" else 4000
        words = {"".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(count)}
        han = [chr(code) for code in rng.sample(range(0x4E00, 0x9FA0), 4000)]
        self.words = sorted(words) if name == "en" else han
        rng.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.glue = " " if name == "en" else ""

    def sentence(self, rng: random.Random, low: int = 8, high: int = 24) -> str:
        """A sentence of some words."""
        size = rng.randint(low, high) * (1 if self.name == "en" else 2)
        words = rng.choices(self.words, cum_weights=self.weights, k=size)
        return self.glue.join(words).capitalize() + ("." if self.name == "en" else "。")

    def paragraph(self, rng: random.Random, low: int = 2, high: int = 7) -> str:
        """A paragraph of some sentences."""
        return self.glue.join(self.sentence(rng) for _ in range(rng.randint(low, high)))


class Page:
    """A text in the making, with the spans of its planted and wanted parts."""

    def __init__(self) -> None:
        self.text = ""
        self.planted: list[tuple[int, int]] = []
        self.wanted: list[tuple[int, int]] = []

    def add(self, part: str, spans: list[tuple[int, int]] | None = None, gap: str = "\n\n") -> None:
        """Adds a part behind a gap and notes its span."""
        self.text += gap if self.text else ""
        start = len(self.text)
        self.text += part
        if spans is not None:
            spans.append((start, len(self.text)))


def frame_of(pages: list[Page], sources: list[str]) -> Corpus:
    """The corpus of these pages."""
    ids = [f"{number:08d}" for number in range(len(pages))]
    frame = pl.DataFrame({"doc_id": ids, "source": sources, "text": [page.text for page in pages]})
    planted = {doc_id: page.planted for doc_id, page in zip(ids, pages, strict=True)}
    wanted = {doc_id: page.wanted for doc_id, page in zip(ids, pages, strict=True)}
    return Corpus(frame, planted, wanted)


def sites(count: int, seed: int) -> Corpus:
    """Pages of sites with boilerplate and with shared lines that are wanted."""
    rng = random.Random(f"sites {seed}")
    languages = [Language(name, rng) for name in ("en", "zh")]
    pages: list[Page] = []
    sources: list[str] = []
    site = 0
    while len(pages) < count:
        language = languages[site % 2]
        words = [language.sentence(rng, 2, 3).strip(".。") for _ in range(6)]
        site_parts = {
            "menu": " | ".join([HOME[language.name], *words[:4]])
            if rng.random() < 0.5 else "\n".join(words),
            "notice": rng.choice(NOTICES[language.name]).format(words[5].split()[0].lower()),
            "first": language.sentence(rng), "step": language.sentence(rng, 12, 24),
            "last": language.sentence(rng),
            "foot": f"© 2024 {words[0]}", "third": language.sentence(rng),
        }  # fmt: skip
        for number in range(rng.randint(8, 60)):
            pages.append(_page(language, site_parts, number, rng))
            sources.append(f"{language.name}/site{site}/{number}.md")
        site += 1
    return frame_of(pages, sources)


def _page(language: Language, site: dict[str, str], number: int, rng: random.Random) -> Page:
    page = Page()
    folio = f"Page {number + 1}" if language.name == "en" else f"第 {number + 1} 页"
    for line in site["menu"].split("\n"):
        page.add(line, page.planted, "\n")
    page.add(site["first"], page.wanted)
    for place, heading in enumerate(HEADINGS[language.name]):
        page.add(heading, page.wanted)
        page.add(language.paragraph(rng))
        if place == 1 and rng.random() < 0.8:
            page.add(site["step"], page.wanted)
        if place == 2 and number % 3 == 0:
            page.add(site["third"], page.wanted)
        page.add(language.paragraph(rng))
    for line in WANTED[language.name]:
        page.add(line, page.wanted)
    if rng.random() < 0.9:
        page.add(language.sentence(rng))
        page.add(site["last"], page.wanted)
        page.add(site["notice"], page.planted)
        page.add(f"{site['foot']} {folio}", page.planted, "\n")
    return page


def passages(count: int, seed: int, *, whole: bool) -> Corpus:
    """Documents with planted paragraphs; of each the first place is not to be cut."""
    rng = random.Random(f"passages {seed}")
    languages = [Language(name, rng) for name in ("en", "zh")]
    plants: list[list[tuple[str, bool]]] = [[] for _ in range(count)]
    for number in range(count // 4):
        text = languages[number % 2].paragraph(rng, 4, 10)
        mine = sorted(rng.sample(range(number % 2, count, 2), rng.randint(2, 6)))
        for place, document in enumerate(mine):
            plants[document].append((text, place > 0))
    pages = []
    for document in range(count):
        language, page = languages[document % 2], Page()
        for _ in range(rng.randint(2, 5)):
            page.add(language.paragraph(rng))
        for text, is_copy in plants[document]:
            spans = page.planted if is_copy else page.wanted
            if whole or rng.random() < 0.5:
                page.add(text, spans)
            else:
                page.add(language.sentence(rng))
                page.add(text, spans, language.glue)
                page.add(language.sentence(rng), None, language.glue)
            page.add(language.paragraph(rng))
        pages.append(page)
    return frame_of(pages, [f"{document}.md" for document in range(count)])


class Memory(threading.Thread):
    """Samples the private memory of this process: `peak` is its growth in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.base = self.now()
        self.peak = 0.0
        self.done = threading.Event()

    @staticmethod
    def now() -> float:
        """Private memory in MB: what is resident and belongs to no file."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        found = re.search(r"RssAnon:\s+(\d+)", status)
        return int(found[1]) / 1000 if found else 0.0

    def run(self) -> None:
        """Samples until told to stop."""
        while not self.done.wait(0.01):
            self.peak = max(self.peak, self.now() - self.base)


def timed(call: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """What `call` returns, its CPU seconds and its private memory."""
    memory = Memory()
    memory.start()
    start = time.process_time()
    result = call()
    spent = time.process_time() - start
    memory.done.set()
    memory.join()
    return result, {"cpu_s": round(spent, 3), "anonymous_mb": round(memory.peak, 1)}


def overlap(
    found: dict[str, list[tuple[int, int]]], truth: dict[str, list[tuple[int, int]]]
) -> int:
    """Characters of `found` that lie in `truth`; spans of each are disjoint."""
    return sum(
        max(0, min(end, b) - max(start, a))
        for doc_id, spans in found.items()
        for start, end in spans
        for a, b in truth.get(doc_id, [])
    )


def size(spans: Spans) -> int:
    """Characters of all spans."""
    return sum(end - start for each in spans.values() for start, end in each)


def score(corpus: Corpus, cuts: pl.DataFrame) -> dict[str, float]:
    """Recall and precision of the cuts, and the wanted spans that are touched, by language."""
    found: Spans = {}
    for doc_id, start, end in cuts.select("doc_id", "char_start", "char_end").iter_rows():
        found.setdefault(doc_id, []).append((start, end))
    hit = overlap(found, corpus.planted)
    lost = sum(
        any(start < b and a < end for start, end in found.get(doc_id, []))
        for doc_id, spans in corpus.wanted.items()
        for a, b in spans
    )
    return {
        "recall": round(hit / max(size(corpus.planted), 1), 4),
        "precision": round(hit / max(size(found), 1), 4),
        "wanted": sum(map(len, corpus.wanted.values())),
        "wanted_lost": lost,
        "cuts": len(cuts),
    }


def measured(stage: CutBoilerplate | CutRepeats, corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Costs of the three calls, packs written and read, and the score."""
    frame = corpus.frame
    megabytes = int(frame["text"].str.len_bytes().sum()) / 1e6

    def collect() -> list[Path]:
        paths = []
        for number, pack in enumerate(frame.iter_slices(PACK)):
            paths.append(folder / f"{number}.arrow")
            stage.write_block(paths[-1], stage.collect(pack))
        return paths

    paths, spent = timed(collect)
    report: dict[str, Any] = {"documents": len(frame), "mb": round(megabytes, 1), "collect": spent}
    report["blocks_mb"] = round(sum(path.stat().st_size for path in paths) / 1e6, 1)
    blocks = [stage.read_block(path) for path in paths]
    order = frame["doc_id"]
    cuts, report["resolve"] = timed(
        lambda: (
            stage.resolve(blocks)
            if isinstance(stage, CutBoilerplate)
            else stage.resolve(blocks, order)
        )
    )
    _, report["cut"] = timed(
        lambda: [
            len(stage.cut(pack, cuts.join(pack, on="doc_id", how="semi")).removed)
            for pack in frame.iter_slices(PACK)
        ]
    )  # fmt: skip
    total = sum(report[step]["cpu_s"] for step in ("collect", "resolve", "cut"))
    report["mb_per_cpu_s"] = round(megabytes / total, 1)
    return report | score(corpus, cuts)


STAGES: dict[str, CutBoilerplate | CutRepeats] = {
    "boilerplate": CutBoilerplate(),
    "paragraph": CutRepeats(unit="paragraph"),
    "sentence": CutRepeats(unit="sentence"),
    "substring": CutRepeats(unit="substring"),
}


def corpus_of(name: str, count: int, seed: int) -> Corpus:
    """The corpus that a stage is measured on."""
    if name == "boilerplate":
        return sites(count, seed)
    return passages(count, seed, whole=name == "paragraph")


def one(name: str, count: int, seed: int) -> dict[str, Any]:
    """The report of one stage and size, after a small run that compiles and imports all."""
    with tempfile.TemporaryDirectory() as folder:
        measured(STAGES[name], corpus_of(name, 60, 0), Path(folder))
        return measured(STAGES[name], corpus_of(name, count, seed), Path(folder))


def main() -> int:
    """Prints the report as JSON, then a line for each stage and size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, nargs="+", default=[4000, 16000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", nargs="+", default=list(STAGES), choices=list(STAGES))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", action="store_true", help="run here, not in processes")
    args = parser.parse_args()
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        frame = passages(args.documents[0], args.seed, whole=True).frame
        frame.write_ndjson(args.out / "passages.jsonl")
    if args.one:
        print(json.dumps(one(args.stages[0], args.documents[0], args.seed)))
        return 0
    report: dict[str, Any] = {"commit": commit(), "seed": args.seed}
    for name in args.stages:
        for count in args.documents:
            command = [sys.executable, "-m", "benchmarks.passages", "--one", "--stages", name,
                       "--documents", str(count), "--seed", str(args.seed)]  # fmt: skip
            child = subprocess.run(command, check=True, capture_output=True, text=True)
            report[f"{name} {count}"] = json.loads(child.stdout)
    print(json.dumps(report, indent=1))
    for key, row in report.items():
        if isinstance(row, dict):
            lost = f"wanted lost {row['wanted_lost']} of {row['wanted']}"
            found = f"recall {row['recall']}, precision {row['precision']}, {lost}"
            print(f"{key}: {found}, {row['mb_per_cpu_s']} MB/CPU-s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
