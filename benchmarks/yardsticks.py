"""Scores on the yardsticks beside the repository, each made by our commands and its own scorer."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cost import COMMAND, ROOT

CHUNK_SIZES = (104, 218, 560)
"""Tokens whose chunks have about the mean lengths that the yardstick's peers are listed at."""

PDF_WAYS = {
    "best": ("--pdf-profile", "best"),
    "fast": ("--pdf-profile", "fast"),
    "pdfium": ("--pdf-engine", "pdfium"),
}
"""Options of `corpusmill parse` by the name that scores carry."""


class AbsentError(Exception):
    """A yardstick cannot be measured here; the message says what is not there."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A yardstick's scores, from 0 to 1 and higher is better, and the hash of what was scored."""

    data_sha256: str
    scores: dict[str, float]


def data_hash(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over the sorted list of files: relative path and SHA-256 of the bytes of each.

    Raises AbsentError when there is none.
    """
    files = sorted(path for path in paths if path.is_file())
    if not files:
        raise AbsentError(f"no data under {root}")
    digest = hashlib.sha256()
    for path in files:
        bytes_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()}\0{bytes_hash}\n".encode())
    return digest.hexdigest()


def called(*command: str | Path) -> str:
    """Standard output of a command; ends this process with its message when it fails."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, env=variables
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-3000:]}")
    return done.stdout


def scored(script: Path, *arguments: str | Path) -> dict[str, Any]:
    """What a scorer prints."""
    found: dict[str, Any] = json.loads(called(sys.executable, script, *arguments))
    return found


def parsed(source: Path, out: Path, *options: str) -> Path:
    """The folder of Markdown that `corpusmill parse` makes of `source`."""
    command = (*COMMAND, "parse", source, "-o", out, "--to", "markdown", "--workers", "2")
    called(*command, "--json", *options)
    return out


def unpacked(packed: Path, folder: Path) -> Path:
    """`folder` with the pages of `packed`, no longer compressed."""
    folder.mkdir(parents=True)
    for path in sorted(packed.glob("*.html.gz")):
        page = gzip.decompress(path.read_bytes())
        (folder / path.name.removesuffix(".gz")).write_bytes(page)
    return folder


def pdf_tables(bench: Path, folder: Path) -> Measured:
    """Adjacency relations of table cells, macro and micro F1, of each way to read a PDF."""
    root = bench / "pdf_tables"
    data = data_hash(root, root.rglob("*.*"))
    source = folder / "pdf"
    source.mkdir()
    for path in sorted((root / "data").glob("*.pdf")):
        shutil.copyfile(path, source / path.name)
    scores: dict[str, float] = {}
    for name, options in PDF_WAYS.items():
        pred = parsed(source, folder / f"pdf-{name}", *options)
        found = scored(root / "score_tables.py", "--pred", pred, "--allow-missing")
        scores |= {f"{name}_{kind}_f1": found[kind]["f1"] for kind in ("macro", "micro")}
    return Measured(data, scores)


def pdf_roundtrip(_: Path, folder: Path) -> Measured:
    """Order, tables and headings of PDFs typeset from known text, of the half kept unseen."""
    from benchmarks.pdf_roundtrip import score

    root = ROOT / "benchmarks" / "pdf_roundtrip"
    items = score.items(root, "kept")
    data = data_hash(root, [path for item in items for path in (item.pdf, item.truth)])
    source = folder / "pdf"
    source.mkdir()
    for item in items:
        shutil.copyfile(item.pdf, source / item.pdf.name)
    folders = {
        name: parsed(source, folder / f"pdf-{name}", *options) for name, options in PDF_WAYS.items()
    }
    results = score.score_all(items, folders, folder / "scores.json")
    scores = {}
    for name, found in results.items():
        for metric in score.METRICS:
            scores[f"{name}_{metric}"] = score.mean(found.values(), metric) or 0.0
    return Measured(data, scores)


def ocr(_: Path, folder: Path) -> Measured:
    """Characters and table cells right on degraded scans of our own, through the default engine."""
    from benchmarks import ocr as scans
    from benchmarks.scans.pages import LANGUAGES, made

    pages = [made(language, layout) for language in LANGUAGES for layout in ("columns", "ruled")]
    truths = folder / "truths"
    truths.mkdir()
    for page in pages:
        scans.write(page, "degraded150", folder)
        (truths / page.name).write_text(page.text, encoding="utf-8")
    scans.write(replace(made("en", "headings", 1), name="warm"), "degraded150", folder)
    answers = scans.run("pdf-paddleocr", folder)["pages"]
    scores: dict[str, float] = {}
    for language in LANGUAGES:
        rows = [scans.score(p, answers[p.name]) for p in pages if p.language == language]
        scores[f"{language}_characters"] = 1 - float(scans.rate(rows, "errors", "length"))
        ruled = [row for row in rows if row["of_cells"]]
        scores[f"{language}_cells"] = sum(r["cells"] for r in ruled) / sum(
            r["of_cells"] for r in ruled
        )
    return Measured(data_hash(truths, truths.iterdir()), scores)


def html_content(bench: Path, folder: Path) -> Measured:
    """Main content of pages: shingles of articles, wanted and unwanted segments."""
    root = bench / "html"
    data = data_hash(root, [root / "score_html.py", *(root / "data").rglob("*")])
    scores = {}
    for name, packed in (("articles", root / "data"), ("segments", root / "data" / "segments")):
        pred = parsed(unpacked(packed, folder / name), folder / f"{name}-pred")
        arguments = ("--set", name, "--pred", pred, "--allow-missing", "--bootstrap", "2")
        scores[f"{name}_f1"] = scored(root / "score_html.py", *arguments)["f1"]
    return Measured(data, scores)


def html_structure(bench: Path, folder: Path) -> Measured:
    """Headings, cells, spans, list items and code of made pages; share of boilerplate kept out."""
    root = bench / "html" / "structure"
    script = root / "roundtrip.py"
    data = data_hash(root, root.rglob("*.*"))
    scores = {}
    for mode in ("easy", "hard"):
        pages = folder / f"structure-{mode}"
        called(sys.executable, script, "generate", "--out", pages, "--mode", mode)
        pred = parsed(pages, folder / f"structure-{mode}-pred")
        found = scored(script, "score", "--pages", pages, "--pred", pred)
        for name in ("headings", "cells", "span_relations", "items", "code_exact", "text"):
            scores[f"{mode}_{name}"] = found[name]["f1"]
        scores[f"{mode}_without_boilerplate"] = round(1 - found["boilerplate_leak"], 4)
    return Measured(data, scores)


def chunking(bench: Path, folder: Path) -> Measured:
    """Best precision that a retriever could reach, and recall of the five best, by chunk size."""
    root = bench / "chunking"
    data = data_hash(root, [root / "score_chunks.py", *(root / "data").rglob("*")])
    script = ROOT / "benchmarks" / "chunking.py"
    sizes = [str(size) for size in CHUNK_SIZES]
    lines = called(
        sys.executable, script, "--bench", root, "--out", folder / "chunks", "--score",
        "--sizes", *sizes,
    )  # fmt: skip
    scores = {}
    for size, line in zip(sizes, lines.splitlines(), strict=True):
        found = json.loads(line)
        scores[f"omega_{size}"] = found["precision_omega"]
        scores[f"recall_{size}"] = found["recall"]
    return Measured(data, scores)


def dedup(bench: Path, folder: Path) -> Measured:
    """Pairs and clusters of the small corpus, and the share of clusters of which a row is left."""
    root = bench / "dedup"
    data_hash(root, root.glob("*.py"))
    corpus = folder / "corpus"
    _build(root / "build.py", corpus)
    data = json.loads((corpus / "stats.json").read_text(encoding="utf-8"))["sha256"]
    out = folder / "dedup"
    script = ("-m", "benchmarks.dedup", "--corpus", corpus, "--out", out, "--no-peers")
    called(sys.executable, *script)
    scores: dict[str, float] = {}
    for name, suffix in (("norm", ""), ("raw", "-raw")):
        clusters, pairs = out / f"clusters{suffix}.parquet", out / f"pairs{suffix}.parquet"
        arguments = ("--corpus", corpus, "--pred", clusters, "--pairs", pairs)
        found = scored(root / "score_dedup.py", *arguments)
        scores |= _dedup_scores(name, found)
    return Measured(data, scores)


def _build(script: Path, corpus: Path) -> None:
    """Builds the small corpus; raises AbsentError where its packages cannot be had."""
    command = [sys.executable, str(script), "--out", str(corpus), "--small", "--cache", str(CACHE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip() or "no message").splitlines()[-1]
        raise AbsentError(f"its corpus cannot be built here: {reason}")


def _dedup_scores(name: str, found: dict[str, Any]) -> dict[str, float]:
    recall, precision = found["pairs"]["recall"], found["pairs"]["precision"]
    pairs = 2 * recall * precision / max(recall + precision, 1e-9)
    return {f"{name}_pairs_f1": round(pairs, 4), f"{name}_cluster_f1": found["cluster"]["f1"]}


CACHE = Path(
    os.environ.get("CORPUSMILL_BENCH_CACHE") or Path(tempfile.gettempdir(), "corpusmill-bench")
)
"""Where the packages that the dedup corpus is made of are kept; they are fetched once."""


def judge(bench: Path, folder: Path) -> Measured:
    """ROC-AUC of the rule judge on human labels, and that where length cannot help."""
    root = bench / "sft"
    data = data_hash(root, [root / "score_judge.py", *(root / "data").glob("*.jsonl")])
    said = json.loads(called(sys.executable, "-m", "benchmarks.sft_judge", "--scorer", root))
    return Measured(
        data,
        {f"{name}_{key}": found[key] for name, found in said.items()
         for key in ("auc", "auc_matched")},
    )  # fmt: skip


YARDSTICKS: dict[str, Callable[[Path, Path], Measured]] = {
    "pdf_tables": pdf_tables,
    "pdf_roundtrip": pdf_roundtrip,
    "ocr": ocr,
    "html_content": html_content,
    "html_structure": html_structure,
    "chunking": chunking,
    "dedup": dedup,
    "judge": judge,
}
"""Name -> what measures it, given the folder of the yardsticks and an empty one to work in."""
