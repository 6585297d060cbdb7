"""The commands: ``smsn classify · define · train · evaluate · validate · info``. Nothing is computed here.

Records and ``--json`` summaries go to standard output, everything for people beside them to standard error.
Exit status: 0 done, 1 done with rejects, 2 wrong use or nothing readable, 3 refused, 130 interrupted.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from smsn.errors import InputError, SmsnError
from smsn.version import __version__

if TYPE_CHECKING:
    from smsn.batch import Summary
    from smsn.diversity import Variety
    from smsn.inputs import Counts


class _Commands(TyperGroup):
    """The group of commands; it answers before typer does, whose answers differ between its versions."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(_interrupted()) from None
        except BrokenPipeError:
            raise typer.Exit(_nobody_reads()) from None


# of click, or of the copy of click that newer versions of typer carry
_ClickError: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

app = typer.Typer(
    cls=_Commands,
    help="Read what people think two terms have to do with each other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

WIDE = 240
"""Characters of a line where there is no terminal: no quotation is folded."""

ROWS = 60
"""Rows of the table for people; rows with pairs of their own can have any number of directions."""

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT…", help="Saved pages (.txt, .html), tables (.csv, .jsonl, .parquet), exports (.xml), folders, patterns, or - for a pipe; .gz and .zst too."),
]
Format = Annotated[
    str | None,
    typer.Option(help="Format of the inputs, instead of what their names say: page, html, csv, jsonl, parquet, text, wxr, disqus."),
]
TextColumn = Annotated[str | None, typer.Option(help="Column with the text (default: text).")]
IdColumn = Annotated[str | None, typer.Option(help="Column with the id (default: id).")]
AuthorColumn = Annotated[str | None, typer.Option(help="Column with the author (default: author).")]
ParentColumn = Annotated[str | None, typer.Option(help="Column with the parent's id (default: parent).")]
ThreadColumn = Annotated[str | None, typer.Option(help="Column with the thread (default: thread).")]
Model = Annotated[
    str | None, typer.Option("--model", metavar="DIR", help="Bundle folder to use instead of the shipped one.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that is there already.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"smsn {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Read what people think two terms have to do with each other."""


@app.command()
def classify(
    inputs: Inputs,
    out: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="OUT", help="Output file: .jsonl, .jsonl.gz, .csv or .parquet."),
    ] = None,
    pair: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="The two terms. Found in a page's title without it."),
    ] = None,
    alias: Annotated[
        list[str] | None, typer.Option(metavar="TERM=NAME", help="Another name of a term; may be repeated.")
    ] = None,
    model: Model = None,
    format: Format = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    author_column: AuthorColumn = None,
    parent_column: ParentColumn = None,
    thread_column: ThreadColumn = None,
    article: Annotated[bool, typer.Option("--article", help="Classify a page's own article too.")] = False,
    definitions: Annotated[
        bool | None,
        typer.Option(
            "--definitions/--no-definitions",
            help="Look for definitions (default: in pages only).",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=0, metavar="N", help="Processes that read comments; 0 is one a core.")] = 1,
    gate: Annotated[bool, typer.Option("--gate/--no-gate", help="Answer rows that name neither term, and relate nothing, without reading them.")] = True,
    overwrite: Overwrite = False,
    engine: Annotated[str, typer.Option(help="Where it runs: local, or dask (Parquet to a folder of Parquet).")] = "local",
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The scheduler of the Dask cluster, such as tcp://10.0.0.1:8786.")] = None,
    as_json: AsJson = False,
) -> None:
    """Label each comment's view of the relationship between two terms."""
    from smsn import cluster
    from smsn.analyzer import load
    from smsn.batch import Job, classify
    from smsn.progress import Shown
    from smsn.readers import Columns
    from smsn.terms import Pair

    columns = Columns(id_column, text_column, author_column, parent_column, thread_column)
    aliases = tuple(_alias(text) for text in alias or ())
    job = Job(tuple(inputs), out, Pair(*pair) if pair else None, aliases, format, columns, article, definitions, workers, overwrite, gate)
    if engine not in ("local", "dask"):
        raise InputError(f"there is no engine {engine!r}; engines are: local, dask.")
    if (engine == "dask") != (scheduler is not None):
        raise InputError("a cluster needs both: --engine dask --scheduler ADDRESS.")
    stdout = None if out is not None or as_json else _records_stream()
    with Shown(_console(stderr=True) if out is not None and sys.stderr.isatty() else None) as shown:
        if scheduler is not None:
            summary = cluster.classify(job, load(model), scheduler, notify=_note, progress=shown)
        else:
            summary = classify(job, load(model), stdin=sys.stdin.buffer, stdout=stdout, notify=_note, progress=shown)
    if as_json:
        typer.echo(json.dumps(summary.to_dict()))
    _print_summary(summary, job.out, to_stderr=as_json or out is None)
    raise typer.Exit(summary.status)


@app.command()
def define(
    inputs: Inputs,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="Output file: .jsonl or .parquet, a record a row; .csv, a line a definition and none for a row without; "
            ".ttl, SKOS; .tbx, TBX-Basic.",
        ),
    ] = None,
    profile: Annotated[str, typer.Option(help="How strictly to choose: strict or broad.")] = "strict",
    term: Annotated[
        list[str] | None,
        typer.Option(metavar="TERM", help="Term whose definitions count; may be repeated. Without it, any term's do."),
    ] = None,
    model: Model = None,
    base_iri: Annotated[
        str | None,
        typer.Option("--base-iri", metavar="IRI", help="Where the IRIs of a .ttl output begin (default: urn:smsn:)."),
    ] = None,
    format: Format = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    author_column: AuthorColumn = None,
    parent_column: ParentColumn = None,
    thread_column: ThreadColumn = None,
    article: Annotated[bool, typer.Option("--article", help="Read a page's own article too.")] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Find the definitions of any term, or of the terms given; a row's own column "term" goes before those."""
    from smsn.define import Job, define
    from smsn.definitions.finder import PROFILES, DefinitionFinder
    from smsn.readers import Columns

    if profile not in PROFILES:
        raise InputError(f"there is no profile {profile!r}; profiles are: {', '.join(PROFILES)}.")
    columns = Columns(id_column, text_column, author_column, parent_column, thread_column)
    job = Job(tuple(inputs), out, tuple(term or ()), base_iri, format, columns, article, overwrite)
    stdout = None if out is not None or as_json else _records_stream()
    summary = define(job, DefinitionFinder(model, profile), stdin=sys.stdin.buffer, stdout=stdout, notify=_note)
    if as_json:
        typer.echo(json.dumps(summary.to_dict()))
    console = _console(stderr=as_json or out is None)
    for line in summary.glossary.lines():
        console.print(line, soft_wrap=True)
    found = f"{summary.glossary.definitions} definitions of {len(summary.glossary)} terms"
    _print_done(console, summary, found, out)
    raise typer.Exit(summary.status)


@app.command()
def train(
    out: Annotated[str, typer.Option("-o", "--output", metavar="BUNDLE", help="Folder of the new bundle.")],
    data: Annotated[
        str | None, typer.Option(metavar="FILE", help="Labelled JSONL (default: the shipped corpus).")
    ] = None,
    add: Annotated[str | None, typer.Option(metavar="FILE", help="Labelled JSONL that is added to the data.")] = None,
    task: Annotated[str, typer.Option(help="What to train: views or definitions.")] = "views",
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 13,
) -> None:
    """Train a bundle from labelled comments."""
    if task == "definitions":
        from smsn.definitions.training import train as train_definitions

        if add is not None:
            raise InputError(
                "--add goes with --task views. Put all definition sentences into one file and pass it with --data."
            )
        bundle = train_definitions(data, out)
    elif task == "views":
        from smsn.training import train

        bundle = train(data, out, add=add, seed=seed)
    else:
        raise InputError(f"there is no task {task!r}; tasks are: views, definitions.")
    corpus = bundle.manifest["corpus"]
    trained = f"trained on {corpus['comments']:,} labelled texts (corpus {corpus['fingerprint']})"
    typer.echo(f"{out}: {trained}. Measure it with: smsn evaluate {out} --data FILE")


@app.command()
def evaluate(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="Bundle folder.")],
    data: Annotated[str, typer.Option(metavar="FILE", help="Labelled JSONL that the bundle was not trained on.")],
    as_json: AsJson = False,
) -> None:
    """Measure a bundle on labelled comments."""
    from smsn.bundle import read_manifest

    manifest = read_manifest(Path(bundle))
    if manifest.get("task") == "definitions":
        from smsn.definitions.training import evaluate as evaluate_definitions

        result = evaluate_definitions(bundle, data)
        _warn_if_seen(manifest, result["signature"])
        typer.echo(json.dumps(result) if as_json else result["signature"])
        return
    from smsn.evaluation import evaluate

    metrics = evaluate(bundle, data)
    _warn_if_seen(manifest, metrics.signature())
    if as_json:
        typer.echo(json.dumps(metrics.to_dict()))
        return
    table = Table("view", "F1", box=None)
    for label, value in metrics.labels.items():
        table.add_row(label, f"{value:.3f}")
    _console().print(table)
    typer.echo(metrics.signature())


@app.command()
def validate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Labelled JSONL.")],
    any_labels: Annotated[
        bool, typer.Option("--any-labels", help="Allow labels other than smsn's seven views.")
    ] = False,
    diversity: Annotated[
        bool, typer.Option("--diversity", help="Show how varied each writer is: repetitions, openings, lengths, labels, pairs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a labelled file line by line."""
    from smsn import corpus_file
    from smsn.views import VIEWS

    comments, problems = corpus_file.check(file, None if any_labels else VIEWS)
    for problem in problems:
        _note(f"{file}:{problem.line}: {problem.message}")
    summary = {**corpus_file.describe(comments), "problems": len(problems)}
    if diversity and comments:
        from smsn.diversity import varieties

        found = varieties(comments)
        summary["writers"] = [variety.to_dict() for variety in found]
        if not as_json:
            _print_varieties(found)
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        views = ", ".join(f"{label} {n}" for label, n in summary["views"].items())
        counts = f"{len(comments):,} comments, {summary['pairs']:,} pairs, {summary['authors']} writers"
        typer.echo(f"{file}: {counts}; {views}; fingerprint {summary['fingerprint']}")
    if problems:
        broken = "1 line breaks" if len(problems) == 1 else f"{len(problems)} lines break"
        _note(f"{file}: {broken} the schema. Mend that, then run: smsn validate {file}")
        raise typer.Exit(2)


@app.command()
def info(model: Model = None, as_json: AsJson = False) -> None:
    """Show the version and the models in use."""
    from smsn import bundle

    path = Path(model) if model else bundle.current("views")
    manifest = bundle.read_manifest(path)
    definitions = bundle.current("definitions")
    told: dict[str, Any] = {
        "smsn": __version__,
        "model": {
            "name": manifest["name"],
            "path": str(path),
            "format": manifest["format"],
            "labels": manifest["labels"],
            "corpus": manifest["corpus"]["fingerprint"],
        },
        "definitions": {"name": bundle.read_manifest(definitions)["name"], "path": str(definitions)},
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(f"smsn {__version__}")
    labels, corpus = ", ".join(manifest["labels"]), manifest["corpus"]["fingerprint"]
    typer.echo(f"view model {manifest['name']} in {path}: {labels}; corpus {corpus}")
    typer.echo(f"definitions {told['definitions']['name']} in {definitions}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status; every error is a sentence, never a traceback."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status of one command line."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a quotation may hold what the locale cannot say
    try:
        status = app(args=None if arguments is None else list(arguments), prog_name="smsn", standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except SmsnError as error:
        _note(f"smsn: {error}")
        return error.status
    except _ClickError as error:
        error.show()
        return 2
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return _nobody_reads()
    except OSError as error:
        place = error.filename or "a file"
        _note(f"smsn: {place}: {error.strerror or error}. Nothing was changed at the output; mend it and run again.")
        return 2
    except Exception as error:  # the last resort: a person must not meet a traceback
        if os.environ.get("SMSN_DEBUG"):
            raise
        told = f"{type(error).__name__}: {error}"
        _note(f"smsn: this is a mistake in smsn: {told}. Run again with SMSN_DEBUG=1 and send us what it prints.")
        return 2


def _interrupted() -> int:
    _note("smsn: interrupted; the output is as it was before. A run of classify goes on where it stopped: give the same command.")
    return 130


def _nobody_reads() -> int:
    """Return the status of a command whose reader, such as ``head``, has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _note(message: str) -> None:
    typer.echo(message, err=True)


def _warn_if_seen(manifest: dict[str, Any], signature: str) -> None:
    """Say so where the scored file is the very one that the bundle was trained on."""
    if f"| corpus:{manifest['corpus'].get('fingerprint')} " in signature:
        _note("warning: the bundle was trained on this very file, so the score says little. Give comments that it has not seen.")


def _alias(text: str) -> tuple[str, str]:
    term, sign, name = text.partition("=")
    if not (sign and term.strip() and any(character.isalnum() for character in name)):
        raise InputError(f'--alias is {text!r}; it has the form "TERM=NAME", such as --alias "social media=SoMe".')
    return term.strip(), name.strip()


def _records_stream() -> TextIO:
    """Return standard output, set to UTF-8 whatever the locale says: records are JSON."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


def _console(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is, at the terminal's width or without folding."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else WIDE)


def _print_varieties(found: Sequence[Variety]) -> None:
    table = Table("writer", "comments", "pairs", "near-duplicates", "commonest opening", "words 10/50/90 %", "labels", box=None, pad_edge=False)
    for v in found:
        labels = ", ".join(f"{label} {n}" for label, n in v.views.items())
        opening = f"{v.opening_share:.1%} “{v.opening}”"
        table.add_row(v.author, str(v.comments), str(v.pairs), f"{v.near_duplicates:.1%}", opening, "/".join(map(str, v.words)), labels)
    _console().print(table)
    for v in found:
        if v.repeats:
            _note(f"{v.author}: {v.near_duplicates:.1%} near-duplicates, {v.opening_share:.1%} begin “{v.opening}”; at most 1 % is varied.")


def _print_summary(summary: Summary, out: str | None, *, to_stderr: bool) -> None:
    console = _console(stderr=to_stderr)
    for a, b in summary.pairs:
        console.print(f"{a} / {b}", soft_wrap=True)
    table = Table("view", "direction", "comments", "for example", box=None, pad_edge=False)
    rows = summary.tally.rows()
    for view, direction, count, words in rows[:ROWS]:
        table.add_row(view, direction, str(count), f"“{words}”" if words else "")
    console.print(table)
    if len(rows) > ROWS:
        console.print(f"… and {len(rows) - ROWS} more")
    _print_done(console, summary, f"{summary.tally.confident} confident, {summary.tally.definitions} definitions", out)


def _print_done(console: Console, counts: Counts, found: str, out: str | None) -> None:
    where = f" -> {out}" if out else ""
    rejects = f" (rejects: {out}.rejects.jsonl)" if out and counts.rejects else ""
    console.print(f"{counts.records} records, {counts.rejects} rejects, {found}{where}{rejects}", soft_wrap=True)
