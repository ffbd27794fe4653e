"""Quality floors: scores on the yardsticks may rise and be pinned, they may not fall unnoticed.

    python -m benchmarks floors --check      ends with 1 when a score is below its floor
    python -m benchmarks floors --update     raises floors to 0.005 under today's scores
    python -m benchmarks floors --update --allow-lower
                                             may lower them, too: say why in the commit

Floors stand in floors.toml, each set with the hash of the data it was measured on; other data is
an error, not a comparison. A yardstick that is not on this machine is skipped, with a line saying
so.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import BENCH, commit, table
from benchmarks.own import OWN
from benchmarks.yardsticks import YARDSTICKS, AbsentError, Measured

ALL = YARDSTICKS | OWN
FLOORS = Path(__file__).with_name("floors.toml")
MARGIN = 0.005
"""Room under a score: a few of its items may turn out otherwise."""

HEAD = """# Quality floors, written by `python -m benchmarks floors --update`; see floors.py.
# Whole development halves, no subsets; dedup is the yardstick's own small corpus.
"""


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one yardstick and the hash of the data they hold for."""

    data_sha256: str
    floors: Mapping[str, float]


class LowerError(Exception):
    """An update would lower a floor, drop one, or move it to other data."""


def floor_under(score: float) -> float:
    """The floor that a score earns: three decimals, at least `MARGIN` under it, never below 0.

    >>> floor_under(0.9379)
    0.932
    """
    return max(0.0, math.floor(round((score - MARGIN) * 1000, 6)) / 1000)


def shortfalls(floors: Floors, found: Measured) -> list[str]:
    """What is wrong with the scores found, a line each: other data, or one under its floor."""
    if floors.data_sha256 != found.data_sha256:
        return [
            f"the data is not what the floors were measured on: {found.data_sha256[:12]}, "
            f"{floors.data_sha256[:12]} expected; restore it, or --update --allow-lower"
        ]
    wrong = []
    for name, floor in floors.floors.items():
        score = found.scores.get(name)
        if score is None or math.isnan(score):
            wrong.append(f"{name}: no score, its floor is {floor:.3f}")
        elif score < floor:
            wrong.append(f"{name}: {score:.4f} is below its floor {floor:.3f}")
    return wrong


def updated(floors: Floors | None, found: Measured, *, allow_lower: bool) -> Floors:
    """The floors after an update; raises LowerError where one would sink without `allow_lower`.

    A score between its floor and the margin above leaves the floor where it is.
    """
    wrong = [] if floors is None or allow_lower else shortfalls(floors, found)
    if wrong:
        raise LowerError("; ".join(wrong))
    earned = {name: floor_under(score) for name, score in found.scores.items()}
    if floors is None or allow_lower:
        return Floors(found.data_sha256, earned)
    kept = {name: max(floor, earned[name]) for name, floor in floors.floors.items()}
    return Floors(found.data_sha256, {**earned, **kept})


def read_floors(path: Path) -> dict[str, Floors]:
    """The floors in a file, none when there is no file."""
    if not path.exists():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Floors(part["data_sha256"], part["floors"]) for name, part in data.items()}


def to_toml(floors: Mapping[str, Floors]) -> str:
    """The file's text, yardsticks and scores by name, so that a diff shows what moved."""
    parts = [HEAD]
    for name, one in sorted(floors.items()):
        lines = [f"{key} = {value:.3f}" for key, value in sorted(one.floors.items())]
        head = f'\n[{name}]\ndata_sha256 = "{one.data_sha256}"\n\n[{name}.floors]\n'
        parts.append(head + "\n".join(lines) + "\n")
    return "".join(parts)


def measure_all(names: list[str], bench: Path) -> dict[str, Measured]:
    """The yardsticks that are here; of each other one a line says why not."""
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found[name] = ALL[name](bench, Path(folder))
            except AbsentError as error:
                print(f"skipped {name}: {error}")
    return found


def print_scores(pinned: Mapping[str, Floors], found: Mapping[str, Measured]) -> None:
    """All scores beside their floors."""
    rows = []
    for name, measured in found.items():
        floors = pinned[name].floors if name in pinned else {}
        for key, score in sorted(measured.scores.items()):
            floor = f"{floors[key]:.3f}" if key in floors else "none"
            rows.append((name, key, round(score, 4), floor))
    print(f"commit {commit()}")
    print(table(("yardstick", "score", "today", "floor"), rows))


def main() -> int:
    """Checks or updates the floors; 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="the default")
    action.add_argument("--update", action="store_true")
    parser.add_argument("--allow-lower", action="store_true")
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--only", nargs="+", choices=list(ALL), default=list(ALL))
    args = parser.parse_args()
    pinned = read_floors(FLOORS)
    found = measure_all(args.only, args.bench)
    print_scores(pinned, found)
    if args.update:
        try:
            for name, measured in found.items():
                pinned[name] = updated(pinned.get(name), measured, allow_lower=args.allow_lower)
        except LowerError as error:
            print(f"nothing written: {name}: {error}")
            return 1
        FLOORS.write_text(to_toml(pinned), encoding="utf-8")
        return 0
    wrong = [
        f"{name}: {line}"
        for name, measured in found.items()
        for line in (shortfalls(pinned[name], measured) if name in pinned else ["no floors yet"])
    ]
    print(f"{len(wrong)} below" + "".join(f"\n  {line}" for line in wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
