"""General conversations: read, refused with a reason, chosen, and kept from giving tests away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.export.general import Conversation, choose, read_general
from dataflow.export.write import Export, Mixture, export
from dataflow.recipe import Recipe
from dataflow.sft.rows import SAMPLE_FRAME, rows_of
from dataflow.standalone.output import writing
from schemas.errors import UsageError
from schemas.samples import EVALSET, SFT

HELD = ("Who built the old mill at the weir?", "Ada Storm built it in 1904.")
HELD_ZH = ("是谁在水坝旁边建造了老磨坊？", "施艾达于1904年建造。")
GOOD = {"prompt": "a", "completion": "b"}


def written(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def nobody(_: Sequence[Conversation]) -> set[str]:
    return set()


def sharegpt(*said: tuple[str, str]) -> dict[str, Any]:
    return {"conversations": [{"from": role, "value": text} for role, text in said]}


BAD: list[tuple[Any, str]] = [
    ("{", "not_json"), ("[" * 100_000, "not_json"), ("5" * 5000, "not_json"),
    ([1], "no_conversation"), ({"messages": 5}, "no_conversation"),
    ({"instruction": "x"}, "no_conversation"), ({"prompt": 5, "completion": "x"},
    "no_conversation"), ({"messages": [{"role": ["x"], "content": "y"}]}, "no_conversation"),
    ({"messages": []}, "no_answer"),
    (sharegpt(("human", "a"), ("tool", "{}"), ("gpt", "b")), "other_role"),
    (sharegpt(("human", "a"), ("gpt", "b"), ("human", "c")), "no_answer"),
    (sharegpt(("gpt", "a")), "not_alternating"),
    (sharegpt(("human", "a"), ("human", "b"), ("gpt", "c")), "not_alternating"),
    (sharegpt(("human", "a"), ("system", "b"), ("gpt", "c")), "not_alternating"),
    ({"prompt": "x", "completion": " "}, "empty_turn"),
    ({"prompt": "x", "completion": None}, "no_conversation"),
    ({"messages": [{"role": "user", "content": ["x"]}]}, "not_text"),
    (r'{"prompt": "x", "completion": "a\ud800b"}', "not_text"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_conversation_is_counted_and_the_next_one_read(
    line: Any, reason: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "g.jsonl", line, GOOD)
    first, second = read_general(path)
    assert first == (1, reason)
    assert second[0] == 2
    found = choose([path], 5, 0, nobody)
    assert len(found.chosen) == 1
    assert (found.read, found.refused) == (2, {reason: 1})


def test_a_line_ends_at_a_line_feed_alone_and_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    said = json.dumps({"prompt": "a\u2028\u0085b", "completion": "灯塔"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + said.encode() + b"\n" + b"x" * (17 << 20) + b"\r\n{}")
    (_, first), (_, second), (number, third) = read_general(path)
    assert first == [
        {"role": "user", "content": "a\u2028\u0085b"}, {"role": "assistant", "content": "灯塔"},
    ]  # fmt: skip
    assert (second, number, third) == ("too_long", 3, "no_conversation")


def test_files_without_any_conversation_are_a_mistake(tmp_path: Path) -> None:
    path = written(tmp_path / "g.jsonl", '{"text": "x"}')
    with pytest.raises(UsageError, match=r"g\.jsonl, line 1: no_conversation"):
        choose([path], 1, 0, nobody)
    with pytest.raises(UsageError, match="cannot be read"):
        choose([tmp_path / "none.jsonl"], 1, 0, nobody)
    with pytest.raises(UsageError, match="no conversation can be read"):
        choose([written(tmp_path / "empty.jsonl")], 1, 0, nobody)


def test_the_choice_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for place, path in enumerate(paths):
        rows = [{"prompt": f"q{i}", "completion": "a"} for i in range(place * 40, place * 40 + 50)]
        written(path, *rows)
    one, other = choose(paths, 7, 0, nobody), choose(paths[::-1], 7, 0, nobody)
    assert one == other
    assert (len(one.chosen), one.read) == (7, 100)
    assert choose(paths, 7, 1, nobody).chosen != one.chosen
    assert len(choose(paths, 200, 0, nobody).chosen) == 90


def test_others_take_the_place_of_what_leaks(tmp_path: Path) -> None:
    path = written(tmp_path / "g.jsonl", *(
        {"prompt": f"q{i}", "completion": "leak" if i % 3 else "a"} for i in range(60)
    ))  # fmt: skip

    def leaking(some: Sequence[Conversation]) -> set[str]:
        return {one.key for one in some if one.turns[-1]["content"] == "leak"}

    found = choose([path], 15, 0, leaking)
    assert [said[-1]["content"] for said in found.chosen] == ["a"] * 15
    assert 15 < found.refused["leak"] <= 40
    every = choose([path], 60, 0, leaking)
    assert (len(every.chosen), every.refused) == (20, {"leak": 40})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Six training samples, a Chinese one of the test split, an English test question."""
    rows = [sample(n, "sft", "train", f"问题{n}号？", f"答{n}") for n in range(6)]
    rows += [sample(6, "sft", "test", *HELD_ZH), sample(7, "evalset", "test", *HELD)]
    frame = pl.DataFrame(rows, schema={**SAMPLE_FRAME, "split": pl.String})
    folder = tmp_path / "out"
    with writing(folder, Recipe()) as output:
        output.write(SFT, rows_of("sft", frame))
        output.write(EVALSET, rows_of("evalset", frame))
        output.close("sft", {"rows_in": 1})
    return folder


def sample(number: int, into: str, split: str, question: str, answer: str) -> dict[str, Any]:
    return dict.fromkeys(SAMPLE_FRAME) | {
        "sample_id": f"s{number:03}", "into": into, "parent": "", "doc_id": "d", "method": "m",
        "task": "qa", "lang": "zh", "instruction": question, "input": "", "output": answer,
        "history": [], "rejected": "", "flaw": "", "answerable": True, "contexts": ["上下文"],
        "context_ids": ["c"], "evidence": [], "calls": [], "seed": 0, "source": "a.md",
        "split": split,
    }  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), [HELD, HELD_ZH])
def test_what_a_test_asks_is_not_trained_on(
    question: str, answer: str, out: Path, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "g.jsonl",
        {"instruction": question, "output": answer},
        sharegpt(("system", "s"), ("human", "Hi"), ("gpt", "Hello"), ("human", question),
                 ("gpt", answer), ("human", "Thanks"), ("gpt", "Bye")),
        {"prompt": "Which rivers flow north?", "completion": "The Nile does."},
    )  # fmt: skip
    files, mixture = export(out, Export("messages", general=(path,), share=0.3))
    assert mixture is not None
    assert mixture.general.refused == {"leak": 2}
    text = (out / "export/messages/train.jsonl").read_text("utf-8")
    assert "Nile" in text
    assert answer not in text
    assert {file.name: n for file, n in files.items()} == {"train.jsonl": 7, "test.jsonl": 1}


def test_a_share_that_is_not_reached_is_told(out: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "g.jsonl", GOOD, {"prompt": "c", "completion": "d"})
    _, mixture = export(out, Export("messages", general=(path,), share=0.9))
    assert mixture == Mixture(6, 0.9, mixture.general if mixture else choose([path], 0, 0, nobody))
    assert mixture.reached == 0.25
    assert mixture.is_short
    _, enough = export(out, Export("messages", general=(path,), share=0.25))
    assert enough is not None
    assert not enough.is_short
    assert export(out, Export("messages")).mixture is None
