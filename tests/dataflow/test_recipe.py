"""Recipes: every key checked, every mistake named, nothing secret kept."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.recipe import SECTIONS, SKIPPABLE, Recipe, load_recipe, recipe_from
from schemas.errors import RecipeError, UsageError


def refused(sections: Any) -> str:
    """The message that a recipe of these sections is refused with."""
    with pytest.raises(RecipeError) as error:
        recipe_from(sections, "r.toml")
    assert str(error.value).startswith("r.toml: ")
    return str(error.value).removeprefix("r.toml: ")


def test_an_empty_recipe_is_the_default() -> None:
    assert recipe_from({}, "r.toml") == Recipe() == load_recipe(None)
    assert [field.name for field in dataclasses.fields(Recipe)] == list(SECTIONS)


def test_every_key_can_be_given_its_default() -> None:
    default = Recipe()
    sections = {
        name: {key: value for key, value in values.items() if value is not None}
        for name, values in default.as_dict().items()
    }
    sections["filter"]["thresholds"] = {}
    assert recipe_from(sections, "r.toml") == default


def test_values_reach_their_stages(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(
        b"\xef\xbb\xbf[dedup]\nthreshold = 1\n[filter]\noff = ['too_short']\n"
        b"[filter.thresholds]\n'too_long:zh' = 5\n[input]\ninclude = ['*.md']\n"
    )
    recipe = load_recipe(path)
    assert recipe.dedup.threshold == 1.0
    assert recipe.filter.off == ("too_short",)
    assert recipe.filter.thresholds == (("too_long:zh", 5.0),)
    assert recipe.input.include == ("*.md",)
    assert recipe.chunk == Recipe().chunk


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"dedupe": {}}, "unknown section 'dedupe'; did you mean 'dedup'?"),
        ({"nonsense": {}}, "unknown section 'nonsense'; known: input, limits, parse"),
        (
            {"dedup": {"treshold": 1}},
            "unknown key of [dedup] 'treshold'; did you mean 'threshold'?",
        ),
        ({"run": 3}, "[run] must be a table, not int"),
        ({"dedup": {"threshold": "high"}}, "[dedup] threshold: Input should be a valid number"),
        ({"dedup": {"threshold": True}}, "[dedup] threshold: Input should be a valid number"),
        ({"run": {"pack_files": "3"}}, "[run] pack_files: Input should be a valid integer"),
        ({"run": {"pack_files": 2.5}}, "[run] pack_files: Input should be a valid integer"),
        ({"run": {"skip": "sft"}}, "[run] skip: Input should be a valid array"),
        ({"run": {"skip": ["chunk"]}}, "[run]: run.skip: 'chunk' is not one of filter, dedup"),
        ({"run": {"rows_per_shard": 0}}, "[run]: run.rows_per_shard must be from 1 to"),
        ({"run": {"error_budget": 1.5}}, "[run]: run.error_budget must be from 0 to 1, not 1.5"),
        ({"run": {"error_budget": float("nan")}}, "[run]: run.error_budget must be from 0 to 1"),
        ({"limits": {"seconds": 0}}, "[limits]: limits.seconds must be from 0.1 to 86400, not 0"),
        ({"limits": {"seconds": float("inf")}}, "[limits]: limits.seconds must be from 0.1"),
        ({"limits": {"memory_mib": 1}}, "[limits]: limits.memory_mib must be from 64"),
        ({"input": {"max_mib": 0}}, "[input]: input.max_mib must be from 1"),
        ({"dedup": {"threshold": 2}}, "[dedup]: dedup.threshold must be in (0, 1], not 2"),
        ({"chunk": {"size": 2}}, "[chunk]: size is 2: a chunk needs at least 16 tokens"),
        ({"filter": {"off": ["too_shor"]}}, "[filter]: filter: 'too_shor' is no rule; did you"),
        ({"parse": {"ocr": "maybe"}}, "[parse] ocr: Input should be 'auto', 'never' or 'always'"),
        ({"parse": {"ocr_engine": "eye"}}, "[parse] ocr_engine: 'eye' is not one of paddleocr"),
        (
            {"parse": {"pdf_engine": "eye"}},
            "[parse] pdf_engine: Input should be 'pymupdf'",
        ),
        ({"embed": {"embedder": "word2vec"}}, "unknown embedder 'word2vec'"),
        ({"run": {"tokenizer": "words"}}, "unknown tokenizer 'words'"),
        ({"pack": {"tokenizer": "hf:/no/such"}}, "/no/such is not a tokenizer.json"),
    ],
)
def test_a_mistake_is_named(sections: Any, message: str) -> None:
    assert message in refused(sections)


@pytest.mark.parametrize("content", [b"[run\n", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_what_is_no_toml(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"r\.toml: not valid TOML"):
        load_recipe(path)


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_recipe(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from(list(SECTIONS)), st.data())
def test_no_value_gives_anything_but_a_recipe_or_a_recipe_error(
    section: str, data: st.DataObject
) -> None:
    keys = [field.name for field in dataclasses.fields(SECTIONS[section]) if field.init]
    values = data.draw(st.dictionaries(st.sampled_from(keys), JSON) if keys else st.just({}))
    try:
        recipe = recipe_from({section: values}, "r.toml")
    except RecipeError:
        return
    json.dumps(recipe.as_dict())


def test_a_password_stays_out_of_what_is_passed_on() -> None:
    recipe = recipe_from({"parse": {"password": "sesame"}}, "r.toml")
    assert recipe.parse.password == "sesame"
    assert "sesame" not in json.dumps(recipe.as_dict())
    assert recipe.fingerprint == Recipe().fingerprint


def test_the_fingerprint_covers_what_shapes_rows_and_nothing_else() -> None:
    default = Recipe().fingerprint
    for sections in (
        {"run": {"rows_per_shard": 7}}, {"run": {"error_budget": 0.5}}, {"limits": {"seconds": 9}},
    ):  # fmt: skip
        assert recipe_from(sections, "r.toml").fingerprint == default
    shaping: list[dict[str, Any]] = [
        {"run": {"skip": [name]}} for name in SKIPPABLE
    ] + [
        {"run": {"tokenizer": "bytes"}}, {"clean": {"nfkc": "full"}}, {"chunk": {"size": 100}},
        {"dedup": {"threshold": 0.5}}, {"parse": {"ocr": "never"}}, {"sft": {"seed": 3}},
        {"filter": {"off": ["too_long"]}}, {"embed": {"headings": False}},
        {"input": {"hidden": True}},
    ]  # fmt: skip
    prints = {recipe_from(sections, "r.toml").fingerprint for sections in shaping}
    assert len(prints) == len(shaping)
    assert default not in prints


def test_a_version_is_part_of_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Recipe().fingerprint
    monkeypatch.setattr(SECTIONS["dedup"], "VERSION", 99)
    assert Recipe().fingerprint != before


REPRS = """
from dataflow.recipe import SECTIONS, recipe_from
recipe = recipe_from({"filter": {"thresholds": {"too_short": 9, "too_long": 99, "top_ngram": 1},
    "off": ["bullet_lines", "symbol_ratio"], "languages": ["zh", "en", "de"]}}, "r")
print([repr(getattr(recipe, name)) for name in SECTIONS], recipe.fingerprint)
"""


def test_reprs_do_not_depend_on_the_hash_seed() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", REPRS], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
    assert "too_short" in found.pop()


@pytest.mark.parametrize("name", SECTIONS)
def test_sections_are_frozen_and_hashable(name: str) -> None:
    stage = SECTIONS[name]()
    assert hash(stage) == hash(SECTIONS[name]())
    assert stage == SECTIONS[name]()
    for field in dataclasses.fields(stage):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(stage, field.name, None)


def test_errors_are_usage_errors() -> None:
    assert issubclass(RecipeError, UsageError)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("redis://user:S3cret@host:6379/0#x", "redis://(hidden)@host:6379/0#x"),
        ("rediss://:S3cr/#@et@host", "rediss://(hidden)@host"),
        ("redis://host/0?password=S3cret@x#n", "redis://(hidden)"),
        ("unix://:S3cret@/run/redis.sock", "unix://(hidden)@/run/redis.sock"),
        ("redis://host:6379/0#x", "redis://host:6379/0#x"),
        ("a/folder@home", "a/folder@home"),
    ],
)
def test_the_password_of_a_server_is_written_nowhere(path: str, written: str) -> None:
    recipe = recipe_from({"index": {"path": path}}, "r.toml")
    assert recipe.index.path == path
    assert recipe.as_dict()["index"]["path"] == written
    assert path not in repr(recipe)


def test_where_the_index_is_and_what_the_corpus_is_called_shape_no_row() -> None:
    sections = [{}, {"path": "a"}, {"path": "redis://:pw@host", "corpus": "b"}]
    recipes = [recipe_from({"index": values}, "r.toml") for values in sections]
    assert len({recipe.fingerprint for recipe in recipes}) == 1
