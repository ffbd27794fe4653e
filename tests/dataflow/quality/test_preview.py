"""Previews: the same numbers as the filter itself, at every bound, in any order of the input."""

from __future__ import annotations

import json
import unicodedata
from random import Random

import polars as pl
import pytest

from dataflow.quality.preview import EXAMPLES, Preview, preview
from dataflow.quality.preview_text import clipped, render
from dataflow.quality.preview_values import POINTS, quantiles, rounded, tried
from dataflow.quality.rules import FilterRules, Rule
from dataflow.quality.score import ScoreText
from schemas.errors import SchemaError
from schemas.records import Reason
from tests.dataflow.quality.rows import documents
from tests.strategies.text import frame_of

ROWS = documents(each=4)
STAGE = FilterRules(sets=("default", "gopher", "zh-web"), languages_off=("fr",))


@pytest.fixture(scope="module")
def scored() -> pl.DataFrame:
    langs = ["fr" if i % 31 == 0 else lang for i, (_, lang, _) in enumerate(ROWS)]
    return ScoreText()(frame_of(*(text for _, _, text in ROWS), lang=langs))


@pytest.fixture(scope="module")
def found(scored: pl.DataFrame) -> Preview:
    return preview([scored[:50], scored[50:51], scored[51:]], STAGE)


def test_totals_are_those_of_the_filter(found: Preview, scored: pl.DataFrame) -> None:
    kept, rejected = STAGE(scored)
    assert (found.rows, found.kept) == (scored.height, kept.height)
    assert found.wrong_language == sum(lang == "fr" for lang in scored["lang"])
    broken = [detail.split("; ") for detail in rejected["detail"]]
    assert any(rule.dropped for rule in found.rules)
    for each in found.rules:
        sign = "<" if each.rule.bound == "min" else ">"
        prefix = f"{each.rule.reason.value}: {each.rule.signal} "
        suffix = f" {sign} {each.rule.threshold:g}"
        mine = [[s for s in line if s.startswith(prefix) and s.endswith(suffix)] for line in broken]
        same = [
            rule
            for rule in found.rules
            if (rule.rule.signal, rule.rule.threshold, rule.rule.bound)
            == (each.rule.signal, each.rule.threshold, each.rule.bound)
        ]
        if len(same) == 1:
            assert each.dropped == sum(map(len, mine))
            only = [line for line, hit in zip(broken, mine, strict=True) if hit and len(line) == 1]
            assert each.only == len(only)
            first = [line for line in broken if line[0].startswith(prefix)]
            assert each.first == len([line for line in first if line[0].endswith(suffix)])
    firsts = sum(each.first for each in found.rules)
    assert firsts + found.wrong_language == found.rows - found.kept


@pytest.mark.parametrize(
    ("reason", "signal"),
    [("too_short", "words"), ("too_short", "segmented_words"), ("few_terminal_lines", None)],
)
def test_each_point_is_what_that_bound_would_drop(
    reason: str, signal: str | None, found: Preview, scored: pl.DataFrame
) -> None:
    chosen = [
        rule
        for rule in found.rules
        if rule.rule.reason == reason and signal in (None, rule.rule.signal)
    ]
    assert chosen
    for each in chosen:
        lang = each.rule.langs[0] if each.rule.langs else "en"
        rows = scored.filter(pl.col("lang") == lang)
        alone = preview([rows], STAGE)
        mine = next(rule for rule in alone.rules if rule.rule == each.rule)
        assert 2 < len(mine.curve) <= POINTS
        for point in mine.curve[::4]:
            moved = FilterRules(
                sets=STAGE.sets, thresholds={f"{reason}.{each.rule.signal}:{lang}": point.threshold}
            )
            again = preview([rows], moved)
            there = {
                rule.dropped
                for rule in again.rules
                if (rule.rule.signal, rule.rule.reason) == (each.rule.signal, reason)
                and rule.rule.langs == (lang,)
            }
            assert there == {point.dropped}


def test_order_and_packs_do_not_matter(found: Preview, scored: pl.DataFrame) -> None:
    order = Random(3).sample(range(scored.height), scored.height)
    mixed = scored[order]
    assert preview([mixed[i : i + 7] for i in range(0, mixed.height, 7)], STAGE) == found


def test_examples_are_the_nearest(scored: pl.DataFrame) -> None:
    each = next(r for r in preview([scored], FilterRules()).rules if r.rule.signal == "words"
                and r.rule.langs == ("zh",))  # fmt: skip
    rows = [(abs(words - 30), doc_id, words)
            for doc_id, lang, words in zip(
                scored["doc_id"], scored["lang"],
                [signals["words"] for signals in scored["signals"]], strict=True)
            if lang == "zh"]  # fmt: skip
    kept = [doc_id for _, doc_id, words in sorted(rows) if words >= 30][:EXAMPLES]
    dropped = [doc_id for _, doc_id, words in sorted(rows) if words < 30][:EXAMPLES]
    assert [example.doc_id for example in each.near_kept] == kept
    assert [example.doc_id for example in each.near_dropped] == dropped
    assert each.near_kept[0].source.endswith(".md")


def test_measured_rules_are_previewed(scored: pl.DataFrame) -> None:
    signals = (
        scored["signals"]
        .struct.unnest()
        .with_columns(pl.int_range(pl.len()).cast(pl.Float64).alias("perplexity"))
    )
    frame = scored.with_columns(signals.to_struct("signals"))
    rule = Rule(
        Reason.PERPLEXITY_HIGH, "perplexity", "max", 99.0, None, "percentile 95", "measured"
    )
    off = tuple({r.reason.value for r in FilterRules().rules()})
    stage = FilterRules(off=off)
    found = preview([frame], stage, [rule])
    assert [(each.rows, each.dropped) for each in found.rules] == [
        (frame.height, frame.height - 100)
    ]
    assert stage(frame, [rule]).kept.height == found.kept == 100


def test_nothing_in_nothing_out(scored: pl.DataFrame) -> None:
    empty = preview([], FilterRules())
    assert (empty.rows, empty.kept) == (0, 0)
    assert preview([scored[:0]], FilterRules()) == empty
    assert render(empty).startswith("0 documents: 0 kept, 0 dropped (0.0 %)")
    with pytest.raises(SchemaError):
        preview([scored.drop("signals")], FilterRules())
    off = tuple({r.reason.value for r in FilterRules().rules()})
    assert preview([scored], FilterRules(off=off)).kept == scored.height


def test_plain_values_are_json(found: Preview) -> None:
    plain = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert (plain["rows"], plain["dropped"]) == (found.rows, found.rows - found.kept)
    first = plain["rules"][0]
    assert first["percentiles"]["50"] == found.rules[0].percentiles[3]
    assert len(first["curve"]) == len(found.rules[0].curve)


@pytest.mark.parametrize("width", [60, 72, 140])
def test_lines_fit_the_width(width: int, found: Preview) -> None:
    for ascii_only in (False, True):
        text = render(found, width, ascii_only=ascii_only)
        for line in text.split("\n"):
            wide = sum(unicodedata.east_asian_width(char) in "WF" for char in line)
            assert len(line) + wide <= width
        assert text.isascii() or not ascii_only


def test_the_text_says_what_was_counted(found: Preview) -> None:
    lines = render(found, 140, ascii_only=True).split("\n")
    dropped = found.rows - found.kept
    assert lines[0].startswith(f"{found.rows} documents: {found.kept} kept, {dropped} dropped")
    assert lines[2].split() == ["reason", "bound", "drops", "share", "only", "it", "first"]
    most = max(found.rules, key=lambda rule: rule.dropped)
    assert lines[3].startswith(most.rule.reason.value)
    assert f" {most.dropped} " in lines[3]
    idle = sum(not rule.dropped for rule in found.rules)
    assert f"{idle} more rules drop nothing." in lines


def test_the_chart_marks_the_bound() -> None:
    frame = ScoreText()(frame_of(*("word " * n for n in range(1, 101))))
    found = preview([frame], FilterRules(off=("top_ngram", "few_stop_words")))
    words = next(rule for rule in found.rules if rule.rule.signal == "words")
    assert (words.rows, words.dropped, words.percentiles[3]) == (100, 19, 50.0)
    lines = render(found, 100, ascii_only=True).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("  at 1 drops 0 |"))
    assert lines[at].endswith("| at 100 drops 99")
    column = [point.threshold for point in words.curve].index(20.0)
    assert lines[at + 1].index("^^ 20") == lines[at].index("|") + 1 + 2 * column


def test_hostile_names_steer_no_terminal() -> None:
    frame = ScoreText()(frame_of("short")).with_columns(source=pl.lit("\x1b[2J\u202ea.md"))
    assert not set("\x1b\u202e") & set(render(preview([frame], FilterRules())))


def test_kernels() -> None:
    values = pl.Series([0.3, 0.30004, 0.29996, -0.5, 0.0, 5e-324]).to_numpy()
    assert rounded(values, "max").tolist() == pytest.approx([0.3, 0.3001, 0.3, -0.5, 0.0, 0.0])
    assert rounded(values, "min").tolist() == pytest.approx([0.3, 0.3, 0.2999, -0.5, 0.0, 0.0])
    assert quantiles({}, (50,)) == ()
    assert tried({}, 4.0) == [4.0]
    assert tried({0.0: 9}, 0.0) == [0.0]
    assert clipped("中文字", 5) == "中文"


def test_documents_of_one_file_are_named_by_their_ids(scored: pl.DataFrame) -> None:
    files = scored.with_columns(
        doc_id=pl.format("id-{}", pl.int_range(pl.len())), source=pl.lit("all.parquet")
    )
    text = render(preview([files[:-1], files[-1:]], STAGE))
    assert "all.parquet" not in text
    assert " id-" in text
    own = files.with_columns(source=pl.format("{}.md", pl.col("doc_id")))
    assert ".md" in render(preview([own], STAGE))
