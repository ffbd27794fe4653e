"""Language identification: scripts, the model, and what neither can tell."""

from __future__ import annotations

import socket
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text.language import DetectLanguage, identify, prose_sample, script_counts
from tests.strategies.text import CHINESE, ENGLISH, any_texts, frame_of, paragraphs


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (ENGLISH[0], "en"),
        (CHINESE[0], "zh"),
        ("水車立在河邊，為全村的人磨麵。", "zh"),
        ("水車は川のほとりにあり、村のために粉をひいている。", "ja"),
        ("물레방아는 강가에 서서 마을을 위해 곡식을 빻는다.", "ko"),
        ("Das Wasserrad steht am Fluss und mahlt Korn für das ganze Dorf.", "de"),
        ("Le moulin se trouve au bord de la rivière et moud le grain.", "fr"),
        ("Мельница стоит у реки и мелет зерно для всей деревни.", "ru"),
        ("Ο μύλος βρίσκεται δίπλα στο ποτάμι.", "el"),
        ("使用 PostgreSQL 的 CREATE TABLE 命令创建一张新表", "zh"),
        ("In this sentence the word 水车 means a water wheel, and nothing else.", "en"),
        ("", "und"),
        ("12 | 34 | 56", "und"),
        ("ok", "und"),
        ("你好", "zh"),
    ],
)
def test_languages(text: str, lang: str) -> None:
    assert identify(text)[0] == lang


def test_code_links_and_markup_do_not_count() -> None:
    code = "```python\n" + "for item in items: print(item)\n" * 40 + "```"
    assert identify(f"{code}\n{CHINESE[0]}\n`return x`")[0] == "zh"
    assert prose_sample("a <br> `b` https://c.d/e f@g.hi \\alpha z", 99).split() == ["a", "z"]


def test_a_foreign_abstract_does_not_decide() -> None:
    text = "\n".join([*ENGLISH, *(line for line in CHINESE for _ in range(40))])
    assert identify(text)[0] == "zh"
    text = "\n".join([*CHINESE, *(line for line in ENGLISH for _ in range(40))])
    assert identify(text)[0] == "en"


def test_the_sample_is_bounded() -> None:
    assert len(prose_sample("水车 " * 100_000, 800)) <= 800 + 3
    assert identify("a@" * 200_000)[0] in ("und", "en")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert identify(ENGLISH[1])[0] == "en"


def test_scripts_are_counted() -> None:
    counts = script_counts("水车 ひらカナ 한글 Ab я λ")
    found = {name: count for name, count in counts.items() if count}
    assert found == {"han": 2, "kana": 4, "hangul": 2, "latin": 2, "cyrillic": 1, "greek": 1}


def test_columns() -> None:
    frame = frame_of(ENGLISH[0], CHINESE[0], None, lang=["xx", "xx", "xx"])
    found = DetectLanguage()(frame)
    assert found["lang"].to_list() == ["en", "zh", "und"]
    assert found["lang_score"].dtype == pl.Float64
    assert found["lang_score"].to_list()[1:] == [1.0, 0.0]
    assert frame["lang"].to_list() == ["xx"] * 3
    empty = DetectLanguage()(frame_of())
    assert empty.schema["lang"] == pl.String


def test_min_score_makes_undetermined() -> None:
    assert identify(ENGLISH[0], min_score=1.01) == ("und", 0.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(any_texts, paragraphs), max_size=5), st.randoms(use_true_random=False))
def test_rows_are_independent(texts: list[str], random: Random) -> None:
    frame = frame_of(*texts)
    order = random.sample(range(len(texts)), len(texts))
    assert DetectLanguage()(frame)[order].equals(DetectLanguage()(frame[order]))
    for lang, score in DetectLanguage()(frame).select("lang", "lang_score").iter_rows():
        assert len(lang) in (2, 3)
        assert 0.0 <= score <= 1.0
