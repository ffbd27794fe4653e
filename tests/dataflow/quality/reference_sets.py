"""The named rule sets once more: what each paper drops, in plain comparisons."""

from __future__ import annotations

from collections.abc import Callable

from tests.dataflow.quality import reference as r

Failed = set[str]


def gopher(text: str, lang: str) -> Failed:
    """Rae et al. 2021, table A1 and section A.1.1; for Chinese at FineWeb-2's numbers."""
    zh = lang == "zh"
    n_words = len(r.words(text))
    mean = r.mean_length(text)
    dup_lines, dup_line_chars = r.duplicate_lines(text)
    dup_paragraphs, dup_paragraph_chars = r.duplicate_paragraphs(text)
    top = (0.256, 0.201, 0.171) if zh else (0.20, 0.18, 0.16)
    runs = (0.198, 0.182, 0.167, 0.154, 0.14, 0.127) if zh else (0.15, 0.14, 0.13, 0.12, 0.11, 0.10)
    checks = {
        "segmented_words": n_words < 50 or n_words > 100_000,
        "mean_segmented_word_length": mean < (1 if zh else 3) or mean > (5 if zh else 10),
        "bullet_line_ratio": r.of_lines(text, r.bullet) > 0.9,
        "ellipsis_line_ratio": r.ellipsis_lines(text) > 0.3,
        "segmented_alphabetic_ratio": r.alphabetic(text) < (0.735 if zh else 0.8),
        "segmented_stop_words": zh and r.chinese_stops(text) < 2,
        "gopher_stop_words": not zh and r.gopher_stops(text) < 2,
        "duplicate_line_ratio": dup_lines > (0.287 if zh else 0.3),
        "duplicate_line_char_ratio": dup_line_chars > 0.2,
        "duplicate_paragraph_ratio": dup_paragraphs > 0.3,
        "duplicate_paragraph_char_ratio": dup_paragraph_chars > 0.2,
        "hash_ratio": r.hashes(text) > 0.1,
        "ellipsis_ratio": r.ellipses(text) > 0.1,
    }
    for n, bound in enumerate(top, start=2):
        checks[f"top_{n}gram_char_ratio"] = r.top_run(text, n) > bound
    for n, bound in enumerate(runs, start=5):
        checks[f"duplicate_{n}gram_ratio"] = r.duplicate_run(text, n) > bound
    return {name for name, failed in checks.items() if failed}


def c4(text: str, lang: str) -> Failed:
    """Raffel et al. 2020, section 2.2, what it says of whole pages; for Chinese MAP-CC."""
    english = lang == "en"
    checks = {
        "c4_sentences": english and r.c4_sentences(text) < 5,
        "sentences": not english and r.sentences(text) <= 1,
        "lorem_ipsum": "lorem ipsum" in text.lower(),
        "curly_brackets": english and "{" in text,
    }
    return {name for name, failed in checks.items() if failed}


def fineweb(text: str, lang: str) -> Failed:
    """Penedo et al. 2024: Gopher, C4 without its line ends, and four of its own."""
    zh = lang == "zh"
    failed = gopher(text, lang) - {"duplicate_line_char_ratio"}
    failed |= c4(text, lang) - {"c4_sentences"}
    checks = {
        "long_line_sentences": not zh and r.c4_sentences(text, marks=False) < 5,
        "terminal_line_ratio": r.of_lines(text, r.ends_sentence) < (0.106 if zh else 0.12),
        "short_line_ratio": not zh and r.of_lines(text, lambda line: len(line) <= 30) > 0.67,
        "line_break_ratio": r.line_breaks(text) > (0.178 if zh else 0.3),
        "duplicate_line_char_ratio": r.duplicate_lines(text)[1] > (0.1 if zh else 0.01),
    }
    return failed | {name for name, bad in checks.items() if bad}


def zh_web(text: str, lang: str) -> Failed:
    """FineWeb-2 cmn_Hani with MAP-CC and ChineseWebText; nothing for other languages."""
    if lang != "zh":
        return set()
    lines = r.lines(text)
    han = r.share(sum(r.kind(char) == "h" for char in text), len(text))
    mean = r.mean_length(text)
    failed = fineweb(text, lang) - {"mean_segmented_word_length"}
    checks = {
        "mean_segmented_word_length": mean < 1.3 or mean > 5,
        "sentences": r.sentences(text) <= 1,
        "characters": len(text) <= 200,
        "mean_line_length": r.share(sum(map(len, lines)), len(lines)) < 10,
        "han_ratio": han < 0.3,
        "bracketed_ratio": r.bracketed(text) > 0.1,
        "digit_ratio": r.digits(text) > 0.3,
        "more_line_ratio": r.of_lines(text, _more) > 0.3,
        "unique_word_ratio": r.unique_words(text) < 0.1,
        "word_entropy": r.entropy(text) < 3,
        "repeated_13gram_ratio": han >= 0.3 and r.repeated_13(text) > 0.5,
    }
    return failed | {name for name, bad in checks.items() if bad}


def _more(line: str) -> bool:
    return r.fold(line).endswith(("read more", "readmore", "展开", "更多", "。。。"))


def refinedweb_lines(text: str, _: str) -> Failed:
    """Penedo et al. 2023, section G.2, what it says of whole pages."""
    return {"noise_word_ratio"} if r.noise_words(text) > 0.05 else set()


REFERENCE: dict[str, Callable[[str, str], Failed]] = {
    "gopher": gopher,
    "c4": c4,
    "fineweb": fineweb,
    "zh-web": zh_web,
    "refinedweb-lines": refinedweb_lines,
}
