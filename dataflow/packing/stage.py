"""The packing stage: documents become token sequences of at most a fixed capacity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import ConservationError, RecipeError, SchemaError
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import PACKED

Encode = Callable[[list[str]], list[NDArray[np.int32]]]
"""Token numbers of each text: the `encode` of any tokenizer."""

ENCODE_ROWS = 1000
"""Texts handed to the tokenizer at a time."""


@dataclass(frozen=True, slots=True)
class PackSequences:
    """Fills sequences of `capacity` tokens with whole documents, best fit first.

    Mode `pretrain` cuts a document longer than the capacity at multiples of it and packs the
    rest; mode `sft` cuts nothing and rejects such a row. A document that fits is never cut. `eos`
    is appended to each document (and counts); None appends nothing. `tokenizer` names the one
    whose `encode` the caller passes in.

    The result does not depend on the order of rows: pieces are taken by falling length, then by
    id. A piece's `position_ids` restart at 0, so attention can be kept inside it.
    """

    VERSION: ClassVar[int] = 1

    capacity: int = 2048
    mode: Literal["pretrain", "sft"] = "pretrain"
    tokenizer: str = "bytes"
    eos: int | None = None

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if not 1 <= self.capacity <= 1 << 24:
            raise RecipeError(f"pack.capacity must be in 1..2^24, not {self.capacity}")
        if self.mode not in ("pretrain", "sft"):
            raise RecipeError(f"pack.mode must be 'pretrain' or 'sft', not {self.mode!r}")
        if self.eos is not None and not 0 <= self.eos < 1 << 31:
            raise RecipeError(f"pack.eos must be a token number, not {self.eos}")

    def __call__(self, frame: pl.DataFrame, encode: Encode) -> Split:
        """Packed sequences (the columns of `packed/`) and a reject row for each row left out.

        `frame` has doc_id and text, and may have source. With a column sample_id rows are samples:
        that id stands for the row in `doc_ids` and in rejects.

        Raises:
            SchemaError: ids are missing or not unique.
            ConservationError: tokens in != tokens out, which would be a bug.
        """
        level = Level.SAMPLE if "sample_id" in frame.columns else Level.DOCUMENT
        key = "sample_id" if level is Level.SAMPLE else "doc_id"
        source = pl.col("source") if "source" in frame.columns else pl.lit("")
        rows = frame.select(
            pl.col(key).cast(pl.String).alias("id"), "text", source.cast(pl.String).alias("source")
        ).sort("id")
        if rows["id"].null_count() or rows["id"].n_unique() != len(rows):
            raise SchemaError(f"packing needs a {key} for each row, each different")
        tokens = self._encode(rows["text"].fill_null("").to_list(), encode)
        lengths = np.array([len(part) for part in tokens], np.int64)
        whole = (lengths > 0) & ((self.mode == "pretrain") | (lengths <= self.capacity))
        rejects = [
            self._reject(level, rows["id"][row], rows["source"][row], int(lengths[row]))
            for row in np.flatnonzero(~whole).tolist()
        ]
        kept = rows["id"].filter(pl.Series(whole))
        packed = self._pack(kept, [part for part, keep in zip(tokens, whole, strict=True) if keep])
        left_out = int(lengths[~whole].sum())
        check_conserved("pack (tokens)", int(lengths.sum()), _tokens(packed), left_out)
        return Split(packed, reject_frame(rejects))

    def _encode(self, texts: list[str], encode: Encode) -> list[NDArray[np.int32]]:
        tail = np.array([] if self.eos is None else [self.eos], np.int32)
        tokens: list[NDArray[np.int32]] = []
        for start in range(0, len(texts), ENCODE_ROWS):
            batch = texts[start : start + ENCODE_ROWS]
            encoded = encode(batch)
            if len(encoded) != len(batch):
                raise ConservationError(
                    f"tokenizer {self.tokenizer}: {len(batch)} texts in, {len(encoded)} out"
                )
            tokens += [np.concatenate([np.asarray(part, np.int32), tail]) for part in encoded]
        return tokens

    def _reject(self, level: Level, row_id: str, source: str | None, length: int) -> Reject:
        empty = length == 0
        return Reject(
            id=row_id,
            level=level,
            stage=StageName.PACK,
            reason=Reason.TOO_SHORT if empty else Reason.TOO_LONG_TO_PACK,
            source=source or "",
            detail="no tokens"
            if empty
            else f"{length} tokens, and mode 'sft' cuts nothing: raise capacity or shorten",
            value=float(length),
            threshold=1.0 if empty else float(self.capacity),
        )

    def _pack(self, ids: pl.Series, tokens: list[NDArray[np.int32]]) -> pl.DataFrame:
        """Sequences of the rows `ids`, each with at least one token."""
        from dataflow.packing.bestfit import best_fit, lay_out

        document, piece, lengths = cut(np.array([len(t) for t in tokens], np.int64), self.capacity)
        falling = np.argsort(-lengths, kind="stable")
        bins, opened = best_fit(lengths[falling], self.capacity)
        order = falling[np.argsort(bins, kind="stable")]
        document, piece, lengths = document[order], piece[order], lengths[order]
        begins = np.cumsum([0, *(len(part) for part in tokens)])
        flat = np.concatenate([np.empty(0, np.int32), *tokens])
        laid, positions = lay_out(flat, begins[document] + piece * self.capacity, lengths)
        pieces = np.searchsorted(np.sort(bins), np.arange(opened + 1))
        places = np.concatenate([[0], np.cumsum(lengths)])[pieces]
        names = ids.gather(document).to_arrow(compat_level=pl.CompatLevel.oldest())
        columns = {
            "sequence_id": pa.array(np.arange(opened)),
            "input_ids": _lists(places, pa.array(laid)),
            "position_ids": _lists(places, pa.array(positions)),
            "doc_ids": _lists(pieces, names),
            "lengths": _lists(pieces, pa.array(lengths.astype(np.int32))),
            "piece_index": _lists(pieces, pa.array(piece.astype(np.int32))),
        }
        frame = pl.from_arrow(pa.table(columns).select(PACKED.schema.names))
        assert isinstance(frame, pl.DataFrame)  # a table never becomes a Series
        return frame


def cut(
    lengths: NDArray[np.int64], capacity: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, number in the row and length of each piece when rows are cut at multiples of capacity.

    >>> [part.tolist() for part in cut(np.array([3, 10]), 4)]
    [[0, 1, 1, 1], [0, 0, 1, 2], [3, 4, 4, 2]]
    """
    count = -(-lengths // capacity)
    row = np.repeat(np.arange(len(lengths)), count)
    piece = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, piece, np.minimum(capacity, lengths[row] - piece * capacity)


def _lists(offsets: NDArray[np.int64], values: pa.Array) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values)


def _tokens(packed: pl.DataFrame) -> int:
    return int(packed["input_ids"].list.len().sum())
