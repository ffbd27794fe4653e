"""A recipe: the options of every stage, read from TOML and checked key by key.

Every key has a default, so no recipe is needed. An unknown key or a value of the wrong type is a
`RecipeError` that names the key and suggests the nearest known one.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dataflow.balance.stage import BalanceCorpus
from dataflow.chunking.chunk import ChunkText
from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.decontamination.stage import Decontaminate
from dataflow.dedup.index_entry import HIDDEN, shown
from dataflow.dedup.semantic import DeduplicateMeanings
from dataflow.dedup.stage import Deduplicate
from dataflow.diversity.select import SelectSamples
from dataflow.embedding.embed import EmbedChunks
from dataflow.embedding.embedder import get_embedder
from dataflow.execution.outcome import Limits
from dataflow.identity import identity
from dataflow.judging.stage import JudgeSamples
from dataflow.llm.options import LlmOptions
from dataflow.packing.stage import PackSequences
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.repeats import CutRepeats
from dataflow.perplexity.stage import ScorePerplexity
from dataflow.personal.stage import RedactPersonalData
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from dataflow.quality.toxicity import ScoreToxicity
from dataflow.review.stage import UseVerdicts
from dataflow.sft.make import MakeSft
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.text.clean import CleanText
from dataflow.text.language import DetectLanguage
from parsers.base import ParseOptions
from parsers.ocr.engines import ENGINES
from schemas.errors import RecipeError, UsageError
from schemas.ids import content_id

SKIPPABLE = ("filter", "dedup", "sft", "embed")
"""Stages that `[run] skip` may name; the others are what makes a corpus."""

MOST_SECONDS = 86_400.0
"""A file that takes longer than a day is a hang, and timers refuse much larger numbers."""


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # false for NaN too
        raise RecipeError(f"{name} must be from {low:g} to {high:g}, not {value:g}")


@dataclass(frozen=True)
class InputOptions:
    """Which files are read.

    `include` and `exclude` are glob patterns on the path relative to the input folder; hidden
    files are left out unless `hidden` is true. A file above `max_mib` is rejected, not read.
    """

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    hidden: bool = False
    max_mib: int = 1024

    def __post_init__(self) -> None:
        """Raises RecipeError for a size that no file can have."""
        _between("input.max_mib", self.max_mib, 1, 1 << 30)


@dataclass(frozen=True)
class LimitOptions:
    """What one file may cost: wall seconds and memory of the worker that parses it.

    A page of a PDF costs about 0.05 CPU-seconds without recognition and 3 to 5 with it.
    """

    seconds: float = 300.0
    memory_mib: int = 6144

    def __post_init__(self) -> None:
        """Raises RecipeError for limits that no file can be parsed within, or that are none."""
        _between("limits.seconds", self.seconds, 0.1, MOST_SECONDS)
        _between("limits.memory_mib", self.memory_mib, 64, 1 << 24)

    @property
    def limits(self) -> Limits:
        """The same for an engine."""
        return Limits(self.seconds, self.memory_mib << 20)


@dataclass(frozen=True)
class RunOptions:
    """How a run behaves; none of this changes a row.

    `error_budget` is the share of input files that may be rejected as bad input before the run
    ends with exit code 3. A pack is the unit of caching, a shard that of the output.
    """

    error_budget: float = 0.05
    skip: tuple[str, ...] = ()
    pack_files: int = 64
    pack_mib: int = 64
    rows_per_shard: int = 50_000
    tokenizer: str = "unicode"

    def __post_init__(self) -> None:
        """Raises RecipeError for a stage that cannot be skipped or a size that makes no sense."""
        _between("run.error_budget", self.error_budget, 0, 1)
        for name in ("pack_files", "pack_mib", "rows_per_shard"):
            _between(f"run.{name}", getattr(self, name), 1, 1 << 30)
        for name in self.skip:
            if name not in SKIPPABLE:
                raise RecipeError(f"run.skip: {name!r} is not one of {', '.join(SKIPPABLE)}")


@dataclass(frozen=True)
class IndexOptions:
    """An index of earlier corpora: their documents count as kept already.

    `path` is its folder, made when it is not there, or the address of a Redis server that several
    machines share (`redis://host:6379/0#name`, extra `redis`); empty for none. The server's
    password is best put in the environment variable CORPUSMILL_REDIS_PASSWORD; one in the address
    is written nowhere. A run compares its documents with those of all other corpora in the index,
    or, when it is run again, of those that were there before it, and enters what it kept under the
    name `corpus`. Without one a name is made once and kept in the work folder of the output: give
    one to be able to delete that. Their texts are not read again.
    """

    path: str = field(default="", repr=False)  # it may hold a password
    corpus: str = ""

    @property
    def identity(self) -> str:
        """Nothing: where the index is shapes no row, and what it holds is part of dedup's key."""
        return ""


SECTIONS: dict[str, type[Any]] = {
    "input": InputOptions,
    "limits": LimitOptions,
    "parse": ParseOptions,
    "clean": CleanText,
    "pii": RedactPersonalData,
    "language": DetectLanguage,
    "score": ScoreText,
    "toxicity": ScoreToxicity,
    "boilerplate": CutBoilerplate,
    "perplexity": ScorePerplexity,
    "filter": FilterRules,
    "decontaminate": Decontaminate,
    "dedup": Deduplicate,
    "semantic": DeduplicateMeanings,
    "index": IndexOptions,
    "balance": BalanceCorpus,
    "passages": CutRepeats,
    "chunk": ChunkText,
    "llm": LlmOptions,
    "sft": MakeSft,
    "self_instruct": SelfInstruct,
    "judge": JudgeSamples,
    "select": SelectSamples,
    "review": UseVerdicts,
    "embed": EmbedChunks,
    "pack": PackSequences,
    "run": RunOptions,
}
"""Section of a recipe -> the dataclass whose fields are its keys."""


@dataclass(frozen=True)
class Recipe:
    """Options of every stage."""

    input: InputOptions = field(default_factory=InputOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    parse: ParseOptions = field(default_factory=ParseOptions)
    clean: CleanText = field(default_factory=CleanText)
    pii: RedactPersonalData = field(default_factory=RedactPersonalData)
    language: DetectLanguage = field(default_factory=DetectLanguage)
    score: ScoreText = field(default_factory=ScoreText)
    toxicity: ScoreToxicity = field(default_factory=ScoreToxicity)
    boilerplate: CutBoilerplate = field(default_factory=CutBoilerplate)
    perplexity: ScorePerplexity = field(default_factory=ScorePerplexity)
    filter: FilterRules = field(default_factory=FilterRules)
    decontaminate: Decontaminate = field(default_factory=Decontaminate)
    dedup: Deduplicate = field(default_factory=Deduplicate)
    semantic: DeduplicateMeanings = field(default_factory=DeduplicateMeanings)
    index: IndexOptions = field(default_factory=IndexOptions)
    balance: BalanceCorpus = field(default_factory=BalanceCorpus)
    passages: CutRepeats = field(default_factory=CutRepeats)
    chunk: ChunkText = field(default_factory=ChunkText)
    llm: LlmOptions = field(default_factory=LlmOptions)
    sft: MakeSft = field(default_factory=MakeSft)
    self_instruct: SelfInstruct = field(default_factory=SelfInstruct)
    judge: JudgeSamples = field(default_factory=JudgeSamples)
    select: SelectSamples = field(default_factory=SelectSamples)
    review: UseVerdicts = field(default_factory=UseVerdicts)
    embed: EmbedChunks = field(default_factory=EmbedChunks)
    pack: PackSequences = field(default_factory=PackSequences)
    run: RunOptions = field(default_factory=RunOptions)

    @property
    def fingerprint(self) -> str:
        """Hash of all that shapes rows: stage options and versions, not limits or shard sizes."""
        parts = []
        for name in SECTIONS:
            if name in ("limits", "run"):
                continue
            parts += [name, identity(getattr(self, name))]
        tokenizer = get_tokenizer(self.run.tokenizer)
        return content_id(
            "recipe", *parts, repr(sorted(self.run.skip)), tokenizer.name, tokenizer.hash
        )

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Every section with every value, as plain data for the manifest and the report.

        Passwords stay out: both are made to be passed on.
        """
        sections = {name: dataclasses.asdict(getattr(self, name)) for name in SECTIONS}
        if self.parse.password is not None:
            sections["parse"]["password"] = HIDDEN
        sections["index"]["path"] = shown(self.index.path)
        plain: dict[str, dict[str, Any]] = json.loads(json.dumps(sections))
        return plain


def load_recipe(path: Path | None) -> Recipe:
    """The recipe in a TOML file, or the default one for None; raises RecipeError."""
    if path is None:
        return Recipe()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from error
    return recipe_from(data, str(path))


def recipe_from(data: Mapping[str, Any], where: str) -> Recipe:
    """A recipe from nested tables; `where` names the file in errors."""
    _known(data, SECTIONS, where, "section")
    sections = {}
    for name, values in data.items():
        if not isinstance(values, Mapping):
            raise RecipeError(f"{where}: [{name}] must be a table, not {type(values).__name__}")
        kind = SECTIONS[name]
        keys = {f.name: f for f in dataclasses.fields(kind) if f.init}
        _known(values, keys, where, f"key of [{name}]")
        sections[name] = _validated(kind, values, f"{where}: [{name}]")
    recipe = Recipe(**sections)
    _check_names(recipe, where)
    return recipe


def _check_names(recipe: Recipe, where: str) -> None:
    """Raises RecipeError for an engine, a model or a tokenizer that there is not.

    Without this a run would stop hours later, at the step that needs it. No model is loaded.
    """
    for key, name, known in (("[parse] ocr_engine", recipe.parse.ocr_engine, ENGINES),):
        if name not in known:
            raise RecipeError(f"{where}: {key}: {name!r} is not one of {', '.join(known)}")
    try:
        get_embedder(recipe.embed.embedder)
        for name in (recipe.run.tokenizer, recipe.chunk.tokenizer, recipe.pack.tokenizer):
            get_tokenizer(name)
    except UsageError as error:
        raise RecipeError(f"{where}: {error}") from error


def _validated(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    """The section's dataclass; strict, so that `true` is no number and a text no list."""
    try:
        return TypeAdapter(kind).validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise RecipeError(f"{where} {key}: {first['msg']}") from error
    except (ValueError, UsageError) as error:
        raise RecipeError(f"{where}: {error}") from error


def _known(found: Mapping[str, Any], known: Mapping[str, Any], where: str, what: str) -> None:
    for name in found:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise RecipeError(f"{where}: unknown {what} {name!r}; {hint}")
