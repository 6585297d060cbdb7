"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from smsn.errors import InputError

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
PairOption = Annotated[tuple[str, str] | None, typer.Option("--pair", metavar="A B", help="The two terms, for rows that have none.")]
Models = Annotated[
    str | None, typer.Option("--models", metavar="DIR", help="Folder of promoted models (default: models/ of a checkout, else the user's data folder).")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that is there already.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


def alias_of(text: str) -> tuple[str, str]:
    """Return the term and the name that an option ``TERM=NAME`` gives.

    Raises
    ------
    InputError
        If it is not of that form.
    """
    term, sign, name = text.partition("=")
    if not (sign and term.strip() and any(character.isalnum() for character in name)):
        raise InputError(f'--alias is {text!r}; it has the form "TERM=NAME", such as --alias "social media=SoMe".')
    return term.strip(), name.strip()
