"""A model server on the command line: its options, and what it is asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dataflow.sft.model_server import TEXTS, ModelServer, serving


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The texts that the model server knows, as JSON Lines."""
    path = tmp_path / "in.jsonl"
    rows = [{"id": name, "source": name, "text": text} for name, text in TEXTS.items()]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module", name="model_server")
def running_model() -> Iterator[ModelServer]:
    """A scripted model server for the tests of a module."""
    with serving() as model:
        yield model


def asked(server: ModelServer, *more: str) -> list[str]:
    """The options of `sft` that ask `server` for questions."""
    return ["--backend", "openai", "--url", server.url, "--model", "m",
            "--model-method", "question", *more]  # fmt: skip
