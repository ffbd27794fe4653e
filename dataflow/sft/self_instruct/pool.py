"""Which instruction says something new: exact ROUGE-L against seeds and all accepted so far."""

from __future__ import annotations

from dataflow.diversity.novelty import NoveltyPool, words

_NEAREST = 10
"""How many of the nearest are named, as published."""


class Pool:
    """Seeds and accepted instructions by id, and which of them a text repeats.

    `threshold` is the ROUGE-L F above which a text repeats another; one of equal words does so
    whatever the threshold. A text of a script without tokens there (Cyrillic) is only held
    against equal ones.
    """

    def __init__(self, threshold: float) -> None:
        self._near = NoveltyPool(threshold)
        self._ids: list[str] = []
        self._equal: dict[str, int] = {}

    def add(self, text_id: str, text: str) -> None:
        """Puts a text into the pool."""
        self._equal.setdefault(_bare(text), len(self._ids))
        self._ids.append(text_id)
        self._near.add([text])

    def repeated(self, text: str) -> list[tuple[str, float]]:
        """Ids and F of at most ten texts that `text` repeats, the nearest first; [] for a new one.

        >>> pool = Pool(0.7)
        >>> pool.add("sort", "写一个排序函数")
        >>> pool.repeated("写一个函数"), pool.repeated("写一首诗")
        ([('sort', 0.8333333333333333)], [])
        """
        ((*near,),) = self._near.nearest([text], _NEAREST)
        equal = self._equal.get(_bare(text))
        if not near and equal is not None:
            near = [(equal, 1.0)]
        return [(self._ids[number], f) for number, f in near]


def _bare(text: str) -> str:
    """The tokens of a text, or all of it where it has none: equal in texts of equal words."""
    return " ".join(words(text) or text.casefold().split())
