"""Tables drawn in many styles, with the grid that a reader must give back."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from parsers.pdf.page import PageContent, Path, Ruling, Word
from schemas.geometry import BBox

STYLES = ("grid", "three rules", "lines", "bare", "shaded")
SIZE = 10.0
PITCH = 18.0
LEFT, TOP = 60.0, 120.0
LABELS = {
    "en": ("North Sea", "Baltic", "Inner lakes", "Ponds", "River mouths", "Canals and locks",
           "Streams", "Fish farms", "Harbours", "Open sea", "Fjords"),
    "zh": ("北部海区", "湖泊", "内陆水库", "池塘", "江河入海口", "运河", "溪流", "养殖场", "港口",
           "外海", "峡湾地区"),
}  # fmt: skip
HEADS = {
    "en": ("Waters", "Herring", "Cod", "Trout caught", "Eel", "Other"),
    "zh": ("水域", "鲱鱼", "鳕鱼", "鳟鱼产量", "鳗鱼", "其他"),
}
SPAN = {"en": "Both of these", "zh": "两项合并"}


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A page with one table, and its rows; `span` are the columns under a header of their own."""

    page: PageContent
    rows: tuple[tuple[str, ...], ...]
    span: tuple[int, int] | None
    style: str


def width_of(text: str) -> float:
    """Width of a text in points: Han characters are square, others half as wide."""
    return sum(SIZE if ord(char) > 0x2E80 else SIZE / 2 for char in text)


def set_words(x: float, base: float, text: str) -> list[Word]:
    """Words of a line that begins at `x`, its baseline at `base`."""
    found = []
    for part in text.split(" "):
        end = x + width_of(part)
        found.append(Word(part, BBox(x, base - 0.8 * SIZE, end, base + 0.2 * SIZE), SIZE))
        x = end + SIZE / 4
    return found


def numbers() -> st.SearchStrategy[str]:
    """Texts of number cells."""
    return st.one_of(
        st.integers(0, 9999).map(lambda n: f"{n:,}"),
        st.integers(0, 999).map(lambda n: f"{n / 10:.1f}"),
        st.integers(0, 100).map(lambda n: f"{n}%"),
        st.just("–"),
    )


@st.composite
def drawn_tables(draw: st.DrawFn, styles: tuple[str, ...] = STYLES) -> DrawnTable:
    """Tables of 3 to 6 columns and 3 to 9 rows below the header, English or Chinese."""
    language = draw(st.sampled_from(("en", "zh")))
    style = draw(st.sampled_from(styles))
    n_cols, n_rows = draw(st.integers(3, 6)), draw(st.integers(3, 9))
    labels = draw(st.permutations(LABELS[language]))[:n_rows]
    body = [(label, *(draw(numbers()) for _ in range(n_cols - 1))) for label in labels]
    rows = (HEADS[language][:n_cols], *body)
    span = (n_cols - 2, n_cols - 1) if draw(st.booleans()) else None
    widths = [max(width_of(row[c]) for row in rows) + 2 * SIZE for c in range(n_cols)]
    xs = [LEFT]
    for width in widths:
        xs.append(xs[-1] + width)
    top_rows = 1 if span is None else 2
    ys = [TOP + PITCH * n for n in range(len(rows) + top_rows)]
    words: list[Word] = []
    for r, row in enumerate(rows):
        base = ys[r + top_rows - 1] + 13
        for c, text in enumerate(row):
            free = xs[c + 1] - xs[c] - width_of(text)
            words += set_words(xs[c] + (SIZE if c == 0 else free - SIZE), base, text)
    if span is not None:
        middle = (xs[span[0]] + xs[-1]) / 2
        words += set_words(middle - width_of(SPAN[language]) / 2, ys[0] + 13, SPAN[language])
    lines, paths = _lines(style, xs, ys, span)
    page = PageContent(
        1, 595, 842, tuple(words), rulings=tuple(lines), paths=tuple(paths), n_paths=len(lines)
    )
    full = rows if span is None else (_spanning_row(n_cols, SPAN[language]), *rows)
    return DrawnTable(page, full, span, style)


def _spanning_row(n_cols: int, text: str) -> tuple[str, ...]:
    return (*("" for _ in range(n_cols - 2)), text, "")


def _lines(
    style: str, xs: list[float], ys: list[float], span: tuple[int, int] | None
) -> tuple[list[Ruling], list[Path]]:
    """Lines and shades of a style; lines under a spanning header stop at its columns."""
    head = 1 if span is None else 2
    partly = [Ruling(True, ys[1], xs[span[0]] + 3, xs[-1] - 3)] if span is not None else []
    if style == "bare":
        return partly, []
    if style == "three rules":
        return [Ruling(True, ys[n], xs[0], xs[-1]) for n in (0, head, -1)] + partly, []
    if style == "lines":
        return [Ruling(True, y, xs[0], xs[-1]) for y in ys[head:]] + partly, []
    if style == "shaded":
        bands = [
            BBox(xs[0], a, xs[-1], b) for a, b in zip(ys[head::2], ys[head + 1 :: 2], strict=False)
        ]
        edges = [Ruling(True, y, b.x0, b.x1) for b in bands for y in (b.y0, b.y1)]
        return edges + partly, [Path(band, False) for band in bands]
    lines = [Ruling(True, y, xs[0], xs[-1]) for y in (ys if span is None else [ys[0], *ys[2:]])]
    if span is not None:
        lines.append(Ruling(True, ys[1], xs[span[0]], xs[-1]))
        for c, x in enumerate(xs):
            start = ys[1] if span[0] < c <= span[1] else ys[0]
            lines.append(Ruling(False, x, start, ys[-1]))
    else:
        lines += [Ruling(False, x, ys[0], ys[-1]) for x in xs]
    return lines, []
