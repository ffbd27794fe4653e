"""Web pages: articles amid navigation, advertising and comments, and a page of documentation."""

from __future__ import annotations

import html
from typing import TypedDict

from sample_data.make import texts

SHELL = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="author" content="{author}">
<style>body {{ font-family: sans-serif; }} .ad {{ border: 1px solid #ccc; }}</style>
<script>window.track = function () {{ return "page view"; }};</script>
</head>
<body>
{body}
</body>
</html>
"""

ARTICLE = """<div class="topbar"><a href="/">{site}</a> <a href="/login">{login}</a></div>
<nav class="menu"><ul>{menu}</ul></nav>
<div class="cookie-banner"><p>{cookies}</p><button>{agree}</button></div>
<div class="columns">
<main>
<article>
{article}
</article>
<div class="share"><a href="#">{share}</a> <a href="#">{like}</a></div>
</main>
<aside class="sidebar">
<h3>{popular}</h3>
<ul>{links}</ul>
<div class="ad"><p>{advert}</p><a href="/buy">{buy}</a></div>
</aside>
</div>
<section id="comments"><h3>{comments}</h3>
{replies}
</section>
<footer><p>{footer}</p></footer>"""


class Surroundings(TypedDict):
    """What stands around an article: words by their place in `ARTICLE`, and lists."""

    words: dict[str, str]
    menu: tuple[str, ...]
    links: tuple[str, ...]
    replies: tuple[tuple[str, str], ...]


ENGLISH: Surroundings = {
    "words": {
        "lang": "en",
        "site": "The Hillside Notebook",
        "login": "Sign in",
        "author": "Theo Marchbanks",
        "cookies": "We use cookies to improve your experience. You can change this at any time.",
        "agree": "Accept all",
        "share": "Share this article",
        "like": "Like",
        "popular": "Most read",
        "advert": "Sharpen your garden tools before spring: 20% off all files and stones.",
        "buy": "Shop now",
        "comments": "2 comments",
        "footer": "The Hillside Notebook. Imprint. Privacy. Follow us on every channel.",
    },
    "menu": ("Home", "Water", "Weather", "Tea", "Visit us"),
    "links": ("Ten birds at the evaporation pan", "The goat and the net", "Our new footbridge"),
    "replies": (
        ("pebble_dam", "Great read! I measured our ditch the same way last summer."),
        ("marta.k", "Is there a plan for the plate that one can download?"),
    ),
}

CHINESE: Surroundings = {
    "words": {
        "lang": "zh-CN",
        "site": "山间札记",
        "login": "登录",
        "author": "林晚秋",
        "cookies": "本站使用 Cookie 以改善浏览体验，您可以随时更改设置。",
        "agree": "全部同意",
        "share": "分享到朋友圈",
        "like": "点赞",
        "popular": "热门文章",
        "advert": "春茶预售开始啦！满两百减三十，名额有限。",
        "buy": "立即抢购",
        "comments": "评论（2 条）",
        "footer": "山间札记　关于我们　隐私政策　转载请联系编辑部",
    },
    "menu": ("首页", "水文", "气象", "茶事", "来访"),
    "links": ("蒸发皿边的十种鸟", "山羊与雾网", "新修的小木桥"),
    "replies": (
        ("晒茶棚的猫", "写得真好，明年想带孩子去看雾网。"),
        ("路过的云", "请问雾网的图纸可以下载吗？"),
    ),
}


def items(names: tuple[str, ...]) -> str:
    """List items that are links."""
    return "".join(f'<li><a href="/page/{n}">{name}</a></li>' for n, name in enumerate(names, 1))


def body_of(name: str) -> tuple[str, str]:
    """Title and HTML of the headings and paragraphs of a text file."""
    lines = []
    title = ""
    for block in texts.blocks(name):
        tag = f"h{block.mark}" if block.kind == "heading" else "p"
        title = title or block.text
        lines.append(f"<{tag}>{html.escape(block.text, quote=False)}</{tag}>")
    return title, "\n".join(lines)


def article(name: str, around: Surroundings) -> bytes:
    """The text file `name` as an article page with `around` around it."""
    title, inner = body_of(name)
    words = around["words"]
    replies = "\n".join(
        f'<div class="comment"><span class="user">{user}</span><p>{text}</p></div>'
        for user, text in around["replies"]
    )
    inner = inner.replace("</h1>", f'</h1>\n<p class="byline">{words["author"]}</p>', 1)
    page = ARTICLE.format(
        article=inner,
        menu=items(around["menu"]),
        links=items(around["links"]),
        replies=replies,
        **words,
    )
    return SHELL.format(
        lang=words["lang"], title=f"{title} | {words['site']}", author=words["author"], body=page
    ).encode()


def english() -> bytes:
    """The English article page."""
    return article("article_en.md", ENGLISH)


def chinese() -> bytes:
    """The Chinese article page."""
    return article("article_zh.md", CHINESE)


def documentation() -> bytes:
    """The documentation page: code blocks, nested lists, a table with spanning cells."""
    menu = items(("Start", "Loggers", "File format", "Archive"))
    body = (
        f'<header><a href="/docs">Station handbook</a></header>\n<nav><ul>{menu}</ul></nav>\n'
        f"<main>\n{texts.read('docs_page_body.html')}</main>\n"
        "<footer><p>Previous: Loggers. Next: Archive. Edit this page.</p></footer>"
    )
    title = "The qlog file format"
    return SHELL.format(lang="en", title=title, author="Gao Shunian", body=body).encode()


def announcement() -> bytes:
    """The announcement as HTML without any furniture."""
    title, inner = body_of("announcement.md")
    return SHELL.format(
        lang="en",
        title=title,
        author="Qinglan Hill Field Station",
        body=f"<main>\n{inner}\n</main>",
    ).encode()


def staff_gauge() -> bytes:
    """A page of HTML that will be saved under the name of a text file."""
    body = f"<main>\n{texts.read('wrong_name_body.html')}</main>"
    return SHELL.format(
        lang="en", title="How to read a staff gauge", author="Ruan Yu", body=body
    ).encode()
