"""Zip packages with fixed dates, so that the same parts always give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

DATE = (2025, 1, 15, 8, 0, 0)


def pack(parts: Iterable[tuple[str, bytes]], stored: frozenset[str] = frozenset()) -> bytes:
    """A zip archive of `parts` in the given order; those named in `stored` are not deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, method, compresslevel=9)
    return out.getvalue()


def unpack(data: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of an archive's parts in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def repack(data: bytes) -> bytes:
    """The archive `data` with all dates fixed."""
    return pack(unpack(data))
