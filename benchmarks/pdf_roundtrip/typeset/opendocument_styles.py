"""Paragraph, list and page styles of a flat OpenDocument text."""

from __future__ import annotations

from html import escape

from benchmarks.pdf_roundtrip import fonts
from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.running import PAGE, Slots, foot, head
from benchmarks.pdf_roundtrip.style import Style

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = " ".join(
    (
        *(
            f'xmlns:{name}="{_OASIS}:{name}:1.0"'
            for name in ("office", "style", "text", "table", "meta")
        ),
        f'xmlns:draw="{_OASIS}:drawing:1.0"',
        f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0"',
        f'xmlns:svg="{_OASIS}:svg-compatible:1.0"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )
)


def _face(style: Style, size: float, *, heading: bool = False, extra: str = "") -> str:
    latin, chinese = fonts.latin(style, heading=heading), fonts.chinese(style, heading=heading)
    return (
        f'<style:text-properties style:font-name="{latin}" style:font-name-asian="{chinese}"'
        f' fo:font-size="{size:.1f}pt" style:font-size-asian="{size:.1f}pt"{extra}/>'
    )


def _style(name: str, paragraph: str, text: str = "", parent: str = "") -> str:
    above = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"{above}>'
        f"<style:paragraph-properties {paragraph}/>{text}</style:style>"
    )


def _span(name: str, properties: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="text">'
        f"<style:text-properties {properties}/>"
        "</style:style>"
    )


BOLD = ' fo:font-weight="bold" style:font-weight-asian="bold"'


def styles(doc: Doc, style: Style) -> str:
    """Font declarations and named styles."""
    families = {fonts.latin(style), fonts.latin(style, heading=True), fonts.chinese(style)}
    families |= {fonts.chinese(style, heading=True), fonts.mono(style), fonts.CJK_MONO}
    families |= {fonts.CJK_KAI, "DejaVu Serif"}
    faces = "".join(
        f'<style:font-face style:name="{name}" svg:font-family="\'{name}\'"/>'
        for name in sorted(families)
    )
    return (
        f"<office:font-face-decls>{faces}</office:font-face-decls><office:styles>"
        f"{_defaults(doc, style)}{_body(doc, style)}{_headings(doc, style)}{_lists(style)}"
        f"{_spans(style)}</office:styles>"
    )


def _defaults(doc: Doc, style: Style) -> str:
    hyphens = ' fo:hyphenate="true"' if style.justify else ""
    language = (
        ' fo:language="en" fo:country="US" style:language-asian="zh" style:country-asian="'
        f'{"TW" if doc.traditional else "CN"}" fo:hyphenation-remain-char-count="2"'
        f' fo:hyphenation-push-char-count="2"{hyphens}'
    )
    return (
        '<style:default-style style:family="paragraph"><style:paragraph-properties'
        ' fo:orphans="2" fo:widows="2" style:tab-stop-distance="36pt"/>'
        f"{_face(style, style.size, extra=language)}</style:default-style>"
    )


def _body(doc: Doc, style: Style) -> str:
    side = "justify" if style.justify else "start"
    line = f'fo:line-height="{style.leading * 88:.0f}%"'
    gap = 0.0 if style.indent else 0.55 * style.size
    first = style.size * (2 if doc.lang == "zh" else 1.2) if style.indent else 0
    body = f'fo:text-align="{side}" {line}'
    below = f'fo:margin-bottom="{gap:.1f}pt"'
    left, lean = (1.0, "") if style.quote == "bar" else (2.0, "")
    bar = f'fo:border-left="2pt solid #{style.accent}" fo:padding-left="8pt"' if left == 1 else ""
    lean = ' fo:font-style="italic"' if style.quote == "italic" and doc.lang == "en" else ""
    weight = BOLD if style.caption_bold else ""
    tiny = '<style:text-properties fo:font-size="2pt"/>'
    grey = ' fo:color="#333333"'
    caption = 'fo:text-align="center"'
    small = f'fo:margin-top="{0.8 * style.size:.1f}pt" fo:margin-bottom="{0.8 * style.size:.1f}pt"'
    return "".join(
        (
            _style("Body", f'{body} {below} fo:text-indent="{first:.1f}pt"'),
            _style("BodyFirst", f"{body} {below}"),
            _style("BodyLines", f'fo:text-align="start" {line} {below}'),
            _style("Tail", 'fo:margin-bottom="0pt"', tiny),
            _style("Item", f'fo:text-align="{side}" {line} fo:margin-bottom="2pt"'),
            _style(
                "Quote",
                f'{body} {small} fo:margin-left="{left * style.size:.1f}pt"'
                f' fo:margin-right="{style.size}pt" {bar}',
                f"<style:text-properties{lean}/>",
            ),
            _style("Cell", 'fo:line-height="100%" fo:hyphenation-ladder-count="0"',
                   '<style:text-properties fo:hyphenate="false"/>'),
            _style("CaptionAbove", f'{caption} fo:keep-with-next="always" fo:margin-top="8pt"'
                   ' fo:margin-bottom="3pt"', _face(style, style.size * 0.9, extra=weight)),
            _style("CaptionBelow", f'{caption} fo:margin-top="3pt" fo:margin-bottom="10pt"',
                   _face(style, style.size * 0.9, extra=weight)),
            _style("Figure", f'{caption} fo:keep-with-next="always" fo:margin-top="8pt"'),
            _style("Formula", f"{caption} {small}",
                   '<style:text-properties style:font-name="DejaVu Serif"/>'),
            _style("Break", 'fo:break-before="page"', tiny),
            _style(
                "Code",
                'fo:background-color="#f3f3f1" fo:border="0.4pt solid #cccccc"'
                f' fo:padding="4pt" {small}',
                f'<style:text-properties style:font-name="{fonts.mono(style)}"'
                f' style:font-name-asian="{fonts.CJK_MONO}" fo:hyphenate="false"/>',
            ),
            _style("Footnote", f'fo:margin-left="{style.size}pt" fo:text-indent="-{style.size}pt"',
                   _face(style, style.size * 0.82)),
            _style("Running", 'fo:margin-bottom="0pt"', _face(style, style.size * 0.8, extra=grey)),
        )
    )  # fmt: skip


def _headings(doc: Doc, style: Style) -> str:
    weight = "" if style.heading == "regular" else BOLD
    colour = f' fo:color="#{style.accent}"' if style.heading in ("colour", "regular") else ""
    rule = (
        ' fo:border-bottom="0.6pt solid #777777" fo:padding-bottom="2pt"'
        if style.heading == "rule"
        else ""
    )
    side = "center" if style.title_center else "start"
    lean = ' fo:font-style="italic"' if doc.lang == "en" else ""
    out = (
        _style(
            "Title1",
            f'fo:text-align="{side}" fo:margin-bottom="8pt" style:master-page-name="First"',
            _face(style, style.heading_size(0), heading=True, extra=BOLD + ' fo:hyphenate="false"'),
        )
        .replace(
            '<style:style style:name="Title1"',
            '<style:style style:name="Title1" style:master-page-name="First"',
        )
        .replace(' style:master-page-name="First"/>', "/>")
    )
    out += _style(
        "Authors",
        f'fo:text-align="{side}" fo:margin-bottom="14pt"',
        _face(style, style.size, extra=lean),
    )
    for level in range(1, 5):
        out += _style(
            f"H{level}",
            f'fo:margin-top="{1.1 * style.heading_size(level):.1f}pt" fo:margin-bottom="4pt"'
            f' fo:keep-with-next="always"{rule}',
            _face(
                style, style.heading_size(level), heading=True,
                extra=weight + colour + ' fo:hyphenate="false"',
            ),
        )  # fmt: skip
    return out


def _lists(style: Style) -> str:
    bullets = numbers = ""
    for level in range(1, 5):
        indent = (
            "<style:list-level-properties"
            ' text:list-level-position-and-space-mode="label-alignment">'
            '<style:list-level-label-alignment text:label-followed-by="listtab"'
            f' fo:text-indent="-14pt" fo:margin-left="{18 * level}pt"/>'
            "</style:list-level-properties>"
        )
        bullets += (
            f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="{style.bullet}">'
            f"{indent}</text:list-level-style-bullet>"
        )
        numbers += (
            f'<text:list-level-style-number text:level="{level}" style:num-format="1"'
            f' style:num-suffix=".">{indent}</text:list-level-style-number>'
        )
    return (
        f'<text:list-style style:name="Bullets">{bullets}</text:list-style>'
        f'<text:list-style style:name="Numbers">{numbers}</text:list-style>'
        '<text:notes-configuration text:note-class="footnote" style:num-format="1"'
        ' text:footnotes-position="page"/>'
    )


def _spans(style: Style) -> str:
    return (
        _span("Bold", BOLD)
        + _span("Italic", 'fo:font-style="italic"')
        + _span("Mono", f'style:font-name="{fonts.mono(style)}"'
                f' style:font-name-asian="{fonts.CJK_MONO}" fo:hyphenate="false"')
    )  # fmt: skip


def masters(doc: Doc, style: Style, *, layouts: bool) -> str:
    """The page layouts, or the master pages with their heads and feet."""
    if layouts:
        return _layouts(style)
    ruled = style.head == "rule"
    upper, upper_left = (_running(head(doc, style, odd=odd), ruled=ruled) for odd in (True, False))
    lower, lower_left = (_running(foot(doc, style, odd=odd)) for odd in (True, False))
    first = upper if style.first_page_head else _running(Slots())
    pages = ""
    for name, top in (("First", first), ("Standard", upper)):
        following = ' style:next-style-name="Standard"' if name == "First" else ""
        pages += (
            f'<style:master-page style:name="{name}" style:page-layout-name="P"{following}>'
            f"<style:header>{top}</style:header><style:header-left>{upper_left}</style:header-left>"
            f"<style:footer>{lower}</style:footer><style:footer-left>{lower_left}</style:footer-left>"
            "</style:master-page>"
        )
    return f"<office:master-styles>{pages}</office:master-styles>"


def _running(slots: Slots, *, ruled: bool = False) -> str:
    number = '<text:page-number text:select-page="current">1</text:page-number>'
    parts = [escape(text).replace(PAGE, number) for text in slots]
    ruled = ruled and any(slots)
    name = "RunningRule" if ruled else "RunningTabs"
    return f'<text:p text:style-name="{name}">{"<text:tab/>".join(parts)}</text:p>'


def _layouts(style: Style) -> str:
    room = 22.0
    edge = style.margin - room
    rule = (
        ' fo:border-bottom="0.5pt solid #555555" fo:padding-bottom="2pt"'
        if style.head == "rule"
        else ""
    )
    tabs = (
        f'<style:tab-stops><style:tab-stop style:position="{style.text_width / 2:.1f}pt"'
        f' style:type="center"/><style:tab-stop style:position="{style.text_width:.1f}pt"'
        ' style:type="right"/></style:tab-stops>'
    )
    return (
        f'<style:page-layout style:name="P"><style:page-layout-properties'
        f' fo:page-width="{style.width}pt" fo:page-height="{style.height}pt"'
        f' fo:margin-left="{style.margin}pt" fo:margin-right="{style.margin}pt"'
        f' fo:margin-top="{edge:.1f}pt" fo:margin-bottom="{edge:.1f}pt"/>'
        f'<style:header-style><style:header-footer-properties fo:min-height="{room}pt"'
        ' fo:margin-bottom="8pt"/></style:header-style><style:footer-style>'
        f'<style:header-footer-properties fo:min-height="{room}pt" fo:margin-top="8pt"/>'
        "</style:footer-style></style:page-layout>"
        '<style:style style:name="RunningTabs" style:family="paragraph"'
        f' style:parent-style-name="Running"><style:paragraph-properties>{tabs}'
        "</style:paragraph-properties></style:style>"
        '<style:style style:name="RunningRule" style:family="paragraph"'
        f' style:parent-style-name="Running"><style:paragraph-properties{rule}>{tabs}'
        "</style:paragraph-properties></style:style>"
        '<style:style style:name="Columns" style:family="section"><style:section-properties'
        ' text:dont-balance-text-columns="false"><style:columns'
        f' fo:column-count="{style.columns}" fo:column-gap="{style.gutter}pt"/>'
        "</style:section-properties></style:style>"
    )
