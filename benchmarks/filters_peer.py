"""Datatrove's quality filters over texts in a JSON file; runs with the peers' Python.

    PEERS/bin/python benchmarks/filters_peer.py TEXTS.json eng|cmn_Hani

TEXTS.json holds `texts`, a list of strings, and `words`, a list of words for each. Prints a line of
JSON: by filter the CPU seconds, for each text whether it is kept (or why not), and the same with
the words given instead of those of its own tokenizer. Needs `pip install 'datatrove[processing]'
spacy jieba`. A text is cut before the clock starts, so that no filter pays for the tokenizer.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def filters(language: str) -> dict[str, Any]:
    """The filters by rule set, Chinese at FineWeb-2's numbers for cmn_Hani."""
    from datatrove.pipeline.filters import (  # type: ignore[import-not-found]
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    if language == "eng":
        return {
            "gopher quality": GopherQualityFilter(language=language),
            "gopher repetition": GopherRepetitionFilter(language=language),
            "c4": C4QualityFilter(language=language),
            "fineweb": FineWebQualityFilter(language=language),
        }
    return {
        "gopher quality": GopherQualityFilter(
            language=language, min_avg_word_length=1, max_avg_word_length=5,
            max_non_alpha_words_ratio=0.735,
            stop_words=list("的是在了和不有也以中之而其为這与於一上就"),
        ),
        "gopher repetition": GopherRepetitionFilter(
            language=language, dup_line_frac=0.287,
            top_n_grams=((2, 0.256), (3, 0.201), (4, 0.171)),
            dup_n_grams=((5, 0.198), (6, 0.182), (7, 0.167), (8, 0.154), (9, 0.14), (10, 0.127)),
        ),
        "fineweb": FineWebQualityFilter(
            language=language, line_punct_thr=0.106, short_line_thr=999,
            char_duplicates_ratio=0.1, new_line_ratio=0.178,
        ),
    }  # fmt: skip


def main() -> None:
    """Times each filter on every text."""
    from datatrove.data import Document  # type: ignore[import-not-found]
    from datatrove.utils.text import split_into_words  # type: ignore[import-not-found]

    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    texts, language = given["texts"], sys.argv[2]
    split_into_words("水车。A mill.", language)
    report = {}
    for name, one in filters(language).items():
        began = time.process_time()
        verdicts = [_why(one.filter(Document(text=text, id=""))) for text in texts]
        report[name] = {"cpu_s": time.process_time() - began, "verdicts": verdicts}
    words = dict(zip(texts, given["words"], strict=True))
    for module in list(sys.modules.values()):
        if getattr(module, "split_into_words", None) is split_into_words:
            vars(module)["split_into_words"] = lambda text, _: words[text]
    for name, one in filters(language).items():
        same = [_why(one.filter(Document(text=text, id=""))) for text in texts]
        report[name]["same_words"] = same
    print(json.dumps(report))


def _why(found: bool | tuple[bool, str]) -> str:
    """'' for a text that is kept, else the filter's reason."""
    if isinstance(found, bool):
        return "" if found else "dropped"
    return found[1]


if __name__ == "__main__":
    main()
