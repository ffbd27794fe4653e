"""Items of evaluation sets are found in any dress, in English and Chinese, with exact spans."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.decontamination import matching
from dataflow.decontamination.stage import Decontaminate
from schemas.errors import RecipeError
from schemas.tables import CONTAMINATION

QUESTION = (
    "A ferry leaves the northern pier at noon and crosses the strait in ninety minutes; at what "
    "time does it reach the southern pier if it waits a quarter of an hour at the lighthouse?"
)
ANSWER = (
    "The crossing takes ninety minutes and the stop another fifteen, so the ferry needs one "
    "hundred and five minutes in all and reaches the southern pier at a quarter to two."
)
QUESTION_ZH = (
    "一艘渡轮中午十二点从北岸码头出发，航行九十分钟横渡海峡，"
    "中途在灯塔停留一刻钟，请问它几点到达南岸码头？"
)
ANSWER_ZH = (
    "航行需要九十分钟，停留十五分钟，合计一百零五分钟，所以渡轮在下午一点四十五分到达南岸码头。"
)
HARD = (
    "The ferry to the southern pier leaves every hour. It crosses the strait in ninety minutes and "
    "waits at the lighthouse when the sea is rough, so passengers should bring something to read.",
    "渡轮每小时从北岸码头出发一班，横渡海峡大约需要九十分钟，遇到大风会在灯塔附近停留，请乘客提前准备。",
)


def write_set(folder: Path, items: list[dict[str, Any]], name: str = "ferry.jsonl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def stage(folder: Path, **options: Any) -> Decontaminate:
    return Decontaminate(sets=(str(folder),), **options)


def frame(*texts: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "doc_id": [f"d{number}" for number in range(len(texts))],
            "source": [f"s{number}" for number in range(len(texts))],
            "text": texts,
        },
        schema_overrides={"text": pl.String},
    )


@pytest.fixture
def both(tmp_path: Path) -> Decontaminate:
    items: list[dict[str, Any]] = [
        {"id": "en", "question": QUESTION, "answer": ANSWER, "choices": ["1:30", "1:45"]},
        {"id": "zh", "question": QUESTION_ZH, "answer": ANSWER_ZH},
    ]
    return stage(write_set(tmp_path / "sets", items))


DRESSES: dict[str, str] = {
    "verbatim": QUESTION,
    "upper case": QUESTION.upper(),
    "markdown": "**" + QUESTION.replace(" ", " _", 1).replace(" noon", " *noon*") + "**",
    "lines": QUESTION.replace(" ", "\n"),
    "full width": "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in QUESTION
    ),
    "punctuation": QUESTION.replace(";", " —").replace("?", " …"),
    "answer only": ANSWER,
    "decomposed": unicodedata.normalize("NFD", "Café. " + QUESTION),
}
DRESSES_ZH = {
    "verbatim": QUESTION_ZH,
    "half width": QUESTION_ZH.replace("，", ", ").replace("？", "?"),
    "spaced": " ".join(QUESTION_ZH),
    "lines": QUESTION_ZH.replace("，", "，\n"),
    "bold": QUESTION_ZH.replace("渡轮", "**渡轮**"),
    "answer only": ANSWER_ZH,
}


@pytest.mark.parametrize("dress", [*DRESSES.values(), *DRESSES_ZH.values()])
def test_an_item_is_found_however_it_is_set(both: Decontaminate, dress: str) -> None:
    text = "Notes of a harbour master. 港口笔记。\n\n" + dress + "\n\nThe end. 完。"
    split, hits = both(frame(text))
    assert split.kept.height == 0
    row = split.rejected.row(0, named=True)
    assert (row["id"], row["stage"], row["reason"]) == ("d0", "decontaminate", "contaminated")
    assert (row["value"], row["threshold"], row["source"]) == (1.0, 0.5, "s0")
    (hit,) = hits.to_dicts()
    assert hit["item"] == ("zh" if dress in DRESSES_ZH.values() else "en")
    assert hit["text"] == text[hit["char_start"] : hit["char_end"]]
    assert hit["text"].casefold()[-4:-1] in dress.casefold()
    assert row["detail"].startswith(f"ferry.jsonl item {hit['item']}: characters ")


def test_texts_on_the_same_topic_stay(both: Decontaminate) -> None:
    split, hits = both(frame(*HARD, "", None, "。。。"))
    assert split.kept["doc_id"].to_list() == ["d0", "d1", "d2", "d3", "d4"]
    assert hits.height == 0
    assert hits.schema == pl.Schema(CONTAMINATION.schema)


def test_spans_begin_and_end_with_the_first_and_last_word(both: Decontaminate) -> None:
    text = f"Before: «{QUESTION}» behind. And again: {QUESTION}"
    _, hits = both(frame(text))
    expected = QUESTION.rstrip("?")
    assert hits["text"].to_list() == [expected, expected]
    assert hits["char_start"].to_list() == [text.index(QUESTION), text.rindex(QUESTION)]


def test_the_layout_of_choices_makes_no_difference(tmp_path: Path) -> None:
    choices = [
        "because the lighthouse keeper has to record every single vessel that passes at night",
        "because the tide turns around noon and the narrow channel cannot be used before that",
    ]
    run = stage(write_set(tmp_path, [{"question": "Why?", "choices": choices}]))
    listed = "Why?\n" + "\n".join(
        f"({mark}) {text}" for mark, text in zip("ab", choices, strict=True)
    )
    _, hits = run(frame(listed))
    assert hits["text"].to_list() == choices
    assert hits["overlap"].to_list() == [1.0, 1.0]


def test_a_share_below_the_bound_is_no_hit(both: Decontaminate) -> None:
    words = QUESTION.split(" ")
    grams = len(words) - 12
    half = " ".join(words[: 12 + (grams + 1) // 2])
    less = " ".join(words[: 12 + grams // 2 - 1])
    split, hits = both(frame(half, less))
    assert split.kept["doc_id"].to_list() == ["d1"]
    assert hits["overlap"].to_list() == [((grams + 1) // 2) / grams]


def test_short_items_are_matched_whole_or_not_at_all(tmp_path: Path) -> None:
    items = [
        {"q": "Which pier does the evening ferry leave from?"},
        {"q": "Which pier?"},
        {"q": "晚班渡轮从哪一座码头出发呢？"},
        {"q": "哪一座码头？"},
    ]
    run = stage(write_set(tmp_path, items))
    index = run.load()
    assert index.facts == {
        "sets": 1, "items": 4, "compared": 2, "too_short": 2, "only_common": 0
    }  # fmt: skip
    _, hits = run(
        frame(
            "Ask: which pier does the evening ferry leave from? Which pier?",
            "Which pier does the evening ferry leave at?",
            "请问晚班渡轮从哪一座码头出发呢",
            "晚班渡轮从哪一座码头出发？哪一座码头？",
        ),
        index,
    )
    assert hits["doc_id"].to_list() == ["d0", "d2"]
    assert hits["item"].to_list() == ["0", "2"]
    assert hits["text"][1] == "晚班渡轮从哪一座码头出发呢"


def test_instructions_of_a_set_do_not_count(tmp_path: Path) -> None:
    prompt = (
        "Read the passage with care, then choose the one answer that fits best, and explain why."
    )
    items: list[dict[str, Any]] = [{"prompt": prompt, "n": number} for number in range(5)]
    items.append({"prompt": f"{prompt} {QUESTION}"})
    run = stage(write_set(tmp_path, items), common=4)
    index = run.load()
    assert (index.facts["compared"], index.facts["only_common"]) == (1, 5)
    split, hits = run(frame(prompt, QUESTION), index)
    assert split.kept["doc_id"].to_list() == ["d0"]
    assert set(hits["item"]) == {"5"}


def test_rows_of_zeros_do_not_count(tmp_path: Path) -> None:
    run = stage(write_set(tmp_path, [{"q": QUESTION}, {"q": "0 " * 40}, {"q": "零" * 40}]))
    split, _ = run(frame("0 " * 500, "零" * 500))
    assert split.kept.height == 2


def test_a_chinese_item_is_found_in_an_english_page(both: Decontaminate) -> None:
    page = "An exam that students in Hong Kong sat last year had this question. " * 20
    split, hits = both(frame(page + QUESTION_ZH + page))
    assert split.kept.height == 0
    assert hits["text"].to_list() == [QUESTION_ZH.rstrip("？")]


def test_tags_remove_nothing(tmp_path: Path) -> None:
    run = stage(write_set(tmp_path, [{"q": QUESTION}]), action="tag")
    documents = frame(QUESTION, "nothing")
    split, hits = run(documents)
    assert split.kept.equals(documents)
    assert split.rejected.height == 0
    assert hits["doc_id"].to_list() == ["d0"]


def test_only_the_fields_asked_for_count(tmp_path: Path) -> None:
    items = [{"q": {"text": QUESTION}, "context": ANSWER}]
    run = stage(write_set(tmp_path, items), fields=("q.text",))
    split, _ = run(frame(QUESTION, ANSWER))
    assert split.kept["doc_id"].to_list() == ["d1"]


def test_a_row_depends_on_nothing_beside_it(both: Decontaminate) -> None:
    texts = [QUESTION, HARD[0], QUESTION_ZH, "e\u0301tude " + ANSWER, ANSWER_ZH * 3, HARD[1]]
    whole = frame(*texts)
    index = both.load()
    _, hits = both(whole, index)
    parts = [both(whole[row : row + 1], index)[1] for row in range(len(texts))]
    assert pl.concat(parts).equals(hits)
    turned = both(whole.reverse(), index)[1]
    assert turned.sort("doc_id", "char_start").equals(hits.sort("doc_id", "char_start"))


def test_more_hits_than_there_was_room_for(
    both: Decontaminate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "FEWEST_HITS", 1)
    text = f"{QUESTION} Between. {QUESTION_ZH} " * 20
    _, hits = both(frame(text))
    assert hits.group_by("item").len().sort("item").rows() == [("en", 20), ("zh", 20)]


def test_no_hash_decides(both: Decontaminate) -> None:
    index = both.load()
    letters = index.search.letters.copy()
    letters[:] += 1  # as if every n-gram had the hash of another one
    letters.flags.writeable = False
    wrong = type(index)(
        index.search._replace(letters=letters), index.part_item, index.part_grams,
        index.item_set, index.items, index.names, index.facts,
    )  # fmt: skip
    split, hits = both(frame(QUESTION, QUESTION_ZH), wrong)
    assert (split.kept.height, hits.height) == (2, 0)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"ngram": 5}, "decontaminate.ngram"),
        ({"ngram_characters": 2000}, "decontaminate.ngram_characters"),
        ({"shortest": 0}, "decontaminate.shortest"),
        ({"min_overlap": 0.0}, "decontaminate.min_overlap"),
        ({"min_overlap": float("nan")}, "decontaminate.min_overlap"),
        ({"action": "mask"}, "decontaminate.action"),
        ({"common": 0}, "decontaminate.common"),
        ({"sets": ("",)}, "decontaminate.sets"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, Any], key: str) -> None:
    with pytest.raises(RecipeError, match=key):
        Decontaminate(**options)


def test_it_is_off_without_sets() -> None:
    assert not Decontaminate().enabled
    assert Decontaminate(sets=("here",)).enabled


def test_a_passage_that_repeats_itself_is_found_whole(tmp_path: Path) -> None:
    period = " ".join([QUESTION] * 40)
    run = stage(write_set(tmp_path, [{"q": period}]))
    document = f"Before it. {period} {period} and behind it."
    _, hits = run(frame(document, "nothing of it"))
    (hit,) = hits.to_dicts()
    assert hit["overlap"] == 1.0
    assert hit["char_start"] == len("Before it. ")
    assert hit["char_end"] >= len(document) - len(" and behind it.") - 1


def test_passages_of_one_beginning_are_all_found(tmp_path: Path) -> None:
    short = "one two three four five six seven eight"
    run = stage(write_set(tmp_path, [{"q": [short, f"{short} nine"]}]), min_overlap=1.0)
    _, hits = run(frame(f"{short}. But {short}, nine.", f"{short}. But {short}"))
    assert set(hits["doc_id"]) == {"d0"}
