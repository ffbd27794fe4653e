"""How varied the instructions of each language are."""

from __future__ import annotations

from collections import Counter

import polars as pl

from dataflow.diversity.measures import distinct_n, self_bleu, vendi
from dataflow.diversity.verb_noun import verb_noun_map
from dataflow.embedding.embedder import get_embedder
from dataflow.report.display import visible
from dataflow.report.numbers import Count
from dataflow.report.sample_model import Variety, Verb
from dataflow.report.tally import NAME_LENGTH

SAMPLE = 2000
"""Instructions of a language that are measured: those with the smallest ids, which are hashes."""
TEXT = 400
"""Code points of each that are looked at."""
BLEU_SAMPLE = 300
VERBS, NOUNS = 8, 4
LANGUAGES = 8
"""Languages that are told of, those with the most instructions."""
LANGUAGES_HELD = 40
"""Languages whose instructions are held; of more, those that come first."""


class Asked:
    """Filled with the shards of `sft/`, one after the other."""

    def __init__(self) -> None:
        self._held: dict[str, pl.DataFrame] = {}
        self._counts: Counter[str] = Counter()

    def add(self, frame: pl.DataFrame) -> None:
        """Keeps the instructions that may be measured."""
        short = frame.select("sample_id", "lang", pl.col("instruction").str.head(TEXT))
        for (name,), part in short.group_by("lang", maintain_order=True):
            lang = str(name)[:NAME_LENGTH]
            if lang not in self._held and len(self._held) >= LANGUAGES_HELD:
                continue
            self._counts[lang] += part.height
            known = self._held.get(lang)
            both = part if known is None else pl.concat([known, part])
            self._held[lang] = both.sort("sample_id").head(SAMPLE)

    def result(self) -> tuple[Variety, ...]:
        """What was measured, languages with the most instructions first."""
        order = sorted(self._counts, key=lambda lang: (-self._counts[lang], lang))
        return tuple(
            _variety(lang, self._held[lang]["instruction"].to_list()) for lang in order[:LANGUAGES]
        )


def _variety(lang: str, texts: list[str]) -> Variety:
    vectors = get_embedder("hashing").embed(texts, "passage")
    found = verb_noun_map(((text, lang) for text in texts), VERBS, len(texts))
    verbs = tuple(
        Verb(
            visible(verb, NAME_LENGTH), sum(nouns.values()),
            tuple(Count(visible(noun, NAME_LENGTH), nouns[noun]) for noun in list(nouns)[:NOUNS]),
        )
        for verb, nouns in found.items()
    )  # fmt: skip
    bleu = self_bleu(texts[:BLEU_SAMPLE]) if len(texts) > 1 else 0.0
    return Variety(
        visible(lang, 16), len(texts), distinct_n(texts, 1), distinct_n(texts, 2), bleu,
        vendi(vectors), verbs,
    )  # fmt: skip
