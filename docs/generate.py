"""Writes the pages that are made from the code: `python -m docs.generate` (`--check` in CI)."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataflow.quality.rule_sets import RULE_SETS
from dataflow.quality.rules import FilterRules
from dataflow.recipe import SECTIONS
from schemas.document import ElementKind, IssueCode
from schemas.records import BAD_INPUT, Reason
from schemas.samples import CALL, EVIDENCE, MESSAGE, SCORE_STRUCT, SCORES
from schemas.signals import CHANGE_STRUCT, CHANGES, SIGNALS
from schemas.tables import (
    CELL,
    DATASETS,
    ELEMENT,
    ISSUE,
    LANGUAGE_SHARE,
    PERSONAL_DATA,
)

HERE = Path(__file__).parent
NOTE = "<!-- made by `python -m docs.generate`; change the code, not this page -->"


def type_name(kind: pa.DataType) -> str:
    """An Arrow type for a reader: structs by name, lists in brackets."""
    for name, known in (
        ("element", ELEMENT), ("issue", ISSUE), ("evidence", EVIDENCE), ("message", MESSAGE),
        ("cell", CELL), ("language share", LANGUAGE_SHARE), ("personal data", PERSONAL_DATA),
        ("changes", CHANGE_STRUCT), ("call", CALL), ("scores", SCORE_STRUCT),
    ):  # fmt: skip
        if kind == known:
            return name
    if pa.types.is_fixed_size_list(kind):
        return f"{type_name(kind.value_type)}[{kind.list_size}]"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list of {type_name(kind.value_type)}"
    return "signals" if pa.types.is_struct(kind) else str(kind)


def format_page() -> Iterator[str]:
    """docs/format.md: every data set, struct and closed list."""
    yield from ("# Format reference", "", NOTE, "")
    yield "Every data set is a folder of Parquet shards; `manifest.json` lists them, nothing else"
    yield "counts. Name and version of the schema stand in each file's metadata."
    for dataset in DATASETS.values():
        yield from ("", f"## {dataset.name}/ (version {dataset.version})", "", dataset.about, "")
        yield f"Rows are ordered by {', '.join(f'`{name}`' for name in dataset.order)}."
        yield from ("", "| column | type | meaning |", "| --- | --- | --- |")
        for name, kind, meaning in dataset.fields:
            yield f"| `{name}` | {type_name(kind)} | {meaning.replace('|', chr(92) + '|')} |"
    yield from ("", "## Structs", "")
    for name, struct in (
        ("element", ELEMENT), ("cell", CELL), ("issue", ISSUE), ("evidence", EVIDENCE),
        ("message", MESSAGE), ("call", CALL), ("language share", LANGUAGE_SHARE),
        ("personal data", PERSONAL_DATA),
    ):  # fmt: skip
        fields = ", ".join(f"`{field.name}` {type_name(field.type)}" for field in struct)
        yield f"- **{name}**: {fields}"
    yield from ("", "Boxes are `[x0, y0, x1, y1]` in points from the top left; pages count from 1.")
    yield from ("", "## Signals", "", "| signal | meaning |", "| --- | --- |")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in SIGNALS)
    yield from ("", "## Changes", "", "| change | meaning |", "| --- | --- |")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in CHANGES)
    yield from ("", "## Scores", "", "| score | meaning |", "| --- | --- |")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in SCORES)
    yield from ("", "## Closed lists", "")
    yield "- Element kinds: " + ", ".join(f"`{kind}`" for kind in ElementKind)
    yield "- Issue codes: " + ", ".join(f"`{code}`" for code in IssueCode)
    yield "- Reject reasons that count as bad input: " + _codes(Reason, inside=True)
    yield "- Reject reasons of the recipe's own policy: " + _codes(Reason, inside=False)


def _codes(reasons: type[Reason], *, inside: bool) -> str:
    return ", ".join(f"`{reason}`" for reason in reasons if (reason in BAD_INPUT) == inside)


def recipe_page() -> Iterator[str]:
    """docs/recipe.md: every key of a recipe with its default, and the quality rules."""
    yield from ("# Recipe reference", "", NOTE, "")
    yield "A recipe is a TOML file. Every key has the default below, so an empty file is a recipe."
    for name, kind in SECTIONS.items():
        yield from ("", f"## [{name}]", "", inspect.cleandoc(kind.__doc__ or ""), "")
        fields = [field for field in dataclasses.fields(kind) if field.init]
        if fields:
            yield from ("| key | default |", "| --- | --- |")
        yield from (f"| `{field.name}` | {_default(field)} |" for field in fields)
    yield from ("", "## Quality rules", "")
    yield "In force whatever the sets, where the signal was measured:"
    yield from ("", *_rules([row for row in FilterRules().rules_table() if row["set"] == "always"]))
    for name in RULE_SETS:
        rows = FilterRules(sets=(name,)).rules_table()
        yield from ("", f"### {name}", "", *_rules([row for row in rows if row["set"] == name]))


def _rules(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A table of rules."""
    columns = ("reason", "signal", "bound", "threshold", "langs", "citation")
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        langs = "all others" if row["langs"] is None else ", ".join(row["langs"])
        values = {**row, "langs": langs, "threshold": f"{row['threshold']:,.10g}"}
        yield f"| {' | '.join(str(values[column]) for column in columns)} |"


def _default(field: dataclasses.Field[object]) -> str:
    """The default as TOML, which has no word for nothing."""
    made = field.default_factory
    value = field.default if made is dataclasses.MISSING else made()
    return "none" if value is None else f"`{json.dumps(value)}`"


PAGES = {"format.md": format_page, "recipe.md": recipe_page}


def main() -> int:
    """Writes the pages, or with --check says which are stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    stale = []
    for name, page in PAGES.items():
        text = re.sub(r"[ \t]+\n", "\n", "\n".join(page()) + "\n")
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run `python -m docs.generate`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
