"""Where records go: JSONL, CSV or Parquet, written beside and moved into place.

Takes dicts of one record each. CSV and Parquet need to know all columns before the first row, so their
records are spooled to a temporary file first; memory stays constant. Imports ``errors`` and ``records``.
"""

from __future__ import annotations

import csv
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from smsn.errors import InputError, OutputError

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".parquet": "parquet"}
ROWS = 2000
"""Rows of a Parquet row group."""


def output_format(name: str, suffixes: Mapping[str, str] = SUFFIXES) -> str:
    """Return the format that the output's file name asks for.

    Raises
    ------
    InputError
        If the suffix is none of `suffixes`, those that are written.
    """
    suffix = Path(name).suffix.lower()
    if suffix == ".gz" and Path(name).with_suffix("").suffix.lower() in (".jsonl", ".ndjson") and "jsonl.gz" in suffixes.values():
        return "jsonl.gz"
    if suffix not in suffixes:
        told = f"this name ends in {suffix}" if suffix else "this name has no ending"
        *others, last = (f".{format}" for format in dict.fromkeys(suffixes.values()) if format != "jsonl.gz")
        raise InputError(f"{name or '-o'}: smsn writes {', '.join(others)} and {last}, and {told}. Rename the output.")
    return suffixes[suffix]


def refuse_taken(out: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Refuse an output that is there already, unless it may be replaced.

    Raises
    ------
    OutputError
        If there is such a file.
    """
    if os.path.isfile(out) and not overwrite:
        raise OutputError(f"{os.fspath(out)}: is there already. Choose another name, or replace it with --overwrite.")


def dumps(row: Mapping[str, Any]) -> str:
    """Return a dict as one line of JSON; a number that JSON does not know (NaN, infinity) is null."""
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        return json.dumps(_finite(row), ensure_ascii=False, allow_nan=False, default=str)


class Placed:
    """A file of lines of JSON, or made of them, that appears whole or not at all.

    Use it as a context manager: the file is moved into place when the block ends without an error.

    Parameters
    ----------
    path : str
        Output name.

    Raises
    ------
    OutputError
        If the folder does not exist or cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise OutputError(f"{path}: is a folder. Name a file in it: -o {path}/views.jsonl")
        try:
            descriptor, self._work = tempfile.mkstemp(".part", f".{self.path.name}.", self.path.parent)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another place with -o.") from error
        # half a character, as in a file name that is not UTF-8, becomes an escape that JSON knows
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one record."""
        self._file.write(dumps(row) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        converted = self._work + ".out"
        try:
            self._file.close()
            if kind is None:
                done = self._finished(converted)
                os.chmod(done, 0o666 & ~_umask())
                os.replace(done, self.path)
        finally:
            for left in (self._work, converted):
                Path(left).unlink(missing_ok=True)

    def _finished(self, converted: str) -> str:
        """Return the file that is moved into place: the one that was written, or `converted` if it is made there."""
        return self._work


class Output(Placed):
    """A file of records, as JSONL, CSV or Parquet.

    Parameters
    ----------
    path : str
        Output name; its suffix says the format.
    fields : sequence of str, optional
        Fields of the record: columns that are there even without a record, in this order. All others are the
        user's, and have the type of their values whatever they are called.

    Raises
    ------
    InputError
        If the suffix is unknown.
    OutputError
        If the folder does not exist or cannot be written.
    """

    def __init__(self, path: str, fields: Sequence[str] | None = None) -> None:
        self.format = output_format(path)
        self.fields = fields
        self.columns: dict[str, set[str]] = {name: set() for name in fields or ()}
        super().__init__(path)

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one record."""
        if self.format != "jsonl":
            for name, value in row.items():
                self.columns.setdefault(name, set()).add(kind_of_value(value))
        super().write(row)

    def _finished(self, converted: str) -> str:
        if self.format == "jsonl":
            return self._work
        convert(self._work, converted, self.format, self.columns, self.fields)
        return converted


def convert(spool: str, out: str, format: str, columns: Mapping[str, set[str]], fields: Sequence[str] | None = None) -> None:
    """Make a CSV or a Parquet file of a file of lines of JSON.

    Parameters
    ----------
    spool, out : str
        The file to read, and the one to write.
    format : {"csv", "parquet"}
        What to write.
    columns : mapping
        The types that the values of each column have, by :func:`kind_of_value`.
    fields : sequence of str, optional
        Fields of the record; a column that is none of them has the type of its values.
    """
    with open(spool, encoding="utf-8") as spooled:
        rows = (json.loads(line) for line in spooled)
        if format == "csv":
            _csv(rows, out, columns)
        else:
            _parquet(rows, out, columns, fields)


def _csv(rows: Iterable[dict[str, Any]], path: str, columns: Mapping[str, set[str]]) -> None:
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)  # whose line end, \r\n, makes it quote a lone \r too
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in columns])


def _parquet(rows: Iterable[dict[str, Any]], path: str, columns: Mapping[str, set[str]], fields: Sequence[str] | None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = record_types()
    if fields is not None:
        known = {name: kind for name, kind in known.items() if name in fields}
    schema = pa.schema([(name, known.get(name) or _arrow_type(kinds)) for name, kinds in columns.items()])
    text = {field.name for field in schema if field.type == pa.string()}
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows, ROWS):
            plain = [{k: _text(v) if k in text else _nested(k, v) for k, v in row.items()} for row in batch]
            writer.write_table(pa.Table.from_pylist(plain, schema=schema))


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def record_types() -> dict[str, pa.DataType]:
    """Return the Arrow types of the nested fields of a record."""
    import pyarrow as pa

    span = pa.list_(pa.int64())
    return {
        "pair": pa.list_(pa.string()),
        "views": pa.map_(pa.string(), pa.float64()),
        "evidence": pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("weight", pa.float64())])),
        "definitions": pa.list_(
            pa.struct([
                ("term", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("term_span", span),
                ("definiens_span", span), ("genus", pa.string()), ("genus_all", pa.list_(pa.string())),
                ("kind", pa.string()), ("rule", pa.string()), ("probability", pa.float64()),
            ])
        ),
    }  # fmt: skip


def _arrow_type(kinds: set[str]) -> pa.DataType:
    """Return the Arrow type of a column, from the Python types of its values; mixed columns are JSON text."""
    import pyarrow as pa

    kinds = kinds - {"NoneType"}
    if kinds == {"bool"}:
        return pa.bool_()
    if kinds and kinds <= {"int", "long"}:
        return pa.int64()
    return pa.float64() if kinds and kinds <= {"int", "float"} else pa.string()


def kind_of_value(value: Any) -> str:
    """Return the type of a value; whole numbers that no float holds are `long`, those that no column holds `huge`."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return "long" if -(2**63) <= value < 2**63 else "huge"
    return type(value).__name__


def _finite(value: Any) -> Any:
    """Return a value with None in place of NaN and infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _nested(name: str, value: Any) -> Any:
    return list(value.items()) if name == "views" else value


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> Any:
    """Return a CSV cell: nested values and booleans as JSON text."""
    if isinstance(value, (list, dict, bool)):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
