"""What the scores read of a Markdown text: headings, tables and prose, all spelled one way.

Truth and prediction go through the same code. It reads line by line and not as CommonMark does: an
indented line of plain text must not become a code block, nor a line above a rule a heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from lxml import html

HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*")
HTML_HEADING = re.compile(r"\s*<h([1-6])[^>]*>(.*?)</h\1>\s*", re.IGNORECASE)
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}")
PIPE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
BULLET = re.compile(r"\s*(?:>\s?)*(?:[-*+\u2022\u25e6\u25aa\u2023\u00b7\u25cf\u25cb\u25a0]\s+)?")
NOTE = re.compile(r"\[\^([^\]\s]+)\]:?")
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
AUTOLINK = re.compile(r"<((?:https?|mailto|ftp):[^>\s]*)>")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|hr|h[1-6]|figure|figcaption)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:a|b|center|code|del|em|font|i|img|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u)"
    r"\b[^>]*>",
    re.IGNORECASE,
)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
STARS = re.compile(r"(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
TABLE_MARK = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)

HAN = (
    "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\U00020000-\U0003ffff"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9f\uffe0-\uffef"
)
"""Han and the like with their punctuation; full-width letters and digits are not among them."""
BESIDE_HAN = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
PRIVATE, KEPT = 0xE000, 6400
"""Where literals stand while markup is taken out, and how many of a line find room there."""

STRAY = re.compile("[\ue000-\uf8ff]")
"""Private characters of a text: what they look like only its font knows."""

SPELLINGS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
"""Quotes and dashes that a typesetter chooses, and characters that nobody sees."""

MAX_SPAN = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1 to 6 and its text."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text and the rows and columns that it covers."""

    text: str
    row_span: int = 1
    col_span: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows of cells, each cell where it begins."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def text(self) -> str:
        """All cells' texts, row by row."""
        return " ".join(cell.text for row in self.rows for cell in row if cell.text)


@dataclass(frozen=True, slots=True)
class Prose:
    """Any other line or code block."""

    text: str


Block = Heading | Grid | Prose


def spelled(text: str) -> str:
    r"""Text in NFKC, quotes and dashes plain, white space single and none beside a Han character.

    >>> spelled("“A”–B\u00a0 c 表 1：ﬁne")
    '"A"-B c表1:fine'
    """
    tight = BESIDE_HAN.sub("", text.translate(SPELLINGS))
    folded = unicodedata.normalize("NFKC", tight).translate(SPELLINGS)
    return BESIDE_HAN.sub("", " ".join(folded.split()))


def plain(text: str) -> str:
    r"""A line's text as printed: no emphasis, link targets, images, tags or escapes.

    >>> plain(r"**A** [link](http://x) `a_b*c` snake_case\_x 2 \* 3<br>_so_[^2]")
    'A link a_b*c snake_case_x 2 * 3 so2'
    """
    kept: list[str] = []

    def keep(literal: str) -> str:
        kept.append(literal)
        return chr(PRIVATE + len(kept) - 1) if len(kept) <= KEPT else literal

    text = STRAY.sub("", text)
    text = CODE.sub(lambda match: keep(match[2].strip()), COMMENT.sub(" ", text))
    text = ESCAPE.sub(lambda match: keep(match[1]), text)
    text = LINK.sub(r"\1", IMAGE.sub(" ", text)) if "[" in text else text
    text = TAG.sub("", BREAK.sub(" ", AUTOLINK.sub(r"\1", text)))
    for mark in (STARS, STARS, UNDERSCORES, UNDERSCORES):
        text = mark.sub(r"\2", text)
    text = unescape(NOTE.sub(r"\1 ", text))
    for number in reversed(range(min(KEPT, len(kept)))):
        text = text.replace(chr(PRIVATE + number), kept[number])
    return spelled(text)


def blocks(markdown: str) -> list[Block]:
    """All blocks of a Markdown text in its order; a front matter of dashes is left out."""
    lines = COMMENT.sub("", markdown).splitlines()
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:40]):
        ends = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
        del lines[: ends + 1]
    return [block for block in _blocks(lines) if isinstance(block, Grid) or block.text]


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence := FENCE.match(line):
            end = _fence_end(lines, at, fence[1])
            yield Prose(spelled(" ".join(lines[at + 1 : end])))
            at = end + 1
        elif "<table" in line.lower():
            end = _table_end(lines, at)
            yield from _html_block("\n".join(lines[at:end]))
            at = end
        elif _opens_pipes(lines, at):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield _pipe_table([lines[at], *lines[at + 2 : end]])
            at = end
        else:
            yield _line(line)
            at += 1


def _line(line: str) -> Block:
    if found := HEADING.fullmatch(line) or HTML_HEADING.fullmatch(line):
        level = found[1]
        return Heading(int(level) if level.isdigit() else len(level), plain(found[2] or ""))
    return Prose("" if RULE.fullmatch(line) else plain(BULLET.sub("", line, count=1)))


def _fence_end(lines: Sequence[str], at: int, mark: str) -> int:
    for end in range(at + 1, len(lines)):
        closing = lines[end].strip()
        if len(closing) >= len(mark) and set(closing) == {mark[0]}:
            return end
    return len(lines)


def _table_end(lines: Sequence[str], at: int) -> int:
    depth = 0
    for end in range(at, len(lines)):
        for mark in TABLE_MARK.finditer(lines[end]):
            depth += -1 if mark[1] else 1
        if depth <= 0:
            return end + 1
    return len(lines)


def _html_block(text: str) -> Iterator[Block]:
    first, last = text.lower().index("<table"), len(text)
    for mark in TABLE_END.finditer(text):
        last = mark.end()
    yield Prose(plain(text[:first]))
    root = html.fragment_fromstring(text[first:last], create_parent="div")
    for table in root.iter("table"):
        if next(table.iterancestors("table"), None) is None:
            for caption in table.findall("caption"):
                yield Prose(plain(_inner(caption)))
            yield _html_table(table)
    yield Prose(plain(text[last:]))


def _html_table(table: html.HtmlElement) -> Grid:
    rows = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            rows.append(tuple(_html_cell(cell) for cell in row if cell.tag in ("td", "th")))
    return Grid(tuple(row for row in rows if row))


def _html_cell(cell: html.HtmlElement) -> Cell:
    return Cell(plain(_inner(cell)), _span(cell.get("rowspan")), _span(cell.get("colspan")))


def _inner(element: html.HtmlElement) -> str:
    """What an element holds, as it is written, without the marks of tables within."""
    written = html.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r"</?(?:t[a-z]+|caption)\b[^>]*>", " ", written)


def _span(value: str | None) -> int:
    return min(MAX_SPAN, max(1, int(value))) if value and value.strip().isdecimal() else 1


def _opens_pipes(lines: Sequence[str], at: int) -> bool:
    if "|" not in lines[at] or at + 1 == len(lines):
        return False
    rule = lines[at + 1]
    return "|" in rule and "-" in rule and PIPE_RULE.fullmatch(rule) is not None


def _pipe_table(lines: Sequence[str]) -> Grid:
    """A pipe table; a head without any text is left out, as Markdown has no table without one."""
    rows = [_pipe_cells(line) for line in lines]
    width = len(rows[0])
    cells = [tuple(Cell(text) for text in (row + [""] * width)[:width]) for row in rows]
    return Grid(tuple(cells[0 if any(rows[0]) else 1 :]))


def _pipe_cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    parts = re.split(r"(?<!\\)\|", line)
    if len(parts) > 1 and not parts[-1].strip():
        del parts[-1]
    return [plain(part) for part in parts]
