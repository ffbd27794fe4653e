from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from parsers.base import ParseOptions
from parsers.office import SPACY_MODEL, OfficeParser
from schemas.document import Document, ElementKind, IssueCode, Table
from schemas.errors import ParseError
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source
from tests.parsers.office_files import book, deck, mail, with_part, word, workbook, zipped

K = ElementKind


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt to reach a network fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"a socket was opened: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def parse(data: bytes, media_type: MediaType) -> Document:
    source = Source("in/file", sha256_hex(data), media_type, len(data))
    return OfficeParser().parse(source, data, ParseOptions())


def kinds(document: Document) -> list[tuple[ElementKind, int | None, str]]:
    return [(element.kind, element.level, element.text) for element in document.elements]


def spans(table: Table | None) -> list[tuple[str, int, int]]:
    assert table is not None
    return [(cell.text, cell.row_span, cell.col_span) for cell in table.cells]


def outline(document: Any) -> None:
    document.core_properties.title = "年度报告"
    document.core_properties.author = "Ann"
    document.sections[0].header.paragraphs[0].text = "confidential"
    document.add_heading("Annual report", 0)
    document.add_heading("第一章 概述", 1)
    document.add_paragraph("Short one")
    document.add_heading("Details", 3)
    document.add_paragraph("apple", style="List Bullet")
    document.add_paragraph("苹果", style="List Bullet 2")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("第二", style="List Number")
    document.add_paragraph("Figure 1. A curve", style="Caption")
    document.add_paragraph("Said by someone.", style="Quote")


def test_word_styles_become_kinds_and_levels() -> None:
    document = parse(word(outline), MediaType.DOCX)
    assert kinds(document) == [
        (K.PAGE_HEADER, None, "confidential"),
        (K.TITLE, 1, "Annual report"),
        (K.HEADING, 1, "第一章 概述"),
        (K.PARAGRAPH, None, "Short one"),
        (K.HEADING, 3, "Details"),
        (K.LIST_ITEM, 0, "apple"),
        (K.LIST_ITEM, 1, "苹果"),
        (K.LIST_ITEM, 0, "first"),
        (K.LIST_ITEM, 0, "第二"),
        (K.CAPTION, None, "Figure 1. A curve"),
        (K.QUOTE, None, "Said by someone."),
    ]
    assert [e.marker for e in document.elements if e.kind is K.LIST_ITEM] == ["-", "-", "1.", "2."]
    assert document.metadata["title"] == "年度报告"
    assert document.metadata["author"] == "Ann"


def test_a_style_with_an_outline_level_is_a_heading() -> None:
    def fill(document: Any) -> None:
        style = document.styles.add_style("章标题", 1)
        style.element.get_or_add_pPr().append(
            parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>')
        )
        document.add_paragraph("背景", style="章标题")

    assert kinds(parse(word(fill), MediaType.DOCX)) == [(K.HEADING, 2, "背景")]


def test_word_tables_keep_their_spans() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(3, 3)
        for row in range(3):
            for col in range(3):
                table.cell(row, col).text = f"{row}{col}"
        table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"

    document = parse(word(fill), MediaType.DOCX)
    assert spans(document.elements[0].table) == [
        ("宽", 1, 2), ("02", 1, 1), ("10", 1, 1), ("11", 1, 1), ("tall", 2, 1),
        ("20", 1, 1), ("21", 1, 1),
    ]  # fmt: skip


INSERTED = f"<w:ins {nsdecls('w')} w:id='1' w:author='a'><w:r><w:t>kept 保留</w:t></w:r></w:ins>"
DELETED = f"<w:del {nsdecls('w')} w:id='2'><w:r><w:delText>gone</w:delText></w:r></w:del>"
CONTROL = (
    f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>inside a control</w:t></w:r>"
    "</w:p></w:sdtContent></w:sdt>"
)
BOX = (
    f"<w:r {nsdecls('w')}><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox>"
    "<w:txbxContent><w:p><w:r><w:t>boxed 文本框</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    "</v:shape></w:pict></w:r>"
)
NOTES = (
    f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>-"
    "</w:t></w:r></w:p></w:footnote><w:footnote w:id='1'><w:p><w:r><w:t>See the 附录.</w:t></w:r>"
    "</w:p></w:footnote></w:footnotes>"
)


def test_text_that_python_docx_skips_is_not_lost() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("It was ")
        for part in (INSERTED, DELETED, BOX):
            paragraph._p.append(parse_xml(part))
        paragraph._p.addnext(parse_xml(CONTROL))
        math = f"<m:oMath {nsdecls('m')}><m:r><m:t>a=b+c</m:t></m:r></m:oMath>"
        document.add_paragraph("Where")._p.append(parse_xml(math))

    data = with_part(word(fill), "word/footnotes.xml", lambda _: NOTES.encode())
    assert [(e.kind, e.text) for e in parse(data, MediaType.DOCX).elements] == [
        (K.PARAGRAPH, "It was kept 保留"),
        (K.PARAGRAPH, "boxed 文本框"),
        (K.PARAGRAPH, "inside a control"),
        (K.PARAGRAPH, "Where"),
        (K.FORMULA, "a=b+c"),
        (K.FOOTNOTE, "See the 附录."),
    ]


def test_word_pages_are_those_word_has_noted() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("one")
        run = document.add_paragraph().add_run()
        run._r.append(parse_xml(f"<w:lastRenderedPageBreak {nsdecls('w')}/>"))
        run._r.append(parse_xml(f"<w:t {nsdecls('w')}>two</w:t>"))

    document = parse(word(fill), MediaType.DOCX)
    assert [(e.text, e.page) for e in document.elements] == [("one", 1), ("two", 2)]
    assert [page.number for page in document.pages] == [1, 2]


def test_slides_are_pages_with_titles_bullets_tables_and_notes() -> None:
    document = parse(deck(), MediaType.PPTX)
    assert [(e.kind, e.level, e.page, e.text) for e in document.elements if e.table is None] == [
        (K.TITLE, 1, 1, "季度总结 Review"),
        (K.PARAGRAPH, None, 1, "by the team"),
        (K.HEADING, 2, 2, "Findings 发现"),
        (K.LIST_ITEM, 0, 2, "First point"),
        (K.LIST_ITEM, 1, 2, "嵌套要点"),
        (K.PARAGRAPH, None, 2, "Say this aloud."),
        (K.HEADING, 2, 3, "Figures"),
    ]
    table = document.elements[-1]
    assert table.page == 3
    assert spans(table.table) == [("merged", 1, 2), ("左", 1, 1), ("right", 1, 1)]
    assert [(p.number, p.width, p.height) for p in document.pages] == [
        (number, 720.0, 540.0) for number in (1, 2, 3)
    ]


def sheets(book: Any) -> None:
    sheet = book.active
    sheet.title = "销售"
    sheet.append(["Quarterly report"])
    sheet.append([])
    sheet.append(["Item", "Qty", "Share", "Day"])
    sheet.append(["梨", 1, 0.125, dt.date(2024, 1, 2)])
    sheet.append(["pear", None, 1, dt.datetime(2024, 1, 2, 3, 4)])
    sheet.append(["fig", 2.5, 0.1 + 0.2, True])
    sheet["C4"].number_format = "0.0%"
    sheet.append([])
    sheet.append(["Source: 年报"])
    book.create_sheet("empty")
    merged = book.create_sheet("Merged")
    merged["A1"], merged["B1"], merged["B2"], merged["C2"] = "Region", "Sales", "Q1", "Q2"
    merged.append(["North", 10, 20])
    merged.merge_cells("A1:A2")
    merged.merge_cells("B1:C1")


def test_sheets_keep_their_values_and_spans() -> None:
    document = parse(workbook(sheets), MediaType.XLSX)
    assert kinds(document) == [
        (K.HEADING, 1, "销售"),
        (K.PARAGRAPH, None, "Quarterly report"),
        (
            K.TABLE,
            None,
            "Item\tQty\tShare\tDay\n梨\t1\t12.5%\t2024-01-02\npear\t\t1\t2024-01-02 03:04:00\n"
            "fig\t2.5\t0.3\tTRUE",
        ),
        (K.PARAGRAPH, None, "Source: 年报"),
        (K.HEADING, 1, "Merged"),
        (K.TABLE, None, "Region\tSales\t\n\tQ1\tQ2\nNorth\t10\t20"),
    ]
    assert spans(document.elements[-1].table)[:2] == [("Region", 2, 1), ("Sales", 1, 2)]


def test_a_far_away_cell_costs_no_memory() -> None:
    def fill(book: Any) -> None:
        book.active["A1"] = "near"
        book.active["XFD1048576"] = "far"

    assert [e.text for e in parse(workbook(fill), MediaType.XLSX).elements[1:]] == ["near", "far"]


def test_too_many_cells_are_an_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.sheets.MAX_CELLS", 5)

    def fill(book: Any) -> None:
        for row in range(5):
            book.active.append([row, "x"])

    document = parse(workbook(fill), MediaType.XLSX)
    assert [issue.code for issue in document.issues] == [IssueCode.TABLE_SKIPPED]
    assert document.elements[-1].text == "0\tx\n1\tx"


CHAPTERS = {
    "one.xhtml": "<h1>第一章</h1><p>Short.</p><ul><li>a<ul><li>b</li></ul></li></ul>",
    "two 二.xhtml": "<h2>Next</h2><table><tr><td colspan='2'>w</td></tr>"
    "<tr><td>1</td><td>2</td></tr></table><img src='http://example.org/x.png'/>",
}


def test_a_book_is_its_chapters_in_order() -> None:
    document = parse(book(CHAPTERS), MediaType.EPUB)
    assert kinds(document)[:-1] == [
        (K.HEADING, 1, "第一章"),
        (K.PARAGRAPH, None, "Short."),
        (K.LIST_ITEM, 0, "a"),
        (K.LIST_ITEM, 1, "b"),
        (K.HEADING, 2, "Next"),
    ]
    assert spans(document.elements[-1].table) == [("w", 1, 2), ("1", 1, 1), ("2", 1, 1)]
    assert document.metadata == {"title": "A Book 一本书", "author": "Ann; 张伟"}


def test_a_missing_chapter_is_an_issue() -> None:
    data = with_part(
        book(CHAPTERS), "OEBPS/book.opf", lambda part: part.replace(b"one.xhtml", b"none.xhtml")
    )
    document = parse(data, MediaType.EPUB)
    assert document.elements[0].text == "Next"
    assert [issue.code for issue in document.issues] == [IssueCode.RECORD_SKIPPED]


LOCK = (
    "<encryption xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><EncryptedData>"
    "<CipherData><CipherReference URI='OEBPS/one.xhtml'/></CipherData></EncryptedData></encryption>"
)


def test_a_plain_mail_is_paragraphs_and_metadata() -> None:
    document = parse(
        mail("Hello,\r\n\r\nline one\r\nand two.\r\n\r\n你好，\r\n第二行。"), MediaType.EML
    )
    assert [e.text for e in document.elements] == [
        "Hello,", "line one\nand two.", "你好，\n第二行。"
    ]  # fmt: skip
    assert document.metadata == {
        "title": "测试 test",
        "author": "张伟 <zhang@example.org>",
        "to": "ann@example.org",
        "date": "2024-01-01T10:00:00+08:00",
        "message_id": "<1@example.org>",
    }


def multipart() -> bytes:
    parts = (
        "--A\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n"
        "--B\r\nContent-Type: text/plain\r\n\r\nplain version\r\n"
        "--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<h2>标题</h2><p>rich <b>version</b></p><script src='http://example.org'></script>\r\n"
        "--B--\r\n--A\r\nContent-Type: application/pdf; name=report.pdf\r\n"
        "Content-Disposition: attachment; filename=report.pdf\r\n\r\n%PDF-1.4\r\n--A--\r\n"
    )
    return mail(parts, "multipart/mixed; boundary=A")


def test_the_richer_alternative_is_read_and_attachments_are_only_named() -> None:
    document = parse(multipart(), MediaType.EML)
    assert kinds(document) == [(K.HEADING, 2, "标题"), (K.PARAGRAPH, None, "rich version")]
    assert document.metadata["attachments"] == "report.pdf"


def nested_mail(depth: int) -> bytes:
    body = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(depth)
    )
    return mail(body, "multipart/mixed; boundary=b0")


@pytest.mark.parametrize(
    ("make", "media_type", "reason"),
    [
        (lambda: word(lambda document: None), MediaType.DOCX, Reason.NO_TEXT),
        (lambda: workbook(lambda book: None), MediaType.XLSX, Reason.NO_TEXT),
        (lambda: book({"a.xhtml": "<p> </p>"}), MediaType.EPUB, Reason.NO_TEXT),
        (lambda: mail("  "), MediaType.EML, Reason.NO_TEXT),
        (lambda: nested_mail(40), MediaType.EML, Reason.NO_TEXT),
        (lambda: zipped({"[Content_Types].xml": "<a/>"}), MediaType.DOCX, Reason.CORRUPT),
        (lambda: zipped({"[Content_Types].xml": "<a"}), MediaType.PPTX, Reason.CORRUPT),
        (lambda: zipped({"xl/workbook.xml": "<a/>"}), MediaType.XLSX, Reason.CORRUPT),
        (lambda: zipped({"META-INF/container.xml": "<a/>"}), MediaType.EPUB, Reason.CORRUPT),
        (
            lambda: with_part(word(), "word/document.xml", lambda part: part[:-30]),
            MediaType.DOCX,
            Reason.CORRUPT,
        ),
        (
            lambda: with_part(deck(), "ppt/presentation.xml", lambda part: b"<a>" * 300),
            MediaType.PPTX,
            Reason.CORRUPT,
        ),
        (
            lambda: with_part(workbook(), "xl/worksheets/sheet1.xml", lambda part: b"<a"),
            MediaType.XLSX,
            Reason.CORRUPT,
        ),
        (
            lambda: book(CHAPTERS, {"META-INF/encryption.xml": LOCK}),
            MediaType.EPUB,
            Reason.ENCRYPTED,
        ),
    ],
)
def test_files_that_are_no_documents(
    make: Callable[[], bytes], media_type: MediaType, reason: Reason
) -> None:
    with pytest.raises(ParseError) as caught:
        parse(make(), media_type)
    assert caught.value.reason is reason


def test_the_private_name_of_the_spacy_model_is_still_there() -> None:
    parse(word(), MediaType.DOCX)
    from unstructured.nlp import tokenize

    assert vars(tokenize)["_SPACY_MODEL_NAME"] == SPACY_MODEL
    assert "_SPACY_MODEL_NAME" in tokenize._load_spacy_model.__code__.co_names
    assert tokenize.pos_tag("The dog barked loudly.")[2] == ("barked", "VBD")


def test_importing_it_loads_no_office_library() -> None:
    code = (
        "import sys, parsers.office, parsers.image, parsers.registry; "
        "print([m for m in ('unstructured', 'spacy', 'docx', 'pptx', 'openpyxl', 'pandas', 'PIL', "
        "'paddleocr', 'onnxruntime', 'cv2', 'pymupdf') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_row_number_beyond_excels_bound_is_not_padded_up_to() -> None:
    data = with_part(
        workbook(),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'<row r="2"', b'<row r="99999999999"'),
    )
    assert parse(data, MediaType.XLSX).elements[1].text == "Name\t城市"


def test_a_word_table_of_a_million_declared_columns_stays_small() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "宽 wide"
        table.cell(0, 0)._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="4000000"/>')
        )

    (element,) = parse(word(fill), MediaType.DOCX).elements
    assert (element.kind, element.text) == (K.PARAGRAPH, "宽 wide")
