"""What class and id names, tags and roles say about a part of a page."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.html.dom import Node

_NEVER = re.compile(
    r"advert|affiliate|breadcrumb|comment(?!ary)|kommentar|cookie|disclaimer|disclosure|disqus|"
    r"newsletter|outbrain|recommend|related|sharedaddy|sidebar|sponsor|subscri|taboola|teaser|"
    r"widget(?!-container)|skyscraper"
)
"""Parts of names that no main content has, wherever they stand in a name."""

_UNWANTED = frozenset(
    re.findall(
        r"\w+",
        """
    ad ads also author authorbox authors avatar banner bio byline categories consent copyright
    credit credits editsection follow foot footer gallery gdpr hidden infobox login masthead menu
    menubar meta metadata modal more nav navbar navbox navi navigation next noprint overlay pager
    pagination paging popular popup popups postmeta postmetadata prev previous print promo promos
    promotion rail rating ratings readmore recirc register reply respond sharebar share shares
    sharing side signup skip social socials tag tagcloud tags timestamp toc toolbar trending vote
    votes""",
    )
)
_WANTED = frozenset(
    re.findall(
        r"\w+",
        """
    article articlebody artikel blog body content contents contenttext detail details
    documentation entry hentry inhalt main maincontent markdown message news page post postbody
    posts prose readme story storybody text texto thread""",
    )
)
_CAPTION = re.compile(r"(?:^|[\s_-])(?:caption|imagedescription|imgcaption)(?=$|[\s_-])")
_PHOTO = re.compile(r"\.(?:jpe?g|webp)(?=$|[?#&,\s:])", re.I)
_NAME_PARTS = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BAD_TAGS = frozenset({"nav", "aside", "footer", "form", "label"})
_BAD_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar", "dialog"}
)
_NEUTRAL_TAGS = frozenset({"html", "body", "a", "code", "pre", "article", "main"})


def is_unwanted(tag: str, node: Node) -> bool:
    """Whether an element is called boilerplate by its tag, its role or its names."""
    if tag in _BAD_TAGS:
        return True
    attributes = node.attrib
    if not attributes or tag in _NEUTRAL_TAGS:
        return False
    return attributes.get("role", "") in _BAD_ROLES or hint(node) < 0


def is_caption(tag: str, node: Node) -> bool:
    """Whether an element is a figure's caption by its tag or its class."""
    names = node.get("class")
    return tag == "figcaption" or bool(names and _CAPTION.search(_CAMEL.sub("-", names).lower()))


def is_photo(tag: str, node: Node) -> bool:
    """Whether an element is a picture of a format for photographs: JPEG or WebP."""
    if tag not in ("img", "source"):
        return False
    return any(_PHOTO.search(str(value)) for value in node.attrib.values())


def hint(node: Node) -> int:
    """`name_hint` of an element's class and id."""
    names = f"{node.get('class', '')} {node.get('id', '')}"
    return name_hint(names) if len(names) > 1 else 0


@lru_cache(maxsize=8192)
def name_hint(names: str) -> int:
    """-1 for class and id names of boilerplate, 1 for those of content, 0 for others.

    >>> name_hint("postContent"), name_hint("side-bar sidebar"), name_hint("b17")
    (1, -1, 0)
    """
    flat = _CAMEL.sub("-", names).lower()
    if _NEVER.search(flat):
        return -1
    found = {_one_hint(name) for name in flat.split()}
    return sum(found)


def _one_hint(name: str) -> int:
    """Hint of one name: its last telling part decides (`entry-meta`, `main-nav`)."""
    for part in reversed(_NAME_PARTS.findall(name)):
        if part in _UNWANTED:
            return -1
        if part in _WANTED:
            return 1
    return 0
