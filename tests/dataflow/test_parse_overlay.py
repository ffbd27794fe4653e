"""Pictures of pages beside the parsed documents: where they go, what happens when one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pytest

from dataflow import parse_overlay
from dataflow.execution.outcome import A, B, Limits, Outcome, OutcomeKind
from dataflow.ingest import Found
from dataflow.parse_overlay import DrawTask, Overlay, draw_file
from dataflow.pipeline.session import Progress
from dataflow.written import LEDGER
from parsers.base import ParseOptions
from schemas.errors import ParseError, UsageError
from schemas.records import Reason
from schemas.source import MediaType

PNG = b"\x89PNG"


@dataclass
class Here:
    """An engine in this process; the worker of the item `dies_at` (0-based) dies at its end."""

    dies_at: int = -1

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        for number, item in enumerate(items):
            value = fn(item)
            if number == self.dies_at:
                yield Outcome(OutcomeKind.TIMEOUT, detail=f"no result after {limits.seconds:g} s")
            else:
                yield Outcome(OutcomeKind.OK, value)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to stop."""


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, list[bytes | ParseError]]:
    """Pages by the file's content, in place of those that the parser would draw."""
    made: dict[bytes, list[bytes | ParseError]] = {}

    def fake(source: Any, data: bytes, options: ParseOptions) -> Iterator[tuple[int, Any]]:
        yield from enumerate(made[data], 1)

    monkeypatch.setattr(parse_overlay, "overlays", fake)
    return made


def pdf(folder: Path, name: str, body: str = "one") -> Found:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7 " + body.encode())
    return Found(path, name, 1, 1, 1)


def drawn(overlay: Overlay, files: list[Found], engine: Here | None = None) -> dict[str, Any]:
    """The summary after drawing `files`, which were all parsed as PDFs."""
    for file in files:
        row = {
            "source": [file.uri], "suffix": [""], "media_type": [MediaType.PDF.value],
            "name": [f"{file.uri.removesuffix('.pdf')}.md"],
        }  # fmt: skip
        list(overlay.noted([(pl.DataFrame(row), [])], ".md"))
    return overlay.draw(files, ParseOptions(), Limits(), engine or Here(), Progress())


def tree(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.name != LEDGER)
    return sorted(path.relative_to(folder).as_posix() for path in files if path.is_file())


def test_a_folder_for_each_document(tmp_path: Path, pages: dict[bytes, list[Any]]) -> None:
    pages[b"%PDF-1.7 one"] = [PNG, PNG]
    files = [pdf(tmp_path / "in", "a.pdf"), pdf(tmp_path / "in", "深/水位.pdf")]
    overlay = Overlay(tmp_path / "pages", [tmp_path / "in"])
    assert drawn(overlay, files) == {
        "overlay": str(tmp_path / "pages"), "overlay_pages": 4, "overlay_failures": [],
        "overlay_skipped": [],
    }  # fmt: skip
    assert tree(tmp_path / "pages") == [
        "a/page-0001.png", "a/page-0002.png", "深/水位/page-0001.png", "深/水位/page-0002.png",
    ]  # fmt: skip
    assert not [path for path in (tmp_path / "pages").iterdir() if path.name.startswith(".tmp")]


def test_pages_that_fail_are_told_and_older_ones_go(
    tmp_path: Path, pages: dict[bytes, list[Any]]
) -> None:
    pages[b"%PDF-1.7 one"] = [PNG, PNG, PNG]
    file = pdf(tmp_path / "in", "a.pdf")
    drawn(Overlay(tmp_path / "pages", []), [file])
    (tmp_path / "pages" / "a" / "page-0004.png").write_text("mine")
    pages[b"%PDF-1.7 one"] = [PNG, ParseError(Reason.PARSE_FAILED, "a bad font", page=2)]
    summary = drawn(Overlay(tmp_path / "pages", []), [file])
    assert summary["overlay_pages"] == 1
    assert summary["overlay_failures"] == [
        {"source": "a.pdf", "page": 2, "detail": "page 2: a bad font"}
    ]
    assert tree(tmp_path / "pages") == ["a/page-0001.png", "a/page-0004.png"]


def test_what_a_dead_worker_had_drawn_stays(tmp_path: Path, pages: dict[bytes, list[Any]]) -> None:
    pages[b"%PDF-1.7 one"] = [PNG]
    files = [pdf(tmp_path / "in", name) for name in ("a.pdf", "b.pdf")]
    summary = drawn(Overlay(tmp_path / "pages", []), files, Here(dies_at=0))
    assert summary["overlay_pages"] == 2
    assert summary["overlay_failures"] == [
        {"source": "a.pdf", "page": None, "detail": "no result after 300 s"}
    ]


def test_a_picture_that_is_not_ours_is_kept(tmp_path: Path, pages: dict[bytes, list[Any]]) -> None:
    pages[b"%PDF-1.7 one"] = [PNG, PNG]
    mine = tmp_path / "pages" / "a" / "page-0002.png"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    overlay = Overlay(tmp_path / "pages", [])
    overlay.check(["a"])
    summary = drawn(overlay, [pdf(tmp_path / "in", "a.pdf")])
    assert (summary["overlay_pages"], mine.read_text()) == (1, "mine")
    (failure,) = summary["overlay_failures"]
    assert failure["page"] == 2
    assert "was not made by corpusmill" in failure["detail"]
    mine.rename(mine.with_name("page-0001.png"))
    with pytest.raises(UsageError, match="was not made by corpusmill"):
        Overlay(tmp_path / "pages" / "a", []).check(["../a"])


def test_an_input_is_no_place_for_pictures(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose another output folder"):
        Overlay(tmp_path, [tmp_path])


def test_pictures_of_an_earlier_call_are_no_inputs(
    tmp_path: Path, pages: dict[bytes, list[Any]]
) -> None:
    pages[b"%PDF-1.7 one"] = [PNG]
    file = pdf(tmp_path, "a.pdf")
    drawn(Overlay(tmp_path / "pages", []), [file])
    ours = Found(tmp_path / "pages" / "a" / "page-0001.png", "pages/a/page-0001.png", 1, 1, 1)
    mine = Found(tmp_path / "pages" / "photo.png", "pages/photo.png", 1, 1, 1)
    found = Overlay(tmp_path / "pages", []).without_pictures([file, ours, mine])
    assert [kept.uri for kept in found] == ["a.pdf", "pages/photo.png"]


def test_records_and_other_formats_are_named_once(tmp_path: Path) -> None:
    overlay = Overlay(tmp_path / "pages", [])
    frame = pl.DataFrame(
        {
            "source": ["r.jsonl#1", "r.jsonl#2"], "suffix": ["#1", "#2"],
            "media_type": ["application/jsonl"] * 2, "name": ["r-1.md", "r-2.md"],
        }
    )  # fmt: skip
    assert len(list(overlay.noted([(frame, [])], ".md"))) == 1
    summary = overlay.draw([], ParseOptions(), Limits(), Here(), Progress())
    assert summary["overlay_skipped"] == ["r.jsonl"]


def test_a_file_that_changed_since_it_was_parsed(tmp_path: Path) -> None:
    def told(path: Path) -> list[tuple[int | None, str]]:
        return draw_file(DrawTask(bytes(path), bytes(tmp_path), ParseOptions()))

    (tmp_path / "page.pdf").write_text("<!doctype html><p>No PDF.</p>")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n")
    assert told(tmp_path / "page.pdf") == [(None, "is no PDF any more")]
    assert told(tmp_path / "gone.pdf") == [(None, "cannot be read: No such file or directory")]
    ((page, detail),) = told(tmp_path / "cut.pdf")
    assert page is None
    assert detail
