"""Packages, faces, page and headings of a LaTeX document."""

from __future__ import annotations

from benchmarks.pdf_roundtrip import fonts
from benchmarks.pdf_roundtrip.model import Doc, characters
from benchmarks.pdf_roundtrip.running import PAGE, Slots, foot, head
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset.coverage import signs

CJK_FIRST = 0x2E80
PACKAGES = (
    "fontspec", "geometry", "xcolor", "colortbl", "array", "booktabs", "longtable", "multirow",
    "multicol", "fancyhdr", "titlesec", "enumitem", "framed", "tikz", "newunicodechar",
)  # fmt: skip


def _escaped(text: str) -> str:
    from benchmarks.pdf_roundtrip.typeset.tex import tex

    return tex(text)


def preamble(doc: Doc, style: Style) -> str:
    """Everything before the document's text."""
    loaded = "\n".join(f"\\usepackage{{{name}}}" for name in PACKAGES)
    return "\n".join(
        (
            r"\PassOptionsToPackage{table}{xcolor}",
            r"\documentclass[twoside]{article}",
            loaded,
            r"\usepackage{xeCJK}" if doc.lang == "zh" else "",
            r"\usepackage[unicode,hidelinks]{hyperref}",
            f"\\hypersetup{{pdftitle={{{_escaped(doc.title)}}},pdfauthor={{{_escaped(doc.author_line)}}}}}",
            f"\\geometry{{paperwidth={style.width}bp,paperheight={style.height}bp,"
            f"margin={style.margin}bp,headsep=10bp,footskip=20bp,headheight=14bp}}",
            _faces(doc, style),
            _sizes(doc, style),
            _running(doc, style),
            _headings(style),
        )
    )


def _faces(doc: Doc, style: Style) -> str:
    latin, title = fonts.latin(style), fonts.latin(style, heading=True)
    out = [
        r"\defaultfontfeatures[\rmfamily,\sffamily]{}",
        f"\\setmainfont{{{latin}}}",
        f"\\setmonofont{{{fonts.mono(style)}}}",
        f"\\newfontfamily\\headinglatin{{{title}}}",
        r"\newfontfamily\formulaface{DejaVu Serif}",
        r"\newfontfamily\symbolface{DejaVu Sans}",
    ]
    out += _chinese(style) if doc.lang == "zh" else [r"\newcommand\headingface{\headinglatin}"]
    known = signs(latin) & signs(fonts.mono(style)) & signs(title)
    used = {char for char in characters(doc) if ord(char) > 0x7F}
    declared = []
    for char in sorted(used):
        code = ord(char)
        if code in known or code >= CJK_FIRST:
            continue
        if doc.lang == "zh" and code in signs(fonts.chinese(style)):
            declared.append(f'"{code:04X}')
        else:
            out.append(f"\\newunicodechar{{{char}}}{{{{\\symbolface {char}}}}}")
    if declared:
        out.append(f"\\xeCJKDeclareCharClass{{CJK}}{{{','.join(declared)}}}")
    return "\n".join(out)


def _chinese(style: Style) -> list[str]:
    face, title = fonts.chinese(style), fonts.chinese(style, heading=True)
    kai = "" if style.traditional else f",ItalicFont={{{fonts.CJK_KAI}}}"
    bold = "AutoFakeBold=2" if style.traditional else f"BoldFont={{{fonts.CJK_BOLD[style.face]}}}"
    rest = "Noto Serif CJK TC" if style.traditional else "Noto Serif CJK SC"
    return [
        r"\xeCJKsetup{AutoFallBack=true}",
        f"\\setCJKmainfont[{bold}{kai}]{{{face}}}",
        f"\\setCJKfallbackfamilyfont{{\\CJKrmdefault}}{{{rest}}}",
        f"\\setCJKmonofont{{{fonts.CJK_MONO}}}",
        f"\\newCJKfontfamily\\headingchinese[{bold}]{{{title}}}",
        r"\newcommand\headingface{\headinglatin\headingchinese}",
    ]


def _sizes(doc: Doc, style: Style) -> str:
    size, line = style.size, style.size * style.leading
    small = size * 0.82
    indent = f"{2 if doc.lang == 'zh' else 1.2}em" if style.indent else "0pt"
    gap = "0pt plus 1pt" if style.indent else f"{0.5 * size:.1f}pt plus 2pt"
    ragged = "" if style.justify and style.columns < 3 else r"\raggedright"
    return f"""
\\makeatletter
\\renewcommand\\normalsize{{\\@setfontsize\\normalsize{{{size}}}{{{line:.1f}}}}}
\\renewcommand\\footnotesize{{\\@setfontsize\\footnotesize{{{small:.1f}}}{{{small * 1.25:.1f}}}}}
\\newcommand\\captionsize{{\\fontsize{{{size * 0.9:.1f}}}{{{size * 1.1:.1f}}}\\selectfont}}
\\makeatother
\\newenvironment{{body}}{{\\normalsize{ragged}\\setlength\\parindent{{{indent}}}\\setlength\\parskip{{{gap}}}}}{{\\par}}
\\setlength\\columnsep{{{style.gutter}pt}}
\\setlength\\extrarowheight{{1.5pt}}
\\renewcommand\\arraystretch{{1.1}}
\\emergencystretch=3em \\tolerance=2000 \\frenchspacing \\raggedbottom \\raggedcolumns
\\setlist{{topsep=4pt,itemsep=2pt,parsep=0pt,leftmargin=2em}}
\\setlist[itemize]{{label={{\\symbolface {style.bullet}}}}}
\\setlist[enumerate]{{label=\\arabic*.}}
"""


def _running(doc: Doc, style: Style) -> str:
    size = style.size * 0.8
    font = f"\\fontsize{{{size:.1f}}}{{{size * 1.2:.1f}}}\\selectfont "
    rule = "0.5pt" if style.head == "rule" else "0pt"

    def set_all(kind: str, side: str, slots: Slots) -> str:
        out = ""
        for place, text in zip("LCR", slots, strict=True):
            said = _escaped(text).replace(PAGE, r"\thepage{}")
            out += f"\\fancy{kind}[{place}{side}]{{{font}{said}}}"
        return out

    feet = "".join(
        set_all("foot", side, foot(doc, style, odd=odd))
        for side, odd in (("O", True), ("E", False))
    )
    heads = "".join(
        set_all("head", side, head(doc, style, odd=odd))
        for side, odd in (("O", True), ("E", False))
    )
    return (
        f"\\pagestyle{{fancy}}\\fancyhf{{}}{heads}{feet}\\renewcommand\\headrulewidth{{{rule}}}\n"
        f"\\fancypagestyle{{first}}{{\\fancyhf{{}}{feet}\\renewcommand\\headrulewidth{{0pt}}}}"
    )


def _headings(style: Style) -> str:
    weight = "" if style.heading == "regular" else r"\bfseries"
    colour = (
        f"\\color[HTML]{{{style.accent.upper()}}}" if style.heading in ("colour", "regular") else ""
    )
    rule = r"[\titlerule]" if style.heading == "rule" else ""
    out = [r"\setcounter{secnumdepth}{-2}"]
    for level, name in enumerate(("section", "subsection", "subsubsection", "paragraph"), 1):
        size = style.heading_size(level)
        font = f"\\fontsize{{{size}}}{{{size * 1.25:.1f}}}\\selectfont"
        font = f"\\raggedright{font}\\headingface{weight}{colour}"
        out.append(f"\\titleformat{{\\{name}}}{{{font}}}{{}}{{0pt}}{{}}{rule}")
        out.append(
            f"\\titlespacing*{{\\{name}}}{{0pt}}{{{size * 1.1:.0f}pt plus 3pt}}"
            f"{{{size * 0.4:.0f}pt}}"
        )
    return "\n".join(out)
