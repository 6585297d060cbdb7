"""Parquet, batch by batch.

Takes a path or a pipe, gives an iterator of comments; the schema is checked before it is handed out. A pipe is
held whole (compressed), since the schema of a Parquet file stands at its end. Imports pyarrow, nothing else
than errors and records of smsn and the readers' own modules.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from smsn.errors import InputError, RowError
from smsn.readers.reading import Columns, RejectSink
from smsn.readers.rows import RowReader, check_columns, roles
from smsn.records import Comment, Reject

_ROWS = 256  # a batch; texts may be long
_BUFFER = 1 << 20  # bytes; without it, and with pre_buffer, whole column chunks are held


def read_parquet(name: str, stream: io.BufferedReader, on_reject: RejectSink, columns: Columns) -> Iterator[Comment]:
    """Return an iterator over the rows of a Parquet file; the line of a row is its number from 1.

    Raises
    ------
    InputError
        At once, if it is not Parquet, lacks the text column, or the text column holds no strings.
    """
    with stream:
        source = name if name != "-" and Path(name).is_file() else pa.BufferReader(stream.read())
    try:
        file = opened(source)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: is not a Parquet file that can be read. Check it, or add --format.") from error
    schema = file.schema_arrow
    check_columns(name, schema.names, columns)
    column = roles(columns)["text"]
    kind = schema.field(column).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise InputError(f'{name}: the column "{column}" holds {kind}, not strings. Name another with --text-column.')
    return _comments(name, file, on_reject, RowReader(name, columns, lists=True))


def _comments(name: str, file: pq.ParquetFile, on_reject: RejectSink, rows: RowReader) -> Iterator[Comment]:
    number = 0
    with file:
        for batch in batches(name, file, _ROWS):
            for row in _rows(batch):
                number += 1
                try:
                    if isinstance(row, str):
                        rows.count += 1
                        raise RowError("The row holds bytes that are not UTF-8.", row)
                    yield rows.comment(row, number)
                except RowError as error:
                    raw = error.raw or json.dumps(row, ensure_ascii=False, default=str)
                    on_reject(Reject(name, number, error.reason, raw))


def opened(source: str | pa.BufferReader) -> pq.ParquetFile:
    """Return an opened file that is read batch by batch, no column as a whole."""
    return pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER)


def batches(name: str, file: pq.ParquetFile, rows: int, groups: Sequence[int] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield so many rows at a time, of all row groups or of some; a damaged one takes nothing of those before it with it.

    Raises
    ------
    InputError
        Where the file is damaged.
    """
    try:
        for few in _together(file, rows, range(file.num_row_groups) if groups is None else groups):
            if len(few) > 1:
                with suppress(pa.ArrowException, OSError):
                    yield from list(file.iter_batches(batch_size=rows, row_groups=few))
                    continue
            for group in few:
                yield from file.iter_batches(batch_size=rows, row_groups=[group])
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: is damaged: {error}. Write the file again.") from error


def _together(file: pq.ParquetFile, rows: int, groups: Iterable[int]) -> Iterator[list[int]]:
    """Yield row groups that follow one another and have so many rows at most together, or one alone."""
    few: list[int] = []
    size = 0
    for group in groups:
        more = file.metadata.row_group(group).num_rows
        if few and size + more > rows:
            yield few
            few, size = [], 0
        few.append(group)
        size += more
    if few:
        yield few


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Yield each row as a dict, or as raw text where a string of it is not UTF-8."""
    try:
        rows = batch.to_pylist()
    except UnicodeDecodeError:
        rows = []
    yield from rows
    if rows:
        return
    for index in range(batch.num_rows):
        row = batch.slice(index, 1)
        try:
            yield row.to_pylist()[0]
        except UnicodeDecodeError:
            yield raw_row(row)


def raw_row(row: pa.RecordBatch) -> str:
    """Return the strings of a row of one, with bad bytes as backslash escapes."""
    cells: dict[str, str] = {}
    for name, column in zip(row.schema.names, row.columns, strict=True):
        try:
            cells[name] = str(column[0].as_py())
        except UnicodeDecodeError:
            cells[name] = (column.cast(pa.binary())[0].as_py() or b"").decode("utf-8", "backslashreplace")
    return json.dumps(cells, ensure_ascii=False)
