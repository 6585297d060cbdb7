"""The inputs of a run, one after the other, and what of them cannot be read.

Takes the names of files, or ``-``, gives their comments. A bad row goes to the rejects file, a bad input ends no
run while others can be read, a damaged one gives what stands before the damage. Imports readers, records, errors
and the writer of the rejects; knows nothing of what the comments are read for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self, TypeVar

from smsn.errors import InputError, PairError
from smsn.output import Output
from smsn.readers import Columns, Reading, open_source
from smsn.records import Comment, Reject

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
Notify = Callable[[str], None]


class InputJob(Protocol):
    """What a job says of its inputs."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Files, or ``-`` for standard input."""

    @property
    def format(self) -> str | None:
        """Format of all inputs, instead of what their names say."""

    @property
    def columns(self) -> Columns:
        """Names of the columns in tables."""

    @property
    def article(self) -> bool:
        """Whether a page's own article counts too."""


@dataclass(slots=True)
class Counts:
    """What a run did: ``read = records + rejects``; `resumed` of the records were there from an earlier run."""

    records: int = 0
    rejects: int = 0
    resumed: int = 0
    seconds: float = 0.0

    @property
    def status(self) -> int:
        """Exit status: 0 done, 1 done with rejects."""
        return 1 if self.rejects else 0

    def to_dict(self) -> dict[str, object]:
        """Return the counts as a JSON-ready dict."""
        return {
            "read": self.records + self.rejects,
            "records": self.records,
            "rejects": self.rejects,
            "resumed": self.resumed,
            "seconds": round(self.seconds, 3),
        }


class Rejects:
    """The rejects file, which exists only if there is a reject; without an output, rejects are notes.

    `final` says that the file is to be kept although the run ends with an error; `repeated` counts the rejects
    whose reason is `once`, of which only the first is a note.
    """

    def __init__(self, out: str | None, counts: Counts, notify: Notify, once: str = "") -> None:
        self.path = Path(f"{out}.rejects.jsonl") if out is not None else None
        self.counts = counts
        self.notify = notify
        self.once = once
        self.first: Reject | None = None
        self.repeated = 0
        self.final = False
        self._output: Output | None = None

    def add(self, reject: Reject) -> None:
        """Keep one reject."""
        self.first = self.first or reject
        self.counts.rejects += 1
        self.repeated += reject.reason == self.once
        if self.path is None and (reject.reason != self.once or self.repeated == 1):
            self.notify(f"{_place(reject)}: {reject.reason}")
        self._keep(reject)

    def _keep(self, reject: Reject) -> None:
        if self.path is not None:
            if self._output is None:
                self._output = Output(str(self.path))
            self._output.write(reject.to_dict())

    def add_row(self, comment: Comment, reason: str) -> None:
        """Keep a row that was read, and cannot be used."""
        source, _, line = (comment.source or "").rpartition(":")
        self.add(Reject(source or "-", int(line) if line.isdigit() else None, reason, comment.text))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._output is not None:
            self._output.__exit__(None if self.final else kind, error, trace)
        elif kind is None and self.path is not None and self.path.is_file():
            self.path.unlink()  # of an earlier run into the same output


class Inputs:
    """The inputs of one job.

    Parameters
    ----------
    job : InputJob
        Says which they are and how they are read.
    rejects : Rejects
        Where goes what cannot be read.
    stdin : binary file, optional
        What ``-`` reads.
    notify : callable
        Takes the readers' notes for people.

    Raises
    ------
    InputError
        If one is not there: told before hours are spent on the others.
    """

    def __init__(self, job: InputJob, rejects: Rejects, stdin: BinaryIO | None, notify: Notify) -> None:
        for source in job.inputs:
            if source != "-" and not os.path.exists(source):
                raise InputError(f"{source}: there is no such file. Check the path, or give - to read a pipe.")
        self.job = job
        self.rejects = rejects
        self.stdin = stdin
        self.notify = notify
        self._failed: list[tuple[str, InputError | PairError]] = []
        self._at = 0
        self._reading: Reading | None = None

    @property
    def share(self) -> float | None:
        """The share of the inputs, by their bytes, that was read; None for a pipe."""
        if "-" in self.job.inputs:
            return None
        sizes = [os.path.getsize(source) for source in self.job.inputs]
        inside = self._reading.share() if self._reading is not None and self._reading.share is not None else 0.0
        return (sum(sizes[: self._at]) + inside * sum(sizes[self._at : self._at + 1])) / max(1, sum(sizes))

    def each(self, read: Callable[[str, Reading], Iterator[T]]) -> Iterator[T]:
        """Yield what `read` makes of each input; one that fails does not end the run while others can be read."""
        for number, source in enumerate(self.job.inputs):
            self._at = number
            try:
                self._reading = self._open(source)
                yield from read(source, self._reading)
                self._tell(self._reading)  # what only the end of an export tells
            except (InputError, PairError) as error:
                self._failed.append((source, error))
        self._at, self._reading = len(self.job.inputs), None

    def each_batch(self, schema: pa.Schema, rows: Callable[[], int]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield the rows of Parquet files as they stand there, with the file's name; a damaged file gives what stands before the damage."""
        from smsn.readers.arrow import read_batches

        for number, source in enumerate(self.job.inputs):
            self._at = number
            try:
                for batch in read_batches(source, schema, self.job.columns, rows, self.rejects.add):
                    yield source, batch
            except InputError as error:
                self._failed.append((source, error))
        self._at = len(self.job.inputs)

    def comments(self, source: str, reading: Reading) -> Iterator[Comment]:
        """Yield the comments of an opened input; a page is one thread, its article comes first if it counts."""
        comments = self._as_far_as_it_goes(source, reading.comments)
        if reading.is_page:
            comments = (replace(comment, thread=source) for comment in comments)
        if self.job.article and reading.article is not None:
            return chain([reading.article], comments)
        return comments

    def close(self) -> None:
        """Make a reject of each input that failed.

        Raises
        ------
        InputError, PairError
            If there is not a single record.
        """
        if not self.rejects.counts.records:
            raise self._nothing()
        for source, error in self._failed:
            self.rejects.add(Reject(source, None, str(error).removeprefix(f"{source}: "), ""))

    def _open(self, source: str) -> Reading:
        job = self.job
        reading = open_source(source, self.rejects.add, format=job.format, columns=job.columns, stdin=self.stdin)
        self._tell(reading)
        return reading

    def _tell(self, reading: Reading) -> None:
        """Give the notes of a reading to people, each once."""
        for note in reading.notes:
            self.notify(note)
        reading.notes.clear()

    def _as_far_as_it_goes(self, source: str, comments: Iterable[Comment]) -> Iterator[Comment]:
        """Yield the comments before the place where a source is damaged, as if it ended there."""
        try:
            yield from comments
        except InputError as error:
            self._failed.append((source, error))

    def _nothing(self) -> InputError | PairError:
        """Return the error of a run without a single record."""
        rejects = self.rejects
        if self._failed and rejects.first is None:
            error = self._failed[0][1]
            more = len(self._failed) - 1
            return type(error)(f"{error} (The same holds for {more} more of the inputs.)") if more else error
        rejects.final = True
        names = listed(self.job.inputs)
        if rejects.first is None:
            return InputError(f"{names}: holds no comments. Give a file with at least one.")
        first = f"{_place(rejects.first)}: {rejects.first.reason}"
        kept = f" All {rejects.counts.rejects} are in {rejects.path}." if rejects.path else ""
        return InputError(f"{names}: nothing could be read. First: {first}{kept} Mend the input and run again.")


def listed(inputs: Sequence[str]) -> str:
    """Return the names of inputs, the first of many.

    >>> listed(["a", "b"]), listed(list("abcdef"))
    ('a, b', 'a, b, c and 3 more')
    """
    return ", ".join(inputs) if len(inputs) < 5 else f"{', '.join(inputs[:3])} and {len(inputs) - 3} more"


def _place(reject: Reject) -> str:
    return reject.source if reject.line is None else f"{reject.source}:{reject.line}"
