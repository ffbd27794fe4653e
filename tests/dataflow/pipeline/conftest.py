"""A small input of our own, and a way to run it that every test of the pipeline shares."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataflow.execution.local import LocalEngine
from dataflow.execution.outcome import Engine
from dataflow.pipeline.run import run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import Recipe, recipe_from
from schemas.manifest import Manifest

RECIPE: dict[str, dict[str, object]] = {
    "parse": {"ocr": "never"},
    "filter": {"off": ["too_short", "few_stop_words"]},
    "embed": {"embedder": "hashing"},
    "run": {"pack_files": 3, "error_budget": 1.0},
}

Runner = Callable[..., Manifest]


WORDS = tuple(
    """
    the of and in to a that it with by from at as was were has had this which when where stone
    water morning wall garden letter winter glass road hill cloud paper bread copper field song
    market harbour window table summer night wind river boat lamp clock school engine bridge salt
    wool door ladder forest valley rope kettle barrel candle ditch meadow anchor basket chimney
    carried opened found painted followed measured counted kept lost built broke mended turned
    slowly often early quiet narrow heavy bright old long cold deep green small wooden
    """.split()  # noqa: SIM905 words in lines, not one in each
)


def paragraph(topic: str, lines: int = 6) -> str:
    """Some text about a topic, different for each topic and the same at each call."""
    chance = random.Random(topic)
    sentences = []
    for _ in range(2 * lines):
        words = chance.choices(WORDS, k=chance.randint(8, 16))
        words.insert(3, topic)
        sentences.append(" ".join(words).capitalize() + ".")
    return "\n\n".join(" ".join(sentences[at : at + 2]) for at in range(0, 2 * lines, 2))


def write_inputs(folder: Path) -> None:
    """Ten files in two languages, of which two are the same, two nearly, and two are broken."""
    folder.mkdir(parents=True)
    for topic in ("river", "orchard", "lighthouse"):
        (folder / f"{topic}.md").write_text(f"# The {topic}\n\n{paragraph(topic)}\n")
    (folder / "river_again.md").write_text(f"# The river\n\n{paragraph('river')}\n")
    (folder / "orchard_edited.txt").write_text(paragraph("orchard").replace("orchard", "garden", 1))
    (folder / "page.html").write_text(
        f"<html><body><h1>Ferry</h1><p>{paragraph('ferry')}</p></body></html>"
    )
    chinese = "".join(
        f"第{n}号水位站在今天早上记录到的水位是{n * 3 % 7}米，比昨天高。" for n in range(1, 9)
    )
    (folder / "水位.md").write_text(f"# 水位记录\n\n{chinese}\n", encoding="utf-8")
    records = [f'{{"id": {n}, "text": "{paragraph(name, 2)!s}"}}' for n, name in
               enumerate(("harbour", "meadow"))]  # fmt: skip
    lines = [record.replace("\n", " ") for record in records]
    (folder / "records.jsonl").write_text("\n".join([*lines, "{not json"]) + "\n")
    (folder / "empty.md").write_text("")
    (folder / "junk.bin").write_bytes(bytes(range(256)) * 4)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write_inputs(folder)
    return folder


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    with LocalEngine(2) as started:
        yield started


def recipe(**sections: dict[str, object]) -> Recipe:
    """The tests' recipe with some sections changed."""
    merged = {name: {**RECIPE.get(name, {}), **sections.get(name, {})}
              for name in {*RECIPE, *sections}}  # fmt: skip
    return recipe_from(merged, "test")


@pytest.fixture
def runner(inputs: Path, tmp_path: Path, engine: LocalEngine) -> Runner:
    def go(
        out: str = "out", *, on: Engine = engine, limit: int | None = None, **sections: object
    ) -> Manifest:
        job = Job((inputs,), tmp_path / out, recipe(**sections), limit)  # type: ignore[arg-type]  # sections are tables
        return run(Session(job, on))

    return go


def step(manifest: Manifest, name: str) -> dict[str, object]:
    """A step of a manifest as plain data."""
    return dataclasses.asdict(next(step for step in manifest.steps if step.name == name))


def rows(manifest: Manifest) -> dict[str, str]:
    """Content hash of each data set."""
    return {name: entry.content_sha256 for name, entry in manifest.datasets.items()}
