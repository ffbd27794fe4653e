"""Measures language identification by length, mixed documents and speed; peers where installed.

    python -m benchmarks language [--guides DIR] [--passages DIR] [--per-language N] [--part kept]

DIR of --guides holds one folder for each language (`de/*.html`, as the translated installation
manuals of Debian have them); paragraphs that repeat English ones are left out as untranslated. DIR
of --passages holds the yardstick's `xquad-en.passages.jsonl` and `cmrc2018.passages.jsonl`.
Texts are halved by hash: thresholds were set on `dev`, figures come from `kept`. A window is a
random place of a random paragraph (seeded), so that it begins and ends within words. Peers
(lingua, py3langid) are measured in the same run where they can be imported.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import importlib.util
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.cost import BENCH, commit

TAG = re.compile(r"<[^>]+>")
NOT_PROSE = re.compile(r"<(pre|code|tt|script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
LENGTHS = (10, 20, 50, 100, 300)
MIXTURES = (("en", "zh"), ("zh", "en"), ("en", "de"), ("de", "en"), ("en", "fr"), ("es", "pt"))
PARAGRAPHS = 12
SHARES = (0.0, 0.0, 0.2, 0.35, 0.5)
FLAGGED = 0.05
IDEOGRAPHS = re.compile("[\u3005-\u9fff\uac00-\ud7a3]")

Texts = dict[str, list[str]]
Guess = Callable[[str], str]


def _paragraphs(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.html")):
        page = NOT_PROSE.sub(" ", path.read_text(encoding="utf-8", errors="replace"))
        for match in PARAGRAPH.finditer(page):
            text = " ".join(html.unescape(TAG.sub(" ", match[1])).split())
            if len(text) >= 40:
                yield text


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def guides(root: Path) -> Texts:
    """Paragraphs by language of the translated manuals under `root`."""
    folders = {path.name: path for path in sorted(root.iterdir()) if path.is_dir()}
    found = {name: sorted(set(_paragraphs(path))) for name, path in folders.items()}
    english = set().union(*(_trigrams(text) for text in found.get("en", [])))
    translated = {}
    for name, texts in found.items():
        own = [text for text in texts if name == "en" or _is_translated(text, english)]
        if len(own) >= 50:
            translated[name.partition("_")[0]] = own
    return translated


def _is_translated(text: str, english: set[tuple[str, ...]]) -> bool:
    trigrams = _trigrams(text)
    return not trigrams or len(trigrams & english) / len(trigrams) < 0.3


def passages(folder: Path) -> Texts:
    """English and Chinese passages of the retrieval yardstick."""
    files = {"en (wiki)": "xquad-en", "zh (wiki)": "cmrc2018"}
    return {
        name: [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
        for name, stem in files.items()
        if (path := folder / f"{stem}.passages.jsonl").exists()
    }


def _half(text: str) -> str:
    return "kept" if hashlib.sha256(text.encode()).digest()[0] & 1 else "dev"


def windows(texts: list[str], length: int, count: int, seed: int) -> list[str]:
    """`count` random stretches of `length` characters."""
    rng = random.Random(f"{seed}-{length}")
    long = [text for text in texts if len(text) >= length + 10]
    found = []
    for _ in range(count if long else 0):
        text = rng.choice(long)
        start = rng.randrange(len(text) - length + 1)
        found.append(text[start : start + length])
    return found


def by_length(texts: Texts, guess: Guess, count: int) -> dict[str, Any]:
    """Accuracy, undetermined and wrong answers for each length and language, and the speed."""
    report: dict[str, Any] = {}
    for length in LENGTHS:
        rows, mistaken, made = {}, Counter[str](), 0
        start = time.process_time()
        for name, own in texts.items():
            lang = name.partition(" ")[0]
            answers = [guess(window) for window in windows(own, length, count, 1)]
            if not answers:
                continue
            made += len(answers)
            wrong = [answer for answer in answers if answer not in (lang, "und")]
            mistaken.update(f"{lang}>{answer}" for answer in wrong)
            right = sum(answer == lang for answer in answers) / len(answers)
            rows[name] = [round(right, 3), round(len(wrong) / len(answers), 3)]
        spent = time.process_time() - start
        report[str(length)] = {
            "accuracy_wrong": rows,
            "mean_accuracy": round(sum(row[0] for row in rows.values()) / len(rows), 3),
            "mean_wrong": round(sum(row[1] for row in rows.values()) / len(rows), 4),
            "most_mistaken": mistaken.most_common(5),
            "texts_per_cpu_s": round(made / spent),
        }
    return report


def _weight(text: str) -> int:
    heavy = len(IDEOGRAPHS.findall(text))
    return 5 * heavy + sum(char.isalpha() for char in text) - heavy


def mixed(texts: Texts, one: str, other: str, count: int) -> dict[str, Any]:
    """F1 of flagging documents of `one` with paragraphs in `other`, at a share of 5 %."""
    from dataflow.text.language import DetectLanguage

    rng, stage = random.Random(f"{one}-{other}"), DetectLanguage()
    hits = missed = false = 0
    errors = []
    for _ in range(count):
        share = rng.choice(SHARES)
        number = round(share * PARAGRAPHS)
        foreign = rng.sample(texts[other], number)
        parts = rng.sample(texts[one], PARAGRAPHS - number) + foreign
        rng.shuffle(parts)
        true = sum(map(_weight, foreign)) / sum(map(_weight, parts))
        if 0 < true < 2 * FLAGGED:
            continue
        found = dict(stage.languages("\n\n".join(parts))[2])
        errors.append(abs(found.get(other, 0.0) - true))
        flagged = 1 - found.get(one, 0.0) >= FLAGGED
        hits += flagged and number > 0
        false += flagged and number == 0
        missed += not flagged and number > 0
    f1 = 2 * hits / (2 * hits + missed + false) if hits else 0.0
    return {
        "f1": round(f1, 4), "missed": missed, "false": false, "flagged": hits,
        "mean_error_of_share": round(sum(errors) / len(errors), 4),
    }  # fmt: skip


def speed(texts: Texts) -> dict[str, dict[str, float]]:
    """MB per CPU-second of the whole stage, on texts of several sizes."""
    import polars as pl

    from dataflow.text.language import DetectLanguage

    stage = DetectLanguage()
    found: dict[str, dict[str, float]] = {}
    for size in (2_000, 20_000, 200_000):
        row: dict[str, float] = {}
        for lang in ("en", "zh", "de", "ru"):
            if lang not in texts:
                continue
            text = ("\n\n".join(texts[lang]) + "\n\n") * (1 + size // 100_000)
            frame = pl.DataFrame({"text": [text[:size]] * max(2, 2_000_000 // size)})
            start = time.process_time()
            stage(frame)
            spent = time.process_time() - start
            row[lang] = round(int(frame["text"].str.len_bytes().sum()) / spent / 1e6, 1)
        found[str(size)] = row
    return found


def peers(langs: list[str]) -> dict[str, Guess]:
    """The other identifiers that are installed, by name."""
    found: dict[str, Guess] = {}
    if importlib.util.find_spec("py3langid"):
        import py3langid  # type: ignore[import-not-found, unused-ignore]

        found["py3langid"] = lambda text: str(py3langid.classify(text)[0])
    if importlib.util.find_spec("lingua"):
        import lingua  # type: ignore[import-not-found, unused-ignore]

        codes = [getattr(lingua.IsoCode639_1, code.upper()) for code in {*langs, "nb"} - {"no"}]
        build = lingua.LanguageDetectorBuilder.from_iso_codes_639_1
        detector = build(*codes).build()

        def guess(text: str) -> str:
            answer = detector.detect_language_of(text)
            return answer.iso_code_639_1.name.lower() if answer else "und"

        found[f"lingua, {len(codes)} languages"] = guess
    return found


def main() -> int:
    """Runs the measurement and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guides", type=Path)
    parser.add_argument("--passages", type=Path, default=BENCH / "retrieval" / "data")
    parser.add_argument("--per-language", type=int, default=400)
    parser.add_argument("--part", choices=("dev", "kept"), default="kept")
    args = parser.parse_args()
    from dataflow.text.language import identify

    texts = {**passages(args.passages), **(guides(args.guides) if args.guides else {})}
    texts = {name: [t for t in own if _half(t) == args.part] for name, own in texts.items()}
    langs = sorted({name.partition(" ")[0] for name in texts})
    identify("warm up, so that the model is loaded before the clock starts")
    report: dict[str, Any] = {"commit": commit(), "part": args.part, "languages": langs}
    report["ours"] = by_length(texts, lambda text: identify(text)[0], args.per_language)
    for name, guess in peers(langs).items():
        guess("warm up")
        report[name] = by_length(texts, guess, args.per_language)
    texts = {name.partition(" ")[0]: own for name, own in texts.items()}
    report["mixed"] = {
        f"{one}+{other}": mixed(texts, one, other, 300)
        for one, other in MIXTURES
        if one in texts and other in texts
    }
    report["mb_per_cpu_s"] = speed(texts)
    print(json.dumps(report, ensure_ascii=False))
    for length in LENGTHS:
        row = report["ours"][str(length)]
        print(f"{length} characters: right {row['mean_accuracy']}, wrong {row['mean_wrong']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
