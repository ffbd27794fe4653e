"""Looking at a run: its report, its soundness, a record's way, a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flows.cli import EXIT_FAILED
from flows.commands.record import show_record

OUT = click.argument("out", type=click.Path(path_type=Path))
LEAST_SHARE = 0.01
"""Share of a document from which on a second language is named."""
SHOWN = 80
"""Characters of a passage that are printed."""
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("report")
@OUT
def report_command(out: Path) -> None:
    """Write OUT/report/index.html and report.json again from the data sets."""
    from dataflow.report.build import write_report

    click.echo(write_report(out))


@click.command("verify")
@OUT
@AS_JSON
def verify_command(out: Path, as_json: bool) -> int:
    """Check OUT: shard hashes, schemas, conservation, spans, evidence. Exit code 1 if any fails."""
    from dataflow.verify import verify
    from flows.console import print_json

    checks = verify(out)
    if as_json:
        print_json([{"check": c.name, "items": c.items, "problems": c.problems} for c in checks])
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}  ({check.items:,})")
            for problem in check.problems:
                click.echo(f"        {problem}")
    return 0 if all(check.ok for check in checks) else EXIT_FAILED


@click.command("inspect")
@OUT
@click.argument("name", metavar="ID")
@AS_JSON
def inspect_command(out: Path, name: str, as_json: bool) -> None:
    """Show the whole way of a record: ID is a document, chunk, sample, reject or source path."""
    from dataflow.lineage import lineage
    from flows.console import print_json

    way = lineage(out, name)
    if as_json:
        print_json(way)
    else:
        _print_way(way)


def _print_way(way: dict[str, Any]) -> None:
    click.echo(f"{_clear(way['name'])} was found in {way['found_as']}\n")
    for record in way["records"]:
        show_record(record)
    for document in way["documents"]:
        _print_document(document)
    for row in way["rejects"]:
        numbers = (row["value"], row["threshold"])
        bound = "" if None in numbers else " ({:.4g}, bound {:g})".format(*numbers)
        what, detail = f"{row['level']} {_clear(row['id'])}", _clear(row["detail"])
        click.echo(f"rejected  {what} by {row['stage']}: {row['reason']}{bound}: {detail}")
    for row in way["clusters"]:
        fate = "kept" if row["kept"] else f"duplicate of {_clear(row['duplicate_of'])}"
        similarity = "" if row["similarity"] is None else f" at {row['similarity']:.3f}"
        cluster = f"{_clear(row['cluster_id'])}: {_clear(row['doc_id'])}"
        click.echo(f"cluster   {cluster} {fate}{similarity}")
    for difference in way["differences"]:
        click.echo(f"differs   {difference['doc_id'][:12]} from {difference['kept'][:12]}:")
        click.echo("          " + "".join(_marked(change) for change in difference["changes"]))
    for name in way["no_difference"]:
        click.echo(f"differs   {_clear(name)}: its text is not kept here; compare it in the input")
    for row in way["removed"]:
        place = f"{row['unit']} at {row['position']} ({row['copies']} copies)"
        click.echo(f"cut out   {place}: {_clear(row['text'], SHOWN)}")
    for row in way["contamination"]:
        item = f"{_clear(row['set'])} item {_clear(row['item'])} ({row['overlap']:.2f})"
        text = _clear(row["text"], SHOWN)
        click.echo(f"shared    {row['char_start']}:{row['char_end']} with {item}: {text}")
    _print_made(way)


def _print_document(document: dict[str, Any]) -> None:
    """What a document is, and what was noted when it was parsed."""
    from flows.console import print_pairs

    pages = "no pages" if document["n_pages"] is None else f"{document['n_pages']} pages"
    print_pairs(
        {
            "source": f"{_clear(document['source'])} ({_clear(document['media_type'])}, {pages})",
            "document": _clear(document["doc_id"]),
            "parsed": f"{document['status']}: "
            + ", ".join(f"{count} {kind}" for kind, count in document["elements"].items()),
            "text": f"{document['n_chars']} characters, {document['n_tokens']} tokens, "
            f"{_languages(document)}",
            "title": _clear(document["title"]),
            **_curated(document),
        }
    )
    for issue in document["issues"]:
        page = "" if issue["page"] is None else f" page {issue['page']}"
        click.echo(f"issue     {issue['code']}{page}: {_clear(issue['detail'])}")


def _clear(text: str | None, limit: int = 400) -> str:
    """A text from a document in one line, without what would steer a terminal."""
    from dataflow.report.display import visible

    return visible(text, limit)


def _print_made(way: dict[str, Any]) -> None:
    """What a record was made from, and what was made of it."""
    from flows.console import print_table

    if way["elements"]:
        rows = [(e["page"], e["kind"], _box(e["bbox"]), e["text"]) for e in way["elements"]]
        print_table("Made from", ("page", "kind", "box (points)", "text"), rows)
    if way["chunks"]:
        chunks = [
            (c["chunk_id"][:12], c["page_start"], f"{c['char_start']}:{c['char_end']}",
             c["n_tokens"], c["text"][:60].replace("\n", " "))
            for c in way["chunks"]
        ]  # fmt: skip
        print_table("Chunks", ("chunk", "page", "span", "tokens", "text"), chunks)
    if way["samples"]:
        samples = [
            (s["sample_id"][:12], s["data_set"], s["method"], s["task"], _asked(s)[:60])
            for s in way["samples"]
        ]
        print_table("Samples", ("sample", "data set", "method", "task", "asked"), samples)


def _asked(sample: dict[str, Any]) -> str:
    """What the user of a sample asks, whichever data set it is in."""
    if "prompt" in sample:
        return str(sample["prompt"][-1]["content"])
    return str(sample.get("instruction") or sample.get("question") or sample.get("query") or "")


def _languages(document: dict[str, Any]) -> str:
    """The language, or the shares of several: `zh 81 %, en 19 %`."""
    shares = [part for part in document["languages"] or [] if part["share"] >= LEAST_SHARE]
    if len(shares) < 2:
        return str(document["lang"])
    return ", ".join(f"{part['lang']} {part['share']:.0%}" for part in shares)


def _curated(document: dict[str, Any]) -> dict[str, str]:
    """What cleaning changed, what was found and masked, licence and split; only what there is."""
    changes = {name: n for name, n in (document["changes"] or {}).items() if n}
    personal = document["personal_data"] or []
    found = {
        "changed": ", ".join(f"{name} {count}" for name, count in changes.items()),
        "personal": ", ".join(f"{p['count']} {p['kind']} ({p['action']})" for p in personal),
        "license": document["license"] or "",
        "split": document["split"] or "",
    }
    return {name: value for name, value in found.items() if value}


MARKS = {"only_kept": "[-{}-]", "only_dropped": "{{+{}+}}", "gap": " … ", "equal": "(same words)"}


def _marked(change: dict[str, str]) -> str:
    """A piece of a difference as `git diff --word-diff` shows it."""
    return MARKS.get(change["kind"], "{}").format(change["text"])


def _box(bbox: list[float] | None) -> str:
    return "" if bbox is None else " ".join(f"{value:.1f}" for value in bbox)


@click.command("search")
@OUT
@click.argument("query")
@click.option("-k", "count", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--mode", type=click.Choice(["hybrid", "bm25"]), default="hybrid", show_default=True)
@AS_JSON
def search_command(out: Path, query: str, count: int, mode: str, as_json: bool) -> None:
    """Search the chunks of OUT by words and, where there are embeddings, by meaning."""
    from dataflow.retrieval.run_search import search_run
    from flows.console import print_json

    hits = search_run(out, query, count, mode)
    if as_json:
        print_json(hits)
        return
    for rank, hit in enumerate(hits, 1):
        page = "" if hit["page_start"] is None else f", page {hit['page_start']}"
        click.echo(f"{rank}. {hit['source']}{page}  [{hit['chunk_id'][:12]}]  {hit['score']:.4f}")
        click.echo("   " + " ".join(hit["text"].split())[:200])
