"""Deterministic identifiers: content hashes, never random."""

from __future__ import annotations

import hashlib

ID_LENGTH = 32
"""Hexadecimal digits of an id: 128 bits, so two of 10^12 records collide with p < 10^-14."""


def sha256_hex(data: bytes) -> str:
    """Full SHA-256 of `data`, 64 hexadecimal digits.

    >>> sha256_hex(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def content_id(*parts: str | int) -> str:
    """Id of 32 hexadecimal digits over `parts`; parts are length-prefixed, so no two lists collide.

    >>> content_id("ab", "c") == content_id("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()[:ID_LENGTH]


def document_id(data_sha256: str) -> str:
    """Id of the document whose bytes (a whole file, or one record of a file) hash to this."""
    return content_id("document", data_sha256)
