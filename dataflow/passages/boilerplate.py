"""The stage that cuts boilerplate lines: scan each pack alone, compare all lines, cut each pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from schemas.errors import RecipeError

if TYPE_CHECKING:
    from dataflow.passages.blocks import UnitBlock
    from dataflow.passages.cutting import Cutting


@dataclass(frozen=True)
class CutBoilerplate:
    """Cuts lines that most documents of a source share: menus, notices, running heads.

    A line is shared when, case, punctuation and white space aside (and digits, in page numbers and
    short notices), it stands in at least `min_documents` documents of its source and in the share
    `min_share` of them. Sources are the host of an address on the web, and every folder above a
    file. Records of one file (`part.jsonl#3`) are no source and are left alone, but for those whose
    `source` is an address: they belong to its host. Only documents give evidence that share no more
    than a part of their text with others: at least `own_share` of their letters stand in lines that
    one or two documents have. So copies and versions of one text are left to deduplication.

    Recipes share steps, contracts clauses, exercises instructions; so a shared line is cut only
    where it cannot be one. Among the shared lines at the very beginning (a title heading aside) or
    end of a text it must say what notices say: whose publication, rights or opinion it is, how to
    subscribe or where to click, an address on the web. Everywhere a line goes that is furniture by
    its form: © and a year, "all rights reserved", a page's number, a menu of three entries and more
    with » between them, or | and one such as Home or 首页 (inside a text only with blank lines
    around it). Each line is judged
    alone, sentences broken into lines as a whole; so headings and labels such as 参考文献 or
    Conclusion stay beside what is cut, as do `name: value`, code, formulas and tables, and lines
    of more than `max_chars` letters. The names of sites and menus with an entry on each line stay
    too, but for entries such as "Log in": nothing tells them from labels.

    With `inside`, full sentences of at least `min_chars` letters (an ideograph counts as three) are
    cut wherever they stand, whatever they say: for sites that are known to put notices in the
    middle of their texts. It takes steps and clauses that documents share too.

    With `pages`, lines are cut too that stand at the edge of half of the pages of one document.
    """

    VERSION: ClassVar[int] = 2

    enabled: bool = True
    min_documents: int = 8
    min_share: float = 0.5
    own_share: float = 0.4
    min_chars: int = 30
    max_chars: int = 1000
    inside: bool = False
    pages: bool = True

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if self.min_documents < 2:
            raise RecipeError(
                f"boilerplate.min_documents must be at least 2, not {self.min_documents}"
            )
        for name in ("min_share", "own_share"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise RecipeError(f"boilerplate.{name} must be in (0, 1], not {value}")
        if not 1 <= self.min_chars <= self.max_chars:
            raise RecipeError(
                f"boilerplate.min_chars ({self.min_chars}) must be from 1 to "
                f"boilerplate.max_chars ({self.max_chars})"
            )

    def collect(self, frame: pl.DataFrame) -> UnitBlock:
        """The lines of the documents of `frame` (doc_id, source, text[, elements]), folded."""
        from dataflow.passages.collecting import collect_lines

        return collect_lines(frame, self.VERSION, pages=self.pages)

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

    def resolve(self, blocks: Sequence[UnitBlock]) -> pl.DataFrame:
        """What to cut of all documents in `blocks`, with the columns of CUT_FRAME."""
        from dataflow.passages.sharing import resolve_lines

        return resolve_lines(blocks, self)

    def cut(self, frame: pl.DataFrame, cuts: pl.DataFrame) -> Cutting:
        """`frame`, as it was collected, without the `cuts` of its documents."""
        from dataflow.passages.cutting import cut

        return cut(frame, cuts, "boilerplate")

    def __call__(self, frame: pl.DataFrame) -> Cutting:
        """Collects, resolves and cuts one frame that holds the whole corpus."""
        return self.cut(frame, self.resolve([self.collect(frame)]))
