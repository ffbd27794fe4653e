"""Bytes -> text: byte order marks, UTF-8, the declared charset, then a reported guess."""

from __future__ import annotations

import codecs
import re

from schemas.document import Issue, IssueCode
from schemas.errors import ParseError
from schemas.records import Reason

PREFIX = 65_536
"""Bytes that detection looks at: charset-normalizer takes about 30 CPU-ms for so many."""

MAX_CONTROL_SHARE = 0.05
"""Control bytes above which data is not text: random bytes have .11, compressed files the same,
text files with stray escape codes measured under .01."""

MIN_VALID_SHARE = 0.98
"""Multi-byte characters that must be sound before broken UTF-8 is still taken for UTF-8."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Browsers read these labels as the superset (WHATWG Encoding Standard, "names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_CANDIDATES = [
    "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252", "cp1251", "koi8_r", "cp1250",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "mac_roman", "cp866",
]  # fmt: skip
_COMMON = ("gb18030", "cp1252")
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
_TEXT_ENCODING = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_CONTROL = bytes(b for b in range(1, 32) if b not in b"\t\n\v\f\r\x1a\x1b")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str | None = None) -> tuple[str, list[Issue]]:
    """Text of `data`, and issues for what was guessed, replaced or removed.

    Order of trust: byte order mark, valid UTF-8, `declared` (a charset label of the file itself),
    then a guess over the first 64 KiB. A guess is reported as ENCODING_GUESSED, NUL characters
    are removed and reported as NUL_BYTES. Raises ParseError(CORRUPT) for data that is clearly not
    text, and nothing else.

    >>> decode("naïve".encode("cp1252"), "latin-1")
    ('naïve', [])
    >>> decode("中文".encode("gb18030"), "gb2312")
    ('中文', [])
    """
    text, issues = _decode(data, declared)
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        issues.append(Issue(IssueCode.NUL_BYTES, f"{nuls} NUL characters removed"))
    return text, issues


def valid_text(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD and surrogate pairs joined.

    Escapes in JSON and YAML can spell code points that no encoder accepts.

    >>> valid_text("a" + chr(0xD83D) + chr(0xDE00) + chr(0xD800))
    'a😀�'
    """
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode(data: bytes, declared: str | None) -> tuple[str, list[Issue]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _after_mark(data[len(mark) :], encoding)
    label = _python_name(declared)
    if label in _SEVEN_BIT:  # these are valid ASCII, so they must come before UTF-8
        seven = _strict(data, label)
        if seven is not None:
            return seven, []
    wide = _wide_without_mark(data)
    if wide is not None:
        return data.decode(wide, "replace"), [_guess(wide)]
    _refuse_binary(data)
    text = _strict(data, "utf-8")
    if text is not None:
        return text, []
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace"), [_guess("utf-8", "with invalid bytes replaced")]
    if label is not None:
        text = _strict(data, label)
        if text is not None:
            return text, []
    return _detect(data)


def _after_mark(rest: bytes, encoding: str) -> tuple[str, list[Issue]]:
    text = _strict(rest, encoding)
    if text is not None:
        return text, []
    return rest.decode(encoding, "replace"), [_guess(encoding, "with invalid bytes replaced")]


def _guess(encoding: str, how: str = "by content") -> Issue:
    return Issue(IssueCode.ENCODING_GUESSED, f"read as {encoding} {how}")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _python_name(label: str | None) -> str | None:
    """Python's name for a charset label, widened to what browsers use; None when unknown."""
    if not label or not _TEXT_ENCODING.fullmatch(label.strip()):
        return None
    try:
        info = codecs.lookup(label.strip())
    except LookupError:
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name in ("utf-7", "idna", "punycode"):
        return None
    return _SUPERSETS.get(info.name, info.name)


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 whose text is mostly Latin has a NUL in every other byte, on one side only."""
    head = data[:PREFIX]
    pairs = len(head) // 2
    if pairs < 4 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None


def _refuse_binary(data: bytes) -> None:
    head = data[:PREFIX].replace(b"\0", b"")
    if not head and data:
        raise ParseError(Reason.CORRUPT, "only NUL bytes: the file holds no text")
    control = len(head) - len(head.translate(None, _CONTROL))
    if len(head) >= 64 and control / len(head) > MAX_CONTROL_SHARE:
        raise ParseError(
            Reason.CORRUPT,
            f"{control} of the first {len(head)} bytes are control codes: this is not text; "
            "check whether the file is compressed, encrypted or damaged",
        )


def _mostly_utf8(data: bytes) -> bool:
    """Whether nearly all multi-byte characters are valid UTF-8: a cut file or a stray byte."""
    text = data[:PREFIX].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if character > "\x7f") - broken
    return sound > 0 and sound / (sound + broken) >= MIN_VALID_SHARE


def _detect(data: bytes) -> tuple[str, list[Issue]]:
    from charset_normalizer import from_bytes

    head = data[:PREFIX]
    if len(data) > PREFIX:  # never between the bytes of one character
        cut = max(head.rfind(b"\n"), head.rfind(b" "), head.rfind(b">"))
        head = head[: cut + 1] or head
    matches = from_bytes(head, cp_isolation=_CANDIDATES)
    best = matches.best()
    encoding = "cp1252"
    if best is not None:
        # Short texts tie; then the commoner encoding is the better guess.
        rank = (best.chaos, best.coherence)
        tied = {
            name
            for match in matches
            if (match.chaos, match.coherence) == rank
            for name in match.could_be_from_charset
        }
        encoding = next((name for name in _COMMON if name in tied), best.encoding)
    return data.decode(encoding, "replace"), [_guess(encoding)]
