from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.export.general import wanted
from dataflow.export.masked import CHATML, IGNORED, ChatTemplate, Masker
from dataflow.export.write import TOKENS, Export, export
from dataflow.recipe import Recipe
from dataflow.sft.rows import SAMPLE_FRAME, rows_of
from dataflow.standalone.output import writing
from schemas.errors import UsageError
from schemas.samples import EVALSET, PREFERENCES, RETRIEVAL, SFT

STRANGE = "one\u2028two\u2029three"
TALK = [
    {"role": "user", "content": "灯塔建于何时？"},
    {"role": "assistant", "content": "1871年。"},
]


def candidate(number: int, into: str, split: str, **fields: Any) -> dict[str, Any]:
    row = dict.fromkeys(SAMPLE_FRAME) | {
        "sample_id": f"s{number:03}", "into": into, "parent": "", "doc_id": "d", "method": "m",
        "task": "qa", "lang": "zh", "instruction": f"问题{number}", "input": "", "output": STRANGE,
        "history": [], "rejected": "", "flaw": "", "answerable": True, "contexts": ["上下文"],
        "context_ids": ["c"], "evidence": [], "calls": [], "seed": 0, "source": "a.md",
        "split": split,
    }  # fmt: skip
    return row | fields


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with six samples in two splits and one row of each other data set."""
    rows = [candidate(i, "sft", "train" if i < 4 else "test") for i in range(6)]
    rows[1] |= {"input": "一段", "history": TALK}
    rows += [
        candidate(6, "preferences", "train", rejected="不对", flaw="number", history=TALK),
        candidate(7, "evalset", "test"),
        candidate(8, "retrieval", "train"),
    ]
    frame = pl.DataFrame(rows, schema={**SAMPLE_FRAME, "split": pl.String})
    folder = tmp_path / "out"
    with writing(folder, Recipe()) as output:
        for into, data_set in (
            ("sft", SFT), ("preferences", PREFERENCES), ("evalset", EVALSET),
            ("retrieval", RETRIEVAL),
        ):  # fmt: skip
            output.write(data_set, rows_of(into, frame))
        output.close("sft", {"rows_in": 1})
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert "\u2028" not in text
    assert "\u2029" not in text
    return [json.loads(line) for line in text.splitlines()]


def test_one_file_for_each_split_that_has_samples(out: Path) -> None:
    found = export(out, Export("messages")).files
    names = {path.relative_to(out / "export").as_posix(): n for path, n in found.items()}
    assert names == {"messages/train.jsonl": 4, "messages/test.jsonl": 2}
    first, second = lines(out / "export/messages/train.jsonl")[:2]
    assert first == {
        "messages": [
            {"role": "user", "content": "问题0"}, {"role": "assistant", "content": STRANGE},
        ]
    }  # fmt: skip
    assert [turn["content"] for turn in second["messages"]] == [
        "灯塔建于何时？", "1871年。", "问题1\n\n一段", STRANGE,
    ]  # fmt: skip


def test_a_second_export_replaces_the_first(out: Path) -> None:
    folder = out / "export" / "messages"
    folder.mkdir(parents=True)
    (folder / "validation.jsonl").write_text("old", encoding="utf-8")
    export(out, Export("messages"))
    assert sorted(path.name for path in folder.iterdir()) == ["test.jsonl", "train.jsonl"]


def test_alpaca_has_the_earlier_turns(out: Path) -> None:
    export(out, Export("alpaca"))
    first, second = lines(out / "export/alpaca/train.jsonl")[:2]
    assert first == {"instruction": "问题0", "input": "", "output": STRANGE}
    assert second["history"] == [["灯塔建于何时？", "1871年。"]]
    assert second["input"] == "一段"


def test_sharegpt_alternates_and_begins_with_a_human(out: Path) -> None:
    export(out, Export("sharegpt"))
    for sample in lines(out / "export/sharegpt/train.jsonl"):
        speakers = [turn["from"] for turn in sample["conversations"]]
        assert speakers == ["human", "gpt"] * (len(speakers) // 2)


def test_prompt_completion_splits_before_the_last_answer(out: Path) -> None:
    export(out, Export("prompt_completion"))
    second = lines(out / "export/prompt_completion/train.jsonl")[1]
    assert [turn["role"] for turn in second["prompt"]] == ["user", "assistant", "user"]
    assert second["completion"] == [{"role": "assistant", "content": STRANGE}]


def test_preferences_as_pairs_and_as_labels(out: Path) -> None:
    export(out, Export("preference"))
    (pair,) = lines(out / "export/preference/train.jsonl")
    assert pair["rejected"] == [{"role": "assistant", "content": "不对"}]
    assert pair["prompt"][:2] == TALK
    export(out, Export("kto"))
    labels = [
        (s["completion"][0]["content"], s["label"]) for s in lines(out / "export/kto/train.jsonl")
    ]
    assert labels == [(STRANGE, True), ("不对", False)]


def test_test_questions_and_query_pairs(out: Path) -> None:
    export(out, Export("rag"))
    (item,) = lines(out / "export/rag/test.jsonl")
    assert (item["question"], item["contexts"], item["answerable"]) == ("问题7", ["上下文"], True)
    export(out, Export("pairs"))
    (pair,) = lines(out / "export/pairs/train.jsonl")
    assert pair == {"query": "问题8", "positive": "上下文", "positive_id": "c"}


@pytest.mark.parametrize("fmt", ["bytes"])
def test_loss_is_on_the_assistant_and_its_end_mark(fmt: str) -> None:
    tokenizer = get_tokenizer(fmt)
    found = Masker(tokenizer, CHATML)(
        [*TALK, {"role": "user", "content": "几米？"}, {"role": "assistant", "content": "42米。"}]
    )
    learned = [t for t, label in zip(found["input_ids"], found["labels"], strict=True)
               if label != IGNORED]  # fmt: skip
    assert tokenizer.decode(learned) == "1871年。<|im_end|>42米。<|im_end|>"
    assert tokenizer.decode(found["input_ids"]).startswith(
        "<|im_start|>user\n灯塔建于何时？<|im_end|>\n"
    )
    assert found["assistant_masks"] == [int(label != IGNORED) for label in found["labels"]]


def test_tokens_of_a_split(out: Path) -> None:
    export(out, Export(TOKENS))
    samples = lines(out / "export/tokens/train.jsonl")
    assert len(samples) == 4
    assert all(len(s["input_ids"]) == len(s["labels"]) for s in samples)


@pytest.mark.parametrize(
    ("own", "share", "n"), [(60, 0.4, 40), (70, 0.3, 30), (0, 0.5, 0), (9, 0, 0)]
)
def test_share_is_of_the_whole(own: int, share: float, n: int) -> None:
    assert wanted(own, share) == n


def test_general_data_is_spread_over_the_training_split_alone(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "general.jsonl"
    shapes = [
        {
            "messages": [
                {"role": "system", "content": "s"},
                {"role": "user", "content": "x"},
                {"role": "assistant", "content": "y"},
            ]
        },
        {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
        {"instruction": "c", "input": "d", "output": "e"},
        {"prompt": "f", "completion": "g"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in shapes), encoding="utf-8")
    options = Export("messages", general=(path,), share=0.5, seed=3)
    counts = {file.name: n for file, n in export(out, options).files.items()}
    assert counts == {"train.jsonl": 8, "test.jsonl": 2}
    first = (out / "export/messages/train.jsonl").read_bytes()
    own = [STRANGE in str(s) or s["messages"][-1]["content"] == STRANGE
           for s in lines(out / "export/messages/train.jsonl")]  # fmt: skip
    assert own == [True, False] * 4
    export(out, options)
    assert (out / "export/messages/train.jsonl").read_bytes() == first


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"fmt": "yaml"}, "unknown format"), ({"fmt": "messages", "share": 0.3}, "files"),
     ({"fmt": "kto", "general": (Path("x"),), "share": 0.3}, "only"),
     ({"fmt": "messages", "share": 0.95}, "share"),
     ({"fmt": "alpaca", "template": ChatTemplate(end="</s>")}, "chat template")],
)  # fmt: skip
def test_options_that_make_no_sense(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Export(**fields)


def test_without_the_data_set_it_says_what_to_do(tmp_path: Path) -> None:
    with writing(tmp_path / "o", Recipe()) as output:
        output.close("chunk", {"rows_in": 0})
    with pytest.raises(UsageError, match="corpusmill sft"):
        export(tmp_path / "o", Export("messages"))
