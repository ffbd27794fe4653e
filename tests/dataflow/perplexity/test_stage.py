"""The stage: cross-fitting, both tails, files, rules."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from dataflow.perplexity.counting import fold_of
from dataflow.perplexity.models import NgramModels, same_tables
from dataflow.perplexity.stage import ScorePerplexity
from schemas.errors import RecipeError, StoreError
from schemas.records import Reason
from schemas.signals import SIGNALS
from tests.dataflow.perplexity.corpora import corpus, text

STAGE = ScorePerplexity(model="corpus")
SEEDS = range(40)


@pytest.fixture(scope="module")
def models() -> NgramModels:
    return STAGE.train([STAGE.count(corpus(120))])


def _frame(lang: str, *texts: str, **columns: Any) -> pl.DataFrame:
    ids = [f"new{i}" for i in range(len(texts))]
    return pl.DataFrame({"doc_id": ids, "lang": lang, "text": list(texts)}).with_columns(**columns)


def _scores(models: NgramModels, lang: str, *texts: str) -> list[float]:
    scored = STAGE.score(_frame(lang, *texts), models)
    found: list[float] = scored["signals"].struct.field("perplexity").to_list()
    return found


def _auc(low: list[float], high: list[float]) -> float:
    """The probability that one of `high` is above one of `low`."""
    pairs = [(a < b) + 0.5 * (a == b) for a in low for b in high]
    return sum(pairs) / len(pairs)


def _shuffled_words(lang: str, rng: Random) -> str:
    units = text(lang, rng).split() if lang == "en" else list(text(lang, rng))
    rng.shuffle(units)
    return (" " if lang == "en" else "").join(units)


def _keyboard(lang: str, rng: Random) -> str:
    letters = "asdfghjklqwertyuiop" if lang == "en" else "的一是不了在人有我他这中大来上国"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(40)]
    return (" " if lang == "en" else "，").join(words)


def _misread(lang: str, rng: Random) -> str:
    """Every eighth character read wrongly, as by a bad recogniser."""
    wrong = "0il1|rnmvvceo" if lang == "en" else "口日目曰未末土士己已巳"
    return "".join(
        rng.choice(wrong) if c.isalpha() and rng.random() < 0.12 else c for c in text(lang, rng)
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("spoil", [_shuffled_words, _keyboard, _misread])
def test_noise_is_high(models: NgramModels, lang: str, spoil: Any) -> None:
    clean = _scores(models, lang, *(text(lang, Random(1000 + s)) for s in SEEDS))
    noise = _scores(models, lang, *(spoil(lang, Random(2000 + s)) for s in SEEDS))
    assert _auc(clean, noise) >= 0.99


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_repetition_is_low(models: NgramModels, lang: str) -> None:
    clean = _scores(models, lang, *(text(lang, Random(1000 + s)) for s in SEEDS))
    same = [text(lang, Random(3000 + s), 2) + "\n" for s in SEEDS]
    repeated = _scores(models, lang, *(part * 6 for part in same))
    assert _auc(repeated, clean) >= 0.99


def test_a_document_is_not_scored_by_a_model_that_saw_it() -> None:
    frame = corpus(60, langs=("en",))
    secret = "quixotic zebras juggle vexing hymns by pink jasmine frocks under grumpy clouds " * 4
    changed = frame.with_columns(
        text=pl.when(pl.col("doc_id") == "en00007").then(pl.lit(secret)).otherwise("text")
    )
    row = changed.filter(pl.col("doc_id") == "en00007")
    with_it, without = (STAGE.train([STAGE.count(part)]) for part in (changed, frame))
    own = fold_of("en00007", 2)
    assert same_tables(with_it.models["en", own].text, without.models["en", own].text)
    assert not same_tables(with_it.models["en", 1 - own].text, without.models["en", 1 - own].text)
    assert STAGE.score(row, with_it)["signals"].equals(STAGE.score(row, without)["signals"])


def test_order_and_packs_do_not_matter(tmp_path: Path) -> None:
    frame = corpus(50)
    files = []
    for number, parts in enumerate(([frame], [frame[40:], frame[:13], frame[13:40]])):
        blocks = [STAGE.count(part) for part in parts]
        for i, block in enumerate(blocks):
            STAGE.write_block(tmp_path / f"{number}-{i}", block)
        read = [STAGE.read_block(tmp_path / f"{number}-{i}") for i in range(len(parts))]
        STAGE.save(STAGE.train(read), tmp_path / f"models{number}")
        files.append((tmp_path / f"models{number}").read_bytes())
    assert files[0] == files[1]
    models = STAGE.load(tmp_path / "models0")
    whole = STAGE.score(frame, models)
    assert whole.equals(
        pl.concat([STAGE.score(frame[:31], models), STAGE.score(frame[31:], models)])
    )


def test_only_trusted_documents_teach() -> None:
    frame = corpus(60)
    stage = ScorePerplexity(model="corpus", trusted=("en/*",))
    block = stage.count(frame)
    assert {lang for lang, _, _ in block.groups} == {"en"}
    models = stage.train([block])
    scored = stage.score(frame, models)["signals"].struct.field("perplexity")
    assert scored[:60].null_count() == 0
    assert scored[60:].null_count() == 60


@pytest.mark.parametrize(
    ("glob", "source", "trusted"),
    [
        ("**", "a/b/c.md", True), ("*.md", "a.md", True), ("*.md", "a/b.md", False),
        ("**/*.md", "a.md", True), ("books/**", "books/x/y.txt", True), ("a?c", "abc", True),
        ("a.c", "abc", False),
    ],
)  # fmt: skip
def test_globs(glob: str, source: str, trusted: bool) -> None:
    assert ScorePerplexity(trusted=(glob,)).trusts(source) is trusted


def test_what_has_no_perplexity(models: NgramModels) -> None:
    frame = pl.DataFrame(
        {
            "doc_id": ["a", "b", "c", "d"],
            "lang": ["en", "fr", "en", "und"],
            "text": ["too short", "le moulin " * 30, None, "x " * 50],
        }
    )
    assert STAGE.score(frame, models)["signals"].struct.field("perplexity").null_count() == 4


def test_other_signals_stay(models: NgramModels) -> None:
    signals = pl.struct(pl.lit(float(i)).alias(name) for i, (name, _) in enumerate(SIGNALS))
    frame = _frame("en", text("en", Random(1)), signals=signals)
    found = STAGE.score(frame, models)["signals"].struct.unnest()
    assert found.columns == [name for name, _ in SIGNALS]
    assert found["words"].to_list() == [0.0]
    assert 1.0 < found["perplexity"][0] < 100.0


def test_a_small_corpus_has_no_model() -> None:
    assert STAGE.train([STAGE.count(corpus(3))]).models == {}
    assert STAGE.train([]).models == {}


def test_bounds_are_percentiles_of_each_language() -> None:
    frame = pl.DataFrame(
        {
            "lang": ["en"] * 101 + ["zh"] * 101 + ["fr"] * 3,
            "perplexity": [*map(float, range(101)), *(2.0 * n for n in range(101)), 1.0, 2.0, None],
        }
    )
    stage = ScorePerplexity(model="corpus", low_percentile=2, high_percentile=95)
    rules = stage.bounds(frame.sample(fraction=1.0, shuffle=True, seed=3))
    assert [(rule.reason, rule.langs, rule.bound, rule.threshold) for rule in rules] == [
        (Reason.PERPLEXITY_HIGH, ("en",), "max", 95.0),
        (Reason.PERPLEXITY_HIGH, ("zh",), "max", 190.0),
        (Reason.PERPLEXITY_LOW, ("en",), "min", 2.0),
        (Reason.PERPLEXITY_LOW, ("zh",), "min", 4.0),
    ]
    assert rules[0].citation == "recipe: percentile 95 of 101 documents in en"
    assert STAGE.bounds(frame) == ()


@pytest.mark.parametrize(
    "options",
    [
        {"order": 1}, {"order": 7}, {"folds": 0}, {"low_percentile": -1.0},
        {"high_percentile": 101.0}, {"low_percentile": 60.0, "high_percentile": 50.0},
        {"repeats": 1.0}, {"min_tokens": 0}, {"memory_mib": 0}, {"model": "corpus", "folds": 1},
    ],
)  # fmt: skip
def test_options_that_do_not_fit(options: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=r"perplexity\."):
        ScorePerplexity(**options)


def test_damaged_files_are_refused(tmp_path: Path, models: NgramModels) -> None:
    path = tmp_path / "models"
    STAGE.save(models, path)
    data = path.read_bytes()
    with pytest.raises(StoreError, match=r"not perplexity-counts"):
        STAGE.read_block(path)
    half = len(data) // 2
    flipped = data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]
    for broken in (data[:-100], data[:300], b"", b"\x00" * 500, flipped):
        path.write_bytes(broken)
        with pytest.raises(StoreError, match="train the model again"):
            STAGE.load(path)
    path.write_bytes(data.replace(b"perplexity-models 1 ", b"perplexity-models 9 ", 1))
    with pytest.raises(StoreError, match=r"version 9.*train the model again"):
        STAGE.load(path)
    with pytest.raises(StoreError, match="train the model again"):
        STAGE.load(tmp_path / "absent")


def test_counts_of_another_scheme_are_refused() -> None:
    block = ScorePerplexity(model="corpus", order=3).count(corpus(5))
    with pytest.raises(StoreError, match="count again"):
        STAGE.train([block])


def test_off_by_default() -> None:
    assert not ScorePerplexity().enabled
    assert STAGE.enabled
