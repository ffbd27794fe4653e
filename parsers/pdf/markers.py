"""List markers, numbered headings and captions by their first characters, English and Chinese."""

from __future__ import annotations

import re

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


def numbering_depth(text: str) -> int | None:
    """Depth of the section number that `text` begins with, from 1; None when it has none.

    >>> [numbering_depth(t) for t in ("第一章 绪论", "第二节", "3.1 Data", "（二）方法")]
    [1, 2, 2, 2]
    """
    if _CHAPTER.match(text) or _HAN_FIRST.match(text) or _APPENDIX.match(text):
        return 1
    if _SECTION.match(text) or _HAN_SECOND.match(text):
        return 2
    found = _NUMBERS.match(text)
    return found.group(1).count(".") + 1 if found else None


def is_caption(text: str) -> bool:
    """Whether `text` begins like the caption of a table or figure.

    >>> [is_caption(t) for t in ("Table 2: Yield", "图3-1 流程", "Table tennis is old")]
    [True, True, False]
    """
    return _CAPTION.match(text) is not None
