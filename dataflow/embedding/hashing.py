"""A deterministic stand-in for a model: hashed words and character trigrams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from dataflow.embedding.embedder import Kind, normalised, readable
from dataflow.retrieval.bm25 import terms


@dataclass(frozen=True)
class HashingEmbedder:
    """Texts that share words, or parts of words, are near; meaning is not known.

    For tests and for machines that cannot hold a model. Weinberger et al., "Feature Hashing for
    Large Scale Multitask Learning" (2009).
    """

    name: str = "hashing"
    dim: int = 256

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Signed sums over hashed features, L2-normalised, float32[n, dim]; `kind` is ignored."""
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature in _features(readable(text)):
                digest = xxhash.xxh32_intdigest(feature.encode())
                found[row, digest // 2 % self.dim] += 1.0 if digest % 2 else -1.0
        return normalised(found)


def _features(text: str) -> list[str]:
    words = terms(text)
    marked = [f"^{word}$" for word in words]
    return words + [word[i : i + 3] for word in marked for i in range(len(word) - 2)]
