"""Files for every curating step, and a recipe that switches all of them on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.dataflow.pipeline.conftest import paragraph

NOTICE = "Printed by the parish office and handed out at the door of the hall."
QUESTION = (
    "How many barrels of salt did the keeper of the old bridge count on the first evening of the "
    "long winter before the river froze over at the mill?"
)
SHARED = (
    "The keeper wrote every number into the book that hung beside the door, and nobody else was "
    "allowed to open it before the bell in the tower had been rung twice in the morning."
)
GAUGES = "".join(
    f"第{n}号水位站在今天早上记录到的水位是{n * 3 % 7}米，比昨天高，看守人把它写进了本子里。"
    for n in range(1, 9)
)
TOLL = (
    "过桥的人都要在桥头的小屋里留下姓名和时间，看桥的老人每天傍晚把名册锁进柜子，从来没有丢过一本。"
)


def write_files(folder: Path) -> None:
    """Twelve leaflets with one notice, and files for each of the other steps."""
    (folder / "leaflets").mkdir(parents=True)
    for number in range(12):
        text = f"{paragraph(f'leaflet{number}')}\n\n{NOTICE}\n"
        (folder / "leaflets" / f"{number:02}.md").write_text(text)
    leaked = f"{paragraph('quiz', 3)}\n\n{QUESTION}\n\n{paragraph('bridge', 3)}\n"
    mail = paragraph("contact").replace("contact", "j.miller@harbour-trust.org", 1)
    texts = {
        "a_ledger.md": f"{paragraph('ledger')}\n\n{SHARED}\n",
        "b_tower.md": f"{SHARED}\n\n{paragraph('tower')}\n",
        "quiz.md": leaked,
        "contact.md": mail,
        "水位一.md": f"# 水位记录\n\n{GAUGES}\n\n{TOLL}\n",
        "水位二.md": f"# 桥\n\n{TOLL}\n\n{GAUGES[::-1]}\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    sets = folder.parent / "sets"
    sets.mkdir()
    item = {"id": "q7", "question": QUESTION, "answer": "Forty barrels of grey salt."}
    (sets / "bridge_quiz.jsonl").write_text(json.dumps(item) + "\n")


def every_step(folder: Path) -> dict[str, dict[str, Any]]:
    """Sections of a recipe with everything on; `folder` has the sets and gets the index."""
    return {
        "decontaminate": {"sets": [str(folder / "sets")]},
        "passages": {"unit": "paragraph"},
        "perplexity": {"model": "corpus", "high_percentile": 99.0},
        "semantic": {"embedder": "hashing", "threshold": 0.97},
        "balance": {"validation": 0.2, "test": 0.2},
        "index": {"path": str(folder / "index"), "corpus": "leaflets"},
    }
