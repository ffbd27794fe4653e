from __future__ import annotations

from dataclasses import replace

import pytest

from parsers.pdf.figures import Figure, figures
from parsers.pdf.page import ModelRegion, PageContent, Path, RegionKind, Ruling, Word
from schemas.geometry import BBox
from tests.parsers.pdf.made import word
from tests.parsers.pdf.typeset import Setter, prose, read

LANGUAGES = pytest.mark.parametrize("han", [False, True], ids=["en", "zh"])


def turned_word(x: float, y0: float, y1: float, text: str) -> Word:
    """A word read upwards beside an axis."""
    return Word(text, BBox(x, y0, x + 8, y1), 8, turn=270)


def found(page: Setter, **drawn: object) -> list[Figure]:
    """The figures of a page with these drawings."""
    content = replace(page.page(), **drawn)  # type: ignore[arg-type]
    return figures(content, content.words, ())


def axes(x0: float, y0: float, x1: float, y1: float) -> tuple[Ruling, ...]:
    """Two axes with ticks on their outer sides."""
    ticks = [Ruling(False, x0 + 40 * n, y1, y1 + 4) for n in range(1, 6)]
    ticks += [Ruling(True, y1 - 30 * n, x0 - 4, x0) for n in range(1, 5)]
    return (Ruling(True, y1, x0, x1), Ruling(False, x0, y0, y1), *ticks)


def line_chart(page: Setter, han: bool) -> dict[str, object]:
    """Two curves between axes at (120, 100) to (360, 240), with numbers, names and a legend."""
    for n in range(1, 6):
        page.line(154 + 40 * (n - 1), 247, str(2018 + n), 8)
    for n in range(1, 5):
        page.right(114, 236 - 30 * n, str(10 * n), 8)
    page.line(225, 258, "年份" if han else "Year", 8)
    for n, name in enumerate(("小麦", "黑麦") if han else ("Wheat", "Rye")):
        page.line(290, 110 + 12 * n, name, 8)
    page.words.append(turned_word(84, 150, 190, "产量" if han else "Yield"))
    return {
        "rulings": axes(120, 100, 360, 240),
        "paths": (
            Path(BBox(130, 130, 340, 220), curved=True),
            Path(BBox(130, 150, 340, 230), curved=True),
        ),
    }


@LANGUAGES
def test_a_line_chart_with_all_its_labels(han: bool) -> None:
    page = Setter()
    drawn = line_chart(page, han)
    (figure,) = found(page, **drawn)
    assert {w.text for w in figure.labels} == {w.text for w in page.words}
    assert figure.bbox.x0 <= 84
    assert figure.bbox.y1 >= 266


@LANGUAGES
def test_a_chart_between_paragraphs_leaves_them_whole(han: bool) -> None:
    page = Setter()
    leads = ("甲文", "乙文") if han else ("Alpha", "Bravo")
    texts = [prose(lead, 100 if han else 200) for lead in leads]
    drawn = line_chart(page, han)
    page.paragraph(50, 30, 495, texts[0])
    caption = "图 1 各年产量" if han else "Figure 1. Yield by year"
    page.line(180, 280, caption)
    page.paragraph(50, 310, 495, texts[1])
    told = read(replace(page.page(), **drawn))  # type: ignore[arg-type]
    assert [told[0], told[2], told[3]] == [texts[0], caption, texts[1]]
    assert told[1].startswith("[figure ")


@LANGUAGES
def test_a_caption_close_to_a_picture_is_none_of_its_labels(han: bool) -> None:
    page = Setter()
    caption = "图 2 磨坊" if han else "Figure 2. A mill"
    page.line(250, 304, caption)
    (figure,) = found(page, images=(BBox(200, 100, 400, 300),))
    assert figure.labels == ()
    assert read(replace(page.page(), images=(BBox(200, 100, 400, 300),))) == ["[figure ]", caption]


@LANGUAGES
def test_the_second_line_of_a_caption_is_no_label_either(han: bool) -> None:
    page = Setter()
    page.line(200, 70, "图 2 磨坊各年的产量" if han else "Figure 2. Yields of the mill by the year")
    page.line(200, 83, "（万吨）" if han else "(in sacks)")
    (figure,) = found(page, images=(BBox(200, 100, 400, 300),))
    assert figure.labels == ()


@LANGUAGES
def test_a_bar_chart(han: bool) -> None:
    page = Setter()
    bars = []
    for n, height in enumerate((60, 90, 45, 110)):
        bars.append(Path(BBox(120 + 50 * n, 240 - height, 150 + 50 * n, 240), curved=False))
        page.line(125 + 50 * n, 244, "春夏秋冬"[n] if han else f"Q{n + 1}", 8)
    (figure,) = found(page, paths=tuple(bars), rulings=(Ruling(True, 240, 110, 320),))
    assert figure.bbox.y0 <= 130
    assert [w.text for w in figure.labels] == [w.text for w in page.words]


@LANGUAGES
def test_a_flow_chart_with_labels_in_its_boxes(han: bool) -> None:
    page = Setter()
    paths = []
    for n, name in enumerate(("收集", "清洗", "去重", "分块") if han else
                             ("Collect", "Clean", "Deduplicate", "Chunk")):  # fmt: skip
        y = 100 + 60 * n
        paths.append(Path(BBox(200, y, 300, y + 36), curved=True))
        page.line(215, y + 13, name)
        if n:
            paths.append(Path(BBox(246, y - 7, 254, y), curved=True))
    shafts = tuple(Ruling(False, 250, 136 + 60 * n, 160 + 60 * n) for n in range(3))
    (figure,) = found(page, paths=tuple(paths), rulings=shafts)
    assert len(figure.labels) == len(page.words)
    assert figure.bbox.height >= 200


@LANGUAGES
@pytest.mark.parametrize("curved", [False, True], ids=["shaded", "round corners"])
def test_a_box_around_prose_is_no_figure(han: bool, curved: bool) -> None:
    page = Setter()
    page.paragraph(60, 110, 440, prose("甲文" if han else "Alpha", 500))
    bottom = page.words[-1].bbox.y1
    assert found(page, paths=(Path(BBox(50, 100, 520, bottom + 10), curved=curved),)) == []


@LANGUAGES
def test_bands_behind_lines_of_text_are_no_figure(han: bool) -> None:
    page = Setter()
    paths = []
    for n in range(5):
        page.line(60, 102 + 20 * n, ("第几行的文字" if han else "a line of text") * 1)
        paths.append(Path(BBox(50, 100 + 20 * n, 500, 115 + 20 * n), curved=False))
    assert found(page, paths=tuple(paths)) == []


@LANGUAGES
def test_the_background_of_a_page_is_no_figure(han: bool) -> None:
    page = Setter()
    page.paragraph(50, 100, 495, prose("甲文" if han else "Alpha", 600))
    whole = BBox(0, 0, 595, 842)
    assert found(page, images=(whole,)) == []
    assert found(page, paths=tuple(Path(whole, curved=curve) for curve in (False, True))) == []


def test_a_picture_cut_into_strips_is_one() -> None:
    strips = tuple(BBox(100, 100 + 20 * n, 400, 120 + 20 * n) for n in range(10))
    (figure,) = found(Setter(), images=strips)
    assert figure.bbox == BBox(100, 100, 400, 300)


def test_pictures_apart_are_several() -> None:
    images = (BBox(300, 100, 500, 200), BBox(50, 100, 250, 200), BBox(50, 300, 250, 400))
    assert [figure.bbox for figure in found(Setter(), images=images)] == [
        images[1], images[0], images[2],
    ]  # fmt: skip


def test_a_logo_is_too_small() -> None:
    assert found(Setter(), images=(BBox(50, 30, 100, 60),)) == []


def test_a_word_labels_one_figure_only() -> None:
    page = Setter()
    page.words.append(word(240, 203, "between"))
    images = (BBox(150, 100, 370, 200), BBox(150, 216, 370, 320))
    labels = [w.text for figure in found(page, images=images) for w in figure.labels]
    assert labels == ["between"]


def test_a_picture_of_the_model_s_says_how_far_a_drawing_reaches() -> None:
    page = Setter()
    content = PageContent(
        1, 595, 842, words=tuple(page.words),
        paths=(Path(BBox(130, 130, 200, 150), curved=True),),
        model=(ModelRegion(RegionKind.PICTURE, BBox(100, 100, 400, 300)),),
    )  # fmt: skip
    (figure,) = figures(content, (), ())
    assert figure.bbox == BBox(100, 100, 400, 300)


def test_a_picture_under_a_table_belongs_to_it() -> None:
    content = PageContent(1, 595, 842, images=(BBox(100, 100, 400, 300),))
    assert figures(content, (), [BBox(110, 110, 390, 290)]) == []
