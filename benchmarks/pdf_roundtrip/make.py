"""Typesets the documents of the round trip, writes their truths, and checks that both agree.

    python -m benchmarks.pdf_roundtrip.make [--only TEXT] [--engine NAME] [--check] [--plan]

Writes pdf/, truth/ and index.json beside this file. --only takes the documents whose name holds
TEXT, --check typesets nothing and checks what is there, --plan prints who sets what. An engine that
is not installed is named with what installs it, and its documents are skipped; the end is then 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import importlib
import io
import json
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.pdf_roundtrip import pages, truth
from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.plan import engines_of, prepared
from benchmarks.pdf_roundtrip.source import HERE, load, names, split_of
from benchmarks.pdf_roundtrip.style import choose
from benchmarks.pdf_roundtrip.typeset import (
    EngineFailedError,
    EngineMissingError,
    typesetter,
    version,
)

INDEX = HERE / "index.json"
LEAST_WORDS = 0.98
"""Share of a truth's words that its PDF must hold."""


def main(argv: Sequence[str] | None = None) -> int:
    """Builds or checks; 1 where an engine lacks or a check fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--engine", default="", metavar="NAME")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plan", action="store_true")
    options = parser.parse_args(argv)
    docs = {name: load(name) for name in names()}
    wanted = [
        (docs[name], engine)
        for name, engines in engines_of(docs.values()).items()
        for engine in engines
        if options.only in name and options.engine in ("", engine)
    ]
    if options.plan:
        for doc, engine in wanted:
            print(f"{doc.name}  {engine}  {split_of(doc.name)}")
        return 0
    good = options.check or build(wanted)
    return int(not (check(wanted) and good))


def build(wanted: Sequence[tuple[Doc, str]]) -> bool:
    """Typesets each document; false where one could not be."""
    index = read_index()
    failed = []
    for doc, engine in wanted:
        key = f"{doc.name}.{engine}"
        try:
            index[key] = _one(doc, engine)
        except (EngineMissingError, EngineFailedError) as error:
            failed.append(key)
            print(f"{key}: {error}", file=sys.stderr)
    planned = {
        f"{name}.{engine}"
        for name, engines in engines_of(map(load, names())).items()
        for engine in engines
    }
    index = {key: entry for key, entry in index.items() if key in planned}
    for path in [*(HERE / "pdf").glob("*.pdf"), *(HERE / "truth").glob("*.md")]:
        if path.stem not in planned:
            path.unlink()
    lines = json.dumps(dict(sorted(index.items())), ensure_ascii=False, indent=1, sort_keys=True)
    INDEX.write_text(lines + "\n", encoding="utf-8")
    return not failed


def read_index() -> dict[str, Any]:
    """What was built, by `document.engine`; empty before the first build."""
    return json.loads(INDEX.read_text(encoding="utf-8")) if INDEX.exists() else {}


def _one(doc: Doc, engine: str) -> dict[str, Any]:
    style = choose(doc, engine)
    doc = prepared(doc, style)
    made = slim(typesetter(engine)(doc, style))
    path = HERE / "pdf" / f"{doc.name}.{engine}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(made)
    pdf = pages.Pdf(path)
    said = truth.markdown(doc, style, engine, pdf)
    (HERE / "truth").mkdir(exist_ok=True)
    (HERE / "truth" / f"{path.stem}.md").write_text(said, encoding="utf-8")
    print(f"{path.name}: {len(pdf.texts)} pages, {len(made) // 1024} KiB")
    return {
        "doc": doc.name,
        "engine": engine,
        "version": version(engine),
        "lang": doc.lang,
        "kind": doc.kind,
        "split": split_of(doc.name),
        "pages": len(pdf.texts),
        "sha256": hashlib.sha256(made).hexdigest(),
        "truth_sha256": hashlib.sha256(said.encode()).hexdigest(),
        "style": dataclasses.asdict(style),
    }


def slim(data: bytes) -> bytes:
    """The PDF with its streams packed, fixed dates and an identifier made of its content."""
    try:
        pikepdf = importlib.import_module("pikepdf")
    except ImportError as error:
        raise EngineMissingError("pikepdf is not installed: pip install pikepdf") from error
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for name in ("/CreationDate", "/ModDate"):
            if name in pdf.docinfo:
                pdf.docinfo[name] = "D:20231114221320Z"
        for name in ("/ID", "/DocChecksum"):
            if name in pdf.trailer:
                del pdf.trailer[name]
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )
    return out.getvalue()


def check(wanted: Sequence[tuple[Doc, str]]) -> bool:
    """Prints what is wrong with each PDF and its truth; true where nothing is."""
    index = read_index()
    good = True
    lowest = 1.0
    for doc, engine in wanted:
        key = f"{doc.name}.{engine}"
        path = HERE / "pdf" / f"{key}.pdf"
        if key not in index or not path.exists():
            print(f"{key}: not built")
            good = False
            continue
        share, faults = _faults(doc, engine, index[key])
        lowest = min(lowest, share)
        for fault in faults:
            print(f"{key}: {fault}")
        good = good and not faults
    print(f"{len(wanted)} checked; the lowest share of words found: {lowest:.4f}")
    return good


def _faults(doc: Doc, engine: str, entry: dict[str, Any]) -> tuple[float, list[str]]:
    path = HERE / "pdf" / f"{doc.name}.{engine}.pdf"
    style = choose(doc, engine)
    faults = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        faults.append("the file is not the one in the index")
    said = (HERE / "truth" / f"{path.stem}.md").read_text(encoding="utf-8")
    pdf = pages.Pdf(path)
    body = truth.words_only(said)
    lacking = pages.missing(body, pdf)
    share = 1 - len(lacking) / max(1, pages.words(body).total())
    if share < LEAST_WORDS:
        faults.append(f"words found {share:.4f}")
    if lacking:
        print(f"{path.stem}: {share:.4f}, without {lacking[:12]}")
    faults += [f"outside the type area on page {text}" for text in pages.outside(pdf, style.margin)]
    faults += [f"overprinted on page {text}" for text in pages.overprinted(pdf)]
    return share, faults


if __name__ == "__main__":
    sys.exit(main())
