"""NID, TEDS and MHS: how alike two Markdown texts are in order, tables and headings, 0 to 1.

The definitions are those of opendataloader-bench (its evaluators for reading order, tables and
heading level), written anew here:

- NID is the normalised indel similarity of the whole texts: 1 - (insertions + deletions) / (sum of
  the lengths). NID-S is the same without tables. Unrelated texts of one language reach .3 to .5.
- TEDS (Zhong et al. 2020, arXiv:1911.10683) is 1 - (tree edit distance) / (nodes of the larger
  tree). All tables of a document stand in one tree, table - row - cell, in their order, so that a
  table that is missing, invented or cut in two costs what it holds. A cell's distance is the
  normalised Levenshtein distance of its text, 1 where spans differ; head cells are cells.
  TEDS-S looks at structure alone. A document without tables has none; one whose tables were all
  missed has 0.
- MHS is the same similarity on a tree of headings, each with one node for the text below it.
  Levels don't count in it: all headings are children of the root. MHS-S looks at structure alone.
  A document without headings has none; a prediction without any has 0.

Where this differs, on both sides alike:

- Texts are spelled one way first (`blocks.py`): NFKC, plain quotes and dashes, no escapes, link
  targets, list bullets or heading marks, no white space beside Han characters. The original only
  takes out emphasis and repeated white space.
- A table counts in NID and in MHS by its cells' texts, not with HTML tags.
- Lines inside code fences are no headings (a shell comment is one in the original).
- A pipe table's head without any text is no row.
- MHS-L is ours: the tree is nested by level, and its nodes carry no text but the headings' own.
  It is the only score of the seven that sees a wrong level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from benchmarks.pdf_roundtrip.blocks import Block, Grid, Heading, blocks, spelled
from benchmarks.pdf_roundtrip.trees import Node, distance

VERSION = 1
"""Goes up when a score changes for the same texts: kept scores are then made again."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one document; None where its truth has no table or no heading.

    `invented` is the number of tables in a prediction whose truth has none.
    """

    nid: float
    nid_s: float
    teds: float | None
    teds_s: float | None
    mhs: float | None
    mhs_s: float | None
    mhs_l: float | None
    invented: int = 0


def scored(truth: str, predicted: str) -> Scores:
    """All scores of a predicted Markdown text against its truth."""
    wanted, found = blocks(truth), blocks(predicted)
    has_tables = any(isinstance(block, Grid) for block in wanted)
    has_headings = any(isinstance(block, Heading) for block in wanted)
    tables = sum(isinstance(block, Grid) for block in found)
    return Scores(
        nid=Indel.normalized_similarity(text_of(wanted), text_of(found)),
        nid_s=Indel.normalized_similarity(text_of(wanted, False), text_of(found, False)),
        teds=_tables(wanted, found, texts=True) if has_tables else None,
        teds_s=_tables(wanted, found, texts=False) if has_tables else None,
        mhs=_headings(wanted, found, texts=True) if has_headings else None,
        mhs_s=_headings(wanted, found, texts=False) if has_headings else None,
        mhs_l=_levels(wanted, found) if has_headings else None,
        invented=0 if has_tables else tables,
    )


def text_of(found: Sequence[Block], tables: bool = True) -> str:
    """The text that NID compares, with what stands in tables or without."""
    return spelled(" ".join(b.text for b in found if tables or not isinstance(b, Grid)))


def _tables(wanted: Sequence[Block], found: Sequence[Block], texts: bool) -> float:
    trees = [table_tree(side, texts) for side in (wanted, found)]
    if not trees[1].children:
        return 0.0
    # the root stands for the page, not for a table, and is not counted
    return _clipped(1 - distance(*trees) / max(tree.size - 1 for tree in trees))


def _headings(wanted: Sequence[Block], found: Sequence[Block], texts: bool) -> float:
    if not any(isinstance(block, Heading) for block in found):
        return 0.0
    trees = [heading_tree(side, texts) for side in (wanted, found)]
    return _clipped(1 - distance(*trees) / max(tree.size for tree in trees))


def _levels(wanted: Sequence[Block], found: Sequence[Block]) -> float:
    trees = [level_tree(side) for side in (wanted, found)]
    if not trees[1].children:
        return 0.0
    return _clipped(1 - distance(*trees) / max(tree.size - 1 for tree in trees))


def _clipped(value: float) -> float:
    return max(0.0, min(1.0, value))


def table_tree(found: Sequence[Block], texts: bool = True) -> Node:
    """The tables of a text as one tree: root, tables, rows, cells."""
    root = Node("root", "", [])
    for block in found:
        if isinstance(block, Grid):
            rows = [
                Node("row", "", [
                    Node((cell.row_span, cell.col_span), cell.text if texts else "", [])
                    for cell in row
                ])
                for row in block.rows
            ]  # fmt: skip
            root.children.append(Node("table", "", rows))
    return root


def heading_tree(found: Sequence[Block], texts: bool = True) -> Node:
    """Headings below the root, whatever their level, each with one node of the text under it."""
    root = Node("root", "", [])
    holder, pending = root, list[str]()

    def flush() -> None:
        content = spelled(" ".join(pending))
        if content:
            holder.children.append(Node("text", content if texts else "", []))
        pending.clear()

    for block in found:
        if isinstance(block, Heading):
            flush()
            holder = Node("heading", block.text if texts else "", [])
            root.children.append(holder)
        else:
            pending.append(block.text)
    flush()
    return root


def level_tree(found: Sequence[Block]) -> Node:
    """Headings alone, each below the last one before it of a higher rank."""
    root = Node("root", "", [])
    path = [(0, root)]
    for block in found:
        if isinstance(block, Heading):
            while path[-1][0] >= block.level:
                path.pop()
            node = Node("heading", block.text, [])
            path[-1][1].children.append(node)
            path.append((block.level, node))
    return root
