from __future__ import annotations

import doctest
import json
import tomllib
from itertools import pairwise
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.quality.rules import DEFAULT_RULES
from dataflow.recipe import recipe_from
from dataflow.report import (
    difference,
    display,
    exhibits,
    markup,
    passage,
    phrases,
    recipe_text,
    splits,
)
from dataflow.report.bars import mix, ranking
from dataflow.report.charts import bar, histogram, ribbon
from dataflow.report.difference import compare
from dataflow.report.display import visible, visible_lines
from dataflow.report.markup import el, join
from dataflow.report.numbers import Bound, Count
from dataflow.report.recipe_text import recipe_toml
from dataflow.report.scales import CHUNK_TOKENS, SIGNAL_SCALES, TOKENS, rule_bounds
from dataflow.report.tally import NAMES, OTHER, Bins, Tally


@pytest.mark.parametrize(
    "module", [difference, display, exhibits, markup, passage, phrases, recipe_text, splits]
)
def test_doctests(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@given(st.text(), st.integers(2, 40))
def test_visible_text_is_short_printable_and_stable(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    assert visible(shown, limit) == shown


@given(st.text(), st.integers(2, 40))
def test_visible_lines_are_visible_and_stable(text: str, limit: int) -> None:
    shown = visible_lines(text, limit)
    assert len(shown) <= limit
    assert all(line.isprintable() for line in shown.split("\n"))
    assert "\n\n\n" not in shown
    assert visible_lines(shown, limit) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\0b", "a␀b"), ("\x1b[2J", "␛[2J"), ("a\u202eb", "a⟨U+202E⟩b"), ("\u200b", "⟨U+200B⟩"),
     ("  两\n\n行 ", "两 行"), ("\ue000", "⟨U+E000⟩"), (None, "")],
)  # fmt: skip
def test_the_invisible_is_spelled_out(text: str | None, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_markup_holds_a_text_as_text(text: str) -> None:
    inner = el("p", text, title=text).html
    assert inner.count("<") == inner.count(">") == 2
    assert inner.count('"') == 2


@pytest.mark.parametrize(
    "attributes",
    [{"onclick": "x"}, {"style": "x"}, {"src": "x"}, {"href": "https://example.org"},
     {"href": "javascript:x"}],
)  # fmt: skip
def test_markup_refuses_what_loads_or_runs(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        el("a", **attributes)


def test_join_escapes_strings_only() -> None:
    assert join("<", el("b", 1), 2).html == "&lt;<b>1</b>2"


@given(st.lists(st.floats(0, 1e6), max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_bins_add_up_whatever_the_shards(values: list[float], cuts: list[int]) -> None:
    whole, parts = Bins("x", TOKENS), Bins("x", TOKENS)
    series = pl.Series(values, dtype=pl.Float64)
    whole.add(series)
    edges = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    for start, end in pairwise(edges):
        parts.add(series[start:end])
    first, second = whole.result(), parts.result()
    assert (first is None) == (second is None) == (not values)
    if first and second:
        assert first.kept == second.kept
        assert first.edges == second.edges
        assert sum(first.kept) == len(values)
        assert list(first.edges) == sorted(set(first.edges))
        expected, _ = np.histogram(values, bins=[*first.edges[:-1], np.inf])
        near = [v for v in values if any(abs(v - e) <= 1e-5 for e in first.edges)]
        assert near or list(first.kept) == expected.tolist()


def test_values_on_an_edge_lie_above_it_and_those_outside_in_the_last_bin() -> None:
    bins = Bins("x", SIGNAL_SCALES["top_2gram_ratio"], bins=100)
    bins.add(pl.Series([0.29, 0.3, 0.57, 7.0, None, float("nan")]))
    found = bins.result()
    assert found is not None
    at = {edge: number for number, edge in enumerate(found.edges)}
    assert [found.kept[at[edge]] for edge in (0.29, 0.3, 0.57, 0.99)] == [1, 1, 1, 1]
    assert found.missing == 2
    assert found.largest == 7.0


def test_default_bounds_lie_on_edges_of_linear_scales() -> None:
    for rule in DEFAULT_RULES:
        scale = SIGNAL_SCALES[rule.signal]
        share = rule.threshold / scale.step
        known = {0.287, 0.256}  # three decimals from FineWeb-2
        assert (
            scale.kind == "log" or rule.threshold in known or share == pytest.approx(round(share))
        )


def test_bounds_are_within_the_drawing() -> None:
    bins = Bins("words", TOKENS)
    bins.add(pl.Series([100.0]))
    found = bins.result([Bound(20.0, True, "too_short"), Bound(1e6, False, "too_long")])
    assert found is not None
    assert found.edges[0] <= 20
    assert found.edges[-1] >= 1e6
    drawn = histogram(found, "words").html
    assert drawn.count('class="bound"') == 2
    assert "1,000,000" in drawn


def test_skipping_the_filter_leaves_no_bounds() -> None:
    options: dict[str, list[str]] = {"thresholds": [], "off": [], "languages": []}
    assert rule_bounds({"filter": options, "run": {"skip": ["filter"]}}) == {}
    assert "words" in rule_bounds({"filter": options, "run": {"skip": []}})


def test_a_tally_stays_small() -> None:
    tally = Tally()
    tally.add_column(pl.DataFrame({"n": [f"{n}" for n in range(NAMES * 2)]}), "n")
    counts = {count.name: count.count for count in tally.ranked()}
    assert len(counts) == NAMES + 1
    assert counts[OTHER] == NAMES


def test_chunk_bins_are_as_many_as_can_be_read() -> None:
    bins = Bins("chunk_tokens", CHUNK_TOKENS)
    bins.add(pl.Series([1, 2000]))
    found = bins.result()
    assert found is not None
    assert len(found.kept) <= 33


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_ribbons_and_bars_draw_any_counts(rows_in: int, kept: int, rejected: int) -> None:
    drawn = ribbon(rows_in, kept, rejected, max(rows_in, kept + rejected), "x").html
    assert drawn.count("<path") == (2 if rejected else 1)
    assert "nan" not in drawn
    assert "inf" not in bar([(kept, "a"), (rejected, "b")], kept + rejected, "x").html


@pytest.mark.parametrize(
    ("kept", "dropped", "found"),
    [
        ("The shed opens at noon.", "The shed closes at noon.",
         [("same", "The shed "), ("only_kept", "opens"), ("only_dropped", "closes"),
          ("same", " at noon.")]),
        ("本站周一开放。", "本站周五开放。",
         [("same", "本站周"), ("only_kept", "一"), ("only_dropped", "五"), ("same", "开放。")]),
        ("It is 31.4 ha.", "It is 62.8 ha.",
         [("same", "It is "), ("only_kept", "31.4"), ("only_dropped", "62.8"), ("same", " ha.")]),
        ("a b", "a b", [("equal", "")]),
        ("one two three", "ONE TWO THREE", [("only_kept", "one two three"),
                                            ("only_dropped", "ONE TWO THREE")]),
    ],
)  # fmt: skip
def test_a_comparison_shows_what_differs(
    kept: str, dropped: str, found: list[tuple[str, str]]
) -> None:
    assert [(change.kind, change.text) for change in compare(kept, dropped)] == found


def test_a_long_comparison_is_cut() -> None:
    kept = "字" * 9000 + "甲" + "词" * 9000
    changes = compare(kept, kept.replace("甲", "乙"))
    assert [change.kind for change in changes] == [
        "gap", "same", "only_kept", "only_dropped", "same", "gap",
    ]  # fmt: skip
    assert sum(len(change.text) for change in changes) < 60


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_a_comparison_ends_and_is_bounded(kept: str, dropped: str) -> None:
    changes = compare(kept, dropped)
    assert all(len(change.text) <= 242 for change in changes)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        st.one_of(st.booleans(), st.integers(-(2**60), 2**60), st.text(),
                  st.lists(st.text(), max_size=3), st.floats(-1e6, 1e6)),
        max_size=4,
    )
)  # fmt: skip
def test_the_recipe_reads_back(options: dict[str, object]) -> None:
    options.pop("thresholds", None)
    assert tomllib.loads(recipe_toml({"chunk": options})) == {"chunk": options}


def test_thresholds_become_a_table() -> None:
    text = recipe_toml({"filter": {"thresholds": [["too_short:zh", 80.0]], "off": ["top_ngram"]}})
    assert tomllib.loads(text) == {
        "filter": {"thresholds": {"too_short:zh": 80.0}, "off": ["top_ngram"]}
    }


def test_a_target_is_marked_on_its_bar_and_never_outside() -> None:
    drawn = mix([Count("easy", 3), Count("", 1)], {"easy": 0.5, "hard": 1.0}, {}).html
    assert 'width="75"' in drawn
    assert 'x1="50"' in drawn
    assert drawn.count('class="aim"') == 1, "a value that never came up is for the caller to add"
    assert "75%" in drawn
    assert 'x1="99.5"' in mix([Count("hard", 0)], {"hard": 7.0}, {}).html


def test_a_ranking_sums_up_what_it_does_not_show() -> None:
    drawn = ranking([Count("a", 9), Count("b", 2), Count("<c>", 1)], {}, 1).html
    assert ">9<" in drawn
    assert ">3<" in drawn
    assert "2 more" in drawn
    assert ranking([], {}, 3).html == '<ul class="ranking"></ul>'


def test_the_recipe_shown_is_the_recipe_that_ran() -> None:
    recipe = recipe_from({"filter": {"thresholds": {"too_short:zh": 80.0}}}, "test")
    stored = json.loads(json.dumps(recipe.as_dict()))
    again = recipe_from(tomllib.loads(recipe_toml(stored)), "report")
    assert again.fingerprint == recipe.fingerprint != recipe_from({}, "default").fingerprint
