from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from dataflow.io.shards import iterate, read_manifest
from dataflow.llm.account import Account
from dataflow.llm.spending import Budget, Prices, Spent, Tokens
from dataflow.report import exhibits
from dataflow.report.collect import collect, to_json
from dataflow.report.sample_model import SampleSummary
from dataflow.report.sieves import SIEVES, score_bounds
from dataflow.report.variety import LANGUAGES, LANGUAGES_HELD
from dataflow.report.wording_samples import PARTS, SETS, TRAIT_VALUES
from dataflow.sft import drafts
from dataflow.sft.make import BY_MODEL, BY_RULES
from dataflow.sft.rows import DATA_SETS
from schemas.records import Level, Reason, StageName
from tests.dataflow.report.fake_run import (
    RECIPE,
    FakeRun,
    Row,
    exam,
    full_run,
    preference,
    query,
    reject,
    sample,
    scored,
    turns,
)

JUDGE: dict[str, Any] = {
    "min_faithfulness": 0.1, "min_curation": 0.0, "min_judge": 0.5, "min_reward": None,
    "max_ifd": 1.0, "max_retrieval_rank": [["evalset", 10], ["retrieval", 20], ["sft", 0]],
}  # fmt: skip
SFT: dict[str, Any] = {
    "support": 0.8, "novelty": 0.7, "perspectives": [], "difficulties": [["easy", 0.25],
    ["hard", 0.75]],
}  # fmt: skip


def recipe(**sections: dict[str, Any]) -> dict[str, Any]:
    return {**RECIPE, "sft": SFT, "judge": JUDGE, **sections}


def refused(name: str, reason: Reason, **changes: Any) -> Row:
    return reject(name, StageName.SFT, reason, level=Level.SAMPLE.value, **changes)


def summary(run: FakeRun, out: Path) -> SampleSummary:
    run.write(out)
    made = collect(out, read_manifest(out)).samples
    assert made is not None
    return made


def counts(found: Any) -> list[tuple[str, int]]:
    return [(count.name, count.count) for count in found]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return summary(full_run(), tmp_path_factory.mktemp("run"))


def test_rows_are_counted_by_split_language_and_part(made: SampleSummary) -> None:
    assert [(s.name, s.rows, s.train, s.validation, s.test, s.other) for s in made.sets] == [
        ("sft", 3, 2, 0, 1, 0), ("preferences", 1, 1, 0, 0, 0), ("evalset", 2, 0, 0, 2, 0),
        ("retrieval", 2, 1, 0, 1, 0),
    ]  # fmt: skip
    assert made.rows == 8
    by_name = {one.name: one for one in made.sets}
    assert counts(by_name["sft"].languages) == [("en", 2), ("zh", 1)]
    assert {name: (one.by, counts(one.parts)) for name, one in by_name.items()} == {
        "sft": ("method", [("extractive", 3)]), "preferences": ("flaw", [("negation", 1)]),
        "evalset": ("answerable", [("false", 1), ("true", 1)]),
        "retrieval": ("task", [("keywords", 2)]),
    }  # fmt: skip
    assert counts(made.tasks) == [("qa", 2), ("title", 1)], "of instructions alone"
    assert counts(made.writers) == [("rules", 8)]


def test_a_split_that_is_none_and_an_empty_data_set_are_told(tmp_path: Path) -> None:
    run = FakeRun(sft=[sample("a", "s", split="held")], preferences=[])
    sets = {one.name: one for one in summary(run, tmp_path).sets}
    assert (sets["sft"].rows, sets["sft"].other, sets["sft"].train) == (1, 1, 0)
    assert sets["preferences"].rows == 0


def test_the_funnel_leads_from_candidates_to_the_rows(tmp_path: Path) -> None:
    rejects = [
        refused("1", Reason.LLM_FAILED), refused("2", Reason.COPIES_SOURCE),
        refused("3", Reason.EVIDENCE_UNSUPPORTED), refused("4", Reason.COPIES_SOURCE),
        refused("5", Reason.NOT_NOVEL), refused("6", Reason.CONTAMINATED),
        refused("7", Reason.JUDGED_LOW), refused("8", Reason.NOT_SELECTED),
        reject("x", StageName.DEDUP, Reason.NEAR_DUPLICATE),
    ]  # fmt: skip
    run = FakeRun(sft=[sample("a", "s"), sample("a", "t")], rejects=rejects)
    found = summary(run, tmp_path).sieves
    assert [(one.name, one.came, one.left_out) for one in found] == [
        ("answers", 10, 1), ("checks", 9, 3), ("judges", 6, 1), ("novelty", 5, 1),
        ("leaks", 4, 1), ("choice", 3, 1),
    ]  # fmt: skip
    assert counts(found[1].reasons) == [("copies_source", 2), ("evidence_unsupported", 1)]
    assert found[-1].came - found[-1].left_out == 2, "what is left are the rows"


def test_every_reason_of_a_decision_stands_once() -> None:
    named = Counter(reason for reasons in SIEVES.values() for reason in reasons)
    assert set(named.values()) == {1}


def test_bounds_are_those_of_the_recipe_without_those_that_are_off() -> None:
    found = score_bounds(recipe())
    assert {name: [(b.value, b.at_least) for b in bounds] for name, bounds in found.items()} == {
        "support": [(0.8, True)], "novelty": [(0.7, False)], "faithfulness": [(0.1, True)],
        "judge": [(0.5, True)], "ifd": [(1.0, False)],
        "retrieval_rank": [(10.0, False), (20.0, False)],
    }  # fmt: skip
    assert [bound.languages for bound in found["retrieval_rank"]] == ["evalset", "retrieval"]
    assert found["judge"][0].citation == "[judge] min_judge"
    same = score_bounds(recipe(judge={"max_retrieval_rank": [["evalset", 10], ["sft", 10]]}))
    assert [(b.value, b.languages) for b in same["retrieval_rank"]] == [(10.0, "")]


@pytest.mark.parametrize(
    "bad", [{}, {"judge": 3, "sft": None}, {"judge": {"min_judge": "x", "max_retrieval_rank": 7}},
            {"sft": {"support": True, "novelty": float("nan")}},
            {"judge": {"max_retrieval_rank": [["a"], 3, ["b", None]]}}],
)  # fmt: skip
def test_a_recipe_that_makes_no_sense_has_no_bounds(bad: dict[str, Any], tmp_path: Path) -> None:
    assert score_bounds(bad) == {}
    made = summary(FakeRun(sft=[sample("a", "s")], recipe=bad), tmp_path)
    assert [h.bounds for h in made.scores] == [()]


def test_scores_show_what_each_bound_left_out(tmp_path: Path) -> None:
    run = FakeRun(
        recipe=recipe(),
        sft=[sample("a", "s", scores=scored(support=0.9, judge=0.75, answer_tokens=5.0))],
        retrieval=[query("a", "q", scores=scored(retrieval_rank=3.0, answer_tokens=90.0))],
        rejects=[
            refused("1", Reason.JUDGED_LOW, detail="judge", value=0.25, threshold=0.5),
            refused("2", Reason.JUDGED_LOW, detail="reviewers: 0 good, 2 bad", value=0.0),
            refused("3", Reason.NOT_RETRIEVABLE, detail="retrieval_rank", value=31.0),
            refused("4", Reason.EVIDENCE_UNSUPPORTED, value=0.5, threshold=0.8),
            refused("5", Reason.EVIDENCE_UNSUPPORTED, value=2.0, threshold=0.0, detail="a name"),
            refused("6", Reason.NOT_NOVEL, value=0.9, threshold=0.7),
            reject("7", StageName.FILTER, Reason.JUDGED_LOW, detail="judge", value=0.1),
        ],
    )  # fmt: skip
    scores = {one.name: one for one in summary(run, tmp_path).scores}
    seen = {name: (sum(one.kept), sum(one.rejected)) for name, one in scores.items()}
    assert seen == {
        "judge": (1, 1), "retrieval_rank": (1, 1), "support": (1, 1), "novelty": (0, 1),
        "answer_tokens": (1, 0),
    }  # fmt: skip
    assert scores["answer_tokens"].largest == 5, "of instructions: a query's answer is a chunk"
    assert list(scores)[-1] == "answer_tokens", "those without a bound come last"


def asked(name: str, difficulty: str, **changes: Any) -> Row:
    return sample("a", name, difficulty=difficulty, backend="openai", model="m", **changes)


def test_a_mix_that_a_model_was_asked_for_counts_its_samples_alone(tmp_path: Path) -> None:
    rows = [asked(f"e{n}", "easy", perspective="expert") for n in range(3)]
    rows += [asked("m", "medium"), sample("a", "r", difficulty="hard")]
    made = summary(FakeRun(sft=rows, recipe=recipe()), tmp_path)
    mixes = {trait.name: trait for trait in made.traits}
    assert mixes["difficulty"].wanted == (("hard", 0.75), ("easy", 0.25))
    assert counts(mixes["difficulty"].counts) == [("hard", 0), ("easy", 3), ("medium", 1)]
    assert dict(mixes["perspective"].wanted) == dict.fromkeys(drafts.PERSPECTIVES, 0.25)
    assert {trait.by for trait in made.traits} == {"sft"}
    assert counts(made.writers) == [("openai m", 4), ("rules", 1)]


def test_a_mix_that_is_chosen_for_counts_all_instructions(tmp_path: Path) -> None:
    chosen = {"languages": [["zh", 0.6]], "difficulties": [["easy", 0.5]]}
    rows = [asked("e", "easy"), sample("a", "r"), sample("a", "z", lang="zh")]
    made = summary(FakeRun(sft=rows, recipe=recipe(select=chosen)), tmp_path)
    mixes = {trait.name: trait for trait in made.traits}
    assert counts(mixes["lang"].counts) == [("zh", 1), ("en", 2)]
    assert mixes["lang"].by == mixes["difficulty"].by == "select"
    assert counts(mixes["difficulty"].counts) == [("easy", 1), ("", 2)], "'' is without one"


def test_what_rules_give_has_no_target(made: SampleSummary) -> None:
    assert [(t.name, counts(t.counts), t.wanted, t.by) for t in made.traits] == [
        ("perspective", [("novice", 1)], (), "")
    ]


def test_variety_is_measured_by_language(tmp_path: Path) -> None:
    rows = [sample("a", f"{n}", instruction="Write a poem about rain.") for n in range(4)]
    rows += [sample("a", "x", instruction="Name the tallest hill.")]
    rows += [sample("a", "z", instruction="写一首诗。", lang="zh")]
    english, chinese = summary(FakeRun(sft=rows, rows_per_shard=2), tmp_path).variety
    assert (english.lang, english.samples, chinese.lang, chinese.samples) == ("en", 5, "zh", 1)
    assert english.distinct_1 == pytest.approx(9 / 24, abs=0.05)
    assert 1 < english.vendi < 2, "two kinds, one of them rare"
    assert chinese.vendi == 1
    assert english.self_bleu > 0.6
    (verb, other) = english.verbs
    assert (verb.name, verb.count, counts(verb.nouns)) == ("write", 4, [("poem", 4)])
    assert (other.name, other.count) == ("name", 1)


def test_many_languages_are_bounded(tmp_path: Path) -> None:
    rows = [sample("a", f"{n}", lang=f"l{n}") for n in range(LANGUAGES_HELD + 9)]
    rows += [sample("a", f"zh {n}", lang="zh", instruction=f"第{n}题？") for n in range(3)]
    found = summary(FakeRun(sft=rows[::-1]), tmp_path).variety
    assert len(found) == LANGUAGES
    assert found[0].lang == "zh"


def test_the_account_of_a_model_is_told(tmp_path: Path) -> None:
    account = Account(
        Budget(10_000, 2.0), Prices(100.0, 400.0), Spent(tokens=1000, nanos=250_000_000)
    )
    account.paid(Tokens(700, 300))
    account.lost(Tokens(50, 50))
    account.cached = 8
    account.failures.update({"timeout": 2, "malformed": 1})
    counts_told = {"files": 1, "files_bad": 0, "llm": account.as_dict()}
    spent = summary(FakeRun(sft=[sample("a", "s")], counts=counts_told), tmp_path).spent
    assert spent is not None
    assert (spent.requests, spent.cached, spent.unknown_tokens) == (2, 8, 100)
    assert (spent.tokens_before, spent.tokens_left) == (1000, 7900)
    assert spent.money == pytest.approx(0.07 + 0.12 + 0.025)
    assert spent.money_left == pytest.approx(2 - 0.25 - spent.money)
    assert counts(spent.failures) == [("timeout", 2), ("malformed", 1)]


@pytest.mark.parametrize("told", [{}, None, 3, "x"])
def test_without_an_account_nothing_was_spent(told: object, tmp_path: Path) -> None:
    run = FakeRun(sft=[sample("a", "s")], counts={"llm": told})
    assert summary(run, tmp_path).spent is None


def test_cards_take_turns_over_methods_and_languages(tmp_path: Path) -> None:
    rows = [
        sample("a", f"{method}{lang}{task}{n}", method=method, lang=lang, task=task)
        for method in ("dialogue", "extractive", "table") for lang in ("en", "zh")
        for task in "abcdefg" for n in range(3)
    ]  # fmt: skip
    shown = summary(FakeRun(sft=rows), tmp_path).shown
    assert len(shown) == exhibits.SHOWN["sft"]
    assert Counter((row.method, row.lang) for row in shown) == dict.fromkeys(
        [(m, lang) for m in ("dialogue", "extractive", "table") for lang in ("en", "zh")], 2
    )
    assert [row.method for row in shown[:3]] == ["dialogue", "extractive", "table"]
    assert {row.lang for row in shown[:3]} == {"en", "zh"}, "not all first ones of one language"
    assert len({(row.method, row.lang, row.task) for row in shown}) == len(shown)


def test_a_conversation_is_shown_in_turns(tmp_path: Path) -> None:
    spoken = turns("Q1", "A1", "Q2", "A2", "Q3", "A3", "Q4", "A4")
    rows = [
        sample("a", "long", method="dialogue", messages=spoken),
        sample("a", "short", messages=turns("Q", "A")),
    ]
    long, short = summary(FakeRun(sft=rows), tmp_path).shown
    assert [(turn.role, turn.text) for turn in long.turns][:3] == [
        ("user", "Q1"), ("assistant", "A1"), ("user", "Q2"),
    ]  # fmt: skip
    assert (len(long.turns), long.n_turns) == (exhibits.TURNS, 8)
    assert (short.turns, short.n_turns) == ((), 0)


def pair(chosen: str, rejected: str, tmp_path: Path) -> list[tuple[str, str]]:
    rows = [preference("a", "p", chosen=chosen, rejected=rejected)]
    (row,) = summary(FakeRun(preferences=rows), tmp_path).shown
    assert (row.answer, row.rejected) == (chosen[: exhibits.TEXT], rejected[: exhibits.TEXT])
    return [(change.kind, change.text) for change in row.changes]


def test_a_preference_shows_the_words_that_differ(tmp_path: Path) -> None:
    english = pair("It opens on Monday at nine.", "It opens on Friday at nine.", tmp_path / "en")
    assert english == [
        ("same", "It opens on "), ("only_kept", "Monday"), ("only_dropped", "Friday"),
        ("same", " at nine."),
    ]  # fmt: skip
    chinese = pair("本站周一上午九点开放。", "本站周五上午九点开放。", tmp_path / "zh")
    assert ("only_kept", "一") in chinese
    assert ("only_dropped", "五") in chinese
    cut = pair("It opens on Monday, and closes at five.", "It opens on Monday", tmp_path / "cut")
    assert [kind for kind, _ in cut][-1] == "only_kept"


def test_answers_about_different_things_stand_one_below_the_other(tmp_path: Path) -> None:
    assert pair("It opens on Monday.", "Tea grows in fog.", tmp_path / "a") == []
    assert pair("一二三四五", "甲乙丙丁", tmp_path / "b") == []
    assert pair("", "", tmp_path / "c") == []


def test_test_questions_with_and_without_an_answer_are_shown(tmp_path: Path) -> None:
    rows = [exam("a", f"q{n}", task=f"t{n}") for n in range(9)]
    rows.append(exam("a", "none", answerable=False, ground_truth="", evidence=[], task="t3"))
    shown = summary(FakeRun(evalset=rows), tmp_path).shown
    assert Counter(row.answerable for row in shown) == {True: 3, False: 1}
    (without,) = [row for row in shown if not row.answerable]
    assert (without.answer, without.quote, without.page) == ("", "", None)


def test_a_query_is_shown_with_its_chunk_and_scores(tmp_path: Path) -> None:
    rows = [query("a", "rain", scores=scored(retrieval_rank=2.0, support=float("nan")))]
    (row,) = summary(FakeRun(retrieval=rows), tmp_path).shown
    assert (row.asked, row.answer, row.quote) == (
        "about rain", "A chunk about rain.", "the quoted words",
    )  # fmt: skip
    assert row.scores == (("retrieval_rank", 2.0),)


def test_huge_texts_are_held_in_part(tmp_path: Path) -> None:
    huge = "长" * 300_000
    run = FakeRun(
        sft=[sample("a", f"{n}", instruction=huge, output=huge, messages=turns(huge, huge, huge),
                    task=f"{n}") for n in range(20)],
        preferences=[preference("a", f"{n}", chosen=huge, rejected=huge + "x", task=f"{n}")
                     for n in range(9)],
        rows_per_shard=4,
    )  # fmt: skip
    made = summary(run, tmp_path)
    assert len(to_json(asdict(made))) < 60_000
    held = exhibits.Exhibits("sft")
    for frame in iterate(tmp_path, "sft", exhibits.columns("sft")):
        held.add(frame)
    assert held.size_bytes < 20 * 3 * 8 * exhibits.HEAD


def test_known_values_have_words() -> None:
    assert {*BY_RULES, *BY_MODEL} <= set(PARTS)
    assert set(SETS) == set(DATA_SETS)
    for value in (*drafts.PERSPECTIVES, *drafts.DIFFICULTIES, *drafts.KINDS):
        assert value in TRAIT_VALUES
