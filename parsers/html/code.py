"""Code blocks: exact white space, the language, and line numbers that are not code."""

from __future__ import annotations

import re

from parsers.html.dom import BLOCKS, Node, tag_of

_GUTTER = re.compile(
    r"(?:^|\s)(?:linenos?|line-?numbers?-?rows|line-?no|linenumbers?|line-?number|gutter|"
    r"hljs-ln-numbers|hljs-ln-n|blob-num|lnt|rouge-gutter|crayon-nums)(?=\s|$)",
    re.I,
)
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:lang(?:uage)?|highlight(?:-source|-text)?|brush:|sh_|prettyprint lang|"
    r"sourceCode|src|code)[-\s]*([A-Za-z][A-Za-z0-9+#_.-]{0,29})(?=\s|;|$)"
)
_NO_LANGUAGE = frozenset(
    {"none", "plain", "nohighlight", "no-highlight", "default", "code", "block", "highlight",
     "container", "wrapper", "example", "snippet", "toolbar", "text", "plaintext", "auto"}
)  # fmt: skip
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9+#]{0,19}")
_HIGHLIGHTERS = frozenset({"hljs", "sourceCode", "src", "sourcecode"})
_LEVELS_UP = 3


def is_gutter(node: Node) -> bool:
    """Whether an element holds line numbers beside code."""
    names = node.get("class")
    return bool(names and _GUTTER.search(names))


def preformatted(node: Node, skip: frozenset[Node]) -> str:
    """Text of a <pre> with its white space as it is; line numbers and skipped parts left out.

    The line feed right after <pre> is no part of the code (HTML Standard, 13.2.6.4.7), nor are
    those at its end.
    """
    pieces: list[str] = []
    _collect(node, skip, pieces, 0)
    text = "".join(pieces).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    lead = (node.text or "").lstrip("\r")
    return (text[1:] if lead.startswith("\n") else text).rstrip("\n")


def _collect(node: Node, skip: frozenset[Node], pieces: list[str], depth: int) -> None:
    pieces.append(node.text or "")
    for child in node:
        tag = tag_of(child)
        if tag == "br":
            pieces.append("\n")
        elif child not in skip and not is_gutter(child):
            if depth > 200:
                pieces.extend(str(text) for text in child.itertext())
            else:
                _line_of(child, tag, skip, pieces, depth)
        pieces.append(child.tail or "")


def _line_of(child: Node, tag: str, skip: frozenset[Node], pieces: list[str], depth: int) -> None:
    """A block element inside code (one <div> or row a line) ends the line before and its own."""
    block = tag in BLOCKS and tag not in ("td", "th", "tbody", "table")
    if block and pieces and not "".join(pieces[-3:]).endswith("\n") and any(pieces):
        pieces.append("\n")
    _collect(child, skip, pieces, depth + 1)
    if block and not (pieces and pieces[-1].endswith("\n")):
        pieces.append("\n")


def code_language(node: Node) -> str | None:
    """Language that class names or data attributes give a <pre>, its <code> or its wrappers.

    >>> from lxml import etree
    >>> code_language(etree.fromstring('<pre><code class="language-python">x</code></pre>'))
    'python'
    """
    inner = node.find("code")
    around = [node]
    for _ in range(_LEVELS_UP):
        above = around[-1].getparent()
        if above is None or tag_of(above) not in ("div", "figure", "pre", "td", "tr", "table"):
            break
        around.append(above)
    for element in ([] if inner is None else [inner]) + around:
        found = _declared(element)
        if found:
            return found
    return None


def _declared(element: Node) -> str | None:
    for name in ("data-lang", "data-language", "lang"):
        value = (element.get(name) or "").strip()
        if name != "lang" and _BARE.fullmatch(value):
            return value.lower()
    names = element.get("class") or ""
    for match in _LANGUAGE.finditer(names):
        language = match.group(1).lower()
        if language not in _NO_LANGUAGE:
            return language
    words = names.split()
    if words and words[0] in _HIGHLIGHTERS and len(words) > 1 and _BARE.fullmatch(words[1]):
        language = words[1].lower()
        return None if language in _NO_LANGUAGE else language
    return None
