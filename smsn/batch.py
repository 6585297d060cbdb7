"""A pile of comments in, a file of records out.

Takes sources (files or standard input), reads them through ``readers``, sends the comments down the main path by the shard and keeps what
comes back. What cannot be read goes to a rejects file and the run goes on; what is finished survives the run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyarrow as pa

from smsn.analyzer import Analyzer
from smsn.errors import InputError, PairError
from smsn.frames import Settings, aliases_of, batch_of
from smsn.gate import Pile
from smsn.inputs import Counts, Inputs, Rejects, listed
from smsn.journal import Kept, fingerprint
from smsn.output import SUFFIXES, output_format
from smsn.progress import Progress
from smsn.readers import Columns, Reading
from smsn.readers.arrow import common_schema
from smsn.readers.paths import expand
from smsn.records import SILENT, Comment, Reject
from smsn.report import Tally
from smsn.shards import Done, Shard, cut, each, rows_for
from smsn.terms import Pair, find_mentions
from smsn.titles import pair_in_use
from smsn.version import __version__

PROBE = 5000
"""Comments that are searched for the pair before it is called absent."""

UNPAIRED = 'The row has no pair of terms. Name one for all with --pair "A" "B", or give the row its own.'
"""Why a row is rejected that has no pair, in a run that has none."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to classify, and how.

    Parameters
    ----------
    inputs : tuple of str
        Files, folders, patterns, or ``-`` for standard input.
    out : str, optional
        Output file; records go to the stream given to :func:`classify` without it.
    pair : Pair, optional
        The terms; found in a page's title without it.
    aliases : tuple of (term, alias)
        Further names, also for a pair that is found.
    format : str, optional
        Format of all inputs, instead of what their names say.
    columns : Columns
        Names of the columns in tables.
    article : bool
        Whether a page's own article is classified too.
    definitions : bool, optional
        Whether definitions are looked for; without it, in pages only.
    workers : int
        Processes that read the comments; 0 is one a core.
    overwrite : bool
        Whether an output that is there is replaced.
    gate : bool, optional
        Whether only rows are read that name a term or stand in a thread about them; the others are answered ``none``. Without it, that is so in inputs
        whose first rows are about something else; it never is in pages.
    """

    inputs: tuple[str, ...]
    out: str | None = None
    pair: Pair | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    format: str | None = None
    columns: Columns = field(default_factory=Columns)
    article: bool = False
    definitions: bool | None = None
    workers: int = 1
    overwrite: bool = False
    gate: bool | None = None


@dataclass(slots=True)
class Summary(Counts):
    """What a run did, and what people see of it."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def classify(
    job: Job,
    analyzer: Analyzer,
    *,
    stdin: BinaryIO | None = None,
    stdout: IO[str] | None = None,
    notify: Callable[[str], None] = lambda message: None,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Return the summary of a run that classified every comment of the job's inputs.

    Killed at any moment and run again, it goes on where it stopped, and the output is the same.

    Parameters
    ----------
    job : Job
        What to do.
    analyzer : Analyzer
        What reads the comments.
    stdin, stdout : streams, optional
        What ``-`` reads, and where records go without an output file.
    notify : callable
        Takes notes and warnings for people.
    progress : callable
        Is told after every shard how far the run is.

    Raises
    ------
    InputError
        If an input is missing or nothing in it can be read.
    PairError
        If no pair is given, found or in any row.
    OutputError
        If the output is there already, or cannot be written.
    WorkerError
        If a worker process is gone.
    """
    started = time.perf_counter()
    job = prepared(job, analyzer)
    summary = Summary()
    rejects = _Pending(job.out, summary, notify, once=UNPAIRED)
    run = _Run(job, Inputs(job, rejects, stdin, notify), rejects, summary)
    workers = job.workers or len(os.sched_getaffinity(0))
    if job.out is None:
        for done in each(run.shards(), analyzer, "jsonl", workers):
            if stdout is not None:
                stdout.write(done.data.decode("utf-8"))
            summary.records += done.records
            summary.tally.merge(done.tally)
        run.close()
    else:
        format = output_format(job.out, {**SUFFIXES, ".jsonl.gz": "jsonl.gz"})
        run.schema = common_schema(job.inputs, job.columns) if format == "parquet" and _all_parquet(job) else None
        form = "arrow" if run.schema is not None else format if format in ("jsonl", "jsonl.gz") else "rows"
        with Kept(job.out, form, format, run_of(job, analyzer), overwrite=job.overwrite, resumable="-" not in job.inputs) as kept:
            summary.resumed, summary.records, summary.tally = kept.resumed, kept.state.records, kept.state.tally
            for done in each(run.shards(kept.state.shards), analyzer, form, workers):
                kept.add(done)
                summary.records = kept.state.records
                progress(Progress(summary.records, summary.resumed, run.share))
            try:
                run.close()
            except (InputError, PairError):
                kept.give_up(rejects.take() if rejects.final else ())
                raise
            if not kept.state.complete:
                kept.add(Done(kept.state.shards, 0, b"", Tally(), rejects.take()))
            kept.finish()
    if summary.records != run.seen:
        raise RuntimeError(f"{run.seen} rows were read, and {summary.records} records written")
    summary.seconds = time.perf_counter() - started
    return summary


def prepared(job: Job, analyzer: Analyzer) -> Job:
    """Return a job with the names of its files, and without a gate where the model has no label for what is not read."""
    return replace(job, inputs=tuple(expand(job.inputs)), gate=job.gate if SILENT in analyzer.bundle.labels else False)


def _all_parquet(job: Job) -> bool:
    """Say whether all inputs are Parquet files and the pair is given, so that no row has to be looked at by itself."""
    parquet = job.format == "parquet" or (job.format is None and all(source.lower().endswith(".parquet") for source in job.inputs))
    return parquet and "-" not in job.inputs and job.pair is not None


def run_of(job: Job, analyzer: Analyzer) -> dict[str, Any]:
    """Return all that decides what the output holds."""
    models = [path for path in (analyzer.bundle.path, analyzer.finder.path) if path is not None]
    return {
        "inputs": [[source, *_state(source)] for source in job.inputs],
        "options": [repr(part) for part in (job.pair, job.aliases, job.format, job.columns, job.article, job.definitions, job.gate)],
        "model": f"{analyzer.bundle.name} {fingerprint(models)}",
        "smsn": __version__,
    }


def _state(source: str) -> tuple[int, int]:
    if source == "-":
        return (0, 0)
    found = Path(source).stat()
    return (found.st_size, found.st_mtime_ns)


class Decider:
    """Says how each input of a run is read, by its first rows, and tells people where not all of its rows will be."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        self.notify = notify
        self._pile: Pile | None = None
        self._shut = 0  # inputs of which not all rows are read

    def __call__(self, source: str, asked: Settings, first: pa.RecordBatch) -> Settings:
        """Return the settings for an input, from those that were asked for and its first rows."""
        if self._pile is None and asked.pair is not None:
            self._pile = Pile(asked.pair)
        settings = asked.decided(first, self._pile)
        if settings.gate and asked.gate is None:
            self._shut += 1
            if self._shut == 1:
                self.notify(
                    f"{source}: fewer than half of its first rows name a term of the pair. Rows that name neither are answered 'none' without being read, unless they "
                    "stand in a thread about them. --no-gate reads all."
                )
        return settings

    def close(self) -> None:
        """Say of how many further inputs that holds."""
        if self._shut > 1:
            self.notify(f"Not all rows are read of {self._shut - 1:,} more of the inputs either.")


class _Pending(Rejects):
    """Rejects that wait for the shard that they go with."""

    def __init__(self, out: str | None, counts: Counts, notify: Callable[[str], None], once: str = "") -> None:
        super().__init__(out, counts, notify, once)
        self._pending: list[Reject] = []

    def _keep(self, reject: Reject) -> None:
        self._pending.append(reject)

    def take(self) -> tuple[Reject, ...]:
        """Return the rejects that wait, which then no longer do."""
        pending, self._pending = tuple(self._pending), []
        return pending


class _Run:
    """The way from sources to shards, with what it must remember from one source to the next."""

    def __init__(self, job: Job, inputs: Inputs, rejects: _Pending, summary: Summary) -> None:
        self.job = job
        self.inputs = inputs
        self.rejects = rejects
        self.notify = inputs.notify
        self.summary = summary
        self.seen = 0
        self.schema: pa.Schema | None = None  # where all inputs and the output are Parquet
        self.pair = job.pair.with_aliases(job.aliases) if job.pair is not None else None
        self._unnamed: dict[tuple[str, str], int] = {}  # comments searched for each pair that none has named
        self._named: set[tuple[str, str]] = set()
        self._aliased: set[str] = set()
        self._settings = Settings()  # of the input at hand
        self._decide = Decider(inputs.notify)

    @property
    def share(self) -> float | None:
        """The share of the input that was read."""
        return self.inputs.share

    def shards(self, finished: int = 0) -> Iterator[Shard]:
        """Yield the comments of all inputs by the shard, but for the first that are `finished`."""
        for number, (rows, settings) in enumerate(self._batches() if self.schema is not None else self.inputs.each(self._source)):
            self.seen += len(rows) if isinstance(rows, list) else rows.num_rows
            rejects = self.rejects.take()
            if number >= finished:
                yield Shard(number, batch_of(rows) if isinstance(rows, list) else rows, settings, rejects)

    def _batches(self) -> Iterator[tuple[pa.RecordBatch, Settings]]:
        """Yield the rows of Parquet files as they stand there."""
        assert self.pair is not None
        assert self.schema is not None
        self.summary.pairs.append(self.pair.terms)
        self._use(self.pair)
        asked = self._settings = Settings(self.pair, self.job.aliases, bool(self.job.definitions), self.job.gate)
        last = None
        for source, batch in self.inputs.each_batch(self.schema, self._rows):
            if source != last:
                self._settings, last = asked, source
            if self._settings.gate is None:
                self._settings = self._decide(source, asked, batch)
            looked_for = self.pair.terms not in self._named and self._unnamed.get(self.pair.terms, 0) < PROBE
            if looked_for:
                for _ in self._watched((Comment(None, text) for text in batch.column("text").to_pylist()), self.pair):
                    pass
            yield batch, self._settings

    def close(self) -> None:
        """Say what only the end of a run tells.

        Raises
        ------
        InputError, PairError
            If there is not a single record.
        """
        unpaired = self.rejects.repeated
        if unpaired and unpaired == self.summary.rejects and not self.summary.records:
            self.rejects.final = True
            names = listed(self.job.inputs)
            raise PairError(f'{names}: no pair of terms is given. Name it: --pair "A" "B", or give each row its own.')
        self.inputs.close()
        if self.job.out is None and unpaired > 1:
            self.notify(f"{unpaired - 1:,} more rows have no pair of terms; with -o they are kept.")
        for (a, b), count in self._unnamed.items():
            where = "the comments read" if count < PROBE else f"the first {count:,} comments"
            self.notify(f"warning: neither {a!r} nor {b!r} occurs in {where}. Check the spelling, or add --alias.")
        self._decide.close()
        for term in dict.fromkeys(term for term, _ in self.job.aliases):
            if term.casefold() not in self._aliased:
                self.notify(f"warning: --alias is for {term!r}, which is in no pair that was read. Check the spelling.")

    def _source(self, source: str, reading: Reading) -> Iterator[tuple[list[Comment], Settings]]:
        pair = self.pair or self._found(source, reading)
        definitions = self.job.definitions if self.job.definitions is not None else reading.is_page
        comments = self.inputs.comments(source, reading)
        if pair is not None:
            self._use(pair)
            if pair.terms not in self.summary.pairs:
                self.summary.pairs.append(pair.terms)
            comments = self._watched(comments, pair)
        self._settings = Settings(pair, self.job.aliases, definitions, False if reading.is_page else self.job.gate)
        for mine in cut(self._paired(comments, pair), self._rows):
            if self._settings.gate is None and pair is not None:
                self._settings = self._decide(source, self._settings, batch_of(mine))
            yield mine, self._settings

    def _rows(self) -> int:
        return rows_for(self._settings)

    def _found(self, source: str, reading: Reading) -> Pair | None:
        """Return the pair in a page's title, in the usual spelling of the text; None where rows may have their own."""
        texts = [comment.text for comment in reading.comments] if reading.title else []
        if reading.article is not None:
            texts.append(reading.article.text)
        found = pair_in_use(reading.title, texts)
        if found is None:
            if reading.is_page or reading.format == "text":
                looked = f", and none was found in the title {reading.title!r}" if reading.title else ""
                raise PairError(f'{source}: no pair of terms is given{looked}. Name it: --pair "A" "B".')
            return None
        pair = Pair(*found)
        return pair.with_aliases(self.job.aliases if len(self.job.inputs) == 1 else aliases_of(pair, self.job.aliases))

    def _use(self, pair: Pair) -> None:
        self._aliased.update(term.casefold() for term in pair.terms)

    def _paired(self, comments: Iterator[Comment], pair: Pair | None) -> Iterator[Comment]:
        """Yield the comments that have a pair; the others are rejects."""
        for comment in comments:
            reason = None
            if comment.pair is not None:
                reason = _broken(comment.pair)
                if reason is None and self.job.aliases:
                    self._use(Pair.of(comment.pair))
            elif pair is None:
                reason = UNPAIRED
            if reason is None:
                yield comment
            else:
                self.rejects.add_row(comment, reason)

    def _watched(self, comments: Iterator[Comment], pair: Pair) -> Iterator[Comment]:
        """Yield all comments, and note whether one of the first names a term of the pair."""
        for comment in comments:
            if pair.terms not in self._named and comment.pair is None:
                count = self._unnamed.get(pair.terms, 0)
                if count < PROBE:
                    self._unnamed[pair.terms] = count + 1
                    if find_mentions(comment.text, pair):
                        self._named.add(pair.terms)
                        del self._unnamed[pair.terms]
            yield comment


def _broken(pair: tuple[str, str]) -> str | None:
    """Return what is wrong with a row's own pair, or None."""
    try:
        Pair.of(pair)
    except PairError as error:
        return f"The row's own pair is not one: {error} Mend the row."
    return None
