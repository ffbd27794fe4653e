from __future__ import annotations

import contextlib
from typing import Any

import pytest

from parsers.pdf.page import MAX_PATHS, PageReader, Ruling, Word, turn_box, turned
from parsers.pdf.parser import open_reader
from parsers.pdf.reader_pdfium import PAGES_PER_OPENING, PdfiumReader
from parsers.pdf.reader_pdfplumber import PdfPlumberRulings
from parsers.pdf.reader_pymupdf import MAX_PIXELS, PyMuPdfReader
from schemas.errors import ParseError, UsageError
from schemas.geometry import BBox
from schemas.records import Reason
from tests.parsers.pdf.made import HAN, LOREM, column, grid, pdf, pymupdf, text
from tests.parsers.pdf.raw import PAGE, file, page_file, said, stream

READERS = ("pymupdf", "pdfium", "pdfplumber")


def reader(name: str, data: bytes, password: str | None = None) -> PageReader:
    return open_reader(name, data, password)


def simple(page: Any) -> None:
    text(page, 72, 100, "Plain words", 12)
    text(page, 72, 130, "Bold words", 12, "hebo")
    text(page, 72, 160, "mono = 1", 12, "cour")
    text(page, 72, 190, "数据 清洗", 12, "china-s")
    grid(page, (72, 172, 272), (300, 330, 360))
    page.insert_link(
        {"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(72, 90, 120, 102), "uri": "https://a.test"}
    )


def by_text(words: tuple[Word, ...]) -> dict[str, Word]:
    return {word.text: word for word in words}


@pytest.mark.parametrize("name", READERS)
def test_words_with_style_and_box(name: str) -> None:
    content = reader(name, pdf(simple)).read(1)
    words = by_text(content.words)
    assert list(words) == [
        "Plain", "words", "Bold", "mono", "=", "1", "数据", "清洗",
    ]  # fmt: skip
    assert (words["Bold"].bold, words["Plain"].bold) == (True, False)
    assert (words["mono"].mono, words["Plain"].mono) == (True, False)
    assert words["Plain"].size == 12
    assert words["Plain"].bbox.x0 == pytest.approx(72, abs=1.5)
    assert words["Plain"].bbox.y1 == pytest.approx(102.4, abs=1.5)
    assert (content.width, content.height) == (595, 842)
    assert [link.uri for link in content.links] == ["https://a.test"]


@pytest.mark.parametrize("name", READERS)
def test_rulings_of_a_grid(name: str) -> None:
    found = sorted(reader(name, pdf(simple)).read(1).rulings)
    assert found == [
        Ruling(False, 72, 300, 360), Ruling(False, 172, 300, 360), Ruling(False, 272, 300, 360),
        Ruling(True, 300, 72, 272), Ruling(True, 330, 72, 272), Ruling(True, 360, 72, 272),
    ]  # fmt: skip


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("name", READERS)
def test_rotated_and_cropped_pages_are_as_displayed(name: str, rotation: int) -> None:
    def draw(page: Any) -> None:
        simple(page)
        page.parent.xref_set_key(page.xref, "MediaBox", "[-10 -40 595 842]")
        page.parent.xref_set_key(page.xref, "CropBox", "[20 142 500 812]")
        page.set_rotation(rotation)

    data = pdf(draw)
    content = reader(name, data).read(1)
    size = (480, 670) if rotation in (0, 180) else (670, 480)
    assert [content.width, content.height] == list(size)
    expected = turn_box(BBox(52, 270, 252, 330), rotation, 480, 670)
    boxes = [PdfPlumberRulings(data).rulings(1), content.rulings]
    for rulings in boxes:
        across = [r for r in rulings if r.horizontal]
        down = [r for r in rulings if not r.horizontal]
        assert min(r.at for r in down) == pytest.approx(expected.x0, abs=0.1)
        assert max(r.at for r in across) == pytest.approx(expected.y1, abs=0.1)
    assert {word.turn for word in content.words} == {rotation}
    upright = turned(content, (360 - rotation) % 360)
    box = by_text(upright.words)["Plain"].bbox
    assert box.x0 == pytest.approx(52, abs=1.5)
    assert box.y1 == pytest.approx(72.4, abs=3)


def encrypted(user: str) -> bytes:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "secret words")
    data: bytes = doc.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=user, owner_pw="own")
    return data


@pytest.mark.parametrize("name", READERS)
def test_encrypted_files_need_the_password(name: str) -> None:
    for wrong in (None, "nope"):
        with pytest.raises(ParseError, match="--password") as caught:
            reader(name, encrypted("user"), wrong)
        assert caught.value.reason is Reason.ENCRYPTED
    assert reader(name, encrypted("user"), "user").read(1).words[0].text == "secret"


@pytest.mark.parametrize("name", READERS)
def test_owner_password_alone_locks_nothing(name: str) -> None:
    assert reader(name, encrypted("")).read(1).words[0].text == "secret"


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing here", b"\x00" * 500])
def test_damaged_files_are_corrupt(name: str, data: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        reader(name, data)
    assert caught.value.reason is Reason.CORRUPT


@pytest.mark.parametrize("name", READERS)
def test_no_other_exception_escapes_from_mutated_files(name: str) -> None:
    data = pdf(simple, simple)
    for cut in range(50, len(data), len(data) // 40):
        broken = data[:cut] + b"\xff\x00<<" + data[cut + 60 :]
        try:
            opened = reader(name, broken)
        except ParseError:
            continue
        for number in range(1, opened.page_count + 1):
            with contextlib.suppress(ParseError):
                assert opened.read(number).number == number


@pytest.mark.parametrize("name", READERS)
def test_missing_page_is_a_parse_error(name: str) -> None:
    with pytest.raises(ParseError, match="page 9"):
        reader(name, pdf(simple)).read(9)


@pytest.mark.parametrize("name", READERS)
def test_metadata_and_outline(name: str) -> None:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "One")
    doc.set_metadata(
        {"title": "On Mills", "author": "A. Miller", "creationDate": "D:20240131120000Z"}
    )
    doc.set_toc([[1, "One", 1]])
    opened = reader(name, doc.tobytes())
    found = opened.metadata
    assert (found["title"], found["authors"], found["date"]) == (
        "On Mills", "A. Miller", "2024-01-31",
    )  # fmt: skip
    assert [(item.level, item.title) for item in opened.outline] == [(1, "One")]


@pytest.mark.parametrize("name", READERS)
def test_rendering_is_bounded_in_pixels(name: str) -> None:
    opened = reader(name, pdf(simple, width=3000, height=3000))
    image = opened.render(1, 300)
    assert image.shape[2] == 3
    assert image.shape[0] * image.shape[1] <= MAX_PIXELS * 1.01
    assert image.min() < 60


def test_vector_storms_have_no_rulings() -> None:
    def storm(page: Any) -> None:
        text(page, 72, 50, "A map")
        shape = page.new_shape()
        for index in range(MAX_PATHS + 10):
            x = 50 + index % 100
            shape.draw_line((x, 100), (x, 120))
            shape.finish()
        shape.commit()

    content = PyMuPdfReader(pdf(storm)).read(1)
    assert content.rulings == ()
    assert content.n_paths > MAX_PATHS
    assert [word.text for word in content.words] == ["A", "map"]


def test_unknown_reader_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="pdfplumber"):
        open_reader("acrobat", b"", None)


def test_a_closed_ruling_reader_opens_again() -> None:
    rulings = PdfPlumberRulings(pdf(simple))
    first = rulings.rulings(1)
    rulings.close()
    assert rulings.rulings(1) == first


def english(page: Any) -> None:
    text(page, 72, 90, "A heading in bold", 16, "hebo")
    column(page, 72, 120, 220, LOREM * 3)
    column(page, 310, 120, 220, LOREM * 2, "times-italic")
    grid(page, (72, 172, 272, 372), (500, 530, 560, 590))
    for row, y in enumerate((518, 548, 578)):
        for col, x in enumerate((80, 180, 280)):
            text(page, x, y, f"cell {row}.{col}", 9, "cour")


def chinese(page: Any) -> None:
    text(page, 200, 90, "第一章　概况", 16, "china-s")
    column(page, 72, 120, 220, HAN * 4, "china-s")
    column(page, 310, 120, 220, HAN * 3, "china-s")
    page.draw_rect((70, 600, 300, 640), fill=(0.9, 0.9, 0.8), color=(0, 0, 0))
    text(page, 80, 620, "表 1 产量（吨）1,204", 10, "china-s")


def turned_page(page: Any) -> None:
    english(page)
    page.set_rotation(270)


def apart(one: Word, other: Word) -> float:
    """Points by which the edges of two boxes differ at most."""
    return max(abs(a - b) for a, b in zip(one.bbox, other.bbox, strict=True))


@pytest.mark.parametrize("name", [name for name in READERS if name != "pymupdf"])
@pytest.mark.parametrize("draw", [english, chinese, turned_page])
def test_readers_agree(name: str, draw: Any) -> None:
    data = pdf(draw)
    first, second = reader("pymupdf", data).read(1), reader(name, data).read(1)
    assert sorted(w.text for w in second.words) == sorted(w.text for w in first.words)
    for one in first.words:
        other = min(
            (w for w in second.words if w.text == one.text), key=lambda w: apart(w, one)
        )  # fmt: skip
        assert apart(other, one) <= 1.5
        assert (other.bold, other.italic, other.mono, other.glued, other.turn) == (
            one.bold, one.italic, one.mono, one.glued, one.turn,
        )  # fmt: skip
        assert other.size == pytest.approx(one.size, abs=0.1)
    rounded = [
        sorted({(r.horizontal, round(r.at), round(r.start), round(r.end)) for r in page.rulings})
        for page in (first, second)
    ]
    assert rounded[0] == rounded[1]
    assert [path.curved for path in second.paths] == [path.curved for path in first.paths]


def shown(name: str, content: bytes) -> list[Word]:
    return list(reader(name, page_file(content)).read(1).words)


@pytest.mark.parametrize("name", READERS)
def test_gaps_without_space_characters_part_words(name: str) -> None:
    kerned = b"BT /F1 12 Tf 72 700 Td [(two) -300 (wo) -20 (rds)] TJ ET"
    assert [word.text for word in shown(name, kerned)] == ["two", "words"]


@pytest.mark.parametrize("name", READERS)
def test_letterspaced_text_is_whole_words(name: str) -> None:
    spaced = b"BT /F1 14 Tf 2.4 Tc 72 700 Td (CHAPTER ONE) Tj ET"
    assert [word.text for word in shown(name, spaced)] == ["CHAPTER", "ONE"]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"C H A P T E R   I V", ["CHAPTER", "IV"]),
        (b"Vitamins A B C D E", ["Vitamins", "A", "B", "C", "D", "E"]),
        (b"A B C", ["A", "B", "C"]),
        (b"J. R. R. T", ["J.", "R.", "R.", "T"]),
        (b"A   B   C   D   E", ["A", "B", "C", "D", "E"]),
    ],
)
def test_lines_of_single_capitals_are_words(name: str, line: bytes, expected: list[str]) -> None:
    assert [word.text for word in shown(name, said(line))] == expected


def han(*parts: tuple[str, int]) -> Any:
    """A function that draws Chinese at a size of 10, each part at its x."""

    def draw(page: Any) -> None:
        for words, x in parts:
            text(page, x, 100, words, 10, "china-s")

    return draw


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("第一章", 72), ("概况", 105)], ["第一章", "概况"]),  # a space that is only a gap
        ([("第一章　概况", 72)], ["第一章", "概况"]),
        ([(char, 72 + 12 * i) for i, char in enumerate("两端对齐的一行字")], ["两端对齐的一行字"]),
        ([("前，", 72), ("后", 95)], ["前，后"]),  # white that belongs to the comma
    ],
)
def test_chinese_is_parted_by_spaces_alone(
    name: str, parts: list[tuple[str, int]], expected: list[str]
) -> None:
    words = reader(name, pdf(han(*parts))).read(1).words
    assert [word.text for word in words] == expected


@pytest.mark.parametrize("name", READERS)
def test_letters_drawn_one_by_one_are_a_word(name: str) -> None:
    content = b"BT /F1 10 Tf 72 700 Td (m) Tj 8.33 0 Td (i) Tj 2.22 0 Td (ll) Tj 20 0 Td (x) Tj ET"
    words = shown(name, content)
    assert [word.text for word in words] == ["mill", "x"]
    assert not words[1].glued


@pytest.mark.parametrize("name", READERS)
def test_a_raised_digit_is_a_glued_superscript(name: str) -> None:
    content = said(b"word", 72, 700, 12) + said(b"7", 99, 705, 7) + said(b"next", 108, 700, 12)
    words = by_text(tuple(shown(name, content)))
    assert words["7"].superscript
    assert words["7"].glued
    assert not words["word"].superscript
    assert not words["next"].superscript


@pytest.mark.parametrize("name", ["pymupdf", "pdfium"])
def test_strokes_around_letters_make_them_bold(name: str) -> None:
    words = by_text(tuple(shown(name, b"2 Tr " + said(b"thick") + b"0 Tr " + said(b"thin", y=600))))
    assert (words["thick"].bold, words["thin"].bold) == (True, False)


@pytest.mark.parametrize("name", READERS)
def test_words_drawn_twice_count_once(name: str) -> None:
    twice = said(b"bold") + b"1 0 0 1 .4 0 cm " + said(b"bold")
    shadow = said(b"shadow", y=600, size=20) + said(b"shadow", x=74, y=598, size=20)
    words = by_text(tuple(shown(name, twice + shadow)))
    assert sorted(words) == ["bold", "shadow"]
    assert len(shown(name, twice + shadow)) == 2
    assert not words["shadow"].bold
    assert words["bold"].bold is (name != "pdfium")  # PDFium itself leaves the second strike out


@pytest.mark.parametrize("name", READERS)
def test_white_text_is_kept_on_colour_only(name: str) -> None:
    content = (
        b"0 0 1 rg 60 590 200 30 re f 1 1 1 rg " + said(b"header", y=600) + said(b"hidden", y=400)
        + b"0 g " + said(b"black", y=300)
    )  # fmt: skip
    assert sorted(word.text for word in shown(name, content)) == ["black", "header"]


@pytest.mark.parametrize("name", ["pymupdf", "pdfium"])
def test_invisible_text_is_kept_over_a_picture_only(name: str) -> None:
    picture = stream(
        b"\xc0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray",
    )  # fmt: skip
    content = (
        b"q 300 0 0 200 50 500 cm /I Do Q 3 Tr " + said(b"scanned", y=600) + said(b"lost", y=300)
    )
    data = page_file(content, picture, resources=b"<</Font<</F1 6 0 R>>/XObject<</I 7 0 R>>>>")
    content_read = reader(name, data).read(1)
    assert [word.text for word in content_read.words] == ["scanned"]
    assert content_read.images[0] == pytest.approx(BBox(50, 142, 350, 342), abs=0.1)


@pytest.mark.parametrize("name", READERS)
def test_text_beside_the_crop_box_is_left_out(name: str) -> None:
    page = PAGE.replace(b"]/Con", b"]/CropBox[50 100 400 750]/Con")
    data = page_file(said(b"inside") + said(b"above", y=800) + said(b"right", x=450), page=page)
    content = reader(name, data).read(1)
    assert [word.text for word in content.words] == ["inside"]
    assert (content.width, content.height) == (350, 650)


def mapped(codes: bytes, *pairs: bytes) -> bytes:
    """A page that shows codes of Helvetica, mapped to other characters."""
    lines = b"".join(b"<%s> <%s>\n" % tuple(pair.split()) for pair in pairs)
    cmap = (
        b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%s"
        b"endbfchar endcmap" % (len(pairs), lines)
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>"
    content = b"BT /F1 12 Tf 72 700 Td (" + codes + b") Tj ET"
    return page_file(content, stream(cmap), font, resources=b"<</Font<</F1 8 0 R>>>>")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("codes", "pairs", "expected"),
    [
        (b"oXce", [b"58 FB03"], ["office"]),
        (b"oXce", [b"58 006600660069"], ["office"]),
        (b"X item", [b"58 F0B7"], ["•", "item"]),
        (b"Xh", [b"58 D840DC00"], ["𠀀h"]),
        (b"wellXknown", [b"58 00AD"], ["well-known"]),
    ],
)
def test_characters_are_what_the_page_shows(
    name: str, codes: bytes, pairs: list[bytes], expected: list[str]
) -> None:
    words = reader(name, mapped(codes, *pairs)).read(1).words
    assert [word.text for word in words] == expected


@pytest.mark.parametrize("name", READERS)
def test_a_hyphen_at_the_end_of_a_line_stays(name: str) -> None:
    words = shown(name, said(b"a hyphen-") + said(b"ated word", y=686))
    assert [word.text for word in words] == ["a", "hyphen-", "ated", "word"]


@pytest.mark.parametrize("name", READERS)
def test_accents_drawn_over_a_letter_join_it(name: str) -> None:
    content = b"BT /F1 12 Tf 72 700 Td [(B) (\\250) 333 (orse)] TJ ET"
    assert [word.text for word in shown(name, content)] == ["Börse"]


@pytest.mark.parametrize("name", READERS)
def test_vertical_writing_reads_downwards(name: str) -> None:
    def column_of(chars: str, x: int) -> bytes:
        return b"BT /F1 20 Tf %d 700 Td <%s> Tj ET " % (x, chars.encode("utf-16-be").hex().encode())

    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UCS2-V/Encoding/UniGB-UCS2-V"
        b"/DescendantFonts[8 0 R]>>"
    )
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(GB1)/Supplement 4>>/FontDescriptor 9 0 R/DW 1000>>"
    )
    descriptor = (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
    )
    content = column_of("竖排文字", 300) + column_of("第二列", 270)
    data = page_file(
        content, font, descendant, descriptor, resources=b"<</Font<</F1 7 0 R>>>>"
    )  # fmt: skip
    words = by_text(reader(name, data).read(1).words)
    assert {text: word.turn for text, word in words.items()} == {"竖排文字": 90, "第二列": 90}
    assert words["竖排文字"].bbox == pytest.approx(BBox(290, 142, 310, 222), abs=1.5)
    assert words["第二列"].bbox == pytest.approx(BBox(260, 142, 280, 202), abs=1.5)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("rotation", "box"),
    [(0, (10, 822, 50, 832)), (90, (10, 10, 20, 50)), (270, (822, 545, 832, 585))],
)
def test_links_stand_where_they_are_displayed(
    name: str, rotation: int, box: tuple[int, ...]
) -> None:
    link = b"<</Type/Annot/Subtype/Link/Rect[10 10 50 20]/A<</S/URI/URI(https://a.test)>>>>"
    page = PAGE.replace(b">>", b"/Rotate %d/Annots[7 0 R]>>" % rotation)
    links = reader(name, page_file(said(b"text"), link, page=page)).read(1).links
    assert [found.bbox for found in links] == [pytest.approx(box, abs=0.1)]


@pytest.mark.parametrize("name", READERS)
def test_shapes_are_lines_curves_or_areas(name: str) -> None:
    content = (
        b"0.8 g 100 600 100 50 re f 1 g 300 600 100 50 re f "  # an area; white is paper
        b"0 G 100 500 m 150 560 200 440 250 500 c S "
        b"100 300 m 110 300 l 118 309 l 300 309 l S "  # a chart's line with a level step
    )
    found = reader(name, page_file(content)).read(1)
    assert sorted(path.curved for path in found.paths if path.bbox.height > 20) == [False, True]
    assert (True, 542.0, 100.0, 110.0) not in {tuple(r) for r in found.rulings}
    assert any(r.horizontal and round(r.at) == 533 and r.end > 290 for r in found.rulings)


@pytest.mark.parametrize("name", ["pymupdf", "pdfium"])
def test_forms_are_placed_by_their_matrix(name: str) -> None:
    form = stream(
        b"10 10 m 60 10 l S " + said(b"inner", 10, 20, 10),
        b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Matrix[2 0 0 2 0 0]"
        b"/Resources<</Font<</F1 6 0 R>>>>",
    )
    data = page_file(
        b"q 1 0 0 1 100 300 cm /X Do Q", form,
        resources=b"<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>",
    )  # fmt: skip
    found = reader(name, data).read(1)
    assert found.rulings == (Ruling(True, 522, 120, 220),)
    assert found.words[0].size == pytest.approx(20)
    assert found.words[0].bbox.y1 == pytest.approx(842 - 340 + 4)


def test_a_fixed_advance_makes_a_font_mono() -> None:
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Plainface/FirstChar 32/LastChar 126/Widths[%s]>>"
    data = page_file(
        said(b"willow mill mimic limit"), font % (b"600 " * 95), resources=b"<</Font<</F1 7 0 R>>>>"
    )
    assert all(word.mono for word in PyMuPdfReader(data).read(1).words)


def test_pages_are_the_same_after_the_file_was_opened_anew() -> None:
    pages = [simple] * 3
    opened = PdfiumReader(pdf(*pages))
    first = [opened.read(number) for number in (1, 2, 3)]
    for _ in range(PAGES_PER_OPENING):
        opened.read(1)
    assert [opened.read(number) for number in (1, 2, 3)] == first


def test_outline_with_cycles_ends() -> None:
    data = file(
        [
            b"<</Type/Catalog/Pages 2 0 R/Outlines 7 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            PAGE, stream(said(b"Hello")), b"<</Font<</F1 6 0 R>>>>", b"<</Type/Font>>",
            b"<</Type/Outlines/First 8 0 R/Last 9 0 R/Count 2>>",
            b"<</Title(One)/Parent 7 0 R/Next 9 0 R/Dest[3 0 R/Fit]/First 8 0 R>>",
            b"<</Title(Two)/Parent 7 0 R/Next 8 0 R>>",
        ]
    )  # fmt: skip
    found = PdfiumReader(data).outline
    assert [(item.level, item.title, item.page) for item in found] == [(1, "One", 1), (1, "Two", 0)]
