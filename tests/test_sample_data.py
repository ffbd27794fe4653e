"""The sample documents: listed, small, rebuilt byte for byte, and broken in the way they claim."""

from __future__ import annotations

import email
import email.policy
import importlib
import io
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dataflow.personal import checksums, domains
from sample_data.make import bulletins, personal
from sample_data.make.broken import PASSWORD
from sample_data.make.catalogue import BUILT_WITH, DOCUMENTS, FILES, TOOLS, build, versions
from schemas.records import Reason

SAMPLES = DOCUMENTS.parent
EXPECTED: dict[str, Any] = tomllib.loads((SAMPLES / "expected.toml").read_text(encoding="utf-8"))
OUTCOMES: dict[str, str | list[str]] = EXPECTED["outcomes"]


def committed() -> list[str]:
    """Files under `documents`, relative to it."""
    paths = (path for path in DOCUMENTS.rglob("*") if path.is_file())
    return sorted(path.relative_to(DOCUMENTS).as_posix() for path in paths)


def read(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def shingles(text: str, *, by_character: bool) -> set[tuple[str, ...]]:
    """Word or character 5-grams."""
    units = re.findall(r"\w" if by_character else r"\w+", text.lower())
    return {tuple(units[at : at + 5]) for at in range(len(units) - 4)}


def jaccard(first: str, second: str, *, by_character: bool = False) -> float:
    one = shingles(first, by_character=by_character)
    other = shingles(second, by_character=by_character)
    return len(one & other) / len(one | other)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    build(folder)
    return folder


def test_every_file_has_a_builder_and_an_outcome() -> None:
    assert committed() == sorted(FILES)
    assert sorted({uri.partition("#")[0] for uri in OUTCOMES}) == sorted(FILES)


def test_every_file_is_described_in_the_readme() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE)
    assert sorted(listed) == sorted(FILES)
    assert PASSWORD in readme


@pytest.mark.parametrize("name", sorted(FILES))
def test_readme_and_outcomes_agree(name: str) -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}` |"))
    said = set(re.findall(r"`([a-z_]+)`|\b(kept)\b", row.split("|")[-2]))
    wanted = {
        value
        for uri, outcome in OUTCOMES.items()
        if uri.partition("#")[0] == name
        for value in ([outcome] if isinstance(outcome, str) else outcome)
    }
    assert {code or kept for code, kept in said} == wanted


def test_outcomes_are_kept_or_reason_codes() -> None:
    known = {"kept", *(reason.value for reason in Reason)}
    without_ocr: dict[str, str] = EXPECTED["without_ocr"]
    values = [*OUTCOMES.values(), *without_ocr.values()]
    found = {code for value in values for code in ([value] if isinstance(value, str) else value)}
    assert found <= known
    assert set(without_ocr) <= set(OUTCOMES)


def test_groups_are_those_whose_outcome_is_open() -> None:
    grouped = [uri for group in EXPECTED["one_kept"] for uri in group["uris"]]
    assert sorted(grouped) == sorted(
        uri for uri, value in OUTCOMES.items() if isinstance(value, list)
    )
    assert len(grouped) == len(set(grouped))


def test_sizes_are_bounded() -> None:
    sizes = {name: len(read(name)) for name in committed()}
    assert max(sizes.values()) <= 600_000
    assert sum(sizes.values()) < 3_000_000


@pytest.mark.parametrize("name", sorted(FILES))
def test_rebuild_is_identical(name: str, rebuilt: Path) -> None:
    built_with = tomllib.loads(BUILT_WITH.read_text(encoding="utf-8"))
    tools = TOOLS.get(Path(name).suffix, ())
    other = [tool for tool in tools if versions()[tool] != built_with[tool]]
    if other:
        pytest.skip(f"made with another version of {', '.join(other)}")
    assert (rebuilt / name).read_bytes() == read(name)


@pytest.mark.parametrize(
    ("first", "second", "by_character"),
    [
        ("announcement.md", "announcement_revised.md", False),
        ("notice_zh.txt", "notice_zh_revised.txt", True),
    ],
)
def test_revised_versions_are_near_duplicates(first: str, second: str, by_character: bool) -> None:
    one, other = read(first).decode(), read(second).decode()
    assert 0.8 < jaccard(one, other, by_character=by_character) < 1


def test_announcement_in_html_has_the_words_of_the_markdown() -> None:
    page = re.search(r"<main>(.*)</main>", read("announcement.html").decode(), re.DOTALL)
    assert page is not None
    text = re.sub(r"<[^>]+>", " ", page[1])
    assert re.findall(r"\w+", text) == re.findall(r"\w+", read("announcement.md").decode())


def test_copies_are_what_they_claim() -> None:
    assert read("mirror/article_saved_again.html") == read("article_en.html")
    assert read("notice_zh_gb18030.txt").decode("gb18030") == read("notice_zh.txt").decode()
    with pytest.raises(UnicodeDecodeError):
        read("notice_zh_gb18030.txt").decode()


def test_jsonl_has_one_cut_line_and_one_repeated_text() -> None:
    lines = read("records.jsonl").decode().splitlines()
    assert len(lines) == 6
    with pytest.raises(json.JSONDecodeError):
        json.loads(lines[2])
    first, fifth = json.loads(lines[0]), json.loads(lines[4])
    assert first["text"] == fifth["text"]
    assert first["id"] != fifth["id"]


def test_pages_of_the_series_share_their_notices_and_little_else() -> None:
    pages = [read(f"bulletins/2026-{month:02}.html").decode() for month in range(1, 9)]
    for page in pages:
        assert [page.count(f"<p>{line}</p>") for line in bulletins.NOTICES] == [1, 1, 1, 1]
    bodies = [re.findall(r"<p>(.*)</p>", page) for page in pages]
    own = [line for body in bodies for line in body if line not in bulletins.NOTICES]
    assert len(own) == len(set(own))
    assert all(len(re.findall(r"\w+", page)) > 150 for page in pages[::2])
    assert all(len(re.findall("[\u4e00-\u9fff]", page)) > 300 for page in pages[1::2])


@pytest.mark.parametrize(("lang", "name"), [("en", "handover_en.md"), ("zh", "handover_zh.txt")])
def test_notices_hold_what_has_to_be_masked(lang: str, name: str) -> None:
    text, secrets = read(name).decode(), personal.secrets(lang)
    assert [kind for kind, secret in secrets.items() if text.count(secret) != 1] == []
    assert not domains.is_documentation(secrets["email"].partition("@")[2])


def test_invented_numbers_look_valid() -> None:
    assert checksums.iban(personal.account_number().replace(" ", ""))
    assert checksums.cn_id(personal.identity_number())
    assert personal.token().count(".") == 2
    digits = [int(char) for char in personal.ISBN if char.isdigit()]
    assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_letter_has_lines_that_end_inside_sentences() -> None:
    body = email.message_from_bytes(read("letter_zh.eml"), policy=email.policy.default)
    lines = [line for line in body.get_content().splitlines() if line]
    assert max(map(len, lines)) == 36
    assert sum(line[-1] not in "。，？：！" for line in lines) >= 5


def test_zip_bomb_is_small_on_disk_and_large_inflated() -> None:
    data = read("broken/zip_bomb.docx")
    assert len(data) <= 50_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 100_000_000


def test_mojibake_and_stray_bytes_are_in_place() -> None:
    repaired = read("broken/mojibake.txt").decode().encode("latin-1").decode()
    assert repaired.startswith("雨量计夜间倒空记录")
    english = read("broken/mojibake_en.txt").decode().encode("cp1252").decode()
    assert english.startswith("Why the café closes when it’s foggy")
    damaged = read("broken/nul_bytes.txt")
    assert damaged.count(b"\0") == 4
    with pytest.raises(UnicodeDecodeError):
        damaged.decode()


def test_pdfs_have_the_pages_and_text_they_should() -> None:
    pymupdf: Any = importlib.import_module("pymupdf")
    texts = {
        name: [page.get_text() for page in pymupdf.open(DOCUMENTS / name)]
        for name in ("paper_two_columns.pdf", "report_tables.pdf", "report_zh.pdf", "scan_en.pdf")
    }
    assert {name: len(pages) for name, pages in texts.items()} == {
        "paper_two_columns.pdf": 3, "report_tables.pdf": 3, "report_zh.pdf": 2, "scan_en.pdf": 1,
    }  # fmt: skip
    assert re.search(r"autocorre-\nlation", texts["paper_two_columns.pdf"][0])
    assert "第一章" in texts["report_zh.pdf"][0]
    assert texts["scan_en.pdf"] == [""]


def test_locked_pdf_opens_with_its_password_and_cut_pdf_has_no_page() -> None:
    pymupdf: Any = importlib.import_module("pymupdf")
    locked = pymupdf.open(DOCUMENTS / "broken/encrypted.pdf")
    assert locked.needs_pass
    assert locked.authenticate("oak") == 0
    assert locked.authenticate(PASSWORD) > 0
    assert "The goat is not to be told." in locked[0].get_text()
    assert pymupdf.open(stream=read("broken/truncated.pdf"), filetype="pdf").page_count == 0
