from __future__ import annotations

import pytest

from parsers.pdf.front import date_in, front_matter, looks_like_file_name
from schemas.document import Element, ElementKind


def page(*parts: tuple[ElementKind, str]) -> list[Element]:
    return [Element(kind, text, page=1, level=2) for kind, text in parts]


TITLE, PARA, HEAD = ElementKind.TITLE, ElementKind.PARAGRAPH, ElementKind.HEADING


def test_everything_from_the_page_where_the_file_says_nothing() -> None:
    found = front_matter(
        page((TITLE, "On Tea"), (PARA, "By Ada Byron1, Lin Wanqiu2 and J. van der Berg"),
             (PARA, "Qinglan Hill, 8 March 2024"), (HEAD, "1 Introduction")),
        {},
    )  # fmt: skip
    assert found == {
        "title": "On Tea", "title_from": "page",
        "authors": "Ada Byron, Lin Wanqiu, J. van der Berg", "authors_from": "page",
        "date": "2024-03-08", "date_from": "page",
    }  # fmt: skip


def test_a_chinese_first_page() -> None:
    found = front_matter(
        page((TITLE, "茶园水文观测年报"), (PARA, "林晚秋、高树年、阮石"), (PARA, "二〇二五年一月")),
        {},
    )
    assert found == {
        "title": "茶园水文观测年报", "title_from": "page",
        "authors": "林晚秋、高树年、阮石", "authors_from": "page",
        "date": "2025-01", "date_from": "page",
    }  # fmt: skip


def test_the_files_own_entries_come_first() -> None:
    said = {"title": "Tea and Rain", "authors": "Gao Shunian", "date": "2023-05-01"}
    found = front_matter(page((TITLE, "On Tea"), (PARA, "Ada Byron, Lin Wanqiu")), said)
    assert found == said | {"title_from": "info", "authors_from": "info", "date_from": "info"}


def test_the_readers_word_on_where_an_entry_came_from_is_kept() -> None:
    found = front_matter([], {"title": "Tea", "title_from": "xmp"})
    assert found == {"title": "Tea", "title_from": "xmp"}


@pytest.mark.parametrize(
    "name",
    ["Microsoft Word - Bericht.doc", "untitled", "Untitled-3", "report_final_v2", "a.indd",
     "C:\\temp\\x", "PowerPoint Presentation", "未命名", "文档1", "20240131"],
)  # fmt: skip
def test_names_of_files_give_way_to_the_pages_title(name: str) -> None:
    assert looks_like_file_name(name)
    found = front_matter(page((TITLE, "On Tea")), {"title": name})
    assert (found["title"], found["title_from"]) == ("On Tea", "page")


@pytest.mark.parametrize(
    "title", ["On Tea", "Tea", "COVID-19 and Tea", "语料工厂手册", "2024 年报"]
)
def test_titles_of_words_stay(title: str) -> None:
    assert not looks_like_file_name(title)


@pytest.mark.parametrize(
    "line",
    ["University of Tea, Department of Rain", "Dear Dr Ferreira,", "The mill grinds slowly.",
     "12 Mill Lane, Old Town", "某某大学水文学院", "摘要", "绪论"],
)  # fmt: skip
def test_lines_that_are_no_names(line: str) -> None:
    assert "authors" not in front_matter(page((TITLE, "On Tea"), (PARA, line)), {})


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("March 8, 2024", "2024-03-08"), ("8th Mar. 2024", "2024-03-08"), ("May 2021", "2021-05"),
        ("2024年3月8日", "2024-03-08"), ("2024 年 3 月", "2024-03"), ("2024-03-08", "2024-03-08"),
        ("二〇二四年十二月三十一日", "2024-12-31"), ("March into 2024", ""), ("2024", ""),
        ("2024年13月", ""), ("word " * 50 + "8 March 2024", ""),
    ],
)  # fmt: skip
def test_dates(text: str, date: str) -> None:
    assert date_in(text) == date
