"""Which document of a group stays: every policy is total, and needs no new signatures."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.dedup.preference import FACTS, Policy, facts_of, no_facts, seconds
from dataflow.dedup.stage import Deduplicate
from tests.strategies.dedup import corpora

ENGLISH = " ".join(f"word{number}" for number in range(100))
CHINESE = "".join(chr(0x4E00 + 7 * number) for number in range(100))
SIGNALS = pl.Struct({"replacement_ratio": pl.Float64, "duplicate_line_char_ratio": pl.Float64})
STAGES: dict[Policy, Deduplicate] = {name: Deduplicate(keep=name) for name in get_args(Policy)}


def frame_of(text: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Copies of one text, d0, d1, …, with what `rows` say of them."""
    schema: dict[str, Any] = {
        "doc_id": pl.String, "source": pl.String, "text": pl.String, "n_chars": pl.Int64,
        "signals": SIGNALS, "metadata": pl.String,
    }  # fmt: skip
    plain = {"source": "s", "n_chars": 10, "signals": None, "metadata": "{}"}
    given = [
        {"doc_id": f"d{number}", "text": text, **plain, **row} for number, row in enumerate(rows)
    ]
    return pl.DataFrame(given, schema=schema)


def kept(policy: Policy, frame: pl.DataFrame) -> list[str]:
    clusters = STAGES[policy].cluster([STAGES["first"].signatures(frame)])
    return clusters.filter("kept")["doc_id"].to_list()


def quality(replaced: float, repeated: float) -> dict[str, float]:
    return {"replacement_ratio": replaced, "duplicate_line_char_ratio": repeated}


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize(
    ("policy", "rows", "stays"),
    [
        ("first", [{"source": "b"}, {"source": "a"}, {"source": "a"}], "d1"),
        ("first", [{"source": "a.jsonl#10"}, {"source": "a.jsonl#8"}, {"source": "b#1"}], "d1"),
        ("first", [{"source": "a#1"}, {"source": "a"}, {"source": "a#9999999999999999999"}], "d1"),
        ("longest", [{"source": "a#10"}, {"source": "a#9"}], "d1"),
        ("longest", [{}, {"n_chars": 12}, {"n_chars": 12}, {"n_chars": None}], "d1"),
        ("best", [{"signals": quality(0.02, 0)}, {"signals": quality(0.0004, 0.3)}], "d1"),
        ("best", [{"signals": quality(0, 0.3)}, {"signals": quality(0.0004, 0.1)}], "d1"),
        ("best", [{"signals": quality(0, 0.101)}, {"signals": quality(0, 0.104), "n_chars": 11}],
         "d1"),
        ("best", [{"source": "t"}, {"signals": quality(0, 0)}], "d1"),
        ("newest", [{"metadata": None}, {"metadata": '{"date": "2001-01-01"}'},
                    {"metadata": '{"modified": "2001-01-01T00:00:01", "date": "1999"}'}], "d2"),
        ("newest", [{"metadata": '{"date": "yesterday"}'}, {"metadata": "no JSON"},
                    {"metadata": '{"created": "1950-02"}'}], "d2"),
        ("newest", [{"source": "b"}, {"source": "a"}], "d1"),
    ],
)  # fmt: skip
def test_the_policy_decides(
    policy: Policy, rows: list[dict[str, Any]], stays: str, text: str
) -> None:
    # a length that is not told is counted, so the copies of the second case are not all equal
    frame = frame_of(text, rows)
    if policy == "longest":
        frame = frame.with_columns(pl.col("n_chars") + 1000)
    assert kept(policy, frame) == [stays]


@pytest.mark.parametrize("policy", STAGES)
def test_the_cluster_is_named_by_its_smallest_document_whatever_stays(policy: Policy) -> None:
    words = ENGLISH.split(" ")
    frame = pl.DataFrame(
        {"doc_id": ["b", "a", "c"], "source": ["1", "2", "0"],
         "text": [ENGLISH, ENGLISH.upper(), " ".join([*words, "and", "more", "of", "it"])]}
    )  # fmt: skip
    clusters = STAGES[policy].cluster([STAGES[policy].signatures(frame)])
    assert set(clusters["cluster_id"]) == {"a"}
    assert clusters.filter("kept")["doc_id"].to_list() == ["c"]
    assert clusters["method"].to_list() == ["near", "near", None]
    assert clusters["duplicate_of"].to_list() == ["c", "c", None]


def facts(draw: st.DrawFn, frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with drawn sources, lengths, signals and dates, with many ties."""
    count = len(frame)
    few = st.lists(st.integers(0, 2), min_size=count, max_size=count)
    sources, lengths, shares, years = (draw(few) for _ in range(4))
    return frame.with_columns(
        pl.Series("source", [f"file{number}" for number in sources], pl.String),
        pl.Series("n_chars", [number or None for number in lengths], pl.Int64),
        pl.Series("signals", [quality(n / 10, n / 7) if n else None for n in shares], SIGNALS),
        pl.Series("metadata", [f'{{"date": "200{n}"}}' if n else None for n in years], pl.String),
    )


@st.composite
def described(draw: st.DrawFn) -> pl.DataFrame:
    return facts(draw, draw(corpora()))


@settings(deadline=None, max_examples=40)
@given(described(), st.sampled_from(sorted(STAGES)), st.data())
def test_no_policy_depends_on_order_or_blocks(
    frame: pl.DataFrame, policy: Policy, data: st.DataObject
) -> None:
    stage = STAGES[policy]
    expected = stage.resolve([stage.signatures(frame)])
    shuffled = frame[data.draw(st.permutations(range(len(frame))))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3)))
    parts = [shuffled[a:b] for a, b in itertools.pairwise([0, *cuts, len(frame)])]
    found = stage.resolve([stage.signatures(part) for part in parts])
    assert found.clusters.equals(expected.clusters)
    assert found.pairs().equals(expected.pairs())
    first = STAGES["first"].resolve([stage.signatures(frame)])
    assert first.pairs().equals(expected.pairs())
    assert first.clusters["cluster_id"].equals(expected.clusters["cluster_id"])


@settings(deadline=None, max_examples=40)
@given(described(), st.sampled_from(sorted(STAGES)))
def test_under_every_policy_a_second_run_drops_nothing(frame: pl.DataFrame, policy: Policy) -> None:
    kept, rejected = STAGES[policy](frame)
    assert len(kept) + len(rejected) == len(frame)
    again, none = STAGES[policy](kept)
    assert again.equals(kept)
    assert none.is_empty()


def test_facts_survive_the_disk(tmp_path: Path) -> None:
    frame = frame_of(ENGLISH, [{"metadata": '{"date": "1969-12-31"}'}, {"source": None}])
    stage = STAGES["newest"]
    block = stage.signatures(frame)
    stage.write_block(tmp_path / "b.arrow", block)
    back = stage.read_block(tmp_path / "b.arrow")
    assert back.facts is not None
    assert back.facts.equals(facts_of(frame))
    assert back.facts.rows() == [("s", 10, 0.0, 0.0, -86400), ("", 10, 0.0, 0.0, None)]


def test_nothing_but_a_text_is_needed() -> None:
    assert facts_of(pl.DataFrame({"text": ["磨坊", None]})).rows() == [
        ("", 2, 0.0, 0.0, None),
        ("", 0, 0.0, 0.0, None),
    ]
    assert no_facts(0).schema == FACTS
    assert no_facts(2).rows() == [("", 0, 0.0, 0.0, None)] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000", 946684800),
        ("2000-01-01T01:00:00+01:00", 946684800),
        (" 2000-01-01T00:00:00Z ", 946684800),
        ("0001-01-01T00:00:00+14:00", -62135647200),
        ("2000-13", None),
        ("9999-12-31T23:59:59-14:00", 253402351199),
        ("D:20000101", None),
    ],
)
def test_dates_are_iso_or_none(text: str, expected: int | None) -> None:
    assert seconds(text) == expected
