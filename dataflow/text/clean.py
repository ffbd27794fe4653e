"""Cleaning: mojibake, character forms, controls, white space, broken lines, residue of sites.

The document's text and its elements' spans into it change together; the elements' own texts and
the cells of tables get the same treatment as the places of the text that they stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar, Literal, NamedTuple

import polars as pl

from dataflow.text import broken_lines, characters, chinese, layout, mojibake, residue
from dataflow.text.element_columns import ElementTexts, element_texts, with_element_texts
from dataflow.text.removed_lines import RemovedLines, line_frame
from dataflow.text.segments import Piece, Span, check_spans, rebuilt
from schemas.document import ElementKind
from schemas.signals import CHANGES

CHANGE_STRUCT = pl.Struct({name: pl.Int64 for name, _ in CHANGES})
VERBATIM = frozenset({ElementKind.CODE.value, ElementKind.FORMULA.value})
"""Kinds of elements that only lose control characters and foreign line ends."""
TABLE = ElementKind.TABLE.value
"""The kind that gets no step that may change what a cell says: see `CleanText`."""
WHOLE = VERBATIM | {TABLE}
"""Kinds of elements that lose no line."""
ROUNDS = 8
"""Passes over a text at most. One step can make work for another (a zero-width space between a
hyphen and its line's end), so passes are repeated until nothing changes; two are the rule."""

Kernel = Callable[[str], tuple[str, int]]


class Work:
    """One document at work: what was counted and removed, and what its text says, when asked."""

    def __init__(self, text: str, counts: Counter[str]) -> None:
        self.text = text
        self.counts = counts
        self.removed = RemovedLines()

    @cached_property
    def words(self) -> frozenset[str]:
        """Its vocabulary, for broken words."""
        return layout.vocabulary(self.text)

    @cached_property
    def is_chinese(self) -> bool:
        """Whether its Han characters are Chinese."""
        return chinese.is_chinese(self.text)

    def unseen(self) -> Work:
        """The same document with counts of its own, for copies of text counted already."""
        other = Work(self.text, Counter())
        other.__dict__ |= {
            name: value for name, value in vars(self).items() if name not in vars(other)
        }
        return other


class Cleaned(NamedTuple):
    """A frame after cleaning, and the lines that were removed (`removed_lines.LINE_FRAME`)."""

    frame: pl.DataFrame
    removed: pl.DataFrame


@dataclass(frozen=True)
class CleanText:
    """Annotates: `text` and `elements` cleaned, `changes` counted.

    `mojibake` repairs text that was decoded with the wrong character set. `nfkc`: `compat-safe`
    maps forms that carry no meaning (see `characters`), `full` is Unicode's NFKC, which also turns
    ，into a comma and x² into x2, `off` none. `simplify` writes traditional Chinese in simplified
    characters, Japanese and code excepted. `control` removes control and zero-width characters,
    `whitespace` tidies blanks and line ends. `hyphenation` joins words broken at a line's end,
    `lines` joins Chinese lines that a narrow column broke and, in texts without elements, lines
    with a blank line behind every one. `residue` removes lines of cookie notices, adverts and
    navigation. Code and formulas only lose control characters and foreign line ends; in tables
    mojibake is repaired, characters are composed (NFC), control characters removed and white space
    tidied, and nothing else.

    Cleaning is idempotent: a clean frame comes back with the same texts and spans. Raises
    SchemaError when an element's span lies outside its text.
    """

    VERSION: ClassVar[int] = 3

    mojibake: bool = True
    nfkc: Literal["compat-safe", "full", "off"] = "compat-safe"
    simplify: bool = False
    control: bool = True
    whitespace: bool = True
    hyphenation: bool = True
    lines: bool = True
    residue: bool = True

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with `text`, `elements` (if there) rewritten and `changes` added."""
        return self.cleaned(frame).frame

    def cleaned(self, frame: pl.DataFrame) -> Cleaned:
        """What a call returns, and the lines that were removed as residue."""
        texts = frame["text"].to_list()
        parts = element_texts(frame["elements"]) if "elements" in frame.columns else None
        changes: list[dict[str, int]] = []
        removed: list[RemovedLines] = []
        for row, text in enumerate(texts):
            work = Work(text or "", Counter())
            if text is not None:
                texts[row] = self._document(parts, row, work)
            changes.append({name: work.counts[name] for name, _ in CHANGES})
            removed.append(work.removed)
        columns = [
            pl.Series("text", texts, dtype=pl.String),
            pl.Series("changes", changes, dtype=CHANGE_STRUCT),
        ]
        if parts is not None:
            columns.append(with_element_texts(frame["elements"], parts))
        return Cleaned(frame.with_columns(columns), line_frame(removed))

    def _document(self, parts: ElementTexts | None, row: int, work: Work) -> str:
        """The work's text cleaned; spans and texts of the row's elements are changed in `parts`."""
        text = work.text
        if parts is None:
            return self._unparsed(work)
        at = [
            i for i in parts.rows(row) if parts.starts[i] is not None and parts.ends[i] is not None
        ]
        spans = [_span(parts.starts[i], parts.ends[i], parts.kinds[i]) for i in at]
        check_spans(spans, len(text))
        self._own_texts(parts, row, work.unseen())
        cleaned, moved = self._settled(text, spans, work)
        whole = [parts.kinds[i] in WHOLE for i in at]
        while self.residue and (found := residue.found(cleaned, _spared(moved, whole))):
            lines = {cleaned[start:end].strip() for start, end in found}
            before = moved
            cleaned, moved = _cut(cleaned, moved, found, work)
            for i, old, new in zip(at, before, moved, strict=True):
                if new.end - new.start < old.end - old.start:
                    parts.texts[i] = _without(parts.texts[i], new, lines)
            cleaned, moved = self._settled(cleaned, moved, work)
        for i, span in zip(at, moved, strict=True):
            parts.starts[i], parts.ends[i] = span.start, span.end
        return cleaned

    def _own_texts(self, parts: ElementTexts, row: int, work: Work) -> None:
        """Cleans the texts that the row's elements and their cells carry themselves."""
        for i in parts.rows(row):
            own, kind = parts.texts[i], parts.kinds[i]
            if own is not None:
                parts.texts[i] = self._settled(own, [_span(0, len(own), kind)], work)[0]
            for cell in parts.cells_of(i):
                content = parts.cell_texts[cell]
                if content is not None:
                    span = _span(0, len(content), TABLE)
                    parts.cell_texts[cell] = self._settled(content, [span], work)[0]

    def clean(self, text: str, counts: Counter[str] | None = None) -> str:
        r"""`text`, Markdown or plain, cleaned; fenced code only loses control characters.

        >>> CleanText().clean("Ａn exam-\nple：cafÃ©\u200b \n\n```\nx-\ny \n```")
        'An example：café\n\n```\nx-\ny \n```'
        """
        return self._unparsed(Work(text, Counter() if counts is None else counts))

    def _unparsed(self, work: Work) -> str:
        """The text of a work without elements cleaned."""
        text = work.text
        for _ in range(ROUNDS):
            plain = self._plain(text, work)
            work.removed.follow(text, plain)
            cleaned = plain
            if self.residue and (found := residue.found(plain, layout.fenced(plain))):
                cleaned = _cut(plain, [], found, work)[0]
            if cleaned == text:
                break
            text = cleaned
        return text

    def _plain(self, text: str, work: Work) -> str:
        """`text` after one pass, in which fences are verbatim and tables are tables."""
        if self.whitespace:  # first, as a fence is found by its line
            text, ends = characters.line_feeds(text)
            work.counts["whitespace"] += ends
        spans = [Span(start, end, verbatim=True) for start, end in layout.fenced(text)]
        spans += [Span(start, end, table=True) for start, end in layout.tables(text)]
        text, _ = self._pass(text, spans, work)
        if self.lines and not spans:
            text, joined = broken_lines.unspaced(text)
            work.counts["lines"] += joined
        return text

    def _settled(self, text: str, spans: Sequence[Span], work: Work) -> tuple[str, Sequence[Span]]:
        """`text` and `spans` after as many passes as it takes until nothing changes."""
        given = text
        for _ in range(ROUNDS):
            cleaned, spans = self._pass(text, spans, work)
            if cleaned == text:
                break
            text = cleaned
        work.removed.follow(given, text)
        return text, spans

    def _pass(self, text: str, spans: Sequence[Span], work: Work) -> tuple[str, Sequence[Span]]:
        """`text` and `spans` after one pass over each piece."""
        if not self._may_change(text):
            return text, spans
        return rebuilt(text, spans, partial(self._piece, work))

    def _may_change(self, text: str) -> bool:
        """Whether any step may have something to do on `text` as a whole; never wrongly False."""
        return (
            (self.whitespace and layout.is_untidy(text))
            or (self.hyphenation and layout.has_hyphen_breaks(text))
            or ((self.control or self.whitespace) and characters.has_controls(text))
            or (self.mojibake and mojibake.is_suspicious(text))
            or (self.nfkc != "off" and characters.has_forms(text, full=self.nfkc == "full"))
            or (self.simplify and not text.isascii())
            or (self.lines and broken_lines.has_broken_lines(text))
        )

    def _piece(self, work: Work, piece: Piece) -> str:
        """One piece after one pass; the work's counts grow."""
        text = piece.text
        steps: list[tuple[str, Kernel]] = []
        if self.whitespace:
            steps.append(("whitespace", partial(characters.line_feeds, after=piece.after)))
        if not piece.verbatim:
            if self.mojibake:
                steps.append(("mojibake", mojibake.repaired))
            if not piece.table:
                steps += self._prose_steps(text, work)
            elif self.nfkc != "off":
                steps.append(("nfkc", characters.composed))
        if self.control:
            repairable = self.mojibake and not piece.verbatim
            plain = characters.without_controls
            steps.append(("control", mojibake.without_controls if repairable else plain))
        if self.whitespace and not piece.verbatim:
            tidy = partial(layout.tidied, before=piece.before, after=piece.after)
            steps.append(("whitespace", tidy))
        for name, step in steps:
            text, count = step(text)
            work.counts[name] += count
        return text

    def _prose_steps(self, text: str, work: Work) -> list[tuple[str, Kernel]]:
        """The steps that code, formulas and tables are spared."""
        steps: list[tuple[str, Kernel]] = []
        if self.nfkc == "compat-safe":
            steps.append(("nfkc", characters.compatible))
        elif self.nfkc == "full":
            steps.append(("nfkc", partial(characters.composed, form="NFKC")))
        if self.simplify and not text.isascii() and work.is_chinese:
            steps.append(("simplified", chinese.simplified))
        if self.hyphenation and ("-" in text or not text.isascii()):
            steps.append(("hyphens", lambda part: _joined_words(part, work)))
        if self.lines:
            steps.append(("lines", broken_lines.joined))
        return steps


def _joined_words(text: str, work: Work) -> tuple[str, int]:
    """`text` with broken words joined; the vocabulary is made only when one is found."""
    return layout.joined(text, work.words) if layout.has_hyphen_breaks(text) else (text, 0)


def _spared(spans: Sequence[Span], whole: Sequence[bool]) -> list[tuple[int, int]]:
    """Places of the spans that lose no line."""
    return [(s.start, s.end) for s, is_whole in zip(spans, whole, strict=True) if is_whole]


def _span(start: int, end: int, kind: str | None) -> Span:
    """The span of an element of this kind."""
    return Span(start, end, kind in VERBATIM, kind == TABLE)


def _cut(
    text: str, spans: Sequence[Span], found: Sequence[tuple[int, int]], work: Work
) -> tuple[str, Sequence[Span]]:
    """`text` without the ranges `found`, and `spans`; the work counts and keeps the lines."""
    before = len(work.removed.texts)
    text, spans = work.removed.cut(text, spans, found)
    work.counts["residue"] += len(work.removed.texts) - before
    return text, spans


def _without(own: str | None, span: Span, removed: set[str]) -> str | None:
    """An element's own text without the lines that were removed from its span."""
    if own is None or span.start == span.end:
        return own if own is None else ""
    gone = {line.strip() for part in removed for line in part.split("\n")}
    return "\n".join(line for line in own.split("\n") if line.strip() not in gone)
