"""What curation did to documents that stay: counted by shards, drawn only when there is some."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dataflow.io.shards import read_manifest
from dataflow.report.build import write_report
from dataflow.report.collect import collect
from dataflow.report.curated import MIXED, SHOWN, TEXT
from dataflow.report.model import Curation
from dataflow.report.numbers import Count
from schemas.records import Reason, StageName
from tests.dataflow.report.fake_run import (
    FakeRun,
    Row,
    document,
    full_run,
    hit,
    personal,
    reject,
    removed,
    step,
)

NOTICE, ITEM = "Printed by the parish office.", "本站每天几点开门？"


def shares(*values: float) -> list[Row]:
    return [{"lang": f"l{at}", "share": value} for at, value in enumerate(values)]


def curated_run() -> FakeRun:
    """Three documents to which everything happened that can."""
    masked = [personal("email", 2), personal("phone", 3, "tag")]
    return FakeRun(
        documents=[
            document("a.md", personal_data=masked, license="MIT", split="train", n_tokens=10),
            document("b.md", personal_data=[personal("email")], license="MIT", split="test",
                     n_tokens=20, languages=shares(0.9, MIXED)),
            document("公告.md", lang="zh", personal_data=None, license="CC-BY-4.0", n_tokens=40,
                     languages=shares(0.95, MIXED / 2)),
        ],
        removed=[
            removed("a.md", f"{NOTICE}\n", 12), removed("b.md", NOTICE, 12),
            removed("公告.md", "版权所有，翻印必究。", 30),
            removed("b.md", "A shared paragraph.", 2, stage="passages", unit="paragraph",
                    of_doc_id="x", of_start=4),
        ],
        contamination=[
            hit("a.md", "Where does the river rise?", 0.5), hit("公告.md", ITEM, item="3"),
        ],
        steps=(step("boilerplate", 3, 3), step("balance", 3, 3)),
    )  # fmt: skip


def found(run: FakeRun, out: Path) -> Curation:
    run.write(out)
    return collect(out, read_manifest(out)).curation


def section(run: FakeRun, out: Path) -> str:
    """The section of the page, empty when there is none."""
    page = write_report(run.write(out)).read_text("utf-8")
    begin = page.find('<section id="curation"')
    return "" if begin < 0 else page[begin : page.index("</section>", begin)]


def test_everything_is_counted(tmp_path: Path) -> None:
    data = found(curated_run(), tmp_path)
    assert data.personal == (Count("email mask", 2, 3), Count("phone tag", 1, 3))
    assert data.licences == (Count("MIT", 2), Count("CC-BY-4.0", 1))
    assert data.splits == (Count("train", 2, 50), Count("test", 1, 20))
    assert data.units == (Count("boilerplate line", 3), Count("passages paragraph", 1))
    assert data.sets == (Count("quiz.jsonl", 2),)
    assert data.mixed == 1


def test_passages_come_once_each_those_with_most_copies_first(tmp_path: Path) -> None:
    rows = found(curated_run(), tmp_path).removed
    assert [(row.stage, row.copies, row.text) for row in rows] == [
        ("boilerplate", 30, "版权所有，翻印必究。"), ("boilerplate", 12, NOTICE),
        ("passages", 2, "A shared paragraph."),
    ]  # fmt: skip


def test_hits_with_the_largest_share_come_first(tmp_path: Path) -> None:
    rows = found(curated_run(), tmp_path).hits
    assert [(row.source, row.item, row.overlap, row.text) for row in rows] == [
        ("公告.md", "3", 1.0, ITEM), ("a.md", "q1", 0.5, "Where does the river rise?"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_shards_do_not_show(rows: int, tmp_path: Path) -> None:
    cut = replace(curated_run(), rows_per_shard=rows)
    assert found(cut, tmp_path / "cut") == found(curated_run(), tmp_path / "whole")


def test_few_passages_are_shown_and_all_counted(tmp_path: Path) -> None:
    run = FakeRun(
        removed=[
            removed(f"{n:03}", f"{'字' * 900}{n}", n, stage=stage)
            for n in range(60) for stage in ("boilerplate", "passages")
        ],
        contamination=[hit(f"{n:03}", "字" * 900, n / 100) for n in range(60)],
        rows_per_shard=7,
    )  # fmt: skip
    data = found(run, tmp_path)
    assert [count.count for count in data.units] == [60, 60]
    assert len(data.hits) == SHOWN
    assert data.hits[0].overlap == 0.59
    assert [(row.stage, row.copies) for row in data.removed] == [
        ("boilerplate", 59), ("passages", 59),
    ], "passages that begin alike are one, the most frequent of them"  # fmt: skip
    shown = [*(row.text for row in data.removed), *(row.text for row in data.hits)]
    assert max(map(len, shown)) == TEXT


def test_the_section_says_it_in_both_languages(tmp_path: Path) -> None:
    drawn = section(curated_run(), tmp_path)
    for phrase in (
        "Passages cut out", NOTICE, "个人信息与密钥", "email", "与评测集重合", ITEM, "50%", "100%",
        "MIT", "CC-BY-4.0", "Training and held-out documents", "训练集与留出集",
        "1 documents have a tenth or more in a second language.",
        "1 篇文档有十分之一以上为第二语种。",
    ):  # fmt: skip
        assert phrase in drawn, phrase


def test_nothing_is_drawn_when_nothing_happened(tmp_path: Path) -> None:
    assert section(full_run(), tmp_path / "full") == ""
    run = FakeRun(documents=[document("a", personal_data=None)], removed=[], contamination=[])
    assert section(run, tmp_path / "none") == ""
    assert found(run, tmp_path / "data") == Curation(splits=(Count("train", 1, 100),))


@pytest.mark.parametrize(
    "run",
    [
        FakeRun(documents=None, removed=[removed("a", NOTICE)]),
        FakeRun(documents=[document("a", license="MIT")]),
        FakeRun(documents=[document("a", split="test"), document("b")]),
        FakeRun(documents=[document("a", languages=shares(0.6, 0.4))]),
        FakeRun(documents=[document("a", personal_data=[personal("email")])]),
        FakeRun(documents=None, contamination=[hit("a", ITEM)]),
    ],
)
def test_each_part_alone_is_enough_for_the_section(run: FakeRun, tmp_path: Path) -> None:
    drawn = section(run, tmp_path)
    assert drawn.count("<h3>") <= 1
    assert drawn != ""


def test_a_quiet_step_is_in_the_stream_when_it_left_something_out(tmp_path: Path) -> None:
    run = curated_run()
    run.rejects = [reject("c.md", StageName.PASSAGES, Reason.ONLY_REPEATED_PASSAGES)]
    run.steps = (step("parse", 4, 4), step("boilerplate", 4, 4), step("passages", 4, 3, 1))
    page = write_report(run.write(tmp_path)).read_text("utf-8")
    stream = page[page.index('<ol class="flow">') : page.index("</ol>")]
    assert stream.count("<li><svg") == 2
    assert "all of it stands elsewhere" in stream
    assert "boilerplate: 4 in" not in stream
