"""What curation did to the text that stays: passages cut out, data masked, licences, splits."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from dataflow.report.display import visible
from dataflow.report.model import Curation, HitRow, RemovedRow
from dataflow.report.numbers import Count
from dataflow.report.tally import Tally

DOCUMENT_COLUMNS = ["personal_data", "license", "split", "n_tokens", "languages"]
REMOVED_COLUMNS = ["stage", "unit", "text", "copies"]
HIT_COLUMNS = ["set", "item", "text", "overlap", "source", "doc_id"]
PASSAGE = ["stage", "unit", "text"]
"""What makes two removed passages one, as far as they are shown."""
SHOWN = 10
TEXT = 240
"""Code points of a passage that are shown."""
MIXED = 0.1
"""Share of the letters in a second language from which on a document counts as mixed."""


class Curated:
    """Filled with the shards of `documents/`, `removed/` and `contamination/`."""

    def __init__(self) -> None:
        self.personal, self.personal_documents = Tally(), Tally()
        self.licences, self.splits, self.units, self.sets = Tally(), Tally(), Tally(), Tally()
        self.mixed = 0
        self._removed: pl.DataFrame | None = None
        self._hits: pl.DataFrame | None = None

    def add_documents(self, frame: pl.DataFrame) -> None:
        """Counts a shard of documents (the columns `DOCUMENT_COLUMNS`)."""
        found = frame.select(pl.col("personal_data").explode()).drop_nulls().unnest("personal_data")
        for kind, action, count in found.select("kind", "action", "count").iter_rows():
            self.personal.add(f"{kind} {action}", count)
            self.personal_documents.add(f"{kind} {action}")
        self.licences.add_column(frame.filter(pl.col("license").fill_null("") != ""), "license")
        self.splits.add_column(frame, "split", "n_tokens")
        second = pl.col("languages").list.get(1, null_on_oob=True).struct.field("share")
        self.mixed += int(frame.select((second >= MIXED).sum()).item() or 0)

    def add_removed(self, frame: pl.DataFrame) -> None:
        """Counts a shard of removed passages."""
        self.units.add_column(
            frame.with_columns(name=pl.concat_str("stage", "unit", separator=" ")), "name"
        )
        short = frame.with_columns(pl.col("text").str.strip_chars().str.head(2 * TEXT))
        both = short if self._removed is None else pl.concat([self._removed, short])
        order = both.sort(["copies", *PASSAGE], descending=[True, False, False, False],
                          nulls_last=True)  # fmt: skip
        fresh = order.unique(PASSAGE, keep="first", maintain_order=True)
        self._removed = fresh.group_by("stage", maintain_order=True).head(SHOWN).select(
            frame.columns
        )  # fmt: skip

    def add_hits(self, frame: pl.DataFrame) -> None:
        """Counts a shard of passages that stand in evaluation sets."""
        self.sets.add_column(frame, "set")
        short = frame.with_columns(pl.col("text").str.head(2 * TEXT))
        both = short if self._hits is None else pl.concat([self._hits, short])
        order = ["overlap", "source", "set", "item", "text"]
        self._hits = both.sort(order, descending=[True, False, False, False, False]).head(SHOWN)

    def result(self) -> Curation:
        """All of it, largest counts first."""
        items = {count.name: count.count for count in self.personal.ranked()}
        personal = tuple(
            Count(count.name, count.count, items.get(count.name, 0))
            for count in self.personal_documents.ranked()
        )
        return Curation(
            personal, self.licences.ranked(), self.splits.ranked(), self.units.ranked(),
            tuple(self._removed_rows()), self.sets.ranked(), tuple(self._hit_rows()), self.mixed,
        )  # fmt: skip

    def _removed_rows(self) -> Iterator[RemovedRow]:
        if self._removed is not None:
            for row in self._removed.iter_rows(named=True):
                yield RemovedRow(
                    visible(row["stage"], 20), visible(row["unit"], 20), row["copies"] or 0,
                    visible(row["text"], TEXT),
                )  # fmt: skip

    def _hit_rows(self) -> Iterator[HitRow]:
        if self._hits is not None:
            for row in self._hits.iter_rows(named=True):
                yield HitRow(
                    visible(row["set"], 80), visible(row["item"], 64), visible(row["source"]),
                    float(row["overlap"]), visible(row["text"], TEXT),
                )  # fmt: skip
