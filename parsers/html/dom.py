"""Bytes -> DOM, which parts of it are never shown, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import NamedTuple

from lxml import etree

from parsers.encoding import decode, valid_text
from schemas.document import Issue, IssueCode
from schemas.errors import ParseError
from schemas.records import Reason

Node = etree._Element

MAX_BYTES = 32 * 2**20
"""Bytes of one page: libxml2's tree takes about ten times as much memory."""

MAX_METADATA_CHARS = 1000

SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet",
        "svg", "canvas", "audio", "video", "map", "head", "link", "meta", "button", "input",
        "select", "textarea", "datalist", "progress", "dialog", "param", "source", "track",
    }
)  # fmt: skip
"""Elements without running text; a <form> stays, since whole pages stand in one."""

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav",
        "ol", "p", "pre", "search", "section", "summary", "table", "caption", "tbody", "thead",
        "tfoot", "tr", "td", "th", "ul",
    }
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.I)
_XML_CHARSET = re.compile(rb"""\A\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})""")
_HIDDEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_TEX = re.compile(r"math/(?:tex|latex)", re.I)
_DEPTH_ERROR = "ERR_RESOURCE_LIMIT"  # of libxml2: elements nested 256 deep
_SPACE = re.compile(r"\s+")


def parse_page(data: bytes) -> tuple[Node, list[Issue]]:
    """Root element of an HTML page, and issues of decoding and depth.

    Nothing is fetched, no entity of the document is expanded, nesting is bounded at 256. Raises
    ParseError: TOO_LARGE, CORRUPT for bytes that are not text, NO_TEXT for a page of nothing.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(Reason.TOO_LARGE, f"{len(data)} bytes of HTML, at most {MAX_BYTES} fit")
    text, issues = decode(data, declared_charset(data))
    root = parse_markup(text, issues)
    if root is None:
        raise ParseError(Reason.NO_TEXT, "the page is empty")
    return root, issues


_HEAD = frozenset(
    {"base", "link", "meta", "noscript", "object", "script", "style", "template", "title"}
)


def parse_markup(text: str, issues: list[Issue]) -> Node | None:
    """Root element of HTML `text`, None when it holds neither tags nor text; extends `issues`."""
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        no_network=True,
        recover=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise ParseError(Reason.CORRUPT, f"not readable as HTML: {error}") from error
    if any(entry.type_name == _DEPTH_ERROR for entry in parser.error_log):
        issues.append(
            Issue(IssueCode.DEPTH_LIMIT, "nested deeper than 256 elements, the rest is left out")
        )
    if root is not None:
        _end_head(root)
    return root


def _end_head(root: Node) -> None:
    """Moves what cannot stand in a head into the body.

    In a page without `<head>` and `<body>` tags libxml2 leaves `<main>`, `<article>` and other
    elements that are younger than itself, and all behind them, in the head.
    """
    head = root.find("head")
    if head is None:
        return
    strays = list(dropwhile(lambda child: tag_of(child) in _HEAD or not tag_of(child), head))
    if not strays:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    strays[-1].tail = (strays[-1].tail or "") + (body.text or "")
    body.text = None
    for place, child in enumerate(strays):
        body.insert(place, child)


def declared_charset(data: bytes) -> str | None:
    """Charset label of the page's first 4 KiB, None when there is none.

    >>> declared_charset(b'<html><meta charset="gb2312"><body>')
    'gb2312'
    """
    head = data[:4096]
    match = _CHARSET.search(head) or _XML_CHARSET.search(head)
    return match.group(1).decode("ascii") if match else None


def tag_of(node: Node) -> str:
    """Lower-case tag of an element, '' for entities and other nodes that are not elements."""
    tag = node.tag
    return tag if isinstance(tag, str) else ""


def is_hidden(node: Node) -> bool:
    """Whether browsers never show this element; formulas in hidden elements do count."""
    tag = tag_of(node)
    if tag in SKIPPED or not tag:
        return not (tag == "script" and _TEX.search(node.get("type") or ""))
    attributes = node.attrib
    if not attributes or tag == "math":
        return False
    hidden = (
        "hidden" in attributes
        or (attributes.get("aria-hidden") == "true" and tag not in ("body", "main", "article"))
        or bool(_HIDDEN.search(attributes.get("style", "")))
    )
    return hidden and node.find(".//math") is None


class Formula(NamedTuple):
    """A formula's source, whether that is TeX, and whether it stands on a line of its own."""

    text: str
    is_tex: bool
    display: bool


def formula_of(node: Node) -> Formula | None:
    """Formula of a <math> element or a math script; None for other elements.

    TeX is looked for in MathML annotations (KaTeX, Wikipedia), then in `alttext` (LaTeXML); else
    the text of the MathML stands in.
    """
    tag = tag_of(node)
    if tag == "script":
        kind = node.get("type") or ""
        if not _TEX.search(kind):
            return None
        return Formula((node.text or "").strip(), True, "mode=display" in kind.replace(" ", ""))
    display = node.get("display") == "block" or node.get("mode") == "display"
    for annotation in node.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower():
            return Formula("".join(map(str, annotation.itertext())).strip(), True, display)
    alttext = node.get("alttext")
    if alttext:
        return Formula(alttext.strip(), True, display)
    return Formula(_one_line("".join(map(str, node.itertext()))), False, display)


def metadata(root: Node) -> dict[str, str]:
    """Title, author, date, description, site and language as the page declares them."""
    named: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = _one_line(meta.get("content") or "")
        if name and content:
            named.setdefault(name.strip().lower(), content)
    found = {
        "title": _first(named, ("og:title", "citation_title", "dc.title", "twitter:title")),
        "author": _first(named, ("author", "article:author", "citation_author", "dc.creator")),
        "date": _first(
            named,
            ("article:published_time", "datepublished", "date", "dc.date", "pubdate",
             "citation_publication_date"),
        ),
        "description": _first(named, ("description", "og:description", "dc.description")),
        "site": _first(named, ("og:site_name", "application-name")),
        "lang": _first(named, ("content-language", "og:locale")),
    }  # fmt: skip
    title = next((_one_line("".join(map(str, t.itertext()))) for t in _titles(root)), "")
    found["title"] = found["title"] or title
    found["lang"] = _one_line(root.get("lang") or root.get("xml:lang") or "") or found["lang"]
    if found["author"].startswith(("http://", "https://")):
        found["author"] = ""
    return {key: valid_text(value)[:MAX_METADATA_CHARS] for key, value in found.items() if value}


def _titles(root: Node) -> Iterator[Node]:
    """<title> elements of the page, not those inside an <svg>."""
    for title in root.iter("title"):
        if next(title.iterancestors("svg"), None) is None:
            yield title


def _first(named: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((named[key] for key in keys if key in named), "")


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
