from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.decontamination.stage import Decontaminate
from dataflow.diversity.select import SelectSamples
from dataflow.judging.stage import JudgeSamples
from dataflow.review.stage import UseVerdicts
from dataflow.review.verdicts import Verdict
from dataflow.sft.drafts import INTO_EVALSET, INTO_PREFERENCES, INTO_RETRIEVAL, INTO_SFT
from dataflow.sft.finish import Finish, document_splits, orphans, with_splits
from dataflow.sft.make import MakeSft
from dataflow.stage import Split
from schemas.records import Reason
from tests.dataflow.sft.candidates import candidate, candidates, scores

FINISH = Finish(
    MakeSft(), Decontaminate(), UseVerdicts(),
    JudgeSamples(max_retrieval_rank={"evalset": 2, "retrieval": 2}), SelectSamples(),
)  # fmt: skip
HELD = ("oak", "elm", "ash", "fir", "yew", "bay", "fig", "灯塔", "码头")
CHUNKS = pl.DataFrame(
    [(f"c{n}", f"{word} " * 9) for n, word in enumerate(HELD)], schema=["chunk_id", "text"],
    orient="row",
)  # fmt: skip


def chunks() -> Iterator[pl.DataFrame]:
    yield CHUNKS[:5]
    yield CHUNKS[5:]


def finished(*rows: dict[str, Any], finish: Finish = FINISH) -> Split:
    return finish(candidates(rows), chunks)


def reasons(split: Split) -> dict[str, str]:
    return dict(split.rejected.select("id", "reason").iter_rows())


def verdicts(path: Path, **good: bool) -> UseVerdicts:
    said = [Verdict(name, int(yes), int(not yes), (), {}) for name, yes in good.items()]
    path.write_text("\n".join(json.dumps(dataclasses.asdict(one)) for one in said))
    return UseVerdicts(str(path))


SAID = {"instruction": "Who built the old mill at the weir?", "output": "Ada Storm"}


def test_each_decision_comes_before_the_next(tmp_path: Path) -> None:
    """A sample with every fault at once is rejected for the first; with one fewer for the next."""
    low = scores(faithfulness=0.0)
    faulty = candidate("bad", parent="gone", scores=low, **SAID)
    question = candidate("held", "evalset", split="test", **SAID)
    finish = dataclasses.replace(
        FINISH,
        review=verdicts(tmp_path / "v.jsonl", bad=False),
        select=SelectSamples(keep=1),
    )
    best = candidate("best", scores=scores(faithfulness=1.0, quality=1.0))
    good = {"sample_id": "good"}
    steps = [
        ([candidate("twin", **SAID), faulty], Reason.JUDGED_LOW),
        ([candidate("twin", **SAID), faulty | good], Reason.JUDGED_LOW),
        ([candidate("twin", **SAID), faulty | good | {"scores": scores()}], Reason.NOT_NOVEL),
        ([faulty | good | {"scores": scores()}], Reason.CONTAMINATED),
    ]
    details = []
    for rows, reason in steps:
        split = finished(question, best, *rows, finish=finish)
        (found,) = (row for row in split.rejected.to_dicts() if row["id"] == rows[-1]["sample_id"])
        assert found["reason"] == reason
        details.append(found["detail"].split(" | asked: ")[0])
    assert details[:2] == ["reviewers: 0 good, 1 bad", "faithfulness"]
    orphan = faulty | {"sample_id": "good", "output": "Nobody", "scores": scores()}
    split = finished(question, best, orphan, finish=finish)
    assert "was made from sample gone" in split.rejected["detail"][0]
    last = orphan | {"parent": ""}
    split = finished(question, best, last, finish=finish)
    assert split.rejected.select("id", "reason").rows() == [("good", "not_selected")]
    assert split.kept["sample_id"].to_list() == ["held", "best"]


def test_of_equal_samples_the_first_stays_and_names_its_twin() -> None:
    rows = [candidate("a", **SAID), candidate("b"), candidate("c", **SAID), candidate("b")]
    split = finished(*rows)
    assert split.kept["row"].to_list() == [0, 1]
    details = {row["id"]: row["detail"] for row in split.rejected.to_dicts()}
    assert details == {
        "c": "says what sample a says | asked: Who built the old mill at the weir? "
        "| answered: Ada Storm",
        "b": "says what sample b says | asked: who-b built-b this-b | answered: answer-b",
    }
    assert set(split.rejected["value"]) == {1.0}


@pytest.mark.parametrize(
    ("one", "other", "novel"),
    [
        ("Who built the old mill at the weir?", "Who built the old mill at the weir then?", False),
        ("Who built the old mill at the weir?", "When did the new bridge fall down?", True),
        ("是谁在水坝旁边建造了老磨坊？", "究竟是谁在水坝旁边建造了老磨坊？", False),
        ("是谁在水坝旁边建造了老磨坊？", "新桥为什么后来又塌了？", True),
    ],
)
def test_novelty_in_both_languages(one: str, other: str, *, novel: bool) -> None:
    split = finished(candidate("a", instruction=one), candidate("b", instruction=other))
    assert split.kept.height == 1 + novel
    assert set(split.rejected["reason"]) == (set() if novel else {Reason.NOT_NOVEL})
    assert all(value is not None for value in split.kept["scores"].struct.field("novelty"))


def test_novelty_is_for_each_data_set_and_counts_earlier_turns() -> None:
    intos = [INTO_SFT, INTO_PREFERENCES, INTO_RETRIEVAL]
    rows = [candidate(into, into, **SAID) for into in intos]
    talk = [{"role": "user", "content": "A long story about the keeper of the eastern lock gate."},
            {"role": "assistant", "content": "Go on."}]  # fmt: skip
    split = finished(*rows, candidate("talk", history=talk, **SAID))
    assert split.kept["sample_id"].to_list() == [*intos, "talk"]


def test_a_training_sample_that_gives_a_test_item_away_goes() -> None:
    split = finished(
        candidate("train", **SAID),
        candidate("pair", "preferences", **SAID),
        candidate("other", "retrieval", instruction=SAID["instruction"], output="Nobody knows"),
        candidate("item", "evalset", split="test", **SAID),
        candidate("unanswered", "evalset", split="test", instruction="Who sank it?", output=""),
        candidate("asks", "retrieval", instruction="Who sank it?"),
        candidate("held", "preferences", split="test", instruction="Why did it sink?"),
        candidate("valid", "sft", split="validation", instruction="Why did it sink?",
                  output="answer-held"),
    )  # fmt: skip
    assert reasons(split) == dict.fromkeys(("train", "pair", "asks", "valid"), "contaminated")
    assert set(split.kept["sample_id"]) == {"other", "item", "unanswered", "held"}


def test_samples_that_hold_an_evaluation_set_go(tmp_path: Path) -> None:
    item = "How many brooks fill the pond above the mill, and which one dries up in a hot summer?"
    path = tmp_path / "bench.jsonl"
    path.write_text(json.dumps({"question": item}) + "\n")
    finish = dataclasses.replace(FINISH, evaluation=Decontaminate(sets=(str(path),)))
    asked = candidate("a", instruction=item)
    question = candidate("b", "evalset", split="test", instruction=f"Say it: {item}")
    assert reasons(finished(asked, candidate("c"), finish=finish)) == {"a": "contaminated"}
    assert reasons(finished(question, finish=finish)) == {}


def test_what_was_made_of_a_sample_that_went_goes_too() -> None:
    bad = scores(faithfulness=0.01)
    split = finished(
        candidate("root", scores=bad),
        candidate("pair", "preferences", parent="root"),
        candidate("query", "retrieval", parent="root"),
        candidate("item", "evalset", parent="root", split="test"),
        candidate("fine"),
        candidate("of fine", "preferences", parent="fine"),
    )
    assert split.kept["sample_id"].to_list() == ["fine", "of fine"]
    assert reasons(split) == {
        "root": "judged_low", "pair": "not_selected", "query": "not_selected",
        "item": "not_selected",
    }  # fmt: skip


def test_the_whole_line_of_descent_goes() -> None:
    rows = [candidate("child", parent="root"), candidate("grandchild", parent="child")]
    assert orphans(candidates(rows)).kept.height == 0


def test_choice_is_among_instructions_only() -> None:
    finish = dataclasses.replace(FINISH, select=SelectSamples(keep=2))
    made = [candidate(f"s{n}") for n in range(6)]
    derived = [
        candidate(f"{into} {n}", into, parent=f"s{n}", split="test")
        for into in (INTO_PREFERENCES, INTO_EVALSET, INTO_RETRIEVAL)
        for n in range(6)
    ]
    split = finished(*made, *derived, finish=finish)
    counts = Counter(split.kept["into"])
    assert counts == {"sft": 2, "preferences": 6, "evalset": 6, "retrieval": 6}
    assert set(split.rejected["reason"]) == {"not_selected"}


def test_questions_that_no_search_answers_go() -> None:
    split = finished(
        candidate("found", "evalset", split="test", instruction="yew?", context_ids=["c4"]),
        candidate("either", "evalset", split="test", instruction="oak or elm?",
                  context_ids=["c8", "c0"]),
        candidate("query", "retrieval", instruction="灯塔在哪里", context_ids=["c7"]),
        candidate("lost", "retrieval", instruction="ash fir elm", context_ids=["c8"]),
        candidate("sft", instruction="码头 oak elm ash", context_ids=["c7"]),
        candidate("none", "evalset", split="test", instruction="a question of nothing"),
    )  # fmt: skip
    ranks = dict(split.kept.select("sample_id", pl.col("scores").struct.field("retrieval_rank"))
                 .iter_rows())  # fmt: skip
    assert reasons(split) == {"lost": "not_retrievable"}
    assert ranks["found"] == 1.0
    assert ranks["query"] == 1.0
    assert ranks["either"] <= 2
    assert ranks["sft"] is None
    assert ranks["none"] is None


def test_without_candidates_nothing_is_read() -> None:
    def unread() -> Iterator[pl.DataFrame]:
        raise AssertionError("no chunk is needed")

    split = FINISH(candidates([]), unread)
    assert (split.kept.height, split.rejected.height) == (0, 0)


WORDS = st.lists(st.sampled_from(("who", "built", "mill", "灯", "塔", "高", "42")), max_size=5)
DRAWN = st.fixed_dictionaries({
    "sample_id": st.sampled_from("abcdefgh"),
    "into": st.sampled_from(("sft", "preferences", "evalset", "retrieval")),
    "parent": st.sampled_from(("", "", *"abcxy")),
    "instruction": WORDS.map(" ".join),
    "output": WORDS.map(" ".join),
    "split": st.sampled_from(("train", "validation", "test")),
    "cluster_id": st.sampled_from("xyz"),
    "context_ids": st.lists(st.sampled_from(("c0", "c7", "gone")), max_size=2, unique=True),
    "scores": st.fixed_dictionaries(
        {"faithfulness": st.sampled_from((None, 0.0, 0.05, 0.5))}
    ).map(lambda known: scores(**known)),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(DRAWN, max_size=12), st.integers(0, 3), st.integers(0, 2))
def test_every_candidate_stays_or_is_rejected_once(
    drawn: list[dict[str, Any]], keep: int, per_cluster: int
) -> None:
    # an id says into which data set a sample goes, as a hash of both does
    rows = [
        candidate(**{**row, "sample_id": row["sample_id"] + row["into"]}) for row in drawn
    ]  # fmt: skip
    for row in rows:
        row["parent"] = row["parent"] and f"{row['parent']}sft"
    finish = dataclasses.replace(FINISH, select=SelectSamples(keep=keep, per_cluster=per_cluster))
    split = finished(*rows, finish=finish)
    kept, rejected = split.kept, split.rejected
    assert Counter(row["sample_id"] for row in rows) == (
        Counter(kept["sample_id"]) + Counter(rejected["id"])
    )
    numbers = kept["row"].to_list()
    assert numbers == sorted(set(numbers))
    assert kept["sample_id"].is_unique().all()
    mine = kept.filter(pl.col("into") == "sft")
    assert not keep or mine.height <= keep
    assert not per_cluster or all(n <= per_cluster for n in Counter(mine["cluster_id"]).values())
    unselected = set(rejected.filter(pl.col("reason") == "not_selected")["id"])
    ids = {*kept["sample_id"], *unselected, ""}
    assert set(kept["parent"]) <= ids
    known = kept["scores"].struct.field("faithfulness").drop_nulls()
    assert (known >= 0.1).all()
    again = finished(*rows, finish=finish)
    assert again.kept.equals(kept)
    assert again.rejected.equals(rejected)


@settings(max_examples=30, deadline=None)
@given(st.lists(DRAWN, max_size=8))
def test_what_stays_would_stay_again(drawn: list[dict[str, Any]]) -> None:
    rows = [
        candidate(**{**row, "sample_id": str(number), "parent": ""})
        for number, row in enumerate(drawn)
    ]
    kept = finished(*rows).kept
    again = FINISH(kept, chunks)
    assert again.kept["sample_id"].equals(kept["sample_id"])


DOCUMENTS = pl.DataFrame({"doc_id": [f"d{n}" for n in range(300)]})


def test_documents_of_a_cluster_lie_in_one_split() -> None:
    clustered = DOCUMENTS.with_columns(cluster_id=pl.Series([f"k{n // 3}" for n in range(300)]))
    found = document_splits(clustered, MakeSft(validation=0.2, test=0.3))
    assert found.columns == ["doc_id", "cluster_id", "split"]
    assert (found.group_by("cluster_id").agg(pl.col("split").n_unique())["split"] == 1).all()
    counts = Counter(found["split"])
    assert 0.2 < counts["test"] / 300 < 0.4
    assert 0.1 < counts["validation"] / 300 < 0.3


def test_a_document_keeps_its_split_when_others_come() -> None:
    stage = MakeSft(test=0.5)
    whole = document_splits(DOCUMENTS, stage)
    part = document_splits(DOCUMENTS[40:50], stage)
    assert part.equals(whole[40:50])
    other = document_splits(DOCUMENTS, dataclasses.replace(stage, seed=1))
    assert not other.equals(whole)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["train", "validation", "test"], ["train", "validation", "test"]),
        (["Dev", "TEST", None], ["validation", "test", "train"]),
        (["val", "", "../../etc"], ["validation", "train", "train"]),
    ],
)
def test_splits_that_documents_bring_are_theirs(
    said: list[str | None], expected: list[str]
) -> None:
    documents = pl.DataFrame({"doc_id": list("abc"), "split": said})
    found = document_splits(documents, MakeSft(test=0.9))
    assert found["split"].to_list() == expected
    assert found["cluster_id"].to_list() == list("abc")


def test_one_part_of_an_input_follows_what_was_found_in_all_of_it() -> None:
    part = pl.DataFrame({"doc_id": list("abcdef"), "split": ["train"] * 6})
    stage = MakeSft(test=0.9)
    assert set(document_splits(part, stage, given=True)["split"]) == {"train"}
    assert "test" in set(document_splits(part, stage)["split"])


def test_a_sample_without_a_document_is_for_training() -> None:
    rows = [candidate("free", doc_id=""), candidate("held", doc_id="d1")]
    documents = pl.DataFrame({"doc_id": ["d1"], "cluster_id": ["k"], "split": ["test"]})
    found = with_splits(candidates(rows).drop("cluster_id", "split"), documents)
    assert found.select("sample_id", "cluster_id", "split").rows() == [
        ("free", "", "train"), ("held", "k", "test"),
    ]  # fmt: skip


def test_the_model_of_verdicts_sees_the_rank_it_was_trained_on(tmp_path: Path) -> None:
    """Of two queries alike but for their rank, the one found first is the better one."""
    path = tmp_path / "v.jsonl"
    many = [
        Verdict(f"v{n:03}", n % 2, 1 - n % 2, (),
                scores(retrieval_rank=1.0 if n % 2 else 3.0) | {"method": "m", "task": "qa"})
        for n in range(80)
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(dataclasses.asdict(one)) for one in many))
    finish = dataclasses.replace(
        FINISH,
        review=UseVerdicts(str(path)),
        judge=JudgeSamples(min_quality=0.5),
    )
    split = finished(
        candidate("first", "retrieval", instruction="yew?", context_ids=["c4"]),
        candidate("late", "retrieval", instruction="oak or elm?", context_ids=["c4"]),
        finish=finish,
    )
    ranks = split.kept["scores"].struct.field("retrieval_rank").to_list()
    assert (split.kept["sample_id"].to_list(), ranks) == (["first"], [1.0])
    (row,) = split.rejected.to_dicts()
    assert (row["id"], row["reason"]) == ("late", "judged_low")
    assert row["detail"].startswith("quality")


def test_two_questions_on_one_passage_are_two() -> None:
    passage = "The mill at the weir was built by Ada Storm in 1871 and burnt down in 1904. " * 6
    rows = [
        candidate("a", instruction="Who built the mill at the weir?", input=passage),
        candidate("b", instruction="When did it burn to the ground?", input=passage),
        candidate("c", instruction="Who built the mill at the weir, please?", input=passage),
        candidate("d", instruction="Who built the mill at the weir?", input="Another. " * 60),
    ]
    assert finished(*rows).kept["sample_id"].to_list() == ["a", "b", "d"]
