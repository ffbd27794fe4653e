"""The one decorator through which loops are compiled.

numba keeps machine code by the file of each function and does not see when a function that it
calls, in another module, has changed. So the code is kept in a folder named by a hash of all
compiled modules: after a change everything is compiled anew, never half of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import numba

from parsers.cache import cache_home

F = TypeVar("F", bound=Callable[..., object])
HERE = Path(__file__).parent


@cache
def _keep_by_source() -> None:
    """Names numba's folder, unless the user has."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(HERE.rglob("*.py")):
        source = path.read_bytes()
        if b"@compiled" in source:
            digest.update(path.relative_to(HERE).as_posix().encode() + source)
    place = cache_home() / "compiled" / digest.hexdigest()[:16]
    numba.config.CACHE_DIR = str(place)  # type: ignore[attr-defined]  # made at run time


def compiled(function: F) -> F:
    """`function`, compiled on its first call; the machine code is kept on disk.

    Where no folder can be written (a read-only container) each process compiles for itself.
    """
    _keep_by_source()
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # "no locator available": no writable folder
        return cast("F", numba.njit(nogil=True)(function))
