from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.decontamination.stage import Decontaminate
from dataflow.diversity.leaks import leaks
from schemas.records import Reason

TURN = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))

LONG = {
    "en": "the treaty was signed by eleven states in the old town hall after nine weeks of talks",
    "zh": "该条约由十一个国家在旧市政厅经过九个星期的谈判之后于当年秋天正式签署",
}


def frame(*rows: tuple[str, str], prefix: str = "s", **more: Any) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"sample_id": f"{prefix}{i}", "instruction": question, "input": "", "output": answer,
             "history": [], "source": f"{prefix}{i}.md", **more}
            for i, (question, answer) in enumerate(rows)
        ],
        schema_overrides={"history": TURN},
    )  # fmt: skip


def refused(train: pl.DataFrame, test: pl.DataFrame) -> list[str]:
    kept, rejected = leaks(train, test)
    assert sorted([*kept["sample_id"], *rejected["id"]]) == sorted(train["sample_id"])
    assert set(rejected["reason"]) <= {Reason.CONTAMINATED.value}
    return sorted(rejected["id"])


def test_questions_worded_alike_leak_only_with_their_answers() -> None:
    test = frame(("What is the capital of France?", "Paris"), prefix="t")
    train = frame(
        ("What is the capital of Spain?", "Madrid"),
        ("What is the capital city of France?", "Paris."),
        ("Which river crosses Paris?", "The Seine"),
    )
    assert refused(train, test) == ["s1"]
    row = leaks(train, test).rejected.row(0, named=True)
    assert row["detail"] == "question and answer of test sample t0, ROUGE-L 0.92"
    assert (row["value"], row["threshold"]) == (pytest.approx(12 / 13), 0.7)
    assert (row["level"], row["source"]) == ("sample", "s1.md")


def test_short_chinese_questions_are_not_over_matched() -> None:
    test = frame(("法国的首都是哪里？", "巴黎"), ("公司是哪一年成立的？", "1904年"), prefix="t")
    train = frame(
        ("英国的首都是哪里？", "伦敦"),
        ("学校是哪一年成立的？", "1994年"),
        ("请问法国的首都是哪里？", "首都是巴黎"),
    )
    assert refused(train, test) == ["s2"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_long_answer_leaks_wherever_it_stands(lang: str) -> None:
    test = frame(("Who signed, and where?", LONG[lang]), prefix="t")
    train = frame(
        ("Summarise the passage.", f"Before: {LONG[lang]} And more."),
        (f"Shorten this: {LONG[lang]}", "short"),
        ("Summarise the passage.", "Another treaty was signed by eleven states."),
    )
    assert refused(train, test) == ["s0", "s1"]


def test_a_long_question_leaks_with_its_answer() -> None:
    asked = f"Think step by step, and then say who is meant when it says that {LONG['en']}?"
    test = frame((asked, "the eleven states of the coast"), prefix="t")
    before = "Here is a little puzzle from my notes, which I never got around to solving. " * 2
    train = frame(
        (f"{before}{asked} Thank you very much in advance, and take your time.",
         "the eleven states of the coast"),
        (f"{before}{asked} Thank you very much in advance, and take your time.", "a bakery"),
    )  # fmt: skip
    found = leaks(train, test)
    assert found.rejected["id"].to_list() == ["s0"]
    assert "holds the question of test sample t0" in found.rejected["detail"][0]


def test_earlier_turns_count() -> None:
    test = frame(("谁设计了这座大桥？", "茅以升"), prefix="t")
    history = [
        {"role": "user", "content": "这座大桥是谁设计的？谁设计了这座大桥？"},
        {"role": "assistant", "content": "是茅以升。"},
    ]
    other = [{**history[0], "content": "谁设计了这座大桥？"}, history[1]]
    train = pl.concat([
        frame(("它有多长？", "1453米"), history=history),
        frame(("它有多长？", "1453米"), prefix="r", history=other),
    ])  # fmt: skip
    assert refused(train, test) == ["r0"]


def test_without_an_answer_only_equal_questions_leak() -> None:
    test = frame(("How tall is the third tower of the castle?", ""), prefix="t")
    train = frame(
        ("How tall is the third tower of the castle?", "40 m"),
        ("How tall is the third tower of the old castle?", "40 m"),
    )
    assert refused(train, test) == ["s0"]


def test_evaluation_sets_are_held_against_samples(tmp_path: Path) -> None:
    path = tmp_path / "exam.jsonl"
    path.write_text(f'{{"id": "q7", "question": "Is it true that {LONG["en"]}?"}}\n')
    index = Decontaminate(sets=(str(path),)).load()
    train = frame(("Check this.", f"It says: {LONG['en']}"), ("Check that.", "Nothing."))
    kept, rejected = leaks(train, train.clear(), index)
    assert kept["sample_id"].to_list() == ["s1"]
    assert rejected["detail"].to_list() == ["holds a text of exam.jsonl item q7"]


def test_nothing_to_compare() -> None:
    train = frame(("A?", "B"), ("", ""))
    assert refused(train, train.clear()) == []
    assert refused(train.clear(), train) == []
    assert refused(train, frame(("", ""), prefix="t")) == []
