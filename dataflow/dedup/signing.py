"""Compiled loops from shingles to MinHash signatures.

Signatures (Broder 1997) are made under affine permutations of 32-bit numbers: the `affine32` scheme
of datasketch 2, bit for bit.
"""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, U32, U64


@compiled
def mix32(value: np.uint32) -> np.uint32:
    """MurmurHash3's 32-bit finaliser."""
    value = np.uint32(value ^ (value >> np.uint32(16)))
    value = np.uint32(value * np.uint32(0x85EBCA6B))
    value = np.uint32(value ^ (value >> np.uint32(13)))
    value = np.uint32(value * np.uint32(0xC2B2AE35))
    return np.uint32(value ^ (value >> np.uint32(16)))


@compiled
def lower(least: U32, factors: U32, terms: U32, hashed: U32) -> None:
    """Lowers `least` to the least of factor * h + term over eight numbers h.

    Eight at a time because loading factors, terms and minima is what costs.
    """
    a, b, c, d = hashed[0], hashed[1], hashed[2], hashed[3]
    e, f, g, h = hashed[4], hashed[5], hashed[6], hashed[7]
    for k in range(len(least)):
        factor, term = factors[k], terms[k]
        one = min(np.uint32(factor * a + term), np.uint32(factor * b + term))
        two = min(np.uint32(factor * c + term), np.uint32(factor * d + term))
        three = min(np.uint32(factor * e + term), np.uint32(factor * f + term))
        four = min(np.uint32(factor * g + term), np.uint32(factor * h + term))
        least[k] = min(least[k], min(min(one, two), min(three, four)))


@compiled
def sign(flat: U64, offsets: I64, factors: U32, terms: U32, signatures: U32) -> I64:
    """Drops repeats from sorted shingles in place, fills `signatures`, returns new offsets.

    `signatures` (uint32[n, k]) becomes, for each permutation, the least factor * h + term
    (mod 2^32) over the shingles, where h mixes the upper half of the shingle hash.
    """
    number = len(signatures)
    bounds = np.zeros(number + 1, np.int64)
    hashed = np.empty(8, np.uint32)
    size = 0
    for text in range(number):
        least = signatures[text]
        least[:] = np.uint32(0xFFFFFFFF)
        waiting = 0
        for place in range(offsets[text], offsets[text + 1]):
            shingle = flat[place]
            if size > bounds[text] and flat[size - 1] == shingle:
                continue
            flat[size] = shingle
            size += 1
            hashed[waiting] = mix32(np.uint32(shingle >> np.uint64(32)))
            waiting += 1
            if waiting == 8:
                lower(least, factors, terms, hashed)
                waiting = 0
        if waiting:
            hashed[waiting:] = hashed[0]
            lower(least, factors, terms, hashed)
        bounds[text + 1] = size
    return bounds
