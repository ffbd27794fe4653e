"""What a run will need is missed before it begins, not hours later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataflow.pipeline.ready import check_ready
from dataflow.recipe import recipe_from
from schemas.errors import UsageError


def ready(out: Path, **sections: Any) -> None:
    check_ready(recipe_from(sections, "test"), out)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"perplexity": {"model": "gone.bin"}}, "perplexity.model: there is no file 'gone.bin'"),
        ({"perplexity": {"model": __file__}}, "perplexity.model: "),
        ({"decontaminate": {"sets": ["gone"]}}, "decontaminate.sets: 'gone' is no file"),
        ({"toxicity": {"lists": ["gone.txt"]}}, r"gone\.txt"),
        ({"index": {"path": __file__}}, "index.path: "),
        ({"index": {"path": "redis://host#a:b"}}, "cannot be named 'a:b'"),
        ({"index": {"path": "idx", "corpus": "a:b"}}, "cannot be named 'a:b'"),
    ],
    ids=["no model", "not a model", "no sets", "no list", "no index", "address", "name"],
)
def test_what_is_missing_is_named(tmp_path: Path, sections: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        ready(tmp_path / "out", **sections)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_needed_may_be_missing(tmp_path: Path) -> None:
    ready(tmp_path / "out")
    ready(tmp_path / "out", index={"path": __file__}, run={"skip": ["dedup"]})
    ready(tmp_path / "out", perplexity={"model": "corpus"}, index={"path": str(tmp_path / "i")})
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_passes(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text('{"question": "谁在门口等他？"}\n')
    (tmp_path / "terms.txt").write_text("spam\nzh: 垃圾\n")
    ready(
        tmp_path / "out",
        decontaminate={"sets": [str(tmp_path / "set.jsonl")]},
        toxicity={"lists": [str(tmp_path / "terms.txt")]},
    )
