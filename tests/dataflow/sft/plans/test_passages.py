from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.blocks import manuscript
from dataflow.sft.plans.context_words import leans_back, needs_text, points_elsewhere
from dataflow.sft.plans.passages import MAX_PASSAGE, MIN_PASSAGE, Passage, passage_of
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import topic_of
from tests.strategies.sft import documents

EN = (
    "The weir at Orlen keeps the mill pond two metres above the river. Masons mended it after the "
    "flood of spring, and steel gates took the place of the wooden ones. The gates open by "
    "themselves when the water rises too far."
)
ZH = (
    "奥伦堰使磨坊池塘的水面比河面高出两米。春天的洪水过后，石匠修复了这座堰，钢闸门取代了木闸门。"
    "水位过高时闸门会自行打开。"
)
TABLE = "| gate | width |\n| --- | --- |\n" + "| upper steel gate | 3 metres |\n" * 12


def cut(text: str, lang: str = "en", part: str = "") -> Passage | Fault:
    topic = topic_of(text, lang, part=part)
    return passage_of(topic.document, topic.chunk)


def text_of(found: Passage | Fault) -> str:
    assert isinstance(found, Passage), found
    return found.text


@pytest.mark.parametrize(("lang", "whole"), [("en", EN), ("zh", ZH)])
def test_whole_prose_is_kept_without_its_heading(lang: str, whole: str) -> None:
    found = cut(f"# Orlen\n\n## The weir\n\n{whole}\n\n## Next", lang)
    assert isinstance(found, Passage)
    assert (found.text, found.heading) == (whole, "The weir")


@pytest.mark.parametrize(
    ("lang", "whole", "opening"),
    [
        ("en", EN, "However, that was not the end of it. It then rained for weeks. "),
        ("en", EN, "These are known to everybody. "),
        ("en", EN, "See the table below for details. "),
        ("en", EN, "As shown in Figure 3, the pond is deep. "),
        ("en", EN, "of the old kind that nobody builds now. "),
        ("zh", ZH, "然而，事情并没有结束。它此后又下了几周雨。"),
        ("zh", ZH, "如上所述，池塘很深。"),
        ("zh", ZH, "见图3，池塘很深。"),
        ("zh", ZH, "该工程耗时两年。"),
    ],
)
def test_openings_that_lean_on_something_are_cut(lang: str, whole: str, opening: str) -> None:
    assert text_of(cut(opening + whole, lang)) == whole


@pytest.mark.parametrize(
    ("lang", "whole", "end"),
    [
        ("en", EN, " The keepers are paid for the following:"),
        ("en", EN, " The keepers are paid as listed in Table 4."),
        ("en", EN, " The keepers of the gates who"),
        ("zh", ZH, "守闸人的职责如下："),
        ("zh", ZH, "守闸人的报酬见下表。"),
        ("zh", ZH, "守闸的人们在夜里"),
    ],
)
def test_ends_that_lead_nowhere_are_cut(lang: str, whole: str, end: str) -> None:
    assert text_of(cut(f"{whole}{end}\n\n{TABLE}", lang)) == whole


@pytest.mark.parametrize(("lang", "whole"), [("en", EN), ("zh", ZH)])
def test_sentences_that_the_chunk_cuts_are_left_out(lang: str, whole: str) -> None:
    text = f"{whole} {whole}" if lang == "en" else whole + whole
    start, stop = 7, len(text) - 5
    found = text_of(cut(text, lang, text[start:stop]))
    assert found in text[start:stop]
    assert found[-1] in ".。"
    assert text[: text.index(found)].rstrip()[-1:] in {".", "。"}


@pytest.mark.parametrize(("lang", "whole"), [("en", EN), ("zh", ZH)])
def test_a_book_without_blank_lines_has_passages_everywhere(lang: str, whole: str) -> None:
    text = f"{whole}\n" * 600
    start = len(text) * 4 // 5
    found = text_of(cut_at(text, lang, start, start + 4 * len(whole)))
    assert found.startswith(whole)
    assert found[-1] in ".。"
    assert len(found) > 3 * len(whole)


def cut_at(text: str, lang: str, start: int, end: int) -> Passage | Fault:
    document = manuscript({"doc_id": "d", "text": text, "lang": lang, "title": ""})
    return passage_of(document, ChunkSpan("c", "d", start, end, text[start:end]))


def test_a_pointing_sentence_divides_a_passage() -> None:
    text = f"A short one. Chapter 4 says more, as described above. {EN}"
    assert text_of(cut(text)) == EN


@pytest.mark.parametrize(
    ("lang", "text", "reason"),
    [
        ("en", TABLE, Reason.NOT_TEXTUAL),
        ("zh", "<table><tr><td>上闸门</td><td>三米</td></tr></table>", Reason.NOT_TEXTUAL),
        ("en", "- Marlow, T. R. (2011). Weirs of old. Journal of Water, 12(3), 44-61.\n" * 4,
         Reason.NOT_TEXTUAL),
        ("zh", "[1] 石岚，高平. 古堰的修复方法[J]. 水工学报, 2011, 12(3): 44-61.\n" * 4,
         Reason.NOT_TEXTUAL),
        ("en", "The weir is old. It is a wall.", Reason.SAMPLE_TOO_SHORT),
        ("zh", "奥伦堰很老。", Reason.SAMPLE_TOO_SHORT),
        ("en", "gates and weirs\n\nponds and mills\n\nrivers without an end " * 9,
         Reason.SAMPLE_TOO_SHORT),
        ("en", "```\n" + "open(gate) # and then close it again\n" * 12 + "```",
         Reason.SAMPLE_TOO_SHORT),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_a_fault(lang: str, text: str, reason: Reason) -> None:
    found = cut(text, lang)
    assert isinstance(found, Fault)
    assert found.reason is reason


def items(n: int, lang: str = "en") -> str:
    said = {"en": "- Open gate {} before the water rises", "zh": "- 水位上涨之前打开{}号闸门"}[lang]
    return "\n".join(said.format(i) for i in range(n))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_list_under_its_heading_stands_alone(lang: str) -> None:
    assert text_of(cut(f"# Duties\n\n{items(8, lang)}\n\n# Next", lang)) == items(8, lang)


def test_a_list_whose_beginning_is_elsewhere_does_not() -> None:
    text = f"The keeper has these duties:\n\n{items(9)}\n\n{EN}"
    assert text_of(cut(text, "en", text[text.index("- Open gate 3") :])) == EN


def test_a_list_that_goes_on_elsewhere_is_cut_with_its_introduction() -> None:
    text = f"{EN} The keeper has these duties:\n\n{items(9)}"
    assert text_of(cut(text, "en", text[: text.index("- Open gate 6")])) == EN
    assert text_of(cut(text)) == text


def test_a_long_passage_ends_with_a_sentence() -> None:
    found = text_of(cut(f"{EN} " * 60))
    assert MAX_PASSAGE - 30 < len(tokens(found)) <= MAX_PASSAGE
    assert found.endswith(".")


def test_the_longest_run_of_one_heading_is_taken() -> None:
    text = f"# A\n\nThe mill is old. {EN[:140]}\n\n# B\n\n{EN}\n\n{EN}\n\n# C\n\nThe end."
    found = cut(text)
    assert isinstance(found, Passage)
    assert (found.text, found.heading) == (f"{EN}\n\n{EN}", "B")


@given(documents(), st.integers(0, 900), st.integers(1, 900))
def test_a_passage_is_a_piece_of_its_chunk(row: dict[str, str], start: int, size: int) -> None:
    document = manuscript(row)
    piece = document.text[start : start + size]
    chunk = ChunkSpan("c", document.doc_id, start, start + len(piece), piece)
    found = passage_of(document, chunk)
    if isinstance(found, Passage):
        assert start <= found.start < found.end <= start + len(piece)
        assert document.text[found.start : found.end] == found.text
        assert len(tokens(found.text)) >= MIN_PASSAGE - 5


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "There are two mills on the Tane."),
        ("en", "Italy has many weirs."),
        ("en", "Thistles grow on the dam."),
        ("en", "Andrew built the mill."),
        ("en", "Butter was sold at the gate."),
        ("zh", "其实奥伦堰并不高。"),
        ("zh", "也门的水坝很古老。"),
        ("zh", "还原法用于冶铁。"),
        ("zh", "并购需要批准。"),
        ("zh", "而立之年的石匠修好了堰。"),
        ("de", "Dann fiel das Wasser."),
    ],
)
def test_words_that_only_look_alike_do_not_lean(lang: str, sentence: str) -> None:
    assert not leans_back(sentence, lang)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Section 4 of the Mill Act allows fishing."),
        ("en", "The following steps open the gate."),
        ("en", "Tables were set up along the dam."),
        ("en", "The figure of the miller stands above the door."),
        ("zh", "本地人靠磨坊生活。"),
        ("zh", "代表们在堤上开会。"),
        ("zh", "本文化中心建于堰旁。"),
    ],
)
def test_words_that_only_look_alike_do_not_point(lang: str, sentence: str) -> None:
    assert not points_elsewhere(sentence, lang)


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "What does the passage say about the weir?"),
        ("en", "According to the text, how high is the weir?"),
        ("en", "What did the author find at Orlen?"),
        ("en", "Which gates are mentioned above?"),
        ("en", "When was it built?"),
        ("en", "Why did they leave?"),
        ("en", "What is its height?"),
        ("en", "What colour were they in the year of the flood?"),
        ("en", "How high is it?"),
        ("zh", "根据本文，奥伦堰有多高？"),
        ("zh", "这段文字讲了什么？"),
        ("zh", "作者认为奥伦堰为什么重要？"),
        ("zh", "它是什么时候建成的？"),
        ("zh", "为什么他们离开了？"),
        ("zh", "上文提到的闸门有哪些？"),
    ],
)
def test_questions_that_need_their_text(lang: str, question: str) -> None:
    assert needs_text(question, lang)


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "How high is the weir at Orlen?"),
        ("en", "Who is the author of the Mill Act?"),
        ("en", "How long does it take to open the gates of the Orlen weir?"),
        ("en", "What did the keepers of Orlen do when they saw the flood?"),
        ("en", "Why is it important to mend a weir?"),
        ("en", "What is it like to live at Orlen?"),
        ("en", "Which gates of the weir open when they are touched by water?"),
        ("en", "Is it safe to fish below a weir?"),
        ("zh", "奥伦堰有多高？"),
        ("zh", "洪水来时守闸人应该怎么做？他们听谁的？"),
        ("zh", "该如何打开奥伦堰的闸门？"),
        ("zh", "日本文化对奥伦堰的修建有何影响？"),
        ("de", "Wie hoch ist es?"),
    ],
)
def test_questions_that_do_not(lang: str, question: str) -> None:
    assert needs_text(question, lang) == ""
