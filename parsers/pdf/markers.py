"""List markers, numbered headings and captions by their first characters, English and Chinese."""

from __future__ import annotations

import re
from enum import StrEnum

_HAN = "一二三四五六七八九十百零〇"
_BULLET = r"[•◦▪■●○□►➢✓❖∙‣⁃◆◇\uf0b7\uf0a7\uf0d8\uf076\uf02d]|[-–—*·](?=\s)"
_ORDINAL = (
    r"\d{1,3}[.)](?=\s|[^\s\d.)])|[（(](?:\d{1,3}|[a-z]|[ivx]{1,5})[)）]|[a-z][.)](?=\s)"
    rf"|[ivx]{{1,5}}[.)](?=\s)|[①-⑳]|[（(][{_HAN}]{{1,3}}[)）]|[{_HAN}]{{1,3}}、|\d{{1,3}}、"
)
_MARKER = re.compile(rf"({_BULLET}|{_ORDINAL})\s*(?=\S)")
_LONE_MARKER = re.compile(rf"(?:{_BULLET}|{_ORDINAL}|[-–—*·])\s*")
_NUMBERS = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?(?:\s+|(?=[\u4e00-\u9fff]))(?=[^\W\d_])")
_APPENDIX = re.compile(r"(?:appendix|annex)\s+[A-Z0-9]\b|附录\s*[A-Z一二三四五六七八九十0-9]?",
                       re.IGNORECASE)  # fmt: skip
_CHAPTER = re.compile(
    rf"第\s*[{_HAN}\d]{{1,4}}\s*[章篇编部]|(?:chapter|part)\s+(?:\d+|[IVXLC]+)\b", re.IGNORECASE
)
_SECTION = re.compile(rf"第\s*[{_HAN}\d]{{1,4}}\s*[节節]|section\s+\d+\b", re.IGNORECASE)
_HAN_FIRST = re.compile(rf"[{_HAN}]{{1,3}}、")
_HAN_SECOND = re.compile(rf"[（(][{_HAN}]{{1,3}}[)）]")
_CAPTION = re.compile(
    r"(?:(?:supplementary\s+)?(?:table|fig(?:ure)?|tab|exhibit|chart|box|scheme|plate)\.?\s+"
    r"[A-Z]?[\dIVX]+(?:[.\-–]\d+)*[a-z]?(?:\s*[.:—–\-|)]|\s{1,3}|$)"
    r"|(?:表|图|圖)\s*[A-Z]?\d+(?:[.\-–—]\d+)*(?!\d))",
    re.IGNORECASE,
)  # fmt: skip
_TABLE_NOTE = re.compile(
    r"(?:notes?|sources?)\s*[.:]|(?:注|备注|说明|资料来源|数据来源)\s*[:：]", re.IGNORECASE
)
TERMINAL = frozenset(".!?:;。！？：；…”\"')）」』")


def list_marker(text: str) -> str | None:
    """The list marker that `text` begins with, without white space; None when it has none.

    >>> [list_marker(t) for t in ("• one", "2) two", "（三）第三", "2.5 per cent", "A word")]
    ['•', '2)', '（三）', None, None]
    """
    found = _MARKER.match(text)
    return found.group(1).strip() if found else None


def lone_marker(text: str) -> bool:
    """Whether `text` is a list marker and nothing else."""
    return _LONE_MARKER.fullmatch(text) is not None


def after_marker(text: str) -> str:
    """`text` without the list marker it begins with."""
    found = _MARKER.match(text)
    return text[found.end() :] if found else text


class Family(StrEnum):
    """Kinds of section numbers, the outer ones first; decimal numbers carry their own depth."""

    CHAPTER = "chapter"
    SECTION = "section"
    HAN = "一、"
    HAN_IN_BRACKETS = "（一）"
    DECIMAL = "1.1"


_FAMILIES = (
    (Family.CHAPTER, _CHAPTER), (Family.CHAPTER, _APPENDIX), (Family.SECTION, _SECTION),
    (Family.HAN, _HAN_FIRST), (Family.HAN_IN_BRACKETS, _HAN_SECOND), (Family.DECIMAL, _NUMBERS),
)  # fmt: skip


def numbering(text: str) -> tuple[Family, int] | None:
    """Family of the section number that `text` begins with, and its parts; None without one.

    >>> [numbering(t) for t in ("第一章 绪论", "3.1 Data")]
    [(<Family.CHAPTER: 'chapter'>, 1), (<Family.DECIMAL: '1.1'>, 2)]
    """
    for family, pattern in _FAMILIES:
        found = pattern.match(text)
        if found:
            parts = found.group(1).count(".") + 1 if family is Family.DECIMAL else 1
            return family, parts
    return None


def is_caption(text: str) -> bool:
    """Whether `text` begins like the caption of a table or figure.

    >>> [is_caption(t) for t in ("Table 2: Yield", "图3-1 流程", "Table tennis is old")]
    [True, True, False]
    """
    return _CAPTION.match(text) is not None


def is_note(text: str) -> bool:
    """Whether `text` begins like a note below a table.

    >>> [is_note(t) for t in ("Source: own data", "资料来源：年鉴", "Notes on tea")]
    [True, True, False]
    """
    return _TABLE_NOTE.match(text) is not None
