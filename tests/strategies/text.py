"""Texts in English and Chinese with everything that cleaning and scoring must cope with."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import strategies as st

from schemas.document import ElementKind
from schemas.tables import ELEMENT

FRAGMENTS = (
    "word", "exam-", "ple", "Infor-", "mation", "well-", "known", " ", "  ", "\t", "\n", "\n\n",
    "\r\n", "\r", "\x0c", "\u2028", "\u2029", "\x00", "\x85", "\u200b", "\u200d", "\ufeff", "\xad",
    "\u202e", "\xa0", "\u3000", "\u2003", "中文", "，", "。", "ＡＢ１", "．", "ﬁ", "ﬃ", "⽤", "⻓",
    "ｶﾞ", "e\u0301", "\u0301", "\u0316", "x²", "½", "cafÃ©", "â€œ", "ä½\xa0å¥½", "ÄãºÃÊÀ½ç",
    "锟斤拷", "浣犲ソ锛", "```\n", "~~~\n", "| a | b |", "    code-", "- item", "# 标题", "😀",
    "\ufffd", "\ue000", "...", "……", "-", "‐", "the", "的", "and",
)  # fmt: skip
fragments = st.sampled_from(FRAGMENTS)
messy_texts = st.lists(fragments, max_size=14).map("".join)
any_texts = st.one_of(messy_texts, st.text(max_size=40))

ENGLISH = (
    "The mill stands by the river and grinds corn for the whole village.",
    "Every morning the miller opens the sluice, and the wheel begins to turn.",
    "Visitors are welcome in summer, but they should not touch the gears.",
    "It was built in 1784 by a carpenter who had never seen one before.",
)
CHINESE = (
    "水车立在河边，为全村的人磨面。",
    "每天早上磨坊主打开水闸，轮子就开始转动。",
    "夏天欢迎游客来参观，但是请不要触摸齿轮。",
    "它是一位木匠在一七八四年建造的，他以前从来没有见过水车。",
)
paragraphs = st.one_of(st.sampled_from(ENGLISH), st.sampled_from(CHINESE))


@st.composite
def element_rows(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A text and its elements: disjoint spans in order, and some elements outside the text."""
    text, elements = "", []
    for _ in range(draw(st.integers(0, 5))):
        text += draw(st.sampled_from(("", "\n", "\n\n", "- ", "\u200b", " ", "\n\n\n\n\n")))
        own = draw(messy_texts)
        kind = draw(st.sampled_from(list(ElementKind))).value
        outside = draw(st.booleans()) and draw(st.booleans())
        start = None if outside else len(text)
        text += "" if outside else own
        elements.append(
            {
                "kind": kind, "page": 1, "bbox": [0.0, 1.5, 2.0, 3.0], "char_start": start,
                "char_end": None if outside else len(text), "level": None, "marker": None,
                "confidence": 0.5, "text": own,
                "cells": [_cell(draw(messy_texts))] if kind == "table" else None,
            }
        )  # fmt: skip
    return text + draw(st.sampled_from(("", "\n", " \n\n"))), elements


def _cell(text: str) -> dict[str, Any]:
    return {
        "row": 0, "col": 0, "row_span": 1, "col_span": 1, "header": False, "text": text,
        "bbox": None,
    }  # fmt: skip


def documents(rows: list[tuple[str, list[dict[str, Any]]]]) -> pl.DataFrame:
    """A frame of `doc_id`, `source`, `text` and `elements` as they stand on disk."""
    table = pa.table(
        {
            "doc_id": pa.array([f"{i:032x}" for i in range(len(rows))], pa.string()),
            "source": pa.array([f"{i}.md" for i in range(len(rows))], pa.string()),
            "text": pa.array([text for text, _ in rows], pa.large_string()),
            "elements": pa.array([elements for _, elements in rows], pa.list_(ELEMENT)),
        }
    )
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def frame_of(*texts: str | None, **columns: list[Any]) -> pl.DataFrame:
    """A frame of `doc_id`, `source`, `text` and more columns."""
    ids = [f"{i:032x}" for i in range(len(texts))]
    sources = [f"{i}.md" for i in range(len(texts))]
    base = pl.DataFrame(
        {"doc_id": ids, "source": sources, "text": pl.Series(texts, dtype=pl.String)}
    )
    return base.with_columns(*(pl.Series(name, values) for name, values in columns.items()))
