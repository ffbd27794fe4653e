"""A signature row as bytes, for stores that hold values by key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from dataflow.dedup.index_choice import checksum
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly


def packed(doc_id: bytes, block: SignatureBlock, row: int) -> bytes:
    """A row as bytes: checksum, content hash, signature, shingles, all little-endian."""
    shingles = block.shingles[block.offsets[row] : block.offsets[row + 1]]
    check = checksum(doc_id, block.content[row], block.signatures[row], shingles)
    return b"".join(
        [check.to_bytes(8, "little"), block.content[row].astype("<u8").tobytes(),
         block.signatures[row].astype("<u4").tobytes(), shingles.astype("<u8").tobytes()]
    )  # fmt: skip


def unpacked(doc_id: bytes, data: bytes | None, scheme: Scheme) -> SignatureBlock | None:
    """The row as a block, None when it is missing or damaged."""
    head = 24 + 4 * scheme.permutations
    if data is None or len(data) < head or (len(data) - head) % 8:
        return None
    content = np.frombuffer(data[8:24], "<u8").astype(np.uint64)
    signature = np.frombuffer(data[24:head], "<u4").astype(np.uint32)
    shingles = np.frombuffer(data[head:], "<u8").astype(np.uint64)
    if checksum(doc_id, content, signature, shingles) != int.from_bytes(data[:8], "little"):
        return None
    return SignatureBlock(
        scheme, pl.Series("doc_id", [doc_id.decode()], pl.String), content.reshape(1, 2),
        signature.reshape(1, -1), shingles, np.array([0, len(shingles)]),
    )  # fmt: skip


def joined(blocks: Sequence[SignatureBlock]) -> SignatureBlock:
    """Some blocks, of which at least one is needed, as one."""
    sizes = np.concatenate([[0], *(np.diff(block.offsets) for block in blocks)])
    return SignatureBlock(
        blocks[0].scheme,
        pl.concat([block.doc_ids for block in blocks]),
        readonly(np.concatenate([block.content for block in blocks])),
        readonly(np.concatenate([block.signatures for block in blocks])),
        readonly(np.concatenate([block.shingles for block in blocks])),
        readonly(np.cumsum(sizes)),
    )
