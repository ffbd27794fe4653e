"""Made corpora in two languages: enough text for a model, in a second."""

from __future__ import annotations

from random import Random

import polars as pl

ENGLISH = (
    ("the old miller", "a young carpenter", "our neighbour", "the village teacher", "every visitor",
     "the captain of the boat", "my sister", "the man at the gate"),
    ("opens", "repairs", "paints", "looks after", "never touches", "talks about", "walks around",
     "remembers"),
    ("the wooden wheel", "the garden behind the church", "a small bridge", "the letters in the box",
     "the road to the river", "two heavy doors", "the lamps on the table", "an empty house"),
    ("in the morning", "when it rains", "before the market begins", "on the last day of the month",
     "without a word", "for the third time", "because nobody else does", "with great care"),
)  # fmt: skip
CHINESE = (
    ("老磨坊主", "年轻的木匠", "我们的邻居", "村里的老师", "每位客人", "船长", "我的妹妹",
     "门口的那个人"),
    ("打开了", "修好了", "正在粉刷", "一直照看", "从来不碰", "常常说起", "绕着走过", "还记得"),
    ("木头轮子", "教堂后面的花园", "一座小桥", "盒子里的信", "通向河边的路", "两扇沉重的门",
     "桌子上的灯", "一间空房子"),
    ("在早晨", "下雨的时候", "在集市开始以前", "在这个月的最后一天", "一句话也不说",
     "已经是第三次", "因为别人都不做", "非常小心"),
)  # fmt: skip


def sentence(lang: str, rng: Random) -> str:
    """A made sentence; there are 4,096 of them in each language."""
    parts = [rng.choice(choices) for choices in (ENGLISH if lang == "en" else CHINESE)]
    return " ".join(parts).capitalize() + "." if lang == "en" else "".join(parts) + "。"


def text(lang: str, rng: Random, sentences: int = 8) -> str:
    """A text of lines of two sentences."""
    glue = " " if lang == "en" else ""
    made = [sentence(lang, rng) for _ in range(sentences)]
    return "\n".join(glue.join(made[i : i + 2]) for i in range(0, len(made), 2))


def corpus(count: int = 60, seed: int = 1, langs: tuple[str, ...] = ("en", "zh")) -> pl.DataFrame:
    """`count` documents of each language: doc_id, source, lang, text."""
    rng = Random(seed)
    rows = [
        (f"{lang}{number:05d}", f"{lang}/{number}.txt", lang, text(lang, rng))
        for lang in langs
        for number in range(count)
    ]
    return pl.DataFrame(rows, schema=["doc_id", "source", "lang", "text"], orient="row")
