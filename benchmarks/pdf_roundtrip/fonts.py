"""Font families of a style: text and headings in Latin, Chinese, and fixed pitch."""

from __future__ import annotations

from benchmarks.pdf_roundtrip.style import Style

SERIF = ("Liberation Serif", "P052", "DejaVu Serif")
SANS = ("Liberation Sans", "Nimbus Sans", "DejaVu Sans")
MONO = ("DejaVu Sans Mono", "Liberation Mono", "DejaVu Sans Mono")
CJK_SERIF = ("AR PL SungtiL GB", "AR PL SungtiL GB", "Noto Serif CJK SC")
CJK_SANS = ("Droid Sans Fallback", "Droid Sans Fallback", "Noto Sans CJK SC")
"""Most documents take the faces with plain outlines: a subset of them is a third of the size."""
TRADITIONAL = {True: "AR PL Mingti2L Big5", False: "Droid Sans Fallback"}
"""Faces for traditional Chinese, with serifs and without."""
CJK_KAI = "AR PL KaitiM GB"
CJK_BOLD = ("Droid Sans Fallback", "Noto Sans CJK SC", "Noto Serif CJK SC")
"""Faces for what is bold, for engines that would draw a made-up bold as shapes."""
CJK_REST = "Noto Sans CJK SC"
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
    if style.traditional:
        return TRADITIONAL[serif]
    return (CJK_SERIF if serif else CJK_SANS)[style.face]


def mono(style: Style) -> str:
    """The fixed-pitch family."""
    return MONO[style.face]


def stack(style: Style, *, heading: bool = False) -> list[str]:
    """Families to try in turn."""
    return [latin(style, heading=heading), chinese(style, heading=heading), *SYMBOLS, CJK_REST]


def mono_stack(style: Style) -> list[str]:
    """Fixed-pitch families to try in turn."""
    return [mono(style), CJK_MONO, *SYMBOLS]


def bold_stack(style: Style) -> list[str]:
    """Families to try in turn for bold Chinese, without a made-up bold."""
    return [latin(style), CJK_BOLD[style.face], *SYMBOLS, CJK_REST]
