"""Measures perplexity: both tails on planted noise, speed, memory, what pruning costs.

    python -m benchmarks perplexity --corpus docs.parquet [--order N] [--repeats W] [--documents N]

The corpus is a Parquet file with `text` and `lang` (`id` and `source` where there are; a column
`parent` marks made near-duplicates, which are left out). From it a cross-fitted model is trained
as in a run. 300 documents of each language are then spoilt (seeded) and scored by the model of
their own fold, which has seen neither them nor their clean form. AUC is the probability that a
spoilt document lies above (for templates and repetition: below) a clean one; `paired` that it lies
above its own clean form. Seconds are CPU seconds; loops are compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.cost import commit
from dataflow.perplexity.models import NgramModels
from dataflow.perplexity.stage import ScorePerplexity

SAMPLE = 300
PACK = 500
LANGS = ("en", "zh")
MISREAD = {"en": "0il1|rnvceo", "zh": "口日目曰未末土士己已巳囗田由甲申"}
TEMPLATE = {
    "en": "Dear {}, your order {} was sent on {} to {}. Thank you for buying from our shop. This "
    "message was made by a machine, please do not answer it. ",
    "zh": "尊敬的{}，您的订单{}已于{}寄往{}。感谢您在本店购物。本邮件由系统自动发出，请勿回复。",
}
Spoil = Callable[[str, str, random.Random], str]


def _units(text: str, lang: str) -> list[str]:
    return text.split() if lang == "en" else list(text)


def word_salad(text: str, lang: str, rng: random.Random) -> str:
    """Words (Chinese: characters) in another order."""
    units = _units(text, lang)
    rng.shuffle(units)
    return (" " if lang == "en" else "").join(units)


def shuffled_letters(text: str, lang: str, rng: random.Random) -> str:
    """Letters of each word in another order (Chinese: as word salad)."""
    if lang != "en":
        return word_salad(text, lang, rng)
    return " ".join("".join(rng.sample(word, len(word))) for word in text.split())


def keyboard(text: str, lang: str, rng: random.Random) -> str:
    """Random letters, or random ideographs, as long as the text."""
    if lang == "en":
        letters = "asdfghjklqwertyuiopzxcvbnm"
        sizes = [rng.randint(2, 10) for _ in range(len(text) // 7 + 1)]
        return " ".join("".join(rng.choices(letters, k=size)) for size in sizes)
    return "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in text)


def misread(rate: float) -> Spoil:
    """A share of the letters read wrongly, as by a bad recogniser."""

    def spoil(text: str, lang: str, rng: random.Random) -> str:
        wrong = MISREAD[lang]
        return "".join(
            rng.choice(wrong) if char.isalpha() and rng.random() < rate else char for char in text
        )

    return spoil


def repetition(text: str, lang: str, rng: random.Random) -> str:
    """One stretch of the text over and over."""
    width = 80 if lang == "en" else 30
    start = rng.randrange(max(1, len(text) - width))
    part = text[start : start + width] + "\n"
    return part * (len(text) // len(part) + 1)


def template(text: str, lang: str, rng: random.Random) -> str:
    """A form letter that hundreds of documents share, with words of the text filled in."""
    units = text.split() if lang == "en" else [text[i : i + 3] for i in range(0, len(text), 3)]
    date = f"2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
    filled = (rng.choice(units), rng.randrange(10**6), date, rng.choice(units))
    return TEMPLATE[lang].format(*filled) * 2


HIGH: dict[str, Spoil] = {
    "word salad": word_salad,
    "shuffled letters": shuffled_letters,
    "keyboard noise": keyboard,
    "10 % misread": misread(0.10),
    "5 % misread": misread(0.05),
    "2 % misread": misread(0.02),
}


def auc(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Probability that one of `high` is above one of `low`, ties half."""
    below = np.searchsorted(np.sort(low), high, side="left")
    not_above = np.searchsorted(np.sort(low), high, side="right")
    return round(float((below + not_above).mean() / 2 / len(low)), 4)


def values(stage: ScorePerplexity, frame: pl.DataFrame, models: NgramModels) -> Any:
    """Perplexities of all rows, NaN for none."""
    scored = stage.score(frame, models)["signals"].struct.field("perplexity")
    return scored.fill_null(float("nan")).to_numpy()


def tails(
    stage: ScorePerplexity, frame: pl.DataFrame, models: NgramModels, lang: str
) -> dict[str, Any]:
    """AUC of every kind of noise and of repetition and templates."""
    clean = values(stage, frame, models)
    report: dict[str, Any] = {
        "clean_percentiles": {
            str(p): round(float(np.nanpercentile(clean, p)), 1) for p in (1, 25, 50, 75, 99)
        }
    }

    def spoilt(spoil: Spoil) -> Any:
        rng = random.Random(lang)
        texts = [spoil(text, lang, rng) for text in frame["text"].to_list()]
        return values(stage, frame.with_columns(text=pl.Series(texts)), models)

    for name, spoil in HIGH.items():
        noise = spoilt(spoil)
        report[name] = {"auc": auc(clean, noise), "paired": round(float((noise > clean).mean()), 4)}
    report["repetition"] = {"auc": auc(spoilt(repetition), clean)}
    report["template"] = {"auc": auc(spoilt(template), clean)}
    return report


def load(path: Path, limit: int) -> pl.DataFrame:
    """doc_id, source, lang and text of the corpus, made near-duplicates left out."""
    frame = pl.read_parquet(path)
    if "parent" in frame.columns:
        frame = frame.filter(pl.col("parent").is_null())
    number = pl.int_range(pl.len()).cast(pl.String)
    doc_id = pl.col("id").cast(pl.String) if "id" in frame.columns else number
    source = pl.col("source") if "source" in frame.columns else number
    frame = frame.select(doc_id.alias("doc_id"), source.alias("source"), "lang", "text")
    return frame.head(limit) if limit else frame


def forms(frame: pl.DataFrame) -> pl.DataFrame:
    """100 form letters for each language, to be planted among the documents."""
    rng = random.Random(7)
    rows = [
        (f"form {lang} {i}", "forms", lang, template(text, lang, rng))
        for lang in LANGS
        for i, text in enumerate(frame.filter(pl.col("lang") == lang)["text"].head(100))
    ]
    return pl.DataFrame(rows, schema=frame.columns, orient="row")


def main() -> int:
    """Runs the measurement and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--order", type=int, default=ScorePerplexity.order)
    parser.add_argument("--repeats", type=float, default=ScorePerplexity.repeats)
    parser.add_argument("--memory-mib", type=int, default=ScorePerplexity.memory_mib)
    parser.add_argument("--documents", type=int, default=0)
    args = parser.parse_args()
    stage = ScorePerplexity(
        model="corpus", order=args.order, repeats=args.repeats, memory_mib=args.memory_mib
    )
    corpus = load(args.corpus, args.documents)
    planted = pl.concat([corpus, forms(corpus)])
    warm = corpus.head(300)
    stage.score(warm, stage.train([stage.count(warm)]))
    megabytes = int(corpus["text"].str.len_bytes().sum()) / 1e6
    spent: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = work()
        spent[step] = time.process_time() - start
        return result

    packs = [planted[i : i + PACK] for i in range(0, planted.height, PACK)]
    blocks = timed("count", lambda: [stage.count(pack) for pack in packs])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    models = timed("train", lambda: stage.train(blocks))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    timed("score", lambda: stage.score(corpus, models))
    report = {
        "commit": commit(), "stage": repr(stage), "documents": corpus.height,
        "megabytes": round(megabytes, 1),
        "mb_per_cpu_s": {step: round(megabytes / cost, 1) for step, cost in spent.items()},
        "train_extra_peak_mib": round(after - before),
        "model_tokens": {f"{lang}/{fold}": m.tokens for (lang, fold), m in models.models.items()},
        "tails": {},
    }  # fmt: skip
    tailed: dict[str, Any] = {}
    for lang in LANGS:
        long = corpus.filter((pl.col("lang") == lang) & (pl.col("text").str.len_chars() > 400))
        tailed[lang] = tails(stage, long.sample(min(SAMPLE, long.height), seed=3), models, lang)
    report["tails"] = tailed
    print(json.dumps(report, ensure_ascii=False))
    for lang, found in tailed.items():
        high = [found[name]["auc"] for name in HIGH]
        print(f"{lang}: noise AUC {min(high)} to {max(high)}, template {found['template']['auc']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
