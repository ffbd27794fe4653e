"""Fonts for reportlab: registered families, and the split of a text by what each has."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineMissingError

FONTS = Path("/usr/share/fonts/truetype")
FACES = ("Regular", "Bold", "Italic", "BoldItalic")
LATIN = {
    True: ("liberation/LiberationSerif", "dejavu/DejaVuSerif", "liberation/LiberationSerif"),
    False: ("liberation/LiberationSans", "dejavu/DejaVuSans", "dejavu/DejaVuSansCondensed"),
}
CHINESE = {
    True: ("arphic-gbsn00lp/gbsn00lp.ttf", "STSong-Light", "STSong-Light"),
    False: ("droid/DroidSansFallbackFull.ttf",) * 3,
}
"""STSong-Light is not embedded: the PDF names it and its coding, as many Chinese ones do."""
TRADITIONAL = {True: "arphic-bsmi00lp/bsmi00lp.ttf", False: "droid/DroidSansFallbackFull.ttf"}


@dataclass(frozen=True)
class Faces:
    """Names of registered fonts to try in turn, for text, headings and code."""

    text: tuple[str, ...]
    heading: tuple[str, ...]
    mono: tuple[str, ...]


def faces(style: Style) -> Faces:
    """The registered fonts of a style; raises EngineMissingError naming the package of one."""
    last = _single("dejavu/DejaVuSans.ttf")
    rest = _single("droid/DroidSansFallbackFull.ttf")
    mono = _family("dejavu/DejaVuSansMono")

    def of(serif: bool) -> tuple[str, ...]:
        chinese = TRADITIONAL[serif] if style.traditional else CHINESE[serif][style.face]
        return (_family(LATIN[serif][style.face]), _single(chinese), last, rest)

    return Faces(of(style.serif), of(style.headings_serif), (mono, rest, last))


def _path(name: str) -> str:
    path = FONTS / name
    if not path.exists():
        package = name.partition("/")[0]
        raise EngineMissingError(f"{path} is not there: apt-get install fonts-{package}")
    return str(path)


def _single(name: str) -> str:
    """Registers one face for all of a family's; the name it has then."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    font = Path(name).stem
    if font not in pdfmetrics.getRegisteredFontNames():
        made = TTFont(font, _path(name)) if name.endswith(".ttf") else UnicodeCIDFont(font)
        pdfmetrics.registerFont(made)
        pdfmetrics.registerFontFamily(font, font, font, font, font)
    return font


def _family(name: str) -> str:
    """Registers the four faces of a Latin family; the name of the regular one."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    base = Path(name).name
    if base in pdfmetrics.getRegisteredFontNames():
        return base
    made = []
    for face in FACES:
        ends = {"Regular": ("", "-Regular")}.get(
            face, (f"-{face}", f"-{face.replace('Italic', 'Oblique')}")
        )
        found = next((e for e in ends if (FONTS / f"{name}{e}.ttf").exists()), ends[0])
        font = base if face == "Regular" else f"{base}-{face}"
        pdfmetrics.registerFont(TTFont(font, _path(f"{name}{found}.ttf")))
        made.append(font)
    pdfmetrics.registerFontFamily(base, *made)
    return base


def has(font: str, char: str) -> bool:
    """True where a registered font has a sign."""
    from reportlab.pdfbase import pdfmetrics

    face = getattr(pdfmetrics.getFont(font), "face", None)
    widths = getattr(face, "charToGlyph", None)
    if widths is None:  # a coded font, not embedded: signs of GB 2312
        return ord(char) > 0x2E80 and bool(char.encode("gb2312", "ignore"))
    return ord(char) in widths


def markup(text: str, fonts: tuple[str, ...]) -> str:
    """The text as markup in which each sign has the first font that holds it."""
    out = ""
    current, stretch = "", ""
    for char in text:
        font = next((name for name in fonts if has(name, char)), fonts[0])
        if char == " " and current:
            font = current
        if font != current and stretch:
            out += _tagged(stretch, current, fonts[0])
            stretch = ""
        current = font
        stretch += char
    return out + (_tagged(stretch, current, fonts[0]) if stretch else "")


def _tagged(text: str, font: str, first: str) -> str:
    said = escape(text, quote=False)
    return said if font == first else f'<font face="{font}">{said}</font>'
