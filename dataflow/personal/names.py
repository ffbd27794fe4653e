"""Names of persons in English text, from spaCy's small model.

The model takes many a capitalised word for a name. What it finds counts when it has two to four
words that are each written like a name; single words, which are mostly products and places, do
not. Chinese has no model that could be had without a download.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.personal.kinds import Finding
from dataflow.text.spacy_adapter import entities

_NAME = re.compile(r"(?:[A-Z][\w'’-]*\.?|van|von|de|der|den|di|da|la|le|el|bin|al|ten)")
_HAN = re.compile("[\u4e00-\u9fff]")
_HAN_SHARE = 0.1
"""Texts with more Han characters than this are not read by the English model."""
_WORDS = range(2, 5)


def person_names(text: str) -> Iterator[Finding]:
    """Names of two to four words; none in texts that are mostly Chinese."""
    if len(_HAN.findall(text)) > _HAN_SHARE * len(text):
        return
    for start, end, label in entities(text):
        name = text[start:end].rstrip().removesuffix("'s").removesuffix("’s")
        words = name.split()
        if label != "PERSON" or len(words) not in _WORDS or "\n" in name:
            continue
        if all(_NAME.fullmatch(word) for word in words):
            yield Finding(start, start + len(name), "name")
