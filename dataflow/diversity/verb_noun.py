"""What an instruction asks to do, and with what: its root verb and that verb's object.

As in the maps of Self-Instruct (Wang et al. 2022), but by rules: instructions begin with their
verb or are questions of few shapes, so word order says enough, and nothing has to be loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dataflow.diversity.verb_noun_chinese import chinese_pair
from dataflow.diversity.verb_noun_english import english_pair

READ = 400
"""Characters of an instruction that are looked at; what follows is mostly the input."""


def verb_noun(text: str, lang: str) -> tuple[str, str]:
    """Root verb and its object of an instruction; '' for what it does not have.

    `lang` `zh` is read by Chinese rules, all others by English ones: other languages give nothing
    of use. Of a question it is the main verb, and for "is" what is asked about. English words are
    in lower case, nouns in the singular.

    >>> verb_noun("Please write a short poem about the sea.", "en")
    ('write', 'poem')
    >>> verb_noun("请用Python写一个排序函数。", "zh")
    ('写', '函数')
    """
    return chinese_pair(text[:READ]) if lang == "zh" else english_pair(text[:READ])


def verb_noun_map(
    instructions: Iterable[tuple[str, str]], verbs: int = 20, nouns: int = 4
) -> dict[str, dict[str, int]]:
    """The most frequent verbs of (text, lang) pairs, each with its most frequent objects.

    Instructions without a verb are left out, an object that is not there counts as ''. The most
    frequent come first, ties by the word.

    >>> verb_noun_map([("Write a poem.", "en"), ("Write an essay.", "en"), ("写一首诗", "zh")])
    {'write': {'essay': 1, 'poem': 1}, '写': {'诗': 1}}
    """
    pairs = Counter(pair for text, lang in instructions if (pair := verb_noun(text, lang))[0])
    totals: Counter[str] = Counter()
    for (verb, _), count in pairs.items():
        totals[verb] += count
    found: dict[str, dict[str, int]] = {}
    for verb, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:verbs]:
        own = [(-count, noun) for (of, noun), count in pairs.items() if of == verb]
        found[verb] = {noun: -count for count, noun in sorted(own)[:nouns]}
    return found
