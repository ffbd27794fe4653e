from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.evidence.planted import Fact, facts, made
from dataflow.evidence.spans import Fault
from dataflow.evidence.support import supported
from dataflow.sft.plan import Plan, Topic
from dataflow.sft.plans.evalset_question import answerable
from dataflow.sft.plans.holding import MOST_SENTENCES, holding, stating
from dataflow.sft.plans.question import question
from dataflow.sft.plans.revision import revision
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, topic_of

TEXT = {
    "en": (
        "The Orlen canal was dug by Ada Storm in 1812. The bridge at Tane was built by Ben Hill in "
        "1912. The canal is 40 kilometres long, and 7 keepers live beside it. Boats may not enter "
        "the canal at night. The old mill is now a museum."
    ),
    "zh": (
        "奥伦运河由石岚于1812年开凿。塔内大桥由何培德于1912年建成。运河全长40公里，沿岸住着7名"
        "守闸人。船只夜间不得驶入运河。老磨坊如今是博物馆。"
    ),
}  # fmt: skip
ASIDE = {"en": "The old mill is now a museum.", "zh": "老磨坊如今是博物馆。"}
NOWHERE = {"en": "A quote that nobody wrote.", "zh": "没有人写过的一句话。"}
DUG = {"en": "Who dug the Orlen canal and when?", "zh": "奥伦运河是谁在什么时候开凿的？"}
LONG = {"en": "How long is the canal?", "zh": "运河全长多少公里？"}
NIGHT = {"en": "May boats enter the canal at night?", "zh": "船只夜间可以驶入运河吗？"}
RIGHT = {
    "en": [
        (DUG["en"], "The Orlen canal was dug by Ada Storm in 1812.", [0]),
        (DUG["en"], "Ada Storm dug the Orlen canal in 1812.", [0]),
        (DUG["en"], "Ada Storm in 1812", [0]),
        (LONG["en"], "40 kilometres", [2]),
        (NIGHT["en"], "Boats may not enter the canal at night.", [3]),
        ("When was the Orlen canal dug, and how long is it?", "The Orlen canal was dug in "
         "1812. The canal is 40 kilometres long.", [0, 2]),
    ],
    "zh": [
        (DUG["zh"], "奥伦运河由石岚于1812年开凿。", [0]),
        (DUG["zh"], "石岚于1812年", [0]),
        (LONG["zh"], "运河全长40公里。", [2]),
        (LONG["zh"], "40公里", [2]),
        (NIGHT["zh"], "船只夜间不得驶入运河。", [3]),
        ("奥伦运河何时开凿，全长多少？", "奥伦运河于1812年开凿。运河全长40公里。", [0, 2]),
    ],
}  # fmt: skip
FALSE = {
    "en": [
        (DUG["en"], "The Orlen canal was dug by Ada Storm in 1912."),
        (DUG["en"], "The Orlen canal was dug by Ben Hill in 1812."),
        (DUG["en"], "Ben Hill in 1912"),
        (DUG["en"], "1912"),
        (LONG["en"], "7 kilometres"),
        (LONG["en"], "The canal is 7 kilometres long."),
        (LONG["en"], "1812"),
        (NIGHT["en"], "Boats may enter the canal at night."),
        ("When was the Orlen canal dug, and how long is it?", "The Orlen canal was dug in "
         "1812. The canal is 7 kilometres long."),
        ("How long is the bridge at Tane?", "40 kilometres"),
    ],
    "zh": [
        (DUG["zh"], "奥伦运河由石岚于1912年开凿。"),
        (DUG["zh"], "何培德于1912年"),
        (DUG["zh"], "1912年"),
        (LONG["zh"], "7公里"),
        (LONG["zh"], "运河全长7公里。"),
        (LONG["zh"], "1812"),
        (NIGHT["zh"], "船只夜间可以驶入运河。"),
        ("奥伦运河何时开凿，全长多少？", "奥伦运河于1812年开凿。运河全长7公里。"),
        ("塔内大桥全长多少公里？", "40公里"),
    ],
}  # fmt: skip
Planned = Callable[[Topic], Plan]
LANGS = pytest.mark.parametrize("lang", ["en", "zh"])


def found(topic: Topic, quote: str, answer: str, asked: str) -> str:
    """What the evidence says, '' when none is found."""
    spans = holding(quote, answer, asked, topic)
    return "\n".join(topic.document.text[start:end] for start, end in spans)


def passes(topic: Topic, quote: str, answer: str, asked: str) -> bool:
    """Whether the answer has evidence that holds it."""
    text = found(topic, quote, answer, asked)
    verdict = supported(answer, text)
    return bool(text) and verdict.fault is None and verdict.score >= 0.4


def sentences(lang: str) -> list[str]:
    text = TEXT[lang]
    if lang == "zh":
        return [part + "。" for part in text.split("。")[:-1]]
    return [part.removesuffix(".") + "." for part in text.split(". ")]


@LANGS
def test_a_right_answer_gets_the_sentences_that_hold_it(lang: str) -> None:
    topic, said = topic_of(TEXT[lang], lang), sentences(lang)
    for asked, answer, places in RIGHT[lang]:
        wanted = "\n".join(said[place] for place in places)
        for quote in (ASIDE[lang], NOWHERE[lang]):
            assert found(topic, quote, answer, asked) == wanted, (asked, answer)


@LANGS
def test_a_quote_that_holds_the_answer_is_kept(lang: str) -> None:
    topic, said = topic_of(TEXT[lang], lang), sentences(lang)
    asked, answer, _ = RIGHT[lang][0]
    assert found(topic, said[0], answer, asked) == said[0]
    both = "".join(said[:2]) if lang == "zh" else " ".join(said[:2])
    assert found(topic, both, answer, asked) == both


@LANGS
def test_what_the_chunk_does_not_say_stays_refused(lang: str) -> None:
    topic, said = topic_of(TEXT[lang], lang), sentences(lang)
    for asked, answer in FALSE[lang]:
        for quote in (ASIDE[lang], NOWHERE[lang], said[0]):
            before = supported(answer, quote)
            if quote in TEXT[lang] and before.fault is None and before.score >= 0.4:
                continue  # the quote alone holds the words: that is for other checks
            assert not passes(topic, quote, answer, asked), (asked, answer, quote)


@pytest.mark.parametrize(
    ("title", "asked", "answer", "sentence", "about"),
    [
        ("Ada Storm", "When was Ada Storm born?", "1811",
         "Her brother's house at Tane was built in 1811.", "She was born in 1811."),
        ("The Orlen canal", "How long is the Orlen canal?", "40 metres",
         "The bridge at Tane is 40 metres long.", "The canal is 40 metres long."),
        ("Mount Rell", "How high is Mount Rell?", "62 metres",
         "The church spire is 62 metres high.", "It is 62 metres high."),
        ("奥伦运河", "奥伦运河全长多少？", "40公里", "塔内公路全长40公里。", "运河全长40公里。"),
    ],
)  # fmt: skip
def test_a_sentence_about_another_thing_than_the_title_is_no_evidence(
    title: str, asked: str, answer: str, sentence: str, about: str
) -> None:
    lang = "en" if asked.isascii() else "zh"
    for said, expected in ((sentence, ""), (about, about)):
        topic = topic_of(f"{ASIDE[lang]} {said}", lang, title=title)
        assert found(topic, NOWHERE[lang], answer, asked) == expected


@LANGS
def test_two_sentences_equally_near_to_the_question_give_no_evidence(lang: str) -> None:
    text = {
        "en": "The tower at Elby is 42 metres high. The tower at Orne is 30 metres high.",
        "zh": "埃尔比塔高四十二米。奥尔讷塔高三十米。",
    }[lang]
    asked, answer = {"en": ("How high is the tower?", "30 metres"), "zh": ("塔高多少？", "三十米")}[
        lang
    ]
    assert found(topic_of(text, lang), NOWHERE[lang], answer, asked) == ""


@LANGS
def test_a_sentence_that_the_chunk_cuts_is_no_evidence(lang: str) -> None:
    text = {
        "en": "Nobody believes any longer that the Orlen canal was dug by Ada Storm in 1812. Boats "
        "come by day.",
        "zh": "如今没有人再相信奥伦运河由石岚于1812年开凿。船只白天驶来。",
    }[lang]
    part = text[text.index("the Orlen" if lang == "en" else "奥伦") :]
    asked, answer = DUG[lang], RIGHT[lang][0][1]
    assert found(topic_of(text, lang, part=part), NOWHERE[lang], answer, asked) == ""


def test_headings_and_tables_are_no_evidence_and_list_items_are() -> None:
    text = (
        "# The Orlen canal was dug in 1812\n\n| canal | year |\n| --- | --- |\n| Orlen canal dug | "
        "1812 |\n\nBoats come by day.\n"
    )
    asked, answer = "When was the Orlen canal dug?", "The Orlen canal was dug in 1812."
    topic = topic_of(text, title="Waterways")
    assert found(topic, "nobody wrote this one", answer, asked) == ""
    topic = topic_of(text + "\n- Orlen canal: dug in 1812\n- Tane bridge: built in 1912\n")
    assert "- Orlen canal: dug in 1812" in found(topic, "nobody wrote this one", answer, asked)


def test_a_chunk_that_is_none_is_not_searched() -> None:
    text = "Boats come by day. " * 2_000 + "The Orlen canal was dug in 1812."
    topic = topic_of(text)
    assert found(topic, "nowhere", "The Orlen canal was dug in 1812.", DUG["en"]) == ""
    assert found(topic, "nowhere", "Boats come. " * (MOST_SENTENCES + 1), "Boats?") == ""


def planted(lang: str) -> list[tuple[Fact, Topic, list[Fact]]]:
    """Every fourth fact in a chunk with four others."""
    known = facts("development", lang)
    found = []
    for index in range(0, len(known), 4):
        group = [known[(index + step) % len(known)] for step in (3, 0, 7, 11)]
        text = ("" if lang == "zh" else " ").join(fact.source for fact in group)
        others = [fact for fact in group if fact is not known[index]]
        found.append((known[index], topic_of(text, lang), others))
    return found


@LANGS
def test_answers_of_another_fact_of_the_chunk_stay_refused(lang: str) -> None:
    right = wrong = 0
    for fact, topic, others in planted(lang):
        mine = [text for kind, true, text in fact.answers if kind == "short" and true]
        asked = fact.source.replace(mine[0], " ") if mine else ""
        right += bool(asked) and passes(topic, NOWHERE[lang], mine[0], asked)
        theirs = [t for other in others for kind, _, t in other.answers if kind == "short"]
        wrong += sum(bool(asked) and passes(topic, NOWHERE[lang], one, asked) for one in theirs)
    assert wrong == 0
    assert right >= 10  # of 22


@LANGS
def test_no_more_false_answers_pass_than_by_the_right_quote(lang: str) -> None:
    for fact, topic, _ in planted(lang):
        for _, true, answer in fact.answers:
            asked = fact.source[: len(fact.source) // 2]
            if not true and passes(topic, NOWHERE[lang], answer, asked):
                verdict = supported(answer, fact.source)
                assert verdict.fault is None, answer


@LANGS
def test_an_answer_that_says_again_what_was_asked_gets_no_evidence(lang: str) -> None:
    asked = {"en": "Why was the Orlen canal dug by Ada Storm?", "zh": "为何奥伦运河由石岚开凿？"}[
        lang
    ]
    answer = {"en": "The Orlen canal was dug by Ada Storm.", "zh": "奥伦运河由石岚开凿。"}[lang]
    assert found(topic_of(TEXT[lang], lang), NOWHERE[lang], answer, asked) == ""


@LANGS
@pytest.mark.parametrize("plan", [question, answerable])
def test_a_question_with_a_wrong_quote_becomes_a_draft(lang: str, plan: Planned) -> None:
    asked, answer, _ = RIGHT[lang][1]
    said = {"question": asked, "answer": answer, "quote": NOWHERE[lang]}
    topic = topic_of(TEXT[lang], lang)
    outcome, requests = carried_out(plan, topic, question=said)
    assert not isinstance(outcome, Fault), outcome
    ((start, end),) = outcome[0].spans
    assert (TEXT[lang][start:end], len(requests)) == (sentences(lang)[0], 1)
    outcome, _ = carried_out(plan, topic, question={**said, "answer": FALSE[lang][2][1]})
    assert isinstance(outcome, Fault)
    assert outcome.reason is Reason.EVIDENCE_MISSING


@LANGS
def test_an_answer_with_a_wrong_quote_becomes_a_draft(lang: str) -> None:
    asked, answer, _ = RIGHT[lang][1]
    said = {"answer": answer, "quote": ASIDE[lang]}
    outcome, _ = carried_out(
        revision, topic_of(TEXT[lang], lang), answer_question={"question": asked}, answer=said,
        critique={"ok": True, "problem": ""},
    )  # fmt: skip
    assert not isinstance(outcome, Fault), outcome
    ((start, end),) = outcome[0].spans
    assert TEXT[lang][start:end] == sentences(lang)[0]


STATED = {
    "en": [
        ("Ada Storm dug the Orlen canal in 1812.", [0]),
        ("The canal is 40 kilometres long.", [2]),
        ("The Orlen canal was dug in 1812. The bridge at Tane was built in 1912.", [0, 1]),
    ],
    "zh": [
        ("奥伦运河由石岚开凿。", [0]),
        ("运河全长40公里。", [2]),
        ("奥伦运河于1812年开凿。塔内大桥于1912年建成。", [0, 1]),
    ],
}  # fmt: skip
UNSTATED = {
    "en": [
        "The Orlen canal was dug in 1912.", "The canal is 7 kilometres long.",
        "The Orlen canal was dug by Ben Hill.", "Boats may enter the canal at night.",
        "The Orlen canal was dug in 1812. The bridge at Tane was built in 1812.",
        "It was 1812.", "1812", "It was dug in 1812.", "",
    ],
    "zh": [
        "奥伦运河于1912年开凿。", "运河全长7公里。", "奥伦运河由何培德开凿。",
        "船只夜间可以驶入运河。",
        "奥伦运河于1812年开凿。塔内大桥于1812年建成。", "是1812年。", "1812", "",
    ],
}  # fmt: skip


@LANGS
def test_a_statement_gets_the_sentences_that_hold_it(lang: str) -> None:
    topic, said = topic_of(TEXT[lang], lang), sentences(lang)
    for statement, places in STATED[lang]:
        for quote in (ASIDE[lang], NOWHERE[lang]):
            spans = stating(quote, statement, topic)
            assert [TEXT[lang][a:b] for a, b in spans] == [said[place] for place in places]
    spans = stating(said[0], STATED[lang][0][0], topic)
    assert [TEXT[lang][a:b] for a, b in spans] == [said[0]]


@LANGS
def test_a_false_or_unbound_statement_gets_no_sentence(lang: str) -> None:
    topic = topic_of(TEXT[lang], lang)
    aside = TEXT[lang].index(ASIDE[lang])
    for statement in UNSTATED[lang]:
        assert stating(NOWHERE[lang], statement, topic) == (), statement
        assert stating(ASIDE[lang], statement, topic) == ((aside, aside + len(ASIDE[lang])),)


def test_words_of_the_title_bind_no_statement() -> None:
    statement = "The Orlen canal was dug."
    assert stating(NOWHERE["en"], statement, topic_of(TEXT["en"])) != ()
    titled = topic_of(TEXT["en"], title="The Orlen canal")
    assert stating(NOWHERE["en"], statement, titled) == ()


@LANGS
def test_a_false_statement_passes_only_where_its_right_quote_lets_it(lang: str) -> None:
    found = 0
    for fact, topic, others in planted(lang):
        found += bool(stating(NOWHERE[lang], fact.source, topic))
        for case in made(fact, others[:2]):
            if case.kind != "other_document" and stating(NOWHERE[lang], case.answer, topic):
                verdict = supported(case.answer, fact.source)
                assert verdict.fault is None, case.answer
                assert verdict.score >= 0.4
    assert found >= 15  # of 22


@LANGS
def test_places_that_are_known_stay_evidence(lang: str) -> None:
    topic, said = topic_of(TEXT[lang], lang), sentences(lang)
    start = TEXT[lang].index(said[1])
    known = ((start, start + len(said[1])),)
    asked, answer, _ = RIGHT[lang][0]
    spans = holding(NOWHERE[lang], answer, asked, topic, known)
    assert [TEXT[lang][a:b] for a, b in spans] == said[:2]
    assert holding(NOWHERE[lang], FALSE[lang][1][1], asked, topic, known) == known
