from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.document import (
    NOTES,
    Cell,
    Document,
    Element,
    ElementKind,
    Issue,
    IssueCode,
    ParseStatus,
    Table,
)
from schemas.errors import (
    CorpusmillError,
    MissingExtraError,
    MissingProgramError,
    ParseError,
)
from schemas.geometry import BBox, union
from schemas.ids import ID_LENGTH, content_id, document_id
from schemas.records import BAD_INPUT, Reason
from schemas.source import MediaType, Source

SOURCE = Source("a.pdf", "0" * 64, MediaType.PDF, 1)
coordinates = st.integers(-1000, 1000)


def _leaves(kind: type[CorpusmillError]) -> set[type[CorpusmillError]]:
    """The kind and all below it, of this project."""
    below = {leaf for child in kind.__subclasses__() for leaf in _leaves(child)}
    return {kind, *below} if kind.__module__ == "schemas.errors" else below


def document(*issues: Issue, title: str | None = None) -> Document:
    heading = Element(ElementKind.HEADING, "From the page", level=1)
    return Document(
        SOURCE, (heading,), issues=issues, metadata={} if title is None else {"title": title}
    )


def test_status_is_partial_only_when_an_issue_cost_content() -> None:
    assert document().status is ParseStatus.WHOLE
    for code in IssueCode:
        expected = ParseStatus.WHOLE if code in NOTES else ParseStatus.PARTIAL
        assert document(Issue(code, "x")).status is expected


def test_title_prefers_what_the_file_says_of_itself() -> None:
    assert document(title="Own title").title == "Own title"
    assert document().title == "From the page"
    assert Document(SOURCE, ()).title == ""


def test_grid_leaves_spanned_positions_empty() -> None:
    table = Table(2, 2, (Cell(0, 0, "wide", col_span=2), Cell(1, 0, "a"), Cell(1, 1, "b")))
    assert table.has_spans
    assert table.grid() == [["wide", ""], ["a", "b"]]


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_ids_of_different_parts_differ(first: list[str], second: list[str]) -> None:
    assert (content_id(*first) == content_id(*second)) == (first == second)
    assert len(content_id(*first)) == ID_LENGTH


def test_the_id_of_a_document_is_that_of_its_bytes() -> None:
    assert SOURCE.doc_id == document_id("0" * 64)
    assert Source("other/name.pdf", "0" * 64, MediaType.PDF, 1).doc_id == SOURCE.doc_id


@given(st.lists(st.tuples(coordinates, coordinates, coordinates, coordinates), min_size=1))
def test_a_union_contains_its_boxes(corners: list[tuple[int, int, int, int]]) -> None:
    boxes = [BBox(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    around = union(boxes)
    for box in boxes:
        assert around.intersection(box) == box.area
        assert around.contains_centre(box)


def test_union_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        union([])


def test_a_parse_error_survives_the_way_between_processes() -> None:
    error = ParseError(Reason.ENCRYPTED, "pass --password", page=3)
    copy = pickle.loads(pickle.dumps(error))
    assert copy.reason is Reason.ENCRYPTED
    assert str(copy) == "page 3: pass --password"


def test_bad_input_and_policy_are_told_apart() -> None:
    assert Reason.PARSE_TIMEOUT in BAD_INPUT
    assert Reason.NEAR_DUPLICATE not in BAD_INPUT
    assert Reason.DUPLICATE_BYTES not in BAD_INPUT


@pytest.mark.parametrize("kind", sorted(_leaves(CorpusmillError), key=str))
def test_every_error_crosses_a_process_border(kind: type[CorpusmillError]) -> None:
    made: dict[type[CorpusmillError], CorpusmillError] = {
        ParseError: ParseError(Reason.CORRUPT, "cut off", page=2),
        MissingExtraError: MissingExtraError("ray", "ray", "--engine ray"),
        MissingProgramError: MissingProgramError("tesseract", "install it"),
    }
    error = made[kind] if kind in made else kind("what to do")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (kind, str(error), vars(error))
