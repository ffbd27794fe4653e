"""A style as a style sheet for paged HTML."""

from __future__ import annotations

from benchmarks.pdf_roundtrip import fonts
from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.running import PAGE, Slots, foot, head
from benchmarks.pdf_roundtrip.style import Style

TABLES = {
    "grid": "th,td{border:.5pt solid #333}",
    "rules": "table{border-top:1.1pt solid #000;border-bottom:1.1pt solid #000}"
    "thead tr:last-child th{border-bottom:.6pt solid #000}",
    "lines": "th,td{border-bottom:.4pt solid #888} thead th{border-bottom:1pt solid #222}",
    "bare": "",
    "shaded": "thead th{background:#d9dee4} table:not(.spans) tbody tr:nth-child(even) td"
    "{background:#f0f2f5}",
    "headed": "th,td{border:.5pt solid #999} thead th{background:#ACCENT;color:#fff}",
}


def stylesheet(doc: Doc, style: Style, *, fake_bold: bool) -> str:
    """The rules for a document's pages; without `fake_bold` bold Chinese takes another face."""
    parts = [_pages(doc, style), _text(doc, style), _headings(doc, style), _tables(style)]
    if doc.lang == "zh" and not fake_bold:
        families = _quoted(fonts.bold_stack(style))
        parts.append("html{font-synthesis:none}")
        parts.append(f"strong,th,h1,h2,h3,h4,h5,.caption{{font-family:{families}}}")
    return "\n".join(parts)


def _quoted(names: list[str]) -> str:
    return ",".join(f'"{name}"' for name in names)


def _content(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    parts = [f'"{part}"' if part else "" for part in escaped.split(PAGE)]
    return " counter(page) ".join(parts) if len(parts) > 1 else parts[0]


def _boxes(where: str, slots: Slots, extra: str) -> str:
    out = ""
    for side, text in zip(("left", "center", "right"), slots, strict=True):
        if text:
            out += f"@{where}-{side}{{content:{_content(text)};white-space:nowrap;{extra}}}"
    return out


def _pages(doc: Doc, style: Style) -> str:
    small = f"font:{style.size * 0.8:.1f}pt {_quoted(fonts.stack(style))};color:#333;"
    rule = "border-bottom:.5pt solid #555;" if style.head == "rule" else ""
    out = (
        f"@page{{size:{style.width}pt {style.height}pt;margin:{style.margin}pt;"
        f"@footnote{{border-top:.5pt solid #444;padding-top:3pt;margin-top:8pt}}}}"
    )
    for side, odd in (("right", True), ("left", False)):
        upper = _boxes("top", head(doc, style, odd=odd), small + rule + "vertical-align:middle;")
        out += f"@page :{side}{{{upper}{_boxes('bottom', foot(doc, style, odd=odd), small)}}}"
    if not style.first_page_head:
        empty = "".join(
            f"@top-{s}{{content:none;border:none}}" for s in ("left", "center", "right")
        )
        out += f"@page :first{{{empty}}}"
    return out


def _text(doc: Doc, style: Style) -> str:
    between = 0.0 if style.indent else 0.6
    first = ("2em" if doc.lang == "zh" else "1.2em") if style.indent else "0"
    align = "justify" if style.justify else "left"
    quote = {
        "indent": "margin:.8em 2em",
        "bar": f"margin:.8em 0;padding-left:1em;border-left:2pt solid #{style.accent}",
        "italic": "margin:.8em 1.5em;" + ("font-style:italic" if doc.lang == "en" else ""),
    }[style.quote]
    kai = f'blockquote{{font-family:"{fonts.latin(style)}","{fonts.CJK_KAI}"}}'
    return f"""
html{{font-size:{style.size}pt;line-height:{style.leading};font-family:{_quoted(fonts.stack(style))}}}
body{{margin:0;text-align:{align};hyphens:{"auto" if style.justify else "manual"}}}
p{{margin:0 0 {between}em;text-indent:{first};orphans:2;widows:2}}
.formula+p,h1+p,h2+p,h3+p,h4+p,h5+p,li p,.table+p,blockquote p:first-child{{text-indent:0}}
.columns{{columns:{style.columns};column-gap:{style.gutter}pt}}
.break{{break-after:page}}
ul,ol{{margin:.4em 0 .7em;padding-left:1.8em}} ul{{list-style-type:"{style.bullet}  "}}
li{{margin:.15em 0}} li>ul,li>ol{{margin:.1em 0}}
pre,code{{font-family:{_quoted(fonts.mono_stack(style))};hyphens:none}}
code{{font-size:.9em}}
pre{{background:#f3f3f1;border:.4pt solid #ccc;padding:5pt 6pt;margin:.8em 0;line-height:1.3;
text-align:left;white-space:pre-wrap}}
.formula{{text-align:center;text-indent:0;margin:.8em 0;font-style:normal;
font-family:{_quoted([fonts.latin(style), "DejaVu Serif", fonts.chinese(style)])}}}
blockquote{{{quote}}}
{kai if doc.lang == "zh" and style.quote == "italic" and not doc.traditional else ""}
a{{color:#{style.accent};text-decoration:none}}
sup{{font-size:.7em;line-height:0}}
.note{{float:footnote;font-size:{style.size * 0.82:.1f}pt;text-align:left;line-height:1.3;
text-indent:0;font-style:normal;font-weight:normal}}
.note::footnote-marker{{content:counter(footnote) " ";font-size:.75em;vertical-align:super}}
.notes{{border-top:.5pt solid #444;margin-top:1.5em;padding-top:.5em;font-size:.85em}}
.notes p{{text-indent:0;margin:.2em 0}}
"""


def _headings(doc: Doc, style: Style) -> str:
    look = {
        "bold": "font-weight:bold",
        "colour": f"font-weight:bold;color:#{style.accent}",
        "caps": "font-weight:normal;font-variant:small-caps" if doc.lang == "en" else "",
        "rule": "font-weight:bold;border-bottom:.6pt solid #777",
        "regular": f"font-weight:normal;color:#{style.accent}",
    }[style.heading]
    sizes = " ".join(
        f"h{level + 1}{{font-size:{style.heading_size(level)}pt}}" for level in range(5)
    )
    side = "center" if style.title_center else "left"
    lean = "font-style:italic" if doc.lang == "en" else ""
    return f"""
h1,h2,h3,h4,h5{{font-family:{_quoted(fonts.stack(style, heading=True))};line-height:1.25;
text-align:left;hyphens:none;break-after:avoid;margin:1.1em 0 .45em;{look}}}
{sizes}
h1.title{{text-align:{side};margin:0 0 .5em;border:none}}
.authors{{text-align:{side};text-indent:0;margin:0 0 1.4em;{lean}}}
"""


def _tables(style: Style) -> str:
    width = "100%" if style.table_full else "auto"
    weight = "bold" if style.caption_bold else "normal"
    return f"""
.table{{margin:1em 0}} .figure{{margin:1em 0;break-inside:avoid;text-align:center}}
.figure svg{{max-width:100%;height:auto}}
table{{border-collapse:collapse;width:{width};margin:0 {"0" if style.table_full else "auto"};
line-height:1.25;hyphens:manual}}
table.fixed{{table-layout:fixed}}
th,td{{padding:2.5pt 4.5pt;vertical-align:top;font-weight:normal}}
th{{font-weight:bold;vertical-align:bottom}} tr{{break-inside:avoid}}
.caption{{font-size:.9em;font-weight:{weight};text-indent:0;text-align:center;margin:.4em 0;
break-inside:avoid}}
.above .caption{{break-after:avoid}} .below .caption{{break-before:avoid}}
{TABLES[style.table].replace("#ACCENT", "#" + style.accent)}
"""
