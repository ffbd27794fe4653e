"""Cleaning: mojibake, compatibility forms, control characters, white space, hyphenation.

The document's text and its elements' spans into it change together; the elements' own texts and
the cells of tables get the same treatment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import polars as pl

from dataflow.text import characters, layout, mojibake
from dataflow.text.element_columns import ElementTexts, element_texts, with_element_texts
from dataflow.text.segments import Piece, Span, check_spans, rebuilt
from schemas.document import ElementKind
from schemas.tables import CHANGES

CHANGE_STRUCT = pl.Struct({name: pl.Int64 for name, _ in CHANGES})
VERBATIM = frozenset({ElementKind.CODE.value, ElementKind.FORMULA.value})
"""Kinds of elements that only lose control characters and foreign line ends."""
ROUNDS = 8
"""Passes over a text at most. One step can make work for another (a zero-width space between a
hyphen and its line's end), so passes are repeated until nothing changes; two are the rule."""

Kernel = Callable[[str], tuple[str, int]]
Words = Callable[[], frozenset[str]]
"""The document's vocabulary, made only when a broken word asks for it."""


@dataclass(frozen=True)
class CleanText:
    """Annotates: `text` and `elements` cleaned, `changes` counted.

    `nfkc`: `compat-safe` maps forms that carry no meaning (see `characters`), `full` is Unicode's
    NFKC, which also turns ，into a comma and x² into x2, `off` none. Cleaning is idempotent: a
    clean frame comes back with the same texts and spans. Raises SchemaError when an element's span
    lies outside its text.
    """

    VERSION: ClassVar[int] = 1

    mojibake: bool = True
    nfkc: Literal["compat-safe", "full", "off"] = "compat-safe"
    control: bool = True
    whitespace: bool = True
    hyphenation: bool = True

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with `text`, `elements` (if there) rewritten and `changes` added."""
        texts = frame["text"].to_list()
        parts = element_texts(frame["elements"]) if "elements" in frame.columns else None
        changes: list[dict[str, int]] = []
        for row, text in enumerate(texts):
            counts: Counter[str] = Counter()
            if text is not None:
                texts[row] = self._document(text, parts, row, counts)
            changes.append({name: counts[name] for name, _ in CHANGES})
        columns = [
            pl.Series("text", texts, dtype=pl.String),
            pl.Series("changes", changes, dtype=CHANGE_STRUCT),
        ]
        if parts is not None:
            columns.append(with_element_texts(frame["elements"], parts))
        return frame.with_columns(columns)

    def _document(
        self, text: str, parts: ElementTexts | None, row: int, counts: Counter[str]
    ) -> str:
        """`text` cleaned; spans and texts of the row's elements are changed in `parts`."""
        if parts is None:
            return self.clean(text, counts)
        at = [
            i for i in parts.rows(row) if parts.starts[i] is not None and parts.ends[i] is not None
        ]
        spans = [Span(parts.starts[i], parts.ends[i], parts.kinds[i] in VERBATIM) for i in at]
        check_spans(spans, len(text))
        words = partial(layout.vocabulary, text)
        cleaned, moved = self._settled(text, spans, counts, words)
        for i, span in zip(at, moved, strict=True):
            parts.starts[i], parts.ends[i] = span.start, span.end
        self._own_texts(parts, row, words)
        return cleaned

    def _own_texts(self, parts: ElementTexts, row: int, words: Words) -> None:
        """Cleans the texts that the row's elements and their cells carry themselves."""
        unseen: Counter[str] = Counter()
        for i in parts.rows(row):
            own, verbatim = parts.texts[i], parts.kinds[i] in VERBATIM
            if own is not None:
                whole = [Span(0, len(own), verbatim)]
                parts.texts[i] = self._settled(own, whole, unseen, words)[0]
            for cell in parts.cells_of(i):
                content = parts.cell_texts[cell]
                if content is not None:
                    parts.cell_texts[cell] = self._settled(content, [], unseen, words)[0]

    def clean(self, text: str, counts: Counter[str] | None = None) -> str:
        r"""`text`, Markdown or plain, cleaned; fenced code only loses control characters.

        >>> CleanText().clean("Ａn exam-\nple：cafÃ©\u200b \n\n```\nx-\ny \n```")
        'An example：café\n\n```\nx-\ny \n```'
        """
        counts = Counter() if counts is None else counts
        for _ in range(ROUNDS):
            if self.whitespace:  # first, as a fence is found by its line
                text, ends = characters.line_feeds(text)
                counts["whitespace"] += ends
            spans = [Span(start, end, verbatim=True) for start, end in layout.fenced(text)]
            cleaned, _ = self._pass(text, spans, counts, partial(layout.vocabulary, text))
            if cleaned == text:
                break
            text = cleaned
        return text

    def _settled(
        self, text: str, spans: Sequence[Span], counts: Counter[str], words: Words
    ) -> tuple[str, Sequence[Span]]:
        """`text` and `spans` after as many passes as it takes until nothing changes."""
        for _ in range(ROUNDS):
            cleaned, spans = self._pass(text, spans, counts, words)
            if cleaned == text:
                break
            text = cleaned
        return text, spans

    def _pass(
        self, text: str, spans: Sequence[Span], counts: Counter[str], words: Words
    ) -> tuple[str, Sequence[Span]]:
        """`text` and `spans` after one pass over each piece."""
        if not self._may_change(text):
            return text, spans
        broken = self.hyphenation and layout.has_hyphen_breaks(text)
        known = words() if broken else frozenset[str]()
        return rebuilt(text, spans, partial(self._piece, counts, known))

    def _may_change(self, text: str) -> bool:
        """Whether any step may have something to do on `text` as a whole; never wrongly False."""
        return (
            (self.whitespace and layout.is_untidy(text))
            or (self.hyphenation and layout.has_hyphen_breaks(text))
            or ((self.control or self.whitespace) and characters.has_controls(text))
            or (self.mojibake and mojibake.is_suspicious(text))
            or (self.nfkc != "off" and characters.has_forms(text, full=self.nfkc == "full"))
        )

    def _piece(self, counts: Counter[str], words: frozenset[str], piece: Piece) -> str:
        """One piece after one pass; `counts` grows."""
        text = piece.text
        steps: list[tuple[str, Kernel]] = []
        if self.whitespace:
            steps.append(("whitespace", partial(characters.line_feeds, after=piece.after)))
        if not piece.verbatim:
            steps += self._prose_steps(words)
        if self.control:
            steps.append(("control", characters.without_controls))
        if self.whitespace and not piece.verbatim:
            tidy = partial(layout.tidied, before=piece.before, after=piece.after)
            steps.append(("whitespace", tidy))
        for name, step in steps:
            text, count = step(text)
            counts[name] += count
        return text

    def _prose_steps(self, words: frozenset[str]) -> list[tuple[str, Kernel]]:
        """The steps that code and formulas are spared."""
        steps: list[tuple[str, Kernel]] = []
        if self.mojibake:
            steps.append(("mojibake", mojibake.repaired))
        if self.nfkc == "compat-safe":
            steps.append(("nfkc", characters.compatible))
        elif self.nfkc == "full":
            steps.append(("nfkc", partial(characters.composed, form="NFKC")))
        if self.hyphenation:
            steps.append(("hyphens", partial(layout.joined, words=words)))
        return steps
