"""The commands that read comments: ``classify`` and ``define``."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from smsn.cli.console import note, print_done, print_summary, records_stream, terminal
from smsn.cli.options import (
    AsJson,
    AuthorColumn,
    Format,
    IdColumn,
    Inputs,
    Model,
    Overwrite,
    ParentColumn,
    TextColumn,
    ThreadColumn,
    alias_of,
)
from smsn.cli.running import app
from smsn.errors import InputError


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
    gate: Annotated[
        bool | None,
        typer.Option(
            "--gate/--no-gate",
            help="Read only rows that name a term or stand in a thread about them (default: where fewer than half of an input's first rows name one).",
            show_default=False,
        ),
    ] = None,
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
    aliases = tuple(alias_of(text) for text in alias or ())
    job = Job(tuple(inputs), out, Pair(*pair) if pair else None, aliases, format, columns, article, definitions, workers, overwrite, gate)
    if engine not in ("local", "dask"):
        raise InputError(f"there is no engine {engine!r}; engines are: local, dask.")
    if (engine == "dask") != (scheduler is not None):
        raise InputError("a cluster needs both: --engine dask --scheduler ADDRESS.")
    stdout = None if out is not None or as_json else records_stream()
    with Shown(terminal(stderr=True) if out is not None and sys.stderr.isatty() else None) as shown:
        if scheduler is not None:
            summary = cluster.classify(job, load(model), scheduler, notify=note, progress=shown)
        else:
            summary = classify(job, load(model), stdin=sys.stdin.buffer, stdout=stdout, notify=note, progress=shown)
    if as_json:
        typer.echo(json.dumps(summary.to_dict()))
    print_summary(summary, job.out, to_stderr=as_json or out is None)
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
    stdout = None if out is not None or as_json else records_stream()
    summary = define(job, DefinitionFinder(model, profile), stdin=sys.stdin.buffer, stdout=stdout, notify=note)
    if as_json:
        typer.echo(json.dumps(summary.to_dict()))
    console = terminal(stderr=as_json or out is None)
    for line in summary.glossary.lines():
        console.print(line, soft_wrap=True)
    found = f"{summary.glossary.definitions} definitions of {len(summary.glossary)} terms"
    print_done(console, summary, found, out)
    raise typer.Exit(summary.status)
