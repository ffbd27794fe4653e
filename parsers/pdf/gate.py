"""The gate between tables found by alignment and everything that merely looks like one.

Contents pages, lists, columns of prose and the labels of charts stand under each other too. The
gate is conservative: what it turns away stays in the running text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean

from parsers.pdf.charts import has_bars, has_curves
from parsers.pdf.evidence import Evidence
from parsers.pdf.lines import is_cjk
from parsers.pdf.markers import TERMINAL
from parsers.pdf.page import Ruling
from parsers.pdf.stream import (
    Row,
    StreamTable,
    built,
    runs,
)
from parsers.pdf.trace import SILENT, Layer, Trace
from parsers.pdf.values import is_numeric
from schemas.geometry import BBox

_MARKER = re.compile(
    r"[•◦▪■●○□►➢✓·*–—-]|\(?(\d{1,3}|[a-z]|[ivx]{1,5})[.)]|[(（]?[一二三四五六七八九十]+[)）、]|[①-⑳]",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\d{1,2}(\.\d{1,2}){0,4}\.?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_CLAUSE = re.compile(r"[\u4e00-\u9fff”）][，。；]")
_LEADER = re.compile(r"(\. ?){4,}|…{2,}|_{4,}")


FULL_LINE = 0.75
"""Share of its column that a line of prose fills, ragged right included."""
FULL_HAN_LINE = 0.93
"""The same for Han characters, which are set justified."""
HAN_SHAPE = 8.0
"""Width of a line of prose over its height at least: cells of two lines are less long."""
MIN_LINES = 6
"""Lines from which a column can be known for prose."""
PROSE_LENGTH = 22
"""Mean characters of lines of prose, Han counted twice: three or four words beside a figure."""


def _alone(table: StreamTable, rulings: Sequence[Ruling]) -> bool:
    """Whether fewer than two horizontal lines belong to the table."""
    box = table.bbox
    own = [
        r for r in rulings
        if r.horizontal and box.y0 - 20 <= r.at <= box.y1 + 20
        and min(r.end, box.x1) - max(r.start, box.x0) > 0.6 * box.width
    ]  # fmt: skip
    return len(own) < 2


def _column(table: StreamTable, col: int) -> list[str]:
    return [text for span, text, _ in table.cells if span.col == col]


def _is_list(table: StreamTable) -> bool:
    """Whether the first column holds list markers, or section numbers before words."""
    first, second = _column(table, 0), _column(table, 1)
    if first and mean(_MARKER.fullmatch(text) is not None for text in first) > 0.6:
        return True
    numbered = [text for text in first if _SECTION.fullmatch(text)]
    words = [text for text in second if not is_numeric(text)]
    return table.n_cols == 2 and len(numbered) > 0.6 * len(first) and len(words) == len(second)


def prose_column(table: StreamTable) -> int | None:
    """The column that holds lines of running text: they fill it, and break within sentences.

    Cells of text begin with a capital, and those of Han characters seldom fill their column.
    """
    for col in range(table.n_cols):
        own = [
            (text, box) for span, text, box in table.cells if span.col == col and span.col_span == 1
        ]
        if len(own) < 4:
            continue
        width = max(box.x1 for _, box in own) - min(box.x0 for _, box in own)
        full = mean(box.width >= FULL_LINE * width for _, box in own)
        running = mean(_runs_on(text, box, width) for text, box in own)
        length = mean(len(text) + sum(map(is_cjk, text)) for text, _ in own)
        if length >= PROSE_LENGTH and full >= 0.6 and running >= 0.4:
            return col
    return None


def _runs_on(text: str, box: BBox, width: float) -> bool:
    """Whether a cell is a line from the middle of a sentence.

    It starts in lower case, or it is a
    line of Han characters that fills its column and does not end there.
    """
    if not is_cjk(text[0]):
        return text[0].islower()
    one_line = box.width > HAN_SHAPE * box.height
    return one_line and box.width >= FULL_HAN_LINE * width and text[-1] not in TERMINAL


def prose_extent(table: StreamTable) -> tuple[float, float] | None:
    """X extent of a column of prose at one side of an aligned run, None without one."""
    col = prose_column(table)
    if col is None or 0 < col < table.n_cols - 1:
        return None
    own = [box for span, _, box in table.cells if span.col == col and span.col_span == 1]
    return min(box.x0 for box in own), max(box.x1 for box in own)


def _has_axis(table: StreamTable) -> bool:
    """Whether a column counts down in equal steps: the labels of a chart's axis.

    Steps of one are years or ranks.
    """
    for col in range(table.n_cols):
        texts = [text.replace(",", "").rstrip("%") for text in _column(table, col)]
        values = [float(text) for text in texts if _PLAIN.fullmatch(text)]
        steps = {round(a - b, 6) for a, b in pairwise(values)}
        if len(values) >= 4 and len(steps) == 1 and steps.pop() not in (-1.0, 0.0, 1.0):
            return bool(values[0] > values[-1])
    return False


def _is_set_in_columns(table: StreamTable) -> bool:
    """Whether two columns or more hold lines of Chinese prose: a third have a comma or stop."""
    running = 0
    for col in range(table.n_cols):
        texts = [text for span, text, _ in table.cells if span.col == col and span.col_span == 1]
        clauses = [_CLAUSE.search(text) is not None for text in texts]
        running += len(texts) >= MIN_LINES and mean(clauses) >= 0.33
    return running >= 2


def _is_drawn(table: StreamTable, seen: Evidence) -> bool:
    """Whether bars or curves of a chart run through the cells, or a model sees a picture there."""
    boxes = [box for _, _, box in table.cells]
    chart = has_curves(table.bbox, seen.paths) or has_bars(table.bbox, seen.paths, boxes)
    return chart or seen.pictured(table.bbox)


def refusal(table: StreamTable, seen: Evidence) -> str:
    """The gate: why a run of aligned rows is no table, '' for a table. Text is never lost.

    Lines that belong to it, numbers, and a third column speak for it; long cells, a column of
    list markers, leaders of a contents page and gaps against it.
    """
    texts = [text for _, text, _ in table.cells]
    if table.n_cols < 2 or table.n_rows < 3 or len(texts) < 6:
        return "too small"
    if _is_list(table):
        return "list markers"
    if mean(_LEADER.search(text) is not None for text in texts) > 0.15:
        return "leaders"
    covered = sum(span.col_span * span.row_span for span, _, _ in table.cells)
    fill = covered / (table.n_rows * table.n_cols)
    per_row: dict[int, int] = {}
    for span, _, _ in table.cells:
        per_row[span.row] = per_row.get(span.row, 0) + 1
    several = mean(count > 1 for count in per_row.values())
    numeric = mean(is_numeric(text) for text in texts)
    length = mean(len(text) for text in texts)
    if fill < 0.5 or several < 0.5:
        return "gaps"
    if prose_column(table) is not None or _is_set_in_columns(table):
        return "a column of prose"
    if _has_axis(table):
        return "an axis"
    if _is_drawn(table, seen):
        return "a picture"
    alone = _alone(table, seen.rulings)
    if table.n_cols == 2:
        good = (numeric >= 0.3 and length <= 40) or (not alone and length <= 40)
    else:
        good = numeric >= 0.2 or (length <= 30 if alone else length <= 80)
    return "" if good else "prose"


def lenient_refusal(table: StreamTable) -> str:
    """The gate for a run that a layout model calls a table: why it is none nevertheless."""
    if table.n_cols < 2 or table.n_rows < 2 or len(table.cells) < 4:
        return "too small"
    texts = [text for _, text, _ in table.cells]
    if mean(_LEADER.search(text) is not None for text in texts) > 0.3:
        return "leaders"
    rows = {span.row for span, _, _ in table.cells}
    several = sum(sum(s.row == row for s, _, _ in table.cells) > 1 for row in rows)
    return "" if 2 * several >= len(rows) else "gaps"


def stream_tables(
    rows: Sequence[Row], width: float, seen: Evidence, trace: Trace = SILENT
) -> list[tuple[StreamTable, list[Row]]]:
    """Tables among the rows of one region, each with the rows it is made of."""
    found = []
    for run in runs(rows, width, seen):
        table = built(run, seen)
        if table is None:
            continue
        refused = refusal(table, seen)
        if refused:
            trace.note(Layer.NO_TABLE, table.bbox, f"refused: {refused}")
        else:
            trace.note(Layer.TABLE, table.bbox, f"aligned, {table.n_cols} columns")
            found.append((table, run))
    return found


def beyond_doubt(table: StreamTable, width: float) -> bool:
    """Whether a table as wide as the page may cut through its columns of prose.

    It has four columns or more of mostly short numbers and hardly a gap; prose set in columns has
    none of it.
    """
    texts = [text for _, text, _ in table.cells]
    fill = sum(span.col_span for span, _, _ in table.cells) / (table.n_rows * table.n_cols)
    return (
        table.n_cols >= 4
        and table.bbox.width >= 0.6 * width
        and fill >= 0.7
        and mean(is_numeric(text) for text in texts) >= 0.4
        and mean(len(text) for text in texts) <= 20
    )
