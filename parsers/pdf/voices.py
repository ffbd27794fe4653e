"""The voices on a block that could be a heading: each adds or takes points, with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parsers.pdf.blocks import Block
from parsers.pdf.bookmarks import bookmark, plain
from parsers.pdf.candidates import Candidate, Texture
from parsers.pdf.formulas import is_formula
from parsers.pdf.joining import paragraph
from parsers.pdf.layout import Flow
from parsers.pdf.lines import is_cjk
from parsers.pdf.markers import TERMINAL, is_bullet, is_caption, list_marker
from parsers.pdf.numbering import Family, Number, numbering
from parsers.pdf.page import OutlineItem, RegionKind
from parsers.pdf.styles import Style, Use, style_of, width_in_letters

MAX_WIDTH = 200
"""Letters of the longest heading; Han characters count twice."""
_WORD = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")
_CONTENTS = re.compile(r"(?:\.\s?){4,}|…{2,}|·{4,}|(?:\s\.){3,}")
_FIELD = re.compile(r"\S[:：]\s*\S")
NAMES = re.compile(r",\s|、|\band\b|&|·|\d{4}")
"""What stands between authors' names, and in dates."""
_NAMED = frozenset(
    {
        "abstract", "summary", "executivesummary", "introduction", "background", "methods",
        "results", "discussion", "conclusion", "conclusions", "references", "bibliography",
        "acknowledgements", "acknowledgments", "appendix", "contents", "tableofcontents",
        "preface", "foreword", "glossary", "index", "notes", "keywords",
        "摘要", "引言", "前言", "绪论", "结论", "结语", "讨论", "参考文献", "致谢", "附录", "目录",
        "序言", "背景", "小结", "总结",
    }
)  # fmt: skip
_QUESTION = re.compile(r"(?:Q|A|问|問|答)\s*\d*\s*[:：.]")
_ADDRESS = re.compile(r"https?://|www\.|@\w|\b\d{5,}\b|[€$£¥]\s*\d")

Voice = tuple[float, str]
SILENT_VOICE: Voice = (0.0, "")


@dataclass(frozen=True, slots=True)
class File:
    """What the voices know of the whole file."""

    texture: Texture
    uses: Mapping[Style, Use]
    outline: Mapping[str, Sequence[OutlineItem]]
    front: Sequence[Block] = ()
    """Blocks between the title and the first text behind it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Points of a block, and the voices that gave them."""

    points: float
    reasons: tuple[str, ...]


def could_head(candidate: Candidate) -> bool:
    """Whether a block can be a heading at all, by its text alone."""
    text, block = candidate.text, candidate.block
    letters = sum(char.isalpha() for char in text)
    enough = letters >= 0.3 * len(text.replace(" ", "")) or candidate.number is not None
    return (
        _WORD.search(text) is not None and enough and not is_formula(candidate)
        and width_in_letters(text) <= MAX_WIDTH
        and len(block.lines) <= 5
        and not is_caption(text)
        and not _CONTENTS.search(text)
        and text[-1] not in ",，、;；"
    )  # fmt: skip


def _size(c: Candidate, f: File) -> Voice:
    ratio = c.style.size / f.texture.body.size
    weak = 0.4 if f.uses[c.style].purity < 0.4 else 1.0
    for limit, points in ((1.7, 3.0), (1.35, 2.6), (1.17, 2.1), (1.09, 1.6), (1.04, 0.5)):
        if ratio >= limit:
            return points * weak, f"size {ratio:.2f}x"
    if ratio < 0.94:
        return -0.6 if c.style.caps else -1.2, f"size {ratio:.2f}x"
    return SILENT_VOICE


def _face(c: Candidate, f: File) -> Voice:
    body, pure = f.texture.body, f.uses[c.style].purity >= 0.4
    points, reasons = 0.0, []
    if c.style.bold and not body.bold:
        points += 1.4 if pure else 0.6
        reasons.append("bold")
    if c.style.italic and not body.italic:
        points += 0.7 if pure else 0.2
        reasons.append("italic")
    if c.style.caps:
        points += 1.0
        reasons.append("capitals")
    return points, " ".join(reasons)


_NUMBER_POINTS = {
    Family.PART: 1.75, Family.CHAPTER: 1.75, Family.SECTION: 1.75, Family.ARTICLE: 0.25,
    Family.HAN: 1.1, Family.HAN_IN_BRACKETS: 0.9, Family.ROMAN: 0.7, Family.LETTER: 0.6,
    Family.DECIMAL: 0.7, Family.IN_BRACKETS: 0.25,
}  # fmt: skip


def _number(c: Candidate, f: File) -> Voice:
    del f
    marker = list_marker(c.text)
    if marker is not None and is_bullet(marker):
        return -2.0, "bullet"
    if c.number is None:
        return (-0.75, "list marker") if marker is not None else SILENT_VOICE
    points = 1.6 if c.number.parts > 1 else _NUMBER_POINTS[c.number.family]
    behind = c.text[c.number.end :].strip()
    if c.number.parts > 1 and behind[:1].islower():
        points -= 1.0
    return points, f"number {c.text[: c.number.end].strip()}"


def _place(c: Candidate, f: File) -> Voice:
    """White around the block: a heading stands apart from what is above, close to what follows."""
    points, reasons = 0.0, []
    size, usual = f.texture.body.size, f.texture.gap
    if c.above is None or c.above > usual + 0.35 * size:
        points += 0.5
        reasons.append("white above")
    if c.above is not None and c.below is not None and c.above > c.below + 0.15 * size:
        points += 0.35
        reasons.append("nearer to what follows")
    if c.centred and c.filled < 0.8:
        points += 0.5
        reasons.append("centred")
    if (
        len(c.block.lines) == 1 and c.filled < 0.5 and c.text[-1] not in TERMINAL
        and isinstance(c.after, Block) and len(c.after.lines) > 1
    ):  # fmt: skip
        points += 0.6
        reasons.append("alone above text")
    if c.after is None and c.page and c.below is None:
        points -= 0.25
    return points, ", ".join(reasons)


def _shape(c: Candidate, f: File) -> Voice:
    """Length and use: short lines in a style that is kept for short lines."""
    del f
    lines, width = len(c.block.lines), width_in_letters(c.text)
    if lines >= 3 or width > 120:
        return -0.75, "long"
    if lines == 2 and width > 90:
        return -0.25, "two lines"
    return SILENT_VOICE


def _kept(c: Candidate, f: File) -> Voice:
    use, body = f.uses[c.style], f.texture.body
    usual = abs(c.style.size - body.size) < 0.6 and c.style[1:] == (body.bold, body.italic, False)
    if not usual and use.purity >= 0.85 and use.short >= 2:
        return 0.4, "a style for short lines"
    return SILENT_VOICE


def _end(c: Candidate, f: File) -> Voice:
    del f
    last = c.text[-1]
    if last in ":：":
        return -1.25, "ends in a colon"
    if last in ".。" and not c.text.endswith("..."):
        return -1.75, "ends a sentence"
    if c.text[0].islower() and not is_cjk(c.text[0]):
        return -1.5, "begins in lower case"
    return SILENT_VOICE


def _matter(c: Candidate, f: File) -> Voice:
    """What is no heading by what it says: addresses, sums, fields of a form."""
    del f
    if _ADDRESS.search(c.text):
        return -1.5, "address or number"
    if c.text[0] in "([（［【" and c.text[-1] in ")]）］】" and c.number is None:
        return -1.5, "in brackets"
    if _QUESTION.match(c.text):
        return -2.5, "question or answer"
    field = _FIELD.search(c.text)
    if field is not None and c.number is None and field.start() < 20 and c.block.bold is False:
        return -0.75, "field"
    return (-1.5, "mono") if c.block.mono else SILENT_VOICE


_MODEL_POINTS = {
    RegionKind.TITLE: 1.4, RegionKind.HEADING: 1.4, RegionKind.TEXT: -0.2,
    RegionKind.LIST_ITEM: -0.6, RegionKind.TABLE: -1.5, RegionKind.PICTURE: -1.5,
    RegionKind.CAPTION: -1.5, RegionKind.FOOTNOTE: -1.5, RegionKind.FORMULA: -1.0,
    RegionKind.PAGE_HEADER: -0.5, RegionKind.PAGE_FOOTER: -1.0,
}  # fmt: skip


def _model(c: Candidate, f: File) -> Voice:
    del f
    hint = c.block.hint
    if hint is None or (hint is RegionKind.LIST_ITEM and c.number is not None):
        return SILENT_VOICE  # a numbered heading looks like an item to the model
    return _MODEL_POINTS[hint], f"model: {hint}"


def _bookmarked(c: Candidate, f: File) -> Voice:
    depth = bookmark(c.text, c.page, f.outline)
    return SILENT_VOICE if depth is None else (3.0, f"bookmark of depth {depth}")


def _neighbours(c: Candidate, f: File) -> Voice:
    """A heading has something to head: not the next item of its own list, not the file's end."""
    after = c.after
    if after is not None and not isinstance(after, Block):
        titles = c.number is None and c.style.size < 1.09 * f.texture.body.size
        return (-1.5, "title of a table or figure") if titles else SILENT_VOICE
    if c.number is None:
        return SILENT_VOICE
    before, behind = _number_of(c.before), _number_of(after)
    if behind is not None and c.below is not None and c.number.followed_by(behind):
        return -1.5, "the next number follows"
    if before is not None and c.above is not None and before.followed_by(c.number):
        return -1.5, "the number before stands above"
    if _in_list(c, f):
        return -1.5, "inside a list"
    if not isinstance(after, Block) or list_marker(after.lines[0].text) is not None:
        return SILENT_VOICE
    longer = len(paragraph(line.text for line in after.lines)) > max(len(c.text), 16)
    heads = len(c.block.lines) == 1 and c.filled < 0.75 and c.text[-1] not in TERMINAL
    return (0.8, "heads text") if heads and longer else SILENT_VOICE


def _in_list(c: Candidate, f: File) -> bool:
    """Whether a block stands right below a list item and is set like it."""
    before = c.before
    return (
        isinstance(before, Block)
        and list_marker(before.lines[0].text) is not None
        and c.above is not None and c.above < f.texture.body.size
        and style_of(before)[:2] == c.style[:2]
    )  # fmt: skip


def _number_of(item: Flow | None) -> Number | None:
    return numbering(item.lines[0].text) if isinstance(item, Block) else None


def _front(c: Candidate, f: File) -> Voice:
    """Names, places and dates behind the title, in a type of their own."""
    if c.block not in f.front or c.number is not None or _is_named(c.text):
        return SILENT_VOICE
    plain_type = not c.style.bold and c.style.size < 1.09 * f.texture.body.size
    if f.uses[c.style].short > 1 and not plain_type and not NAMES.search(c.text):
        return SILENT_VOICE
    return -2.5, "front matter"


def _named(c: Candidate, f: File) -> Voice:
    """A name that sections have everywhere."""
    del f
    return (0.8, "usual name of a section") if _is_named(c.text) else SILENT_VOICE


def _is_named(text: str) -> bool:
    return plain(text) in _NAMED


VOICES: tuple[Callable[[Candidate, File], Voice], ...] = (
    _size, _face, _number, _place, _shape, _kept, _end, _matter, _model, _bookmarked, _neighbours,
    _front, _named,
)  # fmt: skip


def verdict(candidate: Candidate, file: File) -> Verdict:
    """All voices on one block."""
    heard = [voice(candidate, file) for voice in VOICES]
    reasons = tuple(reason for points, reason in heard if points and reason)
    return Verdict(sum(points for points, _ in heard), reasons)
