from __future__ import annotations

import pytest

from dataflow.evidence.spans import ChunkSpan
from dataflow.sft.chunk_choice import chosen_chunks
from dataflow.sft.passage_kinds import shares_of

PROSE = {
    "en": "The weir at Orlen keeps the pond two metres above the river. It was mended after the "
    "flood, and the wooden gates were then replaced by steel ones. They open by themselves.",
    "zh": "奥伦堰使池塘的水面比河面高出两米。洪水过后人们修复了它，并把木闸门换成了钢闸门。"
    "水位过高时闸门会自行打开。",
}
TABLE = {
    "en": "| Gate | Width | Height | Metal |\n| --- | --- | --- | --- |\n"
    + "| upper gate | 3 | 2 | steel |\n" * 9,
    "zh": "| 闸门 | 宽度 | 高度 | 材料 |\n| --- | --- | --- | --- |\n"
    + "| 上闸门 | 3 | 2 | 钢 |\n" * 9,
}
REFERENCES = {
    "en": "## References\n\n"
    "- Marlow, T. R. (2011). Weirs of the lower Tane. Journal of Old Water, 12(3), 44-61.\n"
    "- Osk, P., and B. Renn (2004). Gates that open. In: Proceedings of the Mill Days, pp. 3-9.\n"
    "- [3] K. Dahl, Wood under water, vol. 2, Tane University Press, 1987.\n",
    "zh": "## 参考文献\n\n"
    "[1] 石岚，高平. 古堰的修复方法[J]. 水工学报, 2011, 12(3): 44-61.\n"
    "[2] 陈默. 木闸门的防腐[M]. 奥伦: 塔内出版社, 2004.\n"
    "[3] 林河，赵青. 水位自动控制[D]. 塔内大学, 1987, 第2卷.\n",
}
CONTENTS = "Preface ........ 1\nThe weir ........ 4\nIts gates ........ 17\nFlood ..... 31\n" * 4
LINKS = "\n".join(f"- [Part {i} of the handbook](https://example.org/part/{i})" for i in range(12))
RIGHTS = "Copyright 2019 the friends of the mill. All rights reserved. No part may be copied."


def chunk(index: int, text: str) -> ChunkSpan:
    return ChunkSpan(f"c{index}", "d", index * 1000, index * 1000 + len(text), text)


def document(lang: str, n: int) -> list[ChunkSpan]:
    return [chunk(i, PROSE[lang]) for i in range(n)]


def places(found: list[ChunkSpan]) -> list[int]:
    return [c.char_start // 1000 for c in found]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shares_tell_prose_from_the_rest(lang: str) -> None:
    assert shares_of(PROSE[lang]).prose == 1.0
    assert shares_of(TABLE[lang]).prose == 0.0
    assert shares_of(REFERENCES[lang]).listing == 1.0
    assert shares_of(f"# A\n\n{PROSE[lang]}\n\n{REFERENCES[lang]}").prose < 0.5
    assert shares_of("# Only a heading").prose == 0.0


@pytest.mark.parametrize("text", [CONTENTS, LINKS, RIGHTS])
def test_contents_links_and_rights_are_listings(text: str) -> None:
    assert shares_of(text).listing == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "In 2011, T. R. Marlow described the weirs in the Journal of Old Water.",
        "According to Osk et al. (2004), gates that open by themselves need less care.",
        "石岚在2011年发表于水工学报的论文中说明了修复方法。",
        "See the [handbook](https://example.org) before you open the gate, and tell the keeper.",
    ],
)
def test_sentences_that_cite_are_prose(text: str) -> None:
    assert shares_of(text).listing == 0.0
    assert shares_of(text).prose == 1.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_short_chunks_are_never_chosen(lang: str) -> None:
    short = {"en": "It is too short to ask about.", "zh": "这一段太短，不值得提问。"}[lang]
    chunks = [chunk(0, short), *document(lang, 3)[1:], chunk(3, "")]
    assert places(chosen_chunks(chunks, 9, "question", 0)) == [1, 2]


def test_choice_is_spread_over_the_document() -> None:
    for seed in range(20):
        found = places(chosen_chunks(document("en", 40), 4, "question", seed))
        assert [place // 10 for place in found] == [0, 1, 2, 3]


def test_methods_and_seeds_choose_other_chunks() -> None:
    chunks = document("en", 60)
    question = places(chosen_chunks(chunks, 5, "question", 0))
    assert question == places(chosen_chunks(chunks[::-1], 5, "question", 0))
    assert len(set(question) & set(places(chosen_chunks(chunks, 5, "summary", 0)))) <= 2
    assert question != places(chosen_chunks(chunks, 5, "question", 1))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_prose_comes_before_tables_and_references_come_last(lang: str) -> None:
    texts = [REFERENCES, PROSE, TABLE, PROSE, TABLE]
    chunks = [chunk(i, text[lang]) for i, text in enumerate(texts)]
    assert places(chosen_chunks(chunks, 2, "question", 0)) == [1, 3]
    assert len(chosen_chunks(chunks, 3, "question", 0)) == 3
    assert places(chosen_chunks(chunks, 9, "question", 0)) == [1, 2, 3, 4]
    assert places(chosen_chunks(chunks[:1], 9, "question", 0)) == [0]


def test_nothing_is_chosen_of_nothing() -> None:
    assert chosen_chunks([], 3, "question", 0) == []
    assert chosen_chunks(document("en", 3), 0, "question", 0) == []
