"""The dataset card: README.md with the YAML head that Hugging Face reads, and the story below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from dataflow.report.model import ReportData
from dataflow.report.numbers import Count
from dataflow.report.phrases import number, percent
from dataflow.report.sample_model import SetRow
from dataflow.report.splits import MIXED, SPLITS, files_split, split_counts
from dataflow.report.wording import STEPS
from dataflow.report.wording_reasons import REASONS
from dataflow.sft.rows import DATA_SETS as SAMPLE_SETS
from schemas.errors import StoreError
from schemas.manifest import DataSetEntry, Manifest
from schemas.tables import DATASETS

SHOWN_FIRST = "documents"
"""The configuration that viewers open by default, when it is there."""
SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"),
         (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"))  # fmt: skip
COUNTS = 8
"""Languages, methods or flaws of a data set that are named."""
LANGUAGE = re.compile(r"[a-z]{2,3}")


def dataset_card(out: Path, manifest: Manifest, data: ReportData) -> str:
    """README.md: `configs` and `dataset_info` from the shards' Arrow schemas, then the funnel."""
    splits = split_counts(out, manifest)
    named = {name: files_split(splits.get(name)) for name in manifest.datasets}
    order = _ordered(manifest)
    head = {
        "license": "unknown",
        **_languages(data),
        "size_categories": [_size(data)],
        "tags": ["corpusmill"],
        "configs": [_config(name, named[name]) for name in order],
        "dataset_info": [_info(out, name, manifest.datasets[name], named[name]) for name in order],
    }
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{text}---\n\n" + "\n".join(_body(data, splits)) + "\n"


def _ordered(manifest: Manifest) -> list[str]:
    return sorted(manifest.datasets, key=lambda name: (name != SHOWN_FIRST, name))


def _languages(data: ReportData) -> dict[str, list[str]]:
    codes = [c.name for c in data.languages if LANGUAGE.fullmatch(c.name) and c.name != "und"]
    return {"language": codes} if codes else {}


def _size(data: ReportData) -> str:
    rows = data.verdict.documents
    count = max((f.rows for f in data.provenance.datasets), default=0) if rows is None else rows
    return next((name for limit, name in SIZES if count < limit), "n>1T")


def _config(name: str, split: str) -> dict[str, Any]:
    config: dict[str, Any] = {"config_name": name}
    if name == SHOWN_FIRST:
        config["default"] = True
    return {**config, "data_files": [{"split": split, "path": f"{name}/part-*.parquet"}]}


def _info(out: Path, name: str, entry: DataSetEntry, split: str) -> dict[str, Any]:
    """Features and sizes. `num_bytes` is what the columns take uncompressed."""
    try:
        files = [pq.read_metadata(out / shard.path) for shard in entry.shards]
        schema = pq.read_schema(out / entry.shards[0].path)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{out / name}: cannot be read: {error}; run again") from error
    plain = sum(
        file.row_group(at).total_byte_size for file in files for at in range(file.num_row_groups)
    )
    return {
        "config_name": name,
        "features": [_feature(field.name, field.type) for field in schema],
        "splits": [{"name": split, "num_bytes": plain, "num_examples": entry.rows}],
        "download_size": sum(shard.bytes for shard in entry.shards),
        "dataset_size": plain,
    }


def _feature(name: str, kind: pa.DataType) -> dict[str, Any]:
    return {"name": name, **_kind(kind)}


def _kind(kind: pa.DataType) -> dict[str, Any]:
    """An Arrow type as the card names it: a dtype, a struct, or a list of one of these."""
    if pa.types.is_struct(kind):
        return {"struct": [_feature(field.name, field.type) for field in kind]}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        inner = _kind(kind.value_type)
        shape = {"length": kind.list_size} if pa.types.is_fixed_size_list(kind) else {}
        nested = inner["dtype"] if "dtype" in inner else inner.get("struct", [inner])
        return {"list": nested, **shape}
    names = {"double": "float64", "float": "float32", "large_string": "large_string"}
    return {"dtype": names.get(str(kind), str(kind))}


def _body(data: ReportData, splits: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    verdict = data.verdict
    yield "# Corpus\n"
    if verdict.documents is not None:
        yield (
            f"{number(verdict.documents)} of {number(verdict.inputs)} documents were kept "
            f"({percent(verdict.kept_share)}): {number(verdict.tokens)} tokens, "
            f"{number(verdict.characters)} characters. "
            f"{percent(verdict.duplicate_share)} were left out as duplicates.\n"
        )
    yield "## Data sets\n"
    yield from _table(("data set", "rows", "what it is"), (
        (f"`{f.name}/`", number(f.rows), DATASETS[f.name].about if f.name in DATASETS else "")
        for f in data.provenance.datasets
    ))  # fmt: skip
    yield from _samples(data)
    yield from _splits(splits)
    if data.languages:
        yield "## Languages\n"
        yield from _table(("language", "documents", "tokens"), (
            (_code(c.name), number(c.count), number(c.tokens)) for c in data.languages
        ))  # fmt: skip
    if data.steps:
        yield "## How it was made\n"
        yield from _table(("step", "rows in", "kept", "left out"), (
            (f"{_code(s.name)} {STEPS.get(s.name, ('', ''))[0]}", number(s.rows_in),
             number(s.kept), number(s.rejected))
            for s in data.steps
        ))  # fmt: skip
    if data.rejects:
        yield "## What was left out, and why\n"
        yield "Every one has a row in `rejects/` with the value and the bound that decided.\n"
        yield from _table(("stage", "reason", "rows", "meaning"), (
            (_code(g.stage), _code(g.reason), number(g.count), REASONS.get(g.reason, ("", ""))[0])
            for g in data.rejects
        ))  # fmt: skip
    made = data.provenance
    yield "## Provenance\n"
    yield f"- corpusmill {_code(made.code_version)}"
    yield f"- content hash {_code(made.content_hash)}"
    yield f"- recipe hash {_code(made.recipe_hash)}; the whole recipe stands in `manifest.json`"
    yield "- columns and their meaning: each Parquet file carries its schema's name and version\n"
    yield "## Licence\n"
    yield (
        "Not known to the tool: the texts carry the licences of their sources. "
        "Set `license` above before you publish this.\n"
    )
    yield "The data-quality report is in `report/index.html`."


def _samples(data: ReportData) -> Iterator[str]:
    """The data sets of samples: which languages they are in and what they are made of."""
    made = data.samples
    if made is None or not made.rows:
        return
    yield "## Samples\n"
    yield (
        "A row that was made from a document quotes the passages that it rests on (`evidence`: "
        "document, page, characters), and code has found every quote there. Test questions that "
        "the corpus does not answer quote nothing. `scores` holds what was measured, `calls` "
        "which prompts a model was sent.\n"
    )
    yield from _table(("data set", "rows", "languages", "made of"), (
        (_code(one.name), number(one.rows), _counted(one.languages), _made_of(one))
        for one in made.sets
    ))  # fmt: skip
    yield f"Rows by who wrote them: {_counted(made.writers)}.\n"


def _made_of(one: SetRow) -> str:
    if one.by != "answerable":
        return _counted(one.parts)
    counts = {part.name: part.count for part in one.parts}
    return (
        f"{number(counts.get('true', 0))} with an answer, {number(counts.get('false', 0))} without"
    )


def _counted(counts: Iterable[Count]) -> str:
    """The most frequent ones with their counts."""
    given = list(counts)
    more = f", {number(len(given) - COUNTS)} more" if len(given) > COUNTS else ""
    return ", ".join(f"{_code(c.name)} {number(c.count)}" for c in given[:COUNTS]) + more


def _splits(splits: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Which rows are for training, and how to load them alone."""
    if not splits:
        return
    yield "## Training, validation and test\n"
    yield (
        "Which split a row belongs to stands in its column `split`; the files are not divided by "
        "it. All near-duplicates of a document, and all samples made from them, are in one split.\n"
    )
    yield from _table(("data set", *SPLITS, "loads as"), (
        (_code(name), *(number(counts.get(split, 0)) for split in SPLITS),
         _code(files_split(counts)))
        for name, counts in splits.items()
    ))  # fmt: skip
    parted = [name for name in SAMPLE_SETS if files_split(splits.get(name)) != SPLITS[0]]
    if parted and files_split(splits.get(SHOWN_FIRST, {})) == SPLITS[0] and SHOWN_FIRST in splits:
        yield (
            "No documents were held out, so the samples were divided by themselves: "
            f"`{SHOWN_FIRST}` calls documents `train` whose samples are held out. Who trains on "
            "the documents too has to leave those out, by `doc_id`.\n"
        )
    mixed = sorted(name for name, counts in splits.items() if files_split(counts) == MIXED)
    if mixed:
        name = "sft" if "sft" in mixed else mixed[0]
        yield (
            f"A data set with rows of several splits loads as `{MIXED}`, whole. Take the rows of "
            "one split out of it before you train:\n"
        )
        yield "```python"
        yield "from datasets import load_dataset\n"
        yield f'rows = load_dataset("<this folder>", "{name}", split="{MIXED}")'
        yield 'train = rows.filter(lambda row: row["split"] == "train")'
        yield "```\n"


def _code(value: str) -> str:
    """`value` as code in Markdown: nothing in it can end the span, the row or the line."""
    safe = "".join(char if char not in "`|<>&\\" else "·" for char in value)
    return f"`{safe or '–'}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
