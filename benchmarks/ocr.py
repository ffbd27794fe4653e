"""Recognition of made scans: characters, cells, CPU and memory, beside the engines used bare.

    python -m benchmarks ocr [--ways W...] [--conditions C...] [--pages P...] [--seed N]

Pages are English and Chinese texts of ours in six layouts (`benchmarks/scans/pages.py`), rendered
clean or like a bad scan. A way is `pdf-ENGINE` (a PDF that holds the picture, through the parsers),
`image-ENGINE` (the picture file, through the parsers) or `bare-ENGINE` (the engine at its
defaults). CER is the edit distance over the length of the truth, NFKC, without white space and for
English also with it (runs of it as one); it counts reading order, so columns and tables read across
cost. Cells are those of the table whose text is right and in the right place. CPU seconds are of
one page, models loaded. Every way runs in a process of its own, one at a time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from benchmarks.cost import ROOT, commit, table
from benchmarks.scans.pages import CONDITIONS, LANGUAGES, LAYOUTS, Made, made, pixels, wrapped

WAYS = ("pdf-paddleocr", "image-paddleocr", "pdf-rapidocr", "bare-paddleocr", "bare-rapidocr")


def plain(text: str) -> str:
    """NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def spaced(text: str) -> str:
    """NFKC with each run of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def cells(found: Sequence[Sequence[str]], truth: Sequence[Sequence[str]]) -> int:
    """Cells of the truth that were found with their text at their place."""
    return sum(
        plain(cell) == plain(found[r][c])
        for r, row in enumerate(truth)
        for c, cell in enumerate(row)
        if r < len(found) and c < len(found[r])
    )


def score(page: Made, answer: dict[str, Any]) -> dict[str, Any]:
    """Errors of a page's text, lengths, cells and cost."""
    truth, said = plain(page.text), plain(answer["text"])
    return {
        "language": page.language,
        "layout": page.layout,
        "errors": Levenshtein.distance(said, truth),
        "length": len(truth),
        "spaced_errors": Levenshtein.distance(spaced(answer["text"]), spaced(page.text)),
        "spaced_length": len(spaced(page.text)),
        "cells": cells(answer["rows"], page.table),
        "of_cells": sum(map(len, page.table)),
        "cpu": answer["cpu"],
    }


def run(way: str, folder: Path) -> dict[str, Any]:
    """What a way found in the pages of a folder; ends this process when it fails."""
    out = folder / f"{way}.json"
    command = [sys.executable, "-m", "benchmarks.scans.child", way, str(folder), str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{way}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def rate(rows: Sequence[dict[str, Any]], errors: str, length: str) -> float | str:
    """Errors over length of all rows, '-' without any."""
    total = sum(row[length] for row in rows)
    return round(sum(row[errors] for row in rows) / total, 4) if total else "-"


def summary(condition: str, way: str, rows: Sequence[dict[str, Any]], mib: int) -> list[Any]:
    """One line of the result."""
    english = [row for row in rows if row["language"] == "en"]
    chinese = [row for row in rows if row["language"] == "zh"]
    ruled, borderless = ([row for row in rows if row["layout"] == name]
                         for name in ("ruled", "borderless"))  # fmt: skip
    costs = [row["cpu"] for row in rows]
    return [
        condition, way, rate(english, "errors", "length"), rate(chinese, "errors", "length"),
        rate(english, "spaced_errors", "spaced_length"),
        *(f"{sum(r['cells'] for r in part)}/{sum(r['of_cells'] for r in part)}"
          for part in (ruled, borderless)),
        round(sum(costs) / len(costs), 2), round(max(costs), 2), mib,
    ]  # fmt: skip


COLUMNS = ("pages", "way", "CER en", "CER zh", "CER en, spaces", "ruled cells",
           "borderless cells", "CPU-s a page", "most", "peak MiB")  # fmt: skip


def write(page: Made, condition: str, folder: Path) -> None:
    """The page as a picture file and as a PDF that holds it."""
    picture = pixels(page, CONDITIONS[condition])
    (folder / f"{page.name}.img").write_bytes(picture)
    (folder / f"{page.name}.pdf").write_bytes(wrapped(picture))


def main() -> int:
    """Makes the pages, runs each way on them, prints the table and each page that is worst."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ways", nargs="+", default=list(WAYS))
    parser.add_argument(
        "--conditions", nargs="+", default=["clean200", "degraded150"], choices=list(CONDITIONS)
    )
    names = [f"{language}-{layout}" for language in LANGUAGES for layout in LAYOUTS]
    parser.add_argument("--pages", nargs="+", default=names, choices=names, metavar="PAGE")
    parser.add_argument("--seed", type=int, default=0, help="other paragraphs")
    parser.add_argument("--keep", type=Path, help="keep the pages and answers here")
    args = parser.parse_args()
    chosen = [name.partition("-") for name in args.pages]
    pages = [made(language, layout, args.seed) for language, _, layout in chosen]
    warm = replace(made("en", "headings", args.seed + 1), name="warm")
    rows: list[list[Any]] = []
    single: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for condition in args.conditions:
            folder = (args.keep or Path(temporary)) / condition
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for page in pages:
                write(page, condition, folder)
            write(warm, condition, folder)
            for way in args.ways:
                answers = run(way, folder)
                scores = {page.name: score(page, answers["pages"][page.name]) for page in pages}
                rows.append(summary(condition, way, list(scores.values()), answers["peak"]))
                single += [
                    [condition, way, name, round(s["errors"] / s["length"], 4),
                     f"{s['cells']}/{s['of_cells']}", round(s["cpu"], 2)]
                    for name, s in scores.items()
                ]  # fmt: skip
    print(f"commit {commit()}, {len(pages)} pages, seed {args.seed}\n")
    print(table(COLUMNS, rows), end="\n\n")
    print(table(("pages", "way", "page", "CER", "cells", "CPU-s"), single))
    return 0


if __name__ == "__main__":
    sys.exit(main())
