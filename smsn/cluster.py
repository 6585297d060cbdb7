"""The same run on a Dask cluster: Parquet to a folder of Parquet, one file a partition, each written once.

A partition is a file, or some row groups of one where no thread can be split by that. Workers read and write the files themselves, so inputs and output stand
where all of them reach them. Run again, it leaves the partitions that are there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from smsn.analyzer import Analyzer
from smsn.batch import Decider, Job, Summary, prepared, run_of
from smsn.errors import InputError, OutputError, WorkerError
from smsn.frames import Settings
from smsn.inputs import listed
from smsn.journal import lines_of
from smsn.progress import Progress
from smsn.readers import Columns
from smsn.readers.arrow import common_schema, read_batches
from smsn.records import Reject
from smsn.report import Tally
from smsn.shards import ROWS, Shard, columns_of, loaded, rows_for

PARTITION = 1 << 17
"""Rows of a partition, about: whole row groups."""

_RUN = "_smsn.json"


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of the input: a file, its row groups, the number of the row before the first of them, how its rows are read."""

    number: int
    source: str
    groups: tuple[int, ...]
    before: int
    settings: Settings

    @property
    def name(self) -> str:
        """Name of the output file."""
        return f"part-{self.number:05}.parquet"


@dataclass(frozen=True, slots=True)
class _Task:
    """What all partitions of a run share."""

    out: str
    schema: pa.Schema
    columns: Columns
    models: tuple[Path | None, Path | None]


def classify(
    job: Job,
    analyzer: Analyzer,
    scheduler: str,
    *,
    notify: Callable[[str], None] = lambda message: None,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Return the summary of a run on the cluster at `scheduler`.

    Parameters
    ----------
    job : Job
        Parquet inputs, a pair, and a folder as output.
    analyzer : Analyzer
        Its bundles must stand at the same place on every worker.
    scheduler : str
        Address, such as ``tcp://10.0.0.1:8786``.
    notify, progress : callable
        As in :func:`smsn.batch.classify`.

    Raises
    ------
    InputError
        If the job is not one for a cluster, or Dask is not installed.
    OutputError
        If the output is a file, or a folder with something else.
    WorkerError
        If no cluster answers, or a partition fails.
    """
    started = time.perf_counter()
    try:
        distributed: Any = import_module("dask.distributed")
    except ImportError as error:
        raise InputError("--engine dask needs Dask and it is not installed. Run: pip install 'smsn[dask]'") from error
    job = prepared(job, analyzer)
    schema = common_schema(job.inputs, job.columns)
    if job.pair is None or job.out is None or schema is None:
        raise InputError("a cluster reads Parquet files with a text column and writes a folder of them, for one pair. Give --pair, Parquet inputs and -o FOLDER.")
    out = _folder(job, analyzer)
    pair = job.pair.with_aliases(job.aliases)
    task = _Task(str(out), schema, job.columns, (analyzer.bundle.path, analyzer.finder.path))
    partitions = list(_partitions(job.inputs, task, Settings(pair, job.aliases, bool(job.definitions), job.gate), Decider(notify)))
    there = [p for p in partitions if (out / p.name).exists()]
    summary = Summary(pairs=[pair.terms])
    for partition in there:
        _add(summary, _told(out, partition))
    summary.resumed = summary.records
    left = [p for p in partitions if p not in there]
    try:
        with distributed.Client(scheduler, timeout="10s", set_as_default=False) as client:
            futures = client.map(_run, left, task=task, pure=False, retries=2)
            for number, (_future, told) in enumerate(distributed.as_completed(futures, loop=client.loop, with_results=True, raise_errors=True), 1):
                _add(summary, told)
                progress(Progress(summary.records, summary.resumed, (len(there) + number) / len(partitions)))
    except (OSError, TimeoutError) as error:
        if isinstance(error, (InputError, OutputError)):
            raise
        if isinstance(error, FileNotFoundError):
            raise WorkerError(f"{error.filename}: a worker does not find it. Give inputs and output by paths from the root that stand at the same place on every worker.") from error
        raise WorkerError(f"{scheduler}: no Dask scheduler answers there, or it is gone: {error}. What is finished stays in {out}: run the same command again.") from error
    if not summary.records:
        raise InputError(f"{listed(job.inputs)}: holds no comments. Give a file with at least one.")
    summary.seconds = time.perf_counter() - started
    return summary


def _folder(job: Job, analyzer: Analyzer) -> Path:
    """Return the output folder, new or of an earlier run of the same job."""
    out = Path(str(job.out))
    run = run_of(job, analyzer)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / _RUN).exists() and json.loads((out / _RUN).read_text("utf-8")) == run:
            return out
        if any(out.iterdir()):
            if not job.overwrite:
                raise OutputError(f"{out}: is there already, and not of this very run. Choose another name, or replace it with --overwrite.")
            for old in [*out.glob("part-*"), out / _RUN]:
                old.unlink(missing_ok=True)
        (out / _RUN).write_text(json.dumps(run), encoding="utf-8")
    except OutputError:
        raise
    except (OSError, ValueError) as error:
        raise OutputError(f"{out}: cannot be written: {getattr(error, 'strerror', None) or error}. Choose another folder with -o.") from error
    return out


def _partitions(sources: tuple[str, ...], task: _Task, asked: Settings, decide: Decider) -> Iterator[Partition]:
    number, threaded = 0, "thread" in task.schema.names
    for source in sources:
        settings = asked
        if asked.gate is None:
            with suppress(InputError):  # which the worker will tell
                for first in islice(read_batches(source, task.schema, task.columns, lambda: ROWS, lambda reject: None), 1):
                    settings = decide(source, asked, first)
        metadata = pq.read_metadata(source)
        before, groups, rows, start = 0, [], 0, 0
        for group in range(metadata.num_row_groups):
            groups.append(group)
            rows += metadata.row_group(group).num_rows
            if not threaded and rows >= PARTITION:
                yield Partition(number, source, tuple(groups), start, settings)
                number, before = number + 1, before + rows
                groups, rows, start = [], 0, before
        if groups:
            yield Partition(number, source, tuple(groups), start, settings)
            number += 1
    decide.close()


def _run(partition: Partition, task: _Task) -> dict[str, Any]:
    """Classify a partition on a worker and return what was done; the file appears whole or not at all."""
    out = Path(task.out) / partition.name
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    rejects: list[Reject] = []
    tally, records = Tally(), 0
    analyzer = loaded(*task.models)
    writer: pq.ParquetWriter | None = None
    settings = partition.settings
    batches = read_batches(partition.source, task.schema, task.columns, lambda: rows_for(settings), rejects.append, partition.groups, partition.before)
    try:
        for number, batch in enumerate(batches):
            done = columns_of(Shard(number, batch, settings), analyzer, tally)
            writer = writer or pq.ParquetWriter(beside, done.schema, compression="zstd")
            writer.write_batch(done, row_group_size=ROWS * 16)
            records += done.num_rows
    except InputError as error:
        rejects.append(Reject(partition.source, None, str(error).removeprefix(f"{partition.source}: "), ""))
    finally:
        if writer is not None:
            writer.close()
    told = {"records": records, "rejects": len(rejects), "tally": tally.to_dict()}
    if rejects:
        out.with_suffix(".rejects.jsonl").write_bytes(lines_of(rejects))
    out.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    if writer is not None:
        os.replace(beside, out)
    return told


def _told(out: Path, partition: Partition) -> dict[str, Any]:
    """Return what an earlier run told of a partition."""
    with suppress(OSError, ValueError):
        told: dict[str, Any] = json.loads((out / partition.name).with_suffix(".json").read_text("utf-8"))
        return told
    rows = pq.read_metadata(out / partition.name).num_rows
    return {"records": rows, "rejects": 0, "tally": Tally().to_dict()}


def _add(summary: Summary, told: dict[str, Any]) -> None:
    summary.records += told["records"]
    summary.rejects += told["rejects"]
    summary.tally.merge(Tally.from_dict(told["tally"]))
