"""Rows of samples in the shapes of trainers: one object a line, training columns only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Shape = Callable[[Row], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Format:
    """Which data set it is made of, the columns it needs, and the objects that a row becomes."""

    data_set: str
    columns: tuple[str, ...]
    shape: Shape


def _messages(row: Row) -> Iterator[dict[str, Any]]:
    yield {"messages": turns(row["messages"])}


def _prompt_completion(row: Row) -> Iterator[dict[str, Any]]:
    said = turns(row["messages"])
    yield {"prompt": said[:-1], "completion": said[-1:]}


def _alpaca(row: Row) -> Iterator[dict[str, Any]]:
    sample: dict[str, Any] = {name: row[name] for name in ("instruction", "input", "output")}
    system = [turn["content"] for turn in row["messages"] if turn["role"] == "system"]
    earlier = [turn["content"] for turn in row["messages"][:-2] if turn["role"] != "system"]
    if system:
        sample["system"] = "\n".join(system)
    if earlier:
        sample["history"] = [earlier[i : i + 2] for i in range(0, len(earlier), 2)]
    yield sample


def _sharegpt(row: Row) -> Iterator[dict[str, Any]]:
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    said = [{"from": names[t["role"]], "value": t["content"]} for t in turns(row["messages"])]
    yield {"conversations": said}


def _preference(row: Row) -> Iterator[dict[str, Any]]:
    yield {
        "prompt": turns(row["prompt"]),
        "chosen": [{"role": "assistant", "content": row["chosen"]}],
        "rejected": [{"role": "assistant", "content": row["rejected"]}],
    }


def _kto(row: Row) -> Iterator[dict[str, Any]]:
    for content, label in ((row["chosen"], True), (row["rejected"], False)):
        completion = [{"role": "assistant", "content": content}]
        yield {"prompt": turns(row["prompt"]), "completion": completion, "label": label}


def _rag(row: Row) -> Iterator[dict[str, Any]]:
    yield {
        "question": row["question"], "ground_truth": row["ground_truth"],
        "contexts": list(row["contexts"]), "context_ids": list(row["context_ids"]),
        "answerable": row["answerable"], "id": row["sample_id"],
    }  # fmt: skip


def _pairs(row: Row) -> Iterator[dict[str, Any]]:
    yield {"query": row["query"], "positive": row["positive"], "positive_id": row["positive_id"]}


def turns(messages: list[Mapping[str, str]]) -> list[dict[str, str]]:
    """Messages as plain objects with role and content."""
    return [{"role": m["role"], "content": m["content"]} for m in messages]


FORMATS: dict[str, Format] = {
    "messages": Format("sft", ("messages",), _messages),
    "prompt_completion": Format("sft", ("messages",), _prompt_completion),
    "alpaca": Format("sft", ("messages", "instruction", "input", "output"), _alpaca),
    "sharegpt": Format("sft", ("messages",), _sharegpt),
    "preference": Format("preferences", ("prompt", "chosen", "rejected"), _preference),
    "kto": Format("preferences", ("prompt", "chosen", "rejected"), _kto),
    "rag": Format(
        "evalset",
        ("sample_id", "question", "ground_truth", "contexts", "context_ids", "answerable"),
        _rag,
    ),
    "pairs": Format("retrieval", ("query", "positive", "positive_id"), _pairs),
}
"""`messages` also is OpenAI's fine-tuning format; `prompt_completion`, `preference` and `kto` are
TRL's conversational ones, the first with the loss on the completion; `alpaca` has `history` where
there were earlier turns; `rag` is a test set, `pairs` trains retrievers."""
