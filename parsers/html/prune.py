"""Parts of the main content that are none: each function marks elements of one kind dead."""

from __future__ import annotations

import re

from parsers.html.blocks import Blocks
from parsers.html.dom import BLOCKS, HEADINGS
from parsers.html.hints import is_caption, is_photo, is_unwanted

LEAD_SUM = 60.0
"""Sum of an element before the core that is kept."""

TAIL_SUM = 300.0
"""Sum of an element after the core that is kept."""

LINK_PARAGRAPH = 0.75
"""Share of a paragraph in links above which it only points elsewhere ("Read also: …")."""

LINK_BLOCK = 0.5
"""The same for a block with two links or more."""

TEASER_TEXT = 400.0
"""Letters outside links that a card which announces another page may have."""

CAPTION_UP = 3
"""Levels between a caption and the element that holds its picture too."""

MAX_UNWANTED_SHARE = 0.6
"""An element called boilerplate stays if it holds more of the page's text than this."""

_NUMBERED = re.compile(
    r"\s*(?:fig(?:ure|\.)?|abb(?:ildung|\.)?|table|tab\.|diagram|chart|图|圖|表|図)\s*\d", re.I
)
_FIGURE_TEXT = frozenset({"table", "pre", "blockquote", "math"})
_CARDS = frozenset({"div", "section", "article", "li", "header", "a"})
_LINK_BLOCKS = frozenset({"div", "section", "table", "form", "header", "p"})


def drop_unwanted(page: Blocks) -> None:
    """Marks elements dead that are called boilerplate, unless most of the page is in them."""
    plain = page.summed([t - k for t, k in zip(page.text, page.link, strict=True)])
    limit = MAX_UNWANTED_SHARE * plain[0]
    for i, node in enumerate(page.nodes):
        if not i or page.dead[i]:
            continue
        if page.dead[page.parent[i]] or (plain[i] <= limit and is_unwanted(page.tags[i], node)):
            page.dead[i] = True


def drop_neighbours(page: Blocks, sums: list[float], outer: int, core: int) -> None:
    """Marks what stands beside the core dead, except headings and running text.

    Before the core that is its lead, after it more of the text; there less is believed.
    """
    text, link = page.summed(page.text), page.summed(page.link)
    path = {core}
    while core != outer:
        core = page.parent[core]
        path.add(core)
    inner = max(path)
    for i in range(outer + 1, len(page.nodes)):
        if page.dead[i] or i in path:
            continue
        up = page.parent[i]
        if page.dead[up]:
            page.dead[i] = True
        elif up in path and up != inner and page.tags[i] in BLOCKS:
            enough, share = (LEAD_SUM, 0.3) if i < inner else (TAIL_SUM, 0.2)
            good = sums[i] >= enough and link[i] <= share * text[i]
            page.dead[i] = not (good or page.tags[i] in HEADINGS)


def drop_links(page: Blocks, root: int) -> None:
    """Marks blocks of links below `root` dead; lists of links stay, they may be references."""
    text, link = page.summed(page.text), page.summed(page.link)
    links = page.summed([float(n) for n in page.links])
    for i in range(root + 1, len(page.nodes)):
        if page.dead[i]:
            continue
        up = page.parent[i]
        if page.dead[up]:
            page.dead[i] = True
        elif page.tags[i] == "p":
            page.dead[i] = link[i] > LINK_PARAGRAPH * text[i] and page.tags[up] != "td"
        elif page.tags[i] in _LINK_BLOCKS and links[i] >= 2:
            page.dead[i] = link[i] > LINK_BLOCK * text[i]


def drop_photo_captions(page: Blocks, root: int) -> None:
    """Marks captions of photographs dead; those of numbered figures, drawings, tables stay.

    A caption says little without its photograph, and news pages are full of them; a figure that
    holds text (a table, code, a quote) or is no JPEG or WebP keeps its caption.
    """
    photos = page.summed([float(is_photo(t, n)) for t, n in page.tagged()], dead=True)
    images = page.summed([float(tag == "img") for tag in page.tags], dead=True)
    texts = page.summed([float(tag in _FIGURE_TEXT) for tag in page.tags])
    for i in range(root + 1, len(page.nodes)):
        if page.dead[i] or not is_caption(page.tags[i], page.nodes[i]):
            continue
        figure = i
        for _ in range(CAPTION_UP):
            figure = page.parent[figure]
            if figure <= root or page.tags[figure] == "figure" or images[figure]:
                break
        if photos[figure] and not texts[figure]:
            words = "".join(map(str, page.nodes[i].itertext()))
            if not _NUMBERED.match(words):
                page.kill(i)


def drop_teasers(page: Blocks, root: int) -> None:
    """Marks cards that announce other pages dead: a linked heading and a few words, repeated."""
    plain = page.summed([t - k for t, k in zip(page.text, page.link, strict=True)])
    cards: dict[int, list[int]] = {}
    for i in range(root + 1, len(page.nodes)):
        if page.tags[i] not in HEADINGS or page.dead[i] or not _leads_away(page, i):
            continue
        card = page.parent[i]
        while card > root and page.tags[page.parent[card]] in _CARDS and plain[card] < TEASER_TEXT:
            above = page.parent[card]
            if plain[above] >= TEASER_TEXT or above == root:
                break
            card = above
        if card > root and plain[card] < TEASER_TEXT and page.tags[card] in _CARDS:
            cards.setdefault(page.parent[card], []).append(card)
    for found in cards.values():
        if len(set(found)) > 1:
            for card in found:
                page.kill(card)


def _leads_away(page: Blocks, heading: int) -> bool:
    """Whether a heading is one link to another page, inside it or around it."""
    node = page.nodes[heading]
    if page.text[heading] > 0.0 and page.link[heading] < 0.9 * page.text[heading]:
        return False
    links = [*node.iter("a"), *node.iterancestors("a")]
    return any((link.get("href") or "#")[:1] != "#" for link in links)


def drop_empty_sections(page: Blocks, root: int) -> None:
    """Marks headings dead whose whole section was dropped: the next live text is no deeper."""
    follows = 0  # level of the next live block: 0 at the end, 7 for text
    lost = False  # whether a dropped text stands between here and that block
    for i in range(len(page.nodes) - 1, root, -1):
        tag = page.tags[i]
        if page.text[i] <= 0.0:
            continue
        if page.dead[i]:
            lost = True
        elif tag in HEADINGS:
            level = int(tag[1])
            if follows <= level and (lost or follows == 0):
                page.dead[i] = True
            else:
                follows, lost = level, False
        else:
            follows, lost = 7, False
