from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pymupdf

from benchmarks.pdf_speed import opened, repeated, small_page, watched


def test_a_long_pdf_is_made_of_the_sources_pages_in_turn(tmp_path: Path) -> None:
    two = tmp_path / "two.pdf"
    with opened() as document:
        for word in ("first", "second"):
            document.new_page().insert_text((72, 72), word)
        document.save(two)

    made = repeated([two, small_page(tmp_path)], 7, tmp_path / "seven.pdf")

    with opened(made) as document:
        words = [page.get_text().split()[0] for page in document]
    assert words == ["first", "second", "This", "first", "second", "This", "first"]
    assert pymupdf.open is opened


def test_peak_memory_is_that_of_a_child(tmp_path: Path) -> None:
    hold = "import time; held = bytearray(150 << 20); time.sleep(0.6)"

    with watched() as peak:
        subprocess.run([sys.executable, "-c", hold], check=True)

    assert 150 <= peak.mib < 250


def test_no_child_no_peak() -> None:
    with watched() as peak:
        time.sleep(0.3)

    assert peak.mib == 0
