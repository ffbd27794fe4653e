"""DOM -> elements of a document.

Every word below the root that is not skipped ends up in exactly one element (line numbers beside
code and anchor signs in headings are the exceptions). Inline code keeps its Markdown backticks and
formulas their dollars; emphasis and links keep their text only (targets say nothing to a reader of
a corpus), images leave nothing. `<br>` is a line break in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parsers.html.code import code_language, is_gutter, preformatted
from parsers.html.dom import BLOCKS, HEADINGS, Formula, Node, formula_of, tag_of
from parsers.html.tables import is_layout, rows_of, table_of
from schemas.document import Element, ElementKind

MAX_DEPTH = 200
"""Recursion bound; what is nested deeper is taken as one run of text."""

_BLANK = re.compile(r"[ \t\r\n\f\u00a0]+")
_HAN = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_HAN_WRAP = re.compile(rf"(?<={_HAN})[ \t\r]*\n[ \t\r\n]*(?={_HAN})")  # as CSS Text 3 has it
_BREAK = "\x0b"
_AROUND_BREAK = re.compile(rf" *{_BREAK} *")
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}{{2,}}")
_TICKS = re.compile(r"`+")
_ANCHOR_TEXT = frozenset({"", "¶", "#", "§", "🔗", "\u200b", "link"})
_ANCHOR_NAME = re.compile(r"(?:^|[\s_-])(?:anchor|headerlink|hash-?link|permalink)")
_CODE_TAGS = frozenset({"code", "tt", "kbd", "samp"})
_MATHJAX = re.compile(r"(?:^|\s)MathJax(?:_Preview|_Display|_SVG|_CHTML)?(?=\s|$)")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


@dataclass(frozen=True, slots=True)
class _Context:
    """Where the walk is: tree depth, depth of lists (0 outside), what loose text becomes."""

    depth: int = 0
    lists: int = 0
    kind: ElementKind = ElementKind.PARAGRAPH


class Converter:
    """Elements of a subtree; `marks` is whether inline code and formulas keep Markdown marks."""

    def __init__(self, skip: frozenset[Node] = frozenset(), *, marks: bool = True) -> None:
        self._skip = skip
        self._marks = marks
        self._found: list[Element] = []
        self._inline: list[str] = []
        self._item: tuple[int, str] | None = None  # a list item whose first text is still to come
        self._open: int | None = None  # index of an item that later paragraphs may join

    def convert(self, root: Node, depth: int = 0) -> tuple[Element, ...]:
        """Elements of `root` in document order."""
        context = _Context(depth)
        self._element(root, context)
        self._flush(context)
        return tuple(self._found)

    def _element(self, node: Node, at: _Context) -> None:
        if node in self._skip:
            return
        tag = tag_of(node)
        if at.depth >= MAX_DEPTH:
            self._inline.append(_flat(node))
        elif tag == "br":
            self._inline.append(_BREAK)
        elif tag in BLOCKS:
            self._flush(at)
            self._block(node, tag, at)
        elif tag in ("math", "script"):
            self._formula(formula_of(node), at)
        elif tag in _CODE_TAGS:
            self._code_span(node, at)
        elif not _MATHJAX.search(node.get("class") or ""):
            self._children(node, at)

    def _block(self, node: Node, tag: str, at: _Context) -> None:
        if tag in HEADINGS:
            self._heading(node, int(tag[1]))
        elif tag == "pre":
            self._code(node)
        elif tag in ("ul", "ol", "menu", "dir"):
            self._list(node, tag, at)
        elif tag == "table":
            self._table(node, at)
        elif tag == "blockquote":
            self._inside(node, replace(at, kind=ElementKind.QUOTE))
        elif tag in ("figcaption", "caption"):
            self._inside(node, replace(at, kind=ElementKind.CAPTION))
        elif not (tag in ("td", "th", "div") and is_gutter(node)):
            self._inside(node, at)

    def _inside(self, node: Node, at: _Context) -> None:
        self._children(node, at)
        self._flush(at)

    def _children(self, node: Node, at: _Context) -> None:
        below = replace(at, depth=at.depth + 1)
        if node.text:
            self._inline.append(node.text)
        for child in node:
            self._element(child, below)
            if child.tail:
                self._inline.append(child.tail)

    def _flush(self, at: _Context) -> None:
        """Ends the running paragraph."""
        if not self._inline:
            return
        text = "".join(self._inline)
        self._inline.clear()
        for part in _PARAGRAPH_BREAK.split(_collapse(text)):
            shown = part.strip(f" {_BREAK}").replace(_BREAK, "\n")
            if shown:
                self._paragraph(shown, at)

    def _paragraph(self, text: str, at: _Context) -> None:
        if self._item is not None:
            depth, marker = self._item
            self._item = None
            self._open = len(self._found)
            self._found.append(Element(ElementKind.LIST_ITEM, text, level=depth, marker=marker))
        elif self._open is not None and self._open == len(self._found) - 1:
            item = self._found[self._open]
            self._found[self._open] = replace(item, text=f"{item.text}\n\n{text}")
        else:
            self._found.append(Element(at.kind, text))

    def _heading(self, node: Node, level: int) -> None:
        inner = Converter(self._skip | _anchors(node), marks=self._marks)
        text = joined_text(inner.children_of(node)).replace("\n", " ")
        if text:
            self._found.append(Element(ElementKind.HEADING, text, level=level))

    def children_of(self, node: Node) -> tuple[Element, ...]:
        """Elements inside `node`, without what its own tag would make of them."""
        self._inside(node, _Context())
        return tuple(self._found)

    def _code(self, node: Node) -> None:
        text = preformatted(node, self._skip)
        if text.strip():
            language = code_language(node)
            self._found.append(Element(ElementKind.CODE, text, marker=language))

    def _code_span(self, node: Node, at: _Context) -> None:
        if any(tag_of(inner) in BLOCKS for inner in node.iter()):
            self._children(node, at)
        elif node.find(".//br") is not None:
            self._flush(at)
            self._code(node)
        else:
            text = _collapse(_flat(node))
            marked = self._marks and text.strip()
            self._inline.append(code_span(text) if marked else text)

    def _formula(self, formula: Formula | None, at: _Context) -> None:
        if formula is None or not formula.text:
            return
        if formula.display:
            self._flush(at)
            self._found.append(Element(ElementKind.FORMULA, formula.text))
        elif formula.is_tex and self._marks:
            self._inline.append(f"${_collapse(formula.text)}$")
        else:
            self._inline.append(formula.text)

    def _list(self, node: Node, tag: str, at: _Context) -> None:
        # Loose text of the outer item ends here; an outer item without any text is no item.
        self._item = self._open = None
        number = _int(node.get("start"), 1)
        below = replace(at, depth=at.depth + 1, lists=at.lists + 1)
        if node.text:
            self._inline.append(node.text)
        for child in node:
            if child not in self._skip and tag_of(child) == "li":
                self._flush(below)
                number = _int(child.get("value"), number)
                marker = _numeral(number, node.get("type") or "") if tag == "ol" else "-"
                number += 1
                self._item = (at.lists, marker)
                self._inside(child, below)
                self._item = self._open = None
            else:
                self._element(child, below)
            if child.tail:
                self._inline.append(child.tail)
        self._flush(below)

    def _table(self, node: Node, at: _Context) -> None:
        rows = rows_of(node, self._skip)
        if is_layout(node, rows):
            self._inside(node, at)
            return
        depth = at.depth + 1

        def text_of(cell: Node, marks: bool) -> str:
            if cell in self._skip:
                return ""
            return joined_text(Converter(self._skip, marks=marks).convert(cell, depth))

        table = table_of(rows, text_of)
        if table is None:
            self._inside(node, at)
            return
        for child in node:
            if tag_of(child) == "caption":
                self._element(child, replace(at, depth=depth))
        if any(cell.text for cell in table.cells):
            rows_text: list[list[str]] = [[] for _ in range(table.n_rows)]
            for cell in table.cells:  # not the grid: it may be far larger
                rows_text[cell.row].append(cell.text)
            text = "\n".join(map("\t".join, rows_text))
            self._found.append(Element(ElementKind.TABLE, text, table=table))


def joined_text(elements: tuple[Element, ...]) -> str:
    """Texts of elements, one a line: what a cell or a heading holds."""
    return "\n".join(element.text for element in elements)


def code_span(text: str) -> str:
    """`text` as Markdown code, in as many backticks as it takes.

    >>> code_span("a`b")
    '``a`b``'
    """
    inner = text.strip()
    lead = text[: len(text) - len(text.lstrip())]
    tail = text[len(text.rstrip()) :]
    ticks = "`" * (max((len(run) for run in _TICKS.findall(inner)), default=0) + 1)
    pad = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{lead}{ticks}{pad}{inner}{pad}{ticks}{tail}"


def _collapse(text: str) -> str:
    if "\n" in text and not text.isascii():
        text = _HAN_WRAP.sub("", text)
    return _AROUND_BREAK.sub(_BREAK, _BLANK.sub(" ", text))


def _flat(node: Node) -> str:
    return "".join(str(text) for text in node.itertext())


def _anchors(heading: Node) -> frozenset[Node]:
    """Links in a heading that only point at it."""
    return frozenset(
        link
        for link in heading.iter("a")
        if _flat(link).strip() in _ANCHOR_TEXT
        or (_ANCHOR_NAME.search(link.get("class") or "") and len(_flat(link).strip()) <= 1)
    )


def _int(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def _numeral(number: int, style: str) -> str:
    """Marker of an ordered item: `3.`, or `c.`, `iii.` for lists of those types."""
    if style in ("a", "A") and 0 < number <= len(_ALPHABET):
        letter = _ALPHABET[number - 1]
        return f"{letter.upper() if style == 'A' else letter}."
    if style in ("i", "I") and 0 < number < len(_ROMAN):
        return f"{_ROMAN[number].upper() if style == 'I' else _ROMAN[number]}."
    return f"{number}."
