"""Arrays in one file: a JSON header, then the bytes of each array, read by mapping the file."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from schemas.errors import StoreError

MAGIC = b"corpusmill "
ALIGNMENT = 64
_MOST_HEADER = 64 << 20
_LONGEST_LINE = 200

Arrays = dict[str, NDArray[Any]]


def write_arrays(
    path: Path, kind: str, version: int, about: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Writes a file of `kind` whole or not at all; equal content gives equal bytes."""
    entries, offset = [], 0
    for name in sorted(arrays):
        array = arrays[name]
        entries.append([name, array.dtype.str, list(array.shape), offset])
        offset += array.nbytes + -array.nbytes % ALIGNMENT
    header = {"about": dict(about), "arrays": entries, "bytes": offset}
    header["xxh3"] = _checksum(header, (arrays[name] for name in sorted(arrays)))
    text = json.dumps(header, sort_keys=True, ensure_ascii=True)
    head = MAGIC + f"{kind} {version} {len(text)}\n{text}".encode("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with partial.open("wb") as file:
            file.write(head + b"\0" * (-len(head) % ALIGNMENT))
            for name in sorted(arrays):
                array = np.ascontiguousarray(arrays[name])
                file.write(array.data)
                file.write(b"\0" * (-array.nbytes % ALIGNMENT))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()


def read_arrays(path: Path, kind: str, version: int, remedy: str) -> tuple[dict[str, Any], Arrays]:
    """What `write_arrays` was given; the arrays are read-only views of the mapped file.

    Raises:
        StoreError: missing, cut short, damaged, of another kind or version; ends with `remedy`.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _parsed(path, data, f"{kind} {version}", remedy)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: not a readable file of {kind} ({error}); {remedy}") from error


def _parsed(path: Path, data: mmap.mmap, wanted: str, remedy: str) -> tuple[dict[str, Any], Arrays]:
    """Header and arrays of a mapped file, which stays mapped as long as an array is in use."""
    first = data[:_LONGEST_LINE].partition(b"\n")[0]
    words = first.decode("ascii", "replace").split()
    if not first.startswith(MAGIC) or len(words) != 4:
        raise StoreError(f"{path}: not a file of {wanted.split()[0]}; {remedy}")
    if f"{words[1]} {words[2]}" != wanted:
        raise StoreError(
            f"{path}: holds {words[1]}, version {words[2]}, and not {wanted}; {remedy}"
        )
    begin = len(first) + 1
    end = begin + min(int(words[3]), _MOST_HEADER)
    header = json.loads(data[begin:end])
    base = end + -end % ALIGNMENT
    if len(data) != base + header["bytes"]:
        raise StoreError(f"{path}: cut short; {remedy}")
    arrays: Arrays = {}
    for name, dtype, shape, offset in header["arrays"]:
        count = int(np.prod(shape, dtype=np.int64))
        flat: NDArray[Any] = np.frombuffer(data, np.dtype(str(dtype)), count, base + int(offset))
        arrays[name] = flat.reshape(shape)
    if header.pop("xxh3") != _checksum(header, arrays.values()):
        raise StoreError(f"{path}: checksum differs; {remedy}")
    return header["about"], arrays


def _checksum(header: Mapping[str, Any], arrays: Iterable[NDArray[Any]]) -> str:
    """xxh3 of the header without its checksum and of all arrays, 16 hexadecimal digits."""
    state = xxhash.xxh3_64(json.dumps(header, sort_keys=True).encode())
    for array in arrays:
        state.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return state.hexdigest()


def on_disk(array: NDArray[Any]) -> NDArray[Any]:
    """The same values in a mapped file without a name: memory that the system can take back."""
    if array.nbytes == 0:
        return array
    with tempfile.TemporaryFile() as file:
        file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        file.flush()
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(data, array.dtype).reshape(array.shape)
