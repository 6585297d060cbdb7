"""Tasks to a file that a labelling tool imports; written beside and moved into place.

Takes tasks and labels, gives one file. Imports errors.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from smsn.corpus_file import LabelledComment
from smsn.errors import InputError, OutputError
from smsn.labelling import argilla, flat, label_studio, prodigy
from smsn.labelling.options import Option, options_of
from smsn.labelling.tasks import Task
from smsn.records import DIRECTED

_ROWS: dict[str, Callable[[Task, Sequence[Option]], dict[str, Any]]] = {
    "smsn": flat.smsn_row,
    "prodigy": prodigy.task_row,
    "label-studio": label_studio.task_row,
    "doccano": flat.doccano_row,
    "argilla": argilla.task_row,
    "csv": flat.csv_row,
}

FORMATS = tuple(_ROWS)
"""What tasks are written in."""

_HEADER = ("id", "pair_a", "pair_b", "text", "label")  # of a CSV file without tasks
_NESTED = (list, dict, bool)  # JSON in a CSV file


def write(tasks: Iterable[Task], path: Path | str, format: str, labels: Sequence[str], directed: Collection[str] = DIRECTED) -> None:
    """Write the comments that are to be labelled, in their order.

    Parameters
    ----------
    tasks : iterable of Task
        A suggestion that is none of the options, such as a directed label without direction, goes out in ``smsn`` alone.
    path : path
        What is there already is replaced.
    format : str
        One of `FORMATS`: ``smsn`` (JSONL to be filled in), ``prodigy`` (JSONL), ``label-studio`` (a JSON list), ``doccano`` (JSONL),
        ``argilla`` (JSONL, a line for ``argilla.Record.from_dict``), ``csv`` (with a byte order mark, by which spreadsheets know UTF-8).
    labels : sequence of str
        What can be chosen.
    directed : collection of str
        Those of the labels that point to a term.

    Raises
    ------
    InputError
        If the format is unknown, or a label cannot be an option.
    PairError
        If the pair of a task is none.
    OutputError
        If the file cannot be written.
    """
    if format not in _ROWS:
        raise InputError(f'"{format}" is not a format of tasks. Use one of: {", ".join(FORMATS)}.')
    rows = [_ROWS[format](_plain(task), options_of(task.pair, labels, directed)) for task in tasks]
    with placed(path) as file:
        if format == "csv":
            _write_csv(_even(rows), file)
        elif format == "label-studio":
            file.write("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")
        else:
            rows = _even(rows) if format == "doccano" else rows  # its pandas makes NaN of what only some rows have
            # in ASCII a file is safe from programs that guess at encodings; a person reads and fills in smsn's own
            file.writelines(json.dumps(row, ensure_ascii=format != "smsn") + "\n" for row in rows)


def write_labels(comments: Iterable[LabelledComment], path: Path | str) -> None:
    """Write labelled comments as smsn's own JSONL; what is there already is replaced.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with placed(path) as file:
        for comment in comments:
            row = {"id": comment.id, "pair": comment.pair, "text": comment.text, "view": comment.view, "direction": comment.direction}
            beside = {"also": comment.also, "author": comment.author, "shown_by": comment.shown_by}
            file.write(json.dumps({**row, **{name: value for name, value in beside.items() if value}}, ensure_ascii=False) + "\n")


def _plain(task: Task) -> Task:
    """Return a task whose columns are JSON, with null for numbers that JSON does not know (NaN, infinity)."""
    said = json.dumps([task.probability, dict(task.meta)], default=str)
    probability, meta = json.loads(said, parse_constant=lambda _: None)
    return replace(task, probability=probability, meta=meta)


def _even(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that all have the same columns, with "" for what is missing."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: "" if row.get(name) is None else row[name] for name in columns} for row in rows]


def _write_csv(rows: Sequence[Mapping[str, Any]], file: IO[str]) -> None:
    file.write("\ufeff")
    table = csv.writer(file)
    table.writerow(rows[0] if rows else _HEADER)
    table.writerows([json.dumps(value, ensure_ascii=False) if isinstance(value, _NESTED) else value for value in row.values()] for row in rows)


@contextmanager
def placed(path: Path | str) -> Iterator[IO[str]]:
    """Yield a text file that appears at `path` whole, when the block ends without an error, or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(f"{path}: is a folder. Name a file in it.")
    try:
        descriptor, work = tempfile.mkstemp(".part", f".{path.name}.", path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another place.") from error
    try:
        # half a character becomes an escape that JSON knows
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
        os.umask(mask := os.umask(0))
        os.chmod(work, 0o666 & ~mask)
        os.replace(work, path)
    finally:
        Path(work).unlink(missing_ok=True)
