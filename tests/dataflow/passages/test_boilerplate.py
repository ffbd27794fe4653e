"""What a source's documents share is cut; what makes up a document stays."""

from __future__ import annotations

import random

import polars as pl
import pytest

from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.groups import groups_of
from schemas.errors import RecipeError, StoreError
from tests.dataflow.passages.shared_lines import HARD, NOTICES
from tests.dataflow.passages.shared_lines import WANTED as WANTED_LINES
from tests.dataflow.passages.texts import corpus, paragraph, sentence

STAGE = CutBoilerplate()
HEAD = {"en": "Acme News | Home | About us", "zh": "面粉日报 | 首页 | 关于我们"}
NOTICE = {
    "en": "The views expressed here are those of the authors and do not bind the publisher.",
    "zh": "本文仅代表作者个人观点，不代表本网站立场，转载请注明出处。",
}
FOOT = {"en": "© 2024 Acme Ltd. All rights reserved. Page {}", "zh": "版权所有 面粉日报 第 {} 页"}


def bodies(lang: str, number: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return ["\n\n".join(paragraph(rng, lang) for _ in range(3)) for _ in range(number)]


def cut_texts(texts: list[str], sources: list[str] | None = None) -> list[str]:
    frame = STAGE(corpus(texts, sources)).frame
    return frame["text"].to_list()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shared_heads_notices_and_feet_go(lang: str) -> None:
    own = bodies(lang, 10)
    texts = [
        f"{HEAD[lang]}\n\n{body}\n\n{NOTICE[lang]}\n{FOOT[lang].format(page)}\n"
        for page, body in enumerate(own)
    ]
    result = STAGE(corpus(texts))
    assert result.frame["text"].to_list() == [f"{body}\n" for body in own]
    assert result.removed["copies"].unique().to_list() == [10]
    assert result.removed["unit"].unique().to_list() == ["line"]
    assert result.removed.filter(pl.col("doc_id") == "0003")["text"].to_list() == [
        HEAD[lang], NOTICE[lang], FOOT[lang].format(3),
    ]  # fmt: skip
    assert result.removed["of_doc_id"].null_count() == len(result.removed)
    assert result.emptied == []


WANTED = [
    ("plain heading", "Abstract\n\n{}"),
    ("plain heading, Chinese", "摘要\n\n{}"),
    ("heading of two labels", "Materials and Methods\n\nStudy design and participants\n\n{}"),
    ("Markdown heading", "{}\n\n## Frequently asked questions about this product\n\n{}"),
    ("underlined heading", "{}\n\nOptions that all of the commands have in common\n====\n\n{}"),
    ("heading within", "{}\n\nReferences\n\n{}"),
    ("heading within, Chinese", "{}\n\n参考文献\n\n{}"),
    ("manual page", "NAME\n\n{}\n\nSYNOPSIS\n\n{}\n\nSEE ALSO\n\n{}"),
    ("record of names and values", "Country: Germany\nWarranty: two years\n{}\nPrice: 30 USD"),
    ("answer at the end", "{}\n\nYes"),
    ("choices", "{}\n\nYes\nNo\nMaybe"),
    ("code", "{}\n\n```\n# this comment stands in every single file of the project\n```\n\n{}"),
    ("table", "| Year of the harvest | Tons of grain per hectare |\n| --- | --- |\n\n{}"),
    (
        "source code",
        "from pathlib import Path\n\nimport numpy as np\n\n{}\n\n    return None\n}}\n",
    ),
    ("address", "{}\n\nhttps://example.org/a/long/address/of/one/page\n\n{}"),
    ("speaker", "Operator: Good morning, how may I help\n\n{}"),
]


@pytest.mark.parametrize(("name", "form"), WANTED, ids=[name for name, _ in WANTED])
def test_structure_and_data_stay(name: str, form: str) -> None:
    rng = random.Random(name)
    texts = [form.format(paragraph(rng), paragraph(rng), paragraph(rng)) for _ in range(12)]
    assert cut_texts(texts) == texts


def shared_by_ten(line: str, place: int, lang: str) -> list[str]:
    """Ten texts of four paragraphs of their own with `line` before the paragraph at `place`."""
    rng, texts = random.Random(line), []
    for _ in range(10):
        parts = [paragraph(rng, lang, 2) for _ in range(4)]
        parts.insert(place, line)
        texts.append("\n\n".join(parts))
    return texts


def is_cut(line: str, place: int, lang: str) -> bool:
    return not STAGE(corpus(shared_by_ten(line, place, lang))).removed.is_empty()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_steps_clauses_prompts_and_labels_stay_wherever_they_stand(lang: str) -> None:
    lines = WANTED_LINES[lang] + HARD[lang]
    assert len(lines) in (58, 59)
    assert [(line, at) for line in lines for at in (0, 2, 4) if is_cut(line, at, lang)] == []


@pytest.mark.parametrize(("lang", "most"), [("en", 3), ("zh", 5)])
def test_notices_at_the_edges_go(lang: str, most: int) -> None:
    """Measured: 45 of 53; names, thanks, `name: value` and words like Advertisement are left."""
    for place in (0, 4):
        left = [line for line in NOTICES[lang] if not is_cut(line, place, lang)]
        assert len(left) <= most, left


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_inside_a_text_only_furniture_goes_unless_asked(lang: str) -> None:
    for line in (HEAD[lang], FOOT[lang].format(3)):
        assert is_cut(line, 2, lang), line
    texts = shared_by_ten(NOTICE[lang], 2, lang)
    assert cut_texts(texts) == texts
    asked = CutBoilerplate(inside=True)(corpus(texts))
    assert asked.removed["text"].unique().to_list() == [NOTICE[lang]]
    step = shared_by_ten(WANTED_LINES[lang][0], 2, lang)
    assert len(CutBoilerplate(inside=True)(corpus(step)).removed) == 10


@pytest.mark.parametrize(("lang", "label"), [("en", "Conclusion"), ("zh", "参考文献")])
def test_labels_and_headings_beside_a_notice_stay(lang: str, label: str) -> None:
    own = bodies(lang, 10)
    for name in (label, f"# {label}"):
        for gap in ("\n", "\n\n"):
            above = [f"{NOTICE[lang]}{gap}{name}\n\n{body}" for body in own]
            assert cut_texts(above) == [f"{name}\n\n{body}" for body in own]
            below = [f"{body}\n\n{name}{gap}{NOTICE[lang]}" for body in own]
            assert cut_texts(below) == [f"{body}\n\n{name}" for body in own]


def test_a_notice_below_the_title_goes_and_the_title_stays() -> None:
    own = bodies("en", 10)
    texts = [f"# Title {i}\n\n{NOTICE['en']}\n\n{body}" for i, body in enumerate(own)]
    assert cut_texts(texts) == [f"# Title {i}\n\n{body}" for i, body in enumerate(own)]


def test_a_sentence_broken_into_lines_goes_whole_or_not_at_all() -> None:
    own = bodies("en", 10)
    broken = NOTICE["en"].replace(
        "authors and", "authors, of their friends and of nobody else, and"
    )
    one, two = broken.split("else, ")
    both = [f"{body}\n\n{one}else,\n{two}" for body in own]
    assert cut_texts(both) == own
    torn = [f"{body}\n\n{one}else,\n{sentence(random.Random(body))}" for body in own]
    assert cut_texts(torn) == torn


def test_the_head_of_a_table_with_bars_is_no_menu() -> None:
    rng = random.Random(6)
    head = "Station | Height | Rain"
    texts = [
        f"{paragraph(rng)}\n\n{head}\nHill {i} | {rng.random()} | 7\n\n{paragraph(rng)}"
        for i in range(10)
    ]
    assert cut_texts(texts) == texts


def test_a_label_behind_furniture_belongs_to_what_follows() -> None:
    own = bodies("en", 8)
    texts = [f"{HEAD['en']}\n\n{NOTICE['en']}\n\nAbstract\n\n{body}" for body in own]
    assert cut_texts(texts) == [f"Abstract\n\n{body}" for body in own]


def test_numbers_that_vary_are_data_outside_furniture() -> None:
    texts = [
        f"{body}\n\nThe station measured {place} millimetres of rain in the whole of this month."
        for place, body in enumerate(bodies("en", 12))
    ]
    assert cut_texts(texts) == texts


def test_few_documents_or_a_small_share_are_no_evidence() -> None:
    own = bodies("en", 18)
    few = [f"{NOTICE['en']}\n\n{body}" for body in own[:7]]
    assert cut_texts(few) == few
    third = [f"{NOTICE['en']}\n\n{body}" if i % 3 == 0 else body for i, body in enumerate(own)]
    assert cut_texts(third) == third
    half = [f"{NOTICE['en']}\n\n{body}" if i % 2 == 0 else body for i, body in enumerate(own)]
    assert cut_texts(half) == own


def test_copies_and_versions_of_one_text_are_left_to_deduplication() -> None:
    rng = random.Random(3)
    manual = [paragraph(rng) for _ in range(20)]
    copies = ["\n\n".join(manual)] * 8
    assert cut_texts(copies) == copies
    versions = []
    for number in range(8):
        parts = list(manual)
        parts[number] = paragraph(rng)
        parts[number + 8] = paragraph(rng)
        versions.append("\n\n".join(parts))
    assert cut_texts(versions) == versions


def test_a_page_of_nothing_but_furniture_is_emptied() -> None:
    texts = [f"{HEAD['en']}\n\n{body}\n\n{NOTICE['en']}" for body in bodies("en", 8)]
    texts.append(f"{HEAD['en']}\n\n{NOTICE['en']}")
    result = STAGE(corpus(texts))
    assert result.emptied == ["0008"]
    assert result.frame["text"][8] == ""


def test_each_folder_and_host_is_a_source_and_a_file_of_records_is_none() -> None:
    own = bodies("en", 8)
    texts = [f"{NOTICE['en']}\n\n{body}" for body in own] + bodies("en", 30, seed=2)
    for form in ("blog/{}.md", "http://a.example.org/{}"):
        sources = [form.format(i) for i in range(8)] + [f"other/{i}.md" for i in range(30)]
        assert cut_texts(texts, sources)[:8] == own, form
    for name in ("one.jsonl", "dump/one.parquet"):
        assert cut_texts(texts, [f"{name}#{i}" for i in range(38)]) == texts
    apart = [f"{i}/{i}.md" for i in range(38)]
    assert cut_texts(texts, apart) == texts


def test_groups_are_bounded_in_depth() -> None:
    deep = groups_of("/".join("abcdefghijkl") + ".md")
    assert deep[-1] == "a/b/c/d/e/f"
    assert len(deep) == 7
    assert groups_of("") == ("",)
    assert groups_of("file:///data/x/a.html")[-1] == "file:///data/x"


def test_running_heads_of_a_text_with_form_feeds_go() -> None:
    rng = random.Random(4)
    own = [paragraph(rng) for _ in range(6)]
    pages = [
        f"Annals of Milling, volume 12\n{body}\n\n- {number + 31} -"
        for number, body in enumerate(own)
    ]
    result = STAGE(corpus(["\f".join(pages)]))
    assert result.frame["text"][0] == "\n\n".join(own)
    assert len(result.removed) == 12
    assert CutBoilerplate(pages=False)(corpus(["\f".join(pages)])).removed.is_empty()


def test_running_feet_on_pages_of_elements_go_and_their_elements_with_them() -> None:
    rng = random.Random(5)
    parts: list[tuple[str, int]] = []
    for page in range(1, 7):
        parts += [(paragraph(rng), page), (sentence(rng), page), (f"Mill guide {page}", page)]
    text, elements = "", []
    for own, page in parts:
        start = len(text)
        text += own
        elements.append({"kind": "paragraph", "page": page, "char_start": start,
                         "char_end": len(text), "text": own})  # fmt: skip
        text += "\n\n"
    frame = corpus([text]).with_columns(pl.Series("elements", [elements]))
    result = STAGE(frame)
    assert result.removed["text"].to_list() == [f"Mill guide {page}" for page in range(1, 7)]
    left = result.frame["elements"][0].to_list()
    assert len(left) == 12
    for element in left:
        shown = result.frame["text"][0][element["char_start"] : element["char_end"]]
        assert shown == element["text"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"min_documents": 1}, "boilerplate.min_documents"),
        ({"min_share": 0.0}, "boilerplate.min_share"),
        ({"own_share": 1.5}, "boilerplate.own_share"),
        ({"min_chars": 0}, "boilerplate.min_chars"),
        ({"min_chars": 50, "max_chars": 40}, "boilerplate.min_chars"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, float], key: str) -> None:
    with pytest.raises(RecipeError, match=key):
        CutBoilerplate(**options)  # type: ignore[arg-type]


def test_blocks_of_another_scheme_are_refused() -> None:
    block = STAGE.collect(corpus(["one"]))
    other = type(block)("lines 0", block.doc_ids, block.sources, block.arrays)
    with pytest.raises(StoreError, match="lines 0"):
        STAGE.resolve([block, other])


@pytest.mark.parametrize("text", [None, "", " \n\n ", "\f\f\f\f\f", "|||", "```", "\u200b", "$$"])
def test_empty_and_odd_texts_come_back(text: str | None) -> None:
    frame = corpus(["x"]).with_columns(pl.Series("text", [text], dtype=pl.String))
    result = STAGE(pl.concat([frame] * 8))
    assert result.frame["text"].to_list() == [text] * 8
    assert STAGE.resolve([]).is_empty()
    assert STAGE.resolve([STAGE.collect(frame.clear())]).is_empty()
