"""What cleaning removes is told line by line, with the place where it stood."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text.clean import CleanText
from dataflow.text.removed_lines import LINE_FRAME, RemovedLines
from tests.dataflow.text.residue_lines import FRAME
from tests.strategies.text import CHINESE, ENGLISH, documents, frame_of

FRAMED = (
    "Skip to content\n\n# A mill  \n\nThe first para\u00adgraph.\n\n\n\n\n返回顶部\n\n"
    "第二段，有Ａ。\n\nShare on: Facebook | Twitter\n"
)
LEFT = "# A mill\n\nThe first paragraph.\n\n\n第二段，有A。\n"


def test_each_line_has_its_text_and_place() -> None:
    frame, removed = CleanText().cleaned(frame_of("nothing here", FRAMED))
    assert frame["text"][1] == LEFT
    assert removed.schema == LINE_FRAME
    assert removed.rows() == [
        (1, 0, "Skip to content"),
        (1, LEFT.index("第二段"), "返回顶部"),
        (1, len(LEFT), "Share on: Facebook | Twitter"),
    ]
    assert frame["changes"].struct.field("residue").to_list() == [0, 3]
    assert CleanText(residue=False).cleaned(frame_of(FRAMED)).removed.is_empty()


def test_parsed_documents_tell_the_same() -> None:
    plain = CleanText().cleaned(frame_of(FRAMED))
    parsed = CleanText().cleaned(documents([(FRAMED, [])]))
    assert parsed.frame["text"].to_list() == plain.frame["text"].to_list()
    assert parsed.removed.rows() == plain.removed.rows()


def test_places_follow_what_later_passes_change() -> None:
    lines = RemovedLines(["x"], [4])
    lines.follow("a  bcd", "a b\ncd")
    assert lines.places == [4 - 1 + 1]
    lines.follow("a b\ncd", "a b\n\n\ncd")
    assert lines.places == [6]
    lines.follow("a b\n\n\ncd", "a")
    assert lines.places == [1]
    assert lines.cut("ab\ncd\n", [], [(0, 6)])[0] == ""
    assert (lines.texts, lines.places) == (["x", "ab", "cd"], [0, 0, 0])


texts = st.lists(
    st.sampled_from((*FRAME[::7], *ENGLISH, *CHINESE, "", "# Mill", "a  b\u00ad ")), max_size=12
)


@settings(max_examples=80, deadline=None)
@given(st.lists(texts, max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_every_counted_line_is_told(rows: list[list[str]], parsed: bool, random: Random) -> None:
    whole = ["\n".join(lines) for lines in rows]
    frame = documents([(text, []) for text in whole]) if parsed else frame_of(*whole)
    cleaned, removed = CleanText().cleaned(frame)
    told = dict(removed.group_by("row").len().rows())
    counts = cleaned["changes"].struct.field("residue").to_list()
    assert [told.get(row, 0) for row in range(len(rows))] == counts
    for row, place, text in removed.rows():
        left = cleaned["text"][row]
        assert 0 <= place <= len(left)
        assert place in (0, len(left)) or left[place - 1] == "\n"
        assert "".join(text.split())[:1] in "".join(whole[row].split())
    row = random.randrange(len(rows)) if rows else 0
    alone = CleanText().cleaned(frame[row : row + 1]).removed.drop("row")
    assert alone.equals(removed.filter(row=row).drop("row"))
