"""Sentences of a text whose language may be unknown."""

from __future__ import annotations

import re

from dataflow.text.sentences import sentences

SAMPLE = 2000
"""Characters that are looked at to guess a script."""

KANA = re.compile("[\u3040-\u30ff]")
HAN = re.compile("[\u3400-\u9fff]")


def sentence_spans(text: str, lang: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence; together they hold every character that is not white space.

    For `und` the script decides: kana are Japanese, other Han Chinese, all else English.
    """
    return sentences(text, guessed(text) if lang in ("", "und") else lang)


def guessed(text: str) -> str:
    """`ja`, `zh` or `en` by the first characters' scripts.

    >>> guessed("今天天气很好。"), guessed("今日はいい天気です。"), guessed("A fine day.")
    ('zh', 'ja', 'en')
    """
    sample = text[:SAMPLE]
    han = len(HAN.findall(sample))
    if len(KANA.findall(sample)) > han // 4:
        return "ja"
    return "zh" if han > len(sample) // 10 else "en"
