"""Reading order on long manuals in English and Chinese: PDF against HTML of the same source (NID).

Manuals of the Debian project. Their packages are taken by `apt-get download` into --cache, or from
there. What is compared:

- The PDF's pages from the first chapter to the last, without title, contents and index; its outline
  says where they are. The HTML's chapters in the order of its contents, without their navigation.
- Footnotes, titles of figures and examples, and the rows of tables with a title stand elsewhere on
  paper than in HTML: TeX lets them float. Each that an engine has letter for letter is taken out of
  both sides, each other counts where the HTML has it.
- `b''`, which the typesetter of these manuals prints around each wide letter of a listing, is taken
  out.
- A link's target belongs to the truth where the page prints it.
- NID of the whole manual at once. rapidfuzz compares bits of 64 characters at a time: 600,000
  characters against as many take some six seconds, 300,000 Chinese ones half a minute.

`ceiling` is the share of the truth's words (characters in Chinese) that the pages' plain text holds
in any order: what is not printed there, or spelled otherwise, no engine can find.
"""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
from lxml import html
from rapidfuzz.distance import Indel

from benchmarks.cost import ROOT, commit, table
from benchmarks.pdf_roundtrip.blocks import blocks, spelled
from benchmarks.pdf_roundtrip.metrics import text_of
from benchmarks.pdf_roundtrip.peers import ENGINES, NotRunningError, run

DOC = "usr/share/doc"
DEFAULT = "ours-best,ours-fast,ours-pdfium,pymupdf4llm,liteparse,pymupdf"
TITLED = "table", "figure", "example"
LEAST_LETTERS = 6
"""Letters and digits of what may float: fewer are found where they are not meant."""

INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "code", "em", "font", "i", "img", "kbd", "q", "samp", "small",
        "span", "strong", "sub", "sup", "tt", "u", "var",
    )
)  # fmt: skip
WORD = re.compile("[\u3040-\u30ff\u4e00-\u9fff]|[^\\W\u3040-\u30ff\u4e00-\u9fff]+")
INDEX = ("index", "索引")


@dataclass(frozen=True, slots=True)
class Manual:
    """Where a package has a manual's PDF and the contents page of its HTML."""

    name: str
    package: str
    pdf: str
    contents: str


MANUALS = (
    Manual("faq.en", "debian-faq", f"{DOC}/debian/FAQ/debian-faq.en.pdf.gz",
           f"{DOC}/debian/FAQ/index.en.html"),
    Manual("guide.en", "maint-guide", f"{DOC}/maint-guide/maint-guide.en.pdf",
           f"{DOC}/maint-guide/html/index.en.html"),
    Manual("guide.zh", "maint-guide-zh-cn", f"{DOC}/maint-guide-zh-cn/maint-guide.zh-cn.pdf",
           f"{DOC}/maint-guide-zh-cn/html/index.zh-cn.html"),
    Manual("debmake.en", "debmake-doc", f"{DOC}/debmake-doc/debmake-doc.en.pdf",
           f"{DOC}/debmake-doc/html/index.en.html"),
    Manual("debmake.zh", "debmake-doc", f"{DOC}/debmake-doc/debmake-doc.zh-cn.pdf",
           f"{DOC}/debmake-doc/html/index.zh-cn.html"),
    Manual("install.en", "installation-guide-amd64",
           f"{DOC}/installation-guide-amd64/en/install.en.pdf.gz",
           f"{DOC}/installation-guide-amd64/en/index.html"),
    Manual("install.zh", "installation-guide-amd64",
           f"{DOC}/installation-guide-amd64/zh_CN/install.zh_CN.pdf.gz",
           f"{DOC}/installation-guide-amd64/zh_CN/index.html"),
    Manual("reference.en", "debian-reference-en",
           "usr/share/debian-reference/debian-reference.en.pdf",
           "usr/share/debian-reference/index.en.html"),
    Manual("reference.zh", "debian-reference-zh-cn",
           "usr/share/debian-reference/debian-reference.zh-cn.pdf",
           "usr/share/debian-reference/index.zh-cn.html"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """A manual's text in its order, its texts that float, and how much of it the pages print."""

    text: str
    floating: tuple[str, ...]
    ceiling: float


def unpacked(manual: Manual, cache: Path) -> Path:
    """Folder with the files of a manual's package; raises FileNotFoundError when it is not had."""
    folder = cache / manual.package
    if not folder.exists():
        if not (found := sorted(cache.glob(f"{manual.package}_*.deb"))):
            command = ["apt-get", "download", manual.package]
            subprocess.run(command, cwd=cache, check=False, capture_output=True)
            found = sorted(cache.glob(f"{manual.package}_*.deb"))
        if not found:
            raise FileNotFoundError(f"no package {manual.package} in {cache}, none to download")
        subprocess.run(["dpkg-deb", "-x", str(found[-1]), str(folder)], check=True)
    return folder


def chapters(source: Path, target: Path) -> tuple[str, int, str]:
    """Writes a PDF's chapters alone; returns the first one's title, pages, and plain text."""
    data = source.read_bytes()
    data = gzip.decompress(data) if source.suffix == ".gz" else data
    opened: Any = pymupdf.open
    with opened(stream=data, filetype="pdf") as document:
        tops = [(title, page) for level, title, page in document.get_toc() if level == 1]
        ends = [page - 1 for title, page in tops if title.strip().lower() in INDEX]
        first, last = tops[0][1] - 1, ends[0] if ends else len(document)
        document.select(range(first, last))
        target.parent.mkdir(parents=True, exist_ok=True)
        document.save(target, garbage=3, deflate=True)
        return tops[0][0], last - first, "\n".join(page.get_text() for page in document)


def truth(contents: Path, first: str, printed: str) -> Truth:
    """A manual's text from its HTML: from the chapter with the title `first` to the end."""
    pages = [_page(path) for path in _chapter_files(contents)]
    wanted = spelled(first).casefold()
    start = next((at for at, page in enumerate(pages) if wanted in _title(page)), 0)
    key = _key(spelled(printed))
    floating, texts = list[str](), list[str]()
    for page in pages[start:]:
        for link in page.iter("a"):
            _as_printed(link, key)
        floating.extend(spelled(_text(element)) for element in _floating(page))
        texts.append(_text(page))
    text = spelled("\n".join(texts))
    return Truth(
        text,
        tuple(one for one in floating if len(_key(one)) >= LEAST_LETTERS),
        _ceiling(text, printed),
    )


def _key(text: str) -> str:
    """The letters and digits of a text: a line's end adds or takes hyphens, a style colons."""
    return re.sub(r"[\W_]", "", text)


def _as_printed(link: html.HtmlElement, key: str) -> None:
    """Gives a link its target or takes its section's title, as the page's key has it."""
    text, target = _text(link), link.get("href", "")
    if re.fullmatch(r"\[\d+\]", text.strip()):  # a footnote's mark: its number is another on paper
        for mark in link.iter():
            mark.text = None
    elif "://" in target and _key(target) not in _key(text) and _key(target) in key:
        link.tail = f" ({target}) {link.tail or ''}"
    elif link.get("class") == "xref" and _key(spelled(text)) not in key:
        for child in list(link):
            child.drop_tree()
        link.text = re.split('[,，“"]', text)[0]


def _parsed(path: Path) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8")
    return html.document_fromstring(path.read_bytes(), parser=parser)


def _page(path: Path) -> html.HtmlElement:
    body = _parsed(path)
    for division in list(body.iter("div")):
        if division.get("class") in ("navheader", "navfooter", "toc"):
            division.drop_tree()
    return body


def _title(page: html.HtmlElement) -> str:
    titles = page.iterfind(".//*[@class='title']")
    return next((spelled(_text(title)).casefold() for title in titles), "")


def _chapter_files(contents: Path) -> list[Path]:
    tocs = _parsed(contents).iterfind(".//div[@class='toc']")
    links = (link.get("href") or "" for toc in tocs for link in toc.iter("a"))
    names = dict.fromkeys(link.partition("#")[0] for link in links)
    return [contents.parent / name for name in names if name and name != contents.name]


def _floating(page: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for division in page.iter("div"):
        if division.get("class") == "footnote":
            yield division
        elif division.get("class") in TITLED:
            yield from (p for p in division.findall("p") if p.get("class") == "title")
            yield from division.iter("tr")


def _text(element: html.HtmlElement) -> str:
    parts: list[str] = []

    def walk(node: html.HtmlElement) -> None:
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "head"):
            return
        edge = "" if node.tag in INLINE else "\n"
        parts.extend((edge, node.text or ""))
        for child in node:
            walk(child)
            parts.append(child.tail or "")
        parts.append(edge)

    walk(element)
    return "".join(parts)


def _ceiling(text: str, printed: str) -> float:
    """Share of a text's words, or Han characters, that the printed text holds, in any order."""
    words = [Counter(WORD.findall(side)) for side in (text, spelled(printed))]
    return (words[0] & words[1]).total() / max(1, words[0].total())


def nid(pair: tuple[Truth, str]) -> float:
    """NID of a predicted Markdown text; what floats and was found is left out of both sides."""
    wanted, found = pair[0].text, text_of(blocks(pair[1])).replace("b''", "")
    sides = [_Side(wanted), _Side(found)]
    for floating in sorted(pair[0].floating, key=len, reverse=True):
        if all(side.has(_key(floating)) for side in sides):
            for side in sides:
                side.take(_key(floating))
    return Indel.normalized_similarity(*(side.left() for side in sides))


class _Side:
    """A text from which parts are taken, each found by its key."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places = [at for at, character in enumerate(text) if _key(character)]
        self.key = "".join(text[at] for at in self.places)
        self.gone = bytearray(len(text))

    def has(self, part: str) -> bool:
        return part in self.key

    def take(self, part: str) -> None:
        at = self.key.index(part)
        first, last = self.places[at], self.places[at + len(part) - 1] + 1
        while last < len(self.text) and self.text[last] in ".。:)":
            last += 1
        self.gone[first:last] = b"\1" * (last - first)
        taken = "\0" * len(part)  # no part has it, and places stay
        self.key = self.key[:at] + taken + self.key[at + len(part) :]

    def left(self) -> str:
        kept = (one for one, gone in zip(self.text, self.gone, strict=True) if not gone)
        return spelled("".join(kept))


def options() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="benchmarks pdf_manuals", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder of packages")
    parser.add_argument("--manuals", default=",".join(one.name for one in MANUALS))
    parser.add_argument("--engines", default=DEFAULT, help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--peers-venv", type=Path, help="environment of pdf_roundtrip's peers")
    parser.add_argument("--seconds", type=float, default=600.0, help="time limit a manual")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "pdf_manuals")
    return parser.parse_args()


def main() -> int:
    """Gets the manuals, runs the engines and prints their scores."""
    given = options()
    given.cache.mkdir(parents=True, exist_ok=True)
    truths: dict[str, Truth] = {}
    pages: dict[str, int] = {}
    for manual in (one for one in MANUALS if one.name in given.manuals.split(",")):
        try:
            folder = unpacked(manual, given.cache)
        except FileNotFoundError as error:
            print(error)
            continue
        target = given.out / "pdf" / f"{manual.name}.pdf"
        first, pages[manual.name], printed = chapters(folder / manual.pdf, target)
        truths[manual.name] = truth(folder / manual.contents, first, printed)
        (given.out / f"{manual.name}.txt").write_text(truths[manual.name].text, encoding="utf-8")
    if not truths:
        return 0
    pdfs = [given.out / "pdf" / f"{name}.pdf" for name in truths]
    rows: list[list[object]] = [
        ["pages", *pages.values(), "", sum(pages.values())],
        ["ceiling", *(f"{one.ceiling:.3f}" for one in truths.values()), "", ""],
    ]
    for engine in given.engines.split(","):
        folder = given.out / engine
        try:
            ran = run(engine, pdfs, folder, given.peers_venv, given.seconds)
        except NotRunningError as error:
            print(f"{engine} does not run here: {error}")
            continue
        paths = [folder / f"{name}.md" for name in truths]
        texts = [path.read_text(encoding="utf-8") if path.exists() else "" for path in paths]
        with ProcessPoolExecutor() as pool:
            scores = list(pool.map(nid, zip(truths.values(), texts, strict=True)))
        mean = sum(scores) / len(scores)
        cost = ran.cpu_seconds / sum(pages.values())
        rows.append([engine, *(f"{one:.3f}" for one in scores), f"{mean:.3f}", f"{cost:.3f}"])
        for stem, reason in ran.failures.items():
            print(f"{engine}: {stem}: {reason}")
    print(f"\ncommit {commit()}\n")
    print(table(("NID", *truths, "mean", "CPU-s/page"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
