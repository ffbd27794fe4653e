"""Measures evidence: spans re-found by an independent checker, planted false answers caught.

    python -m benchmarks evidence_check spans OUT         every span of OUT re-found (Parquet only)
    python -m benchmarks evidence_check planted [--half kept|development] [--show]
    python -m benchmarks evidence_check documents FOLDER  falsified sentences of texts in FOLDER

`planted` and `documents` print a table by kind and language, and checks a CPU-second. `--show`
lists errors; it refuses to do so for the kept half, which is for measuring only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.evidence.planted import Case, cases, changes  # noqa: E402 - need not be installed

SETS = ("sft", "preferences", "evalset", "retrieval")
_SENTENCE = re.compile(r"[^.!?。！？\n|#]{25,240}[.!?。！？]")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})?")


def rows_of(out: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows of one data set of an output folder."""
    for path in sorted((out / name).glob("*.parquet")):
        yield from pq.read_table(path).to_pylist()


def wrong_with(
    item: dict[str, Any], texts: dict[str, str], chunks: dict[str, dict[str, Any]]
) -> str:
    """What is wrong with one span, '' for nothing; nothing of the project's code is used."""
    text, chunk = texts.get(item["doc_id"]), chunks.get(item["chunk_id"])
    if text is None or chunk is None or chunk["doc_id"] != item["doc_id"]:
        return "unknown document or chunk"
    start, end = item["char_start"], item["char_end"]
    if not 0 <= start < end <= len(text) or text[start:end] != item["quote"]:
        return "the quote is not what stands there"
    if not chunk["char_start"] <= start < end <= chunk["char_end"]:
        return "outside of its chunk"
    held = text[chunk["char_start"] : chunk["char_end"]].encode("utf-8", "surrogatepass")
    if hashlib.sha256(held).hexdigest() != item["chunk_sha256"]:
        return "another chunk hash"
    pages = chunk.get("pages") or []
    if item["page"] is not None and pages and item["page"] not in pages:
        return "another page than its chunk"
    return ""


def spans(out: Path) -> dict[str, Any]:
    """Counts of the spans of all samples in `out`, by data set and by what is wrong."""
    texts = {row["doc_id"]: row["text"] for row in rows_of(out, "documents")}
    chunks = {row["chunk_id"]: row for row in rows_of(out, "chunks")}
    found: dict[str, Counter[str]] = {}
    for name in SETS:
        for row in rows_of(out, name):
            count = found.setdefault(name, Counter())
            if not row["evidence"] and row.get("answerable", True) and row["doc_id"]:
                count["a sample without evidence"] += 1
            for item in row["evidence"]:
                count[wrong_with(item, texts, chunks) or "found"] += 1
    return {name: dict(count) for name, count in found.items()}


def judged(given: Iterable[Case], *, show: bool = False) -> dict[str, Any]:
    """Refused and all answers by language, truth and kind; checks a CPU-second."""
    from dataflow.evidence.support import SUPPORT, supported

    refused: Counter[tuple[str, str, str]] = Counter()
    total: Counter[tuple[str, str, str]] = Counter()
    reasons: Counter[str] = Counter()
    checks, started = list(given), time.process_time()
    for case in checks:
        verdict = supported(case.answer, case.quote)
        against = verdict.fault is not None or verdict.score < SUPPORT
        key = (case.lang, "true" if case.true else "false", case.kind)
        total[key] += 1
        refused[key] += against
        if against and not case.true:
            reasons[verdict.fault.reason if verdict.fault else "evidence_unsupported"] += 1
        if show and against == case.true:
            print(case, verdict, file=sys.stderr)
    used = time.process_time() - started
    table = {
        f"{lang} {truth}": {
            "refused": sum(refused[k] for k in total if k[:2] == (lang, truth)),
            "all": sum(total[k] for k in total if k[:2] == (lang, truth)),
            "kinds": {k[2]: f"{refused[k]}/{total[k]}" for k in total if k[:2] == (lang, truth)},
        }
        for lang, truth in sorted({key[:2] for key in total})
    }
    return {"table": table, "reasons": dict(reasons), "per_cpu_second": round(len(checks) / used)}


def documents(folder: Path) -> Iterator[Case]:
    """Sentences of Markdown and text files as true answers, and falsified."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".md", ".txt") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found = [match[0].strip() for match in _SENTENCE.finditer(text)]
        strangers = sorted({name for sentence in found for name in _NAME.findall(sentence)})
        for sentence in found:
            han = sum("\u4e00" <= character <= "\u9fff" for character in sentence)
            lang = "zh" if han * 4 > len(sentence) else "en"
            yield Case(lang, "sentence", True, text[:4000] + sentence, sentence)
            own = _NAME.findall(sentence)
            others = [name for name in strangers if name not in sentence]
            for kind, changed in changes(sentence, own, others):
                if changed != sentence:
                    yield Case(lang, kind, False, sentence, changed)


def main() -> None:
    """Prints what was measured as JSON and in a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("spans", "planted", "documents"))
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "sample_data/documents")
    parser.add_argument("--half", choices=("kept", "development"), default="kept")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    if given.what == "spans":
        result = spans(given.folder)
        wrong = sum(n for count in result.values() for what, n in count.items() if what != "found")
        line = f"spans wrong={wrong}"
    else:
        show = given.show and (given.what == "documents" or given.half == "development")
        planted = given.what == "planted"
        both = (case for lang in ("en", "zh") for case in cases(given.half, lang))
        result = judged(both if planted else documents(given.folder), show=show)
        line = " ".join(
            f"{name.replace(' ', '-')}={row['refused']}/{row['all']}"
            for name, row in result["table"].items()
        )
        line = f"{given.half if planted else 'documents'} {line}"
    print(json.dumps({"commit": commit, **result}, ensure_ascii=False, indent=1))
    print(line)


if __name__ == "__main__":
    main()
