r"""Text that was decoded with the wrong character set, repaired where that can be proven.

Three families of accidents, each with a gate that good text seldom passes and a proof:

1. UTF-8 read in a one-byte character set (`cafÃ©`, `ä½\xa0å¥½`, `РїСЂРё`, `√©`), twice if need be;
2. UTF-8 read as GBK (`浣犲ソ锛`), with U+FFFD for characters whose bytes were lost in that;
3. GBK, Big5, Shift-JIS or EUC-KR read as Latin-1 (`ÄãºÃ`).

A line is read word by word (`readings`, `double_byte`). Neighbouring words that all have a reading
make a group, which is replaced when what speaks for it reaches `PROOF`; a word that cannot have had
the accident ends the group, so that good text beside bad text stays. What is left, such as bytes
that were lost, goes to ftfy, whose own heuristic decides.

Text about mojibake is no accident: sequences shown alone between quotation marks or in code, lines
that hold the repaired word too, and single words in lines that name the subject stay.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ftfy import TextFixerConfig, fix_encoding

from dataflow.text import characters, double_byte
from dataflow.text.characters import upper_part
from dataflow.text.readings import GBK_GATE, Accident, Reading, charset, utf8_as_gbk, utf8_read_as

PROOF = 2.0
"""What speaks for a group at least: two signs that never follow a letter, one control character,
three common ideographs. Development texts in 150 languages had none that reached it by chance."""
SHARE = 0.4
"""The same for each of the group's characters: long good text must not add up to a proof."""
RARE = 0.8
"""Code pages that are seldom taken for UTF-8 must have more to say than the usual ones."""
ROUNDS = 4
"""Accidents on top of each other that are undone."""

_CONFIG = TextFixerConfig(unescape_html=False, explain=False)
_BLANKS = re.compile(r"[^ \t]+")
_CODE = re.compile(r"(?<!`)(`{1,4})(?!`).+?(?<!`)\1(?!`)")
_LATIN = charset("latin-1", "cp1252", "cp1250")
_LOSSY = re.compile("[\x80-\x9f]|[À-ôа-пВГРС][^\n]?\ufffd")
# one character's worth between quotation marks or brackets: a text about mojibake shows it so
_SHOWN = re.compile(f"[\"'“‘«`(](?:{_LATIN.unit})[\"'”’»`)]")
_PLACE = "\x01"
"""Stands for code while its line is repaired: ASCII, and no part of any two-byte character."""
_MARKS = "\"'`()[]{}<>,.;:!?"
_ACCIDENT = re.compile("mojibake|garbled|乱码|亂碼|文字化け", re.IGNORECASE)
_SUBJECT = re.compile(
    r"encod|charset|character set|utf-?8|latin-?1|iso-?8859|windows-?125|gbk|unicode|编码|編碼|"
    r"字符集|字元集",
    re.IGNORECASE,
)


class _Kind(NamedTuple):
    """An accident, the gate that texts pass that may have had it, its words, how usual it is."""

    accident: Accident
    gate: re.Pattern[str]
    words: re.Pattern[str]
    prior: float = 1.0
    share: float = SHARE


class _Group(NamedTuple):
    """`line[start:end]` as it was meant."""

    start: int
    end: int
    text: str
    weight: float


def _kinds() -> tuple[_Kind, ...]:
    usual = (("cp1252", "latin-1"), ("cp1251",), ("mac_roman",))
    found = [_Kind(*utf8_read_as(*names), _BLANKS) for names in usual]
    rare = ("cp1250", "cp437")
    found += [_Kind(*utf8_read_as(name), _BLANKS, RARE) for name in rare]
    found.append(_Kind(utf8_as_gbk, GBK_GATE, _BLANKS))
    found += [
        _Kind(accident, gate, double_byte.WORD, share=double_byte.SHARE)
        for accident, gate in double_byte.ACCIDENTS
    ]
    return tuple(found)


_KINDS = _kinds()
_PICTURES = tuple(dict.fromkeys(kind.gate for kind in _KINDS))
_GATES = (*_PICTURES, _LOSSY)
_BYTE = re.compile("(?:(?<=[^\x00-\x7f])[\x80-\x9f\xad]|[\x80-\x9f\xad](?=[^\x00-\x7f]))")
"""A control character or soft hyphen that may be a byte of a picture: beside another of its parts.
In good text a soft hyphen stands between letters, and hardly ever in a line that a gate lets in."""


def _groups(line: str, kind: _Kind) -> list[_Group]:
    """The proven groups of neighbouring words that had this accident."""
    found: list[_Group] = []
    run: list[tuple[int, int, Reading]] = []
    for match in kind.words.finditer(line):
        reading = kind.accident(match[0])
        if reading is not None:
            if _SHOWN.search(match[0]):
                reading = reading._replace(weight=0.0)
            run.append((*match.span(), reading))
            continue
        found += _proven(line, run, kind.share)
        run = []
    return found + _proven(line, run, kind.share)


def _proven(line: str, run: list[tuple[int, int, Reading]], share: float) -> list[_Group]:
    """The words of `run` as one group if they are proven, else nothing."""
    weight = sum(reading.weight for _, _, reading in run)
    count = sum(reading.characters for _, _, reading in run)
    if weight < PROOF or weight < share * count or _is_shown(line, run):
        return []
    parts, done = [], run[0][0]
    for start, end, reading in run:
        parts += [line[done:start], reading.text]
        done = end
    return [_Group(run[0][0], done, "".join(parts), weight)]


def _is_shown(line: str, run: list[tuple[int, int, Reading]]) -> bool:
    """Whether the line tells of an accident instead of having had one."""
    changed = [(line[start:end], reading.text) for start, end, reading in run if reading.characters]
    meant = {word for _, text in changed if (word := text.strip(_MARKS))}
    if not line.startswith("|"):  # a table of characters holds single ones
        meant = {word for word in meant if len(word) > 1}
    if any(word.strip(_MARKS) in meant for word in line.split() if not word.isascii()):
        return True
    if _ACCIDENT.search(line):
        return 2 * sum(len(word) for word, _ in changed) < len("".join(line.split()))
    short = all(len(text.strip(_MARKS)) < 3 for _, text in changed)
    return short and _SUBJECT.search(line) is not None


def _repaired_line(line: str) -> str:
    """`line` repaired as far as it can be proven; code between backticks stays."""
    if "`" not in line or _PLACE in line:
        return _repaired_part(line)
    codes = [match[0] for match in _CODE.finditer(line)]
    rest = iter(_repaired_part(_CODE.sub(_PLACE, line)).split(_PLACE))
    return next(rest) + "".join(code + part for code, part in zip(codes, rest, strict=True))


def _repaired_part(line: str) -> str:
    for _ in range(ROUNDS):
        best: list[_Group] = []
        most = 0.0
        for kind in _KINDS:
            if kind.gate.search(line):
                groups = _groups(line, kind)
                weight = kind.prior * sum(group.weight for group in groups)
                best, most = (groups, weight) if weight > most else (best, most)
        if not best:
            break
        parts, done = [], 0
        for group in best:
            parts += [line[done : group.start], group.text]
            done = group.end
        line = "".join([*parts, line[done:]])
    return _without_losses(line)


def _without_losses(line: str) -> str:
    """`line` after ftfy, where it still shows pictures of UTF-8."""
    bare = _SHOWN.sub("", line)
    if not _LOSSY.search(bare) or _ACCIDENT.search(bare) or _SUBJECT.search(bare):
        return line
    return fix_encoding(line, _CONFIG)


def is_suspicious(text: str) -> bool:
    """Whether any gate opens; True says nothing about a repair.

    >>> is_suspicious("déjà vu, naïve façade, 你好，世界"), is_suspicious("dÃ©jÃ vu")
    (False, True)
    """
    if text.isascii():
        return False
    upper = upper_part(text)
    return any(gate.search(upper) for gate in _GATES)


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
    fixed = [_repaired_line(line) if is_suspicious(line) else line for line in lines]
    return "\n".join(fixed), sum(old != new for old, new in zip(lines, fixed, strict=True))


def without_controls(text: str) -> tuple[str, int]:
    r"""`characters.without_controls`, but for bytes of what could not be proven to be mojibake.

    Without them nobody could repair it later. Lines that were repaired have none.

    >>> without_controls("soft\xadware\nUTF-8 as Latin-1: Ã\xad Â\xbb")
    ('software\nUTF-8 as Latin-1: Ã\xad Â»', 1)
    """
    if not _BYTE.search(text) or not is_suspicious(text):
        return characters.without_controls(text)
    lines, removed = text.split("\n"), 0
    for i, line in enumerate(lines):
        bytes_kept = _BYTE.findall(line) if any(g.search(line) for g in _PICTURES) else []
        parts = _BYTE.split(line) if bytes_kept else [line]
        cleaned = [characters.without_controls(part) for part in parts]
        removed += sum(count for _, count in cleaned)
        kept = [*bytes_kept, ""]
        lines[i] = "".join(part + byte for (part, _), byte in zip(cleaned, kept, strict=True))
    return "\n".join(lines), removed
