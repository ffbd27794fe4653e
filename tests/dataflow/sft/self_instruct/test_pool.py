from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.diversity.novelty import rouge_l
from dataflow.sft.self_instruct.pool import NOTHING_ALIKE, Pool

TEXTS = st.text(alphabet="ab c写诗 é", max_size=12)


def test_empty_pool_resembles_nothing() -> None:
    assert Pool().likeness("anything") == NOTHING_ALIKE
    assert NOTHING_ALIKE.highest == 0.0


@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS)
def test_likeness_is_rouge_l(texts: list[str], text: str) -> None:
    pool = Pool()
    for index, one in enumerate(texts):
        pool.add(str(index), one)
    found = pool.likeness(text)
    bare = [" ".join(one.casefold().split()) for one in texts]
    equal = (
        bare.index(" ".join(text.casefold().split()))
        if " ".join(text.casefold().split()) in bare
        else -1
    )
    expected = [1.0 if i == equal else rouge_l(text, one) for i, one in enumerate(texts)]
    assert found.highest == max(expected)
    assert found.mean == pytest.approx(sum(expected) / len(expected))
    assert dict(found.nearest) == {str(i): value for i, value in enumerate(expected)}


def test_texts_of_other_scripts_are_near_to_equal_ones_only() -> None:
    pool = Pool()
    pool.add("one", "Назовите три реки")
    assert pool.likeness("назовите  три реки").nearest == (("one", 1.0),)
    assert pool.likeness("Назовите три озера").highest == 0.0


def test_ten_nearest_are_kept_the_best_first() -> None:
    pool = Pool()
    for number in range(30):
        pool.add(f"t{number:02}", " ".join(["word"] * (number + 1)))
    found = pool.likeness("word word word")
    assert len(found.nearest) == 10
    assert found.nearest[0] == ("t02", 1.0)
    assert [value for _, value in found.nearest] == sorted(
        (v for _, v in found.nearest), reverse=True
    )
    assert len(pool) == 30
