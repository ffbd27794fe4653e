"""Of a passage in several documents the first one stays, and nothing else goes."""

from __future__ import annotations

import random

import polars as pl
import pytest

from dataflow.passages.cutting import CUT_FRAME
from dataflow.passages.repeats import CutRepeats
from schemas.errors import RecipeError, SchemaError, StoreError
from schemas.tables import REMOVED
from tests.dataflow.passages.texts import corpus, paragraph, sentence

LANGS = ["en", "zh"]


def joined(lang: str, *parts: str) -> str:
    return ("" if lang == "zh" else " ").join(parts)


@pytest.mark.parametrize("lang", LANGS)
def test_paragraphs(lang: str) -> None:
    rng = random.Random(1)
    shared, one, two = (paragraph(rng, lang) for _ in range(3))
    frame = corpus([f"# A\n\n{one}\n\n{shared}", f"# B\n{shared.upper()}\n\n{two}"])
    result = CutRepeats(unit="paragraph")(frame)
    assert result.frame["text"].to_list() == [f"# A\n\n{one}\n\n{shared}", f"# B\n\n{two}"]
    assert result.removed.row(0, named=True) == {
        "doc_id": "0001", "stage": "passages", "unit": "paragraph", "position": 5,
        "text": shared.upper(), "copies": 2, "of_doc_id": "0000", "of_start": len(one) + 7,
        "source": "site/1.md",
    }  # fmt: skip
    assert result.removed.columns == list(REMOVED.schema.names)


@pytest.mark.parametrize("lang", LANGS)
def test_sentences(lang: str) -> None:
    rng = random.Random(2)
    shared = sentence(rng, lang, 20)
    parts = [sentence(rng, lang) for _ in range(4)]
    texts = [joined(lang, *parts[:2], shared), joined(lang, parts[2], shared, parts[3])]
    result = CutRepeats(unit="sentence")(corpus(texts))
    assert result.frame["text"].to_list() == [texts[0], joined(lang, *parts[2:])]
    assert result.removed["text"].to_list() == [shared]


@pytest.mark.parametrize("lang", LANGS)
def test_substrings_are_cut_at_words_and_whole(lang: str) -> None:
    rng = random.Random(3)
    shared = paragraph(rng, lang)
    parts = [sentence(rng, lang) for _ in range(4)]
    texts = [joined(lang, parts[0], shared, parts[1]), joined(lang, parts[2], shared, parts[3])]
    result = CutRepeats(unit="substring", min_tokens=40)(corpus(texts))
    assert result.removed["text"].to_list() == [shared]
    assert result.frame["text"].to_list() == [texts[0], joined(lang, *parts[2:])]
    assert result.removed["of_start"].to_list() == [texts[0].index(shared)]


def test_a_substring_may_begin_within_a_sentence_and_cross_paragraphs() -> None:
    rng = random.Random(4)
    words = paragraph(rng, sentences=6).split(" ")
    shared = " ".join(words[3:40]) + "\n\n" + " ".join(words[40:70])
    texts = [f"One begins {shared} one ends.", f"Another starts {shared.upper()} another stops."]
    result = CutRepeats(unit="substring")(corpus(texts))
    assert result.frame["text"].to_list() == [texts[0], "Another starts\n\nanother stops."]
    assert result.removed["text"].to_list() == [shared.upper()]


def test_marks_of_headings_lists_and_quotes_go_with_what_they_mark() -> None:
    rng = random.Random(15)
    items = [sentence(rng, size=20) for _ in range(3)]
    shared = f"# {items[0]}\n\n- {items[1]}\n  - {items[2]}"
    texts = [f"{form}{sentence(rng)}" for form in (f"{shared}\n\n> ", f"{shared}\n\n> ")]
    result = CutRepeats(unit="substring")(corpus(texts))
    assert result.removed["text"].to_list() == [shared]
    assert result.frame["text"][1] == texts[1][len(shared) + 2 :]
    within = [f"{sentence(rng)}\n\n{shared}", f"{sentence(rng)}\n\n{shared}\n\nEnd."]
    result = CutRepeats(unit="substring")(corpus(within))
    assert result.removed["text"].to_list() == [shared]


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
def test_the_first_document_of_the_order_keeps_it(unit: str) -> None:
    rng = random.Random(5)
    shared = sentence(rng, size=60)
    frame = corpus([f"{paragraph(rng)}\n\n{shared}" for _ in range(4)])
    stage = CutRepeats(unit=unit)  # type: ignore[arg-type]
    blocks = [stage.collect(frame[:2]), stage.collect(frame[2:])]
    order = pl.Series(["0002", "0000", "0003"])
    cuts = stage.resolve(blocks, order)
    assert cuts.schema == CUT_FRAME
    assert cuts["doc_id"].to_list() == ["0000", "0003"]
    assert cuts["of_doc_id"].unique().to_list() == ["0002"]
    assert cuts["copies"].unique().to_list() == [3]


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
def test_what_one_document_repeats_stays(unit: str) -> None:
    rng = random.Random(6)
    shared = sentence(rng, size=60)
    texts = [f"{shared}\n\n{paragraph(rng)}\n\n{shared}", paragraph(rng)]
    assert CutRepeats(unit=unit)(corpus(texts)).removed.is_empty()  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
def test_code_tables_and_formulas_stay(unit: str) -> None:
    rng = random.Random(7)
    code = " ".join(rng.choice("abcdefgh") * 3 for _ in range(80))
    for form in (f"```\n{code}\n```", f"| {code} |\n| --- |", f"$$\n{code}\n$$",
                 f"<table><tr><td>{code}</td></tr></table>"):  # fmt: skip
        texts = [f"{paragraph(rng)}\n\n{form}\n\n{paragraph(rng)}" for _ in range(3)]
        assert CutRepeats(unit=unit)(corpus(texts)).removed.is_empty()  # type: ignore[arg-type]
    frame = corpus([code, code]).with_columns(
        pl.Series("elements", [[{"kind": "code", "char_start": 0, "char_end": len(code)}]] * 2)
    )
    assert CutRepeats(unit=unit)(frame).removed.is_empty()  # type: ignore[arg-type]


def test_short_passages_stay() -> None:
    rng = random.Random(8)
    shared = sentence(rng, size=8)
    texts = [f"{paragraph(rng)}\n\n{shared}" for _ in range(3)]
    for unit in ("paragraph", "sentence", "substring"):
        assert CutRepeats(unit=unit)(corpus(texts)).removed.is_empty()


def test_a_whole_copy_is_emptied_and_named() -> None:
    text = paragraph(random.Random(9), sentences=6)
    for unit in ("paragraph", "substring"):
        result = CutRepeats(unit=unit)(corpus([text, text + "\n"]))
        assert result.emptied == ["0001"]
        assert result.frame["text"].to_list() == [text, "\n"]


def test_off_cuts_nothing() -> None:
    text = paragraph(random.Random(10))
    frame = corpus([text, text])
    assert CutRepeats()(frame).frame.equals(frame)


def test_a_run_that_only_exists_after_a_cut_is_found_too() -> None:
    """`b c` stands in no document until the third lost what stands between them."""
    rng = random.Random(11)
    a, b, c = (paragraph(rng, sentences=3) for _ in range(3))
    texts = [a, f"{b} {c}", f"{' '.join(b.split()[-30:])} {a} {' '.join(c.split()[:30])}"]
    stage = CutRepeats(unit="substring", min_tokens=40)
    result = stage(corpus(texts))
    assert result.frame["text"].to_list()[:2] == texts[:2]
    assert result.frame["text"][2].strip() == ""
    assert result.emptied == ["0002"]
    assert stage(result.frame).removed.is_empty()


def test_a_run_that_a_cut_makes_is_looked_up_in_later_documents() -> None:
    rng = random.Random(12)
    a, b, c = (paragraph(rng, sentences=3) for _ in range(3))
    tail, head = " ".join(b.split()[-30:]), " ".join(c.split()[:30])
    texts = [a, f"{tail} {a} {head}", f"Quite new. {tail} {head} And unlike."]
    stage = CutRepeats(unit="substring", min_tokens=40)
    result = stage(corpus(texts))
    assert result.frame["text"].to_list() == [a, f"{tail} {head}", "Quite new. And unlike."]
    assert stage(result.frame).removed.is_empty()


def test_changes_are_counted() -> None:
    rng = random.Random(13)
    shared = paragraph(rng)
    frame = corpus([shared, f"{shared}\n\n{paragraph(rng)}\n\n{shared}"]).with_columns(
        pl.Series("changes", [{"nfkc": 1, "passages": 0, "boilerplate": 0},
                              {"nfkc": 2, "passages": None, "boilerplate": 3}])
    )  # fmt: skip
    changes = CutRepeats(unit="paragraph")(frame).frame["changes"].to_list()
    assert changes == [{"nfkc": 1, "passages": 0, "boilerplate": 0},
                       {"nfkc": 2, "passages": 2, "boilerplate": 3}]  # fmt: skip


def test_documents_without_cuts_stay_byte_for_byte() -> None:
    frame = corpus([" a \n", "b\f"])
    result = CutRepeats(unit="paragraph").cut(frame, CUT_FRAME.to_frame())
    assert result.frame is frame
    assert result.removed.is_empty()


def test_cuts_of_another_text_are_refused() -> None:
    cuts = pl.DataFrame([("0000", 5, 50, "line", 9, None, None)], schema=CUT_FRAME, orient="row")
    with pytest.raises(SchemaError, match="not of this text"):
        CutRepeats(unit="paragraph").cut(corpus(["short"]), cuts)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"unit": "word"}, "passages.unit"),
        ({"min_paragraph_chars": 0}, "passages.min_paragraph_chars"),
        ({"min_sentence_chars": 0}, "passages.min_sentence_chars"),
        ({"min_tokens": 4}, "passages.min_tokens"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, int], key: str) -> None:
    with pytest.raises(RecipeError, match=key):
        CutRepeats(**options)  # type: ignore[arg-type]


def test_blocks_of_other_options_are_refused() -> None:
    block = CutRepeats(unit="substring", min_tokens=20).collect(corpus(["one"]))
    with pytest.raises(StoreError, match="substring 1 20"):
        CutRepeats(unit="substring").resolve([block], block.doc_ids)


@pytest.mark.parametrize("unit", ["paragraph", "sentence", "substring"])
@pytest.mark.parametrize("text", [None, "", "\n", "…", "```", "$$", "\u200b", "a" * 5000])
def test_odd_texts_come_back(unit: str, text: str | None) -> None:
    frame = corpus(["x", "y"]).with_columns(pl.Series("text", [text, None], dtype=pl.String))
    stage = CutRepeats(unit=unit)  # type: ignore[arg-type]
    assert stage(frame).frame["text"].to_list() == [text, None]
    assert stage.resolve([], pl.Series([], dtype=pl.String)).is_empty()
    assert stage.resolve([stage.collect(frame.clear())], frame["doc_id"]).is_empty()
