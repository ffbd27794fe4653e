"""The loops also run where numba finds no folder to keep its machine code in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import pytest

from dataflow.compiled import compiled


def test_without_a_writable_folder_loops_are_compiled_for_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = numba.njit

    def njit(*, cache: bool = False, **options: Any) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        decorator: Callable[..., Any] = real(**options)
        return decorator

    monkeypatch.setattr(numba, "njit", njit)

    def double(value: int) -> int:
        return 2 * value

    assert compiled(double)(21) == 42
