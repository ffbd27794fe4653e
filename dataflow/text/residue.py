"""Lines of a site's frame that extraction left in the text: consent notices, adverts, navigation.

A line goes only when it is such a notice as a whole. Every rule has its reason:

- *labels* (`Skip to content`, `返回顶部`) tell what to do with the page, never what it is about;
- *menus* are at least three known labels side by side, or four below each other; a label that is
  an ordinary word (`Home`, `首页`) proves nothing alone;
- *trails* (`Home » News`, `当前位置：首页 > 新闻`) begin at the front page; with `>` or `/`, which
  manuals use for commands too, only where a page begins or ends;
- *share bars* name only networks behind `Share`, `分享到`, or three of them;
- *consent*: every sentence is one that a site says of its own cookies, or a button; a document
  that mentions cookies elsewhere is about them and keeps all;
- *neighbours* (`上一篇：…`), *credits* (`责任编辑：…`), *QR codes* (`扫码关注…`) and *records*
  (`京ICP备…号`) have a fixed form and no sentence's end.

Never looked at: code, formulas, tables, quotations, numbered items (steps of instructions) and
headings with something below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dataflow.text.residue_forms import (
    BUTTONS,
    CONSENT,
    EXAMPLE,
    FIXED,
    HERE,
    NEIGHBOUR,
    RECORD,
    SHARE,
    SHARE_AGAIN,
)
from dataflow.text.residue_labels import ANCHORS, NETWORKS, NOUNS, STRONG, WEAK

LONGEST = 400
"""Characters of a notice at most; the longest in English consent banners have about 350."""
LONGEST_FORM = 160
"""The same for notices of other rules."""
LONGEST_LABEL = 60
EDGE = 5
"""Lines at either end of a document where `Home > News` is a trail and no command."""
MENU, LIST = 3, 4
"""Labels side by side and below each other that make a menu."""
ABOUT_COOKIES = 3
"""Mentions outside of notices from which on a document is about cookies."""

_BULLET = re.compile(r"^[-*+•·]\s+")
_HEADING = re.compile(r"^(#{1,6})\s+")
_LINK = re.compile(r"!?\[([^\[\]]{0,120})\]\([^()\s]{0,300}\)")
_MARKS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
_ORNAMENT = " \t【】[]()（）«»‹›<>←→↑↓▲▼◄►▶◀×✕✖☰…|｜·•.:：-–—"
_SEPARATORS = re.compile(r"[|｜·•»›«>→←/\[\]【】\t]|::|\s-\s|\s{2,}")
_TRAIL_MARK = re.compile(r"\s*(?:[»›>→/]|::|&gt;)\s*")
_CLEAR_TRAIL = re.compile(r"[»›]")
_HOME = frozenset({"home", "homepage", "home page", "首页", "主页", "网站首页"})
_SENTENCE_MARK = re.compile(r"[。！？!?；;]|\.(?:\s|$)")
_SENTENCES = re.compile(r"(?<=[.!?。！？])\s*")
_CONSENT_WORDS = ("ookie", "OOKIE", "rivacy", "隐私")


class _Line(NamedTuple):
    """A line: where it stands, and its words in lower case without marks of lists and links."""

    start: int
    end: int
    words: str
    bullet: bool


def _beginnings(labels: Iterable[str]) -> frozenset[str]:
    """What a line begins with when one of the labels stands in it first."""
    return frozenset(
        f"{label} "[:ASCII_START] if label.isascii() else label[:2] for label in labels
    )


ASCII_START = 4
_LABELS = STRONG | WEAK | NETWORKS
_FORMS = (
    "you are here|previous |next |share|follow|find us|like us|connect|tweet|pin it|please share|"
    "当前|您的|您当|您现|您所|你的|你现|你当|现在|所在|位置|上一|下一|前一|后一|责任|责编|网络|实习|值班|"
    "编审|编校|校对|审核|本文|请使|请用|请扫|请长|请微|请关|请打|请搜|请点|使用|打开|用微|用手|微信|手机|支付|"
    "微博|扫码|扫一|扫描|扫下|扫上|长按|识别|欢迎|敬请|关注|订阅|搜索|点击|立即|马上|下载|安装|分享|转发|一键|"
    "字号|字体"
)
_STARTS = _beginnings(_LABELS) | _beginnings(_FORMS.split("|"))
"""How the words of a notice can begin: other lines are not looked at. Consent and records are found
by words of their own instead."""
_SHORT = frozenset(label for label in _LABELS if len(label) < ASCII_START)
_BEFORE_WORDS = "-*+•·[!#|｜«»‹›<>←→↑↓▲▼◄►（(【_ "


def found(text: str, spared: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    r"""Ranges of `text` to cut, ascending: lines of the frame with their line feeds.

    Lines that touch one of the `spared` spans (code, formulas, tables) stay.

    >>> text = "Skip to content\n\nA mill.\n\nShare on: Facebook | Twitter\n"
    >>> [text[start:end] for start, end in found(text)]
    ['Skip to content\n\n', '\nShare on: Facebook | Twitter\n']
    """
    cookies = any(word in text for word in _CONSENT_WORDS)
    records = "ICP" in text or "公网安备" in text
    lines = _candidates(text, cookies, records)
    if not lines:
        return []
    blocked = _Spared(spared)
    lines = [line for line in lines if not blocked.touches(line.start, line.end)]
    if not lines:
        return []
    first, last = _edges(text)
    chosen = [line for line in lines if _is_notice(line, line.end <= first or line.start >= last)]
    if cookies:
        chosen += _consent(text, lines)
    chosen += _menus(text, lines)
    return _with_blanks(text, sorted({(line.start, line.end) for line in chosen}))


class _Spared:
    """Spans that are left alone, asked for in ascending order."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = sorted(spans)
        self.at = 0

    def touches(self, start: int, end: int) -> bool:
        """Whether a span overlaps `start`..`end`."""
        while self.at < len(self.spans) and self.spans[self.at][1] <= start:
            self.at += 1
        return self.at < len(self.spans) and self.spans[self.at][0] < end


def _candidates(text: str, cookies: bool, records: bool) -> list[_Line]:
    """The lines that some rule may know, going by length and first characters."""
    lines: list[_Line] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line and len(line) <= LONGEST and _may_be(line, cookies, records):
            made = _line(text, start, end)
            if made is not None:
                lines.append(made)
        start = end + 1
    return lines


def _may_be(line: str, cookies: bool, records: bool) -> bool:
    if cookies:
        return True
    line = line.lstrip(_BEFORE_WORDS) if line[0] in _BEFORE_WORDS else line
    if line[:2] in _STARTS:
        return len(line) <= LONGEST_FORM
    if line[:ASCII_START].lower() in _STARTS or (
        len(line) < ASCII_START and line.lower() in _SHORT
    ):
        return len(line) <= LONGEST_FORM
    return records and RECORD.search(line.lower()) is not None


def _line(text: str, start: int, end: int) -> _Line | None:
    """The line if it is one of prose: no table row, quotation, indented code or numbered item."""
    line = text[start:end]
    if line.startswith(("|", "    ", "\t", "$$", "<")) or line.startswith("> "):
        return None
    heading = _HEADING.match(line)
    if heading and _has_content(text, end, len(heading[1])):
        return None
    bare = line[heading.end() :] if heading else line
    bullet = _BULLET.match(bare.strip())
    words = _MARKS.sub("", _LINK.sub(r" \1 ", _BULLET.sub("", bare.strip())))
    words = words.strip(" \t").lower()
    return _Line(start, end, words, bullet is not None) if words else None


def _has_content(text: str, end: int, level: int) -> bool:
    """Whether anything stands between a heading that ends at `end` and the next of its level."""
    after = text[end : end + 2000].lstrip()
    following = _HEADING.match(after)
    return bool(after) and (following is None or len(following[1]) > level)


def _edges(text: str) -> tuple[int, int]:
    """Where the first and the last `EDGE` lines with text end and begin."""
    head = tail = 0
    for _ in range(EDGE):
        while text[head : head + 1] == "\n":
            head += 1
        head = text.find("\n", head)
        if head < 0:
            return len(text), 0
    tail = len(text)
    for _ in range(EDGE):
        while tail > 0 and text[tail - 1] == "\n":
            tail -= 1
        tail = text.rfind("\n", 0, tail)
        if tail < 0:
            return len(text), 0
    return head, tail


def _is_notice(line: _Line, at_edge: bool) -> bool:
    """Whether one of the rules that need no other line knows it."""
    words = line.words
    label = words.strip(_ORNAMENT)
    if len(label) <= LONGEST_LABEL and label in STRONG:
        return not (line.bullet and label in NOUNS and words == label)
    if len(words) > LONGEST_FORM:
        return False
    plain = words.strip(" «»‹›←→▲▼|")
    if any(rule.fullmatch(plain) for rule in FIXED) and not re.search("[。；]", plain[:-1]):
        return not (NEIGHBOUR.fullmatch(plain) and re.search("[。！？]", plain))
    return _is_menu(words) or _is_trail(line, at_edge) or _is_share(words) or _is_record(words)


def _items(words: str) -> list[str]:
    return [item for part in _SEPARATORS.split(words) if (item := _bare(part))]


def _bare(item: str) -> str:
    return item.strip().strip(_ORNAMENT)


def _is_menu(words: str) -> bool:
    """Labels side by side: three, or two of which one says what to do with the page."""
    items = _items(words)
    if len(items) == 1 and " " in items[0] and not items[0].isascii():
        items = items[0].split()
    items = [item for item in items if not item.isdigit()]
    if len(items) < 2 or not all(item in WEAK or item in STRONG for item in items):
        return False
    anchors = sum(item in ANCHORS for item in items)
    strong = sum(item in STRONG for item in items)
    return strong > 0 or (len(items) >= MENU and anchors > 0) or anchors == len(items)


def _is_trail(line: _Line, at_edge: bool) -> bool:
    """The way from the front page to this one."""
    words = line.words
    here = HERE.match(words)
    items = [
        item.strip(_ORNAMENT) for item in _TRAIL_MARK.split(words[here.end() :] if here else words)
    ]
    items = [item for item in items if item]
    if not items or max(map(len, items)) > 40 or _SENTENCE_MARK.search(words):
        return False
    if here:
        return len(items) > 1 and (items[0] in _HOME or len(here[0]) > 3)
    clear = _CLEAR_TRAIL.search(words) is not None or (at_edge and not line.bullet)
    return len(items) > 1 and items[0] in _HOME and clear


def _is_share(words: str) -> bool:
    """`Share` and networks, or networks alone."""
    words = SHARE_AGAIN.sub(" ", words)
    opening = SHARE.match(words)
    rest = words[opening.end() :] if opening else words
    names = [name.strip(_ORNAMENT + "、,，") for name in re.split(r"[\s|｜·•、,，/]+", rest)]
    names = [name for name in names if name and name not in ("and", "or", "和")]
    if not all(name in NETWORKS or f"{name} link" in NETWORKS or name == "link" for name in names):
        return False
    if not opening:
        return _bare_networks(words, names)
    return len(names) > 0 or opening[0].strip(" :：") in ("分享到", "分享至", "转发到")


def _bare_networks(words: str, names: list[str]) -> bool:
    return len(names) >= MENU and not re.search("[,，、/]", words)


def _is_record(words: str) -> bool:
    """The number under which a Chinese site is registered, in its page's foot."""
    if not RECORD.search(words) or EXAMPLE.search(words):
        return False
    return not re.search("[。？！]", words) and len(re.findall("[，,]", words)) <= 1


def _consent(text: str, lines: Sequence[_Line]) -> list[_Line]:
    """The lines that ask for consent, unless the document is about cookies."""
    notices = [line for line in lines if _is_consent(line.words)]
    inside = sum(text[line.start : line.end].lower().count("cookie") for line in notices)
    labels = sum(
        line.words.count("cookie")
        for line in lines
        if line.words.strip(_ORNAMENT) in STRONG or line.words.strip(_ORNAMENT) in WEAK
    )
    outside = text.lower().count("cookie") - inside - labels
    return notices if outside < ABOUT_COOKIES else []


def _is_consent(words: str) -> bool:
    """Whether every sentence is one of a consent notice, and one of them no button."""
    sentences = [part.strip(" .!?。！？…") for part in _SENTENCES.split(words)]
    sentences = [part for part in sentences if part]
    known = [any(rule.fullmatch(part) for rule in CONSENT) for part in sentences]
    if not any(known):
        return False
    return all(
        is_known or BUTTONS.fullmatch(part) for is_known, part in zip(known, sentences, strict=True)
    )


def _menus(text: str, lines: Sequence[_Line]) -> list[_Line]:
    """Runs of labels below each other, with nothing but blank lines between them."""
    chosen: list[_Line] = []
    run: list[_Line] = []
    for line in lines:
        label = line.words.strip(_ORNAMENT)
        is_label = label in WEAK or label in STRONG
        if run and (not is_label or text[run[-1].end : line.start].strip()):
            chosen += _menu_of(run)
            run = []
        if is_label:
            run.append(line)
    return chosen + _menu_of(run)


def _menu_of(run: list[_Line]) -> list[_Line]:
    labels = {line.words.strip(_ORNAMENT) for line in run}
    anchors = len(labels & ANCHORS) + len(labels & STRONG)
    return run if len(run) >= LIST and anchors >= 2 else []


def _with_blanks(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines with a line feed each, and with the blank lines that only stood around them."""
    ranges: list[tuple[int, int]] = []
    for start, end in lines:
        before = start == 0 or text[max(0, start - 2) : start] == "\n\n"
        stop = min(end + 1, len(text))
        if before:
            while text[stop : stop + 1] == "\n":
                stop += 1
        if ranges and ranges[-1][1] >= start:
            ranges[-1] = (ranges[-1][0], stop)
        else:
            ranges.append((start, stop))
    return [_at_the_end(text, start, stop) for start, stop in ranges]


def _at_the_end(text: str, start: int, stop: int) -> tuple[int, int]:
    """At the text's end the blank line before goes instead."""
    if stop < len(text):
        return start, stop
    while start > 1 and text[start - 2 : start] == "\n\n":
        start -= 1
    return start, stop
