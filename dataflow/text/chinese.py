"""Traditional Chinese characters as simplified ones, by OpenCC. The one module that imports it.

OpenCC's `t2s` goes by phrases first (頭髮 -> 头发, 發展 -> 发展, 乾隆 stays, 乾燥 -> 干燥); its
dictionaries lie in the wheel. Words of a region (軟體, 軟件) stay what they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA_OR_HANGUL = re.compile("[\u3041-\u3096\u30a1-\u30fa\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_KEPT = re.compile(
    r"(?<!`)(`{1,4})(?!`).+?(?<!`)\1(?!`)|\$\$[^$]+\$\$|\$[^$\s](?:[^$\n]*[^$\s])?\$|(?:https?|ftp)://\S+"
    r"|\]\([^()\s]*\)"
)
"""Code, formulas, addresses and targets of links: simplified they would mean something else."""
IN_DOCUMENT, IN_LINE = 4, 10
"""One kana or hangul character to so many Han characters makes a document, or a line of a Chinese
one, Japanese or Korean: their prose has about as many as Han characters (headings have fewer),
Chinese prose none but in names and quotations."""


@lru_cache(maxsize=1)
def _converter() -> Any:
    """OpenCC for traditional to simplified."""
    from opencc import OpenCC

    return OpenCC("t2s")


def is_chinese(text: str, share: int = IN_DOCUMENT) -> bool:
    """Whether the Han characters of `text` are Chinese, going by kana and hangul beside them.

    >>> is_chinese("讀書"), is_chinese("読書する"), is_chinese("の」字，在日語裡是常見的助詞。")
    (True, False, True)
    """
    if not _HAN.search(text):
        return False
    others = len(_KANA_OR_HANGUL.findall(text))
    return not others or others * share <= len(_HAN.findall(text))


def simplified(text: str) -> tuple[str, int]:
    """`text` in simplified characters, and how many changed; a line in Japanese or Korean stays.

    Inline code, formulas and addresses stay, too. The caller decides whether the document is
    Chinese (`is_chinese`); text without kana alone does not say so.

    >>> simplified("頭髮與發展，見 `變數`")
    ('头发与发展，见 `變數`', 5)
    """
    if text.isascii() or not _HAN.search(text):
        return text, 0
    lines = text.split("\n")
    count = 0
    for i, line in enumerate(lines):
        if is_chinese(line, IN_LINE):
            lines[i], changed = _simplified_line(line)
            count += changed
    return "\n".join(lines), count


def _simplified_line(line: str) -> tuple[str, int]:
    parts, done = [], 0
    for match in _KEPT.finditer(line):
        parts += [_converted(line[done : match.start()]), match[0]]
        done = match.end()
    found = "".join([*parts, _converted(line[done:])])
    return found, _differences(line, found)


def _converted(text: str) -> str:
    """`text` after as many conversions as it takes (one character, 薴, needs two)."""
    for _ in range(3):
        once: str = _converter().convert(text)
        if once == text:
            break
        text = once
    return text


def _differences(old: str, new: str) -> int:
    """Characters that differ; where a phrase changed the length, also by how much."""
    return sum(a != b for a, b in zip(old, new, strict=False)) + abs(len(old) - len(new))
