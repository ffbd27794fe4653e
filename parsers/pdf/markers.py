"""List markers, captions and notes by their first characters, English and Chinese."""

from __future__ import annotations

import re

from parsers.pdf.numbering import HAN_DIGITS, narrow

_BULLET = (
    r"[•◦▪▫■□●○◉►▶▸▷➢➤✓✔✗✘❖❑❒❍∙‣⁃◆◇◼◻◾◽★☆☐☑☒⇒\ue000-\uf8ff]"
    r"|[-–—*·‧→o](?=\s)|§(?=\s+[^\d\s])"
)
_ORDINAL = (
    r"\d{1,3}[.)](?=\s|[^\s\d.)])|[(](?:\d{1,3}|[a-z]|[ivx]{1,5})[)]|[a-z][.)](?=\s)"
    rf"|[A-H]\)(?=\s)|[ivx]{{1,5}}[.)](?=\s)|[①-⑳⑴-⒇❶-❿]|[(][{HAN_DIGITS}]{{1,3}}[)]"
    rf"|[{HAN_DIGITS}]{{1,3}}、|\d{{1,3}}、|[a-zA-H]、"
)
_MARKER = re.compile(rf"({_BULLET}|{_ORDINAL})\s*(?=\S)")
_LONE_MARKER = re.compile(rf"(?:{_BULLET}|{_ORDINAL}|[-–—*·‧])\s*")
_CAPTION = re.compile(
    r"(?:(?i:supplementary\s+|extended\s+data\s+)?"
    r"(?i:table|fig(?:ure)?|tab|exhibit|chart|box|scheme|plate|listing|algorithm|map|diagram)\.?\s+"
    r"(?:[A-Z]{1,2}[.-]?)?(?:\d{1,3}|[IVX]{1,5})(?:[.–-]\d+)*(?:\(?[a-z]\)?)?"
    r"(?:\s*[.:—–|)-](?=\s|$)|\s*:|\s+(?=[^\Wa-z]|[(\"“'‘])|\s*$)"
    r"|(?:[续附]?(?:表|图)|圖)\s*[A-Z]?[.-]?\d+(?:[.–—-]\d+)*(?![\d,]|\s*[~～、和与及至到])"
    rf"|(?:附?表|附?图|圖)\s*[{HAN_DIGITS}]{{1,3}}(?=[\s:.、])|附(?:表|图)(?=[\s:：]))"
)
_SAYS = re.compile(
    r"[^\d]{1,3}[\d一二三四五六七八九十.–—-]+\s*"
    r"(?:所示|显示|给出|列出|表明|说明|展示|描述|反映|可见|可知|可以|中[^国央部心等小期位]|为(?!例)|是|的)"
)
_TABLE_NOTE = re.compile(
    r"(?:notes?|sources?)\s*[.:]|(?:注|备注|说明|资料来源|数据来源)\s*[:：]", re.IGNORECASE
)
TERMINAL = frozenset(".!?:;。！？：；…”\"')）」』")


def list_marker(text: str) -> str | None:
    """The list marker that `text` begins with, without white space; None when it has none.

    >>> [list_marker(t) for t in ("• one", "2) two", "（三）第三", "2.5 per cent", "A word")]
    ['•', '2)', '（三）', None, None]
    """
    found = _MARKER.match(narrow(text[:40]))
    return text[: found.end(1)].strip() if found else None


def lone_marker(text: str) -> bool:
    """Whether `text` is a list marker and nothing else."""
    return _LONE_MARKER.fullmatch(narrow(text)) is not None


def after_marker(text: str) -> str:
    """`text` without the list marker it begins with."""
    found = _MARKER.match(narrow(text[:40]))
    return text[found.end() :] if found else text


def is_bullet(marker: str) -> bool:
    """Whether a list marker counts nothing.

    >>> [is_bullet(m) for m in ("•", "-", "o", "1.", "（三）", "a)")]
    [True, True, True, False, False, False]
    """
    return re.fullmatch(_BULLET, f"{marker} x"[: len(marker)]) is not None or marker in "-–—*·‧→o§"


def is_caption(text: str) -> bool:
    """Whether `text` begins like the caption of a table or figure, and not like a sentence on it.

    >>> [is_caption(t) for t in ("Table 2: Yield", "图3-1 流程", "Figure 1 shows", "表1显示了产量")]
    [True, True, False, False]
    """
    start = narrow(text[:120])
    return _CAPTION.match(start) is not None and _SAYS.match(start) is None


def is_note(text: str) -> bool:
    """Whether `text` begins like a note below a table.

    >>> [is_note(t) for t in ("Source: own data", "资料来源：年鉴", "Notes on tea")]
    [True, True, False]
    """
    return _TABLE_NOTE.match(text) is not None
