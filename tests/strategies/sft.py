"""Documents in both languages, their chunks, and chunkings that need not fit anything."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from hypothesis import strategies as st

from schemas.ids import content_id
from schemas.tables import CHUNKS

ENGLISH = """# Harbour lights of Kelby

The Kelby lighthouse is a white tower at the end of the northern mole. The Kelby lighthouse was \
built by Ada Storm in 1871. The tower is 42 metres tall. The keeper's house has twelve rooms. \
A foghorn is a device that uses sound to warn ships of hazards. Most of the visitors arrive by \
boat, and the last one leaves at six. This is a very good reason to come early.

## Opening hours

- Monday to Friday: 9 to 5
- Saturday: 10 to 4
- Sunday: closed

## How do I get a ticket?

Tickets are sold at the gate. You can pay in cash or by card.

## Prices

| Group | Price | Age |
| --- | --- | --- |
| Adults | 4.50 euros | over 14 |
| Children | 2.00 euros | under 14 |

## The lamp

The first lamp burned rape oil, and its light could be seen for twelve miles. In 1904 it was \
replaced by a petroleum lamp. Electric light came in 1931, and with it the small power house.
"""
CHINESE = """# 凯里港的灯塔

凯里灯塔是一座位于北堤尽头的白色灯塔，由工程师石岚设计。凯里灯塔建成于1871年。凯里灯塔高42米，共有212级台阶。\
雾号是指用声音警示船只的装置。守塔人宿舍有十二个房间。大部分游客坐船前来，最后一班船六点离开。这是一个早来的好理由。

## 开放时间

- 周一至周五：9点到17点
- 周六：10点到16点

## 如何购票

门票在入口处出售，可以使用现金或者银行卡付款。

## 票价

| 人群 | 票价 | 年龄 |
| --- | --- | --- |
| 成人 | 4.5元 | 十四岁以上 |
| 儿童 | 2元 | 十四岁以下 |

## 灯具的历史

最早的灯具使用菜籽油，光线在十二海里之外仍然清晰可见。1904年改用煤油灯。1931年换成电灯，并新建了一座小型电站。
"""


def document(
    text: str, lang: str, title: str = "", source: str = "", elements: Any = None
) -> dict[str, Any]:
    """A row of the documents frame; its id is that of the text."""
    return {
        "doc_id": content_id(text, source), "source": source or f"{lang}.md", "title": title,
        "lang": lang, "text": text, "elements": elements,
    }  # fmt: skip


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Documents without elements as a frame."""
    names = ("doc_id", "source", "title", "lang", "text")
    return pl.DataFrame(
        [{name: row[name] for name in names} for row in rows],
        schema=dict.fromkeys(names, pl.String),
    )


def cut(row: dict[str, Any], ends: list[int]) -> pl.DataFrame:
    """Chunks of the row's text that end at `ends` and at its end."""
    text = row["text"]
    bounds = sorted({0, len(text), *(end for end in ends if 0 < end < len(text))})
    rows = [
        {
            "chunk_id": content_id(row["doc_id"], a, b), "doc_id": row["doc_id"], "chunk_index": i,
            "text": text[a:b], "char_start": a, "char_end": b, "prefix": "", "heading_path": [],
            "page_start": None, "page_end": None, "n_tokens": 1, "lang": row["lang"],
            "source": row["source"], "metadata": "{}",
        }
        for i, (a, b) in enumerate(itertools.pairwise(bounds))
    ]  # fmt: skip
    empty = pl.from_arrow(CHUNKS.schema.empty_table())
    assert isinstance(empty, pl.DataFrame)
    return pl.DataFrame(rows, schema=empty.schema)


def by_heading(row: dict[str, Any]) -> pl.DataFrame:
    """Chunks that begin at the headings."""
    text = row["text"]
    return cut(row, [i + 1 for i in range(len(text)) if text.startswith("\n#", i)])


WORDS_EN = ("tower", "The", "is", "a", "42", "metres", "tall", "lamp", "Ada", "in", "1871", "has")
WORDS_ZH = ("灯塔", "是", "一种", "高", "42米", "1871年", "建成", "于", "，", "的", "有", "三个")

sentences_en = st.lists(st.sampled_from(WORDS_EN), min_size=3, max_size=12).map(
    lambda words: " ".join(words).capitalize() + ". "
)
sentences_zh = st.lists(st.sampled_from(WORDS_ZH), min_size=3, max_size=12).map(
    lambda words: "".join(words) + "。"
)
marks = st.sampled_from(("# ", "## ", "- ", "> ", "```\n", "| a | b |\n| --- | --- |\n| ", "", "*"))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Rows with Markdown that is mostly sound, in one of the languages."""
    lang = draw(st.sampled_from(("en", "zh", "und", "de")))
    sentences = sentences_zh if lang == "zh" else sentences_en
    paragraph = st.lists(sentences, min_size=1, max_size=6).map("".join)
    block = st.one_of(
        st.tuples(marks, paragraph).map("".join),
        st.sampled_from((ENGLISH, CHINESE)),
        st.text(max_size=30).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
    )
    text = "\n\n".join(draw(st.lists(block, max_size=6)))
    title = draw(st.sampled_from(("", "Harbour lights of Kelby", "灯塔")))
    return document(text, lang, title, draw(st.sampled_from(("a", "b", "c"))))


ends = st.lists(st.integers(0, 1500), max_size=8)
"""Where chunks end, whatever the text."""
