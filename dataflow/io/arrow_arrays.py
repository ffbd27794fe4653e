"""Arrow arrays from Python lists and numpy arrays, without pandas.

`pyarrow.array` and `Table.from_pylist` import pandas when it is installed, which costs each
worker two CPU-seconds and 80 MB for nothing; Polars and plain buffers do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray


def dtype_of(kind: pa.DataType) -> pl.DataType:
    """The Polars type of an Arrow type.

    >>> dtype_of(pa.list_(pa.int64()))
    List(Int64)
    """
    return pl.Schema(pa.schema([("value", kind)]))["value"]


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The values, None included, as an Arrow array of this type."""
    series = pl.Series(values, dtype=dtype_of(kind), strict=False)
    return series.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(kind)


def array_from(values: NDArray[Any]) -> pa.Array:
    """A numeric numpy array as an Arrow array over the same memory, without nulls."""
    flat = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(flat.dtype)
    return pa.Array.from_buffers(kind, flat.size, [None, pa.py_buffer(flat)])


def numbers_of(array: pa.Array) -> NDArray[Any]:
    """The values of a numeric Arrow array without nulls, over the same memory, read-only."""
    kind = np.dtype(array.type.to_pandas_dtype())
    values = np.frombuffer(array.buffers()[1], dtype=kind)
    return values[array.offset : array.offset + len(array)]
