"""PDF pages a CPU second and peak memory, ours against peers; memory as a document grows.

Every engine runs in a fresh process over the same files, one after another. *Start* is what it
spends until it has turned a page of one paragraph into Markdown: interpreter, imports, models. It
is taken off the CPU seconds of the files. Peak memory is that of the engine's largest process.

`--pages 2000` instead makes PDFs of 250, 500, 1000 and 2000 pages out of the input's, and prints
the peak for each: flat is the target.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf

from benchmarks.cost import ROOT, commit, table
from benchmarks.pdf_roundtrip.peers import (
    ENGINES,
    OURS,
    NotRunningError,
    PeerError,
    PeerProcess,
    Ran,
    run,
)

INPUT = ROOT / "benchmarks" / "pdf_roundtrip" / "pdf"
DEFAULT = "ours-best,ours-fast,ours-pdfium,pymupdf4llm,pdfplumber,liteparse,pymupdf"
SHARES = (8, 4, 2, 1)
"""Documents of the memory test have so many times fewer pages than asked for."""

WATCH_SECONDS = 0.1
opened: Any = pymupdf.open
"""pymupdf's function, without its missing types."""


@dataclass(slots=True)
class Peak:
    """Peak resident memory in MiB of the largest process seen."""

    mib: int = 0


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU seconds of the files and of the start, peak memory in MiB, and files that failed."""

    cpu_seconds: float
    start: float
    peak_mib: int
    failed: int


def small_page(folder: Path) -> Path:
    """A PDF of one page with one paragraph."""
    path = folder / "small.pdf"
    lines = ["This page has a paragraph of text and nothing else, so that an engine is ready."] * 6
    with opened() as document:
        document.new_page().insert_text((72, 300), lines)
        document.save(path)
    return path


def repeated(sources: Sequence[Path], pages: int, target: Path) -> Path:
    """A PDF of so many pages, made of the sources' pages in turn."""
    parts = [opened(path) for path in sources]
    with opened() as document:
        while len(document) < pages:
            for part in parts:
                last = min(len(part), pages - len(document)) - 1
                if last >= 0:
                    document.insert_pdf(part, to_page=last)
        document.save(target, garbage=3, deflate=True)
    for part in parts:
        part.close()
    return target


@contextmanager
def watched() -> Iterator[Peak]:
    """Peak memory of this process's descendants while the block runs; Linux only."""
    peak, stop = Peak(), threading.Event()

    def watch() -> None:
        while not stop.wait(WATCH_SECONDS):
            peak.mib = max(peak.mib, *(_high_water(pid) for pid in _descendants()), 0)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _descendants() -> list[int]:
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(found.split()[1]) >> 10


def speed(engine: str, pdfs: Sequence[Path], out: Path, given: argparse.Namespace) -> Speed:
    """What an engine needs for the files; raises NotRunningError."""
    small = small_page(out)
    with watched() as peak:
        if engine in OURS:
            start = run(engine, [small], out / engine, None, given.seconds).cpu_seconds
            ran = run(engine, pdfs, out / engine, None, given.seconds)
            cpu, failed = ran.cpu_seconds - start, len(ran.failures)
        else:
            start, cpu, failed = _peer(engine, [small, *pdfs], out, given)
    return Speed(cpu, start, peak.mib, failed)


def _peer(
    engine: str, pdfs: Sequence[Path], out: Path, given: argparse.Namespace
) -> tuple[float, float, int]:
    """CPU seconds of the start with the first file, of the others, and how many of them failed.

    A file that ends the process costs a second start, which counts among the others.
    """
    if given.peers_venv is None:
        raise NotRunningError("peers need --peers-venv")
    python, target = given.peers_venv / "bin" / "python", out / "peer.md"
    ran, failed = Ran(engine), 0
    process: PeerProcess | None = None
    start = 0.0
    for number, pdf in enumerate(pdfs):
        try:
            process = process or PeerProcess(engine, python)
            used = process.convert(pdf, target, given.seconds)
        except PeerError as error:
            failed += 1
            if number == 0:
                raise NotRunningError(str(error)) from error
            if process is not None:
                process.settle(ran)
            process = None
            continue
        if number == 0:
            start = process.started["start_cpu"] + used
    if process is not None:
        process.settle(ran)
    return start, ran.cpu_seconds - start, failed


def growth(engines: Sequence[str], pdfs: Sequence[Path], out: Path, given: Any) -> str:
    """Peak memory and CPU by number of pages, as a table."""
    sizes = [given.pages // share for share in SHARES]
    made = [repeated(pdfs, size, out / f"{size}-pages.pdf") for size in sizes]
    rows: list[list[object]] = []
    for engine in engines:
        for size, path in zip(sizes, made, strict=True):
            try:
                found = speed(engine, [path], out, given)
            except NotRunningError as error:
                print(f"{engine} does not run here: {error}")
                break
            rows.append(
                [engine, size, found.peak_mib, f"{found.cpu_seconds / size:.4f}", found.failed]
            )
    return table(("engine", "pages", "peak MiB", "CPU-s/page", "failed"), rows)


def compared(engines: Sequence[str], pdfs: Sequence[Path], out: Path, given: Any) -> str:
    """Pages a CPU second, start and peak memory by engine, as a table."""
    pages = 0
    for path in pdfs:
        with opened(path) as document:
            pages += len(document)
    print(f"{len(pdfs)} PDFs, {pages} pages\n")
    rows: list[list[object]] = []
    for engine in engines:
        try:
            found = speed(engine, pdfs, out, given)
        except NotRunningError as error:
            print(f"{engine} does not run here: {error}")
            continue
        rate, cost = pages / max(found.cpu_seconds, 1e-9), found.cpu_seconds / pages
        rows.append([engine, f"{rate:.1f}", f"{cost:.4f}", f"{found.start:.2f}",
                     found.peak_mib, found.failed])  # fmt: skip
    names = ("engine", "pages/CPU-s", "CPU-s/page", "start, CPU-s", "peak MiB", "failed")
    return table(names, rows)


def main() -> int:
    """Prints what is asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks pdf_speed", description=__doc__)
    parser.add_argument("--input", type=Path, default=INPUT, help="folder of PDFs")
    parser.add_argument("--engines", default=DEFAULT, help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--peers-venv", type=Path, help="environment of pdf_roundtrip's peers")
    parser.add_argument("--pages", type=int, default=0, help="memory test up to so many pages")
    parser.add_argument("--seconds", type=float, default=3600.0, help="time limit a file")
    given = parser.parse_args()
    pdfs = sorted(given.input.glob("*.pdf"))
    if not pdfs:
        print(f"no PDFs in {given.input}: nothing to measure")
        return 0
    print(f"commit {commit()}")
    with tempfile.TemporaryDirectory() as folder:
        shown = growth if given.pages else compared
        print(shown(given.engines.split(","), pdfs, Path(folder), given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
