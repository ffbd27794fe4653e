"""Words and numbers of the page as markup: each phrase in both languages, one of them shown."""

from __future__ import annotations

from collections.abc import Mapping

from dataflow.report.markup import Child, Markup, el, join, text
from dataflow.report.wording import UI, Pair
from dataflow.report.wording_samples import SAMPLES
from schemas.source import MediaType

FORMATS: dict[str, str] = {
    MediaType.PDF: "PDF", MediaType.HTML: "HTML", MediaType.MARKDOWN: "Markdown",
    MediaType.TEXT: "text", MediaType.JSON: "JSON", MediaType.JSONL: "JSONL",
    MediaType.DOCX: "Word", MediaType.PPTX: "slides", MediaType.XLSX: "Excel",
    MediaType.EPUB: "e-book", MediaType.EML: "mail", MediaType.PNG: "PNG", MediaType.JPEG: "JPEG",
    MediaType.TIFF: "TIFF", MediaType.WEBP: "WebP", MediaType.BMP: "BMP",
}  # fmt: skip
DASH = "–"
PHRASES = UI | SAMPLES
"""Every phrase of the page by its key."""


def both(english: Child, chinese: Child) -> Markup:
    """Two wordings, of which the style sheet shows the chosen language's."""
    return join(el("span", english, class_="en"), el("span", chinese, class_="zh", lang="zh-Hans"))


def say(key: str, **values: Child) -> Markup:
    """The phrase `key` of PHRASES in both languages with `values` filled in.

    >>> say("page", page="<3>").html.count("&lt;3&gt;")
    2
    """
    english, chinese = PHRASES[key]
    return both(_filled(english, values), _filled(chinese, values))


def _filled(phrase: str, values: Mapping[str, Child]) -> Markup:
    parts: list[Child] = []
    for piece in phrase.split("{"):
        name, closed, rest = piece.partition("}")
        parts += [values[name], rest] if closed else [piece]
    return join(*parts)


def plain(key: str) -> str:
    """The English phrase: for places where only one language fits, such as `aria-label`."""
    return PHRASES[key][0]


def explained(table: Mapping[str, Pair], code: str) -> Markup:
    """What a code means, or the code itself when the table does not know it."""
    return both(*table[code]) if code in table else text(code)


def coded(table: Mapping[str, Pair], code: str) -> Markup:
    """What a code means, with the code itself beside it."""
    if code not in table:
        return el("code", code)
    return join(explained(table, code), " ", el("code", code))


def number(value: int | None) -> str:
    """With thousands separated, a dash for None."""
    return DASH if value is None else f"{value:,}"


def short(value: float | None) -> str:
    """Four significant digits, a dash for None.

    >>> short(1234567.0), short(0.28704)
    ('1,234,567', '0.287')
    """
    if value is None:
        return DASH
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.1e}"


def compact(value: int) -> str:
    """Up to seven digits as they are, more as millions or billions.

    >>> compact(1234567), compact(12_345_678)
    ('1,234,567', '12.35 M')
    """
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6)):
        if value >= 10 * size or (unit != "M" and value >= size):
            return f"{value / size:.4g} {unit}"
    return f"{value:,}"


def percent(value: float | None) -> str:
    """A share as a percentage with at most one decimal.

    >>> percent(0.05), percent(0.0004), percent(None)
    ('5%', '<0.1%', '–')
    """
    if value is None:
        return DASH
    if 0 < value < 0.001:
        return "<0.1%"
    return f"{100 * value:.1f}".removesuffix(".0") + "%"


def octets(value: int) -> str:
    """Bytes in decimal units."""
    size, unit = float(value), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}" if size < 1000 else f"{size:,.0f} {unit}"


def format_name(media_type: str) -> Markup:
    """A media type's everyday name, the type itself as its title."""
    name = FORMATS.get(media_type)
    return el("abbr", name, title=media_type) if name else text(media_type or DASH)
