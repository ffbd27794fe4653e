from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.pdf_roundtrip import __main__ as command
from benchmarks.pdf_roundtrip import score
from benchmarks.pdf_roundtrip.metrics import Scores
from benchmarks.pdf_roundtrip.peers import Ran

TEXTS = {
    "en_a.tex": ("dev", "# Wells\n\nThe level rose.\n\n|a|b|\n|-|-|\n|1|2|\n"),
    "en_a.print": ("dev", "# Wells\n\nThe level rose.\n"),
    "zh_b.tex": ("dev", "# 水井\n\n水位上升。\n\n|甲|乙|\n|-|-|\n|1|2|\n"),
    "en_c.tex": ("kept", "# Kept\n\nUnseen.\n"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = {}
    for folder in ("pdf", "truth"):
        (tmp_path / folder).mkdir()
    for stem, (split, text) in TEXTS.items():
        doc, engine = stem.split(".")
        (tmp_path / "pdf" / f"{stem}.pdf").write_bytes(stem.encode())
        (tmp_path / "truth" / f"{stem}.md").write_text(text, encoding="utf-8")
        digest = hashlib.sha256(stem.encode()).hexdigest()
        rows[stem] = {
            "doc": doc, "engine": engine, "split": split, "sha256": digest, "pages": 2,
            "lang": stem[:2],
        }  # fmt: skip
    (tmp_path / "index.json").write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


def test_items_of_a_half(data: Path) -> None:
    found = score.items(data, "dev")

    assert [item.stem for item in found] == ["en_a.print", "en_a.tex", "zh_b.tex"]
    assert [item.language for item in found] == ["en", "en", "zh"]
    assert len(score.items(data, "all")) == 4


def test_a_pdf_that_is_not_the_indexed_one_is_refused(data: Path) -> None:
    (data / "pdf" / "zh_b.tex.pdf").write_bytes(b"another")

    with pytest.raises(ValueError, match=r"zh_b\.tex\.pdf is not the file of the index"):
        score.items(data, "dev")


def test_a_missing_prediction_scores_zero_and_scores_are_kept(data: Path, tmp_path: Path) -> None:
    found = score.items(data, "dev")
    folder, kept = tmp_path / "engine", tmp_path / "out" / "scores.json"
    folder.mkdir()
    (folder / "en_a.tex.md").write_text(TEXTS["en_a.tex"][1], encoding="utf-8")

    results = score.score_all(found, {"engine": folder}, kept)["engine"]

    assert results["en_a.tex"].teds == 1.0
    assert (results["zh_b.tex"].nid, results["zh_b.tex"].teds) == (0.0, 0.0)
    assert results["en_a.print"].teds is None
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 3
    assert score.score_all(found, {"engine": folder}, kept)["engine"] == results


def test_controls(data: Path, tmp_path: Path) -> None:
    found = score.controls(score.items(data, "dev"), tmp_path / "scores.json")

    assert all(one.nid == 1.0 for one in found["truth itself"].values())
    # the only Chinese document has none to be compared with but itself
    assert [round(one.nid, 1) for one in found["another's truth"].values()] == [1.0, 1.0, 1.0]


def scores(value: float, teds: float | None = None) -> Scores:
    return Scores(value, value, teds, teds, value, value, value)


def test_means_leave_out_what_a_document_has_not() -> None:
    found = [scores(0.5, 1.0), scores(1.0)]

    assert score.mean(found, "nid") == 0.75
    assert score.mean(found, "teds") == 1.0
    assert score.mean_of_three(found) == pytest.approx((0.75 + 1.0 + 0.75) / 3)
    assert score.mean_of_three([scores(1.0)]) is None


def test_the_interval_holds_the_difference_and_is_the_same_twice(data: Path) -> None:
    found = score.items(data, "dev")
    ours = {item.stem: scores(0.9) for item in found}
    peer = {"en_a.tex": scores(0.8), "en_a.print": scores(0.8), "zh_b.tex": scores(0.5)}

    low, high = score.interval(found, ours, peer, "nid")

    assert (low, high) == score.interval(found, ours, peer, "nid")
    # draws are of documents: both typesettings of the first, or the second alone, are the ends
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.4)


def test_tables_name_every_engine_and_group(data: Path) -> None:
    found = score.items(data, "dev")
    results = {name: {item.stem: scores(0.5, 0.5) for item in found} for name in ("ours-best", "x")}
    runs = {"ours-best": Ran("ours-best", cpu_seconds=3.0, failures={"en_a.tex": "late"})}

    lines = score.main_table(found, results, runs).splitlines()

    assert [cell.strip() for cell in lines[2].split("|")][1:5] == ["ours-best", "0.500"] + [
        "0.500"
    ] * 2
    assert [cell.strip() for cell in lines[2].split("|")][-3:-1] == ["0.500", "1"]
    assert "en (2)" in score.group_table(found, results, lambda item: item.language)
    assert "+0.000" in score.difference_table(found, results)


def test_details_are_never_of_the_kept_half(data: Path) -> None:
    found = score.items(data, "all")

    with pytest.raises(ValueError, match="not shown"):
        score.details(found, {item.stem: scores(1.0) for item in found}, None)


@pytest.mark.parametrize("split", ["kept", "all"])
def test_the_command_refuses_details_of_the_kept_half(
    split: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["pdf_roundtrip", "--split", split, "--details"])

    assert command.main() == 2
    assert "stays unseen" in capsys.readouterr().err
