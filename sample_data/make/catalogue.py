"""Every sample file and the function that makes it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sample_data.make import (
    broken,
    bulletins,
    messages,
    office,
    paper,
    personal,
    reports,
    reports_zh,
    scans,
    texts,
    web,
)

DOCUMENTS = Path(__file__).parents[1] / "documents"
BUILT_WITH = Path(__file__).parents[1] / "built_with.toml"

PAGES = ("pillow", "pymupdf", "reportlab", "zlib")
TOOLS: dict[str, tuple[str, ...]] = {
    ".docx": ("lxml", "python-docx", "zlib"),
    ".eml": ("python",),
    ".epub": ("zlib",),
    ".jpg": (*PAGES, "numpy"),
    ".pdf": (*PAGES, "numpy"),
    ".pptx": ("lxml", "python-pptx", "zlib"),
    ".xlsx": ("openpyxl", "zlib"),
}
"""What shapes the bytes of a format besides our own scripts; nothing does for the others."""


def versions() -> dict[str, str]:
    """Version of every tool in `TOOLS` in this environment."""
    found = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    found["zlib"] = zlib.ZLIB_RUNTIME_VERSION
    names = {tool for tools in TOOLS.values() for tool in tools} - found.keys()
    return dict(sorted({**found, **{name: version(name) for name in names}}.items()))


def verbatim(name: str, encoding: str = "utf-8") -> bytes:
    """A text file as it stands."""
    return texts.read(name).encode(encoding)


def edited(name: str, old: str, new: str) -> bytes:
    """A text file with one passage replaced; raises ValueError when it is not there once."""
    text = texts.read(name)
    if text.count(old) != 1:
        raise ValueError(f"{name}: {old!r} occurs {text.count(old)} times, expected once")
    return text.replace(old, new).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "announcement.html": web.announcement,
    "announcement.md": partial(verbatim, "announcement.md"),
    "announcement_revised.md": partial(
        edited,
        "announcement.md",
        "Guided walks leave from the drying shed every full hour.",
        "Guided walks leave from the library at every half hour.",
    ),
    "article_en.html": web.english,
    "article_zh.html": web.chinese,
    "bilingual_guide.md": partial(verbatim, "bilingual_guide.md"),
    "booklet_zh.epub": messages.book,
    "broken/binary_junk.dat": broken.junk,
    "broken/billion_laughs.docx": broken.laughs,
    "broken/empty.md": bytes,
    "broken/encrypted.pdf": broken.encrypted,
    "broken/html_named.txt": web.staff_gauge,
    "broken/mojibake.txt": partial(broken.mojibake, "mojibake.txt", "latin-1"),
    "broken/mojibake_en.txt": partial(broken.mojibake, "mojibake_en.txt", "cp1252"),
    "broken/nul_bytes.txt": broken.nul_bytes,
    "broken/picture_named.pdf": broken.picture,
    "broken/short_note.txt": broken.short_note,
    "broken/spam_en.txt": partial(broken.spam, "spam_en.txt", 30),
    "broken/spam_zh.txt": partial(broken.spam, "spam_zh.txt", 30),
    "broken/truncated.pdf": broken.truncated,
    "broken/zip_bomb.docx": broken.bomb,
    "brook_words_zh.md": partial(verbatim, "brook_words_zh.md"),
    **{f"bulletins/2026-{month:02}.html": partial(bulletins.page, month) for month in range(1, 9)},
    "docs_markdown.md": partial(verbatim, "docs_markdown.md"),
    "docs_page.html": web.documentation,
    "email.eml": messages.mail,
    "handover_en.md": partial(personal.notice, "en"),
    "handover_zh.txt": partial(personal.notice, "zh"),
    "inventory.xlsx": office.workbook,
    "letter_zh.eml": messages.letter,
    "markdown_zh.md": partial(verbatim, "markdown_zh.md"),
    "mirror/article_saved_again.html": web.english,
    "notice_zh.txt": partial(verbatim, "notice_zh.txt"),
    "notice_zh_gb18030.txt": partial(verbatim, "notice_zh.txt", "gb18030"),
    "notice_zh_revised.txt": partial(
        edited, "notice_zh.txt", "十人以上的团体请提前三天预约。", "八人以上的团体请提前一周预约。"
    ),
    "paper_two_columns.pdf": paper.build,
    "proposal.docx": office.word,
    "records.jsonl": messages.records,
    "report_tables.pdf": reports.build,
    "report_zh.pdf": reports_zh.build,
    "saved_page_en.txt": partial(verbatim, "saved_page_en.txt"),
    "saved_page_zh.txt": partial(verbatim, "saved_page_zh.txt"),
    "scan_en.pdf": scans.english,
    "scan_zh.jpg": scans.chinese,
    "slides_zh.pptx": office.slides,
    "soil_data.md": partial(verbatim, "soil_data.md"),
}


def build(folder: Path) -> dict[str, int]:
    """Sizes in bytes of the files written under `folder`, by their path relative to it."""
    sizes = {}
    for name, make in FILES.items():
        data = make()
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sizes[name] = len(data)
    return sizes
