"""Labels into thresholds, general data and chat formats, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.samples import SCORES
from tests.finished_run import call

SOURCE = {
    "id": "mill", "source": "mill.md",
    "text": "# The old mill\n\nThe old mill at the weir was built by Ada Storm in 1904. "
            "The mill is a tall stone house beside the river Alder.\n",
}  # fmt: skip


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with samples of one document."""
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(SOURCE), encoding="utf-8")
    answer = call("sft", path, "-o", tmp_path / "out")
    assert answer.code == 0, answer.err
    return tmp_path / "out"


def labels(path: Path, *rows: tuple[float, int], **more: Any) -> Path:
    path.write_text("\n".join(json.dumps({"score": s, "label": n, **more}) for s, n in rows))
    return path


ROWS = ((0.9, 1), (0.8, 1), (0.7, 0), (0.6, 1), (0.3, 0))


def test_a_threshold_for_the_recipe(tmp_path: Path) -> None:
    path = labels(tmp_path / "l.jsonl", *ROWS)
    assert call("calibrate", path).out.splitlines() == [
        "5 labels, 3 good; AUC 0.833",
        "balanced accuracy 0.833, precision 1.000, recall 0.667 at 0.75",
        "[judge]",
        "min_judge = 0.75",
    ]
    lower = call("calibrate", path, "--precision", "0.75", "--score", "faithfulness")
    assert lower.out.splitlines()[-1] == "min_faithfulness = 0.45"
    found = json.loads(call("calibrate", path, "--json").out)
    assert (found["key"], found["value"], found["labels"]) == ("judge.min_judge", 0.75, 5)


def test_a_score_of_which_less_is_better_has_an_upper_bound(tmp_path: Path) -> None:
    path = labels(tmp_path / "l.jsonl", (0.2, 1), (0.5, 1), (1.1, 0))
    answer = call("calibrate", path, "--score", "ifd")
    assert answer.out.splitlines()[-1] == "max_ifd = 0.8"
    assert "AUC 1.000" in answer.out


def test_the_length_alone_stands_beside_the_score(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text("\n".join(
        json.dumps({"score": score, "label": label, "length": 100 - 10 * score})
        for score, label in ROWS
    ))  # fmt: skip
    assert call("calibrate", path).out.startswith(
        "5 labels, 3 good; AUC 0.833, by length alone 0.833\n"
    )


def reviewed(out: Path, **scores: float | None) -> None:
    facts = dict.fromkeys(name for name, _ in SCORES) | {"method": "m", "task": "qa"} | scores
    rows = [
        {"sample_id": f"s{n}", "good": good, "bad": bad, "comments": ["a\u2028b"],
         "facts": facts | ({"judge": n / 10, "answer_tokens": 5} if "judge" in scores else {})}
        for n, (good, bad) in enumerate([(0, 1), (1, 2), (1, 1), (2, 1), (1, 0)])
    ]  # fmt: skip
    (out / "review").mkdir(parents=True)
    (out / "review" / "verdicts.jsonl").write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8"
    )


def test_thresholds_from_the_reviews_of_a_run(tmp_path: Path) -> None:
    reviewed(tmp_path / "out", judge=0.0, faithfulness=None)
    answer = call("calibrate", tmp_path / "out")
    assert answer.out.splitlines()[0] == "4 labels, 2 good; AUC 1.000, by length alone 0.500"
    assert answer.out.splitlines()[-1] == "min_judge = 0.2"
    answer = call("calibrate", tmp_path / "out", "--score", "faithfulness")
    assert (answer.code, answer.out) == (2, "")
    assert "was not measured of any of 4 samples judged; measured: judge" in answer.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"score": 1}', "l.jsonl:1"), ("[" * 99_999, "l.jsonl:1"), ("\ud800", "l.jsonl:1"),
        ('{"score": 1e999, "label": 1}', "finite"), ('{"score": 1, "label": [1]}', "the label is"),
        ('{"score": 1, "label": 1}', "both kinds"), ('{"score": 1, "label": 1, "length": "x"}',
        "l.jsonl:1"), ('\n{"score": 5, "label": 1}\n{', "l.jsonl:3"),
        (f'{{"score": {"9" * 400}, "label": 1}}', "l.jsonl:1"),
    ],
)  # fmt: skip
def test_labels_that_are_none(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    answer = call("calibrate", path)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_what_calibrate_cannot_do(tmp_path: Path) -> None:
    path = labels(tmp_path / "l.jsonl", (0.5, 1), (0.6, 0))
    for arguments, message in (
        ((path, "--precision", "0.9"), "no threshold has a precision of 0.9"),
        ((path, "--score", "quality"), "Invalid value for '--score'"),
        ((tmp_path / "none.jsonl",), "cannot be read"),
        ((tmp_path,), "`corpusmill verdicts` keeps reviews there"),
    ):
        answer = call("calibrate", *arguments)
        assert (answer.code, answer.out) == (2, "")
        assert message in answer.err


def test_general_data_that_falls_short_is_told(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text('{"prompt": "a", "completion": "b"}\n{"prompt": "\\ud800"}\n{\n')
    answer = call("export", out, "--general", path, "--share", "0.9")
    assert answer.code == 0
    assert "1 general conversations are 0." in answer.out
    assert "general data: wanted 0.9, reached 0." in answer.err
    assert "only 1 conversation in the files" in answer.err
    assert "general data, left out: 1 no_conversation, 1 not_json" in answer.err
    found = json.loads(call("export", out, "--general", path, "--share", "0.9", "--json").out)
    assert found["general"]["left_out"] == {"no_conversation": 1, "not_json": 1}
    assert (found["general"]["used"], found["general"]["read"]) == (1, 3)
    assert 0 < found["general"]["reached"] < 0.9
    path.write_text("{\n")
    answer = call("export", out, "--general", path, "--share", "0.9")
    assert (answer.code, answer.out) == (2, "")
    assert "g.jsonl, line 1: not_json" in answer.err


def test_a_chat_template_of_a_file(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text('start = "<{role}>"\nend = "</s>"\n')
    answer = call("export", out, "--format", "tokens", "--template", path, "--json")
    assert answer.code == 0, answer.err
    (name,) = (name for name in json.loads(answer.out)["files"] if "train" in name)
    first = json.loads(Path(name).read_text("utf-8").split("\n")[0])
    text = bytes(first["input_ids"]).decode()
    assert text.startswith("<user>")
    assert text.endswith("</s>")
    assert call("export", out, "--template", path).code == 2
    path.write_text('start = "<user>"\nend = "</s>"\n')
    answer = call("export", out, "--format", "tokens", "--template", path)
    assert (answer.code, answer.out) == (2, "")
    assert "start must hold {role}" in answer.err


def test_verdicts_on_what_holds_no_samples(out: Path, tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text('[{"id": 5, "responses": {}}]')
    call("chunk", tmp_path / "in.jsonl", "-o", tmp_path / "chunked")
    for folder, file, message in (
        (tmp_path / "chunked", "e.json", "has no samples: run `corpusmill sft`"),
        (tmp_path / "nowhere", "e.json", "holds no finished run"),
        (out, "e.json", "0.id: Input should be a valid string"),
        (out, "none.json", "cannot be read"),
        (out, "out", "cannot be read"),
    ):
        answer = call("verdicts", folder, tmp_path / file)
        assert (answer.code, answer.out) == (2, "")
        assert message in answer.err
    assert call("review", out, "--to", "paper").code == 2
