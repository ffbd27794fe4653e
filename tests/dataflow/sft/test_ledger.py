from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dataflow.evidence.spans import Fault
from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.drafts import Call, Draft
from dataflow.sft.ledger import Judged, Ledger, Model, Place
from dataflow.sft.rows import chunk_spans
from schemas.errors import ConservationError
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, cut, document

EN, ZH = document(ENGLISH, "en", source="en.md"), document(CHINESE, "zh", source="zh.md")
PLACES = {
    row["lang"]: Place(manuscript(row), chunk_spans(by_heading(row))) for row in (EN, ZH)
}  # fmt: skip
FREE = Place(Manuscript("", "", "", "", "", ()), ())
CALLS = (Call("question.en/1", "t", "p", "k"),)


def draft(lang: str, quote: str, instruction: str, output: str, method: str = "question") -> Draft:
    start = PLACES[lang].document.text.index(quote)
    span = (start, start + len(quote))
    return Draft(method, "qa", lang, instruction, output, (span,), "x/1", calls=CALLS, written=True)


TALL = draft("en", "The tower is 42 metres tall", "How tall is the tower?", "42 metres")
HIGH = draft("zh", "凯里灯塔高42米", "凯里灯塔有多高？", "42米")


def ledger() -> Ledger:
    return Ledger(0.8, 5, Model(ScriptedLLM(), "m", "openai"))


@pytest.mark.parametrize("one", [TALL, HIGH], ids=["en", "zh"])
def test_what_holds_becomes_a_row(one: Draft) -> None:
    book = ledger()
    assert book.judge(one, PLACES[one.lang])
    (row,) = book.split().kept.iter_rows(named=True)
    assert (row["sample_id"], row["backend"], row["seed"]) == (one.sample_id, "openai", 5)
    assert row["source"] == f"{one.lang}.md"
    assert row["scores"]["faithfulness"] > 0.5
    assert row["scores"]["support"] == 1.0
    assert row["scores"]["judge"] is None


@pytest.mark.parametrize("one", [TALL, HIGH], ids=["en", "zh"])
def test_what_does_not_hold_becomes_a_reject(one: Draft) -> None:
    book = ledger()
    wrong = replace(one, output=one.output.replace("42", "52"))
    assert not book.judge(wrong, PLACES[one.lang])
    (row,) = book.split().rejected.iter_rows(named=True)
    assert (row["id"], row["level"], row["stage"]) == (wrong.sample_id, "sample", "sft")
    assert (row["reason"], row["source"]) == (Reason.UNSUPPORTED_NUMBER, f"{one.lang}.md")


def test_rules_have_no_model_and_the_sources_own_words() -> None:
    book = ledger()
    book.judge(replace(TALL, calls=(), written=False, method="extractive"), PLACES["en"])
    (row,) = book.rows
    assert row["backend"] == "rules"
    assert "faithfulness" not in {k for k, v in row["scores"].items() if v is not None}


def test_scores_of_the_maker_and_the_claim_count() -> None:
    book = ledger()
    one = replace(TALL, scores=(("curation", 5.0),), claim="The tower is 42 metres tall",
                  output="42 metres, since every storey has 6 metres")  # fmt: skip
    assert book.judge(one, PLACES["en"])
    (row,) = book.rows
    assert row["scores"]["curation"] == 5.0
    assert row["scores"]["faithfulness"] == 1.0


def test_a_question_without_an_answer_has_nothing_to_be_faithful_to() -> None:
    book = ledger()
    open_question = Draft("evalset", "unanswerable", "en", "Who painted the tower of Kelby green?",
                          "", (), "x/1", into="evalset", answerable=False, calls=CALLS,
                          written=True)  # fmt: skip
    assert book.judge(open_question, PLACES["en"])
    assert book.rows[0]["scores"]["faithfulness"] is None
    assert book.rows[0]["evidence"] == []


def test_only_a_task_without_a_document_needs_no_evidence() -> None:
    task = Draft("self_instruct", "generation", "en", "Suggest a name for a small boat.",
                 "Morning Heron", (), "x/1", calls=CALLS, written=True)  # fmt: skip
    book = ledger()
    assert book.judge(task, FREE)
    assert not book.judge(task, PLACES["en"])
    assert not book.judge(replace(task, method="question"), FREE)
    assert book.split().rejected["reason"].to_list() == ["evidence_missing"] * 2
    (row,) = book.split().kept.iter_rows(named=True)
    assert (row["doc_id"], row["source"], row["evidence"]) == ("", "", [])


def test_a_quote_over_two_chunks_has_the_page_of_each() -> None:
    chunks = [
        replace(chunk, page=page)
        for page, chunk in enumerate(chunk_spans(cut(EN, [ENGLISH.index("42 metres")])), 1)
    ]
    book = ledger()
    assert book.judge(TALL, Place(PLACES["en"].document, chunks))
    assert [span["page"] for span in book.rows[0]["evidence"]] == [1, 2]


def test_judges_score_each_row_once() -> None:
    told: list[list[str]] = []

    def judges(waiting: Sequence[tuple[Draft, Place]]) -> list[Judged]:
        told.append([one.output for one, _ in waiting])
        return [Judged({"judge": float(place.document.lang == "zh")}) for _, place in waiting]

    book = ledger()
    book.judge(TALL, PLACES["en"])
    book.judge(replace(TALL, output="52 metres"), PLACES["en"])
    book.judge(HIGH, PLACES["zh"])
    book.score(judges)
    book.judge(replace(TALL, instruction="How high is the tower?"), PLACES["en"])
    book.score(judges)
    book.score(judges)
    assert told == [["42 metres", "42米"], ["42 metres"], []]
    assert [row["scores"]["judge"] for row in book.rows] == [0.0, 1.0, 0.0]


def test_what_could_not_be_judged_is_unsure_and_may_be_refused() -> None:
    def judges(waiting: Sequence[tuple[Draft, Place]]) -> list[Judged]:
        fault = Fault(Reason.BUDGET_EXHAUSTED, "spent")
        return [
            Judged({}, ["judge"], fault if place.document.lang == "zh" else None)
            for _, place in waiting
        ]

    book = ledger()
    book.judge(HIGH, PLACES["zh"])
    book.judge(TALL, PLACES["en"])
    book.score(judges)
    book.refuse("topic", Fault(Reason.LLM_FAILED, "slow"), "a.md")
    book.refuse("cut", Fault(Reason.ANSWER_CUT, "long"), "a.md")
    found = book.split()
    assert found.kept["sample_id"].to_list() == [TALL.sample_id]
    assert found.rejected.select("id", "reason").rows() == [
        (HIGH.sample_id, "budget_exhausted"), ("topic", "llm_failed"), ("cut", "answer_cut"),
    ]  # fmt: skip
    assert found.unsure == (
        f"{HIGH.sample_id} budget_exhausted", "topic llm_failed", f"{HIGH.sample_id} judge",
        f"{TALL.sample_id} judge",
    )  # fmt: skip


def test_what_was_to_be_made_and_was_not_is_a_reject() -> None:
    book = ledger()
    book.refuse("topic", Fault(Reason.LLM_FAILED, "slow", 1.0, 2.0), "a.md")
    (row,) = book.split().rejected.iter_rows(named=True)
    assert (row["id"], row["reason"], row["detail"]) == ("topic", "llm_failed", "slow")
    assert (row["value"], row["threshold"]) == (1.0, 2.0)


def test_a_lost_candidate_is_noticed() -> None:
    book = ledger()
    book.judge(TALL, PLACES["en"])
    book.rows.clear()
    with pytest.raises(ConservationError):
        book.split()
