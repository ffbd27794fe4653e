"""Writes the report and the dataset card of a finished run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from dataflow.io.atomic import write_file
from dataflow.io.shards import read_manifest
from dataflow.report.card import dataset_card
from dataflow.report.collect import collect, to_json
from dataflow.report.croissant import croissant
from dataflow.report.html import render


def write_report(out: Path) -> Path:
    """Writes report/index.html and report/report.json, README.md and croissant.json under `out`.

    Returns the path of the page. The same data sets and manifest give the same bytes. Raises
    UsageError when `out` holds no finished run, StoreError or SchemaError when it is damaged.
    """
    manifest = read_manifest(out)
    data = collect(out, manifest)
    page = out / "report" / "index.html"
    files = {
        out / "report" / "report.json": to_json(asdict(data)),
        page: render(data),
        out / "README.md": dataset_card(out, manifest, data),
        out / "croissant.json": croissant(out, manifest, data),
    }
    for path, text in files.items():
        write_file(path, text.encode())
    return page
