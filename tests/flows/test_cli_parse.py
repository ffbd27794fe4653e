"""`corpusmill parse`: one output for each document, whatever the inputs are called."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dataflow.io.shards import read_all
from dataflow.verify import verify
from dataflow.written import LEDGER
from schemas.tables import DOCUMENTS, REJECTS
from tests.finished_run import SAMPLES, call

PAGE = "<html><body><h1>Rain</h1><p>It rained on {day}.</p></body></html>"


def tree(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != LEDGER)
    return sorted(path.relative_to(folder).as_posix() for path in files)


def parse(*arguments: str | Path, code: int = 0) -> dict[str, object]:
    """The summary that the command prints as JSON."""
    answer = call("parse", *arguments, "--json", "--ocr", "never", "--workers", "1")
    assert answer.code == code, answer.err
    summary: dict[str, object] = json.loads(answer.out)
    return summary


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "a.md").write_text("# Heading\n\nText in Markdown.\n")
    (folder / "a.html").write_text(PAGE.format(day="Monday"))
    (folder / "a.txt").write_text("Plain text about rain.\n")
    (folder / "deep" / "deeper" / "a.md").write_text("# 水位\n\n今天的水位是三米。\n", "utf-8")
    (folder / "note #1.md").write_text("A name with a number sign.\n")
    (folder / "records.jsonl").write_text(
        '{"text": "The first record."}\n{broken\n{"text": "第三条记录。"}\n', "utf-8"
    )
    (folder / "empty.md").write_text("")
    return folder


def test_markdown_files_keep_folders_and_never_collide(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = parse(inputs, "-o", out)
    assert tree(out) == [
        "a.md", "a.md.md", "a.txt.md", "deep/deeper/a.md", "note #1.md", "records-1.md",
        "records-3.md", "rejects.jsonl",
    ]  # fmt: skip
    assert (out / "a.md").read_text() == "# Rain\n\nIt rained on Monday.\n"
    assert (out / "a.md.md").read_text() == "# Heading\n\nText in Markdown.\n"
    assert (out / "deep" / "deeper" / "a.md").read_text("utf-8") == "# 水位\n\n今天的水位是三米。\n"
    assert (out / "records-3.md").read_text("utf-8") == "第三条记录。\n"
    assert summary["files"] == 7
    assert summary["documents"] == 7


def test_rejects_are_told_in_a_file_and_on_standard_error(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call("parse", inputs, "-o", out, "--workers", "1")
    assert answer.code == 0
    assert answer.out == f"7 documents in {out}\n"
    rows = [json.loads(line) for line in (out / "rejects.jsonl").read_text("utf-8").splitlines()]
    assert sorted((row["source"], row["reason"], row["level"]) for row in rows) == [
        ("empty.md", "empty_file", "file"),
        ("records.jsonl#2", "invalid_record", "document"),
    ]
    assert "empty.md: empty_file: " in answer.err
    assert "records.jsonl#2: invalid_record: " in answer.err


def test_an_old_list_of_rejects_does_not_stay(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    parse(inputs / "empty.md", "-o", out, code=3)
    assert tree(out) == ["rejects.jsonl"]
    parse(inputs / "a.md", "-o", out)
    assert tree(out) == ["a.md"]


def test_json_files_hold_elements_with_their_places(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    parse(inputs / "a.html", SAMPLES / "report_tables.pdf", "-o", out, "--to", "json")
    assert tree(out) == ["a.json", "report_tables.json"]
    page = json.loads((out / "a.json").read_text("utf-8"))
    assert page["source"] == "a.html"
    assert page["media_type"] == "text/html"
    assert page["text"].rstrip() == "# Rain\n\nIt rained on Monday."
    assert "suffix" not in page
    for element in page["elements"]:
        assert page["text"][element["char_start"] : element["char_end"]].strip()
    report = json.loads((out / "report_tables.json").read_text("utf-8"))
    tables = [element for element in report["elements"] if element["kind"] == "table"]
    assert [table["page"] for table in tables] == [1, 2, 2]
    log = tables[2]["cells"]
    assert {cell["page"] for cell in log if cell["text"]} >= {3}, "the log goes on over the page"
    assert all(len(table["bbox"]) == 4 and table["page"] >= 1 for table in tables)
    assert all(cell["text"] is not None for table in tables for cell in table["cells"])


def test_parquet_is_the_documents_data_set(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = parse(inputs, "-o", out, "--to", "parquet")
    documents, rejects = read_all(out, "documents"), read_all(out, "rejects")
    assert documents.columns == DOCUMENTS.schema.names
    assert rejects.columns == REJECTS.schema.names
    assert documents["source"].to_list() == [
        "a.html", "a.md", "a.txt", "deep/deeper/a.md", "note #1.md", "records.jsonl#1",
        "records.jsonl#3",
    ]  # fmt: skip
    assert summary["rejects"] == rejects.to_dicts()
    assert all(check.ok for check in verify(out))
    assert not (out / "rejects.jsonl").exists()
    assert call("chunk", out, "-o", tmp_path / "chunks").code == 0
    langs = dict(read_all(tmp_path / "chunks", "chunks").select("source", "lang").iter_rows())
    assert langs["deep/deeper/a.md"] == "zh"


def test_inputs_with_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "docs").mkdir(parents=True)
        (tmp_path / folder / "docs" / "a.md").write_text(f"Text of {folder}.\n")
    parse(tmp_path / "one" / "docs", tmp_path / "two" / "docs", "-o", tmp_path / "out")
    assert tree(tmp_path / "out") == ["docs/a.md", "docs~2/a.md"]
    assert (tmp_path / "out" / "docs~2" / "a.md").read_text() == "Text of two.\n"


def test_an_input_beside_the_output_is_not_overwritten(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("*  My   own spacing\n")
    parse(note, "-o", tmp_path)
    assert note.read_text() == "*  My   own spacing\n"
    assert (tmp_path / "note.md.md").read_text() == "- My   own spacing\n"


def test_a_folder_named_like_an_output_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "in" / "a.md").mkdir(parents=True)
    (tmp_path / "in" / "a.md" / "b.txt").write_text("Inside.\n")
    (tmp_path / "in" / "a.txt").write_text("Outside.\n")
    parse(tmp_path / "in", "-o", tmp_path / "out")
    assert tree(tmp_path / "out") == ["a.md/b.md", "a.txt.md"]


def test_names_as_long_as_a_file_system_takes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (f"{'x' * 251}.txt", f"{'x' * 252}.md", f"{'水' * 84}.md"):
        (folder / name).write_text("Some text.\n")
    parse(folder, "-o", tmp_path / "out", "--to", "json")
    names = tree(tmp_path / "out")
    assert len(names) == 3
    assert all(len(name.encode()) <= 255 for name in names)


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_text("Some text.\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xe9.pdf")).write_text("%PDF-1.7 nothing\n")
    summary = parse(folder, "-o", tmp_path / "out")
    assert summary["documents"] == 1
    assert tree(tmp_path / "out") == ["caf\\xe9.md", "rejects.jsonl"]


def test_nothing_to_convert(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    summary = parse(tmp_path / "in", "-o", tmp_path / "out")
    assert summary == {"files": 0, "documents": 0, "rejects": [], "out": str(tmp_path / "out")}
    assert (tmp_path / "out").is_dir()


def test_exit_code_3_when_no_file_could_be_converted(inputs: Path, tmp_path: Path) -> None:
    summary = parse(inputs / "empty.md", "-o", tmp_path / "out", code=3)
    assert summary["documents"] == 0


def test_a_password_opens_what_it_opens(tmp_path: Path) -> None:
    from sample_data.make.broken import PASSWORD

    locked = SAMPLES / "broken" / "encrypted.pdf"
    out = tmp_path / "yes"
    parse(locked, "-o", out, "--password", PASSWORD, "--to", "parquet")
    assert read_all(out, "documents").height == 1
    assert PASSWORD not in (out / "manifest.json").read_text("utf-8")


def test_overlay_draws_the_pages_of_pdfs(inputs: Path, tmp_path: Path) -> None:
    out, pages = tmp_path / "out", tmp_path / "pages"
    shutil.copyfile(SAMPLES / "report_zh.pdf", inputs / "a.pdf")
    fast = ("--pdf-profile", "fast", "--pdf-engine", "pdfium")
    summary = parse(inputs / "a.pdf", inputs / "a.html", "-o", out, "--overlay", pages, *fast)
    assert (summary["documents"], summary["overlay_pages"]) == (2, 2)
    assert (summary["overlay_failures"], summary["overlay_skipped"]) == ([], ["a.html"])
    assert tree(out) == ["a.md", "a.pdf.md"]
    assert tree(pages) == ["a.pdf/page-0001.png", "a.pdf/page-0002.png"]
    first = (pages / "a.pdf" / "page-0001.png").read_bytes()
    assert first.startswith(b"\x89PNG\r\n")
    again = call(
        "parse", inputs / "a.pdf", inputs / "a.html", "-o", out, "--overlay", pages, "--workers",
        "1", "--ocr", "never", *fast,
    )  # fmt: skip
    assert again.code == 0
    assert again.out == f"2 documents in {out}\n2 pages drawn in {pages}\n"
    assert again.err == "no overlay for 1 input that is no PDF: a.html\n"
    assert (pages / "a.pdf" / "page-0001.png").read_bytes() == first


def test_what_parse_did_not_write_is_not_replaced(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.md").write_text("mine")
    answer = call("parse", inputs / "a.html", "-o", out, "--ocr", "never", "--workers", "1")
    assert answer.code == 2
    assert "a.md was not made by corpusmill and would be replaced" in answer.err
    assert (out / "a.md").read_text() == "mine"
    assert tree(out) == ["a.md"]


@pytest.mark.real
def test_workers_import_nothing_from_the_folder_they_start_in(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text("print('from the folder')", encoding="utf-8")
    (tmp_path / "a.md").write_text("# A title\n\nText of the user.\n", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("corpusmill"), "parse", "a.md", "-o", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "from the folder" not in done.stdout + done.stderr
    assert (tmp_path / "out" / "a.md").read_text(encoding="utf-8").startswith("# A title")
