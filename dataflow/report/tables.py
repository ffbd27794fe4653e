"""Tables and small lists as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dataflow.report.markup import Child, Markup, el, join
from dataflow.report.phrases import say


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading (a key of the wording) and whether it holds numbers."""

    key: str
    numeric: bool = False
    classes: str = ""

    @property
    def cell_class(self) -> str | None:
        """Class of the column's cells."""
        return " ".join(filter(None, ("num" if self.numeric else "", self.classes))) or None


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Child]],
    *,
    label: str,
    searchable: bool = False,
) -> Markup:
    """A table whose first column heads its rows; it scrolls sideways where it must.

    With the script on, headings sort, and a searchable table has a field to narrow it.
    """
    head = el("tr", *(el("th", say(c.key), scope="col", class_=c.cell_class) for c in columns))
    body = [
        el(
            "tr",
            el("th", row[0], scope="row", class_=columns[0].cell_class),
            *(
                el("td", cell, class_=column.cell_class)
                for cell, column in zip(row[1:], columns[1:], strict=True)
            ),
        )
        for row in rows
    ]
    whole = el("table", el("thead", head), el("tbody", *body), class_="sortable")
    return el(
        "div", whole, class_="scroll", role="region", aria_label=label, tabindex=0,
        data_search=searchable,
    )  # fmt: skip


def pairs(items: Iterable[tuple[Child, Child]]) -> Markup:
    """A list of terms and what they are."""
    return el("dl", *(el("div", el("dt", term), el("dd", value)) for term, value in items),
              class_="pairs")  # fmt: skip


def section(name: str, heading: str, *children: Child, note: Child = "") -> Markup:
    """A section with an anchor, a heading (a key of the wording) and perhaps a note below it."""
    intro = el("p", note, class_="note") if note else join()
    title = el("h2", say(heading), id=f"{name}-heading")
    return el("section", title, intro, *children, id=name, aria_labelledby=f"{name}-heading")
