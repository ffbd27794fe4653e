"""Arrays in a file of their own: one uncompressed Arrow record batch, read by mapping.

What the numbers mean stands in the schema's metadata, with the name of the format and an xxh3
checksum over all values.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from dataflow.io.arrow_arrays import array_from
from schemas.errors import StoreError

T = TypeVar("T")
REMEDY = "delete the file and run again"


class Form(NamedTuple):
    """A kind of file: the name of its format in the metadata, and what people call it."""

    format: str
    noun: str
    article: str = "a"


def one_list(values: pa.Array) -> pa.Array:
    """A list array of one row: columns of different lengths lie in one batch, uncopied."""
    return pa.LargeListArray.from_arrays(array_from(np.array([0, len(values)], np.int64)), values)


def write_mapped(
    path: Path, form: Form, batch: pa.RecordBatch, told: Mapping[str, str], *, lasting: bool = True
) -> None:
    """Writes `batch` to `path`, whole or not at all; equal batches give equal bytes.

    `told` goes into the metadata; its `xxh3` is what a reader compares. A file that is not
    `lasting` need not survive the machine: nobody waits for the disk.
    """
    batch = batch.replace_schema_metadata({"format": form.format, **told})
    partial = path.with_name(path.name + ".tmp")
    try:
        with partial.open("wb") as file:
            with pa.ipc.new_file(file, batch.schema) as writer:
                writer.write_batch(batch)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()


def read_mapped(
    path: Path,
    form: Form,
    decode: Callable[[pa.RecordBatch, dict[str, str]], T],
    checksum: Callable[[T], str] | None,
) -> T:
    """What `decode` makes of the batch in `path` and its metadata, its arrays mapped from the file.

    Raises:
        StoreError: missing, cut short, of another form, or damaged, as far as `checksum` tells.
    """
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
            schema, batches = reader.schema, reader.num_record_batches
            batch = reader.get_batch(0) if batches == 1 else None
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(f"{path}: no readable {form.noun} ({error}); {REMEDY}") from error
    told = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    if batch is None or told.get("format") != form.format:
        raise StoreError(f"{path}: not {form.article} {form.noun}; {REMEDY}")
    try:
        found = decode(batch, told)
        same = checksum is None or checksum(found) == told["xxh3"]
    except (KeyError, TypeError, ValueError, IndexError) as error:  # Arrow's are ValueErrors too
        raise StoreError(f"{path}: damaged {form.noun} ({error}); {REMEDY}") from error
    if not same:
        raise StoreError(f"{path}: checksum differs; {REMEDY}")
    return found
