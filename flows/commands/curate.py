"""Curating stages alone: Parquet or JSONL in, Parquet data sets out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from flows.commands.stage_options import recipe_of, stage_options, tell, with_options
from schemas.errors import UsageError

if TYPE_CHECKING:
    from dataflow.quality.preview import Preview


@click.command("clean")
@stage_options
@click.option("--simplify", is_flag=True, default=None, help="Traditional Chinese to simplified.")
def clean_command(
    path: Path, out: Path, recipe: Path | None, as_json: bool, simplify: bool | None
) -> None:
    """Normalise the text of IN: mojibake, compatibility forms, controls, white space, broken lines.

    Lines of cookie notices and navigation go, and so do lines that many documents of one source
    share: what was cut out is in removed/.
    """
    from dataflow.standalone import curate

    options = with_options(recipe_of(recipe), "clean", simplify=simplify)
    tell(out, curate.clean(path, out, options), as_json)


@click.command("redact")
@stage_options
def redact_command(path: Path, out: Path, recipe: Path | None, as_json: bool) -> None:
    """Mask personal data and secrets in the text of IN; the kinds are counted for each document."""
    from dataflow.standalone import curate

    tell(out, curate.redact(path, out, recipe_of(recipe)), as_json)


@click.command("perplexity")
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="File of the models."
)
@click.option("--recipe", type=click.Path(path_type=Path), help="Recipe in TOML.")
def perplexity_command(path: Path, out: Path, recipe: Path | None) -> None:
    """Train n-gram models on the documents of IN, which are to be trusted; one of each language.

    A recipe uses them by [perplexity] model = "OUT".
    """
    from dataflow.standalone import judge

    for lang, tokens in judge.train_perplexity(path, out, recipe_of(recipe)).items():
        click.echo(f"{lang}: {tokens:,} tokens")


@click.command("filter")
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Output folder.")
@click.option("--recipe", type=click.Path(path_type=Path), help="Recipe in TOML.")
@click.option("--rules", "sets", multiple=True, help="Rule set; may be given more than once.")
@click.option("--preview", is_flag=True, help="Show what each rule would drop; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def filter_command(
    path: Path,
    out: Path | None,
    recipe: Path | None,
    sets: tuple[str, ...],
    preview: bool,
    as_json: bool,
) -> None:
    """Drop documents of IN by quality rules; each drop is a row with its value and threshold.

    Rule sets: default, gopher, c4, fineweb, zh-web, refinedweb-lines.
    """
    from dataflow.standalone import judge

    options = with_options(recipe_of(recipe), "filter", sets=sets)
    if preview:
        if out is not None:
            raise click.UsageError("--preview writes nothing: leave -o out, or --preview")
        _show_preview(judge.preview_filter(path, options), as_json)
        return
    if out is None:
        raise click.UsageError("give an output folder with -o, or --preview")
    tell(out, judge.filter_rows(path, out, options), as_json)


def _show_preview(found: Preview, as_json: bool) -> None:
    import shutil

    from dataflow.quality.preview_text import render
    from flows.console import print_json

    if as_json:
        print_json(found.as_dict())
    else:
        width = shutil.get_terminal_size((100, 24)).columns
        click.echo(render(found, width=width, ascii_only=not _has_blocks(sys.stdout)))


def _has_blocks(stream: TextIO) -> bool:
    """Whether what reads `stream` has the characters that charts are drawn with."""
    from dataflow.quality.preview_text import BLOCKS

    try:
        BLOCKS.encode(stream.encoding or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


@click.command("decontaminate")
@stage_options
@click.option(
    "--sets", multiple=True, type=click.Path(),
    help="Folder or file of evaluation sets; may be given more than once.",
)  # fmt: skip
@click.option("--action", type=click.Choice(["drop", "tag"]), help="Drop documents, or only say.")
def decontaminate_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    sets: tuple[str, ...],
    action: str | None,
) -> None:
    """Find what the documents of IN share with evaluation sets; contamination/ has the spans."""
    from dataflow.standalone import curate

    options = with_options(recipe_of(recipe), "decontaminate", sets=sets, action=action)
    tell(out, curate.decontaminate(path, out, options), as_json)


@click.command("dedup")
@stage_options
@click.option("--threshold", type=float, help="Jaccard similarity of a duplicate.")
@click.option("--ngram", type=int, help="Words (or CJK characters) in a shingle.")
@click.option("--level", type=click.Choice(["exact", "near"]), help="Which duplicates count.")
@click.option(
    "--keep", type=click.Choice(["first", "longest", "best", "newest"]),
    help="Which of several duplicates stays.",
)  # fmt: skip
@click.option("--semantic", type=float, help="Cosine similarity of a duplicate by meaning.")
@click.option(
    "--passages", type=click.Choice(["off", "paragraph", "sentence", "substring"]),
    help="Also cut out what stands in an earlier document.",
)  # fmt: skip
@click.option("--index", help="Folder, or redis:// address, of earlier corpora.")
@click.option("--corpus", help="Name in the index (default: one kept in the work folder).")
def dedup_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    threshold: float | None,
    ngram: int | None,
    level: str | None,
    keep: str | None,
    semantic: float | None,
    passages: str | None,
    index: str | None,
    corpus: str | None,
) -> None:
    """Drop duplicates of IN; writes documents/, rejects/ and clusters/ (a row for every document).

    A document goes only for a kept twin at an exactly verified similarity.
    """
    from dataflow.standalone import curate

    options = with_options(
        recipe_of(recipe), "dedup", threshold=threshold, ngram=ngram, level=level, keep=keep
    )
    options = with_options(options, "semantic", threshold=semantic)
    options = with_options(options, "passages", unit=passages)
    options = with_options(options, "index", path=index, corpus=corpus)
    if corpus and not options.index.path:
        raise UsageError("--corpus is a name in an index of earlier corpora: give --index too")
    tell(out, curate.dedup(path, out, options), as_json)


@click.command("balance")
@stage_options
@click.option("--max-documents", type=click.IntRange(min=1), help="Most documents to keep.")
@click.option("--validation", type=float, help="Share of clusters held out for validation.")
@click.option("--test", type=float, help="Share of clusters held out for testing.")
def balance_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    max_documents: int | None,
    validation: float | None,
    test: float | None,
) -> None:
    """Keep what the quotas of the recipe allow, and split by cluster into train and held out."""
    from dataflow.standalone import curate

    options = with_options(
        recipe_of(recipe), "balance", max_documents=max_documents, validation=validation, test=test
    )
    tell(out, curate.balance(path, out, options), as_json)
