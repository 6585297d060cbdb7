"""Parquet, column by column, for a run that writes Parquet: nothing is taken apart that the model does not read.

Takes files, gives record batches with the columns ``text``, ``id``, ``author``, ``parent`` and ``thread`` under these names and all others as they are.
Only tables that mean the same row by row can be read so; :func:`common_schema` says whether they do. Imports pyarrow, nothing else than errors and records of
smsn and the readers' own modules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smsn.errors import InputError
from smsn.readers.parquet import batches, opened, raw_row
from smsn.readers.paths import partition_columns
from smsn.readers.reading import Columns, RejectSink
from smsn.readers.rows import roles
from smsn.records import Reject

_STRINGS = ("author", "thread")
_ROWS = 4096  # that are read at once
_BYTES = 1 << 24  # of a batch, from which on it is closed too


def common_schema(names: Sequence[str], columns: Columns) -> pa.Schema | None:
    """Return the schema that all files can be read with, column by column; None if a row of them needs to be looked at by itself.

    That is so where they have pairs of their own, ids or names that are no strings or whole numbers, or columns of types that do not go together.
    """
    schemas = []
    for name in names:
        try:
            schema = pq.read_schema(name)
        except (pa.ArrowException, OSError):
            return None
        renamed = _renamed(schema, columns)
        if renamed is None:
            return None
        for column in partition_columns(name):
            if column not in renamed.names:
                renamed = renamed.append(pa.field(column, pa.string()))
        schemas.append(renamed)
    try:
        return pa.unify_schemas(schemas) if schemas else None
    except pa.ArrowException:
        return None


def _renamed(schema: pa.Schema, columns: Columns) -> pa.Schema | None:
    """Return a schema with the columns under the names of their roles; None if it is not plain."""
    if len(set(schema.names)) < len(schema.names) or {"pair", "pair_a", "pair_b"} & set(schema.names):
        return None
    of = {column: role for role, column in roles(columns).items() if role != "date"}
    if any(role in schema.names and column not in schema.names for column, role in of.items()):
        return None  # another column was asked for, and is not there
    fields = [field.with_name(of.get(field.name, field.name)) for field in schema]
    names = [field.name for field in fields]
    if "text" not in names or len(set(names)) < len(names) or any(name.startswith("smsn:") for name in names):
        return None
    kinds = {field.name: field.type for field in fields}
    if not _is_string(kinds["text"]) or not all(_is_string(kinds[name]) for name in _STRINGS if name in kinds):
        return None
    if not all(
        _is_string(kinds[name]) or pa.types.is_integer(kinds[name]) for name in ("id", "parent") if name in kinds
    ):
        return None
    plain = [
        field.with_type(pa.string()) if field.name in ("text", *_STRINGS) or _is_string(field.type) else field
        for field in fields
    ]
    if "id" not in names:
        plain.insert(0, pa.field("id", pa.int64()))
    return pa.schema(plain)


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def read_batches(
    name: str, schema: pa.Schema, columns: Columns, rows: Callable[[], int], on_reject: RejectSink, groups: Sequence[int] | None = None, before: int = 0
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file by the batch, those of a thread together; rows without a text are rejects.

    Parameters
    ----------
    name : str
        The file.
    schema : pyarrow.Schema
        That of :func:`common_schema`.
    columns : Columns
        Names of columns.
    rows : callable
        Says how many rows make a batch, whenever one may be closed; where a thread goes on, more.
    on_reject : callable
        Takes the rows that cannot be used; their line is their number from 1.
    groups : sequence of int, optional
        The row groups that are read; all of them without it.
    before : int
        Rows of the file that stand before these.

    Raises
    ------
    InputError
        Where the file is damaged; what stands before that was given.
    """
    held: list[pa.RecordBatch] = []
    size = volume = 0  # rows and bytes of what is held
    try:
        for batch in _readable(name, schema, columns, on_reject, groups, before):
            last = _last_border(batch)
            size, volume = size + batch.num_rows, volume + batch.nbytes
            if last and (size - batch.num_rows + last >= rows() or volume >= _BYTES):
                yield _one([*held, batch.slice(0, last)])
                held = [batch.slice(last)] if last < batch.num_rows else []
                size, volume = batch.num_rows - last, sum(b.nbytes for b in held)
            else:
                held.append(batch)
    except InputError:
        if held:
            yield _one(held)
        raise
    if held:
        yield _one(held)


def _last_border(batch: pa.RecordBatch) -> int:
    """Return before which row a batch can be cut, the last one: where a thread ends; all of it if its last row has no thread."""
    if "thread" not in batch.schema.names or not batch.column("thread")[-1].is_valid:
        return int(batch.num_rows)
    threads = batch.column("thread")
    last = threads[-1].as_py()
    other = pc.fill_null(pc.not_equal(threads, last), True)
    found = pc.indices_nonzero(other)
    return int(found[-1].as_py()) + 1 if len(found) else 0


def _one(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    table = pa.Table.from_batches(batches).combine_chunks()
    return table.to_batches()[0]


def _readable(
    name: str, schema: pa.Schema, columns: Columns, on_reject: RejectSink, groups: Sequence[int] | None, number: int
) -> Iterator[pa.RecordBatch]:
    of = {column: role for role, column in roles(columns).items() if role != "date"}
    try:
        file = opened(name)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: is damaged: {error}. Write the file again.") from error
    with file:
        for raw in batches(name, file, _ROWS, groups):
            found = {of.get(field, field): column for field, column in zip(raw.schema.names, raw.columns, strict=True)}
            for column, value in partition_columns(name).items():
                found.setdefault(column, pa.array([value] * raw.num_rows, pa.string()))
            found.setdefault("id", pa.array(range(number + 1, number + raw.num_rows + 1), pa.int64()))
            cast = [found[field.name].cast(field.type) if field.name in found else pa.nulls(raw.num_rows, field.type) for field in schema]
            kept = _checked(name, pa.record_batch(cast, schema=schema), roles(columns)["text"], number, on_reject)
            number += raw.num_rows
            if kept.num_rows:
                yield kept


def _checked(name: str, batch: pa.RecordBatch, column: str, before: int, on_reject: RejectSink) -> pa.RecordBatch:
    """Return the rows with a text in good UTF-8; the others are rejects."""
    texts = batch.column("text")
    good = texts.is_valid()
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        good = pa.array([ok and _is_utf8(batch.slice(i, 1)) for i, ok in enumerate(good.to_pylist())], pa.bool_())
    if texts.null_count == 0 and pc.all(good).as_py() is not False:
        return batch
    for i, ok in enumerate(good.to_pylist()):
        if not ok:
            row = batch.slice(i, 1)
            if texts[i].is_valid:
                reason, raw = "The row holds bytes that are not UTF-8.", raw_row(row)
            else:
                reason, raw = (
                    f'"{column}" is null, not a string.',
                    json.dumps(row.to_pylist()[0], ensure_ascii=False, default=str),
                )
            on_reject(Reject(name, before + i + 1, reason, raw))
    return batch.filter(good)


def _is_utf8(row: pa.RecordBatch) -> bool:
    try:
        pa.Table.from_batches([row]).combine_chunks().to_batches()[0].validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
