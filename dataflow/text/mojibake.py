r"""Text that was decoded with the wrong character set, repaired where that can be proven.

Three accidents, each with a gate that good text does not pass and a proof that must hold:

1. UTF-8 read as Latin-1 or a Windows code page (`cafÃ©`, `ä½\xa0å¥½`): lines that hold the
   picture of a whole UTF-8 sequence go to ftfy, whose own heuristic decides. A gate on non-ASCII
   text costs ftfy 1.9-3.4 MB/CPU-s on good text; this one costs next to nothing.
2. GBK read as Latin-1 (`ÄãºÃ`): runs of at least six characters U+00A1..U+00FE, letters and
   signs mixed, that decode as common ideographs of GB 2312. No language strings them together,
   and lists of accented letters have no signs in them.
3. UTF-8 read as GBK (`浣犲ソ锛`): runs with the tell-tale ideographs that UTF-8 punctuation
   turns into, which must decode as UTF-8 without a single error and become shorter.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ftfy import TextFixerConfig, fix_encoding


def _upper_half(first: int, last: int, *encodings: str) -> str:
    """The characters that the bytes `first`..`last` stand for, escaped for a character class."""
    data = bytes(range(first, last + 1))
    chars = {char for name in encodings for char in data.decode(name, "ignore")}
    return "".join(sorted(re.escape(char) for char in chars))


_LATIN = ("latin-1", "cp1252", "cp1250")
_LEAD = _upper_half(0xC2, 0xF4, *_LATIN)
_NEXT = _upper_half(0x80, 0xBF, *_LATIN)
_GATES = (
    # a lead byte, then a continuation byte
    re.compile(f"[{_LEAD}][{_NEXT}\ufffd]"),
    # Cyrillic: all its UTF-8 lead bytes are these two letters of Windows-1251
    re.compile(f"[РС][{_upper_half(0x80, 0xBF, 'cp1251')}][РС]"),
    re.compile(f"[√¬‚][{_upper_half(0x80, 0xBF, 'mac_roman')}]"),
    re.compile("[\x80-\x9f]"),
)
# one character's worth between quotation marks or brackets: a text about mojibake shows it so
_SHOWN = re.compile(f"[\"'“‘«`(][{_LEAD}][{_NEXT}]{{1,3}}[\"'”’»`)]")
_GBK_AS_LATIN = re.compile("[\xa1-\xfe]{6,}")
_GBK_PIECE = re.compile("[\xa1-\xfe]{2,}")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_TELL_TALE = re.compile("[锛銆鈥锟]")
_CONFIG = TextFixerConfig(unescape_html=False, explain=False)


def _gbk_text(run: str) -> str | None:
    """What the bytes of `run` say in GB 2312; None unless nearly all are common characters.

    The common ideographs have the lead bytes B0..D7, punctuation A1..A3.
    """
    try:
        decoded = run.encode("latin-1").decode("gb2312")
    except UnicodeDecodeError:
        return None
    common = sum("\xb0" <= lead <= "\xd7" for lead in run[::2])
    marks = sum("\xa1" <= lead <= "\xa3" for lead in run[::2])
    return decoded if common > marks and (common + marks) * 5 >= len(decoded) * 4 else None


def _is_gbk(run: str) -> bool:
    """Whether `run` is GBK read as Latin-1 beyond doubt, and no table or list of letters."""
    signs = sum(char <= "\xbf" for char in run)
    ascending = sum(ord(b) - ord(a) == 1 for a, b in pairwise(run))
    proper = 0 < signs < len(run) and ascending * 2 < len(run)
    return proper and _gbk_text(run) is not None


def _from_utf8_as_gbk(match: re.Match[str]) -> str:
    """What the bytes say in UTF-8, if they are UTF-8 to the last one, else the run as it is."""
    run = match[0]
    if not _TELL_TALE.search(run):
        return run
    try:
        decoded = run.encode("gbk").decode("utf-8")
    except UnicodeError:
        return run
    return decoded if "\ufffd" not in decoded and len(decoded) < len(run) else run


def _repaired_line(line: str) -> str:
    """`line` repaired as far as it can be proven."""
    if any(_is_gbk(run) for run in _GBK_AS_LATIN.findall(line)):
        # what is proven for one run of a line is believed for its shorter ones
        line = _GBK_PIECE.sub(lambda match: _gbk_text(match[0]) or match[0], line)
    if _TELL_TALE.search(line):
        line = _NOT_ASCII.sub(_from_utf8_as_gbk, line)
    bare = _SHOWN.sub("", line)
    return fix_encoding(line, _CONFIG) if any(gate.search(bare) for gate in _GATES) else line


def is_suspicious(text: str) -> bool:
    """Whether any gate opens; True says nothing about a repair.

    >>> is_suspicious("déjà vu, naïve façade, 你好，世界"), is_suspicious("dÃ©jÃ vu")
    (False, True)
    """
    if text.isascii():
        return False
    return any(gate.search(text) for gate in (*_GATES, _TELL_TALE, _GBK_AS_LATIN))


def repaired(text: str) -> tuple[str, int]:
    r"""`text` with wrongly decoded lines repaired, and how many lines changed.

    >>> repaired("cafÃ©\n你好")
    ('café\n你好', 1)
    >>> repaired("ÄãºÃÊÀ½ç")
    ('你好世界', 1)
    """
    if not is_suspicious(text):
        return text, 0
    lines = text.split("\n")
    fixed = [line if line.isascii() else _repaired_line(line) for line in lines]
    return "\n".join(fixed), sum(old != new for old, new in zip(lines, fixed, strict=True))
