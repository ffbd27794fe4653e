"""The stage that cuts repeated passages: fold each pack alone, compare all, cut each pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from schemas.errors import RecipeError

if TYPE_CHECKING:
    from dataflow.passages.blocks import UnitBlock
    from dataflow.passages.cutting import Cutting


@dataclass(frozen=True)
class CutRepeats:
    """Cuts passages that stand word for word in an earlier document too; the first one stays.

    `unit` says what a passage is: a `paragraph`, a `sentence`, or a `substring`, any run of words;
    `off` cuts nothing. Case, punctuation and white space do not count. What a document repeats
    within itself stays, and so do code, formulas and tables. Which document is the first says the
    order that the corpus is deduplicated in.

    Paragraphs and sentences shorter than `min_paragraph_chars` and `min_sentence_chars` letters
    (an ideograph counts as three) stay: short ones are alike by chance. A substring has at least
    `min_tokens` words or ideographs: 50 is what suffix-array deduplication uses (Lee et al.,
    Deduplicating Training Data Makes Language Models Better, ACL 2022). Every cut substring is
    compared token by token with a place that its document keeps.
    """

    VERSION: ClassVar[int] = 1

    unit: Literal["off", "paragraph", "sentence", "substring"] = "off"
    min_paragraph_chars: int = 80
    min_sentence_chars: int = 60
    min_tokens: int = 50

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if self.unit not in ("off", "paragraph", "sentence", "substring"):
            raise RecipeError(
                "passages.unit must be 'off', 'paragraph', 'sentence' or 'substring', "
                f"not {self.unit!r}"
            )
        for name in ("min_paragraph_chars", "min_sentence_chars"):
            if getattr(self, name) < 1:
                raise RecipeError(f"passages.{name} must be at least 1, not {getattr(self, name)}")
        if self.min_tokens < 5:
            raise RecipeError(f"passages.min_tokens must be at least 5, not {self.min_tokens}")

    @property
    def least(self) -> int:
        """The length of the shortest passage in letters, for substrings in tokens."""
        sizes = {"paragraph": self.min_paragraph_chars, "sentence": self.min_sentence_chars}
        return sizes.get(self.unit, self.min_tokens)

    def collect(self, frame: pl.DataFrame) -> UnitBlock:
        """The passages of the documents of `frame` (doc_id, text[, source, lang, elements])."""
        from dataflow.passages.blocks import make_block
        from dataflow.passages.collecting import collect_passages, collect_tokens

        if self.unit == "off":
            return make_block(self.scheme, frame.clear(), {})
        if self.unit == "substring":
            return collect_tokens(frame, self.least, self.scheme)
        return collect_passages(frame, self.unit, self.least, self.scheme)

    @property
    def scheme(self) -> str:
        """What this stage's blocks depend on."""
        return f"{self.unit} {self.VERSION} {self.least}"

    @staticmethod
    def write_block(path: Path, block: UnitBlock) -> None:
        """Writes `block` to `path` as one Arrow IPC file, whole or not at all."""
        from dataflow.passages import blocks

        blocks.write_block(path, block)

    @staticmethod
    def read_block(path: Path) -> UnitBlock:
        """The block in `path`, memory-mapped; raises StoreError when it is damaged."""
        from dataflow.passages import blocks

        return blocks.read_block(path)

    def resolve(self, blocks: Sequence[UnitBlock], order: pl.Series) -> pl.DataFrame:
        """What to cut of all documents in `blocks`, with the columns of CUT_FRAME.

        `order` holds doc_ids: of several copies that in its first document stays. Documents that
        are not in it are left out.
        """
        from dataflow.passages.copies import resolve_passages

        return resolve_passages(blocks, order, self)

    def cut(self, frame: pl.DataFrame, cuts: pl.DataFrame) -> Cutting:
        """`frame`, as it was collected, without the `cuts` of its documents."""
        from dataflow.passages.cutting import cut

        return cut(frame, cuts, "passages")

    def __call__(self, frame: pl.DataFrame) -> Cutting:
        """Collects, resolves and cuts one frame that holds the whole corpus, in its order."""
        cuts = self.resolve([self.collect(frame)], frame["doc_id"].cast(pl.String))
        return self.cut(frame, cuts)
