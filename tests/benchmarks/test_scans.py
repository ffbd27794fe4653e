from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.ocr import cells, plain, rate, score, spaced
from benchmarks.scans.pages import CONDITIONS, LANGUAGES, LAYOUTS, made, pixels
from parsers.base import ParseOptions
from parsers.registry import parse_bytes
from schemas.document import Document


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_says_what_its_truth_says(language: str, layout: str) -> None:
    import pymupdf

    page = made(language, layout)
    with pymupdf.open(stream=page.pdf, filetype="pdf") as document:  # type: ignore[no-untyped-call]
        found = document[0].get_text().replace("\xad", "-")  # one glyph for both hyphens
    assert sorted(plain(found)) == sorted(plain(page.text))
    assert bool(page.table) is (layout in ("ruled", "borderless"))


def test_other_seeds_take_other_paragraphs() -> None:
    assert made("zh", "column", 0).text != made("zh", "column", 1).text


def test_a_bad_scan_is_grey_noisy_and_always_the_same() -> None:
    page = made("en", "headings")
    first = pixels(page, CONDITIONS["degraded150"])
    assert first == pixels(page, CONDITIONS["degraded150"])
    image = Image.open(io.BytesIO(first))
    assert image.info["dpi"] == pytest.approx((150, 150), rel=0.01)
    assert 5 < float(np.asarray(image, float)[:60].std()) < 20


def test_scores() -> None:
    assert plain("ａ b\n中") == "ab中"
    assert spaced(" a \n b") == "a b"
    assert cells([["1,204", "x"], ["b"]], [["1,204 ", "y"], ["b", "c"]]) == 2
    page = made("en", "ruled")
    rows = [list(row) for row in page.table]
    right = score(page, {"text": page.text, "rows": rows, "cpu": 2.0})
    assert (right["errors"], right["cells"], right["of_cells"]) == (0, 45, 45)
    wrong = score(page, {"text": "", "rows": [], "cpu": 1.0})
    assert (wrong["errors"], wrong["cells"]) == (wrong["length"], 0)
    assert rate([right, wrong], "errors", "length") == 0.5


@pytest.mark.real
@pytest.mark.filterwarnings("ignore")  # paddlex and its dependencies warn while they load
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", ["ruled", "borderless"])
def test_a_table_in_a_bad_scan_is_read_without_a_wrong_cell(language: str, layout: str) -> None:
    page = made(language, layout)
    data = pixels(page, CONDITIONS["degraded150"])
    (document,) = parse_bytes("scan.png", data, ParseOptions())
    assert isinstance(document, Document)
    (table,) = [element.table for element in document.elements if element.table is not None]
    assert cells(table.grid(), page.table) == 45
    assert "leaning by -" in document.issues[0].detail
