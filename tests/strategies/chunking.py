"""Texts to be chunked: Markdown of random blocks in English and Chinese, and arbitrary strings."""

from __future__ import annotations

from hypothesis import strategies as st

ENGLISH = (
    "The pump starts at noon.",
    "Nobody had read the manual, which was in the drawer.",
    "Dr. Lee paid $3.50 for it!",
    "Why would the valve close by itself?",
    "It is of no use",
)
CHINESE = (
    "水泵在中午启动。",
    "没有人读过放在抽屉里的说明书，因为它太长了。",
    "李医生付了三元五角！",
    "阀门为什么会自己关闭呢？",
    "“请勿触摸。”他说。",
)

sentences = st.sampled_from(ENGLISH + CHINESE)
paragraphs = st.lists(sentences, min_size=1, max_size=8).map(" ".join)
headings = st.tuples(st.integers(1, 4), st.sampled_from(["Scope", "范围", "Set up", "安装"])).map(
    lambda found: "#" * found[0] + " " + found[1]
)
items = st.lists(sentences, min_size=1, max_size=5).map(
    lambda found: "\n".join(f"- {sentence}" for sentence in found)
)
cells = st.sampled_from(["one", "二", "3.5", "", "a longer cell of words", "较长的单元格内容"])


@st.composite
def pipe_tables(draw: st.DrawFn) -> str:
    """A pipe table of 1..4 columns and up to 12 rows below its header."""
    n_cols = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(cells, min_size=n_cols, max_size=n_cols), max_size=12))
    lines = ["| " + " | ".join(f"列 {col}" for col in range(n_cols)) + " |", "|---" * n_cols + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


code = st.lists(
    st.sampled_from(["# not a heading", "x = 1", "    return x", "", "def f():"]), max_size=10
).map(lambda lines: "```python\n" + "\n".join(lines) + "\n```")

markdown = st.lists(st.one_of(paragraphs, headings, items, pipe_tables(), code), max_size=14).map(
    "\n\n".join
)
"""Documents of well-formed blocks."""

texts = st.one_of(
    markdown,
    st.text(max_size=400),
    st.text(alphabet="a. \n|#-`>中。\t\u0301😀\r<", max_size=300),
)
"""Documents, and strings that look like the beginning of every block at once."""
