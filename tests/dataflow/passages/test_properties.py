"""What holds for every corpus: conservation, idempotence, invariance; what is cut stays once."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.cutting import Cutting
from dataflow.passages.repeats import CutRepeats
from tests.dataflow.passages.texts import corpus, squeezed
from tests.strategies.passages import line_texts, token_texts

EAGER = CutBoilerplate(min_documents=2, min_share=0.3, own_share=0.1, min_chars=4, pages=False)
REPEATS = [
    CutRepeats(unit="paragraph", min_paragraph_chars=6),
    CutRepeats(unit="sentence", min_sentence_chars=4),
    CutRepeats(unit="substring", min_tokens=5),
]
UNITS = [stage.unit for stage in REPEATS]


def folded(text: str) -> list[str]:
    """The tokens of `text`, as the tests define them."""
    return re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", text.lower())


def stands_in(part: str, text: str) -> bool:
    return f" {' '.join(folded(part))} " in f" {' '.join(folded(text))} "


def check_conserved(before: pl.DataFrame, cuts: pl.DataFrame, result: Cutting) -> None:
    """The text that is left is the text without its cuts, white space aside."""
    removed = {key[0]: part for key, part in result.removed.group_by("doc_id")}
    for doc_id, text, left in zip(
        before["doc_id"], before["text"], result.frame["text"], strict=True
    ):
        spans = cuts.filter(pl.col("doc_id") == doc_id).select("char_start", "char_end").rows()
        ends, starts = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)]
        stays = [text[end:start] for end, start in zip(ends, starts, strict=True)]
        assert squeezed(left) == squeezed("".join(stays))
        if not spans:
            assert left == text
            continue
        rows = removed[doc_id].rows(named=True)
        assert sorted(row["text"] for row in rows) == sorted(text[a:b] for a, b in spans)
        for place, (start, end) in enumerate(spans):
            assert text[start:end] == text[start:end].strip()
            own = [row for row in rows if row["text"] == text[start:end]]
            before_it = squeezed("".join(stays[: place + 1]))
            assert before_it in {squeezed(left[: row["position"]]) for row in own}


@given(line_texts())
@settings(deadline=None, max_examples=150)
def test_boilerplate(texts: list[str]) -> None:
    frame = corpus(texts, [f"{'ab'[i % 2]}/{i}.md" for i in range(len(texts))])
    cuts = EAGER.resolve([EAGER.collect(frame)])
    result = EAGER.cut(frame, cuts)
    check_conserved(frame, cuts, result)
    assert EAGER(result.frame).removed.is_empty()
    blocks = [EAGER.collect(frame[i : i + 2]) for i in reversed(range(0, len(frame), 2))]
    assert EAGER.resolve(blocks).equals(cuts)
    kept = result.frame.filter(~pl.col("doc_id").is_in(result.emptied))
    assert EAGER(kept).removed.is_empty()


@pytest.mark.parametrize("stage", REPEATS, ids=UNITS)
@given(texts=token_texts(), seed=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_passages(stage: CutRepeats, texts: list[str], seed: Any) -> None:
    frame = corpus(texts)
    order = frame["doc_id"].to_list()
    seed.shuffle(order)
    sequence = pl.Series(order)
    cuts = stage.resolve([stage.collect(frame)], sequence)
    result = stage.cut(frame, cuts)
    check_conserved(frame, cuts, result)
    left = dict(result.frame.select("doc_id", "text").rows())
    for row in result.removed.rows(named=True):
        assert order.index(row["of_doc_id"]) < order.index(row["doc_id"])
        assert stands_in(row["text"], left[row["of_doc_id"]])
        assert 2 <= row["copies"] <= len(texts)
    again = stage.resolve([stage.collect(result.frame)], sequence)
    if stage.unit != "sentence":  # where a sentence ends depends on the ones beside it
        assert again.is_empty()
    rows = list(range(len(frame)))
    seed.shuffle(rows)
    blocks = [stage.collect(frame[[row]]) for row in rows]
    assert stage.resolve(blocks, sequence).equals(cuts)


@given(token_texts())
@settings(deadline=None, max_examples=150)
def test_no_run_stands_in_two_documents_afterwards(texts: list[str]) -> None:
    """Against a search by brute force, which knows nothing of anchors."""
    stage = REPEATS[2]
    result = stage(corpus(texts))
    seen: set[tuple[str, ...]] = set()
    for text in result.frame["text"]:
        tokens = folded(text)
        runs = {tuple(tokens[i : i + 5]) for i in range(len(tokens) - 4)}
        assert not runs & seen
        seen |= runs


@pytest.mark.parametrize("stage", [EAGER, *REPEATS], ids=["boilerplate", *UNITS])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_elements_stay_exact(stage: CutBoilerplate | CutRepeats, data: st.DataObject) -> None:
    texts = data.draw(line_texts() if stage is EAGER else token_texts())
    column = []
    for text in texts:
        cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=5))})
        column.append([
            {"kind": "paragraph", "char_start": a, "char_end": b, "text": text[a:b].strip()}
            for a, b in pairwise(cuts)
        ])  # fmt: skip
    kind = pl.List(pl.Struct({"kind": pl.String, "char_start": pl.Int64, "char_end": pl.Int64,
                              "text": pl.String}))  # fmt: skip
    frame = corpus(texts).with_columns(pl.Series("elements", column, dtype=kind))
    result = stage(frame)
    assert result.frame.schema == frame.schema
    for text, elements in zip(result.frame["text"], result.frame["elements"], strict=True):
        done = 0
        for element in elements:
            start, end = element["char_start"], element["char_end"]
            assert done <= start <= end <= len(text)
            assert squeezed(text[start:end]) == squeezed(element["text"])
            done = end
        shown = "".join(text[e["char_start"] : e["char_end"]] for e in elements)
        assert squeezed(shown) == squeezed(text)
