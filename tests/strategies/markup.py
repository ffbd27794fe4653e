"""Random pages and Markdown texts whose words and structure are known."""

from __future__ import annotations

import html
from dataclasses import dataclass

from hypothesis import strategies as st

_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "lo", "mi", "ne", "pu")
_HAN = "天地人和山水风云日月"


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML, and the words in it in document order, each of them once in the page."""

    html: str
    words: tuple[str, ...]


def word(number: int) -> str:
    """A word that no other number has; every third is Chinese."""
    digits = [int(d) for d in str(number)]
    if number % 3 == 0:
        return "字" + "".join(_HAN[d] for d in digits) + "终"
    return "w" + "".join(_SYLLABLES[d] for d in digits) + "x"


_INLINE = ("{}", "<b>{}</b>", "<a href='/x'>{}</a>", "<span>{}</span>", "<em>{}</em>", "{}<br>")
_BLOCK = (
    "<p>{}</p>", "<div>{}</div>", "<h2>{}</h2>", "<blockquote>{}</blockquote>", "<pre>{}</pre>",
    "<ul><li>{}</li></ul>", "<ol><li><p>{}</p></li></ol>", "<section>{}</section>", "{}",
    "<dl><dt>{}</dt></dl>", "<figure><figcaption>{}</figcaption></figure>",
    "<table><tr><td>{}</td><td>&nbsp;</td></tr></table>", "<center>{}</center>", "<code>{}</code>",
)  # fmt: skip
_OUTER = (
    "<div>{}</div>", "<blockquote>{}</blockquote>", "<ul><li>{}</li></ul>", "<span>{}</span>",
    "<td>{}</td>", "{}",
)  # fmt: skip


@st.composite
def blocks(draw: st.DrawFn, max_leaves: int = 12) -> Markup:
    """A body of nested blocks, loose text between them included."""
    words: list[str] = []

    def text() -> str:
        count = draw(st.integers(1, 3))
        shown = []
        for _ in range(count):
            words.append(word(len(words)))
            shown.append(draw(st.sampled_from(_INLINE)).format(html.escape(words[-1])))
        return " ".join(shown)

    def block(depth: int) -> str:
        if depth >= 4 or len(words) > max_leaves * 3 or draw(st.booleans()):
            return draw(st.sampled_from(_BLOCK)).format(text())
        loose = draw(st.booleans())
        before = text() if loose else ""
        parts = [block(depth + 1) for _ in range(draw(st.integers(1, 3)))]
        after = text() if loose else ""
        return draw(st.sampled_from(_OUTER)).format(f"{before} {' '.join(parts)} {after}")

    body = "\n".join(block(0) for _ in range(draw(st.integers(1, 4))))
    return Markup(body, tuple(words))


@dataclass(frozen=True, slots=True)
class Grid:
    """An HTML table, and the rectangle and text of each of its cells."""

    html: str
    n_rows: int
    n_cols: int
    cells: tuple[tuple[int, int, int, int, str], ...]


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A table whose rectangular cells fill its grid; each row begins at least one cell."""
    n_rows, n_cols = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    free = {(r, c) for r in range(n_rows) for c in range(n_cols)}
    cells: list[tuple[int, int, int, int, str]] = []
    for row in range(n_rows):
        for col in range(n_cols):
            if (row, col) not in free:
                continue
            wide = 1
            while (row, col + wide) in free and draw(st.integers(0, 3)) == 0:
                wide += 1
            # The first column never spans rows, so no row is without cells.
            high = draw(st.integers(1, n_rows - row)) if col and draw(st.booleans()) else 1
            free -= {(row + i, col + j) for i in range(high) for j in range(wide)}
            cells.append((row, col, high, wide, word(len(cells))))
    lines = []
    for row in range(n_rows):
        shown = [
            f"<td rowspan={high} colspan='{wide}'>{text}</td>"
            for r, _, high, wide, text in cells
            if r == row
        ]
        lines.append(f"<tr>{''.join(shown)}</tr>")
    return Grid(f"<table>{''.join(lines)}</table>", n_rows, n_cols, tuple(cells))


def code_lines() -> st.SearchStrategy[str]:
    """Code whose white space matters; no blank lines at its ends."""
    line = st.text(alphabet="ab_ \t(){}<>&\"'`#*|变量", min_size=0, max_size=20)
    return (
        st.lists(line, min_size=1, max_size=6)
        .map("\n".join)
        .filter(
            lambda code: (
                bool(code.strip()) and not code.startswith("\n") and not code.endswith("\n")
            )
        )
    )


def paragraphs() -> st.SearchStrategy[list[str]]:
    """Paragraphs of words, English or Chinese, without marks."""
    piece = st.integers(0, 999).map(word)
    return st.lists(st.lists(piece, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5)
