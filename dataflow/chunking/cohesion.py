"""How much the text on both sides of a cut talks of the same things.

After Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages" (1997), with
words weighted by their rarity in the document.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from dataflow.retrieval.bm25 import terms

WINDOW = 2
"""Pieces on each side; 2 and 3 did equally well on flat English text, 1 and 4 worse."""

DOUBT = 16
"""Pieces at which a document's own mean and deviation are half believed: values shrink by
n / (n + 16), so that a note of a few sentences is not torn apart over chance words."""


def cohesion(texts: list[str]) -> NDArray[np.float64]:
    """Likeness of the two sides of the cut before each piece, in standard deviations, float64[n].

    Likeness is the cosine of tf-idf vectors over two pieces on each side. 0 for the first piece;
    near 0 throughout in short documents (see `DOUBT`). Linear in the length of the text.
    """
    n = len(texts)
    if n < 2:
        return np.zeros(n)
    counts = [Counter(terms(text)) for text in texts]
    frequency = Counter(term for count in counts for term in count)
    weight = {term: math.log(1 + n / number) for term, number in frequency.items()}
    windows: list[dict[str, float]] = []
    for index in range(n):
        window = Counter(counts[index])
        for following in counts[index + 1 : index + WINDOW]:
            window.update(following)
        windows.append({term: number * weight[term] for term, number in window.items()})
    norms = [math.sqrt(sum(value * value for value in w.values())) for w in windows]
    found = np.zeros(n)
    for index in range(1, n):
        left = max(0, index - WINDOW)
        scale = norms[left] * norms[index]
        if scale:
            found[index] = _dot(windows[left], windows[index]) / scale
    inner = found[1:]
    spread = float(inner.std())
    if spread < 1e-9:
        return np.zeros(n)
    found[1:] = (inner - inner.mean()) / spread * (n / (n + DOUBT))
    return found


def _dot(left: dict[str, float], right: dict[str, float]) -> float:
    if len(right) < len(left):
        left, right = right, left
    return math.fsum(value * right[term] for term, value in left.items() if term in right)
