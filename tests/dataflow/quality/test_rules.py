"""Rules: every reason triggered in both languages, thresholds as options, rows conserved."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dataflow.quality.rule_sets import ALWAYS
from dataflow.quality.rules import DEFAULT_RULES, FilterRules, Rule
from dataflow.quality.score import ScoreText
from dataflow.stage import REJECT_FRAME
from schemas.errors import RecipeError, SchemaError
from schemas.records import Reason
from schemas.signals import SIGNALS
from tests.strategies.text import CHINESE, ENGLISH, any_texts, frame_of, paragraphs

EN, ZH = "\n".join(ENGLISH), "\n".join(CHINESE)
NAMES = [f"{a}{b}" for a, b in itertools.product(("Ada", "Eve", "Tom", "Kim"), "bcdfghklmnprst")]
HANZI = [
    chr(code) for code in range(0x4E00, 0x4E00 + 120) if chr(code) not in "一上与不世业中为之也"
]
POLICY = tuple(dict.fromkeys(rule.reason for rule in DEFAULT_RULES))


def verdict(text: str, lang: str, stage: FilterRules | None = None) -> dict[str, Any] | None:
    split = (stage or FilterRules())(ScoreText()(frame_of(text, lang=[lang])))
    assert split.kept.height + split.rejected.height == 1
    return split.rejected.row(0, named=True) if split.rejected.height else None


CASES = [
    (Reason.TOO_SHORT, "en", "Too short to be of use."),
    (Reason.TOO_SHORT, "zh", "这一段太短了。"),
    (Reason.TOO_LONG, "en", f"{EN} " * 20_000),
    (Reason.TOO_LONG, "zh", f"{ZH}\n" * 30_000),
    (Reason.MEAN_WORD_LENGTH_LOW, "en", "the of " + "a b c d e f g h i j k l m n o p q r s t u v"),
    (
        Reason.MEAN_WORD_LENGTH_HIGH,
        "en",
        "the of " + " ".join(f"{n}{n}extremely{n}" for n in NAMES),
    ),
    (Reason.SYMBOL_RATIO, "en", EN.replace(" the", " #the … #") + " # # #"),
    (Reason.SYMBOL_RATIO, "zh", ZH.replace("，", "#……#，#…") + "……#…#…#…#…"),
    (Reason.BULLET_LINES, "en", "\n".join(f"- {line}" for line in ENGLISH)),
    (Reason.BULLET_LINES, "zh", "\n".join(f"• {line}" for line in CHINESE)),
    (Reason.ELLIPSIS_LINES, "en", "...\n".join(ENGLISH) + "..."),
    (Reason.ELLIPSIS_LINES, "zh", "……\n".join(CHINESE) + "……"),
    (Reason.FEW_ALPHABETIC_WORDS, "en", f"{EN}\n" + " ".join(str(n) for n in range(300))),
    (Reason.FEW_ALPHABETIC_WORDS, "zh", f"{ZH}\n" + " ".join(str(n) for n in range(300))),
    (Reason.FEW_STOP_WORDS, "en", " ".join(NAMES)),
    (Reason.FEW_STOP_WORDS, "zh", "".join(HANZI)),
    (Reason.DUPLICATE_LINES, "en", EN + "\nEnd\nEnd\nEnd\nEnd\nEnd\nEnd"),
    (Reason.DUPLICATE_LINES, "zh", ZH + "\n完\n完\n完\n完\n完\n完"),
    (Reason.DUPLICATE_LINE_CHARACTERS, "en", f"{EN}\n{ENGLISH[1]}\n{ENGLISH[1]}"),
    (Reason.DUPLICATE_LINE_CHARACTERS, "zh", f"{ZH}\n{CHINESE[3]}\n{CHINESE[3]}"),
    (Reason.TOP_NGRAM, "en", EN + " buy now" * 12),
    (Reason.TOP_NGRAM, "zh", ZH + "促销" * 24),
    (Reason.REPLACEMENT_CHARACTERS, "en", EN.replace("wheel", "w\ufffd\ufffd\ufffdl")),
    (Reason.REPLACEMENT_CHARACTERS, "zh", ZH.replace("水", "\ufffd")),
]


@pytest.mark.parametrize(("reason", "lang", "text"), CASES)
def test_each_reason_is_triggered(reason: Reason, lang: str, text: str) -> None:
    others = tuple(
        other.value for other in POLICY if other is not reason and reason is Reason.TOO_LONG
    )
    reject = verdict(text, lang, FilterRules(off=others))
    assert reject is not None
    assert reject["reason"] == reason.value
    rule = next(
        r for r in DEFAULT_RULES if r.reason is reason and (r.langs is None or lang in r.langs)
    )
    specific = [r for r in DEFAULT_RULES if r.reason is reason and lang in (r.langs or ())]
    threshold = (specific or [rule])[0].threshold
    assert reject["threshold"] == threshold
    assert (reject["value"] < threshold) is (rule.bound == "min")
    assert (reject["stage"], reject["level"], reject["source"]) == ("filter", "document", "0.md")
    assert reject["detail"].startswith(f"{reason.value}: {rule.signal} ")
    assert verdict(text, lang, FilterRules(off=(*others, reason.value))) is None or not others


def test_every_policy_reason_has_a_case() -> None:
    members = list(Reason)
    first, last = members.index(Reason.TOO_SHORT), members.index(Reason.REPLACEMENT_CHARACTERS)
    assert set(members[first : last + 1]) == {reason for reason, _, _ in CASES} == set(POLICY)


@pytest.mark.parametrize(("text", "lang"), [(EN, "en"), (ZH, "zh"), (EN, "und"), (ZH, "und")])
def test_good_short_documents_pass(text: str, lang: str) -> None:
    assert verdict(text, lang) is None


def test_wrong_language() -> None:
    stage = FilterRules(languages=("zh",))
    reject = verdict(EN, "en", stage)
    assert reject is not None
    assert (reject["reason"], reject["value"], reject["threshold"]) == (
        "wrong_language",
        None,
        None,
    )
    assert reject["detail"] == "wrong_language: en"
    assert verdict(ZH, "zh", stage) is None
    no_lang = stage(ScoreText()(frame_of(ZH)))
    assert no_lang.rejected["detail"].to_list() == ["wrong_language: und"]


def test_the_first_rule_decides_and_all_are_named() -> None:
    reject = verdict("# # # 1 2 3 4", "en")
    assert reject is not None
    assert (reject["reason"], reject["value"], reject["threshold"]) == ("too_short", 4.0, 20.0)
    assert reject["detail"] == (
        "too_short: words 4 < 20; symbol_ratio: symbol_ratio 0.5 > 0.1; few_alphabetic_words: "
        "alphabetic_word_ratio 0 < 0.5; few_stop_words: stop_words 0 < 2"
    )


def test_thresholds_by_reason_and_language() -> None:
    words = int(ScoreText()(frame_of(ZH))["signals"][0]["words"])
    assert verdict(ZH, "zh", FilterRules(thresholds={"too_short": words + 1})) is not None
    assert verdict(ZH, "zh", FilterRules(thresholds={"too_short": words})) is None
    only_zh = FilterRules(thresholds={"too_short:zh": 9999})
    assert verdict(ZH, "zh", only_zh) is not None
    assert verdict(EN, "en", only_zh) is None
    for lang in ("fi", "ja"):  # one is in no row, one in a row with others
        stage = FilterRules(thresholds={f"mean_word_length_high:{lang}": 1})
        assert verdict(EN, lang, stage) is not None
        assert verdict(EN, "en", stage) is None


def test_options_are_canonical_and_hashable() -> None:
    one = FilterRules(thresholds={"too_short": 5, "top_ngram": 0.5}, off=("too_long",))
    two = FilterRules(thresholds=(("top_ngram", 0.5), ("too_short", 5.0)), off=("too_long",) * 2)
    assert (one, repr(one), hash(one)) == (two, repr(two), hash(two))
    toml = {"thresholds": {"too_short": 5, "top_ngram": 0.5}, "off": ["too_long"], "languages": [],
            "sets": ["default"], "languages_off": [], "mixed": 1}  # fmt: skip
    assert TypeAdapter(FilterRules).validate_python(toml) == one


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"thresholds": {"to_short": 5}}, "did you mean 'too_short'"),
        ({"thresholds": {"too_short:": 5}}, "'too_short:' is no rule"),
        ({"off": ("parse_failed",)}, "'parse_failed' is no rule"),
        ({"off": ("too_short:zh",)}, "'too_short:zh' is no rule"),
        ({"off": ("wrong_language",)}, "is no rule"),
        ({"languages": ("english",)}, "filter.languages: 'english'.*did you mean 'en'"),
        ({"languages_off": ("zh-CN",)}, "filter.languages_off: 'zh-CN'.*did you mean 'zh'"),
        ({"thresholds": {"too_short:xx": 5}}, "filter.thresholds: 'too_short:xx': 'xx' is no code"),
        ({"thresholds": {"too_short:chinese": 5}}, "'chinese' is no code.*did you mean 'zh'"),
        ({"thresholds": {"too_short": "few"}}, "'too_short' must be a number, not 'few'"),
        ({"thresholds": {"too_short": True}}, "'too_short' must be a number, not True"),
        ({"sets": ("nope",)}, r"\(sets: default, gopher, c4, fineweb, zh-web, refinedweb-lines\)"),
        ({"sets": ("gofer",)}, "filter.sets: 'gofer' is no set of rules; did you mean 'gopher'"),
        ({"thresholds": {"duplicate_5gram_ratio": 0.5}}, "rule of 'gopher', which is not in"),
        ({"thresholds": {"words": 5}}, "use too_long.words or too_short.words"),
        ({"off": ("few_sentences",)}, "rule of 'c4', which is not in filter.sets"),
        ({"mixed": 1.5}, "filter.mixed: 1.5 is no share"),
        ({"languages": ("zh",), "languages_off": ("zh",)}, "zh is in filter.languages"),
    ],
)
def test_unknown_rules_are_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        FilterRules(**options)


def test_a_frame_without_signals_is_an_error() -> None:
    with pytest.raises(SchemaError, match="run the score stage first"):
        FilterRules()(frame_of(EN))


def test_null_signals_and_missing_columns_pass() -> None:
    scored = ScoreText()(frame_of(ZH)).drop("source")
    nulls = scored.with_columns(
        signals=pl.struct([pl.lit(None, pl.Float64).alias(name) for name, _ in SIGNALS])
    )
    assert FilterRules()(nulls).kept.height == 1
    rejected = FilterRules(thresholds={"too_short": 9999})(scored).rejected
    assert rejected["source"].to_list() == [""]


def test_everything_off_keeps_everything() -> None:
    off = tuple(reason.value for reason in (*POLICY, Reason.TOXIC_WORDS, Reason.PERSONAL_DATA))
    stage = FilterRules(off=off)
    assert stage.rules() == ()
    assert verdict("", "en", stage) is None


def test_rules_table_is_plain_and_complete() -> None:
    table = FilterRules(thresholds={"too_short": 7}, off=("too_long",)).rules_table()
    assert [row["threshold"] for row in table if row["reason"] == "too_short"] == [7.0, 7.0]
    assert table[0]["citation"] == "recipe (default 20)"
    always = {"toxic_words", "personal_data"}
    assert {row["reason"] for row in table} == {r.value for r in POLICY} - {"too_long"} | always
    assert all(row["about"] and row["citation"] for row in table)


def test_default_rows_are_sound() -> None:
    names = {name for name, _ in SIGNALS}
    order = [list(Reason).index(reason) for reason in POLICY]
    assert order == sorted(order)
    for reason in POLICY:
        rows = [rule for rule in DEFAULT_RULES if rule.reason is reason]
        named = [lang for rule in rows for lang in rule.langs or ()]
        assert len(named) == len(set(named))
        assert sum(rule.langs is None for rule in rows) <= 1
        assert {rule.signal for rule in rows} <= names
    assert FilterRules().rules() == (*DEFAULT_RULES, *ALWAYS)
    assert len({hash(rule) for rule in DEFAULT_RULES}) == len(DEFAULT_RULES)


def test_several_sets_must_all_be_passed() -> None:
    both = FilterRules(sets=("gopher", "default", "gopher"))
    assert both.sets == ("default", "gopher")
    text = f"{EN} The last of the sheep were sold."
    assert verdict(text, "en") is None
    reject = verdict(" ".join(text.split()[:40]), "en", both)
    assert reject is not None
    assert reject["detail"] == "too_short: segmented_words 40 < 50"
    alone = {(r.reason, r.signal, r.threshold, r.langs)
             for r in FilterRules(sets=("gopher",)).rules()}  # fmt: skip
    assert alone <= {(r.reason, r.signal, r.threshold, r.langs) for r in both.rules()}
    combined = FilterRules(sets=("gopher", "zh-web")).rules()
    rows = [(r.reason, r.signal, r.threshold, r.langs) for r in combined]
    assert len(rows) == len(set(rows))


def test_a_bound_for_one_signal_of_a_reason() -> None:
    stage = FilterRules(
        sets=("gopher",),
        thresholds={"duplicate_ngrams": 0.5, "duplicate_5gram_ratio": 0.25,
                    "duplicate_5gram_ratio:zh": 0.3},
        off=("duplicate_6gram_ratio", "too_short.segmented_words"),
    )  # fmt: skip
    found = {(r.signal, r.langs): r.threshold for r in stage.rules() if "gram" in r.signal}
    assert found["duplicate_5gram_ratio", None] == 0.25
    assert found["duplicate_5gram_ratio", ("zh",)] == 0.3
    assert found["duplicate_7gram_ratio", None] == found["duplicate_7gram_ratio", ("zh",)] == 0.5
    assert ("duplicate_6gram_ratio", None) not in found
    assert found["top_2gram_char_ratio", None] == 0.2
    assert Reason.TOO_SHORT not in {r.reason for r in stage.rules()}


def test_chinese_is_held_against_rows_of_its_own() -> None:
    scored = ScoreText()(frame_of(ZH * 3, EN * 3, lang=["zh", "en"]))
    for name in ("gopher", "c4", "fineweb", "refinedweb-lines"):
        details = FilterRules(sets=(name,))(scored).rejected["detail"].to_list()
        assert not any("gopher_stop_words" in detail for detail in details[:1])
        checks = FilterRules(sets=(name,)).checks(scored)
        for check in checks:
            applies = scored.select(check.applies.alias("a"))["a"].to_list()
            if check.rule.signal in ("c4_sentences", "short_line_ratio", "gopher_stop_words"):
                assert applies == [False, True]
            if check.rule.langs == ("zh",):
                assert applies[1] is False
    english_only = FilterRules(sets=("zh-web",))(scored)
    assert "en" in english_only.kept["lang"].to_list()


def test_lists_of_languages() -> None:
    scored = ScoreText()(frame_of(EN, ZH, EN, lang=["en", "zh", None]))
    kept = FilterRules(languages_off=("zh",))(scored).kept
    assert kept["doc_id"].to_list() == [f"{i:032x}" for i in (0, 2)]
    everything_else_off = FilterRules(off=tuple({r.reason.value for r in FilterRules().rules()}),
                                      languages=("zh",))  # fmt: skip
    assert everything_else_off(scored).kept["lang"].to_list() == ["zh"]


def test_texts_in_several_languages() -> None:
    languages = [
        [{"lang": "en", "share": 0.7}, {"lang": "zh", "share": 0.3}],
        [{"lang": "zh", "share": 1.0}],
        [],
    ]
    scored = ScoreText()(frame_of(EN, ZH, EN, lang=["en", "zh", "en"], languages=languages))
    shares = [signals["other_language_share"] for signals in scored["signals"]]
    assert shares == [pytest.approx(0.3), 0.0, None]
    assert FilterRules()(scored).kept.height == 3
    rejected = FilterRules(mixed=0.25)(scored).rejected
    assert rejected["reason"].to_list() == ["mixed_language"]
    assert rejected["threshold"].to_list() == [0.25]
    assert FilterRules(mixed=0.3000001)(scored).kept.height == 3


def test_personal_data_and_toxic_words() -> None:
    data = [
        [{"kind": "email", "count": 2, "action": "mask"},
         {"kind": "card", "count": 1, "action": "drop"}],
        [{"kind": "email", "count": 2, "action": "mask"}],
    ]  # fmt: skip
    scored = ScoreText()(frame_of(EN, ZH, lang=["en", "zh"], personal_data=data))
    assert [signals["personal_data"] for signals in scored["signals"]] == [1.0, 0.0]
    for sets in (("default",), ("refinedweb-lines",)):
        rejected = FilterRules(sets=sets)(scored).rejected
        assert rejected.select("reason", "value", "threshold").row(0) == ("personal_data", 1.0, 0.0)
        assert rejected.height == 1
    toxic = (
        scored["signals"]
        .struct.unnest()
        .with_columns(toxic_word_ratio=pl.Series([0.01, 0.05]), personal_data=None)
    )
    marked = scored.with_columns(toxic.cast(pl.Float64).to_struct("signals"))
    assert FilterRules()(marked).rejected["reason"].to_list() == ["toxic_words"]
    assert FilterRules(thresholds={"toxic_words": 0.1})(marked).kept.height == 2


def test_measured_rules_are_tested_with_the_others() -> None:
    scored = ScoreText()(frame_of(EN, ZH, lang=["en", "zh"]))
    values = scored["signals"].struct.unnest().with_columns(perplexity=pl.Series([20.0, 900.0]))
    frame = scored.with_columns(values.to_struct("signals"))
    measured = [
        Rule(Reason.PERPLEXITY_LOW, "perplexity", "min", 30.0, ("en",), "percentile 5", "measured"),
        Rule(
            Reason.PERPLEXITY_LOW, "perplexity", "min", 500.0, ("zh",), "percentile 5", "measured"
        ),
    ]
    rejected = FilterRules()(frame, measured).rejected
    assert rejected.select("reason", "value", "threshold").rows() == [
        ("perplexity_low", 20.0, 30.0)
    ]
    table = FilterRules().rules_table(measured)
    assert [row["set"] for row in table if row["signal"] == "perplexity"] == ["measured"] * 2


def test_an_empty_frame_splits_into_empty_frames() -> None:
    split = FilterRules()(ScoreText()(frame_of()))
    assert (split.kept.height, split.rejected.height) == (0, 0)
    assert split.rejected.schema == REJECT_FRAME


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(any_texts, paragraphs), max_size=6), st.randoms(use_true_random=False))
def test_rows_are_conserved_in_any_order(texts: list[str], random: Random) -> None:
    frame = ScoreText()(frame_of(*texts))
    before = frame.clone()
    stage = FilterRules(thresholds={"too_short": 3})
    kept, rejected = stage(frame)
    assert frame.equals(before)
    assert sorted([*kept["doc_id"], *rejected["id"]]) == sorted(frame["doc_id"])
    assert kept.columns == frame.columns
    assert stage(kept).rejected.height == 0
    assert stage(kept).kept.equals(kept)
    order = random.sample(range(len(texts)), len(texts))
    again = stage(frame[order])
    assert set(again.kept["doc_id"]) == set(kept["doc_id"])
    assert again.rejected.sort("id").equals(rejected.sort("id"))
