"""The one decorator through which loops are compiled; shared with dataflow.packing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """`function`, compiled on its first call; the machine code is kept on disk.

    numba keeps it in `__pycache__`, or in the user's cache folder when that is not writable; with
    neither (a read-only container) each process compiles for itself.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # "no locator available": no writable folder
        return cast("F", numba.njit(nogil=True)(function))
