"""Samples: making them from documents, and writing them for trainers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.stage_options import (
    F,
    recipe_of,
    stage_options,
    tell,
    tell_bad_input,
    with_options,
)

if TYPE_CHECKING:
    from dataflow.export.write import Mixture
    from dataflow.recipe import Recipe
    from schemas.manifest import Manifest

FORMATS = (
    "messages", "prompt_completion", "alpaca", "sharegpt", "preference", "kto", "rag", "pairs",
    "tokens",
)  # fmt: skip


def llm_options(command: F) -> F:
    """The options that say which model is asked, and what it may cost."""
    for option in (
        click.option("--budget-name", help="Counts what was spent; a new name counts anew."),
        click.option("--money-budget", type=click.FloatRange(min=0), help="Most money to spend."),
        click.option(
            "--token-budget", type=click.IntRange(min=0), help="Most tokens to pay for; 0: any."
        ),
        click.option("--gguf", help="Model file for the embedded server."),
        click.option("--model", help="Model name to ask for."),
        click.option("--url", help="Base URL of an OpenAI-compatible server."),
        click.option("--backend", type=click.Choice(["none", "openai", "embedded"])),
    ):
        command = option(command)
    return command


@click.command("sft")
@stage_options
@llm_options
@click.option("--method", "methods", multiple=True, help="By rules; repeatable. See [sft].")
@click.option("--model-method", "model_methods", multiple=True, help="By the model; repeatable.")
@click.option("--per-document", type=click.IntRange(min=1), help="Most candidates of a document.")
@click.option("--keep", type=click.IntRange(min=0), help="Keep the most varied; 0: all.")
@click.option("--format", "fmt", type=click.Choice(FORMATS), help="Also export for a trainer.")
@click.option("--estimate", is_flag=True, help="Say what a model would cost, and stop.")
def sft_command(
    path: Path,
    out: Path,
    recipe: Path | None,
    as_json: bool,
    backend: str | None,
    url: str | None,
    model: str | None,
    gguf: str | None,
    token_budget: int | None,
    money_budget: float | None,
    budget_name: str | None,
    methods: tuple[str, ...],
    model_methods: tuple[str, ...],
    per_document: int | None,
    keep: int | None,
    fmt: str | None,
    estimate: bool,
) -> int:
    """Make samples from the documents of IN, each with verified evidence.

    Writes sft/, preferences/, evalset/ and retrieval/. Exit code 1 when the model gave nothing.
    """
    from dataflow.standalone import samples
    from flows.cli import EXIT_FAILED
    from flows.commands.asked import tell_estimate

    options = with_options(
        recipe_of(recipe), "llm", backend=backend, url=url, model=model, gguf=gguf,
        token_budget=token_budget, money_budget=money_budget, budget_name=budget_name,
    )  # fmt: skip
    options = with_options(
        options, "sft", methods=methods, model_methods=model_methods, per_document=per_document
    )
    options = with_options(options, "select", keep=keep)
    if estimate:
        tell_estimate(samples.estimate(path, out, options), as_json)
        return 0
    manifest = samples.sft(path, out, options)
    tell(out, manifest, as_json)
    if fmt is not None:
        _write(out, fmt, quiet=as_json)
    tell_bad_input(out, manifest)
    return 0 if _tell_model(out, manifest, options, as_json) else EXIT_FAILED


def _tell_model(out: Path, manifest: Manifest, recipe: Recipe, as_json: bool) -> bool:
    """Whether a model that was asked gave any sample, or none was asked; says why not."""
    from flows.commands.asked import hints, nothing_written, told_of, yield_of
    from schemas.records import Reason

    spent = manifest.counts.get("llm")
    if not spent:
        return True
    found = yield_of(out)
    if not as_json:
        click.echo(told_of(spent))
    for hint in hints(spent, found, recipe.llm):
        click.echo(hint, err=True)
    if found.written or not (spent["requests"] or spent["cached"] or found.failed):
        return True
    click.echo(nothing_written(found), err=True)
    # what the model wrote may be among the samples that the choice of the most varied left out
    return Reason.NOT_SELECTED.value in found.reasons


def _write(out: Path, fmt: str, *, quiet: bool) -> None:
    from dataflow.export.write import Export, export

    options = Export(fmt)
    files = export(out, options).files
    for path, count in files.items():
        click.echo(f"{count} lines in {path}", err=quiet)
    if not files:
        _tell_no_rows(out, options.format.data_set, fmt)


def _tell_no_rows(out: Path, data_set: str, fmt: str) -> None:
    why = {"evalset": "; its test questions are of documents held out for testing ([sft] test)"}
    said = f"no rows: {out / data_set} is empty, nothing to write as {fmt}{why.get(data_set, '')}"
    click.echo(said, err=True)


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "fmt", type=click.Choice(FORMATS), default="messages", show_default=True)
@click.option("--tokenizer", default="bytes", help="For tokens: bytes, or hf:PATH.")
@click.option(
    "--template", type=click.Path(path_type=Path),
    help="For tokens: TOML with start, end, after of the chat format; without it ChatML.",
)  # fmt: skip
@click.option(
    "--general", multiple=True, type=click.Path(path_type=Path),
    help="JSONL of other conversations to mix into the training split; repeatable.",
)  # fmt: skip
@click.option(
    "--share", type=click.FloatRange(0, 0.9), default=0.0, help="Their share of it: 0.3 to 0.5."
)
@click.option("--seed", type=int, default=0, help="Decides which of them, and where they stand.")
@click.option("--json", "as_json", is_flag=True, help="Print the files as JSON.")
def export_command(
    out: Path,
    fmt: str,
    tokenizer: str,
    template: Path | None,
    general: tuple[Path, ...],
    share: float,
    seed: int,
    as_json: bool,
) -> None:
    """Write the samples of OUT for a trainer: OUT/export/FORMAT/SPLIT.jsonl.

    General conversations that give away what OUT holds out for testing are left out.
    """
    from dataflow.export.masked import CHATML, read_template
    from dataflow.export.write import Export, export
    from flows.console import print_json

    marks = CHATML if template is None else read_template(template)
    options = Export(fmt, tokenizer, template=marks, general=general, share=share, seed=seed)
    files, mixture = export(out, options)
    if as_json:
        found = {"files": {str(path): count for path, count in files.items()}}
        print_json(found if mixture is None else {**found, "general": mixture.as_dict()})
        return
    for path, count in files.items():
        click.echo(f"{count} lines in {path}")
    if not files:
        _tell_no_rows(out, options.format.data_set, fmt)
    if mixture is not None:
        _tell_mixture(mixture)


def _tell_mixture(mixture: Mixture) -> None:
    """What was mixed in, on standard output; what is amiss, on standard error."""
    n, share = len(mixture.general.chosen), f"{mixture.reached:.2g}"
    click.echo(f"{n} general conversations are {share} of the training split")
    if mixture.is_short:
        usable = f"only {n} conversation{'s' * (n != 1)} in the files"
        click.echo(f"general data: wanted {mixture.wanted:g}, reached {share}: {usable}", err=True)
    if mixture.general.refused:
        reasons = ", ".join(f"{count} {why}" for why, count in mixture.general.refused.items())
        click.echo(f"general data, left out: {reasons}", err=True)


@click.command("review")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--to", "tool", type=click.Choice(["argilla", "label-studio"]), required=True,
    help="The tool that people review in.",
)  # fmt: skip
@click.option(
    "-n", "n", type=click.IntRange(min=1), default=200, show_default=True, help="How many samples."
)
@click.option("--seed", type=int, default=0, help="Decides which samples.")
def review_command(out: Path, tool: str, n: int, seed: int) -> None:
    """Write a stratified sample of OUT's samples for reviewers, below OUT/review."""
    from dataflow.review.export import export_review

    for path in export_review(out, tool, n, seed):
        click.echo(str(path))


@click.command("verdicts")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("exported", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def verdicts_command(out: Path, exported: Path, as_json: bool) -> None:
    """Keep the verdicts that Argilla or Label Studio exported to FILE with the samples of OUT.

    Name the file it prints in [review] verdicts: what reviewers call bad is dropped by the next
    run, and a small model of their verdicts scores the rest.
    """
    from dataflow.review.verdicts import FILE, take_in
    from flows.console import print_json

    found = take_in(out, exported)
    counts = {
        "good": sum(one.is_good is True for one in found),
        "bad": sum(one.is_good is False for one in found),
        "split": sum(one.is_good is None for one in found),
    }
    if as_json:
        print_json({"file": str(out / FILE), **counts})
        return
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.echo(f"{len(found)} samples judged: {said}; kept in {out / FILE}")


@click.command("calibrate")
@click.argument("labels", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--score", type=click.Choice(["judge", "faithfulness", "curation", "reward", "ifd"]),
    default="judge", show_default=True, help="Which score the threshold is for.",
)  # fmt: skip
@click.option(
    "--precision", type=click.FloatRange(0, 1, min_open=True),
    help="Lowest threshold of this precision; without it the best balanced accuracy.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON.")
def calibrate_command(labels: Path, score: str, precision: float | None, as_json: bool) -> None:
    """Find where to cut a score, from labels: the line for [judge] in the recipe.

    FILE is JSONL of score, label (1 good, 0 bad) and maybe length; or a folder OUT whose reviews
    `corpusmill verdicts` has kept.
    """
    from dataflow.review.calibrate import calibrated
    from flows.console import print_json

    found = calibrated(labels, score, precision)
    if as_json:
        print_json(found.as_dict())
        return
    cut = found.threshold
    length = "" if found.auc_of_length is None else f", by length alone {found.auc_of_length:.3f}"
    click.echo(f"{cut.labels} labels, {found.good} good; AUC {cut.auc:.3f}{length}")
    click.echo(
        f"balanced accuracy {cut.balanced_accuracy:.3f}, precision {cut.precision:.3f}, "
        f"recall {cut.recall:.3f} at {cut.value}"
    )
    click.echo(found.recipe)
