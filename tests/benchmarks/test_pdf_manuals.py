from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import pdf_manuals
from benchmarks.pdf_manuals import Truth, nid, truth

CONTENTS = """<html><body><div class="toc"><a href="pr.html">Preface</a>
<a href="one.html">1. Wells</a> <a href="one.html#a">1.1</a> <a href="two.html">2.</a>
</div></body></html>"""
ONE = """<html><body><div class="navheader">next</div>
<h1 class="title">Chapter 1. Wells</h1><div class="toc">1.1. Depth</div>
<p>The <b>level</b> rose<a class="footnote" href="#f"><sup>[7]</sup></a>, see
<a class="xref" href="two.html">Section 2.1, “Much longer”</a> and
<a href="http://example.org/a-b">this page</a> and <a href="http://unseen.example">that</a>.</p>
<div class="table"><p class="title">Table 1. Levels</p><table><tr><td>a</td><td>b</td></tr></table>
</div><div class="footnotes"><div class="footnote"><p><a href="#x"><sup>[7] </sup></a>By night.</p>
</div></div></body></html>"""
PRINTED = (
    "Wells The level rose1, see Section 2.1 and this page (http://example.org/a-\nb) and that."
)


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(CONTENTS, encoding="utf-8")
    (tmp_path / "pr.html").write_text("<html><body><h1>Preface</h1>No.</body></html>")
    (tmp_path / "one.html").write_text(ONE, encoding="utf-8")
    (tmp_path / "two.html").write_text(
        "<html><body><p>水位 上升。</p></body></html>", encoding="utf-8"
    )
    return tmp_path / "index.html"


def test_the_truth_is_what_the_pages_print(manual: Path) -> None:
    found = truth(manual, "Wells", PRINTED)

    assert found.text == (
        "Chapter 1. Wells The level rose, see Section 2.1 and this page (http://example.org/a-b) "
        "and that. Table 1. Levels a b By night.水位上升。"
    )
    assert found.floating == ("Table 1. Levels", "By night.")
    assert 0.4 < found.ceiling < 1.0


def test_what_floats_may_stand_anywhere() -> None:
    wanted = Truth(
        "One two. Table 1 Levels. Three four. Note 123.", ("Table 1 Levels.", "Note 123."), 1.0
    )

    missed = nid((wanted, "Ta-\nble 1 Levels. One two.\n\nThree four."))

    assert 0.7 < missed < 0.9
    assert nid((wanted, "One two. Three four. Table 1 Levels. Note 123.")) == 1.0
    assert nid((wanted, "Three four. One two. Table 1 Levels. Note 123.")) < 0.8


def test_a_package_that_cannot_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)

    with pytest.raises(FileNotFoundError, match="no package debian-faq in"):
        pdf_manuals.unpacked(pdf_manuals.MANUALS[0], tmp_path)
