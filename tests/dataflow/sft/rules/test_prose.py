from __future__ import annotations

import json

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.derive.preferences import preference
from dataflow.sft.drafts import BACK_TRANSLATION, EXTRACTIVE, Draft
from dataflow.sft.rules.propose import rule_drafts
from dataflow.sft.rules.whole import after_dateline, balanced, unmarked, whole
from tests.strategies.sft import document

METHODS = frozenset({EXTRACTIVE, BACK_TRANSLATION})


def drafts(text: str, lang: str, title: str = "") -> list[Draft]:
    return rule_drafts(manuscript(document(text, lang, title)), METHODS, 0)


def of(text: str, lang: str, task: str, title: str = "") -> list[Draft]:
    return [one for one in drafts(text, lang, title) if one.task == task]


FILLER = (
    "The mill stands beside a pond that was dug for it. Nobody has lived there since the fire. "
    "The roof was mended with slates from the old school, and the wheel turns again in spring."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Going upstairs to bed was a long climb for the old keeper.",
        "Top speed is an electronically limited 124 miles an hour on the road.",
        "The early days were a time of great joy for all of the workers.",
        "Gone is the old wheel of the mill, which everybody has seen turning.",
        "“The Kelby watch is a device that warns the keepers of fire.",
        "The lower mill is the best mill of the valley for grinding rye.",
        "The decision of the council means the mill has to be closed in May.",
        "Plan is the failure of the council to fulfil its obligations.",
    ],
)
def test_what_no_term_or_name_stands_for_is_not_defined(sentence: str) -> None:
    assert of(f"{sentence} {FILLER}", "en", "definition") == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A sluice is a gate that holds back the water of a pond.", "What is a sluice?"),
        ("Mindfulness is a practice that involves listening to the body.", "What is mindfulness?"),
        ("Ada Storm is a retired engineer who lives near Kelby.", "Who is Ada Storm?"),
        ("BED is a condition that affects many people.", "What is BED?"),
    ],
)
def test_terms_and_names_are_defined(sentence: str, question: str) -> None:
    (found,) = of(f"{sentence} {FILLER} There is mindfulness in it.", "en", "definition")
    assert (found.instruction, found.output) == (question, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "When the officers opened the gate, prosecutors alleged that the keeper was asleep.",
        "If the water looks brown, don’t worry.",
        "If a visitor comes from the old road, including those on foot, the bell rings twice.",
        "If the visitors come by boat, there are so many places in which they can land.",
        "After a few tries, the keeper reached the council by telephone.",
    ],
)
def test_what_somebody_said_and_what_is_so_anyway_are_no_outcomes(sentence: str) -> None:
    text = f"{FILLER} The keeper, the officers, the visitors and the water are known. {sentence}"
    assert of(text, "en", "condition") == []


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("How is the plague spread?", "How is the plague spread?"),
        ("If a ticket is lost, what must be done?", "If a ticket is lost, what must be done?"),
        ("Share this information, please?", None),
        ("Economy in stress; time to be careful?", None),
        ("Q: How do you prioritise your day?", None),
        ("What did they do about that?", None),
    ],
)
def test_a_mark_alone_makes_no_question(heading: str, asked: str | None) -> None:
    text = f"# Health in Kelby\n\n{FILLER}\n\n## {heading}\n\n> {FILLER}"
    found = of(text, "en", "faq", "Health in Kelby")
    if asked is None:
        assert found == []
    else:
        (one,) = found
        assert one.instruction.casefold().endswith(asked.casefold())
        assert not one.output.startswith(">")


def test_a_question_on_a_thing_at_hand_names_the_title() -> None:
    text = f"# Health in Kelby\n\n{FILLER}\n\n## What did the prosecutors say?\n\n{FILLER}"
    (found,) = of(text, "en", "faq", "Health in Kelby")
    assert "“Health in Kelby”" in found.instruction
    assert found.instruction.endswith("what did the prosecutors say?")


def test_notes_begin_behind_the_dateline_and_know_abbreviations() -> None:
    report = (
        "KELBY, Mich. (AP) — The mill of St. Joseph burnt down at 10 a.m. on Dec. 6. Sen. Ada "
        "Storm told the council of the fire. The damage was put at $3 million by the council. It "
        "has asked the state for help with the roof of the mill and the bridge beside it."
    )
    (found,) = of(f"# Fire at the mill of Kelby\n\n{report}", "en", "write_section")
    assert found.output.startswith("The mill of St. Joseph")
    assert found.input.split("\n")[0].startswith("- mill of St. Joseph burnt down at 10 a.m.")
    assert len(found.input.split("\n")) == 4
    assert after_dateline(report) == len("KELBY, Mich. (AP) — ")
    assert after_dateline("The mill is old.") == 0


def test_headings_that_quote_or_call_are_no_targets() -> None:
    text = "# Mills of Kelby\n\n## “The old mill turns”\n\n{0}\n\n{0}"
    assert of(text.format(FILLER), "en", "heading") == []


def test_who_is_quoted_is_asked_with_the_paragraphs_around() -> None:
    text = (
        f"{FILLER}\n\n“The wheel will turn again before the summer is over,” said Ada Storm, a "
        f"professor of history at Kelby College.\n\nBen Hall, 47, has kept the keys for years."
    )
    (speaker,) = of(text, "en", "speaker")
    assert "“The wheel will turn again before the summer is over”" in speaker.instruction
    assert speaker.output == "Ada Storm"
    assert "Nobody has lived there" in speaker.input
    (who,) = of(text, "en", "who_is")
    assert who.output == "A professor of history at Kelby College."
    (age,) = of(text, "en", "age")
    assert ("Ben Hall" in age.instruction, age.output) == (True, "47.")


@pytest.mark.parametrize(
    "sentence",
    [
        "“The wheel will turn again before the summer is over,” he said.",
        "“The wheel will turn again before the summer is over,” officials said.",
        "“The wheel will turn again,” said Ada Storm.",
    ],
)
def test_speakers_without_a_name_and_short_words_are_not_asked_for(sentence: str) -> None:
    assert of(f"{FILLER}\n\n{sentence}", "en", "speaker") == []


def test_chinese_speakers_events_and_persons() -> None:
    text = (
        "石岚（1901年—1970年），浙江凯里人，著名建筑师。1925年，石岚主持修建了凯里大桥的北段。"
        "石岚认为：“桥的寿命取决于每年的维护，而不是最初的用料。”凯里的居民至今仍然使用这座大桥，"
        "桥头立有石岚的铜像，每年都有许多学生前来参观，了解大桥的历史和石岚的一生。"
    )
    (who,) = of(text, "zh", "who_is")
    assert (who.instruction, who.output) == (
        "石岚是谁？", "石岚（1901年—1970年），浙江凯里人，著名建筑师。"
    )  # fmt: skip
    (speaker,) = of(text, "zh", "speaker")
    assert speaker.output == "石岚"
    (event,) = of(text, "zh", "event")
    assert ("1925年" in event.instruction, event.output) == (True, "石岚主持修建了凯里大桥的北段。")


def test_an_event_without_a_subject_or_with_a_second_date_is_not_asked_for() -> None:
    lead = "石岚是凯里人，一生都在凯里工作，修建了许多桥梁和道路，受到居民的尊敬和爱戴。"
    assert of(f"{lead}1925年，毕业于凯里大学土木工程系。{lead}{lead}", "zh", "event") == []
    english = "In 1925, the council opened the lower mill to all visitors."
    (found,) = of(f"{FILLER} {FILLER} {english}", "en", "event")
    assert found.output == "The council opened the lower mill to all visitors."
    twice = f"{FILLER} {FILLER} {english} A pond was dug in 1925 as well."
    assert of(twice, "en", "event") == []


def test_all_amounts_and_dates_of_a_stretch_are_gathered_or_none() -> None:
    told = (
        "The council paid $3 million for the mill and $450,000 for the pond, 12 percent more than "
        "it had planned. "
    )
    (found,) = of(f"{told}{FILLER} {FILLER}", "en", "amounts")
    assert json.loads(found.output) == ["$3 million", "$450,000", "12 percent"]
    assert of(f"{told}It owes a billion dollars. {FILLER} {FILLER}", "en", "amounts") == []
    dated = "It was built in 1890, sold on May 3, 1921 and opened in June 1950. "
    (found,) = of(f"{dated}{FILLER} {FILLER}", "en", "dates")
    assert json.loads(found.output) == ["1890", "May 3, 1921", "June 1950"]
    assert of(f"{dated}It closed on a Monday. {FILLER} {FILLER}", "en", "dates") == []


def test_chinese_dates_and_works() -> None:
    told = (
        "石岚的著作有《凯里的桥》、《石与水》和《论维护》。凯里大桥1925年动工，1931年5月通车，"
        "1950年8月1日大修。桥上行人很多，桥下常有渔船经过，附近的居民都喜欢在桥头散步和聊天。"
        "秋天的时候，北岸的树叶变成红色，南岸的稻田变成金色，站在桥上可以同时看到两边的颜色。"
        "桥的北端有一座小亭子，南端有一棵老树，树下的石凳是居民们自己搬来的，坐在那里可以看到河水。"
    )
    (works,) = of(told, "zh", "works")
    assert json.loads(works.output) == ["凯里的桥", "石与水", "论维护"]
    (dates,) = of(told, "zh", "dates")
    assert json.loads(dates.output) == ["1925年", "1931年5月", "1950年8月1日"]
    assert of(told.replace("桥上行人", "次年行人"), "zh", "dates") == []
    assert of(told.replace("1925年动工", "1923－1925年动工"), "zh", "dates") == []


def test_punctuation_is_taken_out_and_put_back() -> None:
    (found,) = of(FILLER, "en", "restore")
    assert found.output == FILLER
    assert found.input.startswith("the mill stands beside a pond that was dug for it nobody has")
    chinese = (
        "凯里的桥很旧，桥面用青石铺成，每一块都有编号。桥下的水很深，渔民常在那里撒网；孩子们则在岸边等着。"
        * 2
    )
    (zh,) = of(chinese, "zh", "restore")
    assert zh.input.startswith("凯里的桥很旧桥面用青石铺成每一块都有编号桥下")
    assert zh.output.startswith("凯里的桥很旧，桥面")


def test_a_name_in_the_middle_is_taken_out() -> None:
    text = (
        "The council met in Kelby to speak of the mill. The road was closed near Kelby for a week. "
        "Most of the water comes from springs in Kelby. The school in Kelby has a picture of it. "
        f"{FILLER} Its stones were used for the new bridge beside the pond."
    )
    (found,) = of(text, "en", "cloze")
    assert found.output == "Kelby"
    assert found.input.count("____") == 1
    assert found.input.count("Kelby") == 3


PARTS = (
    "The lower mill grinds rye for the bakers of the valley. The rye is brought to the lower mill "
    "on carts in autumn. Nothing but rye of the valley may be "
    "ground by the lower mill. Bakers of the valley pay for the rye by the sack at the lower mill. "
    "Carts with sacks of rye leave the lower mill before noon for the valley.",
    "Pigeons sleep under the bridge throughout the whole winter night. Nobody feeds pigeons under "
    "the bridge because feeding them is forbidden. Under the bridge some pigeons also raise their "
    "young ones in spring. Old pigeons leave the bridge to the young pigeons in summer. Children "
    "count pigeons beside the bridge when school has finished.",
)


def test_a_sentence_is_missing_among_sentences_from_elsewhere() -> None:
    text = "# Mills of Kelby\n\n## The rye\n\n{} {}\n\n## The birds\n\n{} {}".format(
        PARTS[0], "Rye from the valley keeps the lower mill busy on carts for bakers.",
        PARTS[1], "Pigeons and the bridge belong together, say children of the school in spring.",
    )  # fmt: skip
    found = of(text, "en", "missing_sentence")
    assert 0 < len(found) <= 2
    for one in found:
        given, options = one.input.split("\n\n")
        shown = [line[2:] for line in options.split("\n")]
        assert len(shown) == 3
        assert one.output in shown
        assert "[…]" in given
        assert one.output not in given
        worse = preference(one, manuscript(document(text, "en")), found, 0)
        assert worse is not None
        assert worse.rejected in shown


def test_sentences_are_whole() -> None:
    assert balanced("He said: “Go.”")
    assert not balanced("「列车」或「电车")
    assert not balanced("列车」或「电车")
    assert balanced("The keepers’ house isn’t old.")
    assert not whole("Q: How old is it?")
    assert unmarked("> One.\n> Two.") == "One.\nTwo."
