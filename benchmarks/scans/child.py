"""One way of recognition over a folder of pages, in a process of its own: text, cells, cost.

    python -m benchmarks.scans.child WAY FOLDER OUT.json

WAY is `pdf-ENGINE` or `image-ENGINE` (the parsers, as the parse command calls them, on scans in a
PDF or as picture files), or `bare-ENGINE` (the engine at its own defaults, lines in its own order).
CPU seconds are those of this process and of its children, without loading the models, which the
folder's page `warm` does first.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What was found on a page: its text, the rows of its largest table."""

    text: str
    rows: list[list[str]]


Way = Callable[[Path], Answer]


def ours(engine: str) -> Way:
    """The parsers, with an engine behind the seam."""
    from parsers.base import ParseOptions
    from parsers.registry import parse_bytes
    from schemas.document import Document, Element

    def said(element: Element) -> str:
        if element.table is None:
            return f"{element.marker or ''} {element.text}".strip()
        return "\n".join(" ".join(row) for row in element.table.grid())

    def read(path: Path) -> Answer:
        (document,) = parse_bytes(path.name, path.read_bytes(), ParseOptions(ocr_engine=engine))
        if not isinstance(document, Document):
            return Answer("", [])
        tables = [element.table.grid() for element in document.elements if element.table]
        return Answer("\n".join(map(said, document.elements)), max(tables, key=len, default=[]))

    return read


def pixels(path: Path) -> Any:
    """The page's picture, BGR."""
    import numpy as np
    from PIL import Image

    with Image.open(path) as image:
        return np.array(image.convert("RGB"))[:, :, ::-1].copy()


def bare_paddle() -> Way:
    """PaddleOCR as it comes, on the weights that can be had without a download."""
    from paddleocr import PaddleOCR

    from parsers.ocr.paddle import model_name
    from parsers.ocr.weights import bundled_models

    detection, recognition = bundled_models()
    pipeline = PaddleOCR(
        text_detection_model_name=model_name(detection),
        text_detection_model_dir=str(detection),
        text_recognition_model_name=model_name(recognition),
        text_recognition_model_dir=str(recognition),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        device="cpu",
        engine="onnxruntime",
    )
    return lambda path: Answer("\n".join(pipeline.predict(pixels(path))[0]["rec_texts"]), [])


def bare_rapid() -> Way:
    """RapidOCR as it comes."""
    from rapidocr import RapidOCR

    reader = RapidOCR(params={"Global.log_level": "error"})
    return lambda path: Answer("\n".join(reader(pixels(path)).txts or ()), [])


def bare_tesseract() -> Way:
    """Tesseract as it comes, both languages."""
    import subprocess

    def read(path: Path) -> Answer:
        command = ["tesseract", str(path), "stdout", "-l", "chi_sim+eng"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return Answer(done.stdout, [])

    return read


BARE = {"paddleocr": bare_paddle, "rapidocr": bare_rapid, "tesseract": bare_tesseract}


def cpu() -> float:
    """CPU seconds so far, children included."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF,
                                                       resource.RUSAGE_CHILDREN))  # fmt: skip
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def peak() -> int:
    """Peak resident memory in MiB of this process or of a child of it."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) // 1024


def main() -> int:
    """Reads every page of the folder and writes what was found."""
    from parsers.offline import go_offline

    warnings.simplefilter("ignore")
    go_offline()
    way, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    kind, _, engine = way.partition("-")
    read = BARE[engine]() if kind == "bare" else ours(engine)
    ending = "*.pdf" if kind == "pdf" else "*.img"
    read(next(folder.glob(f"warm{ending[1:]}")))
    found: dict[str, Any] = {}
    for path in sorted(folder.glob(ending)):
        if path.stem == "warm":
            continue
        before = cpu()
        answer = read(path)
        found[path.stem] = {**answer._asdict(), "cpu": cpu() - before}
    out.write_text(json.dumps({"pages": found, "peak": peak()}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
