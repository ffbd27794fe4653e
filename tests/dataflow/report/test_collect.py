from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from dataflow.io.shards import read_manifest
from dataflow.report.collect import collect, to_json
from dataflow.report.model import ReportData
from schemas.records import Level, Reason, StageName
from tests.dataflow.report.fake_run import (
    FakeRun,
    cluster,
    document,
    full_run,
    identity,
    reject,
    signals,
    step,
)


def collected(run: FakeRun, out: Path) -> ReportData:
    run.write(out)
    return collect(out, read_manifest(out))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    return collected(full_run(), tmp_path_factory.mktemp("run"))


def test_the_verdict_counts_documents_and_files_not_samples(data: ReportData) -> None:
    verdict = data.verdict
    assert (verdict.documents, verdict.inputs, verdict.tokens) == (3, 7, 600)
    assert verdict.kept_share == pytest.approx(3 / 7, abs=1e-6)
    assert (verdict.duplicates, verdict.partial) == (2, 1)
    assert (verdict.files, verdict.files_bad, verdict.bad_share) == (40, 2, 0.05)
    assert verdict.passed is True, "a share equal to the budget is within it"


@pytest.mark.parametrize(
    ("files", "bad", "passed"), [(40, 3, False), (40, 0, True), (0, 0, True), (None, None, None)]
)
def test_the_error_budget_is_judged_as_the_run_judges_it(
    tmp_path: Path, files: int | None, bad: int | None, passed: bool | None
) -> None:
    run = FakeRun(counts={"files": files, "files_bad": bad})
    assert collected(run, tmp_path).verdict.passed is passed


def test_steps_carry_the_reasons_of_their_stages(data: ReportData) -> None:
    reasons = {s.name: [(r.name, r.count) for r in s.reasons] for s in data.steps}
    assert reasons["filter"] == [("too_short", 1)]
    assert reasons["dedup"] == [("exact_duplicate", 1), ("near_duplicate", 1)]
    assert reasons["text"] == []
    assert data.steps[1].cached_parts == 1
    assert data.steps[1].cpu_seconds == 2.25


def test_rejects_come_by_stage_with_value_bound_and_excerpt(data: ReportData) -> None:
    assert [(g.stage, g.reason, g.bad_input) for g in data.rejects] == [
        ("parse", "empty_file", True), ("filter", "too_short", False),
        ("dedup", "exact_duplicate", False), ("dedup", "near_duplicate", False),
        ("sft", "not_novel", False),
    ]  # fmt: skip
    (sample,) = data.rejects[1].samples
    assert (sample.source, sample.value, sample.threshold) == ("short.txt", 12.0, 20.0)
    assert sample.excerpt == "Only a line."
    assert data.rejects[0].samples[0].excerpt == ""


def test_few_samples_are_kept_and_the_count_is_of_all(tmp_path: Path) -> None:
    rows = [reject(f"{n}.txt", StageName.FILTER, Reason.TOO_SHORT, value=float(n), threshold=20.0)
            for n in range(19)]  # fmt: skip
    (group,) = collected(FakeRun(rejects=rows, rows_per_shard=4), tmp_path).rejects
    assert group.count == 19
    assert [s.id for s in group.samples] == sorted(row["id"] for row in rows)[:5]


def test_an_unknown_reason_is_counted_under_one_name(tmp_path: Path) -> None:
    rows = [{**reject("a", StageName.FILTER, Reason.TOO_SHORT), "reason": f"r{n}", "stage": "x y"}
            for n in range(3)]  # fmt: skip
    (group,) = collected(FakeRun(rejects=rows), tmp_path).rejects
    assert (group.stage, group.reason, group.count) == ("…", "…", 3)


def test_languages_formats_and_their_map(data: ReportData) -> None:
    assert [(c.name, c.count, c.tokens) for c in data.languages] == [("en", 2, 300), ("zh", 1, 300)]
    assert data.matrix.rows == ("en", "zh")
    assert data.matrix.columns == ("text/plain", "application/pdf")
    assert data.matrix.counts == ((1, 1), (1, 0))


def test_the_map_sums_what_does_not_fit(tmp_path: Path) -> None:
    rows = [document(f"{n}", lang=f"l{n:02d}", media_type=f"t/{n:02d}") for n in range(30)]
    matrix = collected(FakeRun(documents=rows), tmp_path).matrix
    assert (len(matrix.rows), len(matrix.columns)) == (12, 12)
    assert matrix.rows[-1] == matrix.columns[-1] == "…"
    assert sum(map(sum, matrix.counts)) == 30
    assert matrix.counts[-1][-1] == 19


def test_signals_show_kept_and_rejected_values_with_the_recipes_bounds(data: ReportData) -> None:
    words = next(h for h in data.signals if h.name == "words")
    assert (sum(words.kept), sum(words.rejected)) == (3, 1)
    assert [(b.value, b.at_least, b.languages) for b in words.bounds if b.at_least] == [
        (20.0, True, ""), (80.0, True, "zh"),
    ]  # fmt: skip
    assert words.edges[0] <= 12
    assert words.edges[-1] > 1_000_000
    lengths = [h for h in data.signals if h.name == "mean_word_length"]
    assert lengths == [], "no row has a value"


def test_without_a_recipe_bounds_are_those_of_the_rejects(tmp_path: Path) -> None:
    run = FakeRun(
        documents=[document("a", signals=signals(100))], recipe={}, counts={"command": "filter"},
        rejects=[reject("b", StageName.FILTER, Reason.TOO_SHORT, value=7.0, threshold=33.0)],
    )  # fmt: skip
    words = next(h for h in collected(run, tmp_path).signals if h.name == "words")
    assert [(b.value, b.at_least) for b in words.bounds] == [(33.0, True)]


def test_a_recipe_of_another_version_shows_no_bounds(tmp_path: Path) -> None:
    run = FakeRun(documents=[document("a")], recipe={"filter": {"thresholds": [["no_rule", 1]]}})
    assert all(not h.bounds for h in collected(run, tmp_path).signals)


def test_clusters_show_the_kept_one_first_and_what_differs(data: ReportData) -> None:
    assert data.n_clusters == 2
    by_source = {cluster.members[0].source: cluster for cluster in data.clusters}
    assert set(by_source) == {"a.txt", "通知.txt"}
    kept, dropped = by_source["a.txt"].members
    assert (kept.kept, dropped.kept, dropped.source) == (True, False, "copy.txt")
    assert dropped.similarity == 0.9
    assert [(c.kind, c.text) for c in dropped.changes] == [
        ("same", "The station opens on "), ("only_kept", "Monday"), ("only_dropped", "Friday"),
        ("same", "."),
    ]  # fmt: skip
    assert [c.kind for c in by_source["通知.txt"].members[1].changes] == ["equal"]


def test_the_largest_clusters_and_their_most_similar_members_are_shown(tmp_path: Path) -> None:
    rows = []
    for number in range(15):
        rows.append(cluster(f"k{number}"))
        rows += [cluster(f"k{number}d{n}", f"k{number}", 0.8 + n / 100) for n in range(number + 1)]
    found = collected(FakeRun(clusters=rows, rows_per_shard=7), tmp_path)
    assert found.n_clusters == 15
    assert [c.size for c in found.clusters] == list(range(16, 4, -1))
    largest = found.clusters[0]
    assert len(largest.members) == 8
    assert [m.similarity for m in largest.members[:3]] == [None, 0.94, 0.93]


def test_parse_status_and_issues(data: ReportData) -> None:
    assert [(c.name, c.count) for c in data.statuses] == [("whole", 2), ("partial", 1)]
    assert [(i.code, i.count, i.documents, i.sources) for i in data.issues] == [
        ("page_failed", 2, 1, ("b.pdf",)), ("encoding_guessed", 1, 1, ("通知.txt",)),
    ]  # fmt: skip


def test_products_are_counted(data: ReportData) -> None:
    assert data.chunks is not None
    assert (data.chunks.rows, data.chunks.tokens, data.chunks.documents) == (3, 300, 2)
    assert data.vectors is not None
    assert (data.vectors.rows, data.vectors.dim, data.vectors.zeros) == (3, 4, 1)


def test_shards_do_not_show(tmp_path: Path) -> None:
    whole, cut = full_run(), full_run()
    cut.rows_per_shard = 1
    first, second = collected(whole, tmp_path / "a"), collected(cut, tmp_path / "b")
    assert replace(first, provenance=second.provenance) == second


def test_a_standalone_stage_has_only_what_it_wrote(tmp_path: Path) -> None:
    run = FakeRun(documents=None, rejects=[], clusters=[cluster("a")], recipe={}, counts={})
    found = collected(run, tmp_path)
    assert found.verdict.documents is None
    assert found.verdict.kept_share is None
    assert (found.steps, found.clusters, found.chunks, found.samples) == ((), (), None, None)


def test_the_json_has_no_nan(tmp_path: Path) -> None:
    nan, infinite = float("nan"), float("inf")
    run = FakeRun(
        documents=[document("a", signals=signals(nan, symbol_ratio=infinite))],
        rejects=[reject("b", StageName.FILTER, Reason.TOO_SHORT, value=nan, threshold=infinite,
                        level=Level.DOCUMENT.value)],
        steps=(step("ingest", 2, 2),),
    )  # fmt: skip
    text = to_json(asdict(collected(run, tmp_path)))
    assert "NaN" not in text
    assert "Infinity" not in text
    assert identity("a") in text
