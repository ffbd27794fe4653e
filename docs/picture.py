"""Draws docs/picture.png: a page with the boxes of its elements beside the rows made from it.

`python -m docs.picture` runs the parser on the sample paper, so the picture cannot show what the
code does not do. Needs Chromium for the screenshot.
"""

from __future__ import annotations

import base64
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from parsers.base import ParseOptions
from parsers.pdf.reader_pymupdf import PyMuPdfReader
from parsers.registry import parse_bytes
from schemas.document import Document, Element

HERE = Path(__file__).parent
PAPER = HERE.parent / "sample_data" / "documents" / "paper_two_columns.pdf"
COLOURS = {
    "title": "#b5472f", "heading": "#b5472f", "paragraph": "#2f7d63", "table": "#3b6ea8",
    "caption": "#a0762a", "footnote": "#7a5aa6", "page_header": "#888", "page_footer": "#888",
    "list_item": "#2f7d63", "figure": "#3b6ea8",
}  # fmt: skip
SCALE = 1.25
SHOWN = 19
"""CSS pixels a point, and rows of the table beside the page."""

STYLE = """
body { margin: 0; padding: 24px; background: #f6f5f1; font: 13px/1.45 sans-serif; color: #222;
  display: flex; gap: 28px; width: 1350px; }
.page { position: relative; box-shadow: 0 2px 14px #0003; flex: none; }
.page img { display: block; width: 100%; }
.box { position: absolute; border: 1.6px solid; border-radius: 2px; }
.box b { position: absolute; right: 100%; top: -1px; font: 600 9.5px/13px monospace; color: #fff;
  padding: 0 3px; border-radius: 2px 0 0 2px; }
table { border-collapse: collapse; width: 100%; align-self: flex-start; }
caption { text-align: left; font: 600 15px/2.2 sans-serif; }
td, th { text-align: left; padding: 5px 8px; border-bottom: 1px solid #ddd; vertical-align: top; }
th { font-size: 11px; color: #666; }
td.n { font: 11px/1.7 monospace; color: #555; white-space: nowrap; }
td.k { font: 11px/1.7 monospace; font-weight: 700; white-space: nowrap; }
"""


def main() -> int:
    """Writes the picture."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.stderr.write("needs Chromium\n")
        return 1
    data = PAPER.read_bytes()
    parsed = parse_bytes(PAPER.name, data, ParseOptions(ocr="never"))[0]
    if not isinstance(parsed, Document):
        sys.stderr.write(f"{parsed.detail}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(_page(parsed, _image(data, Path(folder))), encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--window-size=1398,1100", f"--screenshot={shot}", page.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
        small = Image.open(shot).convert("P", palette=Image.Palette.ADAPTIVE, colors=128)
        small.save(HERE / "picture.png", optimize=True)
    return 0


def _image(data: bytes, folder: Path) -> str:
    reader = PyMuPdfReader(data, None)
    pixels = reader.render(1, 110)
    path = folder / "page.png"
    Image.fromarray(pixels).save(path)
    return base64.b64encode(path.read_bytes()).decode()


def _page(document: Document, image: str) -> str:
    width, height = document.pages[0].width, document.pages[0].height
    first = [element for element in document.elements if element.page == 1 and element.bbox]
    boxes = "".join(_box(number, element) for number, element in enumerate(first, 1))
    rows = "".join(_row(number, element) for number, element in enumerate(first[:SHOWN], 1))
    left = f'style="width:{width * SCALE:.0f}px;height:{height * SCALE:.0f}px"'
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
        f'<div class=page {left}><img src="data:image/png;base64,{image}">{boxes}</div>'
        f"<table><caption>documents/ · elements</caption><tr><th>#<th>kind<th>page<th>box "
        f"(points)<th>text</tr>{rows}</table>"
    )


def _box(number: int, element: Element) -> str:
    if element.bbox is None:
        return ""
    x0, y0, x1, y1 = (round(value * SCALE, 1) for value in element.bbox)
    colour = COLOURS.get(element.kind.value, "#555")
    place = f"left:{x0}px;top:{y0}px;width:{x1 - x0:.1f}px;height:{y1 - y0:.1f}px"
    return (
        f'<div class=box style="{place};border-color:{colour}">'
        f'<b style="background:{colour}">{number}</b></div>'
    )


def _row(number: int, element: Element) -> str:
    text = element.text
    if element.table is not None:
        text = f"{element.table.n_rows} rows × {element.table.n_cols} columns, "
        text += f"{len(element.table.cells)} cells, spans kept"
    short = html.escape(text[:96] + ("…" if len(text) > 96 else ""))
    box = ", ".join(f"{value:.0f}" for value in element.bbox or ())
    colour = COLOURS.get(element.kind.value, "#555")
    return (
        f'<tr><td class=n>{number}<td class=k style="color:{colour}">{element.kind.value}'
        f"<td class=n>{element.page}<td class=n>{box}<td>{short}</tr>"
    )


if __name__ == "__main__":
    sys.exit(main())
