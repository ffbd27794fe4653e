"""The decontamination stage: documents held against evaluation sets, item by item."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import RecipeError
from schemas.ids import content_id
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import CONTAMINATION

if TYPE_CHECKING:
    from dataflow.decontamination.index import EvaluationIndex
    from dataflow.decontamination.matching import Overlap

HIT_FRAME = pl.Schema(CONTAMINATION.schema)
DETAIL_ITEMS = 3
"""Items that a reject row names; `contamination/` has them all."""


@dataclass(frozen=True)
class Decontaminate:
    """Splits: documents that hold items of an evaluation set are dropped, or only reported.

    `sets` are files or folders of JSONL or Parquet evaluation sets; without any the stage is off.
    Of an item the texts under `fields` count (`a.b` for a key within a key), by default all its
    texts at any depth. Texts are compared folded: case, full width, punctuation, white space and
    Markdown make no difference, nor do `_` that leave a blank.

    An item overlaps by the share of its n-grams that stand in the document: `ngram` words, or
    `ngram_characters` for passages that are mostly Han, kana or hangul (a word of Chinese running
    text has about one and a half characters). Each text of an item is measured on its own, so that
    a prompt without its answer is found, and the largest share counts; n-grams never run across
    two texts, so that the layout of choices makes no difference. From `min_overlap` on a document
    is contaminated. An item whose texts are all shorter than an n-gram is found when those of at
    least `shortest` words or `shortest_characters` stand in the document as a whole; still shorter
    ones are in too many documents to mean anything, and are counted, not compared. N-grams in more
    than `common` items are the instructions of the set, and do not count; nor do those of which
    half the units repeat.

    `action` is `drop`, or `tag`: no document is removed, the hits are in `contamination/` all the
    same. Samples that say what an item says are dropped either way.

    13 words are those of GPT-3 (Brown et al. 2020), the share of one half that of Tülu 3 (Lambert
    et al. 2024). Every hit is checked letter by letter: no hash decides.
    """

    VERSION: ClassVar[int] = 1

    sets: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ngram: int = 13
    ngram_characters: int = 20
    min_overlap: float = 0.5
    shortest: int = 8
    shortest_characters: int = 12
    common: int = 20
    action: Literal["drop", "tag"] = "drop"

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        for name in ("shortest", "shortest_characters", "common"):
            if getattr(self, name) < 1:
                raise RecipeError(f"decontaminate.{name} must be at least 1")
        for short, long in (("shortest", "ngram"), ("shortest_characters", "ngram_characters")):
            if getattr(self, short) > getattr(self, long) or getattr(self, long) > 1000:
                raise RecipeError(
                    f"decontaminate.{long} must be from decontaminate.{short} "
                    f"({getattr(self, short)}) to 1000, not {getattr(self, long)}"
                )
        if not 0 < self.min_overlap <= 1:
            raise RecipeError(
                f"decontaminate.min_overlap must be in (0, 1], not {self.min_overlap}"
            )
        if self.action not in ("drop", "tag"):
            raise RecipeError(f"decontaminate.action must be 'drop' or 'tag', not {self.action!r}")
        for name in ("sets", "fields"):
            given = getattr(self, name)
            values = (given,) if isinstance(given, str) else tuple(given)
            if not all(values):
                raise RecipeError(f"decontaminate.{name} has an empty name")
            object.__setattr__(self, name, values)

    @property
    def enabled(self) -> bool:
        """Whether there are sets to compare with."""
        return bool(self.sets)

    @property
    def identity(self) -> str:
        """Options, and names and bytes of the sets: moving their folder changes nothing."""
        from dataflow.decontamination.sets import set_files

        files = []
        for name, path in set_files(self.sets):
            with path.open("rb") as file:
                files += [name, hashlib.file_digest(file, "sha256").hexdigest()]
        options = [
            repr(getattr(self, name)) for name in self.__dataclass_fields__ if name != "sets"
        ]
        return content_id("decontaminate", *options, *files)

    def load(self) -> EvaluationIndex:
        """The index of all sets.

        Raises:
            UsageError: a set cannot be read; the message names file and line.
        """
        from dataflow.decontamination.build import IndexBuilder, Sizes
        from dataflow.decontamination.sets import read_items, set_files

        words = Sizes(self.ngram, self.shortest)
        characters = Sizes(self.ngram_characters, self.shortest_characters)
        builder = IndexBuilder(words, characters, self.common)
        for name, path in set_files(self.sets):
            builder.add(name, read_items(name, path, self.fields))
        return builder.finish()

    @staticmethod
    def read_index(path: Path) -> EvaluationIndex:
        """The index that its `write` left in `path`, memory-mapped; StoreError when damaged."""
        from dataflow.decontamination.index import EvaluationIndex

        return EvaluationIndex.read(path)

    def __call__(
        self, frame: pl.DataFrame, index: EvaluationIndex | None = None
    ) -> tuple[Split, pl.DataFrame]:
        """Kept rows and rejects, and the hits: one row of `contamination/` for each span.

        `frame` has doc_id, text and perhaps source; without `index` the sets are read here.
        """
        from dataflow.decontamination.matching import overlaps

        index = self.load() if index is None else index
        sources = frame["source"] if "source" in frame.columns else None
        hits: list[tuple[object, ...]] = []
        rejects: list[Reject] = []
        bad = []
        for row, found in overlaps(frame["text"], index, self.min_overlap):
            doc_id = str(frame["doc_id"][row])
            source = "" if sources is None else sources[row] or ""
            text = frame["text"][row]
            bad.append(row)
            rejects.append(self._reject(doc_id, source, found, index))
            hits += [
                (doc_id, index.names[index.item_set[item]], index.items[item], begin, end,
                 text[begin:end], share, source)
                for item, share, spans in found
                for begin, end in spans
            ]  # fmt: skip
        contamination = pl.DataFrame(hits, schema=HIT_FRAME, orient="row")
        if self.action == "tag":
            return Split(frame, reject_frame([])), contamination
        mask = pl.Series([False]).new_from_index(0, frame.height)
        kept = frame.filter(~mask.scatter(bad, True)) if bad else frame
        check_conserved("decontaminate", frame.height, kept.height, len(rejects))
        return Split(kept, reject_frame(rejects)), contamination

    def _reject(
        self, doc_id: str, source: str, found: list[Overlap], index: EvaluationIndex
    ) -> Reject:
        named = "; ".join(
            f"{index.names[index.item_set[item]]} item {index.items[item]}: "
            f"characters {spans[0][0]} to {spans[0][1]}"
            for item, _, spans in found[:DETAIL_ITEMS]
        )
        more = f"; and {len(found) - DETAIL_ITEMS} more" if len(found) > DETAIL_ITEMS else ""
        return Reject(
            id=doc_id,
            level=Level.DOCUMENT,
            stage=StageName.DECONTAMINATE,
            reason=Reason.CONTAMINATED,
            source=source,
            detail=named + more,
            value=found[0].share,
            threshold=self.min_overlap,
        )
