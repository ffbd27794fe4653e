"""Small corpora that share a lot: few words, few lines, odd white space, documents in blocks."""

from __future__ import annotations

from hypothesis import strategies as st

LATIN = ["ab", "cd", "ef", "Gh"]
HAN = ["甲", "乙", "丙"]
SPACES = [" ", " ", " ", "\n", "\n\n", "  \n  ", ", ", ". "]
LINES = [
    "Alpha beta gamma delta epsilon zeta eta.",
    "alpha  BETA gamma, delta epsilon zeta eta",
    "© 2024 Mill | Home",
    "© 2025 Mill | Home",
    "本文仅代表作者个人观点，转载请注明出处。",
    "Abstract",
    "摘要",
    "name: value",
    "# Heading one",
    "=====",
    "---",
    "| a | b |",
    "- An item of a list that is as long as a sentence is.",
    "  indented words that go on for a while and then stop",
    "Page 3 of 12",
    "Page 4 of 12",
    "```",
    "One.",
]
BREAKS = ["\n", "\n", "\n\n", "\n \n\n", "  \n", "\r\n"]


@st.composite
def token_texts(draw: st.DrawFn) -> list[str]:
    """Documents of few distinct words, so that runs repeat and cuts make new ones."""
    words = draw(st.sampled_from([LATIN, HAN, [*LATIN, *HAN]]))
    one = st.lists(st.tuples(st.sampled_from(words), st.sampled_from(SPACES)), max_size=40)
    return ["".join(f"{word}{space}" for word, space in parts)
            for parts in draw(st.lists(one, min_size=1, max_size=7))]  # fmt: skip


@st.composite
def line_texts(draw: st.DrawFn) -> list[str]:
    """Documents of lines that many share, beside lines of their own."""
    texts = []
    for number in range(draw(st.integers(1, 8))):
        own = [f"Own words of document {chr(97 + number) * 3}.", f"{chr(65 + number) * 4} title"]
        part = st.tuples(st.sampled_from([*LINES, *own]), st.sampled_from(BREAKS))
        texts.append("".join(line + end for line, end in draw(st.lists(part, max_size=12))))
    return texts
