"""`corpusmill parse`: documents to Markdown, JSON or Parquet, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command("parse")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Output folder.")
@click.option(
    "--to", type=click.Choice(["markdown", "json", "parquet"]), default="markdown",
    show_default=True, help="DIR/<stem>.md, DIR/<stem>.json, or the documents data set.",
)  # fmt: skip
@click.option(
    "--ocr", type=click.Choice(["auto", "never", "always"]), default="auto", show_default=True
)
@click.option(
    "--ocr-engine", type=click.Choice(["paddleocr", "rapidocr", "tesseract"]),
    default="paddleocr", show_default=True,
)  # fmt: skip
@click.option(
    "--pdf-engine", type=click.Choice(["pymupdf", "pdfium", "pdfplumber"]), default="pymupdf",
    show_default=True, help="Reader of PDF pages; pymupdf is AGPL or commercial.",
)  # fmt: skip
@click.option(
    "--pdf-profile", type=click.Choice(["fast", "best"]), default="best", show_default=True,
    help="Rules only, or rules and PyMuPDF's layout model.",
)  # fmt: skip
@click.option(
    "--overlay", type=click.Path(path_type=Path), metavar="DIR",
    help="Draw each page of the PDFs with what was seen: DIR/<stem>/page-0001.png.",
)  # fmt: skip
@click.option("--password", help="Opens encrypted PDFs.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=300.0, show_default=True,
    help="Deadline a file.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Processes; 0: one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def parse_command(
    inputs: tuple[Path, ...],
    out: Path,
    to: str,
    ocr: str,
    ocr_engine: str,
    pdf_engine: str,
    pdf_profile: str,
    overlay: Path | None,
    password: str | None,
    seconds: float,
    workers: int,
    as_json: bool,
) -> int:
    """Convert INPUT files and folders, one output file for each document.

    A file that cannot be parsed is named on standard error and in DIR/rejects.jsonl, with the
    reason; the others are converted all the same. Exit code 3 when nothing could be converted.
    A file in DIR that corpusmill did not write is never replaced.
    """
    from dataflow.execution.local import LocalEngine
    from dataflow.execution.outcome import Limits
    from dataflow.parse_only import Target, parse_inputs
    from flows.cli import EXIT_OVER_BUDGET
    from flows.console import print_json, progress
    from parsers.base import ParseOptions

    options = ParseOptions(
        ocr=ocr, ocr_engine=ocr_engine, pdf_engine=pdf_engine, pdf_profile=pdf_profile,  # type: ignore[arg-type]  # click.Choice checked them
        password=password,
    )  # fmt: skip
    with progress(as_json) as listener, LocalEngine(workers) as engine:
        target = Target(out, to, overlay)
        summary = parse_inputs(inputs, target, options, Limits(seconds), engine, listener)
    if as_json:
        print_json(summary)
    else:
        for reject in summary["rejects"]:
            click.echo(f"{reject['source']}: {reject['reason']}: {reject['detail']}", err=True)
        click.echo(f"{summary['documents']} documents in {out}")
        if overlay is not None:
            _told(summary)
    return EXIT_OVER_BUDGET if summary["rejects"] and not summary["documents"] else 0


def _told(summary: dict[str, Any]) -> None:
    """Says how many pages were drawn, and which were not."""
    for failure in summary["overlay_failures"]:
        where = "" if failure["page"] is None else f"page {failure['page']}: "
        click.echo(f"{failure['source']}: no overlay: {where}{failure['detail']}", err=True)
    skipped = summary["overlay_skipped"]
    if skipped:
        names = ", ".join(skipped[:5]) + (", …" if len(skipped) > 5 else "")
        one = len(skipped) == 1
        what = "1 input that is no PDF" if one else f"{len(skipped)} inputs that are no PDFs"
        click.echo(f"no overlay for {what}: {names}", err=True)
    click.echo(f"{summary['overlay_pages']} pages drawn in {summary['overlay']}")
