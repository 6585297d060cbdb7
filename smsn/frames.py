"""The main path over columns: Arrow record batches in, record batches out.

:func:`classify_batches` is the unit on which every way of running stands: one process, many, a cluster, and engines that take such a
function (Spark's ``mapInArrow``, Ray's ``map_batches``). A batch needs a column ``text``; ``author``, ``parent``, ``thread``, ``id``,
``pair_a`` and ``pair_b`` are read if they are there, all others pass through. Order and number of rows are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from smsn.gate import TALK, Pile, agrees, relates, terms_named
from smsn.output import record_types
from smsn.records import RECORD_FIELDS, SILENT, Comment, column_name
from smsn.terms import Pair
from smsn.threads import Thread
from smsn.version import __version__

if TYPE_CHECKING:
    from smsn.analyzer import Analyzer, Found

JSON = {b"smsn": b"json"}
"""Metadata of a column whose strings are JSON: values of any type, as a row of JSON or CSV had them."""

_NESTED = record_types()
FOUND = pa.schema([
    ("pair", _NESTED["pair"]), ("view", pa.string()), ("direction", pa.string()), ("probability", pa.float64()), ("confident", pa.bool_()),
    ("views", _NESTED["views"]), ("evidence", _NESTED["evidence"]), ("definitions", _NESTED["definitions"]), ("definitions_run", pa.bool_()),
    ("kind", pa.string()), ("model", pa.string()), ("smsn", pa.string()),
])  # fmt: skip
"""What is found in a comment: the fields of a record that are not passed through."""

KIND, EXTRA = "smsn:kind", "smsn:extra"
"""Columns of our own readers: the kind of a text, and the user's columns as one object of JSON."""

_READ = frozenset(("pair_a", "pair_b", KIND))


@dataclass(frozen=True, slots=True)
class Settings:
    """How batches are read.

    Parameters
    ----------
    pair : Pair, optional
        The terms of every row that has no pair of its own.
    aliases : tuple of (term, name)
        Further names for the terms of rows with a pair of their own.
    definitions : bool
        Whether definitions are looked for.
    gate : bool, optional
        Whether the model reads only rows that name a term or stand in a thread about them; the others are answered like an empty text, if the bundle has the
        label ``none``. Without it, that is so where the first rows are about something else (:class:`smsn.gate.Pile`).
    """

    pair: Pair | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    definitions: bool = False
    gate: bool | None = None

    def decided(self, first: pa.RecordBatch, pile: Pile | None = None) -> Settings:
        """Return the settings with what `gate` is by the first rows of an input, one of those of a `pile`, if that can be told."""
        if self.gate is not None or self.pair is None:
            return self
        about = (pile or Pile(self.pair)).is_about(first.column("text").filter(pc.invert(_has_pair(first))))
        return self if about is None else replace(self, gate=not about)


def classify_batches(batches: Iterable[pa.RecordBatch], analyzer: Analyzer, settings: Settings) -> Iterator[pa.RecordBatch]:
    """Yield each batch with what was found in its rows.

    The comments of one thread follow one another, in one batch: across batches a comment can take over the view of an earlier one only if
    that one was read. What the rows are about is told by the first batches, unless the settings say it.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Rows with a ``text`` without nulls.
    analyzer : Analyzer
        What reads the comments.
    settings : Settings
        The pair, and what is wanted.

    Yields
    ------
    pyarrow.RecordBatch
        The columns of :data:`smsn.records.RECORD_FIELDS`, then the others of the batch.

    Raises
    ------
    PairError
        If a row has no pair, in a run that has none.
    """
    reader = _Reader(analyzer, settings)
    for batch in batches:
        yield with_found(batch, reader.found(batch))


def with_found(batch: pa.RecordBatch, found: pa.StructArray) -> pa.RecordBatch:
    """Return a batch with the fields of a record first, in their order, and the user's own columns behind them."""
    nothing = pa.nulls(batch.num_rows, pa.string())
    names = set(batch.schema.names)
    columns: dict[str, tuple[pa.Field, pa.Array]] = {}
    for name in RECORD_FIELDS:
        if name in FOUND.names:
            columns[name] = (FOUND.field(name), found.field(FOUND.get_field_index(name)))
        else:
            columns[name] = (batch.schema.field(name), batch.column(name)) if name in names else (pa.field(name, pa.string()), nothing)
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if field.name not in _READ and not (field.name in RECORD_FIELDS and field.name not in FOUND.names):
            name = column_name(field.name, columns)
            columns[name] = (field.with_name(name), column)
    return pa.record_batch([column for _, column in columns.values()], schema=pa.schema([field.with_name(name) for name, (field, _) in columns.items()]))


class _Reader:
    """What goes on from one batch to the next: the thread, and the answer to an empty text."""

    def __init__(self, analyzer: Analyzer, settings: Settings) -> None:
        self.analyzer = analyzer
        self.settings = settings
        self._pile = Pile(settings.pair) if settings.pair is not None else None
        self._thread = Thread()
        self._runs = 0
        self._last: str | None = None
        self._silence: pa.StructArray | None = None

    def found(self, batch: pa.RecordBatch) -> pa.StructArray:
        """Return what is found in the rows of a batch, one struct a row."""
        if not batch.num_rows:
            return self._structs(())
        self.settings = self.settings.decided(batch, self._pile)
        batch = self._in_runs(batch)
        pair = self.settings.pair
        passed = self._passed(batch, pair) if self.settings.gate and pair is not None and SILENT in self.analyzer.bundle.labels else None
        read = batch if passed is None else batch.filter(passed)
        answers = self._structs(self._found(read))
        if passed is None or read.num_rows == batch.num_rows:
            return answers
        order = pc.if_else(passed, pc.subtract(pc.cumulative_sum(passed.cast(pa.int64())), 1), len(answers))
        return pa.concat_arrays([answers, self._silent()]).take(order)

    def _in_runs(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch in which a thread that is taken up again later is another one, as it is for those who read all rows."""
        if "thread" not in batch.schema.names or batch.column("thread").null_count == batch.num_rows:
            self._last = None
            return batch
        names = batch.column("thread")
        codes = names.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
        begins = np.ones(len(codes), bool)
        begins[1:] = (codes[1:] != codes[:-1]) | (codes[1:] < 0)
        begins[0] = not names[0].is_valid or names[0].as_py() != self._last
        runs = self._runs + np.cumsum(begins)
        self._runs, self._last = int(runs[-1]), names[-1].as_py()
        column = pc.if_else(names.is_valid(), pa.array(runs).cast(pa.string()), None)
        return batch.set_column(batch.schema.get_field_index("thread"), "thread", column)

    def _passed(self, batch: pa.RecordBatch, pair: Pair) -> pa.BooleanArray:
        """Return the mask of the rows that the model reads: what has a pair of its own or names a term, and in threads what is about the terms all the same."""
        texts = batch.column("text")
        terms = terms_named(texts, pair)
        named = pc.greater(terms, 0)
        passed = pc.or_(named, _has_pair(batch))
        if "thread" not in batch.schema.names or batch.column("thread").null_count == batch.num_rows:
            return passed
        threads = batch.column("thread")
        told = pc.indices_nonzero(pc.is_in(threads, threads.filter(named), skip_nulls=True))
        near, mine = threads.take(told), texts.take(told)
        counts = pa.table({"thread": near, "named": named.take(told).cast(pa.float64()), "terms": terms.take(told)}).group_by("thread").aggregate([("named", "mean"), ("terms", "max")])
        full = counts.column("thread").filter(pc.and_(pc.equal(counts.column("terms_max"), 2), pc.greater_equal(counts.column("named_mean"), TALK)))
        read = pc.or_(relates(mine), pc.is_in(near, pa.chunked_array([near.filter(agrees(mine)), *full.chunks])))
        mask = passed.to_numpy(zero_copy_only=False).copy()
        mask[told.filter(read).to_numpy()] = True
        return pa.array(mask)

    def _silent(self) -> pa.StructArray:
        """Return what the model finds in an empty text."""
        if self._silence is None:
            self._silence = self._structs(self.analyzer.found([""], self.settings.pair, definitions=False))
        return self._silence

    def _found(self, batch: pa.RecordBatch) -> Iterator[Found]:
        for given, group in groupby(_comments(batch), self._given):
            yield from self.analyzer.found(group, given, definitions=self.settings.definitions, thread=self._thread)

    def _structs(self, found: Iterable[Found]) -> pa.StructArray:
        return _structs(found, self.analyzer.bundle.labels, self.analyzer.bundle.name)

    def _given(self, comment: Comment) -> Pair | None:
        """Return the pair of the run, or the comment's own where that has aliases."""
        if comment.pair is None or not self.settings.aliases:
            return self.settings.pair
        own = Pair.of(comment.pair)
        mine = aliases_of(own, self.settings.aliases)
        return own.with_aliases(mine) if mine else self.settings.pair


def _has_pair(batch: pa.RecordBatch) -> pa.BooleanArray:
    """Return a mask of the rows that have a pair of their own."""
    return batch.column("pair_a").is_valid() if "pair_a" in batch.schema.names else pa.repeat(False, batch.num_rows)


def aliases_of(pair: Pair, aliases: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the aliases ``(term, name)`` that are for a term of `pair`."""
    terms = {term.casefold() for term in pair.terms}
    return [(term, name) for term, name in aliases if term.casefold() in terms]


def _comments(batch: pa.RecordBatch) -> Iterator[Comment]:
    """Yield the rows as comments, with what the model needs of them."""
    nothing = [None] * batch.num_rows
    names = ("text", "id", "author", "parent", "thread", "pair_a", "pair_b", KIND)
    columns = [batch.column(name).to_pylist() if name in batch.schema.names else nothing for name in names]
    for text, id_, author, parent, thread, a, b, kind in zip(*columns, strict=True):
        yield Comment(id_, text, author, parent, thread=thread, pair=None if a is None else (a, b), kind=kind or "comment")


def _structs(found: Iterable[Found], labels: Sequence[str], model: str) -> pa.StructArray:
    """Return what was found in comments as an array of structs with the fields `FOUND`."""
    each = (_columns(one, labels, model) for one in found)
    arrays = [pa.StructArray.from_arrays([columns[name] for name in FOUND.names], fields=list(FOUND)) for columns in each]
    return pa.concat_arrays(arrays) if arrays else pa.array([], pa.struct(list(FOUND)))


def _columns(found: Found, labels: Sequence[str], model: str) -> dict[str, pa.Array]:
    """Return the columns of `FOUND`, made of whole arrays where that is faster than of single values."""
    size, kinds = len(found.comments), {field.name: field.type for field in FOUND}
    terms = [pair.terms for pair in found.pairs]
    numbers = {pair: number for number, pair in enumerate(dict.fromkeys(terms))}
    names = pa.array(labels, pa.string()).take(pa.array(np.tile(np.arange(len(labels)), size)))
    places = pa.array(np.arange(size + 1, dtype=np.int32) * len(labels))
    shown, spans = found.evidence, kinds["evidence"].value_type
    evidence = pa.StructArray.from_arrays([pa.array(column) for column in (shown.starts, shown.ends, shown.weights)], fields=list(spans))
    return {
        "pair": pa.array([list(pair) for pair in numbers], kinds["pair"]).take(pa.array([numbers[pair] for pair in terms], pa.int64())),
        "view": pa.array(found.views, pa.string()),
        "direction": pa.array(found.directions, pa.string()),
        "probability": pa.array(found.probability),
        "confident": pa.array(found.confident),
        "views": pa.MapArray.from_arrays(places, names, pa.array(found.probabilities.ravel())),
        "evidence": pa.ListArray.from_arrays(pa.array(shown.offsets.astype(np.int32)), evidence, type=kinds["evidence"]),
        "definitions": pa.array([[d.to_dict() for d in mine] for mine in found.definitions], kinds["definitions"]),
        "definitions_run": pa.repeat(found.definitions_run, size),
        "kind": pa.array([comment.kind for comment in found.comments], pa.string()),
        "model": pa.repeat(model, size),
        "smsn": pa.repeat(__version__, size),
    }


def batch_of(comments: Sequence[Comment]) -> pa.RecordBatch:
    """Return comments of any source as a batch; ids, parents, threads and the user's columns are JSON, so that they keep their types."""
    values: dict[str, list[Any]] = {"id": [c.id for c in comments], "parent": [c.parent for c in comments], "thread": [c.thread for c in comments]}
    values[EXTRA] = [dict(c.extra) for c in comments]
    strings: dict[str, list[str | None]] = {
        "author": [c.author for c in comments], "text": [c.text for c in comments], KIND: [c.kind for c in comments],
        "pair_a": [c.pair[0] if c.pair else None for c in comments], "pair_b": [c.pair[1] if c.pair else None for c in comments],
    }  # fmt: skip
    fields = [pa.field(name, pa.string(), metadata=JSON) for name in values] + [pa.field(name, pa.string()) for name in strings]
    columns = [_strings([None if v is None else _json(v) for v in mine]) for mine in values.values()] + [_strings(mine) for mine in strings.values()]
    return pa.record_batch(columns, schema=pa.schema(fields))


def _json(value: Any) -> str:
    """Return a value as JSON; NaN and infinity, which are the user's, become null with the record."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _strings(values: Sequence[str | None]) -> pa.Array:
    """Return strings as an Arrow array; half a character, as in a file name that is not UTF-8, becomes an escape."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if v is None else v.encode("utf-8", "backslashreplace").decode() for v in values], pa.string())


def rows_of(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield the rows of a classified batch as records in JSON's types, the user's columns behind the fields."""
    names = batch.schema.names
    columns: list[list[Any]] = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        values: Any = column.to_pylist()
        if field.metadata and field.metadata.get(b"smsn") == JSON[b"smsn"]:
            values = [value if value is None else json.loads(value) for value in values]
        elif field.name == "views":
            values = [dict(value) for value in values]
        columns.append(values)
    for cells in zip(*columns, strict=True):
        row = dict(zip(names, cells, strict=True))
        extra = row.pop(EXTRA, None) or {}
        for name, value in extra.items():
            row[column_name(name, row)] = value
        yield row
