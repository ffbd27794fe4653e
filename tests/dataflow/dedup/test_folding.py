"""Folding and shingling agree with plain Python on any text."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataflow.dedup import folding, kernels
from dataflow.dedup.signatures import Scheme, SignatureBlock, sign_texts, utf8
from tests.dataflow.dedup import oracle
from tests.strategies.dedup import ANY, TRICKY

SCHEME = Scheme(version=1, permutations=16, ngram=5, seed=1)


def block_of(*texts: str | None) -> SignatureBlock:
    ids = pl.Series([str(place) for place in range(len(texts))], dtype=pl.String)
    return sign_texts(ids, pl.Series(list(texts), dtype=pl.String), SCHEME)


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.one_of(ANY, TRICKY), min_size=1, max_size=6))
@example(["a\u0301 b", "á b", "가", "가", "ガ", "ｶﾞ"])
def test_sizes_and_equality_are_those_of_plain_python(texts: list[str]) -> None:
    block = block_of(*texts)
    expected = [oracle.shingles(text) for text in texts]
    assert np.diff(block.offsets).tolist() == [len(each) for each in expected]
    for i, one in enumerate(texts):
        for j, other in enumerate(texts):
            same_units = oracle.units(one) == oracle.units(other)
            assert (block.content[i] == block.content[j]).all() == same_units


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World!", "hello world"),
        ("## **Hello**\n\n> World", "hello world"),
        ("ＡＢＣ　ｄｅｆ", "abc def"),
        ("磨坊，把谷物磨成面粉。", "磨坊 把谷物\n磨成面粉"),
        ("Σίσυφος ΣΊΣΥΦΟΣ", "σίσυφοσ σίσυφοσ"),
        ("ofﬁce", "OFFICE"),
        ("cafe\u0301", "café"),
    ],
)
def test_formatting_does_not_count(one: str, other: str) -> None:
    block = block_of(one, other)
    assert block.content[0].tolist() == block.content[1].tolist()
    assert block.signatures[0].tolist() == block.signatures[1].tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("foo bar", "foobar"),
        ("foo bar", "bar foo"),
        ("a b c d e", "abcde"),
        ("की", "का"),
        ("😀😀", "😀"),
        ("!!!", ""),
        ("磨坊", "坊磨"),
        ("", "a"),
    ],
)
def test_content_counts(one: str, other: str) -> None:
    block = block_of(one, other)
    assert block.content[0].tolist() != block.content[1].tolist()


def test_a_null_text_is_an_empty_one() -> None:
    block = block_of(None, "", " \n")
    assert np.diff(block.offsets).tolist() == [1, 1, 1]
    assert len({tuple(row) for row in block.content.tolist()}) == 1


def test_a_long_run_of_combining_marks_is_not_quadratic() -> None:
    hostile = "a" + "\u0301\u0323" * 200_000  # unicodedata takes minutes for this order
    block = block_of(hostile, "a")
    assert np.diff(block.offsets).tolist() == [1, 1]
    assert block.content[0].tolist() != block.content[1].tolist()  # the first mark makes an á


def test_expansions_outgrow_the_first_guess() -> None:
    text = "\ufdfa " * 5000  # 3 bytes become 18 characters
    expected = oracle.shingles(text)
    assert np.diff(block_of(text).offsets).tolist() == [len(expected)]


def test_every_assigned_character_folds_as_in_plain_python() -> None:
    codes = [code for code in range(folding.TABLE_SIZE) if not 0xD800 <= code < 0xF900]
    chars = [chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn"]
    assert len(chars) > 130_000
    lines = [" ".join(chars[at : at + 500]) for at in range(0, len(chars), 500)]
    expected = [len(oracle.shingles(line)) for line in lines]
    assert np.diff(block_of(*lines).offsets).tolist() == expected


def test_the_table_is_read_only_and_its_shortcuts_are_true() -> None:
    table = folding.fold_table()
    assert not table.codes.flags.writeable
    for first, end in folding.FOLDS_TO_ITSELF:
        for code in (*range(first, min(end, first + 300)), end - 1):
            assert folding.fold(chr(code)) == chr(code)
            assert folding.is_word_character(chr(code)), hex(code)
            assert table.codes[code] == code | folding.LETTER | folding.IDEOGRAPH


def test_batches_cover_all_rows_and_do_not_change_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"text number {place} " * (place % 7) for place in range(50)]
    whole = block_of(*texts)
    monkeypatch.setattr("dataflow.dedup.signatures.BATCH_BYTES", 100)
    parts = block_of(*texts)
    for name in ("content", "signatures", "shingles", "offsets"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


@settings(deadline=None)
@given(st.one_of(ANY, TRICKY), st.text("ab1_ .…é字カ-", max_size=40))
@example("no letters become several: … ½", "")
@example("字 a bcdef ghijk", "")
def test_one_pass_over_words_is_the_two_it_saves(text: str, tail: str) -> None:
    table = folding.fold_table()
    data, offsets = utf8(pl.Series([text + " " + tail]))
    end = int(offsets[1])
    room = np.empty(20 * end + 8, np.uint32)
    size, letters, ideographs = kernels.folded(data, 0, end, table.codes, table.expansions, room)
    words = letters > 0 and ideographs * kernels.LETTERS_PER_WORD <= letters - ideographs
    found, expected = np.empty((2, size + end // 2 + 2), np.uint64)
    content, contents = np.empty((2, 2), np.uint64)
    count = kernels.word_units(data, 0, end, table.codes, table.expansions, found, content)
    if count < 0:
        assert not words or any(len(folding.fold(char)) > 1 for char in text + tail)
        return
    assert words
    number = kernels.write_units(room, size, kernels.WORDS, expected, contents)
    assert found[:count].tolist() == expected[:number].tolist()
    assert content.tolist() == contents.tolist()
    assert count <= end // 2 + 1


def test_a_mark_far_behind_plain_text_is_seen() -> None:
    for before in (0, 30, 31, 32, 33, 64, 100):
        one, other = "a" * before + "e\u0301", "a" * before + "é"
        block = block_of(one, other, "a" * before + "e")
        assert block.content[0].tolist() == block.content[1].tolist()
        assert block.content[0].tolist() != block.content[2].tolist()
