"""Language identification: scripts, the model, and what neither can tell."""

from __future__ import annotations

import re
import socket
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text.function_words import FUNCTION_WORDS, SETTLING, function_words, settles
from dataflow.text.language import DetectLanguage, identify
from dataflow.text.prose import _MARKUP, prose_sample, without_markup
from dataflow.text.scripts import script_counts
from schemas.errors import RecipeError
from schemas.tables import DOCUMENTS
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
    assert empty.schema["languages"] == found.schema["languages"]
    assert found["languages"].to_list()[1:] == [[{"lang": "zh", "share": 1.0}], []]
    kind = DOCUMENTS.schema.field("languages").type
    assert found["languages"].to_arrow().cast(kind).to_pylist() == found["languages"].to_list()


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


GERMAN = (
    "Das alte Wasserrad am Fluss mahlt das Korn für die Leute im ganzen Dorf, Tag für Tag.",
    "Wer im Sommer zu Besuch kommt, darf sich alles ansehen, soll aber nichts anfassen.",
)


def test_passages_in_two_languages_are_told_apart() -> None:
    text = "\n\n".join([*ENGLISH, *GERMAN])
    lang, score, found = DetectLanguage().languages(text)
    assert lang == "en"
    assert [code for code, _ in found] == ["en", "de"]
    letters = sum(map(str.isalpha, "".join(GERMAN))) / sum(map(str.isalpha, text))
    assert found[1][1] == pytest.approx(letters, abs=1e-4)
    assert 0.3 <= score <= 1.0


def test_ideographs_weigh_five_letters() -> None:
    chinese, english = "".join(CHINESE), " ".join(ENGLISH)
    _, _, found = DetectLanguage().languages(f"{chinese}\n\n{english}")
    heavy, light = 5 * sum(map(str.isalpha, chinese)), sum(map(str.isalpha, english))
    assert [code for code, _ in found] == ["zh", "en"]
    assert found[0][1] == pytest.approx(heavy / (heavy + light), abs=1e-4)
    assert found[1][1] == pytest.approx(light / (heavy + light), abs=1e-4)


def test_the_largest_share_names_the_text() -> None:
    text = "\n\n".join([*CHINESE, *([*ENGLISH] * 20)])
    lang, _, found = DetectLanguage().languages(text)
    assert lang == found[0][0] == "en"
    assert found[1][0] == "zh"


def test_a_short_passage_counts_with_its_neighbours() -> None:
    text = f"Resultat\n\n{GERMAN[0]}\n\nPump 7 b\n\n{GERMAN[1]}"
    assert DetectLanguage().languages(text)[2] == [("de", 1.0)]
    heading = "水車\n\n水車は川のほとりにあり、村のために粉をひいている。"
    assert DetectLanguage().languages(heading)[2] == [("ja", 1.0)]


def test_names_in_a_text_are_no_other_language() -> None:
    names = "Giovanni Rossi, Carlos García\n\nJürgen Müller, Pierre Dupont"
    found = DetectLanguage().languages("\n\n".join([*ENGLISH[:2], names, *ENGLISH[2:]]))[2]
    assert found == [("en", 1.0)]


def test_code_is_in_no_language() -> None:
    code = "```\n" + "die Datei wird in diesem Ordner gesucht\n" * 30 + "```"
    assert DetectLanguage().languages(f"{ENGLISH[0]}\n\n{code}\n\n{ENGLISH[1]}")[2] == [("en", 1.0)]


def test_short_texts_are_undetermined_rather_than_guessed() -> None:
    for text in ("Total", "PostgreSQL 14", "Fig. 3 b", "Menu Home"):
        assert identify(text) == ("und", 0.0)
        assert DetectLanguage().languages(text) == ("und", 0.0, [])


def test_function_words_tell_where_names_mislead() -> None:
    assert function_words("The mill of Jan van der Berg and his sons", ["en", "nl"]) == [3, 2]
    assert identify("This is for the Rossi and Bianchi of Torino.")[0] == "en"
    assert identify("Das ist für die Smith und die Miller aus New York.")[0] == "de"


def test_every_list_is_of_lower_case_words() -> None:
    for words in FUNCTION_WORDS.values():
        assert len(words) >= 18
        assert all(word.isalpha() and word == word.lower() for word in words)


def test_close_relatives_are_undetermined_until_the_text_is_long_enough() -> None:
    danish = "Møllen står ved åen og maler korn"
    assert identify(danish)[0] in ("da", "und")
    longer = (
        f"{danish} til hele landsbyen. Hver morgen lukker mølleren vandet ind, og hjulet drejer."
    )
    assert identify(longer)[0] == "da"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("გამარჯობა მსოფლიო", "ka"),
        ("Բարեւ աշխարհ", "hy"),
        ("வணக்கம் உலகம்", "ta"),
        ("สวัสดีชาวโลก", "th"),
        ("שלום לכולם, זה טקסט בעברית ולא בשום שפה אחרת", "he"),
    ],
)
def test_scripts_of_one_language(text: str, lang: str) -> None:
    assert identify(text)[0] == lang


def test_many_passages_are_sampled_evenly() -> None:
    parts = [GERMAN[i % 2] if i % 4 == 0 else ENGLISH[i % 4] for i in range(400)]
    found = dict(DetectLanguage(passages=16).languages("\n\n".join(parts))[2])
    true = sum(len(part) for part in parts if part in GERMAN) / sum(map(len, parts))
    assert found["de"] == pytest.approx(true, abs=0.15)
    assert len(DetectLanguage(passages=0).languages("\n\n".join(parts))[2]) == 1


@pytest.mark.parametrize(
    "options", [{"passages": -1}, {"passage_score": 2.0}, {"sample_chars": 0}, {"min_score": -1.0}]
)
def test_options_that_do_not_fit(options: dict[str, float]) -> None:
    with pytest.raises(RecipeError, match=f"language.*{next(iter(options))}"):
        DetectLanguage(**options)  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(any_texts, paragraphs), max_size=6).map("\n\n".join))
def test_shares_are_a_partition(text: str) -> None:
    lang, _, found = DetectLanguage().languages(text)
    assert [code for code, _ in found] == [
        code for code, _ in sorted(found, key=lambda item: (-item[1], item[0]))
    ]
    assert not found or sum(share for _, share in found) == pytest.approx(1.0, abs=1e-3)
    assert "und" not in dict(found)
    assert not found or lang in ("und", found[0][0])


def test_function_words_settle_only_their_own_language() -> None:
    english, german = " ".join(ENGLISH), " ".join(GERMAN)
    french = (
        "Le moulin est au bord de la rivière et il moud le grain pour les gens du village, qui ne "
        "sont pas loin. On peut le voir, mais il ne faut pas le toucher."
    )
    texts = {"en": english, "de": german, "fr": french}
    assert set(texts) == set(SETTLING)
    for lang, text in texts.items():
        assert [other for other in FUNCTION_WORDS if settles(text, other)] == [lang]
    assert not settles(english[:99], "en")
    assert not settles(f"{english[:120]} {german}", "en")


def test_the_model_is_asked_about_what_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataflow.text import language

    asked: list[str] = []
    answer = language._ranked

    def counted(text: str, script: str) -> list[tuple[str, float]]:
        asked.append(text)
        return answer(text, script)

    monkeypatch.setattr(language, "_ranked", counted)
    long = " ".join(ENGLISH)
    assert DetectLanguage().languages("\n\n".join([long] * 9))[2] == [("en", 1.0)]
    assert len(asked) == 1
    asked.clear()
    assert len(DetectLanguage().languages("\n\n".join([long] * 8 + [" ".join(GERMAN)]))[2]) == 2
    assert len(asked) == 2


PIECES = ("`a b`", "`", "https://a.b/c", "www.x.org", "jo+x@a.b.c", "@", "<b>", "</", "\\beta", " ")


@given(st.lists(st.one_of(st.sampled_from(PIECES), any_texts), max_size=6).map("".join))
def test_literals_keep_no_markup_from_its_form(text: str) -> None:
    every = re.compile("|".join(form for _, form in _MARKUP))
    assert without_markup(text) == every.sub(" ", text)
