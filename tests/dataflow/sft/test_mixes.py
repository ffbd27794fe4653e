from __future__ import annotations

import itertools
from collections import Counter

import pytest

from dataflow.sft.drafts import DIFFICULTIES, KINDS, PERSPECTIVES, Traits
from dataflow.sft.mixes import DEFAULT_MIXES, Mix, mix_of, traits_of
from schemas.errors import RecipeError

NONE: tuple[Mix, Mix, Mix] = ((), (), ())


def chunk_ids(document: int, n: int) -> list[str]:
    return [f"document {document} chunk {i}" for i in range(n)]


def made(documents: int, each: int, mixes: tuple[Mix, Mix, Mix] = NONE) -> list[Traits]:
    return [
        traits
        for document in range(documents)
        for traits in traits_of(chunk_ids(document, each), "question", 0, mixes)
    ]


def farthest(values: list[str], mix: Mix) -> float:
    counts = Counter(values)
    return max(abs(counts[value] / len(values) - share) for value, share in mix)


def test_defaults_are_shares_of_every_value() -> None:
    for mix, values in zip(DEFAULT_MIXES, (PERSPECTIVES, DIFFICULTIES, KINDS), strict=True):
        assert [value for value, _ in mix] == sorted(values)
        assert sum(share for _, share in mix) == pytest.approx(1.0)
    assert dict(DEFAULT_MIXES[1]) == {"easy": 0.3, "medium": 0.5, "hard": 0.2}


def test_a_mix_is_normalised_and_sorted() -> None:
    assert mix_of("sft.kinds", {"explain": 3, "apply": 1}, KINDS) == (
        ("apply", 0.25), ("explain", 0.75),
    )  # fmt: skip
    once = mix_of("k", {"easy": 2, "hard": 1}, DIFFICULTIES)
    assert mix_of("k", once, DIFFICULTIES) == once
    assert mix_of("k", {}, KINDS) == ()


@pytest.mark.parametrize(
    "given",
    [
        {"sing": 1},
        {"explain": -1},
        {"explain": float("inf")},
        {"explain": float("nan")},
        {"explain": 0},
        {"explain": True},
        {"explain": "much"},
        {"explain": 1e308, "apply": 1e308},
    ],
)
def test_a_wrong_mix_names_its_key(given: dict[str, float]) -> None:
    with pytest.raises(RecipeError, match=r"^sft\.kinds: "):
        mix_of("sft.kinds", given, KINDS)


def columns(found: list[Traits]) -> list[list[str]]:
    rows = ([t.perspective, t.difficulty, t.kind] for t in found)
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 20])
def test_each_document_keeps_to_the_mix_within_one_topic(n: int) -> None:
    for document in range(50):
        found = columns(traits_of(chunk_ids(document, n), "question", 0, NONE))
        for values, mix in zip(found, DEFAULT_MIXES, strict=True):
            assert farthest(values, mix) * n < 1 + 1e-9


@pytest.mark.parametrize(
    ("documents", "each", "most"), [(60, 1, 0.1), (60, 4, 0.04), (9, 20, 0.03)]
)
def test_documents_together_keep_to_the_mix(documents: int, each: int, most: float) -> None:
    # mean over 30 seeds of 60 x 4: .016 and less; drawn one by one it is .04
    for values, mix in zip(columns(made(documents, each)), DEFAULT_MIXES, strict=True):
        assert farthest(values, mix) <= most


def test_the_three_mixes_do_not_go_in_step() -> None:
    found = made(400, 5)
    pairs = (
        (("perspective", 0), ("difficulty", 1)),
        (("difficulty", 1), ("kind", 2)),
        (("perspective", 0), ("kind", 2)),
    )
    for (one, i), (other, j) in pairs:
        joint = Counter((getattr(t, one), getattr(t, other)) for t in found)
        for (a, p), (b, q) in itertools.product(DEFAULT_MIXES[i], DEFAULT_MIXES[j]):
            assert abs(joint[a, b] / len(found) - p * q) <= 0.02, (a, b)
    assert len(set(found)) == len(PERSPECTIVES) * len(DIFFICULTIES) * len(KINDS)


def test_traits_depend_on_document_method_and_seed_alone() -> None:
    ids = chunk_ids(1, 6)
    once = traits_of(ids, "question", 0, NONE)
    assert traits_of(ids, "question", 0, NONE) == once
    assert traits_of(ids, "summary", 0, NONE) != once
    assert traits_of(ids, "question", 1, NONE) != once
    assert traits_of([], "question", 0, NONE) == []


def test_a_value_without_a_share_never_comes_up() -> None:
    kinds = mix_of("k", {"explain": 1, "apply": 0}, KINDS)
    hard = mix_of("k", {"hard": 1}, DIFFICULTIES)
    found = made(50, 4, ((), hard, kinds))
    assert {(traits.difficulty, traits.kind) for traits in found} == {("hard", "explain")}
