from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parsers.pdf import layout_model
from parsers.pdf.layout_model import PyMuPdfLayoutModel
from parsers.pdf.page import ModelRegion, RegionKind
from parsers.pdf.reader_pymupdf import faults
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.records import Reason
from tests.parsers.pdf.made import HAN, LOREM, column, pdf, text


class FakeNetwork:
    """Says the same of every page, or raises."""

    def __init__(self, said: list[Any] | Exception) -> None:
        self.said = said

    def predict(self, page: Any, do_sort: bool) -> list[Any]:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def model_that(monkeypatch: pytest.MonkeyPatch, said: list[Any] | Exception) -> PyMuPdfLayoutModel:
    network = FakeNetwork(said)
    monkeypatch.setattr(layout_model, "_network", lambda: network)
    monkeypatch.setattr(layout_model, "_faults", faults)
    return PyMuPdfLayoutModel(pdf(lambda page: text(page, 50, 100, "Grain")))


def test_boxes_and_kinds_are_taken_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_that(
        monkeypatch,
        [[50.04, 90, 80.06, 101, "text"], [0, 0, 9, 9, "watermark"], [1, 2, 3, 4, "table"]],
    )
    assert model.regions(1) == (
        ModelRegion(RegionKind.TEXT, BBox(50.0, 90.0, 80.1, 101.0)),
        ModelRegion(RegionKind.TABLE, BBox(1.0, 2.0, 3.0, 4.0)),
    )


def test_a_page_that_it_cannot_judge_has_no_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_that(monkeypatch, ValueError("no features")).regions(1) == ()
    assert model_that(monkeypatch, []).regions(7) == ()


def test_memory_is_the_limit_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MemoryError):
        model_that(monkeypatch, RuntimeError("malloc (9 bytes) failed to alloc")).regions(1)


def test_a_turned_page_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    network = FakeNetwork([[1, 2, 3, 4, "table"]])
    monkeypatch.setattr(layout_model, "_network", lambda: network)

    def draw(page: Any) -> None:
        text(page, 50, 100, "Grain")
        page.set_rotation(90)

    assert PyMuPdfLayoutModel(pdf(draw)).regions(1) == ()


def test_a_package_that_is_not_there_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    layout_model._package.cache_clear()
    layout_model._network.cache_clear()
    monkeypatch.setattr(layout_model, "import_module", absent)
    with pytest.raises(MissingExtraError, match="pip install"):
        PyMuPdfLayoutModel(pdf(lambda page: text(page, 50, 100, "Grain"))).regions(1)


def test_a_file_that_cannot_be_opened() -> None:
    with pytest.raises(ParseError) as caught:
        PyMuPdfLayoutModel(b"no file at all")
    assert caught.value.reason is Reason.CORRUPT


@pytest.fixture
def real() -> Iterator[PyMuPdfLayoutModel]:
    def draw(page: Any) -> None:
        text(page, 60, 90, "The mill and its stones", 20, "hebo")
        y = column(page, 60, 140, 470, LOREM * 4)
        column(page, 60, y + 20, 470, HAN * 4, font="china-s")
        text(page, 290, 815, "7", 8)

    model = PyMuPdfLayoutModel(pdf(draw))
    yield model
    model.close()


@pytest.mark.real
def test_the_real_model_tells_titles_from_text(real: PyMuPdfLayoutModel) -> None:
    found = real.regions(1)
    kinds = {kind for kind, _ in found}
    assert kinds & {RegionKind.TITLE, RegionKind.HEADING}
    paragraphs = [box for kind, box in found if kind is RegionKind.TEXT]
    assert len(paragraphs) >= 2
    assert all(50 <= box.x0 < box.x1 <= 545 for box in paragraphs)
    assert real.regions(1) == found
