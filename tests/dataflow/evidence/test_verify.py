from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.evidence.locate import locate
from dataflow.evidence.spans import ChunkSpan, cite
from dataflow.evidence.support import SUPPORT, support
from dataflow.evidence.verify import verify
from schemas.records import Reason

TEXT = "The mole is 80 m long.\n\n灯塔高42米。建成于1871年。"
CUT = 24


def chunks_of(text: str, *ends: int) -> list[ChunkSpan]:
    bounds = [0, *ends, len(text)]
    return [
        ChunkSpan(f"c{i}", "d", a, b, text[a:b], i + 1)
        for i, (a, b) in enumerate(itertools.pairwise(bounds))
    ]


CHUNKS = chunks_of(TEXT, CUT)
BY_ID = {chunk.chunk_id: chunk for chunk in CHUNKS}


def test_cites_and_verifies() -> None:
    (item,) = cite([(12, 16)], TEXT, CHUNKS)
    assert (item.quote, item.chunk_id, item.page) == ("80 m", "c0", 1)
    assert item.chunk_sha256 == CHUNKS[0].sha256
    assert verify([item], TEXT, BY_ID, "80 m") is None


def test_span_over_two_chunks_is_cut() -> None:
    items = cite([(12, CUT + 6)], TEXT, CHUNKS)
    assert [item.quote for item in items] == [TEXT[12:CUT], "灯塔高42米"]
    assert verify(items, TEXT, BY_ID, "灯塔高42米") is None


def test_white_space_between_chunks_need_not_be_covered() -> None:
    apart = [ChunkSpan("a", "d", 0, 22, TEXT[:22]), ChunkSpan("b", "d", CUT, 40, TEXT[CUT:40])]
    assert [item.chunk_id for item in cite([(0, 30)], TEXT, apart)] == ["a", "b"]


def test_uncovered_span_is_no_evidence() -> None:
    assert cite([(12, CUT + 6)], TEXT, CHUNKS[:1]) == []
    fault = verify([], TEXT, BY_ID, "80 m")
    assert fault is not None
    assert fault.reason is Reason.EVIDENCE_MISSING


def test_page_of_the_element_goes_before_the_chunks() -> None:
    assert cite([(12, 16)], TEXT, CHUNKS, {12: 7})[0].page == 7


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "81 m"},
        {"char_start": 11},
        {"char_end": 1000},
        {"char_start": -3},
        {"char_start": 16},
        {"chunk_sha256": "0" * 64},
        {"chunk_id": "c9"},
        {"chunk_id": "c1", "chunk_sha256": CHUNKS[1].sha256},
        {"doc_id": "other"},
    ],
)
def test_any_lie_is_found(change: dict[str, object]) -> None:
    (item,) = cite([(12, 16)], TEXT, CHUNKS)
    lie = dataclasses.replace(item, **change)  # type: ignore[arg-type]  # parametrised
    fault = verify([lie], TEXT, BY_ID, "80 m")
    assert fault is not None
    assert fault.reason is Reason.EVIDENCE_MISSING


def test_stale_chunk_is_found() -> None:
    stale = dataclasses.replace(CHUNKS[0], text=CHUNKS[0].text.replace("80", "90"))
    (item,) = cite([(12, 16)], TEXT, [stale])
    fault = verify([item], TEXT, {"c0": stale}, "80 m")
    assert fault is not None
    assert "document holds now" in fault.detail


def test_quote_that_says_something_else() -> None:
    (item,) = cite([(0, 22)], TEXT, CHUNKS)
    fault = verify([item], TEXT, BY_ID, "90 m")
    assert fault is not None
    assert (fault.reason, fault.detail) == (Reason.UNSUPPORTED_NUMBER, "not in the quote: 90 m")


@pytest.mark.parametrize(
    ("answer", "quote", "holds"),
    [
        ("1,204 ships", "About **1204 ships** a year.", True),
        ("12", "120 ships", False),
        ("42米", "灯塔高４２米。", True),
        ("42米", "灯塔高142米。", False),
        (
            "Ada Storm built the tower.",
            "The white tower was built, Ada Storm built the tower.",
            True,
        ),
        ("Ada built it in 1872", "Ada built it in 1871", False),
        ("The tower was built by Bert", "The tower was built by Ada", False),
        ("The pass is open.", "The pass is not open.", False),
        ("灯塔对游客开放参观。", "灯塔不对游客开放参观。", False),
        ("the mole is eighty metres long", "the northern mole is eighty metres long", True),
        ("", "anything", False),
        ("…", "anything", False),
        ("& more", "<td>a &amp; more</td>", True),
        ("She doesn't swim", "She doesn’t swim", True),
        ("灯塔由石岚建造", "雾号用声音警示船只", False),
    ],
)
def test_support(answer: str, quote: str, holds: bool) -> None:
    assert (support(answer, quote) >= SUPPORT) is holds


def test_every_sentence_of_an_answer_counts() -> None:
    quote = "The mole is eighty metres long."
    assert support("The mole is eighty metres long. It glows at night.", quote) < 0.5


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("is 80 m long", TEXT, "is 80 m long"),
        ("THE MOLE  IS", TEXT, "The mole is"),
        ("“灯塔高４２米”", TEXT, "灯塔高42米"),
        ("a café's menu", "A *cafe\u0301*'s menu.", "A *cafe\u0301*'s menu"),
        ("is 81 m long", TEXT, None),
        ("is", TEXT, None),
        ("", TEXT, None),
        ("***", "***", None),
    ],
)
def test_locate(quote: str, text: str, found: str | None) -> None:
    span = locate(quote, text)
    assert (None if span is None else text[span[0] : span[1]]) == found


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_true_quote_is_located(text: str, a: int, b: int) -> None:
    quote = text[min(a, b) : max(a, b)].strip()
    span = locate(quote, text)
    if span is not None:
        assert text[span[0] : span[1]] == quote


@given(st.text("ab 1.。汉\n", max_size=60), st.lists(st.integers(0, 60), max_size=5), st.data())
def test_whatever_is_cited_is_verified(text: str, ends: list[int], data: st.DataObject) -> None:
    bounds = sorted({end for end in ends if 0 < end < len(text)})
    chunks = chunks_of(text, *bounds) if text else []
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    items = cite([(start, end)], text, chunks)
    assert "".join(item.quote for item in items).split() == text[start:end].split() or not items
    fault = verify(items, text, {chunk.chunk_id: chunk for chunk in chunks}, text[start:end])
    assert fault is None or fault.reason is not Reason.EVIDENCE_MISSING or not items
