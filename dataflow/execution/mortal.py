"""Preloaded in the fork server: ties its life to that of the process that started it.

The server ends by itself only when no worker holds its pipe, and a worker ends when the server
does: after a `kill -9` of the parent they would keep each other alive.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Asks Linux to kill this process when its parent ends; elsewhere nothing."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent == 1 or os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), signal.SIGKILL)


if "multiprocessing.forkserver" in " ".join(sys.orig_argv) and (
    multiprocessing.parent_process() is None
):
    die_with_parent()
