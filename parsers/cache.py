"""Where what can be made again is kept: unpacked models, compiled loops."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def cache_home() -> Path:
    """Folder for what can be made again: CORPUSMILL_CACHE, else the user's cache folder.

    Where that cannot be written (a container without a home), a folder of this user in the
    system's temporary one.
    """
    chosen = os.environ.get("CORPUSMILL_CACHE")
    if chosen:
        return Path(chosen)
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    home = base / "corpusmill"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _private_temporary()
    return home if os.access(home, os.W_OK) else _private_temporary()


def _private_temporary() -> Path:
    """A folder of this user alone in the temporary folder; a new one if another user took it."""
    folder = Path(tempfile.gettempdir()) / f"corpusmill-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    taken = folder.is_symlink() or folder.stat().st_uid != os.getuid()
    return Path(tempfile.mkdtemp(prefix="corpusmill-")) if taken else folder
