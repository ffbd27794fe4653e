"""Generated corpora of the tests: prose by seed, in English and Chinese, and frames of it."""

from __future__ import annotations

import random

import polars as pl

WORDS = [
    "mill", "grain", "flour", "stone", "water", "wheel", "river", "bank", "sack", "baker", "bread",
    "oven", "summer", "winter", "village", "market", "horse", "cart", "road", "bridge", "forest",
    "timber", "roof", "window", "letter", "school", "teacher", "garden", "apple", "storm",
    "harvest", "barley", "candle", "shadow", "evening", "morning", "silver", "copper", "engine",
]  # fmt: skip
HAN = "磨坊谷物面粉石水轮河岸麻袋师傅包炉夏冬村庄市场马车道路桥森林木屋顶窗户信学校老花园苹果"


def sentence(rng: random.Random, lang: str = "en", size: int = 14) -> str:
    """A sentence that is very likely to stand nowhere else."""
    if lang == "zh":
        return "".join(rng.choice(HAN) for _ in range(size * 2)) + "。"
    return " ".join(rng.choice(WORDS) for _ in range(size)).capitalize() + "."


def paragraph(rng: random.Random, lang: str = "en", sentences: int = 4) -> str:
    """Several sentences."""
    return ("" if lang == "zh" else " ").join(sentence(rng, lang) for _ in range(sentences))


def corpus(texts: list[str], sources: list[str] | None = None) -> pl.DataFrame:
    """A frame of `texts` with ids that sort as they stand."""
    named = sources or [f"site/{place}.md" for place in range(len(texts))]
    ids = [f"{place:04d}" for place in range(len(texts))]
    return pl.DataFrame({"doc_id": ids, "source": named, "text": texts})


def squeezed(text: str) -> str:
    """`text` without white space."""
    return "".join(text.split())
