"""What a shared line at the edge of a text must say to be a notice and not content.

That many documents share a line proves nothing: recipes share steps, contracts clauses, manuals
section names, exercises their instructions. What is the publication's and not the text's speaks of
something else than the subject: of the publication itself, who makes and spreads it, the rights in
it, whose opinion it is, or of what its reader may click. So a line needs words for one of those, or
furniture: a sign of rights with a year, a page's number, a menu of three entries, an address on the
web. The words are chosen to be seldom said of anything else: "this bulletin", not "this article";
本网站, not 本站, which is a weather station too. Menus count as whole lines only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataflow.passages.lines import BLANK, MARK

NOTICE, FURNITURE, MENU = (np.uint8(1 << bit) for bit in range(3))
"""Words of a notice or an address; rights with a year or a page's number; a menu of entries."""
EDGE_LINES = 16
"""Lines at either end of a text that are read for notices."""
LONGEST = 1500
"""Characters of a line that is read: what is longer is no notice."""


class _Sign(NamedTuple):
    """A pattern for a lowered line, and strings of which one is in all lines that match."""

    cues: tuple[str, ...]
    pattern: re.Pattern[str]


_MEDIA = (
    "web ?site|web ?page|home ?page|news ?letter|mailing list|bulletin|journal|magazine|blog|"
    "podcast|publication|gazette|yearbook"
)
_CLICKED = (
    "log ?in|sign in|sign up|subscribe|unsubscribe|skip to (?:main )?content|read more|"
    "back to (?:the )?top|privacy policy|cookie policy|terms of (?:use|service)|"
    "about us|contact us|site ?map|share this(?: page| article| post)?|print this page|"
    "follow us|all rights reserved"
)
_CLICKED_ZH = (
    "登录|注册|登录注册|立即注册|免费注册|返回首页|返回顶部|回到顶部|返回列表|网站首页|网站地图|联系我们|关于我们|"
    "加入收藏|设为首页|隐私政策|隐私声明|用户协议|服务条款|打印本页|关闭窗口|上一篇|下一篇|阅读全文|查看更多"
)
_SIGNS = tuple(
    _Sign(cues, re.compile(pattern))
    for cues, pattern in (
        (("this ", "our "), rf"\b(?:this|our) (?:\w+ )?(?:{_MEDIA})\b"),
        ((" by ",), r"^\W*(?:this \w+ (?:is|was) )?(?:published|printed|distributed|"
         r"compiled|edited|powered|hosted|maintained|sponsored) "
         r"(?:\w+ ){0,4}by (?!hand|mail|post|means|using)"),
        (("expressed", "opinions", "views"), r"\b(?:views|opinions)\b.{0,60}\b(?:those of|"
         r"(?:do|does) not (?:necessarily )?(?:reflect|represent|bind))\b"),
        (("copyright",), r"\bcopyright\s*(?:©|\(c\)|\d{4}|by\b)"),
        (("rights reserved",), r"\brights reserved\b"),
        (("permission", "consent"), r"\b(?:re-?produc|re-?print|re-?publish|re-?distribut|"
         r"copied|copying)\w*.{0,120}\b(?:permission|consent) (?:of|from) the (?:author|publisher|"
         r"editor|copyright)"),
        (("cookies",), r"\buses? cookies\b|\bcookies (?:policy|settings)\b"),
        (("subscri",), r"\bto unsubscribe\b|\bsubscribe (?:to (?:our|this|the news)|here|now)"),
        (("click", "follow us", "like us"), r"\bclick here\b|\b(?:follow|like) us on\b"),
        (("to the ",), r"^\W*letters to the editor\b|\bsen[dt]\b.{0,40}\bto the "
         r"(?:editors|editorial|publisher|webmaster)\b"),
        (("mail",), r"\bthis e-?mail (?:and any|is|may|was|has been)\b"),
        (("information",), rf"^\W*(?:the |all )?information (?:on|in|contained in|"
         rf"provided (?:on|in|by)) (?:this|our|these) (?:\w+ )?(?:{_MEDIA}|pages?|sites?|article|"
         r"guide)\b"),
        (("page", "seite"), r"[|·–—]\s*(?:pages?|seite) \d+(?: (?:of|von) \d+)?\W*$"),
        (("http", "www.", "@"), r"https?://\w|\bwww\.\w|\w@[\w-]+\.\w"),
        ((".com", ".org", ".net", ".cn", ".edu", ".gov", ".example"),
         r"(?<![\w/])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|cn|edu|gov|example)(?![\w.]\w)"),
        (("log", "sign", "regis", "subscri", "skip", "read m", "back", "privacy", "cookie", "terms",
          "about", "contact", "site", "share", "print", "follow"), rf"^\W*(?:{_CLICKED})\W*$"),
        (("版权", "版權"), r"版[权權](?:所有(?![权權人者])|声明|聲明)"),
        (("转载", "轉載"), r"(?:请勿|禁止|不得|严禁|欢迎|谢绝|许可|授权|同意|如需|允许)"
         r"\w{0,8}[转轉][载載]|"
         r"[转轉][载載]\w{0,6}(?:请|須|须|注明|註明)"),
        (("本",), r"本(?:网站|網站|网页|刊(?!物)|公众号|简报|栏目|"
         r"站(?:所有|内容|声明|文章|资料)|"
         r"报(?:保留|版权|社|编辑部|地址)|网(?:所有|内容|声明|转载)|文(?:仅代表|不代表|来源于|转自))"),
        (("代表",), r"不代表(?:本|我|编|出版|任何).{0,12}(?:立场|观点|意见)"),
        (("编辑", "編輯", "投稿", "来稿"), r"责任编辑|向.{0,8}编辑部|编辑部(?:地址|电话|邮箱)|"
         r"(?:欢迎|接受).{0,12}(?:投稿|来稿)|投稿(?:邮箱|请)"),
        (("订阅", "公众号", "扫", "关注"), r"扫码(?![枪器机仪])|扫一扫|微信公众号|"
         r"(?:关注|订阅).{0,10}(?:公众号|频道|简报)|^\W*(?:关注|订阅)我们\W*$"),
        (("点击",), r"点击(?:这里|此处)"),
        (("主办", "编印", "印制", "承印", "印发"), r"^.{0,30}(?:主办|编印|印制|承印|印发)$"),
        (("icp备", "备案", "技术支持"), r"icp备|公网安备|备案号|^\W*技术支持"),
        (("页", "頁"), r"[|·–—]\s*第\s*\d+\s*[页頁](?:\W*共\s*\d+\s*[页頁])?\W*$"),
        (("登录", "注册", "返回", "回到", "网站", "我们", "收藏", "首页", "隐私", "协议", "条款",
          "本页", "窗口", "一篇", "全文", "更多"), rf"^\W*(?:{_CLICKED_ZH})\W*$"),
    )
)  # fmt: skip
_ASCII_SIGNS = tuple(sign for sign in _SIGNS if sign.cues[0].isascii())
_FURNITURE = re.compile(
    r"^\W*(?:copyright\s*)?(?:©|\(c\))\s*(?:copyright\s*)?(?:\d{4}|[^.。]{2,60}\d{4})|©\s*\d{4}|"
    r"\ball rights reserved\W*$|^\W*版[权權]所有(?![权權人者])|版[权權]所有(?![权權人者])\W*$|"
    r"^\W*(?:page|seite)?\s*\d+\s*(?:of|/|von)\s*\d+\W*$|^\W*(?:page|seite) \d+\W*$|"
    r"^\W*第\s*\d+\s*[页頁](?:\W*共\s*\d+\s*[页頁])?\W*$"
)
_BARS = re.compile(r"\s*[|｜»›]\s*")
MENU_ENTRIES = 3
_ENTRY = 40
"""Characters of an entry of a menu."""
_PLACES = frozenset(
    ("home", "about", "about us", "contact", "contact us", "login", "log in", "sign in", "sign up",
     "search", "menu", "news", "archive", "help", "site map", "sitemap", "subscribe", "blog",
     "shop", "首页", "主页", "关于", "关于我们", "联系我们", "登录", "注册", "帮助", "搜索",
     "新闻", "新闻中心", "产品中心", "网站地图", "论坛", "博客", "返回首页", "加入我们")
)  # fmt: skip
"""Entries of which a menu with bars has one; the head of a table seldom has."""


def signs_of(
    text: str, starts: NDArray[np.uint32], ends: NDArray[np.uint32], flags: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """uint8[n]: NOTICE, FURNITURE and MENU of a text's lines.

    All lines with a MARK are read, of the others EDGE_LINES at either end.
    """
    found = np.zeros(len(starts), np.uint8)
    places = range(min(EDGE_LINES, len(starts)))
    foot = range(max(len(places), len(starts) - EDGE_LINES), len(starts))
    edges = [*places, *foot]
    spans = zip(edges, starts[edges].tolist(), ends[edges].tolist(), strict=True)
    lines = [(at, text[a:b].lower()) for at, a, b in spans if b - a <= LONGEST]
    whole = "\n".join([line for _, line in lines])
    for sign in _SIGNS if not whole.isascii() else _ASCII_SIGNS:
        for cue in sign.cues:
            if cue in whole:
                found[[at for at, line in lines if cue in line and sign.pattern.search(line)]] |= (
                    NOTICE
                )
    marked = np.flatnonzero((flags & MARK) != 0).tolist()
    for at in marked:
        if ends[at] - starts[at] > LONGEST:
            continue
        line = text[starts[at] : ends[at]].lower()
        if _FURNITURE.search(line):
            found[at] |= FURNITURE
        elif _is_menu(line) and not _is_row(text, starts, ends, flags, at):
            found[at] |= MENU
    return found


def _is_menu(line: str) -> bool:
    """Whether a lowered line has three entries or more, divided by » or with a place to go to.

    >>> _is_menu("acme | home | news"), _is_menu("a » b » c"), _is_menu("date | time | place")
    (True, True, False)
    """
    parts = [part for part in _BARS.split(line) if part]
    if len(parts) < MENU_ENTRIES or any(len(part) > _ENTRY for part in parts):
        return False
    return "»" in line or "›" in line or not _PLACES.isdisjoint(parts)


def _is_row(
    text: str,
    starts: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    flags: NDArray[np.uint8],
    at: int,
) -> bool:
    """Whether a line is a table's row: the one right above or below has as many bars."""
    bars = text.count("|", starts[at], ends[at])
    for other, joined in ((at - 1, at), (at + 1, at + 1)):
        if not bars or not 0 <= other < len(starts) or flags[joined] & BLANK:
            continue
        if bars == text.count("|", starts[other], ends[other]):
            return True
    return False
