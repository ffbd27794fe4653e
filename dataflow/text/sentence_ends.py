"""Sentences of running text by rules alone: for words of a model, claims and single paragraphs.

`dataflow.text.sentences` knows blocks, languages and more abbreviations, and costs an engine.
"""

from __future__ import annotations

import re

_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*+(?=\s++[^\sa-z]|\s*+$)|[。！？]++[”’」』）]*+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Fig|Eq|No|Vol|pp|vs|etc|cf|ca|approx|al|Inc"
    r"|Ltd|Co|Corp|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|U\.S)\.$"
)
_LONGEST_ABBREVIATION = 12


def sentence_spans(text: str, start: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
    """Places in `text` of the sentences between `start` and `stop`, without the space between.

    A period inside a number, of an abbreviation, or before a small letter ends none; a line's end
    neither.

    >>> text = "Dr. Ito paid 3.5 million. 版本3.5发布了。他走了"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Dr. Ito paid 3.5 million.', '版本3.5发布了。', '他走了']
    """
    stop = len(text) if stop is None else stop
    found: list[tuple[int, int]] = []
    for end in _END.finditer(text, start, stop):
        before = text[max(start, end.start() - _LONGEST_ABBREVIATION) : end.start() + 1]
        if _ABBREVIATION.search(before):
            continue
        found.append((start, end.end()))
        start = end.end()
        while start < stop and text[start].isspace():
            start += 1
    if start < stop:
        found.append((start, stop))
    return found


def split_sentences(text: str) -> list[str]:
    r"""The sentences of each line of `text`, without outer space.

    >>> split_sentences("It rose, e.g. in May. Why?\n他说：“好。”她走了。")
    ['It rose, e.g. in May.', 'Why?', '他说：“好。”', '她走了。']
    """
    lines = (line.strip() for line in text.splitlines())
    return [line[start:end].strip() for line in lines for start, end in sentence_spans(line)]
