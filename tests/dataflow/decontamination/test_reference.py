"""The compiled search equals a slow one that follows the definition word by word."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.decontamination.stage import Decontaminate
from dataflow.decontamination.units import compose_with_places
from dataflow.dedup.folding import fold

WORDS = ("red", "Crane", "坞", "港", "é", "ship")
NGRAM, SHORTEST = 4, 3
texts = st.lists(st.sampled_from(WORDS), max_size=14)
joints = st.sampled_from([" ", ", ", "\n", " **", "；"])


def units(words: list[str]) -> list[str]:
    return [fold(word) for word in words]


def is_plain(gram: tuple[str, ...]) -> bool:
    return len(set(gram)) * 2 < len(gram)


def grams(words: list[str]) -> list[tuple[str, ...]]:
    size = NGRAM if len(words) >= NGRAM else len(words)
    found = [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
    return [gram for gram in found if not is_plain(gram)]


def contains(document: list[str], gram: tuple[str, ...]) -> bool:
    starts = range(len(document) - len(gram) + 1)
    return any(tuple(document[at : at + len(gram)]) == gram for at in starts)


def share(document: list[str], item: list[list[str]]) -> float:
    """The largest share of a part's n-grams that stand in `document`; 0 without any part."""
    long = [text for text in item if len(text) >= NGRAM]
    short = [gram for text in item if SHORTEST <= len(text) < NGRAM for gram in grams(text)]
    parts = [grams(text) for text in long] if long else [short]
    found = [sum(contains(document, gram) for gram in part) / len(part) for part in parts if part]
    return max(found, default=0.0)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=4),
    st.lists(texts, min_size=1, max_size=4),
    joints,
)
def test_shares_are_those_of_the_definition(
    items: list[list[list[str]]], documents: list[list[str]], joint: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        rows = [{"t": [" ".join(text) for text in item]} for item in items]
        path.write_text("\n".join(map(json.dumps, rows)))
        stage = Decontaminate(
            sets=(folder,), ngram=NGRAM, ngram_characters=NGRAM, shortest=SHORTEST,
            shortest_characters=SHORTEST, min_overlap=0.3, common=100,
        )  # fmt: skip
        frame = pl.DataFrame(
            {"doc_id": list(map(str, range(len(documents)))), "text": map(joint.join, documents)}
        )
        _, hits = stage(frame)
    found = {(row["doc_id"], row["item"]): row["overlap"] for row in hits.to_dicts()}
    expected = {}
    for number, document in enumerate(documents):
        for place, item in enumerate(items):
            value = share(units(document), [units(text) for text in item])
            if value >= 0.3:
                expected[str(number), str(place)] = value
    assert found == expected


@given(st.text(alphabet="ae\u0301\u0327港\u3099か\u1100\u1161ﬁx ", max_size=30))
def test_places_of_composed_texts_cover_the_original(text: str) -> None:
    composed = compose_with_places(text)
    assert len(composed.begins) == len(composed.ends) == len(composed.text)
    if text:
        assert composed.begins[0] == 0
        assert composed.ends[-1] == len(text)
    assert bool(np.all(composed.begins < composed.ends))
    assert bool(np.all(np.diff(composed.begins) >= 0))
    assert fold(composed.text) == fold(text)
