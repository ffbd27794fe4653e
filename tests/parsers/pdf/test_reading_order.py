from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers.pdf.page import PageContent
from schemas.geometry import BBox
from tests.parsers.pdf.typeset import everything, laid_out, read
from tests.strategies.pages import Columns, columns, scattered

SETTINGS = settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))


def moved(page: PageContent, dx: float, dy: float, scale: float) -> PageContent:
    """The page's words shifted, then everything scaled."""
    return PageContent(
        page.number, page.width * scale, page.height * scale,
        words=tuple(
            replace(
                w, size=w.size * scale,
                bbox=BBox(*(scale * (v + d) for v, d in zip(w.bbox, (dx, dy) * 2, strict=True))),
            )
            for w in page.words
        ),
    )  # fmt: skip


@SETTINGS
@given(columns(2))
def test_two_columns_are_read_one_after_the_other(made: Columns) -> None:
    assert read(made.page) == made.in_order


@SETTINGS
@given(columns(3))
def test_three_columns_are_read_one_after_the_other(made: Columns) -> None:
    assert read(made.page) == made.in_order


@SETTINGS
@given(columns(2), st.floats(-20, 20), st.floats(-10, 40), st.sampled_from((1.0, 1.5)))
def test_shifting_and_scaling_change_no_order(
    made: Columns, dx: float, dy: float, scale: float
) -> None:
    assert read(moved(made.page, dx, dy, scale)) == read(made.page)


@SETTINGS
@given(st.one_of(scattered(), columns(2).map(lambda made: made.page)), st.integers(0, 99))
def test_the_order_of_words_in_the_file_does_not_matter(page: PageContent, seed: int) -> None:
    words = list(page.words)
    random.Random(seed).shuffle(words)
    assert read(replace(page, words=tuple(words))) == read(page)


@SETTINGS
@given(st.lists(scattered(), min_size=1, max_size=3))
def test_every_word_is_in_exactly_one_place(pages: list[PageContent]) -> None:
    for page, layout in zip(pages, laid_out(pages), strict=True):
        assert everything(layout) == sorted(word.text for word in page.words)
