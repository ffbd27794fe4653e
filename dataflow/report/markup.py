"""HTML that is escaped by construction: a string is text, only a `Markup` is markup.

There is no way to put a string into the page unescaped, so nothing that stands in a document, a
file name or an error message can become an element, an attribute or a script.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of HTML that is already safe. Made by `el`, `join` and `trusted` only."""

    html: str


Child = Markup | str | int
Value = str | int | float | bool | None

VOID = frozenset({"meta", "link", "input", "br", "rect", "line", "path", "circle"})
SVG_EMPTY = frozenset({"rect", "line", "path", "circle"})
FORBIDDEN = frozenset(
    {"style", "src", "srcset", "action", "formaction", "background", "xlink:href"}
)
"""Attributes that load or run something; the page needs none of them."""
LOCAL = ("#", "data:,")
"""What a link may point to: a place on the page, or the empty icon."""


def text(value: str) -> Markup:
    """`value` as text."""
    return Markup(escape(value, quote=True))


def join(*children: Child) -> Markup:
    """The children one after the other; strings and numbers are escaped."""
    return Markup("".join(_html(child) for child in children))


def _html(child: Child) -> str:
    return child.html if isinstance(child, Markup) else escape(str(child), quote=True)


def el(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """The element `name`. `class_` is class, `data_x` is data-x; None and False leave one out.

    Raises ValueError for event handlers and for attributes that load something.

    >>> el("b", "<1>", class_="x").html
    '<b class="x">&lt;1&gt;</b>'
    """
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        loads = attribute == "href" and not str(value).startswith(LOCAL)
        if loads or attribute.startswith("on") or attribute in FORBIDDEN:
            raise ValueError(f"attribute {attribute!r} is not allowed in the report")
        if value is None or value is False:
            continue
        parts.append(attribute if value is True else f'{attribute}="{escape(str(value), True)}"')
    head = " ".join(parts)
    if name in VOID:
        return Markup(f"<{head}/>" if name in SVG_EMPTY else f"<{head}>")
    return Markup(f"<{head}>{join(*children).html}</{name}>")


def trusted(html: str) -> Markup:
    """`html` as it is: for the style and script that ship with this package, nothing else."""
    return Markup(html)
