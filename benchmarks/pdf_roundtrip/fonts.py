"""Font families of a style: text and headings in Latin, Chinese, and fixed pitch."""

from __future__ import annotations

from benchmarks.pdf_roundtrip.style import Style

SERIF = ("Liberation Serif", "P052", "DejaVu Serif")
SANS = ("Liberation Sans", "Nimbus Sans", "DejaVu Sans")
MONO = ("DejaVu Sans Mono", "Liberation Mono", "DejaVu Sans Mono")
CJK_SERIF, CJK_SANS, CJK_KAI = "Noto Serif CJK SC", "Noto Sans CJK SC", "AR PL KaitiM GB"
CJK_MONO = "Noto Sans Mono CJK SC"
SYMBOLS = ("DejaVu Sans", "DejaVu Math TeX Gyre")
"""What covers signs that a text face lacks."""


def latin(style: Style, *, heading: bool = False) -> str:
    """The Latin family of the text, or of the headings."""
    serif = style.headings_serif if heading else style.serif
    return (SERIF if serif else SANS)[style.face]


def chinese(style: Style, *, heading: bool = False) -> str:
    """The Chinese family of the text, or of the headings."""
    serif = style.headings_serif if heading else style.serif
    return CJK_SERIF if serif else CJK_SANS


def mono(style: Style) -> str:
    """The fixed-pitch family."""
    return MONO[style.face]


def stack(style: Style, *, heading: bool = False) -> list[str]:
    """Families to try in turn."""
    return [latin(style, heading=heading), chinese(style, heading=heading), *SYMBOLS]


def mono_stack(style: Style) -> list[str]:
    """Fixed-pitch families to try in turn."""
    return [mono(style), CJK_MONO, *SYMBOLS]
