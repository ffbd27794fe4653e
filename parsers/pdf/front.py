"""Title, authors and date: what the file says of itself beside what its first page says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from parsers.pdf.lines import is_cjk
from schemas.document import Element, ElementKind

MAX_BEHIND = 6
"""Elements behind the title that are searched for authors and a date."""
MAX_AUTHORS = 300
MAX_TITLE = 300
MAX_DATE_LINE = 200
"""Characters of a line with the document's date; a date in running text is about something else."""
_FILE_NAME = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\s*-\s*.*|untitled(?:[ -]?\d+)?|(?:new )?document ?\d*"
    r"|slide ?\d*|powerpoint presentation|title|无标题|未命名|文档 ?\d*|演示文稿 ?\d*|新建.{0,20}"
    r"|\S*[/\\]\S*|.*\.(?:docx?|odt|rtf|pptx?|xlsx?|indd|qxd|tex|dvi|pdf|html?|md|txt))",
    re.IGNORECASE,
)
_CODE_NAME = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+|[a-z]+\d+|\d[\d._-]*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
        rf"{_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*日)?",
        rf"\b{_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})\b",
    )
)
_HAN_DATE = re.compile(
    r"([二一][〇○零一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,3})\s*月"
    r"(?:\s*([一二三四五六七八九十]{1,3})\s*日)?"
)
_HAN_ONES = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "○": "0", "零": "0",
}  # fmt: skip
_BY = re.compile(
    r"(?:by|authors?|written by|作者|撰稿|文|编者|主编)\s*[:：]?\s+|(?:作者|主编)[:：]\s*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:,|;|、|，|；|·|&|\band\b|\bund\b)\s*")
_NAME_PART = r"(?:[^\W\d_a-z]\.|[^\W\d_]+(?:[-'’][^\W\d_]+)*)"
_LATIN_NAME = re.compile(rf"{_NAME_PART}(?:(?:\s+|(?<=\.)){_NAME_PART}){{1,4}}\s*")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_MARKS = re.compile(r"[\d*∗†‡§¶]+|\([^)]*\)|（[^）]*）")
_NUMBERED = re.compile(r"\d\s*[^\W\d_]|\d{3}")
"""A house's or a bill's number; a name's mark has a digit or two behind it."""
_NO_NAMES = re.compile(
    r"\bdear\b|universit|institut|department|school|college|hospital|laborator|office|centre|center"
    r"|ministry|report|version|abstract|summary|introduction|大学|学院|研究所|研究院|公司|医院|中心"
    r"|摘要|报告|委员会|编辑部|部门|办公室",
    re.IGNORECASE,
)


def looks_like_file_name(title: str) -> bool:
    """Whether a title is a file's name or a program's placeholder rather than words.

    >>> [looks_like_file_name(t) for t in ("Microsoft Word - a.doc", "rep_v2_final", "On Tea")]
    [True, True, False]
    """
    text = title.strip()
    return bool(_FILE_NAME.fullmatch(text) or _CODE_NAME.fullmatch(text))


def front_matter(elements: Sequence[Element], metadata: Mapping[str, str]) -> dict[str, str]:
    """`metadata` with title, authors and date completed from the first page.

    Each comes with `title_from`, `authors_from`, `date_from`: `info` for the file's own entry, or
    what the reader put there (`xmp`), `page` for words of the first page. A title that is only a
    file's name or a placeholder gives way to the page's.
    """
    found = {key: value for key, value in metadata.items() if value}
    title, behind = _first_page(elements)
    said = found.get("title", "")
    if title and (not said or looks_like_file_name(said)):
        found["title"], found["title_from"] = title, "page"
    elif said:
        found.setdefault("title_from", "info")
    authors = _authors(behind)
    if "authors" in found:
        found.setdefault("authors_from", "info")
    elif authors:
        found["authors"], found["authors_from"] = authors, "page"
    lines = [e.text for e in behind if e.kind is ElementKind.PARAGRAPH]
    date = next((d for d in map(date_in, [title, *lines]) if d), "")
    if "date" in found:
        found.setdefault("date_from", "info")
    elif date:
        found["date"], found["date_from"] = date, "page"
    return found


def _first_page(elements: Sequence[Element]) -> tuple[str, list[Element]]:
    """The title's text and what stands right behind it; '' without a title element."""
    for index, element in enumerate(elements):
        if element.kind is ElementKind.TITLE:
            text = " ".join(element.text.split())[:MAX_TITLE]
            rest = elements[index + 1 : index + 1 + MAX_BEHIND]
            return text, [e for e in rest if e.page == element.page]
    return "", []


def _authors(behind: Sequence[Element]) -> str:
    """The first line behind the title that is nothing but names, as one line; '' without one."""
    for element in behind:
        if element.kind is ElementKind.HEADING:
            break
        if element.kind is not ElementKind.PARAGRAPH:
            continue
        text = _BY.sub("", " ".join(element.text.split()), count=1)
        if len(text) > MAX_AUTHORS:
            break
        names = _names(text, announced=_BY.match(element.text) is not None)
        if names:
            joiner = "、" if is_cjk(names[0][0]) else ", "
            return joiner.join(names)
    return ""


def _names(text: str, announced: bool) -> list[str]:
    """The names that `text` consists of; [] when anything else is in it."""
    if _NO_NAMES.search(text) or text[-1:] in ".。:：?？!！,，":
        return []
    whole = _SEPARATOR.split(text)
    if any(map(_NUMBERED.search, whole)):
        return []
    parts = [part for part in (_MARKS.sub("", part).strip() for part in whole) if part]
    han = [part for part in parts if _HAN_NAME.fullmatch(part.replace(" ", ""))]
    if len(han) == len(parts) and (len(parts) > 1 or announced):
        return [part.replace(" ", "") for part in han]
    named = all(_LATIN_NAME.fullmatch(part) and _capitalised(part) for part in parts)
    return parts if named else []


def _capitalised(name: str) -> bool:
    """Whether first and last word of a name begin with a capital: particles (van, de) need not."""
    words = name.split()
    return len(words) >= 2 and words[0][0].isupper() and words[-1][0].isupper()


def date_in(text: str) -> str:
    """The first date in `text` as YYYY-MM or YYYY-MM-DD, '' without one.

    >>> [date_in(t) for t in ("Graz, 8 March 2024", "2024年3月8日", "二〇二五年一月", "in 1990")]
    ['2024-03-08', '2024-03-08', '2025-01', '']
    """
    if len(text) > MAX_DATE_LINE:
        return ""
    for pattern in _DATES:
        match = pattern.search(text)
        if match:
            parts = match.groupdict()
            month = parts["m"].lower()
            number = _MONTHS.index(month[:3]) + 1 if month.isalpha() else int(month)
            return _iso(int(parts["y"]), number, int(parts.get("d") or 0))
    match = _HAN_DATE.search(text)
    if match is None:
        return ""
    year = "".join(_HAN_ONES.get(char, "") for char in match[1])
    return _iso(int(year), _han_number(match[2]), _han_number(match[3] or ""))


def _han_number(text: str) -> int:
    """A number up to 99 in Chinese figures; 0 for ''."""
    tens, ten, ones = text.rpartition("十")
    value = int(_HAN_ONES.get(ones, "0")) if ones else 0
    return value + (10 * int(_HAN_ONES.get(tens, "1")) if ten else 0)


def _iso(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12 or day > 31:
        return ""
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")
