"""Input folders that the measurements run on: real pages, and as many documents as asked for."""

from __future__ import annotations

import gzip
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from benchmarks.cost import ROOT

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[。！？])")
POOL = 20_000
"""Sentences that are enough: two documents of thirty then share one in twenty pairs."""


def real_pages(bench: Path, folder: Path, limit: int = 0) -> int:
    """Copies the PDF and HTML pages of the yardsticks into `folder`; returns how many.

    `limit` takes the first so many of each kind, 0 all. Compressed pages are unpacked.
    """
    kinds = {
        "pdf": sorted((bench / "pdf_tables" / "data").glob("*.pdf")),
        "articles": sorted((bench / "html" / "data").glob("*.html.gz")),
        "segments": sorted((bench / "html" / "data" / "segments").glob("*.html.gz")),
    }
    count = 0
    for kind, paths in kinds.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for path in paths[: limit or None]:
            target = folder / kind / path.name.removesuffix(".gz")
            if path.suffix == ".gz":
                target.write_bytes(gzip.decompress(path.read_bytes()))
            else:
                shutil.copyfile(path, target)
            count += 1
    return count


def samples(folder: Path, names: Sequence[str]) -> None:
    """Copies some of the sample documents into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(ROOT / "sample_data" / "documents" / name, folder / Path(name).name)


def sentences(folders: Sequence[Path]) -> list[str]:
    """At most `POOL` sentences of the text files under the folders, each once, in a fixed order."""
    found: dict[str, None] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix not in (".md", ".txt", ".rst", "") or not path.is_file():
            continue
        found.update(dict.fromkeys(_sentences(path)))
        if len(found) >= POOL:
            break
    return list(found)[:POOL]


def _sentences(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for block in re.split(r"\n\s*\n", text):
        for sentence in SENTENCE_END.split(" ".join(block.split())):
            if 40 <= len(sentence) <= 400 and sentence[-1] in ".!?。！？" and "|" not in sentence:
                yield sentence


def _page(title: str, parts: Sequence[tuple[str, str, str]]) -> str:
    sections = "".join(
        f"<h2>{escape(head)}</h2><p>{escape(one)}</p><p>{escape(two)}</p>"
        for head, one, two in parts
    )
    head = f"<head><title>{escape(title)}</title></head>"
    return f"<!doctype html><html>{head}<body><main>{sections}</main></body></html>"


def _markdown(parts: Sequence[tuple[str, str, str]]) -> str:
    return "\n".join(f"## {head}\n\n{one}\n\n{two}\n" for head, one, two in parts)


def documents(pool: Sequence[str], folder: Path, count: int, seed: int) -> int:
    """Writes `count` distinct documents of shuffled real sentences; returns their bytes.

    Every second is Markdown, every second HTML; about 4,000 characters in three sections, so
    that each document costs the same whatever their number is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        paragraphs = [" ".join(rng.sample(pool, 5)) for _ in range(6)]
        heads = [" ".join(rng.choice(pool).split()[:6]).strip(".,;:") for _ in range(3)]
        parts = list(zip(heads, paragraphs[::2], paragraphs[1::2], strict=True))
        text = _page(heads[0], parts) if number % 2 else _markdown(parts)
        name = f"{number:06d}.{'html' if number % 2 else 'md'}"
        written += (folder / name).write_bytes(text.encode())
    return written
