"""Main content: what is kept and what is left out, on pages with and without telling names."""

from __future__ import annotations

import pytest

from parsers.base import ParseOptions
from parsers.html.hints import name_hint
from parsers.html.parser import HtmlParser
from schemas.document import Document, ElementKind, IssueCode, ParseStatus
from schemas.errors import ParseError
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source

ENGLISH = [
    "The ferry leaves the small harbour twice a day, once before dawn and once after lunch, and "
    "whoever misses it waits on the pier among the nets.",
    "In winter the crossing takes an hour longer, because the captain keeps close to the shore, "
    "where the wind is weaker and the water calm.",
    "Nobody on the island owns a car; goods are carried up the hill on a rail that was built for "
    "the quarry and never taken away.",
]
CHINESE = [
    "渡轮每天从小港口出发两次，一次在黎明之前，一次在午饭之后，错过的人只好坐在码头的渔网中间等待。",
    "冬天的航程要多花一个小时，因为船长总是贴着海岸走，那里的风比较小，水面也更平静一些。",
    "岛上没有人开汽车，货物都由一条旧轨道运上山坡，那条轨道原本是为采石场修建的，后来一直没有拆除。",
]
_ENTRIES = ["Start", "Imprint", "Shop", "Contact us", "产品中心", "关于本站", "联系", "Careers"]
MENU = "".join(f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(_ENTRIES))
CARDS = "".join(
    f'<div class="k"><h3><a href="/n{i}">Story number {i} 的标题</a></h3><p>A few words…</p></div>'
    for i in range(4)
)


def parse(page: str | bytes) -> Document:
    data = page if isinstance(page, bytes) else page.encode()
    source = Source("page.html", sha256_hex(data), MediaType.HTML, len(data))
    return HtmlParser().parse(source, data, ParseOptions())


def texts(page: str) -> list[str]:
    return [element.text for element in parse(page).elements]


def article(paragraphs: list[str]) -> str:
    return "<h1>Title 标题</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs)


@pytest.mark.parametrize("paragraphs", [ENGLISH, CHINESE])
@pytest.mark.parametrize(
    "shell",
    [
        "<header><nav><ul>{menu}</ul></nav></header><main><article>{body}</article></main>"
        "<aside>{cards}</aside><footer><p>All rights reserved.</p></footer>",
        '<div class="a"><ul>{menu}</ul></div><div class="b"><div class="c">{body}</div>'
        '<div class="d">{cards}</div></div><div class="e"><p>All rights reserved.</p></div>',
        '<table><tr><td><ul>{menu}</ul></td><td>{body}</td><td><ul class="x">{cards}</ul></td></tr>'
        "</table>",
        '<form action="/"><div id="sidebar"><p>Some words about us, in a few lines.</p></div>'
        '<div class="post-content">{body}</div><ul>{menu}</ul></form>',
    ],
)
def test_running_text_is_found_whatever_stands_around_it(shell: str, paragraphs: list[str]) -> None:
    page = shell.format(menu=MENU, body=article(paragraphs), cards=CARDS)
    document = parse(f"<html><body>{page}</body></html>")
    assert [e.text for e in document.elements] == ["Title 标题", *paragraphs]
    assert document.status is ParseStatus.WHOLE


def page_with(extra: str) -> str:
    return f"<body><div><ul>{MENU}</ul></div><div>{article(ENGLISH)}{extra}</div></body>"


@pytest.mark.parametrize(
    "extra",
    [
        '<p><a href="/x">Read also: the story of the lighthouse</a></p>',
        '<p>相关阅读：<a href="/x">灯塔的故事和它的守护人，一段往事</a></p>',
        '<div class="share-buttons">Share 分享</div>',
        '<section class="comments"><p>I was there last year and liked it.</p></section>',
        '<div role="navigation"><p>Older Newer</p></div>',
        '<div><a href="/a">One thing</a> <a href="/b">another thing</a></div>',
        f"<h2>More stories 更多</h2>{CARDS}",
        "<form><label>Name</label><input name=n><p>Send us your own story today.</p></form>",
        '<figure><img src="/boat.jpg"><figcaption>The ferry at noon. A. B.</figcaption></figure>',
    ],
)  # fmt: skip
def test_boilerplate_inside_the_main_part_is_left_out(extra: str) -> None:
    assert texts(page_with(extra)) == ["Title 标题", *ENGLISH]


@pytest.mark.parametrize(
    ("extra", "kept"),
    [
        ('<ul><li><a href="/a">One manual</a></li><li><a href="/b">参考</a></li></ul>',
         ["One manual", "参考"]),
        ('<p>See <a href="/x">the timetable</a> for the hours of the ferry.</p>',
         ["See the timetable for the hours of the ferry."]),
        ('<figure><img src="a.jpg"><figcaption>Figure 2. Depth of the bay</figcaption></figure>',
         ["Figure 2. Depth of the bay"]),
        ('<figure><img src="a.jpg"><figcaption>图 3：海湾深度</figcaption></figure>',
         ["图 3：海湾深度"]),
        ('<figure><img src="chart.svg"><figcaption>Passengers a year</figcaption></figure>',
         ["Passengers a year"]),
        ('<h2><a href="#hours">Hours</a></h2><p>Daily.</p>', ["Hours", "Daily."]),
    ],
)  # fmt: skip
def test_content_that_looks_like_boilerplate_stays(extra: str, kept: list[str]) -> None:
    assert texts(page_with(extra)) == ["Title 标题", *ENGLISH, *kept]


def test_a_lead_in_a_part_of_its_own_is_kept() -> None:
    lead = "A morning on the ferry, with the captain, his dog, and a letter that nobody claims."
    page = (
        f"<body><div><ul>{MENU}</ul></div><div><div><h1>Title</h1><p>{lead}</p></div><div>"
        + "".join(f"<p>{text}</p>" for text in ENGLISH)
        + "</div></div></body>"
    )
    assert texts(page) == ["Title", lead, *ENGLISH]


def test_boilerplate_names_do_not_cost_the_page() -> None:
    page = f'<body><div class="sidebar comments">{article(CHINESE)}</div><p>short</p></body>'
    assert texts(page)[:4] == ["Title 标题", *CHINESE]


def test_a_page_without_main_content_is_kept_whole_and_says_so() -> None:
    document = parse(f"<body><ul>{MENU}</ul><p>Welcome 欢迎.</p></body>")
    assert [e.text for e in document.elements][-1] == "Welcome 欢迎."
    assert len(document.elements) == 9
    assert [issue.code for issue in document.issues] == [IssueCode.NO_MAIN_CONTENT]
    assert document.status is ParseStatus.PARTIAL


@pytest.mark.parametrize(
    "page", [b"", b"  \n", b"<html><body></body></html>", b"<script>alert(1)</script>",
             b"<body><img src=a.png alt=text></body>", b"<!-- nothing -->"]
)  # fmt: skip
def test_pages_without_text_are_rejected(page: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        parse(page)
    assert caught.value.reason is Reason.NO_TEXT


def test_metadata_comes_from_the_head() -> None:
    head = """<html lang="zh-CN"><head><title>渡轮 | 小岛报</title>
    <meta property="og:title" content=" 渡轮
    "><meta name="author" content="A. Writer"><meta property="og:site_name" content="小岛报">
    <meta property="article:published_time" content="2025-03-04T05:06:07Z">
    <meta name="description" content="About the ferry"></head>"""
    assert parse(f"{head}<body>{article(ENGLISH)}</body></html>").metadata == {
        "title": "渡轮",
        "author": "A. Writer",
        "date": "2025-03-04T05:06:07Z",
        "description": "About the ferry",
        "site": "小岛报",
        "lang": "zh-CN",
    }


@pytest.mark.parametrize("charset", ["gb2312", "big5", "utf-8"])
def test_the_declared_charset_is_used(charset: str) -> None:
    text = "渡船每天出海三次" if charset != "big5" else "渡船每天出海三次，天氣很好"
    page = f'<html><head><meta charset="{charset}"></head><body><p>{text * 12}</p></body></html>'
    document = parse(page.encode(charset))
    assert document.elements[0].text == text * 12
    assert document.issues == ()


def test_nothing_outside_the_page_is_read() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY leak SYSTEM "file:///etc/hostname">]>'
        f"<body><p>before &leak; after</p>{article(ENGLISH)}</body>"
    )
    assert "before &leak; after" in texts(page)


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ("entry-meta", -1),
        ("main-nav", -1),
        ("articleBody", 1),
        ("content sidebar-left", -1),
        ("related-posts", -1),
        ("commentary", 0),
        ("b17 x", 0),
        ("header adjust", 0),
    ],
)
def test_the_last_telling_part_of_a_name_decides(names: str, hint: int) -> None:
    assert name_hint(names) == hint


def test_a_code_page_is_not_mistaken_for_its_largest_block() -> None:
    code = "\n".join(f"value_{i} = compute({i})" for i in range(80))
    page = (
        f"<body><div><div><p>{ENGLISH[0]}</p><div class='hl'><pre>{code}</pre></div>"
        f"<p>{CHINESE[0]}</p></div></div></body>"
    )
    document = parse(page)
    assert [e.kind for e in document.elements] == [
        ElementKind.PARAGRAPH, ElementKind.CODE, ElementKind.PARAGRAPH,
    ]  # fmt: skip
