from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.chunking.tokenizers import get_tokenizer
from schemas.errors import MissingExtraError, UsageError


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The pump, at noon.", 6),
        ("水泵在中午启动。", 8),
        ("使用Qwen3模型", 6),  # 使 用 Qwen 3 模 型
        ("1234567", 3),
        ("internationalisation", 2),
        ("|---|:-------:|", 7),
        ("naïve café", 2),
        ("東京タワー 서울", 7),
        ("", 0),
        (" \n\t", 0),
    ],
)
def test_unicode_counts(text: str, count: int) -> None:
    assert get_tokenizer("unicode").count([text]) == [count]
    assert len(get_tokenizer("unicode").encode([text])[0]) == count


def test_a_count_bounds_the_length_of_endless_words() -> None:
    assert get_tokenizer("unicode").count(["a" * 1200, "9" * 300]) == [100, 100]


def test_unicode_hashes_are_stable_and_do_not_decode() -> None:
    tokenizer = get_tokenizer("unicode")
    first, second = tokenizer.encode(["水 pump", "pump \ud800"])
    assert first.dtype == np.int32
    assert first[1] == second[0] == 1439594641
    with pytest.raises(UsageError, match="only counts"):
        tokenizer.decode(first)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_bytes_are_reversible(text: str) -> None:
    tokenizer = get_tokenizer("bytes")
    (tokens,) = tokenizer.encode([text])
    assert tokenizer.decode(tokens) == text
    assert tokenizer.count([text]) == [len(tokens)]


def test_bytes_cut_inside_a_character_decode_to_a_replacement() -> None:
    tokenizer = get_tokenizer("bytes")
    (tokens,) = tokenizer.encode(["中"])
    assert tokenizer.decode(tokens[:2]) == "\ufffd"


VOCABULARY: dict[str, Any] = {
    "version": "1.0",
    "truncation": {"max_length": 2, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"?": 0, "pump": 1, "水泵": 2}, "unk_token": "?"},
}


def test_a_file_is_read_without_its_truncation(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(VOCABULARY), encoding="utf-8")
    tokenizer = get_tokenizer(f"hf:{path}")
    assert [t.tolist() for t in tokenizer.encode(["pump 水泵 pump valve", ""])] == [
        [1, 2, 1, 0],
        [],
    ]
    assert tokenizer.count(["pump \ud800"]) == [2]
    assert tokenizer.decode([1, 2]) == "pump 水泵"
    assert tokenizer.name == f"hf:{path}"
    assert len(tokenizer.hash) == 32


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"model": 3}', b"\xff\xfe"])
def test_what_is_no_tokenizer_file_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"is not a tokenizer\.json"):
        get_tokenizer(f"hf:{path}")


def test_a_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(VOCABULARY), encoding="utf-8")
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r"corpusmill\[embed\]"):
        get_tokenizer(f"hf:{path}")


def test_unknown_names_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="cl100k_base"):
        get_tokenizer("cl100k_base")


def test_hashes_differ() -> None:
    assert get_tokenizer("unicode").hash != get_tokenizer("bytes").hash
