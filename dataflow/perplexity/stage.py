"""The perplexity stage: count each pack alone, train on all counts, score each pack alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

import polars as pl

from dataflow.quality.rules import Rule
from schemas.errors import RecipeError
from schemas.records import Reason
from schemas.signals import SIGNALS

if TYPE_CHECKING:
    from dataflow.perplexity.counting import CountBlock, Scheme
    from dataflow.perplexity.models import NgramModels

OFF, CORPUS = "", "corpus"
SERVERS = ("http://", "https://")
"""How the address of a model behind a server begins."""
MOST_CHARS = 8_000
"""Characters of a document that a server is asked for at most: about 2,000 tokens of English and
5,000 of Chinese, which models of today can take."""
FEWEST_DOCUMENTS = 10
"""Documents of a language from which on a percentile of their perplexities means something."""


@dataclass(frozen=True)
class ScorePerplexity:
    """Annotates: the signal `perplexity`, by an n-gram model of the document's language.

    `model` is '' (off), `corpus` (trained on this run's own documents), the path of a saved model,
    or `http://host:port/v1#name`: the language model `name` behind a server that gives the
    log-probabilities of a prompt (`echo` with `logprobs` or `prompt_logprobs`, as vLLM does). It is
    asked for the first `max_chars` characters of each document, in any language, with the key in
    OPENAI_API_KEY if there is one; answers are kept by the model's name, wherever it is served, and
    documents without one have no perplexity.
    Of what follows, only `min_tokens` and the percentiles are for it.

    From the corpus only documents learn whose source one of the glob patterns in `trusted`
    matches; each belongs to one of `folds` by its id, and is scored by a model of the others, so
    that none is scored by a model that has seen it. Tokens are words, or characters for Chinese,
    Japanese, Korean and the unspaced scripts; n-grams have up to `order` tokens, smoothed by
    modified Kneser-Ney; `repeats` is the weight of what the document itself has said before, which
    makes repetition cheap. Documents with fewer than `min_tokens` tokens, or in a language without
    a model, have no perplexity. `memory_mib` bounds the training of a
    model: beyond it the rarest n-grams go, and the model is kept in a mapped file.

    With `low_percentile` above 0 or `high_percentile` below 100 the filter drops documents whose
    perplexity is lower or higher than that percentile of their language (`perplexity_low`: it
    teaches nothing, `perplexity_high`: it cannot be learnt). Absolute values mean nothing here.
    """

    VERSION: ClassVar[int] = 1

    model: str = OFF
    trusted: tuple[str, ...] = ("**",)
    order: int = 4
    folds: int = 2
    low_percentile: float = 0.0
    high_percentile: float = 100.0
    repeats: float = 0.3
    min_tokens: int = 20
    memory_mib: int = 1024
    max_chars: int = 8000

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        _between("order", self.order, 2, 6)
        _between("folds", self.folds, 1, 64)
        _between("low_percentile", self.low_percentile, 0, 100)
        _between("high_percentile", self.high_percentile, 0, 100)
        _between("repeats", self.repeats, 0, 0.99)
        _between("min_tokens", self.min_tokens, 1, 1 << 30)
        _between("memory_mib", self.memory_mib, 1, 1 << 24)
        _between("max_chars", self.max_chars, 1, MOST_CHARS)
        if self.low_percentile >= self.high_percentile:
            raise RecipeError("perplexity.low_percentile must be below perplexity.high_percentile")
        _check_server_name(self.model)
        if not self.enabled and (self.low_percentile > 0 or self.high_percentile < 100):
            raise RecipeError(
                "perplexity.low_percentile and high_percentile need perplexity.model: "
                "'corpus', the file of a model, or the address of a server"
            )
        if self.model == CORPUS and self.folds < 2:
            raise RecipeError(
                "perplexity.folds must be at least 2 for the model 'corpus': "
                "a document must not be scored by a model that has seen it"
            )

    @property
    def identity(self) -> str:
        """The options; of a models' file its content, and of a server its model's name alone.

        Where they are shapes no row: the same model at another address is not asked again.
        """
        if self.server:
            return repr(replace(self, model=f"#{self.served}"))
        path = Path(self.model)
        if self.model in (OFF, CORPUS) or not path.is_file():
            return repr(self)
        with path.open("rb") as file:
            return repr(replace(self, model=hashlib.file_digest(file, "sha256").hexdigest()))

    @property
    def enabled(self) -> bool:
        """Whether there is a model at all."""
        return self.model != OFF

    @property
    def server(self) -> bool:
        """Whether the model is one behind a server."""
        return self.model.startswith(SERVERS)

    @property
    def served(self) -> str:
        """Name of the model behind the server, '' without one."""
        return self.model.partition("#")[2] if self.server else ""

    @property
    def scheme(self) -> Scheme:
        """What counts and models depend on."""
        from dataflow.perplexity.counting import Scheme

        return Scheme(self.VERSION, self.order, self.folds)

    def trusts(self, source: str) -> bool:
        """Whether the corpus model may learn from documents of `source`."""
        return any(_pattern(glob).fullmatch(source) for glob in self.trusted)

    def count(self, frame: pl.DataFrame) -> CountBlock:
        """Counts of the trusted rows of `frame` (doc_id, source, lang, text)."""
        from dataflow.perplexity.counting import count_texts

        return count_texts(self._trusted_rows(frame), self.scheme)

    def _trusted_rows(self, frame: pl.DataFrame) -> Iterable[tuple[str, str, str]]:
        for doc_id, source, lang, text in frame.select(
            "doc_id", "source", "lang", "text"
        ).iter_rows():
            if text and lang and lang != "und" and self.trusts(source or ""):
                yield doc_id, lang, text

    @staticmethod
    def write_block(path: Path, block: CountBlock) -> None:
        """Writes `block` to `path`, whole or not at all."""
        from dataflow.perplexity import counting

        counting.write_block(path, block)

    @classmethod
    def read_block(cls, path: Path) -> CountBlock:
        """The block in `path`, mapped; raises StoreError when it is damaged."""
        from dataflow.perplexity import counting

        return counting.read_block(path, cls.VERSION)

    def train(self, blocks: Sequence[CountBlock]) -> NgramModels:
        """One model for each language and left-out fold, the same whatever the blocks' order."""
        from dataflow.perplexity import models

        return models.train(blocks, self.scheme, self.memory_mib)

    @staticmethod
    def save(models: NgramModels, path: Path) -> None:
        """Writes `models` into one file, whole or not at all."""
        from dataflow.perplexity import models as module

        module.save(models, path)

    @classmethod
    def load(cls, path: Path) -> NgramModels:
        """The models in `path`, mapped; raises StoreError for another version or damage."""
        from dataflow.perplexity import models

        return models.load(path, cls.VERSION)

    def score(self, frame: pl.DataFrame, models: NgramModels) -> pl.DataFrame:
        """`frame` (doc_id, lang, text, signals) with the signal `perplexity` filled in."""
        from dataflow.perplexity.counting import fold_of
        from dataflow.perplexity.scoring import perplexity

        found: list[float | None] = []
        for doc_id, lang, text in frame.select("doc_id", "lang", "text").iter_rows():
            model = models.models.get((lang, fold_of(doc_id, models.scheme.folds)))
            found.append(
                perplexity(
                    text or "", model, order=models.scheme.order, min_tokens=self.min_tokens,
                    repeats=self.repeats,
                )
                if model is not None
                else None
            )  # fmt: skip
        return self.with_perplexity(frame, found)

    @staticmethod
    def with_perplexity(frame: pl.DataFrame, found: Sequence[float | None]) -> pl.DataFrame:
        """`frame` with these perplexities among its signals."""
        column = pl.Series("perplexity", found, dtype=pl.Float64)
        if "signals" not in frame.columns:
            empty = [pl.lit(None, pl.Float64).alias(name) for name, _ in SIGNALS]
            frame = frame.with_columns(pl.struct(empty).alias("signals"))
        return frame.with_columns(pl.col("signals").struct.with_fields(column))

    def bounds(self, frame: pl.DataFrame) -> tuple[Rule, ...]:
        """Rules with the percentiles resolved; `frame` has `lang` and `perplexity` of all rows.

        A language with fewer than 10 documents has none.
        """
        ends = (
            (Reason.PERPLEXITY_LOW, "min", self.low_percentile, self.low_percentile > 0),
            (Reason.PERPLEXITY_HIGH, "max", self.high_percentile, self.high_percentile < 100),
        )
        rules = []
        known = frame.filter(pl.col("perplexity").is_not_null()).sort("lang")
        for (lang,), part in known.group_by("lang", maintain_order=True):
            for reason, bound, percentile, wanted in ends:
                if not wanted or part.height < FEWEST_DOCUMENTS:
                    continue
                value = part["perplexity"].quantile(percentile / 100, "linear")
                citation = f"recipe: percentile {percentile:g} of {part.height} documents in {lang}"
                threshold = float(value or 0.0)
                rules.append(
                    Rule(reason, "perplexity", "min" if bound == "min" else "max", threshold,
                         (str(lang),), citation)
                )  # fmt: skip
        return tuple(sorted(rules, key=lambda rule: (rule.reason.value, rule.langs or ())))


def _check_server_name(model: str) -> None:
    """Raises RecipeError for an address that names no model, or has what must not be in it."""
    if not model.startswith(SERVERS):
        return
    try:
        parts = urlsplit(model)
        host = parts.hostname
    except ValueError as error:
        raise RecipeError(f"perplexity.model: {model!r} is no address ({error})") from error
    if not host or not parts.fragment or parts.query or "@" in parts.netloc:
        raise RecipeError(
            "perplexity.model: the address of a server is http://host:port/v1#name, with the name "
            "of its model and without user, password or query; a key is read from OPENAI_API_KEY"
        )


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # false for NaN too
        raise RecipeError(f"perplexity.{name} must be from {low:g} to {high:g}, not {value:g}")


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern: `**` any path, `*` and `?` within a folder."""
    parts = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(parts.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
