from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from dataflow.evidence.support import support
from dataflow.evidence.wording import tokens
from dataflow.sft.blocks import Manuscript, manuscript
from dataflow.sft.derive.derive import derive
from dataflow.sft.drafts import (
    BACK_TRANSLATION,
    EVALSET,
    EXTRACTIVE,
    INTO_PREFERENCES,
    PREFERENCE,
    QUERY,
    TABLE,
    Draft,
)
from dataflow.sft.rows import chunk_spans
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import CHINESE, ENGLISH, by_heading, document

TEXTS = [(ENGLISH, "en", "Harbour lights of Kelby"), (CHINESE, "zh", "凯里港的灯塔")]
OPEN = {
    "en": (" the", " a", " an", " of", " in", " on", " at", " to", " and", " or", " with", " for",
           " from", " by", " which", " whose", " because", " its", " their"),
    "zh": tuple("的在和与把被从对向由以将为让给比及或而但"),
}  # fmt: skip
METHODS = frozenset({EXTRACTIVE, TABLE, BACK_TRANSLATION})


def derived(
    text: str, lang: str, title: str, method: str, seed: int = 0
) -> tuple[Manuscript, list[tuple[Draft, Draft]]]:
    row = document(text, lang, title)
    found = manuscript(row)
    chunks = chunk_spans(by_heading(row))
    drafts = rule_drafts(found, METHODS, seed)
    made = [
        (draft, one)
        for draft in drafts
        for one in derive(
            draft, found, chunks, [o for o in drafts if o is not draft], seed, frozenset({method})
        )
    ]
    return found, made


@pytest.mark.parametrize(("text", "lang", "title"), TEXTS)
def test_preferences_have_one_flaw_each(text: str, lang: str, title: str) -> None:
    found, made = derived(text, lang, title, PREFERENCE)
    seeds = [one for seed in range(1, 4) for one in derived(text, lang, title, PREFERENCE, seed)[1]]
    flaws = Counter(flaw.flaw for _, flaw in [*made, *seeds])
    assert {"negation", "number"} <= set(flaws)
    assert "true_false" not in {pair.task for _, pair in made}
    assert Counter(pair.parent for _, pair in made).most_common(1)[0][1] == 1
    for draft, pair in made:
        assert (pair.into, pair.parent, pair.output) == (
            INTO_PREFERENCES, draft.sample_id, draft.output,
        )  # fmt: skip
        assert pair.sample_id != draft.sample_id
        quote = "\n".join(found.text[a:b] for a, b in pair.spans)
        if pair.flaw == "truncated":
            assert pair.output.startswith(pair.rejected)
            assert pair.rejected.endswith(OPEN[lang])
            assert len(pair.rejected) < 0.65 * len(pair.output)
        elif pair.computed is None and pair.task != "choose_heading":
            assert support(pair.rejected, quote) < 0.8
        assert tokens(pair.rejected) != tokens(pair.output)


def test_another_heading_is_the_worse_choice() -> None:
    made = [
        pair
        for seed in range(6)
        for _, pair in derived(ENGLISH, "en", "Harbour lights of Kelby", PREFERENCE, seed)[1]
        if pair.task == "choose_heading"
    ]
    assert all(f"“{p.rejected}”" in p.instruction for p in made if p.flaw == "off_topic")


@pytest.mark.parametrize(("text", "lang", "title"), TEXTS)
def test_queries_lead_to_the_chunk_of_the_evidence(text: str, lang: str, title: str) -> None:
    found, made = derived(text, lang, title, QUERY)
    assert {query.task for _, query in made} == {"question", "keywords"}
    for draft, query in made:
        ((start, end),) = query.spans
        assert query.output == found.text[start:end]
        assert all(start <= a and b <= end for a, b in draft.spans)
        if query.task == "keywords":
            assert set(tokens(query.instruction)) <= set(tokens(query.output))
    keyed = Counter(q.spans for _, q in made if q.task == "keywords")
    assert set(keyed.values()) == {1}


def test_a_heading_is_a_query_with_the_title() -> None:
    row = document(ENGLISH, "en", "Harbour lights of Kelby")
    found = manuscript(row)
    path = ("Harbour lights of Kelby", "The lamp")
    (chunk,) = [c for c in chunk_spans(by_heading(row)) if c.text.startswith("## The lamp")]
    chunks = [replace(chunk, heading_path=path)]
    drafts = rule_drafts(found, METHODS, 0)
    start, end = chunk.char_start, chunk.char_end
    draft = replace(drafts[0], spans=((start, end),))
    made = derive(draft, found, chunks, [], 0, frozenset({QUERY}))
    asked = {query.task: query.instruction for query in made}
    assert asked["heading"] == "Harbour lights of Kelby: The lamp"


@pytest.mark.parametrize(("text", "lang", "title"), TEXTS)
def test_test_questions_stand_alone(text: str, lang: str, title: str) -> None:
    _, made = derived(text, lang, title, EVALSET)
    answered = [(draft, one) for draft, one in made if one.answerable]
    assert len(answered) > 10
    for draft, one in answered:
        assert one.input == ""
        assert (one.method, one.output, one.spans) == (draft.method, draft.output, draft.spans)
        assert not draft.input or title in one.instruction


@pytest.mark.parametrize(("text", "lang", "title"), TEXTS)
def test_unanswerable_questions_have_no_answer(text: str, lang: str, title: str) -> None:
    answered, empty = 0, []
    for seed in range(8):
        _, made = derived(text, lang, title, EVALSET, seed)
        answered += sum(one.answerable for _, one in made)
        empty += [(draft, one) for draft, one in made if not one.answerable]
    assert 0.1 < len(empty) / answered < 0.45
    for draft, one in empty:
        assert (one.output, one.spans, one.task) == ("", (), "unanswerable")
        assert one.instruction != draft.instruction
        assert draft.task not in ("definition", "abbreviation") or title in one.instruction


TABLES = """# Piers of Kelby

## Depths

| Pier | Depth (m) |
| --- | --- |
| North | 12 |
| South | 7 |

## Keepers

| Keeper | Born |
| --- | --- |
| Storm | 1840 |
| Reed | 1851 |
"""


def test_a_column_of_another_table_is_not_in_this_one() -> None:
    asked = {
        one.instruction
        for seed in range(12)
        for _, one in derived(TABLES, "en", "Piers of Kelby", EVALSET, seed)[1]
        if not one.answerable and "“" in one.instruction and "table" in one.instruction
    }
    assert asked
    assert all(("“North”" in q or "“South”" in q) == ("“Born”" in q) for q in asked)


def test_nothing_is_derived_of_what_is_no_sample() -> None:
    found, made = derived(ENGLISH, "en", "Harbour lights of Kelby", PREFERENCE)
    draft, pair = made[0]
    methods = frozenset({PREFERENCE, QUERY, EVALSET})
    assert derive(pair, found, [], [], 0, methods) == []
    assert derive(replace(draft, spans=()), found, [], [], 0, methods) == []
    assert derive(draft, found, [], [], 0, frozenset()) == []
