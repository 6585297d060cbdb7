"""What people see: notes on standard error, tables as wide as the terminal, records as UTF-8."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from smsn.batch import Summary
    from smsn.diversity import Variety
    from smsn.inputs import Counts

WIDE = 240
"""Characters of a line where there is no terminal: no quotation is folded."""

ROWS = 60
"""Rows of the table for people; rows with pairs of their own can have any number of directions."""


def note(message: str) -> None:
    """Print a sentence for people on standard error."""
    typer.echo(message, err=True)


def records_stream() -> TextIO:
    """Return standard output, set to UTF-8 whatever the locale says: records are JSON."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


def terminal(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is, at the terminal's width or without folding."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else WIDE)


def print_varieties(found: Sequence[Variety]) -> None:
    """Print how varied each writer is."""
    table = Table("writer", "comments", "pairs", "near-duplicates", "commonest opening", "words 10/50/90 %", "labels", box=None, pad_edge=False)
    for v in found:
        labels = ", ".join(f"{label} {n}" for label, n in v.views.items())
        opening = f"{v.opening_share:.1%} “{v.opening}”"
        table.add_row(v.author, str(v.comments), str(v.pairs), f"{v.near_duplicates:.1%}", opening, "/".join(map(str, v.words)), labels)
    terminal().print(table)
    for v in found:
        if v.repeats:
            note(f"{v.author}: {v.near_duplicates:.1%} near-duplicates, {v.opening_share:.1%} begin “{v.opening}”; at most 1 % is varied.")


def print_summary(summary: Summary, out: str | None, *, to_stderr: bool) -> None:
    """Print what a run of classify found."""
    console = terminal(stderr=to_stderr)
    for a, b in summary.pairs:
        console.print(f"{a} / {b}", soft_wrap=True)
    table = Table("view", "direction", "comments", "for example", box=None, pad_edge=False)
    rows = summary.tally.rows()
    for view, direction, count, words in rows[:ROWS]:
        table.add_row(view, direction, str(count), f"“{words}”" if words else "")
    console.print(table)
    if len(rows) > ROWS:
        console.print(f"… and {len(rows) - ROWS} more")
    print_done(console, summary, f"{summary.tally.confident} confident, {summary.tally.definitions} definitions", out)


def print_done(console: Console, counts: Counts, found: str, out: str | None) -> None:
    """Print how many rows became records, and where they are."""
    where = f" -> {out}" if out else ""
    kept = f"{out}/part-*.rejects.jsonl" if out and Path(out).is_dir() else f"{out}.rejects.jsonl"
    rejects = f" (rejects: {kept})" if out and counts.rejects else ""
    console.print(f"{counts.records} records, {counts.rejects} rejects, {found}{where}{rejects}", soft_wrap=True)
