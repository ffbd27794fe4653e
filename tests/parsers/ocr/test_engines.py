from __future__ import annotations

import socket
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from parsers.cache import cache_home
from parsers.ocr.engines import ENGINES, engine
from parsers.ocr.paddle import PaddleOcrEngine, model_name
from parsers.ocr.rapid import RapidOcrEngine
from parsers.ocr.tesseract import TesseractEngine, parse_tsv, png
from parsers.ocr.weights import DETECTION, bundled_models
from parsers.offline import SWITCHES, go_offline
from schemas.errors import BackendError, MissingExtraError, MissingProgramError, UsageError

ENGLISH = (
    "Data quality decides what a model can learn. Every page is",
    "parsed, cleaned and compared with its neighbours before it",
    "enters the corpus. Version 3.7 lists 1,204 tables in total.",
)
CHINESE = (
    "数据质量决定模型能学到什么。每一页都经过解析、",
    "清洗并与相邻页面比较，然后才进入语料库。",
    "报告第三版共列出一千二百张表格和五十八幅插图。",
)


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"a socket was opened: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def page(lines: tuple[str, ...], font: str) -> NDArray[np.uint8]:
    """A page at 150 dpi in a font that is built into PyMuPDF."""
    import pymupdf

    sheet = pymupdf.open().new_page()  # type: ignore[no-untyped-call]  # has no annotations
    for row, text in enumerate(lines):
        sheet.insert_text((60, 100 + 24 * row), text, fontname=font, fontsize=13)
    pixels = sheet.get_pixmap(dpi=150)
    shape = (pixels.height, pixels.width, pixels.n)
    return np.frombuffer(pixels.samples, np.uint8).reshape(shape)[:, :, :3]


def error_rate(found: str, truth: str) -> float:
    """Character error rate without white space."""
    return Levenshtein.distance("".join(found.split()), "".join(truth.split())) / len(truth)


@pytest.mark.real
@pytest.mark.usefixtures("no_sockets")
@pytest.mark.filterwarnings("ignore")  # paddlex and its dependencies warn while they load
@pytest.mark.parametrize("name", ["paddleocr", "rapidocr"])
@pytest.mark.parametrize(("lines", "font"), [(ENGLISH, "helv"), (CHINESE, "china-s")])
def test_real_engines_read_both_languages(name: str, lines: tuple[str, ...], font: str) -> None:
    found = engine(name).recognize(page(lines, font))
    assert error_rate("".join(line.text for line in found), "".join(lines)) <= 0.02
    assert all(0.5 < line.confidence <= 1 for line in found)
    assert [line.bbox.y0 for line in found] == sorted(line.bbox.y0 for line in found)


def test_models_are_made_once_however_many_start(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: bundled_models(tmp_path), range(4)))
    assert len(set(found)) == 1
    detection, recognition = found[0]
    assert model_name(detection) == DETECTION
    characters = (recognition / "inference.yml").read_text(encoding="utf-8")
    assert "\n  - 数\n" in characters.replace("    - ", "  - ")
    assert [path.name for path in tmp_path.iterdir()] == [detection.parent.name]


def test_without_the_wheel_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"corpusmill\[ocr\]"):
        bundled_models()


def test_the_cache_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORPUSMILL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_home() == tmp_path / "corpusmill"
    monkeypatch.setenv("CORPUSMILL_CACHE", "/elsewhere")
    assert cache_home() == Path("/elsewhere")
    monkeypatch.delenv("CORPUSMILL_CACHE")
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    home = cache_home()
    assert home.parent == tmp_path
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_engines_by_name() -> None:
    assert engine("rapidocr") is engine("rapidocr")
    assert engine("tesseract") == TesseractEngine()
    assert engine("paddleocr", threads=3) == PaddleOcrEngine(threads=3)
    for name in ENGINES:
        assert vars(engine(name))["threads"] == 1
    with pytest.raises(UsageError, match="paddleocr, rapidocr, tesseract"):
        engine("abbyy")


@pytest.mark.parametrize(
    ("module", "made"), [("paddleocr", PaddleOcrEngine()), ("rapidocr", RapidOcrEngine())]
)
def test_an_absent_package_names_the_extra(
    module: str, made: PaddleOcrEngine | RapidOcrEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"corpusmill\[ocr\]"):
        made.recognize(np.zeros((4, 4, 3), dtype=np.uint8))


def test_a_folder_without_models_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="no PaddleOCR model folder"):
        model_name(tmp_path)


TSV = """level\tpage_num\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t10\t20\t90\t12\t-1\t
5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t96.0\t数据
5\t1\t1\t1\t1\t2\t45\t21\t20\t12\t90.0\t质量
5\t1\t1\t1\t1\t3\t70\t20\t30\t11\t84.0\tmatters
5\t1\t1\t1\t2\t1\t10\t40\t30\t12\t50.0\tmore
"""


def script(folder: Path, body: str) -> str:
    """A program that stands in for Tesseract."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


BLANK = np.full((4, 6, 3), 255, dtype=np.uint8)


def test_tesseract_words_become_lines(tmp_path: Path) -> None:
    program = script(
        tmp_path, f'case "$1" in --list-langs) echo eng;; *) cat > /dev/null; echo "{TSV}";; esac'
    )
    lines = TesseractEngine(program=program).recognize(BLANK)
    assert [(line.text, tuple(line.bbox)) for line in lines] == [
        ("数据质量 matters", (10, 20, 100, 33)),
        ("more", (10, 40, 40, 52)),
    ]
    assert [line.confidence for line in lines] == pytest.approx([0.9, 0.5])
    assert parse_tsv(["5\tbroken"]) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sleep 5", "more than 0.3 s"),
        ("echo no data file >&2; exit 3", r"failed \(3\): no data file"),
        ("echo deu", "none of the languages"),
    ],
)
def test_what_goes_wrong_with_tesseract_is_said(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(BackendError, match=words):
        TesseractEngine(program=script(tmp_path, body), timeout=0.3).recognize(BLANK)


def test_without_tesseract_the_message_says_what_to_install() -> None:
    with pytest.raises(MissingProgramError, match="apt install tesseract-ocr"):
        TesseractEngine(program="tesseract-that-is-not-there").recognize(BLANK)


def test_the_image_handed_to_tesseract_is_the_page() -> None:
    import io

    from PIL import Image

    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(pixels)))), pixels)


def test_switches_are_set_but_not_over_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    go_offline()
    import os

    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert all(name in os.environ for name in SWITCHES)
