"""Corpora with near-duplicates, in English, Chinese and whatever else Unicode has."""

from __future__ import annotations

import polars as pl
from hypothesis import strategies as st

ENGLISH = st.sampled_from(
    ("the", "mill", "grinds", "corn", "into", "flour", "and", "sells", "it", "at", "market", "on",
     "every", "second", "day", "of", "may")
)  # fmt: skip
CHINESE = st.sampled_from(tuple("磨坊把谷物磨成面粉并在集市上出售每逢五月的第二天"))
ANY = st.text(max_size=60)
TRICKY = st.text(
    st.sampled_from(list("aAßΣςİﬁ字漢カﾞがガ한각한\u0301\u0323\u3099 _-*#\n\t、。😀½ﷺهिक्")),
    max_size=40,
)
"""Characters that expand, combine, reorder or change case in odd ways."""


@st.composite
def edited(draw: st.DrawFn) -> list[str]:
    """A text and variants of it with some units replaced, in one language."""
    english = draw(st.booleans())
    unit, glue = (ENGLISH, " ") if english else (CHINESE, "")
    base = draw(st.lists(unit, min_size=1, max_size=60))
    texts = [glue.join(base)]
    for _ in range(draw(st.integers(0, 4))):
        variant = list(base)
        for place in draw(st.lists(st.integers(0, len(base) - 1), max_size=3)):
            variant[place] = draw(unit)
        texts.append(glue.join(variant))
    return texts


@st.composite
def corpora(draw: st.DrawFn) -> pl.DataFrame:
    """Frames (doc_id, text, source) of up to about 20 documents with ids in no order."""
    texts = [text for family in draw(st.lists(edited(), max_size=4)) for text in family]
    texts += draw(st.lists(st.one_of(ANY, st.just(""), st.just("word"), st.just("字")), max_size=4))
    texts = draw(st.permutations(texts))
    ids = draw(st.permutations([f"d{number:03d}" for number in range(len(texts))]))
    return pl.DataFrame(
        {"doc_id": ids, "text": texts, "source": [f"file:{name}" for name in ids]},
        schema={"doc_id": pl.String, "text": pl.String, "source": pl.String},
    )
