from __future__ import annotations

import pytest

from dataflow.evidence.wording import tokens
from dataflow.sft.derive import terms_en, terms_zh
from dataflow.sft.derive.terms import key_terms
from dataflow.sft.rules.words import word_spans

EN = (
    "The rain gauge stands beside the brook. The rain gauge counts the tips of a bucket, and the "
    "bucket empties itself. We quickly carried the bucket to Ada Storm of the Kelby Institute."
)
ZH = (
    "观测员把雨量计放在溪边。雨量计的漏斗每小时倒空一次，再打给值班的观测员。"
    "漏斗里的树叶没有堵塞水槽，水槽和漏斗都很干净。"
)


def test_words_of_chinese_text() -> None:
    text = "观测员在 A4 纸上写。"
    assert [text[a:b] for a, b in word_spans(text)] == ["观测员", "在", "纸上", "写"]
    assert word_spans("") == word_spans("no Han") == ()


def test_english_terms_end_in_nouns() -> None:
    found = terms_en.candidates(EN, EN)
    assert {"bucket", "brook", "Ada Storm", "Kelby Institute"} <= set(found)
    assert found["bucket"] == 3
    words = {word for term in found for word in term.split()}
    assert not words & {"carried", "quickly", "the", "empties", "beside"}


def test_chinese_terms_are_whole_words_and_no_verbs() -> None:
    found = terms_zh.candidates(ZH, ZH)
    assert {"观测员", "漏斗", "水槽"} <= set(found)
    assert not any(set(term) & set("把给没都很再") for term in found)
    assert "倒空" not in found


@pytest.mark.parametrize(("text", "lang"), [(EN, "en"), (ZH, "zh")])
def test_key_terms_are_few_and_of_the_passage(text: str, lang: str) -> None:
    for seed in range(5):
        found = key_terms(text, text, [text], "", lang, seed)
        assert 2 <= len(found) <= 4
        assert set(tokens(" ".join(found))) <= set(tokens(text))
        assert len(set(tokens(" ".join(found)))) == len(tokens(" ".join(found)))


def test_a_term_of_this_chunk_alone_comes_first() -> None:
    other = "The lamp of the tower, the oil of the tower and the keeper of the tower."
    here = "The bell of the tower and the rope of the tower."
    found = key_terms(here, f"{here} {other}", [here, other], "", "en", 0)
    assert set(found[:2]) == {"bell", "rope"}


def test_no_terms_of_code_or_other_languages() -> None:
    assert key_terms("```\nthe lamp of the tower\n```", "", [], "", "en", 0) == []
    assert key_terms("La tour du port.", "La tour du port.", [], "", "fr", 0) == []


def test_accents_belong_to_their_word() -> None:
    text = "The hive of Warré stands in a garden. We visited Warré and the café of Zoë."
    words = {word for term in terms_en.candidates(text, text) for word in term.split()}
    assert "Warré" in words
    assert not words & {"Warr", "caf", "Zo"}
