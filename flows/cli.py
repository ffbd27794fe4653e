"""The `corpusmill` command.

Start-up imports click and nothing else of weight: `corpusmill --help` has to be instant, and no
command but `deploy` and `serve` ever imports Prefect.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module

import click

from parsers.offline import go_offline
from schemas.errors import CorpusmillError, UsageError

COMMANDS = {
    "run": ("flows.commands.run", "Turn folders of documents into a corpus, chunks, SFT and more."),
    "parse": ("flows.commands.parse", "Convert documents to Markdown, JSON or Parquet."),
    "clean": ("flows.commands.curate", "Normalise the text of a Parquet or JSONL file."),
    "redact": ("flows.commands.curate", "Mask personal data and secrets."),
    "perplexity": ("flows.commands.curate", "Train n-gram models on trusted documents."),
    "filter": ("flows.commands.curate", "Drop documents by quality rules, each with its reason."),
    "decontaminate": ("flows.commands.curate", "Find what stands in evaluation sets too."),
    "dedup": ("flows.commands.curate", "Drop exact and near duplicates, each pair verified."),
    "balance": ("flows.commands.curate", "Keep to quotas; split by cluster into train and test."),
    "chunk": ("flows.commands.stages", "Cut documents into chunks with exact offsets."),
    "sft": ("flows.commands.samples", "Make instruction samples with verified evidence."),
    "export": ("flows.commands.samples", "Write samples in the format of a trainer."),
    "review": ("flows.commands.samples", "Write a sample of the samples for reviewers."),
    "verdicts": ("flows.commands.samples", "Keep what reviewers said of samples."),
    "calibrate": ("flows.commands.samples", "Find where to cut a score, from labels."),
    "embed": ("flows.commands.stages", "Embed chunks."),
    "pack": ("flows.commands.stages", "Pack tokenised documents into full sequences."),
    "report": ("flows.commands.look", "Write the report of a run again."),
    "verify": ("flows.commands.look", "Check hashes, schemas and conservation of a run."),
    "inspect": ("flows.commands.look", "Show a record's whole way, from page and box to rows."),
    "search": ("flows.commands.look", "Search the chunks of a run."),
    "doctor": ("flows.commands.doctor", "Check extras, models, name clashes and paths."),
    "deploy": ("flows.commands.deploy", "Register scheduled runs on a Prefect server."),
    "serve": ("flows.commands.deploy", "Serve scheduled runs from this process."),
}
"""Command -> module that defines it, and its line in `--help`."""

EXIT_FAILED, EXIT_USAGE, EXIT_OVER_BUDGET = 1, 2, 3


class LazyGroup(click.Group):
    """A group that imports a command's module when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="corpusmill")
def cli() -> None:
    """Folders of PDFs, HTML, Markdown, office files and scans into training corpora.

    Every dropped row has a reason, a run survives kill -9, and the same recipe gives the same
    bytes. Exit codes: 0 whole, 1 failed, 2 wrong usage, 3 more bad files than the error budget.
    """


def main() -> None:
    """Runs the command line; a user's mistake is one line and an exit code, never a traceback."""
    go_offline()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal in Latin-1 gets Chinese too
    try:
        code = cli.main(prog_name="corpusmill", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted; run the same command again to go on from here", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except UsageError as error:
        click.echo(f"corpusmill: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except CorpusmillError as error:
        click.echo(f"corpusmill: {error}", err=True)
        sys.exit(EXIT_FAILED)
    except OSError as error:
        click.echo(f"corpusmill: {error}", err=True)
        sys.exit(EXIT_FAILED)
    sys.exit(code if isinstance(code, int) else 0)
