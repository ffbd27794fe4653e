"""Does every passage that was cut out as a copy still stand where it is said to?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from dataflow.dedup.folding import fold, is_word_character


class _Folding(dict[int, str]):
    """Code point -> the letters that it is folded to, as passages are compared by."""

    def __missing__(self, code: int) -> str:
        letters = "".join(char for char in fold(chr(code)) if is_word_character(char))
        self[code] = letters
        return letters


_FOLDING = _Folding()


def letters_of(text: str) -> str:
    """The letters of `text`, folded one by one; equal for passages that count as the same.

    >>> letters_of("Ｆｕｌｌ stop. 看，水！") == letters_of("full-stop 看水")
    True
    """
    return text.translate(_FOLDING)


def lost(removed: Iterable[pl.DataFrame], documents: Iterable[pl.DataFrame]) -> Iterator[str]:
    """What is wrong with the rows `removed` (doc_id, of_doc_id, text), in words.

    Of `documents` (doc_id, text) one frame is in memory at a time, of passages all. One that a
    document lost which went itself may since have become part of a longer one, so of those only
    the keeper is asked for.
    """
    wanted: dict[str, set[tuple[str, str]]] = {}
    for frame in removed:
        for doc_id, of, text in frame.select("doc_id", "of_doc_id", "text").iter_rows():
            wanted.setdefault(of or "", set()).add((doc_id, text))
    missing: list[tuple[str, str]] = []
    there: set[str] = set()
    for frame in documents:
        there.update(frame["doc_id"])
        named = frame.filter(pl.col("doc_id").is_in(list(wanted)))
        for of, text in named.select("doc_id", "text").iter_rows():
            kept = letters_of(text)
            passages = wanted.pop(of)
            missing += [(doc_id, of) for doc_id, cut in passages if letters_of(cut) not in kept]
    for doc_id, of in sorted(missing):
        if doc_id in there:
            yield f"{doc_id}: a passage was cut that is not in {of}"
    for of, passages in sorted(wanted.items()):
        for doc_id in sorted({doc_id for doc_id, _ in passages}):
            yield f"{doc_id}: a passage was cut for {of or 'nothing'}, which is not in the corpus"
