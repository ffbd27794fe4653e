"""Scores of engines on the round-trip documents, their tables, and intervals of the differences."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.cost import table
from benchmarks.pdf_roundtrip.metrics import VERSION, Scores, scored
from benchmarks.pdf_roundtrip.peers import OURS, Ran

METRICS = ("nid", "teds", "mhs")
"""The three whose mean is the last word."""

SHOWN = (*METRICS, "nid_s", "teds_s", "mhs_s", "mhs_l")
RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Item:
    """A PDF with its truth: which document, typeset by what, in which half."""

    doc: str
    typesetter: str
    split: str
    language: str
    pages: int
    pdf: Path
    truth: Path

    @property
    def stem(self) -> str:
        """Name of the PDF without its suffix, and of its predictions."""
        return self.pdf.stem


Results = dict[str, dict[str, Scores]]
"""Scores by engine and by stem."""


def items(root: Path, split: str) -> list[Item]:
    """The documents of a half, or of both for `all`, in the order of their names.

    Raises FileNotFoundError without an index, ValueError when a PDF is not the one it names.
    """
    rows = json.loads((root / "index.json").read_text(encoding="utf-8"))
    found = [_item(root, row) for row in rows.values() if split in ("all", row["split"])]
    return sorted(found, key=lambda item: item.stem)


def _item(root: Path, row: Mapping[str, str]) -> Item:
    stem = f"{row['doc']}.{row['engine']}"
    pdf, truth = root / "pdf" / f"{stem}.pdf", root / "truth" / f"{stem}.md"
    if hashlib.sha256(pdf.read_bytes()).hexdigest() != row["sha256"]:
        raise ValueError(f"{pdf.name} is not the file of the index: make it again")
    return Item(
        doc=row["doc"], typesetter=row["engine"], split=row["split"],
        language=row["lang"], pages=int(row["pages"]), pdf=pdf, truth=truth,
    )  # fmt: skip


def score_all(found: Sequence[Item], folders: Mapping[str, Path], kept: Path) -> Results:
    """Scores of each engine's folder of predictions; a missing one is an empty text.

    What was scored before, for the same two texts, is taken from the file `kept`.
    """
    known: dict[str, dict[str, float]] = {}
    if kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for engine, folder in folders.items():
        for item in found:
            path = folder / f"{item.stem}.md"
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            pairs[engine, item.stem] = (item.truth.read_text(encoding="utf-8"), text)
    keys = {place: _key(*pair) for place, pair in pairs.items()}
    wanted = {keys[place]: pair for place, pair in pairs.items() if keys[place] not in known}
    with ProcessPoolExecutor() as pool:
        done = pool.map(_scored, wanted.values(), chunksize=4)
        known.update(zip(wanted, map(dataclasses.asdict, done), strict=True))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(known), encoding="utf-8")
    results: Results = {engine: {} for engine in folders}
    for (engine, stem), key in keys.items():
        results[engine][stem] = Scores(**known[key])  # type: ignore[arg-type]  # as it was dumped
    return results


def _scored(pair: tuple[str, str]) -> Scores:
    return scored(*pair)


def _key(truth: str, predicted: str) -> str:
    digest = hashlib.sha256(f"{VERSION}\0{truth}\0".encode())
    digest.update(predicted.encode())
    return digest.hexdigest()


def controls(found: Sequence[Item], kept: Path) -> Results:
    """Truth against itself, and against the truth of another document in the same language."""
    folders = {"truth itself": found[0].truth.parent}
    results = score_all(found, folders, kept)
    others: dict[str, Scores] = {}
    for item in found:
        same = [one for one in found if one.language == item.language]
        later = [*same[same.index(item) + 1 :], *same]
        other = next((one for one in later if one.doc != item.doc), item)
        texts = (item.truth.read_text(encoding="utf-8"), other.truth.read_text(encoding="utf-8"))
        others[item.stem] = scored(*texts)
    return {**results, "another's truth": others}


def mean(scores: Iterable[Scores], name: str) -> float | None:
    """Mean over the documents that have the score, None without any."""
    values = [value for one in scores if (value := getattr(one, name)) is not None]
    return fmean(values) if values else None


def mean_of_three(scores: Sequence[Scores]) -> float | None:
    """Mean of the three metrics' means, None when one of them has no document."""
    means = [mean(scores, name) for name in METRICS]
    return None if None in means else fmean(value for value in means if value is not None)


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def main_table(found: Sequence[Item], results: Results, runs: Mapping[str, Ran]) -> str:
    """All scores, cost and failures by engine, as a Markdown table."""
    pages = sum(item.pages for item in found)
    rows = []
    for engine, by_stem in results.items():
        scores = [by_stem[item.stem] for item in found]
        ran = runs.get(engine)
        rows.append([
            f"{engine} {ran.version}".strip() if ran else engine,
            *(_number(mean(scores, name)) for name in METRICS),
            _number(mean_of_three(scores)),
            *(_number(mean(scores, name)) for name in SHOWN[3:]),
            sum(one.invented for one in scores),
            _number(ran.cpu_seconds / pages) if ran else "-",
            len(ran.failures) if ran else 0,
        ])  # fmt: skip
    names = ("engine", "NID", "TEDS", "MHS", "mean of 3", "NID-S", "TEDS-S", "MHS-S", "MHS-L")
    return table((*names, "invented tables", "CPU-s/page", "failed"), rows)


def group_table(found: Sequence[Item], results: Results, by: Callable[[Item], str]) -> str:
    """NID, TEDS and MHS by engine and by group of documents."""
    groups = sorted({by(item) for item in found})
    rows = []
    for engine, by_stem in results.items():
        row: list[object] = [engine]
        for group in groups:
            scores = [by_stem[item.stem] for item in found if by(item) == group]
            row.append(" ".join(_number(mean(scores, name)) for name in METRICS))
        rows.append(row)
    counts = [f"{group} ({sum(by(item) == group for item in found)})" for group in groups]
    return table(("NID TEDS MHS", *counts), rows)


def difference_table(found: Sequence[Item], results: Results) -> str:
    """Ours minus the best peer of each metric, with a bootstrap interval over the documents."""
    peers = [engine for engine in results if engine not in OURS]
    rows = []
    for ours in (engine for engine in results if engine in OURS):
        for name in (*METRICS, "mean of 3") if peers else ():
            values = {engine: _measured(results[engine].values(), name) for engine in peers}
            best = max(peers, key=lambda engine: values[engine])
            low, high = interval(found, results[ours], results[best], name)
            gain = _measured(results[ours].values(), name) - values[best]
            rows.append([ours, name.upper(), best, f"{gain:+.3f}", f"[{low:+.3f}, {high:+.3f}]"])
    return table(("ours", "metric", "best peer", "difference", "95 %"), rows)


def _measured(scores: Iterable[Scores], name: str) -> float:
    found = list(scores)
    value = mean(found, name) if name in SHOWN else mean_of_three(found)
    return 0.0 if value is None else value


def interval(
    found: Sequence[Item], ours: Mapping[str, Scores], peer: Mapping[str, Scores], name: str
) -> tuple[float, float]:
    """Bounds of ours minus the peer's: documents are drawn anew, with all that was made of each.

    The same document typeset twice is one draw, as its scores depend on each other.
    """
    stems: dict[str, list[str]] = {}
    for item in found:
        stems.setdefault(item.doc, []).append(item.stem)
    groups, rng = list(stems.values()), random.Random("interval")
    gains = []
    for _ in range(RESAMPLES):
        drawn = [stem for group in rng.choices(groups, k=len(groups)) for stem in group]
        mine, theirs = ([side[stem] for stem in drawn] for side in (ours, peer))
        gains.append(_measured(mine, name) - _measured(theirs, name))
    gains.sort()
    tail = round(RESAMPLES * (1 - CONFIDENCE) / 2)
    return gains[tail], gains[-tail - 1]


def details(found: Sequence[Item], scores: Mapping[str, Scores], runs: Ran | None) -> str:
    """Scores of one engine by document, the worst first. For the development half only."""
    rows = []
    for item in found:
        if item.split != "dev":
            raise ValueError("documents of the kept half are not shown")
        one = scores[item.stem]
        lost = fmean(value for name in METRICS if (value := getattr(one, name)) is not None)
        numbers = [_number(getattr(one, name)) for name in SHOWN]
        failure = runs.failures.get(item.stem, "") if runs else ""
        rows.append((lost, [item.stem, item.pages, *numbers, one.invented, failure]))
    names = ("document", "pages", *(name.upper().replace("_", "-") for name in SHOWN))
    ordered = [row for _, row in sorted(rows, key=lambda pair: pair[0])]
    return table((*names, "invented", "failure"), ordered)
