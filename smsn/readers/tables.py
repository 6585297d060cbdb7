"""CSV and JSONL, row by row.

Takes a binary stream, gives an iterator of comments in constant memory; a row that cannot be read goes to the
reject sink and the next one is read. The header of a CSV file is checked before the iterator is handed out.
Must not import pyarrow, whose readers end at the first bad line.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from typing import Any

from smsn.errors import InputError, RowError
from smsn.readers.decoding import MARK, has_marks, readable
from smsn.readers.names import suffix_of
from smsn.readers.reading import Columns, RejectSink
from smsn.readers.reddit import Translator
from smsn.readers.rows import RowReader, check_columns
from smsn.records import Comment, Reject

_LONGEST_FIELD = 1 << 28  # characters; a quote that is never closed must not take all the memory


def read_jsonl(name: str, stream: io.BufferedReader, on_reject: RejectSink, columns: Columns) -> Iterator[Comment]:
    """Yield the comments of a JSONL stream, one object a line; blank lines are skipped."""
    rows = RowReader(name, columns, lists=True, translate=Translator(columns))
    with stream:
        for number, line in enumerate(stream, 1):
            line = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if not line:
                continue
            try:
                comment = _from_json(line, number, rows)
            except RowError as error:
                on_reject(Reject(name, number, error.reason, line.decode("utf-8", "backslashreplace")))
            else:
                yield comment


def _from_json(line: bytes, number: int, rows: RowReader) -> Comment:
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        if b"\\u" in line:  # the one way to half a character
            json.dumps(row, ensure_ascii=False).encode("utf-8")
        if not isinstance(row, dict):
            raise RowError("The line is JSON, and not an object.")
        return rows.comment(row, number)
    except RowError:
        raise
    except UnicodeDecodeError as error:
        raise RowError(f"The line is not UTF-8 at byte {error.start + 1}.") from error
    except UnicodeEncodeError as error:
        raise RowError("The line holds half of a surrogate pair, which is no character.") from error
    except json.JSONDecodeError as error:
        raise RowError(f"The line is not JSON: {error.msg} at column {error.colno}.") from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"The line is not JSON that can be read: {error}.") from error


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large")
    return number


def read_csv(
    name: str, stream: io.BufferedReader, encoding: str, on_reject: RejectSink, columns: Columns
) -> Iterator[Comment]:
    """Return an iterator over the comments of a CSV stream; tabs part the fields where `name` ends in .tsv.

    Raises
    ------
    InputError
        At once, if the header lacks the text column or one that `columns` names.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    delimiter = "\t" if suffix_of(name) == ".tsv" else ","
    table = _Csv(io.TextIOWrapper(stream, encoding, MARK, newline=""), delimiter)
    header = _header(name, table)
    check_columns(name, header, columns)
    return _csv_comments(name, table, header, on_reject, columns)


def _header(source: str, table: _Csv) -> list[str]:
    try:
        cells = next((cells for cells in table if cells), [])
    except csv.Error as error:
        raise InputError(f"{source}: the header is not CSV: {error}. Is this a CSV file?") from error
    if has_marks(table.raw):
        raise InputError(f"{source}: the header is not UTF-8. Save the file as UTF-8.")
    return _distinct(cells)


def _distinct(cells: list[str]) -> list[str]:
    """Return the names of columns; a second one of a name is kept under another: n, n_2, n_3.

    >>> _distinct(["n", "n", "n_2", "n"])
    ['n', 'n_3', 'n_2', 'n_4']
    """
    taken, latest = set(cells), dict[str, int]()
    names: list[str] = []
    for cell in cells:
        number = latest.get(cell, 0) + 1
        while number > 1 and f"{cell}_{number}" in taken:
            number += 1
        latest[cell] = number
        names.append(cell if number == 1 else f"{cell}_{number}")
        taken.add(names[-1])
    return names


def _csv_comments(
    name: str, table: _Csv, header: list[str], on_reject: RejectSink, columns: Columns
) -> Iterator[Comment]:
    rows = RowReader(name, columns, lists=False)
    with table.lines:
        while True:
            try:
                cells = next(table, None)
                if cells is None:
                    return
                if cells:
                    yield rows.comment(_csv_row(cells, header, table), table.line)
            except (csv.Error, RowError) as error:
                reason = error.reason if isinstance(error, RowError) else f"The row is not CSV: {error}."
                on_reject(Reject(name, table.line, reason, readable(table.raw)))


def _csv_row(cells: list[str], header: list[str], table: _Csv) -> dict[str, Any]:
    if table.ended:
        raise RowError("A quote is opened in this row and never closed; all the rest of the file stands in it.")
    if has_marks(table.raw):
        raise RowError("The row holds bytes that are not UTF-8.")
    if len(cells) > len(header):
        raise RowError(f"The row has {len(cells)} fields, and the header has {len(header)}.")
    return dict(zip(header, cells, strict=False))


class _Csv:
    """The rows of a CSV stream, each with its first line and its raw text.

    Attributes
    ----------
    line : int
        Number of the first line of the latest row.
    raw : str
        The latest row as it stands in the file.
    ended : bool
        Whether the lines ended while the latest row was read: only an open quote does that.
    """

    def __init__(self, lines: io.TextIOWrapper, delimiter: str) -> None:
        self.lines = lines
        self.line = 0
        self.ended = False
        self._read = 0
        self._held: list[str] = []
        self._rows = csv.reader(self._hold(), delimiter=delimiter)

    def _hold(self) -> Iterator[str]:
        for line in self.lines:
            self._read += 1
            self._held.append(line)
            yield line
        self.ended = True

    def __iter__(self) -> _Csv:
        return self

    def __next__(self) -> list[str]:
        self.line = self._read + 1
        self._held = []
        return next(self._rows)

    @property
    def raw(self) -> str:
        return "".join(self._held).rstrip("\r\n")
