"""Texts that a reader can check by hand: prose of our own, and every way to go wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.strategies.text import CHINESE, ENGLISH

MORE_ENGLISH = (
    "Her aunt kept the accounts in a blue book with a brass clasp.",
    "When the frost came early, the apples were still on the trees.",
    "Nobody asked why the lamp in the north window burned all night.",
    "The ferry leaves at seven and returns before the tide turns.",
    "You could hear the bells of three villages from that hill.",
    "They have been mending nets here since the harbour was dug.",
    "A clerk copied each letter twice and sent one to the archive.",
    "Some of the bridges carry names that no map has ever shown.",
)
MORE_CHINESE = (
    "老木匠把工具一件一件擦干净，放回墙上的架子。",
    "春天一到，河两岸的柳树就发出了嫩绿的新芽。",
    "孩子们放学以后常常在桥头等渡船靠岸。",
    "镇上的图书馆藏有三百多种关于水利的旧书。",
    "昨天夜里下了一场大雨，田里的积水还没有退。",
    "他把信读了两遍，才慢慢地折好放进抽屉。",
    "山顶的气象站每隔一小时记录一次风速和气温。",
    "集市上有人卖竹篮，有人卖刚摘下来的桃子。",
)
SENTENCES = {"en": ENGLISH + MORE_ENGLISH, "zh": CHINESE + MORE_CHINESE}
SPACE = {"en": " ", "zh": ""}
WORDS = {"en": ("mill", "river", "Stone", "gear", "sluice"), "zh": ("水车", "河边", "木匠", "齿轮")}

Change = Callable[[list[str], str, Random], str]


def prose(parts: list[str], lang: str, rng: Random) -> str:
    """Paragraphs of one to four sentences, one to a line or blank lines between."""
    found, rest = [], list(parts)
    while rest:
        size = rng.randint(1, 4)
        found.append(SPACE[lang].join(rest[:size]))
        rest = rest[size:]
    return rng.choice(("\n", "\n\n")).join(found)


def _lines(make: Callable[[str, Random], str]) -> Change:
    return lambda parts, _, rng: "\n".join(make(part, rng) for part in parts)


def _mixed(extra: Callable[[str, Random], str], least: int, most: int) -> Change:
    """Prose with some lines of another kind among it."""

    def change(parts: list[str], lang: str, rng: Random) -> str:
        found = prose(parts, lang, rng).split("\n")
        for _ in range(rng.randint(least, most)):
            found.insert(rng.randint(0, len(found)), extra(lang, rng))
        return "\n".join(found)

    return change


def _phrases(parts: list[str], lang: str, rng: Random) -> str:
    """A run of words again and again between the sentences."""
    words = rng.choice(parts).split(" ") if lang == "en" else list(rng.choice(parts))
    size = rng.randint(2, 12)
    phrase = SPACE[lang].join(words[:size])
    every = rng.randint(1, 4)
    joined = [f"{part}{SPACE[lang]}{phrase}" if i % every == 0 else part
              for i, part in enumerate(parts)]  # fmt: skip
    return prose(joined, lang, rng)


def _again(parts: list[str], lang: str, rng: Random) -> str:
    """Lines or paragraphs that come back."""
    found = prose(parts, lang, rng)
    gap = "\n\n" if "\n\n" in found else "\n"
    pieces = found.split(gap)
    pieces += rng.choices(pieces, k=rng.randint(1, max(1, len(pieces) // 2)))
    rng.shuffle(pieces)
    return gap.join(pieces)


def _figures(lang: str, rng: Random) -> str:
    unit = {"en": "Total", "zh": "合计"}[lang]
    return f"{unit} " + " ".join(str(rng.randint(1, 9999)) for _ in range(rng.randint(5, 60)))


def _table(lang: str, rng: Random) -> str:
    head = "| " + " | ".join(rng.choices(WORDS[lang], k=3)) + " |"
    rows = [f"| {rng.choice(WORDS[lang])} | {rng.randint(1, 99)} | {rng.randint(1, 99)} |"
            for _ in range(rng.randint(2, 20))]  # fmt: skip
    return "\n".join(["", head, "| --- | --- | --- |", *rows, ""])


def _code(lang: str, rng: Random) -> str:
    body = "\n".join(rng.choices(("import os", "return x", "end", "x = 1"), k=rng.randint(3, 12)))
    return f"\n```\n{body}\n```\n"


def _noise(lang: str, rng: Random) -> str:
    english = ("3 likes", "Home", "CONTACT US NOW", "12 / 24 / 36", "SIGN IN", "14 comments")
    chinese = ("首页", "点赞 5", "128 阅读", "12 / 24 / 36", "ABC DEF", "登录")
    return rng.choice(english if lang == "en" else chinese)


def _cut(part: str, rng: Random) -> str:
    end = rng.choice(("...", "…", "……", " Read more", "展开", "查看更多", "。。。", "."))
    return part.rstrip(".。") + end


CHANGES: dict[str, Change] = {
    "prose": prose,
    "phrases": _phrases,
    "again": _again,
    "bullets": _lines(lambda part, rng: rng.choice(("- ", "• ", "* ", "● ", "-", "")) + part),
    "all bullets": _lines(lambda part, rng: rng.choice(("- ", "• ")) + part),
    "cut lines": _lines(_cut),
    "no marks": _lines(lambda part, _: part.rstrip(".。")),
    "quoted": _lines(lambda part, rng: rng.choice(('"{}"', "“{}”", "*{}*", "({})")).format(part)),
    "short lines": lambda parts, lang, rng: "\n".join(
        part[:rng.randint(3, 40)] for part in parts * 2
    ),
    "words by line": lambda parts, lang, rng: "\n".join(
        prose(parts, lang, rng).split() if lang == "en" else " ".join(parts)[::2].split()
    ),
    "figures": _mixed(_figures, 1, 6),
    "tables": _mixed(_table, 1, 4),
    "code": _mixed(_code, 1, 4),
    "noise": _mixed(_noise, 1, 12),
    "policy": _mixed(lambda _, rng: rng.choice((
        "Please enable JavaScript to read this page.", "Read our Privacy Policy and Terms of Use.",
        "This site uses cookies to count visits.", "terms of use apply to this text.")), 1, 5),
    "lorem": _mixed(lambda _, rng: rng.choice((
        "Lorem ipsum dolor sit amet, here and there.", "lorem  ipsum", "LOREM IPSUM")), 1, 2),
    "curly": _mixed(lambda _, rng: rng.choice(("{name}", "}", "f(x) { return x; }")), 1, 2),
    "hashes": lambda parts, lang, rng: prose(
        [f"{part}{SPACE[lang]}" + " ".join(f"#{rng.choice(WORDS[lang])}"
         for _ in range(rng.randint(0, 3))) for part in parts], lang, rng),
    "ellipses": lambda parts, lang, rng: prose(
        [part.replace(" ", "... ", rng.randint(0, 3)).replace("，", "……")
         + "…，…" * rng.choice((0, 0, 2)) for part in parts], lang, rng),
    "headings": _mixed(lambda lang, rng: f"\n## {rng.choice(WORDS[lang])}\n", 1, 4),
    "brackets": lambda parts, lang, rng: prose(
        [f"【{part[:rng.randint(1, 30)]}】{part}" for part in parts], lang, rng),
    "one word": lambda parts, lang, rng: SPACE[lang].join([rng.choice(WORDS[lang])] * 80),
    "no words": lambda parts, lang, rng: rng.choice(
        ("", " \n\t\n", "---\n***", "。。。", "#### ###")
    ),
    "long word": lambda parts, lang, rng: prose(
        [f"{part} {'x' * rng.choice((20, 60, 1200))}" for part in parts], lang, rng),
    "citations": _lines(lambda part, rng: part + rng.choice(("[1]", "[12][3]", "[edit]", ""))),
    "list": _lines(lambda part, rng: f"{rng.randint(1, 20)}. {part}"),
    "both languages": lambda parts, lang, rng: prose(
        [rng.choice(SENTENCES[rng.choice(("en", "zh"))]) for _ in parts], "en", rng),
    "other scripts": _mixed(lambda _, rng: rng.choice((
        "물레방아는 강가에 있습니다.", "水車は川のそばに立っています。",
        "Мельница стоит у реки.")), 1, 6),
}  # fmt: skip
"""How a text is made of sentences, by name."""


def documents(each: int, seed: int = 7) -> list[tuple[str, str, str]]:
    """`each` texts of every kind in both languages: kind, language, text."""
    found = []
    for name, change in CHANGES.items():
        for lang, sentences in SENTENCES.items():
            for number in range(each):
                rng = Random(f"{seed} {name} {lang} {number}")
                count = rng.choice((1, 3, 6, 9, 12))
                parts = rng.sample(sentences, count) if rng.random() < 0.8 else rng.choices(
                    sentences, k=2 * count)  # fmt: skip
                found.append((name, lang, change(parts, lang, rng)))
    return found
