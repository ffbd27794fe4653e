"""Tables that go on over pages made one, with their header once.

A table goes on when it is the last of its page's text and the next one is the first of the next
page's, both have the same columns at the same places, and the header is repeated or missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.pdf.values import is_data
from schemas.document import Cell, Element, ElementKind, Table

_BETWEEN = frozenset({ElementKind.PAGE_HEADER, ElementKind.PAGE_FOOTER, ElementKind.FOOTNOTE})
_NOTICE = re.compile(
    r"(?:table\s+\S{1,12}\W{0,3})?[（(\[]?\s*(?:table\s+)?(?:is\s+)?"
    r"(?:continued|cont['’]?d|cont)\b\.?"
    r"(?:\s+(?:from|on)\s+(?:the\s+)?(?:previous|next|last|following)?\s*page(?:\s+\d+)?)?\W{0,3}"
    r"|[（(]?\s*(?:续\s*表\s*\S{0,8}|表\s*\S{1,8}\s*[（(]?续[)）]?|接上(?:页|表)|上接\S{0,8}|转下页|续下页|续)"
    r"\s*[)）]?",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"[（(]\s*(?:continued|cont['’]?d|cont\.?|续表?|接上[页表])\s*[)）]", re.IGNORECASE
)
_SAYING = frozenset({ElementKind.CAPTION, ElementKind.PARAGRAPH, ElementKind.LIST_ITEM})
MAX_NOTICE = 160
"""Characters of a caption or line that says that a table goes on."""
SHIFT = 0.35
"""Share of a column's pitch by which a column may stand elsewhere: texts of other lengths."""


def continued(found: Sequence[Element]) -> list[Element]:
    """Elements with the parts of tables over several pages joined to the first of them.

    The repeated header and lines that say no more than that the table goes on are dropped. Cells
    from later pages carry their page; the element keeps the first page and its box there.
    """
    result: list[Element] = []
    for element in found:
        at = _open_table(result, element) if element.table is not None else None
        if at is None:
            result.append(element)
            continue
        head = result[at]
        if head.table is None or element.table is None:  # for the type checker: both are tables
            continue
        joined = _joined(head.table, element.table, element.page)
        result[at + 1 :] = [e for e in result[at + 1 :] if e.kind in _BETWEEN]
        text = "\n".join("\t".join(row).rstrip("\t") for row in joined.grid())
        result[at] = replace(head, table=joined, text=text)
    return result


def _open_table(result: Sequence[Element], element: Element) -> int | None:
    """Index of the table that `element` goes on; None when there is none."""
    said = False
    for index in range(len(result) - 1, -1, -1):
        last = result[index]
        if last.table is not None and element.table is not None:
            below = _last_page(last) or 0
            follows = element.page is not None and element.page == below + 1
            return index if follows and _goes_on(last.table, element.table, said) else None
        if last.kind in _BETWEEN:
            continue
        if not _is_notice(last):
            return None
        said = True
    return None


def _is_notice(element: Element) -> bool:
    """Whether an element says that the table goes on, and nothing else.

    A caption may repeat the table's title with "(continued)" behind it.
    """
    text = element.text.strip()
    if element.kind not in _SAYING or len(text) > MAX_NOTICE:
        return False
    if element.kind is ElementKind.CAPTION and _AGAIN.search(text):
        return True
    return _NOTICE.fullmatch(text) is not None


def _last_page(element: Element) -> int | None:
    """Page of a table's last row."""
    pages = [cell.page for cell in element.table.cells if cell.page] if element.table else []
    return max(pages, default=element.page)


def _goes_on(upper: Table, lower: Table, said: bool) -> bool:
    """Whether `lower` continues `upper`; `said` when a line between them says so."""
    if upper.n_cols != lower.n_cols:
        return False
    if repeated_header(upper, lower):
        return True
    if not _same_places(upper, lower):
        return False
    first = [cell.text for cell in lower.cells if cell.row == 0 and cell.text]
    return said or is_data(first)


def repeated_header(upper: Table, lower: Table) -> int:
    """How many rows at the top of `lower` repeat those of `upper`, 0 for none."""
    marked = 1 + max((cell.row for cell in upper.cells if cell.header), default=-1)
    for n_rows in range(min(marked, lower.n_rows - 1), 0, -1):
        if _top(upper, n_rows) == _top(lower, n_rows):
            return n_rows
    return 0


def _top(table: Table, n_rows: int) -> dict[tuple[int, int], str]:
    return {
        (cell.row, cell.col): "".join(cell.text.split())
        for cell in table.cells
        if cell.row < n_rows and cell.text.strip()
    }


def _same_places(upper: Table, lower: Table) -> bool:
    """Whether the columns of both stand at the same places, apart from a shift of the whole."""
    one, other = _edges(upper), _edges(lower)
    columns = sorted(one.keys() & other.keys())
    if len(columns) < max(2, upper.n_cols - 1):
        return False
    shift = min((one[c][i] - other[c][i] for c in columns[:1] for i in (0, 1)), key=abs)
    width = max(one[c][1] for c in columns) - min(one[c][0] for c in columns)
    allowed = SHIFT * width / max(len(columns), 1)
    return all(
        min(abs(one[c][i] - other[c][i] - shift) for i in (0, 1)) <= allowed for c in columns
    )


def _edges(table: Table) -> dict[int, tuple[float, float]]:
    """Left and right edge of each column by its cells of one column."""
    found: dict[int, tuple[float, float]] = {}
    for cell in table.cells:
        if cell.bbox is not None and cell.col_span == 1 and cell.text:
            x0, x1 = found.get(cell.col, (cell.bbox.x0, cell.bbox.x1))
            found[cell.col] = (min(x0, cell.bbox.x0), max(x1, cell.bbox.x1))
    return found


def _joined(upper: Table, lower: Table, page: int | None) -> Table:
    """Both as one table: rows of `lower` below those of `upper`, without its repeated header."""
    skip = repeated_header(upper, lower)
    below = tuple(
        _moved(cell, upper.n_rows, skip, page) for cell in lower.cells if cell.row >= skip
    )
    return Table(upper.n_rows + lower.n_rows - skip, upper.n_cols, (*upper.cells, *below))


def _moved(cell: Cell, by: int, skip: int, page: int | None) -> Cell:
    return replace(
        cell, row=cell.row - skip + by, header=False,
        page=page if cell.page is None else cell.page,
    )  # fmt: skip
