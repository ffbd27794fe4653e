"""What the chunks of particular documents look like, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from dataflow.chunking.chunk import ChunkText
from dataflow.chunking.tokenizers import get_tokenizer
from schemas.errors import SchemaError, UsageError


def chunked(text: str, stage: ChunkText, **columns: Any) -> list[Mapping[str, Any]]:
    frame = pl.DataFrame({"doc_id": ["d"], "text": [text], **{k: [v] for k, v in columns.items()}})
    return list(stage(frame).iter_rows(named=True))


def texts_of(text: str, stage: ChunkText, **columns: Any) -> list[str]:
    return [chunk["text"] for chunk in chunked(text, stage, **columns)]


PARTS = "The spring is tested for its force before it leaves the hall. "
PARTS_ZH = "弹簧在出厂之前都要检查弹力。"


def test_sections_are_chunks_and_know_their_headings() -> None:
    zh = PARTS_ZH * 2
    text = f"# Pump\n\n## Springs\n\n{PARTS * 2}\n\n## 阀门\n\n{zh}\n\n### 密封\n\n{zh}"
    chunks = chunked(text, ChunkText(size=60))
    assert [chunk["heading_path"] for chunk in chunks] == [
        ["Pump", "Springs"],
        ["Pump", "阀门"],
        ["Pump", "阀门", "密封"],
    ]
    assert [chunk["text"].split("\n")[0] for chunk in chunks] == ["# Pump", "## 阀门", "### 密封"]


def test_scraps_of_sections_share_a_chunk_and_the_path_they_have_in_common() -> None:
    text = "# Pump\n\n## Gas\n\nNo.\n\n## Oil\n\nYes.\n\n## Water\n\nYes."
    chunks = chunked(text, ChunkText(size=200))
    assert [(chunk["text"], chunk["heading_path"]) for chunk in chunks] == [(text, ["Pump"])]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("| Part | Torque |\n|------|--------|\n", "| bolt number {} | {} Nm |\n"),
        ("| 零件 | 扭矩 |\n|------|--------|\n", "| 第 {} 号螺栓 | {} 牛米 |\n"),
        (
            "<table>\n<tr><th>零件</th><th>Torque</th></tr>\n",
            "<tr><td>bolt {}</td><td>{}</td></tr>\n",
        ),
    ],
)
def test_a_long_table_is_cut_between_rows_and_repeats_its_header(header: str, row: str) -> None:
    rows = [row.format(i, i * 7) for i in range(20)]
    end = "</table>\n" if header.startswith("<") else ""
    text = header + "".join(rows) + end
    stage = ChunkText(size=70)
    chunks = chunked(text, stage)
    assert len(chunks) > 2
    assert "".join(chunk["text"] + "\n" for chunk in chunks) == text
    assert [chunk["prefix"] for chunk in chunks] == ["", *[header] * (len(chunks) - 1)]
    for chunk in chunks:
        whole = chunk["prefix"] + chunk["text"]
        assert get_tokenizer("unicode").count([whole]) == [chunk["n_tokens"]]
        assert chunk["n_tokens"] <= 70


def test_code_stays_whole_when_it_fits_and_is_cut_between_lines_when_not() -> None:
    code = (
        "```python\n# not a heading\ndef f(x):\n    return x + 1\n\ndef g(x):\n    return f(x)\n```"
    )
    text = f"{PARTS * 3}\n\n{code}\n\n{PARTS * 3}"
    assert code in texts_of(text, ChunkText(size=60))
    cut = texts_of(code, ChunkText(size=24))
    assert "\n".join(cut).replace("\n\n", "\n") == code.replace("\n\n", "\n")
    assert [piece.split("\n")[0] for piece in cut] == ["```python", "def g(x):"]


def test_what_leads_to_a_list_stays_with_it() -> None:
    text = f"{PARTS * 2}\n\n请检查以下零件：\n\n- 弹簧\n- 阀门\n\n{PARTS * 2}"
    (holding,) = [t for t in texts_of(text, ChunkText(size=40)) if "请检查" in t]
    assert "- 弹簧" in holding


def test_chinese_is_cut_between_sentences() -> None:
    text = "水泵在中午启动，阀门随后打开。没有人读过说明书。“请勿触摸！”他说。" * 6
    for piece in texts_of(text, ChunkText(size=40), lang="zh"):
        assert piece[-1] in "。！”"
        assert len(piece) <= 40


def test_an_endless_sentence_is_cut_at_commas_then_words_then_anywhere() -> None:
    commas = "弹簧坏了，" * 30
    assert all(piece.endswith("，") for piece in texts_of(commas, ChunkText(size=32)))
    words = "spring " * 100
    assert set(" ".join(texts_of(words, ChunkText(size=32))).split()) == {"spring"}
    endless = "x" * 2000
    assert "".join(texts_of(endless, ChunkText(size=32))) == endless
    family = "👨‍👩‍👧" * 60
    assert all(piece[0] == "👨" for piece in texts_of(family, ChunkText(size=32)))


def test_overlap_repeats_whole_sentences_within_the_cap() -> None:
    text = " ".join(f"Sentence number {i} is here." for i in range(30))
    plain = chunked(text, ChunkText("sentence", size=60))
    lapped = chunked(text, ChunkText("sentence", size=60, overlap=15))
    assert len(lapped) > len(plain)
    for before, after in pairwise(lapped):
        shared = text[after["char_start"] : before["char_end"]]
        assert shared.startswith("Sentence")
        assert shared.endswith("here.")
        assert after["n_tokens"] <= 60


def test_fixed_chunks_are_full() -> None:
    text = "word " * 1000 + "字" * 500
    sizes = [c["n_tokens"] for c in chunked(text, ChunkText("fixed", size=100))]
    assert sum(sizes) == 1500
    assert min(sizes[:-1]) >= 92


def test_pages_are_those_of_the_elements() -> None:
    text = f"{PARTS}\n\n{PARTS_ZH * 3}\n\n{PARTS}"
    second = len(PARTS) + 2
    third = second + len(PARTS_ZH) * 3 + 2
    spans = [(0, len(PARTS), 1), (second, third - 2, 2), (third, len(text), 4)]
    elements = [
        {"kind": "paragraph", "page": page, "char_start": start, "char_end": end}
        for start, end, page in spans
    ]
    whole = chunked(text, ChunkText(size=200), elements=elements)
    assert [(c["page_start"], c["page_end"]) for c in whole] == [(1, 4)]
    apart = chunked(text, ChunkText(size=45), elements=elements)
    assert [(c["page_start"], c["page_end"]) for c in apart] == [(1, 1), (2, 2), (4, 4)]


def test_columns_of_the_document_travel_with_its_chunks() -> None:
    frame = pl.DataFrame(
        {
            "doc_id": ["a", "b"],
            "text": ["One.", None],
            "source": ["x.md", "y"],
            "lang": ["en", None],
        }
    )
    (row,) = ChunkText()(frame).iter_rows(named=True)
    assert (row["doc_id"], row["source"], row["lang"]) == ("a", "x.md", "en")
    assert row["metadata"] == '{"strategy": "structure", "tokenizer": "unicode"}'
    assert (row["page_start"], row["heading_path"], row["n_tokens"]) == (None, [], 2)


def test_another_tools_elements_column_is_ignored() -> None:
    assert texts_of("# A\n\nb", ChunkText(), elements=["x"]) == ["# A\n\nb"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 15}, "at least 16"),
        ({"size": 40, "overlap": 21}, "half of size"),
        ({"overlap": -1}, "half of size"),
        ({"strategy": "semantic"}, "unknown strategy"),
    ],
)
def test_options_that_cannot_hold_are_usage_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ChunkText(**options)


def test_a_frame_without_text_is_a_schema_error() -> None:
    with pytest.raises(SchemaError, match="text"):
        ChunkText()(pl.DataFrame({"doc_id": ["a"]}))


@pytest.mark.parametrize(
    "unit",
    ["# a\n", "> ", "- a\n", "a\n", "|", "<table>\n\n", "<tr><th>", "```\n", "。", "“", "[", "x"],
)
def test_hostile_repetition_ends(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    chunks = chunked(text, ChunkText(size=64))
    assert max(chunk["n_tokens"] for chunk in chunks) <= 64
    kept = "".join("".join(chunk["text"].split()) for chunk in chunks)
    assert kept == "".join(text.split())
