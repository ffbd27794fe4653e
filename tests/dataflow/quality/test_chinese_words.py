"""Chinese words: where they begin depends on nothing but the run of characters they stand in."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.quality import chinese_words
from dataflow.quality.character_classes import HAN, STARTS, class_table
from schemas.errors import MissingExtraError

PIECES = (
    "水车立在河边",
    "的",
    "研究生命的起源",
    "，",
    " ",
    "\n",
    "abc",
    "二〇二六年",
    "㐀",
    "\U00020000",
)


def cut(text: str) -> list[str]:
    """The Chinese words of `text`."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    bits = class_table()[codes]
    chinese_words.mark_words(codes, bits)
    han, starts = bits & HAN != 0, set(np.flatnonzero(bits & STARTS).tolist())
    words: list[str] = []
    for i, char in enumerate(text):
        if i in starts:
            words.append(char)
        elif han[i]:
            words[-1] += char
    return words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("他们在北京。", ["他们", "在", "北京"]),
        ("GPU算力，很强", ["算力", "很强"]),
        ("no words", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert cut(text) == words


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_slices_and_neighbours_do_not_matter(pieces: list[str]) -> None:
    text = "。".join(pieces)
    alone = [word for piece in pieces for word in cut(piece)]
    assert cut(text) == alone
    whole = chinese_words.SLICE_CHARS
    try:
        chinese_words.SLICE_CHARS = 3
        assert cut(text) == alone
    finally:
        chinese_words.SLICE_CHARS = whole


def test_a_word_added_elsewhere_changes_nothing() -> None:
    import rjieba

    before = cut("研究生命的起源")
    rjieba.add_word("生命的起源", 90_000, "n")
    assert cut("研究生命的起源") == before


def test_a_missing_package_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese_words._cutter.cache_clear()
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(MissingExtraError, match="pip install corpusmill"):
        cut("水车")
    monkeypatch.undo()
    chinese_words._cutter.cache_clear()
    assert cut("水车") == ["水车"]
