"""Rows for the commands that curate, in two languages, and odd ones among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.shards import read_all, read_manifest
from dataflow.verify import verify
from tests.dataflow.pipeline.conftest import paragraph
from tests.finished_run import call

NOTICE = "Printed by the parish office and handed out at the door of the hall."
SHARED = (
    "The keeper wrote every number into the book that hung beside the door, and nobody else was "
    "allowed to open it before the bell in the tower had been rung twice in the morning."
)
QUESTION = (
    "How many barrels of salt did the keeper of the old bridge count on the first evening of the "
    "long winter before the river froze over at the mill?"
)
GAUGES = "".join(
    f"第{n}号水位站在今天早上记录到的水位是{n * 3 % 7}米，比昨天高，看守人把它写进了本子里。"
    for n in range(1, 9)
)
ASKED = "上堰建于一九一一年，请问它一共汇集了几条溪水，又是由谁在每天清晨去读水尺的？"
MAIL = "j.miller@harbour-trust.org"
PHONE = "13912345678"

LEAFLETS: list[dict[str, str | None]] = [
    {"doc_id": f"leaf-{n:02}", "source": f"leaflets/{n:02}.md",
     "text": f"{paragraph(f'leaflet{n}')}\n\n{NOTICE}\n"}
    for n in range(12)
]  # fmt: skip
ROWS: list[dict[str, str | None]] = [
    *LEAFLETS,
    {"doc_id": "ledger", "source": "a.md", "text": f"{paragraph('ledger')}\n\n{SHARED}\n"},
    {"doc_id": "tower", "source": None, "text": f"{SHARED}\n\n{paragraph('tower')}\n"},
    {"doc_id": "only", "source": "only.md", "text": f"{SHARED}\n"},
    {"doc_id": "near", "source": "near.md",
     "text": f"{paragraph('ledger')}\n\n{SHARED} Then it rained.\n"},
    {"doc_id": "quiz", "source": "quiz.md",
     "text": f"{paragraph('quiz', 3)}\n\n{QUESTION}\n\n{paragraph('bridge', 3)}\n"},
    {"doc_id": "mail", "source": "mail.md",
     "text": paragraph("contact").replace("contact", MAIL, 1)},
    {"doc_id": "zh-1", "source": "zh/1.md", "text": f"# 水位记录\n\n{GAUGES}\n"},
    {"doc_id": "zh-2", "source": "zh/2.md", "text": f"# 水位记录\n\n{GAUGES}另外还有一句。\n"},
    {"doc_id": "zh-ask", "source": "zh/3.md",
     "text": f"{ASKED}请在周五以前写信回答，电话{PHONE}。\n"},
    {"doc_id": "zh-old", "source": "zh/4.md",
     "text": "觀測站的數據可以用來寫論文，也可以用來檢驗自己的程序，所有文件都是純文本。\n"},
    {"doc_id": "empty", "source": "e.md", "text": ""},
    {"doc_id": "null", "source": None, "text": None},
    {"doc_id": "ledger", "source": "again.md", "text": "An id that occurred before."},
    {"doc_id": "short", "source": "s.md", "text": "Too short."},
]  # fmt: skip
KINDS = ("parquet", "jsonl")
UNREAD = {"parquet": 3, "jsonl": 4}
"""Rows without text or with an id of another; among the lines of JSON one is damaged too."""


def write_rows(folder: Path, kind: str = "parquet") -> Path:
    """The rows as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"in.{kind}"
    if kind == "parquet":
        pl.DataFrame(ROWS).write_parquet(path)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
        path.write_text("\n".join([*lines, "{damaged"]) + "\n", encoding="utf-8")
    return path


def write_sets(folder: Path) -> Path:
    """A folder of evaluation sets that hold one question of each language."""
    folder.mkdir(parents=True, exist_ok=True)
    item = {"id": "q7", "question": QUESTION, "answer": "Forty barrels of grey salt."}
    (folder / "bridge.jsonl").write_text(json.dumps(item) + "\n")
    pl.DataFrame({"qid": [3], "prompt": [ASKED]}).write_parquet(folder / "堰.parquet")
    return folder


def curated(name: str, source: Path, out: Path, *options: str | Path) -> dict[str, Any]:
    """The summary of a command that went well; checks that its output is sound and conserved."""
    answer = call(name, source, "-o", out, "--json", *options)
    assert answer.code == 0, answer.err
    assert answer.err == ""
    summary: dict[str, Any] = json.loads(answer.out)
    rows = summary["datasets"]
    assert summary["rows_in"] == rows["documents"] + rows["rejects"]
    assert sum(summary["reasons"].values()) == rows["rejects"]
    checks = verify(out)
    assert [check for check in checks if not check.ok] == []
    assert "conservation: rows in = documents + rejects" in {check.name for check in checks}
    kept = read_all(out, "documents")["doc_id"].to_list()
    assert len(set(kept)) == len(kept)
    return summary


def texts(out: Path) -> dict[str, str]:
    """Texts of the documents of `out` by id."""
    return dict(read_all(out, "documents", ["doc_id", "text"]).iter_rows())


def reasons(out: Path) -> dict[str, str]:
    """Reasons of the reject rows of `out` by id, without those that could not be read."""
    rows = read_all(out, "rejects").filter(pl.col("reason") != "invalid_record")
    return dict(rows.select("id", "reason").iter_rows())


def names(out: Path) -> set[str]:
    """Data sets of `out`."""
    return set(read_manifest(out).datasets)
