"""Running heads and feet: what stands left, in the middle and right on odd and even pages."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style

PAGE = "\0"
"""Stands for the page number."""


@dataclass(frozen=True)
class Slots:
    """The three texts of a head or foot."""

    left: str = ""
    center: str = ""
    right: str = ""

    def mirrored(self) -> Slots:
        """The same for the facing page."""
        return Slots(self.right, self.center, self.left)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter((self.left, self.center, self.right))


def head(doc: Doc, style: Style, *, odd: bool) -> Slots:
    """The running head of odd or even pages."""
    if style.head == "both":
        return Slots(doc.header, "", doc.footer)
    if style.head == "head":
        return Slots("", doc.header, "")
    if style.head == "rule":
        return Slots(doc.header, "", "")
    if style.head == "outer":
        slots = Slots("", "", doc.header)
        return slots if odd else slots.mirrored()
    return Slots()


def foot(doc: Doc, style: Style, *, odd: bool) -> Slots:
    """The running foot of odd or even pages; the footer's text where the head does not hold it."""
    text = "" if style.head == "both" else doc.footer
    if style.foot == "center":
        return Slots("", PAGE, "") if not text else Slots(text, "", PAGE)
    if style.foot == "outer":
        slots = Slots(text, "", PAGE)
        return slots if odd else slots.mirrored()
    number = f"第 {PAGE} 页" if doc.lang == "zh" else f"Page {PAGE}"
    return Slots(text, "", number) if text else Slots("", number, "")
