"""Documents whose token counts lie on all sides of a small capacity."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import strategies as st
from numpy.typing import NDArray

WORDS = st.text(st.sampled_from(tuple("mill corn 磨坊谷物")), max_size=40)


@st.composite
def documents(draw: st.DrawFn) -> pl.DataFrame:
    """Frames (doc_id, text, source), ids in no order, some texts empty."""
    texts = draw(st.lists(WORDS, max_size=25))
    ids = draw(st.permutations([f"d{number:02d}" for number in range(len(texts))]))
    schema = {"doc_id": pl.String, "text": pl.String, "source": pl.String}
    return pl.DataFrame(
        {"doc_id": ids, "text": texts, "source": [f"file:{name}" for name in ids]}, schema=schema
    )


def encode_bytes(texts: list[str]) -> list[NDArray[np.int32]]:
    """Token numbers = UTF-8 bytes."""
    return [np.frombuffer(text.encode(), np.uint8).astype(np.int32) for text in texts]
