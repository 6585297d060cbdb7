"""Bytes to rows: a JSON list, lines of JSON, or a table with a header, told apart by how the text begins.

Takes a path, gives a row with its place at a time: the line, or the number of the task in a JSON list, from 1. What is no row is a
:class:`~smsn.corpus_file.Problem`, and the rest is read. Imports corpus_file, errors and decoding.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smsn.corpus_file import Problem
from smsn.errors import CorpusError
from smsn.readers.decoding import decode, has_marks, is_noise, readable

KNOWN = (
    "the JSONL of smsn, Prodigy or doccano, records of Argilla, JSON or JSON_MIN of Label Studio, "
    "and JSONL or CSV with the columns text and label"
)
"""The formats, for messages."""

_HEAD = 1 << 12  # characters that show whether a file is text
_BAD_BYTES = "holds bytes that are not UTF-8; save the file as UTF-8"
_NESTED = ("pair", "also")  # columns of a CSV file that may hold JSON

Row = dict[str, Any] | Problem


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the place of each row and the row, or what is wrong with it.

    Raises
    ------
    CorpusError
        If the file is missing, is empty, or is not text; or if a JSON list or the header of a table is broken.
    """
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}. Give a file that a labelling tool has exported.") from error
    start = text.lstrip()[:1]
    if not start:
        raise CorpusError(f"{path}: is empty. Export the labels again.")
    if is_noise(text[:_HEAD]):
        raise CorpusError(f"{path}: is not text. Known are {KNOWN}.")
    return _list(path, text) if start == "[" else _lines(text) if start == "{" else _table(path, text)


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=lambda _: None)  # pandas writes NaN for what is not there


def _list(path: Path, text: str) -> Iterator[tuple[int, Row]]:
    try:
        rows = _loads(text)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{path}: begins like a JSON list and is none: {error}. Export it again.") from error
    for number, row in enumerate(rows, 1):
        yield number, row if isinstance(row, dict) else Problem(number, f"is a {type(row).__name__}, not an object")


def _lines(text: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _line(line, number)


def _line(line: str, number: int) -> Row:
    if has_marks(line):
        return Problem(number, _BAD_BYTES)
    try:
        row = _loads(line)
    except json.JSONDecodeError as error:
        return Problem(number, f"is not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        return Problem(number, f"is not JSON that can be read: {error}")
    return row if isinstance(row, dict) else Problem(number, f"is a {type(row).__name__}, not an object")


def _table(path: Path, text: str) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a table whose fields are parted by what its header has most of: commas, semicolons or tabs."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    first = text.lstrip().partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        header = next((cells for cells in table if any(cells)), [])
    except csv.Error as error:
        raise CorpusError(f"{path}: the header is not CSV: {error}. Known are {KNOWN}.") from error
    while True:
        line = table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            yield line, Problem(line, f"is not CSV: {error}; look for a quote that is not closed")
            continue
        if cells is None:
            return
        if any(cells):
            yield line, _cells(cells, header, line)


def _cells(cells: list[str], header: list[str], line: int) -> Row:
    if len(cells) > len(header):
        return Problem(line, f"has {len(cells)} fields, and the header has {len(header)}")
    if any(map(has_marks, cells)):
        return Problem(line, _BAD_BYTES)
    row: dict[str, Any] = {**dict.fromkeys(header), **dict(zip(header, cells, strict=False))}
    return {name: _nested(value) if name in _NESTED else value for name, value in row.items()}


def _nested(cell: str | None) -> Any:
    try:
        return _loads(cell or "null")
    except (ValueError, RecursionError):
        return cell


def columns_in(row: dict[str, Any]) -> str:
    """Return the first names of a row, for messages."""
    return readable(", ".join(list(row)[:8]))[:120] or "nothing"
