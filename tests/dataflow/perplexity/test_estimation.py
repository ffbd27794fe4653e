"""The model against a plain one, and what makes its numbers probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.perplexity.counting import TEXT, Counted, Scheme, count_texts, merged
from dataflow.perplexity.estimation import Table, estimate, gathered
from dataflow.perplexity.kernels import EMPTY_CONTEXT, find, known, link, score_sequence
from dataflow.perplexity.models import same_tables
from dataflow.perplexity.tokens import BOUNDARY, UNKNOWN, code_points, tokenize
from tests.dataflow.perplexity.corpora import text
from tests.dataflow.perplexity.reference import PAD, ReferenceModel

PLENTY = 1 << 20


def _tokens(lang: str, written: str) -> tuple[np.ndarray, list[str]]:
    codes = code_points(written)
    tokens, spans = tokenize(codes, characters=lang == "zh")
    strings = ["".join(map(chr, codes[a:b])) for a, b in spans.tolist()]
    return tokens, [PAD if t == BOUNDARY else s for t, s in zip(tokens, strings, strict=True)]


def _counted(documents: Sequence[tuple[str, str, str]], order: int, lang: str) -> Counted:
    return count_texts(documents, Scheme(1, order, 1)).groups[lang, 0, TEXT]


def _documents(lang: str, count: int, seed: int = 3) -> list[tuple[str, str, str]]:
    rng = Random(seed)
    return [(str(i), lang, text(lang, rng, 6)) for i in range(count)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("order", [2, 3, 5])
def test_log_probabilities_are_those_of_the_plain_model(lang: str, order: int) -> None:
    documents = _documents(lang, 30)
    table = estimate([_counted(documents, order, lang)], order, PLENTY)
    reference = ReferenceModel([_tokens(lang, doc[2])[1] for doc in documents], order)
    rng = Random(9)
    for written in (text(lang, rng), text(lang, rng)[::-1], "An unseen zebra\n\n完全没见过的词"):
        tokens, strings = _tokens(lang, written)
        named = known(tokens, table.slots)
        found = np.empty(len(named))
        score_sequence(
            named, order, table.slots, table.values, table.contexts, table.backoffs, found
        )
        assert found == pytest.approx(reference.logs(strings), abs=1e-9)


def _log(table: Table, context: list[int], token: int, order: int) -> float:
    sequence = np.array([*context, token], np.uint32)
    found = np.empty(len(sequence))
    score_sequence(
        sequence, order, table.slots, table.values, table.contexts, table.backoffs, found
    )
    return float(found[-1])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("most_rows", [PLENTY, 60])
def test_probabilities_of_every_context_sum_to_one(lang: str, most_rows: int) -> None:
    order = 3
    counted = _counted(_documents(lang, 12), order, lang)
    table = estimate([counted], order, most_rows)
    _, vocabulary = gathered([counted], order, most_rows)
    words = [*vocabulary.tolist(), int(UNKNOWN)]
    rng = Random(5)
    seen = counted.rows[:20, : order - 1].tolist()
    contexts = [*seen, *(rng.sample(words, 2) for _ in range(10)), [int(UNKNOWN)] * 2, [], [777777]]
    for context in contexts:
        total = math.fsum(math.exp(_log(table, context, word, order)) for word in words)
        assert total == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 7), st.sampled_from([PLENTY, 300, 40]))
def test_neither_order_nor_packs_nor_slices_matter(
    random: Random, packs: int, most_rows: int
) -> None:
    documents = _documents("en", 14)
    whole = estimate([_counted(documents, 3, "en")], 3, most_rows)
    random.shuffle(documents)
    parts = [_counted(documents[i::packs], 3, "en") for i in range(packs)]
    assert same_tables(whole, estimate(parts, 3, most_rows))


def test_pruning_keeps_the_frequent_and_obeys_the_bound() -> None:
    counted = _counted(_documents("en", 80), 4, "en")
    pruned, vocabulary = gathered([counted], 4, 500)
    assert len(pruned.keys) <= 500 < len(counted.keys)
    least = int(pruned.counts.min())
    assert (counted.counts >= least).sum() == len(pruned.keys)
    assert len(vocabulary) == len(gathered([counted], 4, PLENTY)[1])


def test_counts_are_those_of_the_windows() -> None:
    counted = _counted([("a", "zh", "一二一二一"), ("b", "zh", "一二")], 2, "zh")
    one, two = (16 + ord(char) for char in "一二")
    found = {
        tuple(row): int(n) for row, n in zip(counted.rows.tolist(), counted.counts, strict=True)
    }
    assert found == {(1, one): 2, (one, two): 3, (two, one): 2}
    assert counted.tokens == 7
    assert merged([counted, counted], 2).counts.tolist() == (2 * counted.counts).tolist()


def test_unknown_tokens_have_a_probability_even_when_none_was_seen() -> None:
    documents = [("a", "zh", "一二一二一二"), ("b", "zh", "一二一二")]
    table = estimate([_counted(documents, 2, "zh")], 2, PLENTY)
    assert find(table.slots, link(EMPTY_CONTEXT, UNKNOWN)) >= 0
    assert math.exp(_log(table, [], int(UNKNOWN), 2)) > 0
