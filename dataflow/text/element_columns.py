"""The texts and spans inside an `elements` column, as plain lists that can be rewritten.

Only the columns that cleaning touches leave Arrow; boxes, pages and cells' places never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataflow.io.arrow_arrays import array_from, array_of, numbers_of


@dataclass
class ElementTexts:
    """Elements of all rows in one go: row r has those from `offsets[r]` to `offsets[r + 1]`.

    Cells likewise: element i has those from `cell_offsets[i]` to `cell_offsets[i + 1]`.
    """

    offsets: NDArray[np.int64]
    kinds: list[str | None]
    starts: list[Any]
    ends: list[Any]
    texts: list[str | None]
    cell_offsets: NDArray[np.int64]
    cell_texts: list[str | None]

    def rows(self, row: int) -> range:
        """Positions of the elements of `row`."""
        return range(self.offsets[row], self.offsets[row + 1])

    def cells_of(self, element: int) -> range:
        """Positions of the cells of the element at this position."""
        return range(self.cell_offsets[element], self.cell_offsets[element + 1])


def _list_array(series: pl.Series) -> Any:
    """The column as one Arrow list array that begins at its buffers' start."""
    array = series.to_arrow()
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _offsets(array: Any) -> NDArray[np.int64]:
    """Offsets into `array.values`, one more than there are lists."""
    return np.asarray(numbers_of(array.offsets), dtype=np.int64)


def _has(struct: Any, name: str) -> bool:
    """Whether the struct array has this field."""
    return bool(struct.type.get_field_index(name) >= 0)


def element_texts(column: pl.Series) -> ElementTexts:
    """What cleaning needs of an `elements` column; absent fields count as null."""
    array = _list_array(column)
    values = array.values
    n = len(values)

    def field(name: str) -> list[Any]:
        return pc.struct_field(values, name).to_pylist() if _has(values, name) else [None] * n

    cell_offsets, cell_texts = np.zeros(n + 1, np.int64), []
    if _has(values, "cells"):
        cells = pc.struct_field(values, "cells")
        cell_offsets = _offsets(cells)
        cell_texts = pc.struct_field(cells.values, "text").to_pylist()
    return ElementTexts(
        _offsets(array), field("kind"), field("char_start"), field("char_end"), field("text"),
        cell_offsets, cell_texts,
    )  # fmt: skip


def _with_fields(struct: Any, new: dict[str, Any]) -> Any:
    """`struct` with the fields in `new` replaced; null structs stay null."""
    fields = list(struct.type)
    arrays = [new.get(field.name, pc.struct_field(struct, field.name)) for field in fields]
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=pc.is_null(struct))


def _with_values(array: Any, values: Any) -> Any:
    """The list array with other values behind the same offsets; null lists stay null."""
    offsets = array_from(_offsets(array).astype(np.int64))
    return pa.LargeListArray.from_arrays(offsets, values, mask=pc.is_null(array))


def with_element_texts(column: pl.Series, parts: ElementTexts) -> pl.Series:
    """`column` with the texts and spans of `parts` in their places, its type unchanged."""
    array = _list_array(column)
    values = array.values
    content = {"char_start": parts.starts, "char_end": parts.ends, "text": parts.texts}
    new = {
        name: array_of(items, values.type.field(name).type)
        for name, items in content.items()
        if _has(values, name)
    }
    if _has(values, "cells"):
        cells = pc.struct_field(values, "cells")
        text_type = cells.values.type.field("text").type
        texts = array_of(parts.cell_texts, text_type)
        new["cells"] = _with_values(cells, _with_fields(cells.values, {"text": texts}))
    rebuilt = pl.Series(column.name, _with_values(array, _with_fields(values, new)))
    return rebuilt.cast(column.dtype)
