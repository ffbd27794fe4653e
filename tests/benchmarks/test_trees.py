from __future__ import annotations

import pytest
from apted import APTED, Config  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from benchmarks.pdf_roundtrip import trees
from benchmarks.pdf_roundtrip.trees import Node, distance

NODES = st.recursive(
    st.builds(Node, st.sampled_from("ab"), st.text("xyz", max_size=4), st.just([])),
    lambda children: st.builds(
        Node, st.sampled_from("ab"), st.text("xyz", max_size=4), st.lists(children, max_size=4)
    ),
    max_leaves=12,
)

SMALL = st.recursive(
    st.builds(Node, st.sampled_from("ab"), st.text("xyz", max_size=2), st.just([])),
    lambda children: st.builds(
        Node, st.sampled_from("ab"), st.text("xyz", max_size=2), st.lists(children, max_size=3)
    ),
    max_leaves=4,
)
CELLS = st.builds(Node, st.sampled_from([(1, 1), (2, 1)]), st.text("xyz", max_size=4), st.just([]))
TABLES = st.builds(
    lambda tables: Node("root", "", tables),
    st.lists(
        st.builds(
            lambda rows: Node("table", "", [Node("row", "", row) for row in rows]),
            st.lists(st.lists(CELLS, max_size=4), max_size=4),
        ),
        max_size=2,
    ),
)


def renamed(one: Node, other: Node) -> float:
    if one.kind != other.kind:
        return 1.0
    return Levenshtein.normalized_distance(one.text, other.text)


class Costs(Config):  # type: ignore[misc]  # apted has no types
    def rename(self, one: Node, other: Node) -> float:
        return renamed(one, other)


@settings(deadline=None)  # the first call compiles
@given(TABLES, TABLES)
def test_the_distance_of_tables_is_that_of_apted(one: Node, other: Node) -> None:
    assert distance(one, other) == pytest.approx(
        APTED(one, other, Costs()).compute_edit_distance(), abs=1e-9
    )


def flat(root: Node) -> list[tuple[Node, frozenset[int]]]:
    """Nodes before their children, each with the places of its ancestors."""
    found: list[tuple[Node, frozenset[int]]] = []

    def walk(node: Node, above: frozenset[int]) -> None:
        place = len(found)
        found.append((node, above))
        for child in node.children:
            walk(child, above | {place})

    walk(root, frozenset())
    return found


def searched(one: Node, other: Node) -> float:
    """The least cost of all mappings that keep order and ancestry."""
    left, right = flat(one), flat(other)

    def fits(i: int, j: int, pairs: tuple[tuple[int, int], ...]) -> bool:
        return all(q < j and (p in left[i][1]) == (q in right[j][1]) for p, q in pairs)

    def least(i: int, pairs: tuple[tuple[int, int], ...]) -> float:
        if i == len(left):
            return len(right) - len(pairs)
        costs = [1 + least(i + 1, pairs)]
        costs.extend(
            renamed(left[i][0], right[j][0]) + least(i + 1, (*pairs, (i, j)))
            for j in range(len(right))
            if fits(i, j, pairs)
        )
        return min(costs)

    return least(0, ())


@settings(deadline=None)
@given(SMALL, SMALL)
def test_the_distance_is_the_least_of_all_mappings(one: Node, other: Node) -> None:
    assume(one.size <= 6 and other.size <= 6)

    assert distance(one, other) == pytest.approx(searched(one, other), abs=1e-9)


@settings(deadline=None)  # the first call compiles
@given(NODES, NODES)
def test_the_distance_is_symmetric_and_bounded(one: Node, other: Node) -> None:
    found = distance(one, other)

    assert distance(one, one) == 0.0
    assert distance(other, one) == pytest.approx(found)
    assert abs(one.size - other.size) - 1e-9 <= found <= one.size + other.size


@settings(deadline=None)  # the first call compiles
@given(NODES, NODES)
def test_the_bound_for_large_trees_is_from_above(one: Node, other: Node) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "MAX_PAIRS", 0)
        bound = distance(one, other)

    assert bound >= distance(one, other) - 1e-9


def table(*rows: str) -> Node:
    return Node("table", "", [
        Node("row", "", [Node("cell", text, []) for text in row.split()]) for row in rows
    ])  # fmt: skip


@pytest.mark.parametrize("pairs", [trees.MAX_PAIRS, 0])
def test_a_lost_row_costs_its_nodes(pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MAX_PAIRS", pairs)

    assert distance(table("a b", "c d", "e f"), table("a b", "e f")) == 3.0
    assert distance(table("a b", "c d"), table("a b", "c dd")) == 0.5


def test_a_row_cut_in_two_costs_itself_and_two_new_ones() -> None:
    assert distance(table("a b c d"), table("a b", "c d")) == 3.0
