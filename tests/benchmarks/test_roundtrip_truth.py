"""The typesetting half of the round trip: sources as blocks, styles, truths, the index."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.pdf_roundtrip import pages, truth
from benchmarks.pdf_roundtrip.measure import column_widths
from benchmarks.pdf_roundtrip.model import Figure, Formula, Para, Table, plain
from benchmarks.pdf_roundtrip.plan import engines_of
from benchmarks.pdf_roundtrip.source import HERE, load, names, split_of
from benchmarks.pdf_roundtrip.style import choose

SOURCE = """---
title: Title
lang: {lang}
kind: report
columns: 1
authors: [A, B]
---

# One

Text with a note.[^n]

{caption}

<table>
<thead><tr><th rowspan="2">a</th><th colspan="2">b</th></tr><tr><th>c</th><th>d</th></tr></thead>
<tbody><tr><td>x &lt; y</td><td>1</td><td>2</td></tr></tbody>
</table>

- item
   1. inner

![alt](figure:bars)

{figure}

```formula
a = b
```

[^n]: The note.
"""
CAPTIONS = {"en": ("Table 1: Cells", "Figure 1: Bars"), "zh": ("表 1　单元格", "图 1 柱")}


def write(folder: Path, lang: str) -> None:
    caption, figure = CAPTIONS[lang]
    text = SOURCE.format(lang=lang, caption=caption, figure=figure)
    (folder / "doc.md").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_captions_belong_to_their_table_and_figure(tmp_path: Path, lang: str) -> None:
    write(tmp_path, lang)
    doc = load("doc", tmp_path)
    table = next(block for block in doc.blocks if isinstance(block, Table))
    figure = next(block for block in doc.blocks if isinstance(block, Figure))
    assert (plain(table.caption), plain(figure.caption)) == CAPTIONS[lang]
    assert [plain(b.text) for b in doc.blocks if isinstance(b, Para)] == ["Text with a note.1"]
    assert Formula("a = b") in doc.blocks
    assert (table.rows, table.cols, table.head) == (3, 3, 2)
    assert table.owner(1, 0).row == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_truth_has_its_table_in_html_and_its_list_in_lines(tmp_path: Path, lang: str) -> None:
    write(tmp_path, lang)
    doc = load("doc", tmp_path)
    style = choose(doc, "chromium")
    said = "\n\n".join(
        piece.markdown for block in doc.blocks for piece in truth.pieces(block, style)
    )
    assert said.startswith("## One\n\nText with a note.1")
    assert '<tr><th rowspan="2">a</th><th colspan="2">b</th></tr>' in said
    assert "<td>x &lt; y</td>" in said
    assert "- item\n\n   1. inner" in said
    above = said.index(CAPTIONS[lang][0].replace("　", " ")) < said.index("<table>")
    assert above == style.caption_above
    assert "x < y" in truth.words_only(said)


def test_a_table_whose_spans_do_not_fit_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "en")
    path = tmp_path / "doc.md"
    path.write_text(path.read_text().replace('rowspan="2"', 'rowspan="1"'))
    with pytest.raises(ValueError, match="holes"):
        load("doc", tmp_path)


def test_columns_take_the_room_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, "en")
    table = next(block for block in load("doc", tmp_path).blocks if isinstance(block, Table))
    assert sum(column_widths(table, 300.0, 10.0, full=True)) == pytest.approx(300.0)
    assert sum(column_widths(table, 300.0, 10.0, full=False)) < 300.0
    assert sum(column_widths(table, 20.0, 10.0, full=False)) == pytest.approx(20.0)


def test_words_join_over_hyphens_and_chinese_signs_stand_alone() -> None:
    assert pages.words("exam-\nple 表格") == {"example": 1, "表": 1, "格": 1}
    assert pages.squeezed("Ａ b-\nc") == "abc"


def test_every_document_is_set_as_planned_and_both_halves_know_both_languages() -> None:
    index = json.loads((HERE / "index.json").read_text(encoding="utf-8"))
    plan = engines_of(load(name) for name in names())
    assert set(index) == {
        f"{name}.{engine}" for name, engines in plan.items() for engine in engines
    }
    assert {len(engines) for engines in plan.values()} == {1, 2}
    assert all(row["split"] == split_of(row["doc"]) for row in index.values())
    for row in index.values():
        said = (HERE / "truth" / f"{row['doc']}.{row['engine']}.md").read_bytes()
        assert hashlib.sha256(said).hexdigest() == row["truth_sha256"]
    sides = {(row["lang"], row["split"]) for row in index.values()}
    assert sides == {(lang, half) for lang in ("en", "zh") for half in ("dev", "kept")}
