"""Documents -> chunks: the stage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, Literal, NamedTuple

import polars as pl

from dataflow.chunking.blocks import Block, blocks
from dataflow.chunking.cohesion import cohesion
from dataflow.chunking.fit import UNIT, cut_long, fit
from dataflow.chunking.outline import Outline
from dataflow.chunking.pack import extended, fill, joined, pack
from dataflow.chunking.pieces import Cut, Piece, split_blocks
from dataflow.chunking.sentence_spans import sentence_spans
from dataflow.chunking.tokenizers import Tokenizer, get_tokenizer
from schemas.document import ElementKind
from schemas.errors import SchemaError, UsageError
from schemas.ids import content_id

Strategy = Literal["structure", "sentence", "fixed"]

_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "chunk_id": pl.String, "doc_id": pl.String, "chunk_index": pl.Int32, "text": pl.String,
    "char_start": pl.Int64, "char_end": pl.Int64, "prefix": pl.String,
    "heading_path": pl.List(pl.String), "page_start": pl.Int32, "page_end": pl.Int32,
    "n_tokens": pl.Int32, "lang": pl.String, "source": pl.String, "metadata": pl.String,
}  # fmt: skip
CHUNK_FRAME = pl.Schema(_COLUMNS)

MIN_SIZE = 16
"""Tokens: less than this leaves no room for a heading and a word, or for one emoji in bytes."""


class Span(NamedTuple):
    """A chunk before it has its document: `text[start:end]`, and the table header it repeats."""

    start: int
    end: int
    prefix: str
    tokens: int


@dataclass(frozen=True)
class ChunkText:
    """Expand: each document becomes chunks of at most `size` tokens, table header included.

    `structure` cuts between blocks and topics, and keeps headings with their text, rows and code
    whole; `sentence` fills chunks with whole sentences; `fixed` with words. `overlap` tokens of
    whole pieces are repeated from the chunk before and count towards `size`. Headings are in
    `heading_path`, at no cost to the size. Tokens are those of `tokenizer` (see
    `dataflow.chunking.tokenizers`).

    Without an overlap the chunks hold every character of the text that is not white space exactly
    once. Time is linear in the length of the text.
    """

    VERSION: ClassVar[int] = 1

    strategy: Strategy = "structure"
    size: int = 200
    overlap: int = 0
    tokenizer: str = "unicode"

    def __post_init__(self) -> None:
        if self.strategy not in ("structure", "sentence", "fixed"):
            raise UsageError(
                f"unknown strategy {self.strategy!r}: use 'structure', 'sentence' or 'fixed'"
            )
        if self.size < MIN_SIZE:
            raise UsageError(f"size is {self.size}: a chunk needs at least {MIN_SIZE} tokens")
        if not 0 <= self.overlap <= self.size // 2:
            raise UsageError(
                f"overlap is {self.overlap}: it must be from 0 to half of size ({self.size // 2})"
            )

    @property
    def identity(self) -> str:
        """The options, and the content of the tokenizer's file behind its path."""
        tokenizer = get_tokenizer(self.tokenizer)
        return f"{replace(self, tokenizer=tokenizer.name)!r} {tokenizer.hash}"

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The chunks of all documents, in the order of their documents.

        Uses the columns source, lang and elements where they are. Raises SchemaError without
        doc_id or text.
        """
        missing = {"doc_id", "text"} - set(frame.columns)
        if missing:
            raise SchemaError(f"chunk: missing columns {sorted(missing)}")
        if "elements" in frame.columns and not _has_spans(frame.schema["elements"]):
            frame = frame.drop("elements")  # another tool's column of that name
        tokenizer = get_tokenizer(self.tokenizer)
        metadata = json.dumps({"strategy": self.strategy, "tokenizer": self.tokenizer})
        rows = [
            (*row, metadata)
            for document in frame.iter_rows(named=True)
            for row in self._rows(document, tokenizer)
        ]
        return pl.DataFrame(rows, schema=CHUNK_FRAME, orient="row")

    def _rows(self, document: Mapping[str, Any], tokenizer: Tokenizer) -> Iterator[tuple[Any, ...]]:
        text = document["text"] or ""
        doc_id = document["doc_id"]
        lang = document.get("lang") or "und"
        found = blocks(text, document.get("elements"))
        outline = Outline(found)
        for index, span in enumerate(self.spans(text, found, lang, tokenizer)):
            piece = text[span.start : span.end]
            pages = outline.pages(span.start, span.end)
            yield (
                content_id("chunk", doc_id, span.start, span.end, piece),
                doc_id, index, piece, span.start, span.end, span.prefix,
                outline.heading_path(span.start, span.end), *pages, span.tokens, lang,
                document.get("source") or "",
            )  # fmt: skip

    def spans(self, text: str, found: list[Block], lang: str, tokenizer: Tokenizer) -> list[Span]:
        """Spans of one document's chunks in order, each at most `size` tokens."""
        count = tokenizer.count
        room = self.size - self.overlap
        if self.strategy == "structure":
            pieces = split_blocks(text, found, lang, sentence_spans)
            pieces = joined(fit(text, pieces, found, room, count), room)
            starts = pack(pieces, room, cohesion([text[p.start : p.end] for p in pieces]).tolist())
        else:
            pieces = self._flat(text, lang)
            pieces = fit(text, pieces, [Block(0, len(text), ElementKind.PARAGRAPH)], room, count)
            starts = fill(pieces, room)
        ends = [*starts[1:], len(pieces)] if starts else []
        begins = extended(pieces, starts, self.overlap) if self.overlap else starts
        groups = [pieces[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return list(self._exact(text, groups, tokenizer))

    def _flat(self, text: str, lang: str) -> list[Piece]:
        """Sentences or words of the whole text."""
        if self.strategy == "sentence":
            whole = [Block(0, len(text), ElementKind.PARAGRAPH)] if text.strip() else []
            return split_blocks(text, whole, lang, sentence_spans)
        starts = [m.start() for m in UNIT.finditer(text) if not m.group().isspace()]
        return [Piece(a, b, Cut.SENTENCE, 0) for a, b in pairwise([*starts, len(text)])]

    def _exact(self, text: str, groups: list[list[Piece]], tokenizer: Tokenizer) -> Iterator[Span]:
        """Spans whose token counts are counted on the chunk's own text, not summed over pieces.

        Vocabularies merge and split across pieces, so a sum may be too low: then the chunk is
        halved.
        """
        spans = [_trimmed(text, group[0].start, group[-1].end) for group in groups]
        counts = tokenizer.count([text[start:end] for start, end in spans])
        for (start, end), group, tokens in zip(spans, groups, counts, strict=True):
            head = group[0]
            total = tokens + head.prefix_tokens
            if total <= self.size:
                yield Span(start, end, head.prefix, total)
            elif len(group) > 1:
                middle = len(group) // 2
                yield from self._exact(text, [group[:middle], group[middle:]], tokenizer)
            else:
                yield from self._halved(text, head, tokenizer)

    def _halved(self, text: str, piece: Piece, tokenizer: Tokenizer) -> Iterator[Span]:
        limit = max(1, piece.tokens // 2)
        starts = cut_long(text, [piece.start], piece.end, limit, tokenizer.count)
        for start, end in pairwise([*starts, piece.end]):
            start, end = _trimmed(text, start, end)
            tokens = tokenizer.count([text[start:end]])[0] + piece.prefix_tokens
            yield Span(start, end, piece.prefix, tokens)


def _has_spans(kind: pl.DataType) -> bool:
    """Whether a column of this type holds elements of a document."""
    if not isinstance(kind, pl.List) or not isinstance(kind.inner, pl.Struct):
        return False
    return {"kind", "char_start", "char_end"} <= {field.name for field in kind.inner.fields}


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its end."""
    return start, start + len(text[start:end].rstrip())
