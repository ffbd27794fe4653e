"""What was kept: the corpus's languages, types, sizes, signals and parse status."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dataflow.report.display import CELL, visible
from dataflow.report.model import DocumentRow, IssueCount
from dataflow.report.numbers import Count, Matrix
from dataflow.report.scales import SIGNAL_SCALES, TOKENS
from dataflow.report.tally import NAME_LENGTH, OTHER, Bins, Tally
from schemas.document import ParseStatus
from schemas.signals import SIGNALS

COLUMNS = [
    "doc_id", "source", "title", "media_type", "lang", "n_chars", "n_tokens", "n_pages", "status",
    "issues", "signals",
]  # fmt: skip
DOCUMENTS_SHOWN = 200
ROWS_SHOWN, COLUMNS_SHOWN = 12, 12
ISSUE_SOURCES = 5
ISSUE_CODES = 100


@dataclass
class Issues:
    """Occurrences of one issue code."""

    count: int = 0
    documents: int = 0
    sources: list[str] = field(default_factory=list)


class Corpus:
    """Filled with the shards of `documents/`, one after the other."""

    def __init__(self, wanted: set[str]) -> None:
        self.wanted = wanted
        self.names: dict[str, tuple[str, str]] = {}
        self.rows = self.characters = self.tokens = 0
        self.languages, self.media_types, self.statuses = Tally(), Tally(), Tally()
        self.sizes = Bins("tokens", TOKENS)
        self.signals = {name: Bins(name, SIGNAL_SCALES[name]) for name, _ in SIGNALS}
        self._pairs: dict[tuple[str, str], int] = {}
        self._issues: dict[str, Issues] = {}
        self._shown: pl.DataFrame | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Counts a shard (the columns `COLUMNS`)."""
        self.rows += frame.height
        self.characters += int(frame["n_chars"].sum())
        self.tokens += int(frame["n_tokens"].sum())
        self.languages.add_column(frame, "lang", "n_tokens")
        self.media_types.add_column(frame, "media_type", "n_tokens")
        self.statuses.add_column(frame, "status")
        self.sizes.add(frame["n_tokens"])
        self._add_pairs(frame)
        self._add_issues(frame)
        values = frame["signals"].struct.unnest()
        for name, bins in self.signals.items():
            bins.add(values[name])
        short = frame.drop("signals", "issues", "n_chars").with_columns(
            pl.col("title", "source").str.head(4 * CELL), pl.col("status", "lang").str.head(40),
            pl.col("media_type").str.head(NAME_LENGTH),
        )  # fmt: skip
        for doc_id, source, title in (
            short.filter(pl.col("doc_id").is_in(self.wanted))
            .select("doc_id", "source", "title").iter_rows()
        ):  # fmt: skip
            self.names[doc_id] = (visible(source), visible(title))
        both = short if self._shown is None else pl.concat([self._shown, short])
        # ids are hashes: the smallest are a sample that does not depend on order or shards
        self._shown = both.sort("doc_id", "source").head(DOCUMENTS_SHOWN)

    def _add_pairs(self, frame: pl.DataFrame) -> None:
        for lang, kind, count in (
            frame.group_by(["lang", "media_type"], maintain_order=True).len().iter_rows()
        ):
            pair = (visible(lang, NAME_LENGTH), visible(kind, NAME_LENGTH))
            if pair not in self._pairs and len(self._pairs) >= ROWS_SHOWN * 500:
                pair = (OTHER, OTHER)
            self._pairs[pair] = self._pairs.get(pair, 0) + count

    def _add_issues(self, frame: pl.DataFrame) -> None:
        found = frame.select("source", "issues").filter(pl.col("issues").list.len() > 0)
        for source, issues in found.iter_rows():
            codes = [visible(issue["code"], NAME_LENGTH) for issue in issues]
            for code in dict.fromkeys(codes):
                name = code if code in self._issues or len(self._issues) < ISSUE_CODES else OTHER
                entry = self._issues.setdefault(name, Issues())
                entry.count += codes.count(code)
                entry.documents += 1
                if len(entry.sources) < ISSUE_SOURCES:
                    entry.sources.append(visible(source))

    @property
    def partial(self) -> int:
        """Documents of which a part is missing."""
        return self.statuses.counts.get(ParseStatus.PARTIAL.value, 0)

    def matrix(self) -> Matrix:
        """Documents by language and media type, the most frequent ones; the rest are summed."""
        rows = _names(self.languages.ranked(), ROWS_SHOWN)
        columns = _names(self.media_types.ranked(), COLUMNS_SHOWN)
        counts = {(row, column): 0 for row in rows for column in columns}
        for (lang, kind), count in self._pairs.items():
            at = (lang if lang in rows else OTHER, kind if kind in columns else OTHER)
            counts[at] = counts.get(at, 0) + count
        return Matrix(rows, columns, tuple(tuple(counts[r, c] for c in columns) for r in rows))

    def issues(self) -> tuple[IssueCount, ...]:
        """Issues of parsing, the most frequent first."""
        order = sorted(self._issues, key=lambda code: (-self._issues[code].count, code))
        return tuple(
            IssueCount(code, entry.count, entry.documents, tuple(entry.sources))
            for code, entry in ((code, self._issues[code]) for code in order)
        )

    def documents(self) -> tuple[DocumentRow, ...]:
        """Up to `DOCUMENTS_SHOWN` documents by source."""
        if self._shown is None:
            return ()
        return tuple(
            DocumentRow(
                visible(row["doc_id"], 64), visible(row["source"]), visible(row["title"]),
                visible(row["media_type"], NAME_LENGTH), visible(row["lang"], 16),
                row["n_tokens"], row["n_pages"], visible(row["status"], 16),
            )
            for row in self._shown.sort("source", "doc_id").iter_rows(named=True)
        )  # fmt: skip


def _names(counts: tuple[Count, ...], limit: int) -> tuple[str, ...]:
    """The first `limit` names, the last of them `OTHER` when there are more."""
    names = tuple(count.name for count in counts)
    return names if len(names) <= limit else (*(n for n in names[: limit - 1] if n != OTHER), OTHER)
