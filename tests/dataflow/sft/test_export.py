from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataflow.sft.export import FORMATS, export
from dataflow.sft.make import MakeSft
from schemas.errors import UsageError
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, document, frame

STRANGE = "# A strange heading\n\nOne\u2028two\u2029three. " + "Lines may end anywhere. " * 10


def samples(fmt: str, path: Path) -> list[dict[str, Any]]:
    rows = [document(STRANGE, "en"), document(CHINESE, "zh", "凯里港的灯塔")]
    kept = [MakeSft(per_document=20)(frame(row), by_heading(row)).kept for row in rows]
    frames = kept[0].vstack(kept[1])
    assert export(frames, fmt, path) == frames.height
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert "\u2028" not in text
    assert "\u2029" not in text
    assert "\\u2028" in text
    assert "灯塔" in text
    found = [json.loads(line) for line in text.splitlines()]
    assert len(found) == frames.height
    return found


def test_messages(tmp_path: Path) -> None:
    for sample in samples("messages", tmp_path / "a.jsonl"):
        assert list(sample) == ["messages"]
        assert [turn["role"] for turn in sample["messages"]] == ["user", "assistant"]
        assert all(turn["content"] for turn in sample["messages"])


def test_alpaca(tmp_path: Path) -> None:
    found = samples("alpaca", tmp_path / "a.jsonl")
    assert {tuple(sample) for sample in found} == {("instruction", "input", "output")}
    assert any(sample["input"] for sample in found)
    assert any("\u2028" in sample["output"] for sample in found)


def test_sharegpt(tmp_path: Path) -> None:
    for sample in samples("sharegpt", tmp_path / "a.jsonl"):
        assert [turn["from"] for turn in sample["conversations"]] == ["human", "gpt"]
        assert all(turn["value"] for turn in sample["conversations"])


def test_prompt_completion(tmp_path: Path) -> None:
    for sample in samples("prompt_completion", tmp_path / "a.jsonl"):
        assert list(sample) == ["prompt", "completion"]
        assert [turn["role"] for turn in sample["prompt"]] == ["user"]
        assert [turn["role"] for turn in sample["completion"]] == ["assistant"]


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    found = {fmt: samples(fmt, tmp_path / fmt) for fmt in FORMATS}
    for alpaca, messages, sharegpt, pair in zip(
        found["alpaca"],
        found["messages"],
        found["sharegpt"],
        found["prompt_completion"],
        strict=True,
    ):
        outputs = {
            alpaca["output"],
            messages["messages"][1]["content"],
            sharegpt["conversations"][1]["value"],
            pair["completion"][0]["content"],
        }
        assert len(outputs) == 1


def test_unknown_format(tmp_path: Path) -> None:
    row = document(ENGLISH, "en")
    kept = MakeSft()(frame(row), by_heading(row)).kept
    with pytest.raises(UsageError, match="alpaca"):
        export(kept, "parrot", tmp_path / "a.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_no_samples_make_an_empty_file(tmp_path: Path) -> None:
    row = document("", "en")
    kept = MakeSft()(frame(row), by_heading(row)).kept
    assert export(kept, "messages", tmp_path / "a.jsonl") == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""
