"""Keeps worker processes from importing the script that their parent was started with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden_main() -> Iterator[None]:
    """While it is open, new worker processes do not run this process's start script again.

    `multiprocessing` does so that functions of `__main__` can be found. Ours are all importable,
    and the start script may be Ray's (.95 s a worker against .1 s) or Prefect's, or a user's
    without a main guard, whose every worker would start the run once more and die of it.
    """
    main = sys.modules["__main__"]
    spec, file = main.__spec__, vars(main).pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file
