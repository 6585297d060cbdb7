"""Where records go: JSONL, CSV or Parquet, written beside and moved into place.

Takes dicts of one record each. CSV and Parquet need to know all columns before the first row, so their
records are spooled to a temporary file first; memory stays constant. Imports ``errors`` and ``records``.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from smsn.errors import InputError, OutputError

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".parquet": "parquet"}
ROWS = 2000
"""Rows of a Parquet row group."""


def output_format(name: str) -> str:
    """Return the format that the output's file name asks for.

    Raises
    ------
    InputError
        If the suffix is none of those that smsn writes.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{name}: smsn writes .jsonl, .csv and .parquet, and this name ends in {suffix or 'nothing'}. Rename the output.")
    return SUFFIXES[suffix]


def dumps(row: Mapping[str, Any]) -> str:
    """Return a dict as one line of JSON."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False, default=str)


class Output:
    """A file of records that appears whole or not at all.

    Use it as a context manager: the file is moved into place when the block ends without an error.

    Parameters
    ----------
    path : str
        Output name; its suffix says the format.

    Raises
    ------
    InputError
        If the suffix is unknown.
    OutputError
        If the folder does not exist or cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.format = output_format(path)
        self.columns: dict[str, set[str]] = {}
        if self.path.is_dir():
            raise OutputError(f"{path}: is a folder. Name a file in it: -o {path}/views.jsonl")
        try:
            descriptor, self._work = tempfile.mkstemp(prefix=f".{self.path.name}.", suffix=".part", dir=self.path.parent)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}. Choose another place with -o.") from error
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8", newline="")

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one record."""
        if self.format != "jsonl":
            for name, value in row.items():
                self.columns.setdefault(name, set()).add(type(value).__name__)
        self._file.write(dumps(row) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        try:
            if kind is None:
                self._finish()
        finally:
            Path(self._work).unlink(missing_ok=True)

    def _finish(self) -> None:
        done = self._work
        convert: dict[str, Callable[[Iterable[dict[str, Any]], str], None]] = {"csv": self._csv, "parquet": self._parquet}
        if self.format in convert:
            done = self._work + ".out"
            try:
                with open(self._work, encoding="utf-8") as spooled:
                    convert[self.format]((json.loads(line) for line in spooled), done)
            except BaseException:
                Path(done).unlink(missing_ok=True)
                raise
        os.chmod(done, 0o666 & ~_umask())
        os.replace(done, self.path)

    def _csv(self, rows: Iterable[dict[str, Any]], path: str) -> None:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            for row in rows:
                writer.writerow([_cell(row.get(name)) for name in self.columns])

    def _parquet(self, rows: Iterable[dict[str, Any]], path: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, _arrow_type(name, kinds)) for name, kinds in self.columns.items()])
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


def _arrow_type(name: str, kinds: set[str]) -> pa.DataType:
    """Return the Arrow type of a column, from the Python types of its values; mixed columns are JSON text."""
    import pyarrow as pa

    span = pa.list_(pa.int64(), 2)
    known = {
        "pair": pa.list_(pa.string(), 2),
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
    if name in known:
        return known[name]
    kinds = kinds - {"NoneType"}
    simple = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
    if len(kinds) == 1:
        return simple.get(next(iter(kinds)), pa.string())
    return pa.float64() if kinds == {"int", "float"} else pa.string()


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
