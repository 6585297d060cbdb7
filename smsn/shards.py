"""A part of a pile on its way through a process: comments in, what is kept of them out.

Takes a :class:`Shard`, gives a :class:`Done`. A shard never splits a thread, so that it can be read anywhere. Both travel between processes.
"""

from __future__ import annotations

import gzip
import io
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from smsn.errors import WorkerError
from smsn.frames import Settings, classify_batches, rows_of
from smsn.gate import FIRST
from smsn.memory import keep_freed, seldom_collected
from smsn.output import dumps, kind_of_value
from smsn.records import Comment, Reject
from smsn.report import Tally

if TYPE_CHECKING:
    from smsn.analyzer import Analyzer

ROWS = FIRST
"""Comments of a shard, so many at least as tell what a pile is about; where a thread goes on, more. What is not finished of one is done again after an interruption."""

GATED_ROWS = 4 * ROWS
"""The same where the gate is shut: the rows that are left make larger batches for the model, which is faster."""

CHARACTERS = 1 << 23
"""Characters of the texts of a shard, from which on it is closed too."""

FORMS = ("jsonl", "jsonl.gz", "rows", "arrow")
"""What is kept: lines of JSON, the same compressed, lines that a table is made of later, or columns."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Some comments in a row, with the rejects that were met on the way to the last of them.

    Parameters
    ----------
    number : int
        From 0, in the order of the input.
    batch : pyarrow.RecordBatch
        The comments.
    settings : Settings
        How they are read.
    rejects : tuple of Reject
        What could not be read.
    """

    number: int
    batch: pa.RecordBatch
    settings: Settings
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What is kept of a shard: its records as bytes, what people see of them, the rejects.

    `kinds` are the types of the values in each column, where a table is made later.
    """

    number: int
    records: int
    data: bytes
    tally: Tally
    rejects: tuple[Reject, ...] = ()
    kinds: dict[str, set[str]] = field(default_factory=dict)


@seldom_collected()
def work(shard: Shard, analyzer: Analyzer, form: str) -> Done:
    """Return what is kept of a shard in one of the `FORMS`."""
    tally = Tally()
    kinds: dict[str, set[str]] = {}
    if not shard.batch.num_rows:
        return Done(shard.number, 0, b"", tally, shard.rejects)
    batch = columns_of(shard, analyzer, tally)
    if form == "arrow":
        data = _ipc(batch)
    else:
        lines = []
        for row in rows_of(batch):
            lines.append(dumps(row) + "\n")
            if form == "rows":
                for name, value in row.items():
                    kinds.setdefault(name, set()).add(kind_of_value(value))
        # half a character, as in a file name that is not UTF-8, becomes an escape that JSON knows
        data = "".join(lines).encode("utf-8", "backslashreplace")
        if form == "jsonl.gz":
            data = gzip.compress(data, 6, mtime=0)
    return Done(shard.number, batch.num_rows, data, tally, shard.rejects, kinds)


def columns_of(shard: Shard, analyzer: Analyzer, tally: Tally) -> pa.RecordBatch:
    """Return the records of a shard as columns, counted in `tally`."""
    batch = next(classify_batches([shard.batch], analyzer, shard.settings))
    _count(batch, tally)
    return batch


def _count(batch: pa.RecordBatch, tally: Tally) -> None:
    """Count a batch of records; only those with evidence can be cited."""
    table = pa.Table.from_batches([batch.select(["view", "direction", "confident"])])
    for row in table.group_by(["view", "direction"], use_threads=False).aggregate([("view", "count")]).to_pylist():
        tally.count(row["view"], row["direction"], row["view_count"])
    tally.confident += pc.sum(batch.column("confident")).as_py() or 0
    tally.definitions += pc.sum(pc.list_value_length(batch.column("definitions"))).as_py() or 0
    shown = batch.select(["view", "direction", "probability", "text", "pair", "evidence"]).filter(pc.greater(pc.list_value_length(batch.column("evidence")), 0))
    keys = list(zip(shown.column("view").to_pylist(), shown.column("direction").to_pylist(), strict=True))
    looked: Counter[tuple[str, str | None]] = Counter()
    # of each view the likeliest that names a term, else the likeliest: looked for from the top
    order = pc.sort_indices(pa.Table.from_batches([shown]), sort_keys=[("probability", "descending")])
    for i in order.to_pylist():
        key = keys[i]
        if looked[key] < _LOOKED_AT:
            tally.cite({name: shown.column(name)[i].as_py() for name in shown.schema.names})
            (named, _probability), _words = tally.quotes[key]
            looked[key] += _LOOKED_AT if named else 1


_LOOKED_AT = 20  # records of a view and direction that are looked at for a quotation


def _ipc(batch: pa.RecordBatch) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def rows_for(settings: Settings) -> int:
    """Return how many rows a shard has that is read so."""
    return GATED_ROWS if settings.gate else ROWS


def cut(comments: Iterable[Comment], rows: Callable[[], int] = lambda: ROWS) -> Iterator[list[Comment]]:
    """Yield comments by the shard, of so many as `rows` says when it is closed; those of one thread stay together."""
    mine: list[Comment] = []
    size = 0
    for comment in comments:
        if mine and (size >= CHARACTERS or len(mine) >= rows()) and (comment.thread is None or comment.thread != mine[-1].thread):
            yield mine
            mine, size = [], 0
        mine.append(comment)
        size += len(comment.text)
    if mine:
        yield mine


def each(shards: Iterable[Shard], analyzer: Analyzer, form: str, workers: int = 1) -> Iterator[Done]:
    """Yield what is kept of each shard, in order.

    Parameters
    ----------
    shards : iterable of Shard
        Read as they are needed.
    analyzer : Analyzer
        What reads the comments; with several workers each loads the same bundles.
    form : str
        One of `FORMS`.
    workers : int
        Processes; 1 is this one.

    Raises
    ------
    WorkerError
        If a process is gone.
    """
    if workers == 1:
        for shard in shards:
            yield work(shard, analyzer, form)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    paths = (analyzer.bundle.path, analyzer.finder.path)
    parallel = Parallel(
        n_jobs=workers, backend="loky", return_as="generator", pre_dispatch=2 * workers, batch_size=1, initializer=_end_with, initargs=(os.getpid(),)
    )
    try:
        yield from parallel(delayed(_work)(shard, paths, form) for shard in shards)
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process is gone: it was killed, or there was no memory left for it. What is finished is kept: run the same command again, perhaps with fewer --workers."
        ) from error


def _end_with(parent: int) -> None:
    """Let a worker end soon after the process that started it: one that was killed could not tell it to, and it would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _work(shard: Shard, paths: Sequence[Path | None], form: str) -> Done:
    return work(shard, loaded(*paths), form)


@cache
def loaded(views: Path | None, definitions: Path | None) -> Analyzer:
    """Return the analyzer with the bundles in two folders, loaded once in a process."""
    from smsn.analyzer import load

    keep_freed()
    return load(views, definitions)
