"""Hostile and damaged files: each reader answers with pages or a ParseError, and soon."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Sequence

import pytest

from parsers.pdf.page import MAX_PATHS, PageContent, PageReader
from parsers.pdf.parser import open_reader
from parsers.pdf.reader_pymupdf import MAX_PIXELS
from schemas.document import IssueCode
from schemas.errors import ParseError
from schemas.records import Reason
from tests.parsers.pdf.made import parsed, pymupdf, text
from tests.parsers.pdf.raw import FONT, PAGE, RESOURCES, file, page_file, said, stream

READERS = ("pymupdf", "pdfium", "pdfplumber")
FAST = ("pymupdf", "pdfium")
HELLO = said(b"Hello there")

each = pytest.mark.parametrize("name", READERS)
fast = pytest.mark.parametrize("name", FAST)


def reader(name: str, data: bytes, password: str | None = None) -> PageReader:
    return open_reader(name, data, password)


def said_on(content: PageContent) -> list[str]:
    return [word.text for word in content.words]


def single(name: str, data: bytes) -> PageContent:
    return reader(name, data).read(1)


def outcome(opened: PageReader, number: int) -> list[str] | None:
    """Words of a page, None when it is a ParseError that names the page."""
    try:
        return said_on(opened.read(number))
    except ParseError as error:
        message = str(error)
    assert f"page {number}" in message
    return None


def corrupt(name: str, data: bytes) -> PageReader | None:
    """The open file, None when it is said to be corrupt."""
    try:
        return reader(name, data)
    except ParseError as error:
        reason = error.reason
    assert reason is Reason.CORRUPT
    return None


def pages(*bodies: bytes, contents: Sequence[bytes]) -> bytes:
    """A file of pages; a body that is b"" becomes a plain page showing its content."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(contents)))
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", tree,
        RESOURCES.replace(b"6 0 R", b"4 0 R"), FONT,
    ]  # fmt: skip
    plain = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources 3 0 R>>"
    for index, content in enumerate(contents):
        body = bodies[index] if index < len(bodies) else b""
        objects += [body or plain % (6 + 2 * index), content]
    return file(objects)


@fast
def test_a_lost_cross_reference_is_made_anew(name: str) -> None:
    good = page_file(HELLO)
    lost, wrong = good.replace(b"startxref", b"startnot"), good.replace(b"xref\n0 7", b"xref\n5 9")
    for damaged in (lost, wrong):
        assert said_on(single(name, damaged)) == ["Hello", "there"]


@each
def test_a_file_cut_off_is_read_as_far_as_it_goes_or_corrupt(name: str) -> None:
    good = page_file(HELLO)
    for cut in range(20, len(good), len(good) // 30):
        opened = corrupt(name, good[:cut])
        assert opened is None or outcome(opened, 1) in (["Hello", "there"], [], None)


@each
def test_cross_references_in_a_ring_end(name: str) -> None:
    good = page_file(HELLO)
    ring = good.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % good.rfind(b"xref\n0"))
    opened = corrupt(name, ring)
    assert opened is not None or name == "pdfplumber"
    assert opened is None or outcome(opened, 1) == ["Hello", "there"]


@fast
@pytest.mark.parametrize("font", [b"<</Font<</F1 99 0 R>>>>", b"<<>>"])
def test_text_in_a_missing_font_is_read(name: str, font: bytes) -> None:
    assert said_on(single(name, page_file(HELLO, resources=font))) == ["Hello", "there"]


@each
def test_a_broken_object_stream_is_passed_over(name: str) -> None:
    broken = stream(b"1 0 2 3 zzz", b"/Type/ObjStm/N 1000000/First 99999999/Extends 7 0 R")
    assert said_on(single(name, page_file(HELLO, broken))) == ["Hello", "there"]


def encrypted(user: str, owner: str) -> bytes:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "secret")
    data: bytes = doc.tobytes(
        encryption=pymupdf.PDF_ENCRYPT_AES_128, user_pw=user, owner_pw=owner, permissions=0
    )
    return data


@each
def test_user_and_owner_password_open_a_file_and_no_other(name: str) -> None:
    data = encrypted("user", "owner")
    for right in ("user", "owner"):
        assert said_on(reader(name, data, right).read(1)) == ["secret"]
    for wrong in (None, "", "User", "密码"):
        with pytest.raises(ParseError, match="--password") as caught:
            reader(name, data, wrong)
        assert caught.value.reason is Reason.ENCRYPTED


@each
def test_a_password_that_is_not_needed_does_no_harm(name: str) -> None:
    assert said_on(reader(name, page_file(HELLO), "any").read(1)) == ["Hello", "there"]


@fast
def test_a_hundred_thousand_paths_leave_the_words(name: str) -> None:
    paths = b"".join(b"%d %d 5 5 re f\n" % (i % 500, i % 700) for i in range(100_000))
    content = single(name, page_file(HELLO + paths))
    assert content.n_paths > MAX_PATHS
    assert (content.rulings, content.paths) == ((), ())
    assert said_on(content) == ["Hello", "there"]


@each
def test_a_path_with_very_many_sides_is_one_shape_or_none(name: str) -> None:
    sides = b"".join(b"%d %d l\n" % (i * 7 % 500, i * 3 % 700) for i in range(8_000))
    content = single(name, page_file(HELLO + b"0 0 m " + sides + b"S"))
    assert len(content.paths) <= MAX_PATHS
    assert said_on(content) == ["Hello", "there"]


@fast
def test_a_giant_picture_is_drawn_small(name: str) -> None:
    bits = zlib.compress(b"\xff" * (15_000 * 1875), 9)
    picture = stream(
        bits, b"/Type/XObject/Subtype/Image/Width 15000/Height 15000/BitsPerComponent 1"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode",
    )  # fmt: skip
    data = page_file(
        b"595 0 0 842 0 0 cm /I Do", picture, resources=b"<</XObject<</I 7 0 R>>>>"
    )  # fmt: skip
    opened = reader(name, data)
    assert len(opened.read(1).images) == 1
    assert opened.render(1, 72).shape[2] == 3


@each
def test_letters_without_extent_are_no_words(name: str) -> None:
    content = (
        b"BT /F1 0 Tf 72 700 Td (zero) Tj ET BT /F1 12 Tf 0 0 0 0 72 500 Tm (flat) Tj ET "
        b"72 300 0 0 re S 72 200 m 72 200 l S " + HELLO
    )
    found = single(name, page_file(content))
    assert [word for word in said_on(found) if word not in ("zero", "flat")] == ["Hello", "there"]
    assert all(word.size > 0 for word in found.words)
    assert found.rulings == ()


@fast
@pytest.mark.parametrize(
    ("box", "size"),
    [(b"0 0 0 0", (612, 792)), (b"595 842 0 0", (595, 842)), (b"0 0 14400 14400", (14400, 14400))],
)
def test_odd_media_boxes(name: str, box: bytes, size: tuple[float, float]) -> None:
    opened = reader(name, page_file(HELLO, page=PAGE.replace(b"0 0 595 842", box)))
    content = opened.read(1)
    assert (content.width, content.height) == size
    assert said_on(content) == ["Hello", "there"]
    image = opened.render(1, 200)
    assert image.shape[0] * image.shape[1] <= MAX_PIXELS * 1.01


@each
def test_a_page_without_end_is_an_error_or_a_common_one(name: str) -> None:
    endless = PAGE.replace(b"0 0 595 842", b"-99999999999999999999 0 99999999999999999999 842")
    opened = reader(name, page_file(HELLO, page=endless))
    assert outcome(opened, 1) in (None, ["Hello", "there"])
    with contextlib.suppress(ParseError):
        assert opened.render(1, 200).size <= 3 * MAX_PIXELS * 1.01


@each
def test_a_crop_box_beside_the_page_hides_no_failure(name: str) -> None:
    opened = reader(
        name, page_file(HELLO, page=PAGE.replace(b"]/Con", b"]/CropBox[900 900 950 950]/Con"))
    )
    assert outcome(opened, 1) in (["Hello", "there"], [])


@each
@pytest.mark.parametrize("turn", [b"45", b"-90", b"900", b"(x)", b"1e20"])
def test_odd_rotations(name: str, turn: bytes) -> None:
    opened = corrupt(name, page_file(HELLO, page=PAGE.replace(b"]/Con", b"]/Rotate %s/Con" % turn)))
    assert opened is not None or name == "pdfplumber"
    if opened is not None:
        assert outcome(opened, 1) == ["Hello", "there"]
        assert all(word.turn in (0, 90, 180, 270) for word in opened.read(1).words)


@each
def test_a_form_that_draws_itself_is_drawn_once(name: str) -> None:
    form = stream(
        said(b"inner", 72, 600) + b"/X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]"
        b"/Resources<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>",
    )
    data = page_file(
        HELLO + b"/X Do", form, resources=b"<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>"
    )  # fmt: skip
    found = outcome(reader(name, data), 1)
    assert found is None or found == ["Hello", "there", "inner"]


@fast
def test_forms_within_forms_stay_bounded(name: str) -> None:
    """Ten forms, each drawing the next one twice: 1,024 rectangles."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do /X Do", entries % (8 + index)) for index in range(10)]
    last = stream(b"0 0 50 50 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]")
    resources = b"<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>"
    content = single(name, page_file(HELLO + b"/X Do", *forms, last, resources=resources))
    assert content.n_paths == 1024
    assert said_on(content) == ["Hello", "there"]


@fast
def test_a_page_tree_in_a_ring_ends(name: str) -> None:
    ring = file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>", PAGE,
            stream(HELLO), RESOURCES, FONT,
        ]
    )  # fmt: skip
    opened = reader(name, ring)
    assert outcome(opened, 1) == ["Hello", "there"]
    assert [outcome(opened, number) for number in range(2, opened.page_count + 1)] == [None]


@fast
@pytest.mark.parametrize("count", [b"100000000", b"-5"])
def test_a_wrong_page_count_is_corrupt_or_corrected(name: str, count: bytes) -> None:
    opened = corrupt(name, page_file(HELLO).replace(b"/Count 1", b"/Count " + count))
    assert opened is not None or name == "pymupdf"
    if opened is not None:
        assert opened.page_count == 1
        assert outcome(opened, 1) == ["Hello", "there"]


@fast
def test_a_missing_page_in_the_middle_keeps_its_place(name: str) -> None:
    shown = [stream(said(b"page%d" % number)) for number in (1, 2, 3)]
    opened = reader(name, pages(b"", b"null", contents=shown))
    assert [outcome(opened, number) for number in (1, 2, 3)] == [["page1"], None, ["page3"]]


def test_a_page_that_fails_keeps_its_slot_in_the_document() -> None:
    broken = stream(b"\x00\x01 no deflate", b"/Filter/FlateDecode")
    data = pages(contents=[stream(said(b"First page.")), broken, stream(said(b"Third page."))])
    document = parsed(data, pdf_profile="fast")
    assert [page.number for page in document.pages] == [1, 2, 3]
    (issue,) = [i for i in document.issues if i.code is IssueCode.PAGE_FAILED]
    assert issue.page == 2
    assert "page 2: nothing of the page can be read" in issue.detail
    assert [(e.text, e.page) for e in document.elements] == [("First page.", 1), ("Third page.", 3)]


@each
def test_operators_that_make_no_sense_cost_their_page_at_most(name: str) -> None:
    garbage = stream(b"q q Q Q Q Q [ ( << \xff\xfe BT /F1 Tf (a")
    opened = reader(name, pages(contents=[stream(HELLO), garbage, stream(HELLO)]))
    assert outcome(opened, 2) in ([], None)
    assert outcome(opened, 3) == ["Hello", "there"]


@fast
def test_arrays_within_arrays_do_not_overflow(name: str) -> None:
    opened = reader(name, page_file(b"[" * 100_000 + HELLO))
    assert outcome(opened, 1) in (None, [], ["Hello", "there"])


@fast
def test_a_stream_that_unpacks_to_megabytes_of_blanks(name: str) -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE,
        stream(HELLO + b" " * 20_000_000, packed=True), RESOURCES, FONT,
    ]  # fmt: skip
    assert said_on(single(name, file(objects))) == ["Hello", "there"]


@each
def test_attachments_and_broken_annotations_are_ignored(name: str) -> None:
    note = b"<</Type/Annot/Subtype/Text/Rect[10 10 90 50]/Contents(remark)>>"
    link = b"<</Type/Annot/Subtype/Link/Rect[10 10 /x 50]/A<</S/URI/URI 7 0 R>>>>"
    attached = b"<</Type/Annot/Subtype/FileAttachment/Rect[10 10 50 50]/FS 10 0 R>>"
    spec = b"<</Type/Filespec/F(evil.exe)/EF<</F 11 0 R>>>>"
    page = PAGE.replace(b">>", b"/Annots[7 0 R 8 0 R 9 0 R 3 0 R 99 0 R null 5]>>")
    data = page_file(HELLO, note, link, attached, spec, stream(b"MZ evil"), page=page)
    found = outcome(reader(name, data), 1)
    assert found in (["Hello", "there"], None)
    assert name == "pdfplumber" or found is not None


@fast
def test_very_many_words_and_links(name: str) -> None:
    letters = b"".join(b"1 0 0 1 %d %d Tm (0) Tj " % (i % 590, i % 840) for i in range(8_000))
    links = PAGE.replace(b">>", b"/Annots[" + b"7 0 R " * 3_000 + b"]>>")
    link = b"<</Type/Annot/Subtype/Link/Rect[10 10 50 50]/A<</S/URI/URI(https://a.test)>>>>"
    content = single(name, page_file(b"BT /F1 5 Tf " + letters + b"ET", link, page=links))
    assert 1 <= len(content.words) <= 8_000
    assert {found.uri for found in content.links} == {"https://a.test"}


@fast
def test_a_character_map_over_all_codes_ends(name: str) -> None:
    cmap = stream(
        b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 1 beginbfrange "
        b"<00000000> <FFFFFFFF> <0041> endbfrange"
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>"
    data = page_file(HELLO, cmap, font, resources=b"<</Font<</F1 8 0 R>>>>")
    assert outcome(reader(name, data), 1) is not None
